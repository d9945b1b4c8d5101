"""By when something is promised, and when the clock stood still."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback.models.tickets import Ticket
from portal.fields import LineField
from procedures.models import SubmissionMethod


class TicketDeadlineQuerySet(models.QuerySet):
    def running(self):
        return self.filter(met_at=None, dropped_at=None)

    def late_answers(self, at):
        return self.running().filter(kind=TicketDeadline.Kind.ANSWER, due_at__lte=at)


class TicketDeadline(models.Model):
    """A day that was promised, kept with the rule and the count behind it, as they were on that day."""

    class Kind(models.TextChoices):
        CLASSIFY = "classify", _("phân loại")
        TRANSFER = "transfer", _("chuyển cơ quan có thẩm quyền")
        ANSWER = "answer", _("trả lời")
        FIRST_HANDLING = "first_handling", _("xử lý ban đầu")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField("hạn", max_length=15, choices=Kind)
    round = models.PositiveSmallIntegerField("lần", default=1)
    started_at = models.DateTimeField("tính từ")
    term_value = models.DecimalField("thời hạn", max_digits=6, decimal_places=1)
    term_unit = models.CharField("đơn vị", max_length=12, choices=SubmissionMethod.Unit)
    ground = LineField("căn cứ", max_length=500, blank=True)
    due_on = models.DateField("hạn")
    # The midnight at which that day ends.
    due_at = models.DateTimeField("hết hạn lúc")
    # What `procedures.deadlines` says of the count, so that it can be explained years later.
    explanation = models.JSONField(default=dict)
    calendar_revision = models.PositiveIntegerField(default=0)
    extended_at = models.DateTimeField("gia hạn lúc", null=True)
    # When those who approve were told that this day is over.
    escalated_at = models.DateTimeField("báo quá hạn lúc", null=True)
    met_at = models.DateTimeField("xong lúc", null=True)
    # A ticket that is withdrawn, rejected or passed on is promised nothing any more.
    dropped_at = models.DateTimeField("thôi tính lúc", null=True)

    objects = TicketDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "thời hạn"
        verbose_name_plural = "thời hạn"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind", "round"], name="feedback_ticketdeadline_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | Q(dropped_at=None),
                name="feedback_ticketdeadline_is_met_or_dropped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(met_at=None, dropped_at=None),
                name="feedback_deadline_running",
            )
        ]

    def __str__(self):
        return f"Hạn {self.get_kind_display()}: {self.due_on:%d/%m/%Y}"

    def is_overdue(self, at):
        return (self.met_at or self.dropped_at or at) >= self.due_at


class TicketPause(models.Model):
    """A span in which the office waited for the sender: its days are not counted."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField("từ lúc")
    ended_at = models.DateTimeField("đến lúc", null=True)

    class Meta:
        verbose_name = "lần tạm dừng"
        verbose_name_plural = "lần tạm dừng"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(ended_at=None),
                name="feedback_ticketpause_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="feedback_ticketpause_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"Tạm dừng phiếu {self.ticket.written_code}"
