"""What was done with a ticket and said about it: only added to, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.tickets import Ticket
from portal.fields import LineField, ProseField
from portal.models import SentFile
from procedures.models import Agency, LegalDocument


class TicketEvent(models.Model):
    """One thing that happened to a ticket; a trigger of the database forbids to change or remove it.

    It names no sender: what is erased elsewhere does not live on here.
    """

    class Type(models.TextChoices):
        RECEIVED = "received", _("Tiếp nhận")
        CLASSIFIED = "classified", _("Phân loại")
        KIND_CHANGED = "kind_changed", _("Đổi loại")
        REJECTED = "rejected", _("Không xử lý")
        TRANSFERRED = "transferred", _("Chuyển cơ quan khác")
        STARTED = "started", _("Bắt đầu xử lý")
        COLLECTING = "collecting", _("Thu thập thêm căn cứ")
        ASKED = "asked", _("Hỏi thêm người gửi")
        REPLIED = "replied", _("Người gửi bổ sung")
        EXTENDED = "extended", _("Gia hạn")
        ANSWERED = "answered", _("Trả lời")
        APOLOGISED = "apologised", _("Gửi thư xin lỗi")
        PROPOSED = "proposed", "Viết bản công khai"
        RETURNED = "returned", "Trả lại bản công khai"
        PUBLISHED = "published", _("Công khai kết quả")
        UNPUBLISHED = "unpublished", _("Gỡ công khai")
        REOPENED = "reopened", _("Mở lại")
        CLOSED = "closed", _("Kết thúc")
        WITHDRAWN = "withdrawn", _("Người gửi rút phiếu")
        RATED = "rated", _("Người gửi đánh giá")
        RIGHTS_REQUEST = "rights_request", _("Yêu cầu về dữ liệu cá nhân")
        RIGHTS_DONE = "rights_done", _("Xong yêu cầu về dữ liệu cá nhân")
        RECOUNTED = "recounted", _("Tính lại thời hạn")
        MERGED = "merged", _("Gộp phiếu")
        SPLIT = "split", _("Tách phiếu")
        UNMERGED = "unmerged", _("Thôi gộp phiếu")
        ESCALATED = "escalated", "Báo quá hạn tới người duyệt"
        HELD = "held", "Giữ dữ liệu"
        RELEASED = "released", "Thôi giữ dữ liệu"
        CHECKED = "checked", "Xem lại bản công khai"
        NOTE = "note", "Ghi chú nội bộ"
        VIEWED_IDENTITY = "viewed_identity", "Xem người gửi"
        VIEWED_RESTRICTED = "viewed_restricted", "Xem nội dung hạn chế"
        VIEWED_FILE = "viewed_file", "Mở tệp đính kèm"
        PURGED = "purged", _("Xóa tệp đính kèm")
        ERASED = "erased", _("Xóa thông tin người gửi")

    class By(models.TextChoices):
        SENDER = "sender", _("Người gửi")
        STAFF = "staff", _("Cán bộ")
        PORTAL = "portal", _("Cổng")

    # The others are the office's own affair.
    SHOWN_TO_SENDER = (
        Type.RECEIVED,
        Type.CLASSIFIED,
        Type.REJECTED,
        Type.TRANSFERRED,
        Type.STARTED,
        Type.COLLECTING,
        Type.ASKED,
        Type.REPLIED,
        Type.EXTENDED,
        Type.APOLOGISED,
        Type.ANSWERED,
        Type.PUBLISHED,
        Type.UNPUBLISHED,
        Type.REOPENED,
        Type.CLOSED,
        Type.WITHDRAWN,
        Type.RATED,
        Type.RIGHTS_REQUEST,
        Type.RIGHTS_DONE,
        Type.RECOUNTED,
        Type.MERGED,
        Type.UNMERGED,
        Type.SPLIT,
        Type.PURGED,
        Type.ERASED,
    )

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField("lúc", default=timezone.now)
    type = models.CharField("việc", max_length=20, choices=Type)
    by = models.CharField("ai", max_length=10, choices=By)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="ticket_events",
        verbose_name="cán bộ",
    )
    from_status = models.CharField("từ tình trạng", max_length=12, blank=True)
    to_status = models.CharField("sang tình trạng", max_length=12, blank=True)
    from_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="từ cơ quan"
    )
    to_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="tới cơ quan"
    )
    # For the sender, too; never a name or a number of anybody.
    note = ProseField("nói với người gửi", blank=True)
    internal_note = ProseField("ghi chú nội bộ", blank=True)

    class Meta:
        verbose_name = "diễn biến"
        verbose_name_plural = "diễn biến"
        constraints = [
            models.CheckConstraint(
                condition=Q(by="staff", actor__isnull=False) | ~Q(by="staff") & Q(actor=None),
                name="feedback_ticketevent_staff_is_named",
            )
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="feedback_ticketevent_in_order")]

    def __str__(self):
        return f"{self.get_type_display()} {timezone.localtime(self.at):%H:%M %d/%m/%Y}"


class TicketMessage(models.Model):
    """What the office asks the sender, and what they write or add later."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    by = models.CharField("ai", max_length=10, choices=TicketEvent.By)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="ticket_messages",
        verbose_name="cán bộ",
    )
    body = ProseField("nội dung", max_length=5000, blank=True)
    # Set where the sender is asked for something without which the work cannot go on.
    stops_clock = models.BooleanField("chờ người gửi trả lời", default=False)
    sent_at = models.DateTimeField("gửi lúc", default=timezone.now)
    # Of the form that the sender sent it with; staff need none.
    form_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "tin trao đổi"
        verbose_name_plural = "tin trao đổi"
        constraints = [
            models.CheckConstraint(
                condition=Q(by="staff", author__isnull=False)
                | Q(by="sender", author=None, stops_clock=False),
                name="feedback_ticketmessage_staff_is_named",
            ),
            models.UniqueConstraint(
                fields=["form_hash"],
                condition=~Q(form_hash=""),
                name="feedback_ticketmessage_once_a_form",
            ),
        ]

    def __str__(self):
        return f"Tin số {self.pk} của phiếu {self.ticket.written_code}"


class TicketAttachment(SentFile):
    """A file that came with a ticket or a later message. Its name is not kept: it may tell who sent it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        TicketMessage, on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    # 1, 2, 3… within its ticket: what it is called.
    number = models.PositiveSmallIntegerField("số")
    # SHA-256 of the bytes as kept, part of what the receipt proves.
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField("thêm lúc", default=timezone.now)
    purged_at = models.DateTimeField("xóa lúc", null=True, editable=False)
    purged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "tệp đính kèm"
        verbose_name_plural = "tệp đính kèm"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "number"], name="feedback_ticketattachment_number_once"
            ),
            models.CheckConstraint(
                condition=Q(purged_at=None) & ~Q(file="") | Q(purged_at__isnull=False, file=""),
                name="feedback_ticketattachment_has_file_until_purged",
            ),
        ]

    def __str__(self):
        return f"Tệp {self.number} của phiếu {self.ticket.written_code}"


class TicketAnswer(models.Model):
    """The official answer; a reopened ticket gets a second one."""

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", _("Đã giải quyết")
        EXPLAINED = "explained", _("Đã giải thích")
        RULE_AMENDED = "rule_amended", _("Đã sửa quy định")
        RULE_PROPOSED = "rule_proposed_for_amendment", _("Đã kiến nghị sửa quy định")
        NOT_ACCEPTED = "not_accepted", _("Không tiếp thu, có nêu lý do")
        INSUFFICIENT_GROUNDS = "insufficient_grounds", _("Chưa đủ cơ sở để kết luận")

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="answers", verbose_name="phiếu"
    )
    round = models.PositiveSmallIntegerField("lần", default=1)
    body = ProseField("trả lời")
    outcome = models.CharField("kết quả", max_length=30, choices=Outcome)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="ticket_answers", verbose_name="cơ quan"
    )
    signer = LineField("người ký", max_length=200, blank=True, help_text="Họ tên và chức vụ.")
    document_number = LineField("số văn bản", max_length=60, blank=True)
    legal_documents = models.ManyToManyField(
        LegalDocument, blank=True, related_name="ticket_answers", verbose_name="căn cứ"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="ticket_answers",
        verbose_name="người soạn",
    )
    answered_at = models.DateTimeField("trả lời lúc", default=timezone.now)

    class Meta:
        verbose_name = "trả lời"
        verbose_name_plural = "trả lời"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round"],
                name="feedback_ticketanswer_once_a_round",
                violation_error_message="Lần này đã có trả lời.",
            ),
            models.CheckConstraint(
                condition=Q(round__in=[1, 2]), name="feedback_ticketanswer_twice_at_most"
            ),
        ]

    def __str__(self):
        return f"Trả lời lần {self.round} phiếu {self.ticket.written_code}"


class TicketRating(models.Model):
    """How satisfied the sender is with an answer, one to five; words of theirs are for the office alone."""

    class Score(models.IntegerChoices):
        VERY_DISSATISFIED = 1, _("Rất không hài lòng")
        DISSATISFIED = 2, _("Không hài lòng")
        NEUTRAL = 3, _("Bình thường")
        SATISFIED = 4, _("Hài lòng")
        VERY_SATISFIED = 5, _("Rất hài lòng")

    answer = models.OneToOneField(
        TicketAnswer, on_delete=models.PROTECT, related_name="rating", verbose_name="trả lời"
    )
    score = models.PositiveSmallIntegerField("mức", choices=Score)
    comment = ProseField("lời thêm", max_length=1000, blank=True)
    rated_at = models.DateTimeField("đánh giá lúc", default=timezone.now)

    class Meta:
        verbose_name = "đánh giá trả lời"
        verbose_name_plural = "đánh giá trả lời"
        constraints = [
            models.CheckConstraint(
                condition=Q(score__range=(1, 5)), name="feedback_ticketrating_1_to_5"
            )
        ]

    def __str__(self):
        return f"{self.score}/5"
