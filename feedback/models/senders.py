"""Who sent a ticket: kept apart from it, seen by few, erased in time; and what they agreed to."""

from datetime import timedelta

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
    # Since then it is kept and used for nothing, as the sender asked: shown to nobody, no mail, never named in public.
    restricted_at = models.DateTimeField("hạn chế dùng từ", null=True, editable=False)
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


class DataSubjectRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at=None)

    def due_by(self, day):
        """Open ones that are to be answered, or done, on that day or were before it."""
        answer = Q(replied_at=None, reply_due_on__lte=day)
        return self.open().filter(answer | Q(action_due_on__lte=day))

    def overdue(self, today):
        return self.due_by(today - timedelta(days=1))

    def due_soon(self, today):
        return self.due_by(today + DataSubjectRequest.SOON).exclude(
            pk__in=self.overdue(today).values("pk")
        )


class DataSubjectRequest(models.Model):
    """What a sender asks about their own data, with the clocks of Decree 356/2025."""

    class Kind(models.TextChoices):
        VIEW = "view", _("Xem dữ liệu của tôi")
        CORRECT = "correct", _("Sửa dữ liệu của tôi")
        DELETE = "delete", _("Xóa dữ liệu của tôi")
        RESTRICT = "restrict", _("Hạn chế dùng dữ liệu của tôi")
        OBJECT = "object", _("Phản đối việc dùng dữ liệu của tôi")
        WITHDRAW = "withdraw", _("Rút lại sự đồng ý")

    # So many days before a day is over it is time to look.
    SOON = timedelta(days=2)

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
    # Since others were found to have the data, too: there are more days to have them stop.
    third_party_at = models.DateTimeField("bên thứ ba cũng phải ngừng", null=True, editable=False)
    extended_at = models.DateTimeField("gia hạn lúc", null=True, editable=False)
    extension_days = models.PositiveSmallIntegerField("gia hạn thêm", default=0, editable=False)
    extension_reason = ProseField("vì sao gia hạn", max_length=2000, blank=True, editable=False)
    state = models.CharField(
        "tình trạng", max_length=10, choices=State, default=State.RECEIVED, editable=False
    )
    reply = ProseField("trả lời người gửi", blank=True)
    replied_at = models.DateTimeField("trả lời lúc", null=True, editable=False)
    ended_at = models.DateTimeField("xong lúc", null=True, editable=False)

    objects = DataSubjectRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu về dữ liệu cá nhân"
        verbose_name_plural = "yêu cầu về dữ liệu cá nhân"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", replied_at=None, ended_at=None)
                | Q(state="replied", replied_at__isnull=False, ended_at=None)
                | Q(state__in=["done", "refused"], ended_at__isnull=False),
                name="feedback_datasubjectrequest_state_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, extension_days=0, extension_reason="")
                | Q(extended_at__isnull=False, extension_days__gt=0) & ~Q(extension_reason=""),
                name="feedback_datasubjectrequest_extension_has_reason",
            ),
        ]

    def __str__(self):
        return f"Yêu cầu số {self.pk} về phiếu {self.ticket.written_code}"
