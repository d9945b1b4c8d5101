"""Pages about the portal itself: accessibility statement, personal-data notice and the like."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.fields import LineField, ProseField
from portal.languages import all_languages


class InformationPageQuerySet(models.QuerySet):
    def published(self, at=None):
        """Vietnamese pages whose moment has come; translations as long as their original is public too."""
        come = Q(published_at__lte=at or timezone.now())
        originals = self.model.objects.filter(come, language="vi")
        return self.filter(come, slug__in=originals.values("slug"))

    def in_language(self, language):
        """One page a slug: that of the language, or the Vietnamese one."""
        translated = self.model.objects.published().filter(language=language)
        return self.filter(
            Q(language=language) | Q(language="vi") & ~Q(slug__in=translated.values("slug"))
        )

    def in_order(self):
        return self.order_by("order", "slug", "language")


class InformationPage(models.Model):
    """A lasting text about the portal, its rules and the reader's rights, in one language."""

    slug = models.SlugField("địa chỉ trang", max_length=80)
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    title = LineField("tên trang", max_length=200)
    lead = ProseField(
        "lời dẫn", blank=True, help_text="Một, hai câu đầu trang: trang này cho biết điều gì."
    )
    order = models.PositiveSmallIntegerField(
        "thứ tự", default=0, help_text="Số nhỏ đứng trước ở cuối trang và sơ đồ trang."
    )
    is_in_menu = models.BooleanField("có trong menu đầu trang", default=False)
    is_in_footer = models.BooleanField("có liên kết ở cuối mọi trang", default=True)
    is_sample = models.BooleanField(
        "nội dung mẫu",
        default=False,
        help_text="Trang ghi rõ đây là nội dung mẫu. Bỏ dấu này khi nội dung đã là thật.",
    )
    published_at = models.DateTimeField(
        "công khai từ",
        null=True,
        blank=True,
        help_text="Để trống là bản thảo, người dân không mở được. Có thể ghi một giờ sắp tới.",
    )
    updated_at = models.DateTimeField("cập nhật lúc", default=timezone.now, editable=False)

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

    def clean(self):
        originals = InformationPage.objects.filter(slug=self.slug, language="vi")
        if self.slug and self.language != "vi" and not originals.exists():
            raise ValidationError(
                {
                    "slug": "Chưa có trang tiếng Việt ở địa chỉ này. Bản dịch dùng địa chỉ của bản gốc."
                }
            )

    def get_own_url(self):
        """Its address in its own language, whatever the language of the page that asks."""
        with override(self.language):
            return self.get_absolute_url()

    def is_published(self, at):
        return self.published_at is not None and self.published_at <= at

    @property
    def is_original(self):
        return self.language == "vi"


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
