"""The parts of a procedure, in the order of the official template, and the record they came from."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, ProseField
from procedures.models.agencies import Agency
from procedures.models.catalogue import Procedure
from procedures.models.legal import LegalDocument


class OrderedPart(models.Model):
    """A part of a procedure that stands in a given order."""

    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]


class ProcedureStep(OrderedPart):
    """One step of the way a dossier goes (trình tự thực hiện)."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="steps")
    title = LineField("tên bước", max_length=200, blank=True, help_text="Ví dụ “Bước 1”.")
    body = ProseField("nội dung")

    class Meta(OrderedPart.Meta):
        verbose_name = "bước thực hiện"
        verbose_name_plural = "trình tự thực hiện"

    def __str__(self):
        return self.title or self.body[:60]


class SubmissionMethod(OrderedPart):
    """One way to hand in, with the time limit and the fees that belong to it."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Trực tiếp")
        ONLINE = "online", _("Trực tuyến")
        POSTAL = "postal", _("Dịch vụ bưu chính")

    class Unit(models.TextChoices):
        WORKING_DAY = "working_day", _("ngày làm việc")
        DAY = "day", _("ngày")
        HOUR = "hour", _("giờ")
        MONTH = "month", _("tháng")
        IMMEDIATE = "immediate", _("giải quyết ngay")

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="methods")
    kind = models.CharField("hình thức nộp", max_length=10, choices=Kind)
    duration_value = models.DecimalField(
        "thời hạn", max_digits=6, decimal_places=1, null=True, blank=True
    )
    duration_unit = models.CharField("đơn vị", max_length=12, choices=Unit, blank=True)
    duration_note = ProseField(
        "thời hạn bằng chữ",
        blank=True,
        help_text="Chữ của nguồn, hoặc khi thời hạn tùy trường hợp. Để trống nếu chưa có thông tin.",
    )
    description = ProseField("mô tả", blank=True)

    class Meta(OrderedPart.Meta):
        verbose_name = "cách thức thực hiện"
        verbose_name_plural = "cách thức thực hiện"
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_value=None, duration_unit__in=["", "immediate"])
                | Q(
                    duration_value__gt=0,
                    duration_unit__in=["working_day", "day", "hour", "month"],
                ),
                name="procedures_submissionmethod_duration_with_unit",
                violation_error_message="Thời hạn phải lớn hơn 0 và đi cùng đơn vị (ngày làm việc, ngày, giờ, tháng).",
            )
        ]

    def __str__(self):
        return self.get_kind_display()


class Fee(OrderedPart):
    """A charge (phí) or levy (lệ phí) of one method. An unknown amount is never shown as free."""

    class Kind(models.TextChoices):
        CHARGE = "charge", _("Phí")
        LEVY = "levy", _("Lệ phí")

    class Currency(models.TextChoices):
        VND = "VND", _("đồng")
        USD = "USD", _("đô la Mỹ")

    method = models.ForeignKey(SubmissionMethod, on_delete=models.CASCADE, related_name="fees")
    kind = models.CharField(
        "phí hay lệ phí", max_length=10, choices=Kind, blank=True, help_text="Để trống nếu chưa rõ."
    )
    name = LineField("tên khoản thu", max_length=500, blank=True)
    amount = models.DecimalField(
        "số tiền",
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="0 nghĩa là miễn phí. Để trống nghĩa là chưa có thông tin.",
    )
    currency = models.CharField("loại tiền", max_length=3, choices=Currency, default=Currency.VND)
    note = ProseField("ghi chú", blank=True)
    exempt = ProseField("miễn, giảm cho", blank=True)
    source_text = ProseField("chữ của nguồn", blank=True)

    class Meta(OrderedPart.Meta):
        verbose_name = "phí, lệ phí"
        verbose_name_plural = "phí, lệ phí"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="procedures_fee_not_negative",
                violation_error_message="Số tiền không được âm.",
            )
        ]

    def __str__(self):
        return self.name or self.source_text or self.get_kind_display()

    @property
    def is_free(self):
        return self.amount is not None and self.amount == 0


class DossierCase(OrderedPart):
    """A case (trường hợp) with its own papers. A procedure without cases has one without a name."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="cases")
    name = ProseField("trường hợp", blank=True)

    class Meta(OrderedPart.Meta):
        verbose_name = "trường hợp hồ sơ"
        verbose_name_plural = "thành phần hồ sơ theo trường hợp"

    def __str__(self):
        return self.name[:80] or "Hồ sơ chung"


class RequiredDocument(OrderedPart):
    """A paper to bring, or a note that the source put between the papers."""

    case = models.ForeignKey(DossierCase, on_delete=models.CASCADE, related_name="documents")
    name = ProseField("tên giấy tờ")
    is_note = models.BooleanField(
        "là ghi chú",
        default=False,
        help_text="Dòng chữ giữa các giấy tờ, không phải giấy tờ phải nộp.",
    )
    original_qty = models.PositiveSmallIntegerField("bản chính", null=True, blank=True)
    copy_qty = models.PositiveSmallIntegerField("bản sao", null=True, blank=True)
    photocopy_qty = models.PositiveSmallIntegerField("bản chụp", null=True, blank=True)
    form_name = LineField("mẫu đơn, tờ khai", max_length=500, blank=True)
    form_url = models.URLField("địa chỉ tải mẫu", max_length=500, blank=True)
    note = ProseField("ghi chú", blank=True)

    class Meta(OrderedPart.Meta):
        verbose_name = "giấy tờ"
        verbose_name_plural = "giấy tờ"

    def __str__(self):
        return self.name[:80]

    @property
    def has_quantity(self):
        return bool(self.original_qty or self.copy_qty or self.photocopy_qty)


class ProcedureResult(OrderedPart):
    """What the applicant gets: a certificate, a licence, a decision."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="results")
    name = ProseField("tên kết quả")
    code = LineField("mã kết quả", max_length=60, blank=True)

    class Meta(OrderedPart.Meta):
        verbose_name = "kết quả thực hiện"
        verbose_name_plural = "kết quả thực hiện"

    def __str__(self):
        return self.name[:80]


class LegalBasis(OrderedPart):
    """An act that a procedure rests on; where the source gives no number, only its words."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="legal_bases")
    document = models.ForeignKey(
        LegalDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bases",
        verbose_name="văn bản",
    )
    text = ProseField(
        "chữ của nguồn", blank=True, help_text="Khi nguồn không ghi số, hoặc ghi trích yếu khác."
    )

    class Meta(OrderedPart.Meta):
        verbose_name = "căn cứ pháp lý"
        verbose_name_plural = "căn cứ pháp lý"
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(text=""),
                name="procedures_legalbasis_says_something",
                violation_error_message="Chọn văn bản hoặc ghi nội dung căn cứ.",
            )
        ]

    def __str__(self):
        return self.document.number if self.document else self.text[:80]


class ProcedureAgency(OrderedPart):
    """The part that an agency has in a procedure."""

    class Role(models.TextChoices):
        EXECUTING = "executing", _("Cơ quan thực hiện")
        COMPETENT = "competent", _("Cơ quan có thẩm quyền")
        AUTHORISED = "authorised", _("Cơ quan được ủy quyền")
        COORDINATING = "coordinating", _("Cơ quan phối hợp")
        ISSUING = "issuing", _("Cơ quan ban hành")

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="agency_roles")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="procedure_roles", verbose_name="cơ quan"
    )
    role = models.CharField("vai trò", max_length=14, choices=Role)

    class Meta(OrderedPart.Meta):
        verbose_name = "cơ quan và vai trò"
        verbose_name_plural = "cơ quan và vai trò"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "agency", "role"],
                name="procedures_procedureagency_once_per_role",
                violation_error_message="Cơ quan này đã có vai trò đó trong thủ tục.",
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.agency}"


class ProcedureSource(models.Model):
    """The record that a procedure was last imported from, whole as it came.

    Nothing of the source is lost, an unchanged record is known without comparing rows,
    and what staff edited since can be told from what the source changed.
    """

    procedure = models.OneToOneField(
        Procedure, on_delete=models.CASCADE, related_name="source", verbose_name="thủ tục"
    )
    origin = LineField("nguồn", max_length=200, blank=True)
    record = models.JSONField("bản ghi gốc")
    digest = models.CharField("dấu của bản ghi", max_length=64)
    imported_at = models.DateTimeField("nhập lúc", default=timezone.now)

    class Meta:
        verbose_name = "bản ghi nguồn"
        verbose_name_plural = "bản ghi nguồn"

    def __str__(self):
        return f"{self.procedure.code} ({self.origin})"
