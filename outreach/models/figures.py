"""Figures that the portal tells: each stands once, and every channel reads it from here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.fields import LineField
from portal.figures import figure_sources, written_number, written_share


class FigureQuerySet(models.QuerySet):
    def current(self):
        """Those that no correction has replaced."""
        return self.filter(replaced_by=None)


class Figure(models.Model):
    """A number as it was on a day, with its source. It is never changed: a correction is a new row.

    Either a number with its unit, or a part of a whole; a share is written from its parts, cut and not rounded.
    """

    # Of a source in FIGURE_SOURCES; empty for what no data of the portal tell, which staff type with its source.
    code = models.CharField("nguồn tính", max_length=60, blank=True)
    label = LineField("số liệu gì", max_length=200, help_text="Ví dụ: Hồ sơ giải quyết đúng hạn.")
    value = models.DecimalField("số", max_digits=20, decimal_places=4, null=True, blank=True)
    part = models.PositiveBigIntegerField("tử số", null=True, blank=True)
    whole = models.PositiveBigIntegerField("mẫu số", null=True, blank=True)
    unit = LineField("đơn vị", max_length=40, blank=True, help_text="Ví dụ: hồ sơ, phút, đồng.")
    starts_on = models.DateField("từ ngày", null=True, blank=True)
    as_of = models.DateField("đến hết ngày")
    source = LineField("nguồn", max_length=200, help_text="Cơ quan, báo cáo, trang có số này.")
    source_url = models.CharField("địa chỉ nguồn", max_length=300, blank=True)
    noted_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="noted_figures",
        verbose_name="người ghi",
    )
    replaced_by = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="replaces",
        verbose_name="được thay bằng",
    )
    # Of the row that this one replaces.
    change_reason = LineField("vì sao sửa số trước", max_length=300, blank=True, editable=False)
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = "số liệu"
        verbose_name_plural = "số liệu"
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, part=None, whole=None)
                | Q(value=None, part__isnull=False, whole__gt=0, part__lte=F("whole")),
                name="outreach_figure_is_a_number_or_a_share",
                violation_error_message="Ghi hoặc một số, hoặc tử số và mẫu số; tử số không lớn hơn mẫu số.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(starts_on__lte=F("as_of")),
                name="outreach_figure_ends_after_start",
                violation_error_message="Ngày cuối phải sau ngày đầu.",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("pk")),
                name="outreach_figure_does_not_replace_itself",
            ),
        ]

    def __str__(self):
        return f"{self.label}: {self.written}"

    @property
    def is_share(self):
        return self.whole is not None

    @property
    def is_computed(self):
        return bool(self.code)

    @property
    def computed_from(self):
        return figure_sources().get(self.code)

    @property
    def written(self):
        """The one way to write it: "99,88 % (1.485/1.487 hồ sơ)", "2.014 thủ tục"."""
        if self.is_share:
            return " ".join(filter(None, [self.written_share, f"({self.written_parts})"]))
        return " ".join(filter(None, [written_number(self.value), self.unit]))

    @property
    def written_share(self):
        return written_share(self.part, self.whole)

    @property
    def written_parts(self):
        parts = f"{written_number(self.part)}/{written_number(self.whole)}"
        return " ".join(filter(None, [parts, self.unit]))
