"""Sectors, the citizen's own groups of them, and the kinds of people a procedure is for."""

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from portal.fields import LineField, ProseField, SortKeyField


class SectorQuerySet(models.QuerySet):
    def with_listed_count(self):
        """Each sector with the number of its procedures that lists show, as `count`; those without are left out."""
        listed = self.model.procedures.rel.related_model.objects.listed()
        count = Count("procedures", filter=Q(procedures__in=listed))
        return self.annotate(count=count).filter(count__gt=0)

    def in_name_order(self):
        return self.order_by("sort_key", "pk")


class Sector(models.Model):
    """A field of administration as the national database names it: đất đai, hộ tịch…"""

    name = LineField("tên", max_length=300, unique=True)
    sort_key = SortKeyField()
    slug = models.SlugField("địa chỉ trang", max_length=120, unique=True)
    description = ProseField("giới thiệu", blank=True)

    objects = SectorQuerySet.as_manager()

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("procedures:sector_detail", args=[self.slug])


class SectorGroup(models.Model):
    """What brings a citizen here, in the citizen's words: "Sinh con", "Nhà, đất", "Kinh doanh"."""

    name = LineField("tên", max_length=120, unique=True)
    slug = models.SlugField("địa chỉ trang", max_length=120, unique=True)
    description = LineField("một câu giới thiệu", max_length=300, blank=True)
    icon = models.CharField("biểu tượng", max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(
        "thứ tự", default=0, help_text="Sáu nhóm đứng đầu hiện ở trang chủ."
    )
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="groups", verbose_name="gồm các lĩnh vực"
    )
    procedures = models.ManyToManyField(
        "Procedure",
        blank=True,
        related_name="groups",
        verbose_name="thêm các thủ tục",
        help_text="Thủ tục thuộc lĩnh vực khác nhưng người dân cần trong việc này.",
    )

    class Meta:
        verbose_name = "nhóm theo việc của người dân"
        verbose_name_plural = "nhóm theo việc của người dân"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('procedures:procedure_list')}?nhom={self.slug}"


class Audience(models.Model):
    """Who may use a procedure: công dân Việt Nam, người nước ngoài, doanh nghiệp…"""

    name = LineField("tên", max_length=200, unique=True)
    slug = models.SlugField("địa chỉ", max_length=120, unique=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "đối tượng thực hiện"
        verbose_name_plural = "đối tượng thực hiện"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name
