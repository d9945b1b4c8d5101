"""What the office writes again and again, and what it writes when it is late."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from feedback.models.tickets import Ticket
from portal.fields import LineField, ProseField
from procedures.models import Agency


class AnswerTemplate(models.Model):
    """A text that many answers begin with; an officer fits it to the case."""

    title = LineField("tên mẫu", max_length=200)
    body = ProseField(
        "nội dung",
        max_length=20_000,
        help_text="Chỗ phải thay thì viết trong ngoặc vuông: [ngày hẹn].",
    )
    kind = models.CharField(
        "dùng cho loại",
        max_length=12,
        choices=Ticket.Kind,
        blank=True,
        help_text="Trống: mọi loại.",
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="answer_templates",
        verbose_name="của cơ quan",
        help_text="Trống: mọi cơ quan.",
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=100)
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    class Meta:
        verbose_name = "mẫu trả lời"
        verbose_name_plural = "mẫu trả lời"
        ordering = ["order", "title", "pk"]

    def __str__(self):
        return self.title


class ApologyLetter(models.Model):
    """A letter that says sorry for a promise that was not kept, why, and gives a new day. Only added to."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="apology_letters", verbose_name="phiếu"
    )
    # Of the ticket's letters: 1, 2, 3…
    number = models.PositiveSmallIntegerField("lá thư thứ")
    document_number = LineField("số văn bản", max_length=60, blank=True)
    promised_on = models.DateField("đã hẹn ngày")
    reason = ProseField("vì sao chậm", max_length=2000)
    new_due_on = models.DateField("hẹn lại ngày")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="apology_letters", verbose_name="cơ quan"
    )
    signer = LineField("người ký", max_length=200, help_text="Họ tên và chức vụ.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="apology_letters",
        verbose_name="người soạn",
    )
    written_at = models.DateTimeField("soạn lúc", default=timezone.now)

    class Meta:
        verbose_name = "thư xin lỗi"
        verbose_name_plural = "thư xin lỗi"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "number"], name="feedback_apologyletter_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(new_due_on__gt=models.F("promised_on")),
                name="feedback_apologyletter_new_day_is_later",
                violation_error_message="Ngày hẹn lại phải sau ngày đã hẹn.",
            ),
        ]

    def __str__(self):
        return f"Thư xin lỗi {self.number} của phiếu {self.ticket.written_code}"
