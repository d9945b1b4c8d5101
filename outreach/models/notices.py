"""What the portal announces above every page."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField
from procedures.deadlines import Term, deadline

# A planned stop is announced at least so many working days before it begins.
WORKING_DAYS_AHEAD = 7
# "Now" is filled in by the officer's computer.
CLOCKS_DIFFER_BY = timedelta(minutes=5)


def after_working_days(moment: datetime, days: int) -> datetime:
    """The midnight at which so many whole working days have passed since the moment.

    The day of the moment itself is not counted (Civil Code, article 147).
    """
    return deadline(moment, Term(days, "working_day")).due_at


class NoticeQuerySet(models.QuerySet):
    def in_force(self, at=None):
        """Those that every page shows now, the gravest first."""
        at = at or timezone.now()
        kinds = self.model.Kind
        return (
            self.annotate(last=Coalesce("shown_until", "ends_at"))
            .filter(Q(last=None) | Q(last__gt=at), shown_from__lte=at)
            .order_by(
                Case(
                    When(kind=kinds.INCIDENT, then=Value(0)),
                    When(kind=kinds.MAINTENANCE, then=Value(1)),
                    default=Value(2),
                ),
                "shown_from",
                "pk",
            )
        )


class Notice(models.Model):
    """A banner above every page: a planned stop of the portal, a fault, something that all must know."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Sự cố")
        MAINTENANCE = "maintenance", _("Bảo trì theo kế hoạch")
        INFORMATION = "information", _("Thông báo")

    kind = models.CharField("loại", max_length=12, choices=Kind)
    text = LineField(
        "nội dung",
        max_length=300,
        blank=True,
        help_text="Một, hai câu ngắn. Bảo trì: câu báo giờ tự có, ở đây chỉ ghi thêm điều người dân cần làm.",
    )
    starts_at = models.DateTimeField(
        "bảo trì từ",
        null=True,
        blank=True,
        help_text=f"Chỉ ghi khi bảo trì. Phải báo trước ít nhất {WORKING_DAYS_AHEAD} ngày làm việc, không tính"
        " ngày bắt đầu báo, cuối tuần và ngày nghỉ trong lịch nghỉ lễ.",
    )
    ends_at = models.DateTimeField(
        "hoạt động trở lại lúc",
        null=True,
        blank=True,
        help_text="Chỉ ghi khi bảo trì. Xong sớm hay muộn hơn thì sửa giờ này.",
    )
    shown_from = models.DateTimeField("hiện từ", default=timezone.now)
    shown_until = models.DateTimeField(
        "hiện đến",
        null=True,
        blank=True,
        help_text="Để trống thì hiện mãi; riêng bảo trì thì tự thôi khi Cổng hoạt động trở lại."
        " Muốn thôi ngay thì bấm “Hôm nay”, “Lúc này”.",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo đầu trang"
        verbose_name_plural = "thông báo đầu trang"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="maintenance",
                    starts_at__isnull=False,
                    # Said on its own: a comparison with nothing would let the row pass.
                    ends_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                )
                | ~Q(kind="maintenance") & Q(starts_at=None, ends_at=None),
                name="outreach_notice_only_maintenance_has_span",
                violation_error_message="Bảo trì phải ghi giờ bắt đầu, và giờ trở lại sau giờ bắt đầu."
                " Loại khác thì bỏ trống hai ô này.",
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
        return (
            self.text or f"{self.get_kind_display()} {timezone.localdate(self.starts_at):%d/%m/%Y}"
        )

    def clean(self):
        self.check_maintenance(timezone.now())

    def check_maintenance(self, now):
        """Refuse a planned stop of which people are told too late, or not until its end."""
        if self.kind != self.Kind.MAINTENANCE or not (self.starts_at and self.ends_at):
            return
        if self.is_called_off(now):
            return
        if self.shown_until and self.shown_until != self.ends_at:
            raise ValidationError(
                {
                    "shown_until": "Thông báo bảo trì tự thôi hiện khi Cổng hoạt động trở lại: xin bỏ trống"
                    " ô này. Nếu không bảo trì nữa thì bấm “Hôm nay”, “Lúc này”."
                }
            )
        earliest = self._earliest_start(now)
        if earliest and self.starts_at < earliest:
            day = timezone.localtime(earliest)
            raise ValidationError(
                {
                    "starts_at": f"Bảo trì theo kế hoạch phải báo trước ít nhất {WORKING_DAYS_AHEAD} ngày làm"
                    f" việc, nên sớm nhất là {day:%H:%M} ngày {day:%d/%m/%Y}. Xin lùi giờ bảo trì; nếu Cổng"
                    " đang hỏng thì chọn loại “Sự cố”."
                }
            )

    def _earliest_start(self, now):
        """The first moment for which a stop can still be announced; None if nothing new is announced.

        Words and the time of return may be corrected at any time. A later start may be set while the
        notice stands: people were told, and for an earlier day. All else is told to them anew.
        """
        told = type(self).objects.filter(pk=self.pk, kind=self.Kind.MAINTENANCE).first()
        if told and told.starts_at == self.starts_at <= now:
            return None
        is_still_told = told and told.is_in_force(now) and self.shown_from <= now
        if is_still_told and told.starts_at <= self.starts_at:
            return None
        return after_working_days(max(self.shown_from, now), WORKING_DAYS_AHEAD)

    def is_called_off(self, at):
        return self.shown_until is not None and self.shown_until <= at + CLOCKS_DIFFER_BY

    def is_to_come(self, at):
        return at < self.shown_from

    def is_in_force(self, at):
        last = self.shown_until or self.ends_at
        return not self.is_to_come(at) and (last is None or at < last)
