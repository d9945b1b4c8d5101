"""One message of one person about one thing, and its way through the administration."""

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.codes import new_code, written
from feedback.models.desk import DeskState, most_pressing_first
from feedback.models.publication import Publishable
from portal.fields import LineField, ProseField
from procedures.models import Agency, Procedure, ServicePoint

# Only who holds this right itself sees denunciations: being an administrator is not enough.
DENUNCIATION_RIGHT = "handle_denunciations"


class TicketQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What this staff member may know of: by right, and by the agency that they work for.

        Nobody sees what is said about themselves.
        """
        rows = ~Q(kind=Ticket.Kind.DENUNCIATION)
        if not user.has_perm("feedback.view_every_ticket"):
            agencies = Agency.objects.filter(assignments__user=user)
            rows = Q(handling_agency__in=agencies) & ~Q(kind__in=Ticket.BY_OTHER_LAW)
        if may_handle_denunciations(user):
            rows |= Q(kind=Ticket.Kind.DENUNCIATION)
        return self.filter(rows).exclude(about_staff=user)

    def open(self):
        return self.exclude(status__in=Ticket.ENDED)

    def newest_first(self):
        return self.order_by("-received_at", "-pk")


class OrdinaryTicketManager(models.Manager.from_queryset(TicketQuerySet)):
    """All but denunciations: whoever forgets to ask does not see them."""

    def get_queryset(self):
        return super().get_queryset().exclude(kind=Ticket.Kind.DENUNCIATION)


class Ticket(Publishable, DeskState):
    """A message (phiếu phản ánh): what was sent, once and unchanged, and where it stands.

    `feedback.workflow` holds the ways between the states; a trigger of the database holds them too. Who sent it
    stands in TicketSender.
    """

    class Kind(models.TextChoices):
        REFLECTION = "reflection", _("Phản ánh")
        PROPOSAL = "proposal", _("Kiến nghị")
        QUESTION = "question", _("Hỏi đáp")
        COMMENT = "comment", _("Góp ý")
        PRAISE = "praise", _("Khen ngợi")
        COMPLAINT = "complaint", _("Khiếu nại")
        DENUNCIATION = "denunciation", _("Tố cáo")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Đã tiếp nhận")
        CLASSIFIED = "classified", _("Đã phân loại")
        REJECTED = "rejected", _("Không xử lý")
        TRANSFERRED = "transferred", _("Đã chuyển cơ quan có thẩm quyền")
        IN_PROGRESS = "in_progress", _("Đang xử lý")
        COLLECTING = "collecting", _("Đang thu thập thêm căn cứ")
        ANSWERED = "answered", _("Đã trả lời")
        PUBLISHED = "published", _("Đã công khai kết quả")
        REOPENED = "reopened", _("Mở lại")
        CLOSED = "closed", _("Đã kết thúc")
        WITHDRAWN = "withdrawn", _("Người gửi đã rút")

    class Channel(models.TextChoices):
        WEB = "web", _("Cổng cải cách hành chính")
        HOTLINE = "hotline", _("Đường dây nóng")
        ZALO = "zalo", _("Zalo")
        COUNTER = "counter", _("Tại quầy")
        POST = "post", _("Bưu điện")
        EMAIL = "email", _("Thư điện tử")
        NATIONAL_PORTAL = "national_portal", _("Cổng Dịch vụ công quốc gia")
        PROVINCIAL_PORTAL = "provincial_portal", _("Cổng thông tin của tỉnh")

    class RejectReason(models.TextChoices):
        NOT_CLEAR = "not_clear", _("Nội dung không rõ ràng, không xác định được việc cần xử lý")
        NOT_VIETNAMESE = "not_vietnamese", _("Không viết bằng tiếng Việt")
        OUT_OF_SCOPE = "out_of_scope", _("Không thuộc phạm vi phản ánh, kiến nghị")
        COMPLAINT = "complaint", _("Là khiếu nại, tố cáo: phải gửi theo đường luật định")
        DUPLICATE = "duplicate", _("Trùng với phiếu đã gửi")
        ANSWERED_BEFORE = "answered_before", _("Đã được trả lời, không có tình tiết mới")
        ABUSE = "abuse", _("Xúc phạm, quảng cáo hoặc lạm dụng")

    # Of these the law wants who it is from, a clock and an answer that all can read.
    WITH_SENDER = (Kind.REFLECTION, Kind.PROPOSAL)
    # These go by laws of their own, and never become public.
    BY_OTHER_LAW = (Kind.COMPLAINT, Kind.DENUNCIATION)
    ENDED = (Status.REJECTED, Status.CLOSED, Status.WITHDRAWN)

    code = models.CharField(
        "mã phiếu", max_length=12, unique=True, default=new_code, editable=False
    )
    secret_hash = models.CharField(max_length=64, editable=False)
    # Of the form that it was sent with: sent twice, it makes one ticket.
    form_hash = models.CharField(max_length=64, unique=True, editable=False)
    register_year = models.PositiveSmallIntegerField("năm vào sổ", null=True, editable=False)
    register_number = models.PositiveIntegerField("số vào sổ", null=True, editable=False)

    declared_kind = models.CharField(
        "người gửi chọn loại", max_length=12, choices=Kind, editable=False
    )
    kind = models.CharField("loại", max_length=12, choices=Kind)
    subject = LineField("việc gì", max_length=200, blank=True)
    body = ProseField("nội dung", max_length=10_000, blank=True)
    content_erased_at = models.DateTimeField("xóa nội dung lúc", null=True, editable=False)
    is_anonymous = models.BooleanField("không ghi tên", default=False, editable=False)

    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name="về thủ tục",
    )
    agency_concerned = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets_about",
        verbose_name="về cơ quan",
    )
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name="về nơi nộp hồ sơ",
    )
    dossier_code = LineField("mã hồ sơ", max_length=60, blank=True)
    incident_on = models.DateField("xảy ra ngày", null=True, blank=True)
    about_staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="tickets_about",
        verbose_name="nói về cán bộ",
        help_text="Những người này không mở được phiếu, ở bất cứ đâu.",
    )

    channel = models.CharField("kênh", max_length=20, choices=Channel, default=Channel.WEB)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="entered_tickets",
        verbose_name="cán bộ nhập",
    )
    # What the other channel calls it: the number on the national portal, of the letter, of the call.
    source_reference = LineField("số ở kênh nguồn", max_length=100, blank=True)
    received_at = models.DateTimeField("tiếp nhận lúc", default=timezone.now, editable=False)

    status = models.CharField(
        "tình trạng", max_length=12, choices=Status, default=Status.RECEIVED, editable=False
    )
    status_at = models.DateTimeField("từ lúc", default=timezone.now, editable=False)
    reopened_at = models.DateTimeField("mở lại lúc", null=True, editable=False)
    reject_reason = models.CharField(
        "lý do không xử lý", max_length=20, choices=RejectReason, blank=True, editable=False
    )
    receiving_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="received_tickets",
        verbose_name="cơ quan tiếp nhận",
    )
    handling_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_tickets",
        verbose_name="cơ quan xử lý",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_tickets",
        verbose_name="gộp vào phiếu",
    )
    split_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="split_tickets",
        verbose_name="tách từ phiếu",
    )

    # Of a sender who agreed to be named: the name that is public. It goes as soon as the consent goes.
    public_sender_name = LineField(
        "tên người gửi nêu công khai", max_length=120, blank=True, editable=False
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False, editable=False)

    objects = OrdinaryTicketManager()
    everything = TicketQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = "phiếu phản ánh"
        verbose_name_plural = "phiếu phản ánh"
        permissions = [
            ("view_every_ticket", "Xem phiếu của mọi cơ quan"),
            ("classify_ticket", "Phân loại, chuyển phiếu"),
            ("answer_ticket", "Trả lời phiếu"),
            ("approve_publication", "Duyệt công khai kết quả"),
            ("export_ticket", "Xuất sổ phản ánh"),
            ("place_legal_hold", "Giữ dữ liệu theo yêu cầu pháp lý"),
            (DENUNCIATION_RIGHT, "Xử lý tố cáo"),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["register_year", "register_number"],
                condition=~Q(kind="denunciation"),
                name="feedback_ticket_register_number_once",
            ),
            models.UniqueConstraint(
                fields=["register_year", "register_number"],
                condition=Q(kind="denunciation"),
                name="feedback_ticket_restricted_number_once",
            ),
            models.CheckConstraint(
                condition=Q(register_year=None, register_number=None)
                | Q(register_year__isnull=False, register_number__isnull=False),
                name="feedback_ticket_register_number_has_year",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "rejected", "withdrawn"])
                | Q(register_number__isnull=False),
                name="feedback_ticket_accepted_is_registered",
            ),
            models.CheckConstraint(
                condition=Q(content_erased_at=None) & ~Q(subject="") & ~Q(body="")
                | Q(content_erased_at__isnull=False, subject="", body=""),
                name="feedback_ticket_has_content_until_erased",
            ),
            models.CheckConstraint(
                condition=Q(channel="web", entered_by=None)
                | ~Q(channel="web") & Q(entered_by__isnull=False),
                name="feedback_ticket_other_channels_name_the_officer",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(reject_reason=""),
                name="feedback_ticket_rejection_has_reason",
                violation_error_message="Không xử lý thì chọn lý do.",
            ),
            models.CheckConstraint(
                condition=Q(public_state="private")
                | ~Q(kind__in=["complaint", "denunciation"]) & Q(is_anonymous=False),
                name="feedback_ticket_only_some_become_public",
                violation_error_message="Khiếu nại, tố cáo và phiếu không ghi tên không được công khai.",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")), name="feedback_ticket_not_merged_into_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "received_at"], name="feedback_ticket_by_status"),
            models.Index(fields=["received_at"], name="feedback_ticket_by_day"),
            models.Index(fields=["kind"], name="feedback_ticket_by_kind"),
            models.Index(*most_pressing_first(), name="feedback_ticket_pressing"),
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="feedback_ticket_due",
            ),
            models.Index(
                fields=["last_said_at"],
                condition=DeskState.sender_wrote_last(),
                name="feedback_ticket_sender_last",
            ),
        ]

    def __str__(self):
        """The code: what is kept in logs and shown in lists of other things names nobody and quotes nothing."""
        return self.written_code

    @property
    def written_code(self):
        """As people read it aloud: K7QM-4RXP-9TCW."""
        return written(self.code)

    @property
    def register_entry(self):
        """Its place in the register, for staff: 12/2026."""
        return f"{self.register_number}/{self.register_year}" if self.register_number else ""

    @property
    def is_ended(self):
        return self.status in self.ENDED

    @property
    def runs_by_other_law(self):
        return self.kind in self.BY_OTHER_LAW

    @property
    def has_clock(self):
        """Whether a day is promised: not to who gives no name, and not for praise and comments."""
        with_day = (*self.WITH_SENDER, self.Kind.QUESTION, self.Kind.DENUNCIATION)
        return not self.is_anonymous and self.kind in with_day


class RegisterCounter(models.Model):
    """The last number given in the register of one year; denunciations have a register of their own."""

    year = models.PositiveSmallIntegerField()
    is_restricted = models.BooleanField(default=False)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "sổ đăng ký"
        verbose_name_plural = "sổ đăng ký"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "is_restricted"], name="feedback_registercounter_once"
            )
        ]

    def __str__(self):
        return f"Sổ năm {self.year}"


def may_handle_denunciations(user) -> bool:
    """Whether the right was given to this very person or to a group of theirs."""
    if not user.is_active:
        return False
    if not user.is_superuser:
        return user.has_perm(f"feedback.{DENUNCIATION_RIGHT}")
    if not hasattr(user, "_may_handle_denunciations"):
        named = Q(codename=DENUNCIATION_RIGHT, content_type__app_label="feedback")
        permissions = Permission.objects.filter(named)
        user._may_handle_denunciations = permissions.filter(
            Q(user=user) | Q(group__user=user)
        ).exists()
    return user._may_handle_denunciations
