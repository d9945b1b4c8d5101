"""Pages about the portal itself: accessibility statement, personal-data notice and the like."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.fields import LineField, ProseField
from portal.languages import all_languages


class InformationPageQuerySet(models.QuerySet):
    def published(self, at=None):
        return self.filter(published_at__lte=at or timezone.now())

    def in_footer(self, language):
        """Those that the footer names, in a language where they exist in it, else in Vietnamese."""
        return self.published().filter(is_in_footer=True).in_language(language)

    def in_language(self, language):
        """One page a slug: that of the language, or the Vietnamese one."""
        same = self.model.objects.published().filter(language=language)
        return self.filter(
            Q(language=language) | Q(language="vi") & ~Q(slug__in=same.values("slug"))
        ).order_by("order", "slug")


class InformationPage(models.Model):
    """A lasting text about the portal, its rules and the reader's rights, in one language."""

    slug = models.SlugField("địa chỉ trang", max_length=80)
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    title = LineField("tên trang", max_length=200)
    lead = ProseField("lời dẫn", blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    is_in_footer = models.BooleanField("có liên kết ở cuối trang", default=True)
    published_at = models.DateTimeField("công khai lúc", null=True, blank=True)
    updated_at = models.DateTimeField("cập nhật lúc", auto_now=True)

    objects = InformationPageQuerySet.as_manager()

    class Meta:
        verbose_name = "trang thông tin về Cổng"
        verbose_name_plural = "trang thông tin về Cổng"
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "language"],
                name="outreach_informationpage_slug_once_per_language",
                violation_error_message="Địa chỉ này đã có trang ở ngôn ngữ đó.",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("outreach:information_page", args=[self.slug])


class InformationSection(models.Model):
    """A headed part of an information page."""

    page = models.ForeignKey(InformationPage, on_delete=models.CASCADE, related_name="sections")
    heading = LineField("tiêu đề", max_length=200)
    body = ProseField(
        "nội dung", help_text="Mỗi ý một dòng; dòng bắt đầu bằng “- ” là một gạch đầu dòng."
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "mục"
        verbose_name_plural = "các mục"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.heading
