"""Who sent a ticket: kept apart from it, seen by few, erased in time; and what they agreed to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.tickets import Ticket
from portal.fields import LineField, ProseField


class TicketSender(models.Model):
    """The person or organisation that sent a ticket. No number or picture of an identity card is asked for."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, related_name="sender", verbose_name="phiếu"
    )
    name = LineField("họ tên", max_length=120, blank=True)
    address = LineField("địa chỉ", max_length=300, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    is_organisation = models.BooleanField("là tổ chức, doanh nghiệp", default=False)
    organisation_name = LineField("tên tổ chức, doanh nghiệp", max_length=300, blank=True)
    erased_at = models.DateTimeField("xóa lúc", null=True, editable=False)

    # What erasing takes away.
    IDENTITY = ("name", "address", "phone", "email", "organisation_name")

    class Meta:
        verbose_name = "người gửi"
        verbose_name_plural = "người gửi"
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(name="", address="", phone="", email="", organisation_name=""),
                name="feedback_ticketsender_erased_is_empty",
            )
        ]

    def __str__(self):
        """Never the name: this stands in logs."""
        return f"Người gửi phiếu {self.ticket.written_code}"


class ConsentTextQuerySet(models.QuerySet):
    def present(self, purpose, language="vi"):
        """The newest text of that purpose; in Vietnamese where the language has none."""
        found = self.filter(purpose=purpose, language__in={language, "vi"})
        return max(found, key=lambda text: (text.language == language, text.version), default=None)


class ConsentText(models.Model):
    """What people are asked to agree to, word for word. It is never changed: other words are another version."""

    class Purpose(models.TextChoices):
        INTAKE = "intake", _("Giữ và dùng thông tin để giải quyết phiếu")
        PUBLISH_NAME = "publish_name", _("Nêu tên khi công khai kết quả")
        MAIL = "mail", _("Báo tin bằng thư điện tử")

    purpose = models.CharField("mục đích", max_length=20, choices=Purpose)
    version = models.PositiveSmallIntegerField("bản số")
    language = models.CharField("ngôn ngữ", max_length=10, default="vi")
    statement = LineField(
        "câu bên ô đánh dấu", max_length=400, help_text="Bắt đầu bằng “Tôi đồng ý…”."
    )
    notice = ProseField(
        "thông báo đầy đủ",
        blank=True,
        help_text="Dữ liệu nào, để làm gì, ai giữ, bao lâu, quyền của người gửi, liên hệ ai.",
    )
    created_at = models.DateTimeField("viết lúc", default=timezone.now, editable=False)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = "lời xin đồng ý"
        verbose_name_plural = "lời xin đồng ý"
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "language", "version"],
                name="feedback_consenttext_version_once",
                violation_error_message="Bản số này đã có.",
            )
        ]

    def __str__(self):
        return f"{self.get_purpose_display()}, bản {self.version} ({self.language})"


class ConsentRecord(models.Model):
    """The proof that a sender agreed to a text, and when they took it back."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="records", verbose_name="lời"
    )
    given_at = models.DateTimeField("đồng ý lúc", default=timezone.now)
    withdrawn_at = models.DateTimeField("rút lại lúc", null=True)

    class Meta:
        verbose_name = "sự đồng ý"
        verbose_name_plural = "sự đồng ý"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "text"], name="feedback_consentrecord_once")
        ]

    def __str__(self):
        return f"{self.ticket}: {self.text}"


class DataSubjectRequest(models.Model):
    """What a sender asks about their own data, with the clocks of Decree 356/2025."""

    class Kind(models.TextChoices):
        VIEW = "view", _("Xem dữ liệu của tôi")
        CORRECT = "correct", _("Sửa dữ liệu của tôi")
        DELETE = "delete", _("Xóa dữ liệu của tôi")
        RESTRICT = "restrict", _("Hạn chế dùng dữ liệu của tôi")
        OBJECT = "object", _("Phản đối việc dùng dữ liệu của tôi")
        WITHDRAW = "withdraw", _("Rút lại sự đồng ý")

    class State(models.TextChoices):
        RECEIVED = "received", _("Đã nhận")
        REPLIED = "replied", _("Đã trả lời, đang thực hiện")
        DONE = "done", _("Đã thực hiện")
        REFUSED = "refused", _("Không thực hiện được")

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="data_requests", verbose_name="phiếu"
    )
    kind = models.CharField("yêu cầu", max_length=10, choices=Kind)
    details = ProseField("nội dung", max_length=2000, blank=True)
    form_hash = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField("nhận lúc", default=timezone.now, editable=False)
    reply_due_on = models.DateField("hạn trả lời", editable=False)
    action_due_on = models.DateField("hạn thực hiện", editable=False)
    # Why these days: what `procedures.deadlines` says, as it was counted.
    reply_explanation = models.JSONField(default=dict, editable=False)
    action_explanation = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        "tình trạng", max_length=10, choices=State, default=State.RECEIVED, editable=False
    )
    reply = ProseField("trả lời người gửi", blank=True)
    replied_at = models.DateTimeField("trả lời lúc", null=True, editable=False)
    ended_at = models.DateTimeField("xong lúc", null=True, editable=False)

    class Meta:
        verbose_name = "yêu cầu về dữ liệu cá nhân"
        verbose_name_plural = "yêu cầu về dữ liệu cá nhân"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", replied_at=None, ended_at=None)
                | Q(state="replied", replied_at__isnull=False, ended_at=None)
                | Q(state__in=["done", "refused"], ended_at__isnull=False),
                name="feedback_datasubjectrequest_state_has_its_moment",
            )
        ]

    def __str__(self):
        return f"Yêu cầu số {self.pk} về phiếu {self.ticket.written_code}"
