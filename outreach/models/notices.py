"""What the portal announces above every page."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField

# A planned stop is announced at least so many working days before it begins.
WORKING_DAYS_AHEAD = 7


def working_days_before(moment, days=WORKING_DAYS_AHEAD):
    """The latest moment from which so many whole working days (Monday to Friday) lie before the given one."""
    while days:
        moment -= timedelta(days=1)
        if timezone.localtime(moment).weekday() < 5:
            days -= 1
    return moment


class NoticeQuerySet(models.QuerySet):
    def in_force(self, at=None):
        """Those that every page shows now, the gravest first."""
        at = at or timezone.now()
        return self.filter(
            Q(shown_until=None) | Q(shown_until__gt=at), shown_from__lte=at
        ).order_by("kind_order", "shown_from", "pk")


class Notice(models.Model):
    """A banner above every page: a planned stop of the portal, a fault, something that all must know."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Sự cố")
        MAINTENANCE = "maintenance", _("Bảo trì theo kế hoạch")
        INFORMATION = "information", _("Thông báo")

    kind = models.CharField("loại", max_length=12, choices=Kind)
    kind_order = models.GeneratedField(
        expression=models.Case(
            models.When(kind="incident", then=0),
            models.When(kind="maintenance", then=1),
            default=2,
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    text = LineField(
        "nội dung",
        max_length=300,
        blank=True,
        help_text="Bảo trì: câu báo giờ tự có, ở đây chỉ ghi thêm điều người dân cần làm.",
    )
    starts_at = models.DateTimeField("bảo trì từ", null=True, blank=True)
    ends_at = models.DateTimeField("hoạt động trở lại lúc", null=True, blank=True)
    shown_from = models.DateTimeField("hiện từ", default=timezone.now)
    shown_until = models.DateTimeField(
        "hiện đến", null=True, blank=True, help_text="Bảo trì: để trống thì hiện đến khi trở lại."
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo đầu trang"
        verbose_name_plural = "thông báo đầu trang"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="maintenance")
                | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="outreach_notice_maintenance_has_span",
                violation_error_message="Bảo trì phải ghi giờ bắt đầu, và giờ trở lại sau giờ bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(kind="maintenance") | ~Q(text=""),
                name="outreach_notice_has_text",
                violation_error_message="Thông báo phải có nội dung.",
            ),
            models.CheckConstraint(
                condition=Q(shown_until=None) | Q(shown_until__gt=F("shown_from")),
                name="outreach_notice_ends_after_start",
                violation_error_message="Giờ thôi hiện phải sau giờ bắt đầu hiện.",
            ),
        ]

    def __str__(self):
        return self.text or f"{self.get_kind_display()} {self.starts_at:%d/%m/%Y}"

    def clean(self):
        if self.kind == self.Kind.MAINTENANCE and self.starts_at and self.ends_at:
            self.shown_until = self.shown_until or self.ends_at
            latest = working_days_before(self.starts_at)
            if self.shown_from > latest:
                day = timezone.localtime(latest).strftime("%H:%M %d/%m/%Y")
                raise ValidationError(
                    {
                        "starts_at": f"Bảo trì theo kế hoạch phải báo trước ít nhất {WORKING_DAYS_AHEAD} ngày"
                        f" làm việc: hiện thông báo từ {day}, hoặc lùi giờ bảo trì. Nếu là sự cố, chọn loại “Sự cố”."
                    }
                )
