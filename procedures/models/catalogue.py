"""The catalogue: sectors, and procedures with every part that the law wants published.

Order and names of the parts follow the National Database on Administrative Procedures
(Decree 63/2010 article 8, as amended by Decrees 48/2013 and 92/2017).
"""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, ProseField, SortKeyField
from procedures.models.agencies import Agency
from procedures.models.legal import LegalDocument, PublicationDecision

CODE_PATTERN = r"^\d\.\d{6}(\.H\d{2})?$"


class Sector(models.Model):
    """A field of administration as the national database names it: đất đai, hộ tịch…"""

    name = LineField("tên", max_length=300, unique=True)
    sort_key = SortKeyField()
    slug = models.SlugField("địa chỉ trang", max_length=120, unique=True)
    description = ProseField("giới thiệu", blank=True)

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("procedures:sector_detail", args=[self.slug])


class SectorGroup(models.Model):
    """What brings a citizen here, in the citizen's words: "Sinh con", "Nhà, đất", "Kinh doanh"."""

    name = LineField("tên", max_length=120, unique=True)
    slug = models.SlugField("địa chỉ trang", max_length=120, unique=True)
    description = LineField("một câu giới thiệu", max_length=300, blank=True)
    icon = models.CharField("biểu tượng", max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(
        "thứ tự", default=0, help_text="Sáu nhóm đứng đầu hiện ở trang chủ."
    )
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="groups", verbose_name="gồm các lĩnh vực"
    )
    procedures = models.ManyToManyField(
        "Procedure",
        blank=True,
        related_name="groups",
        verbose_name="thêm các thủ tục",
        help_text="Thủ tục thuộc lĩnh vực khác nhưng người dân cần trong việc này.",
    )

    class Meta:
        verbose_name = "nhóm theo việc của người dân"
        verbose_name_plural = "nhóm theo việc của người dân"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('procedures:procedure_list')}?nhom={self.slug}"


class Audience(models.Model):
    """Who may use a procedure: công dân Việt Nam, người nước ngoài, doanh nghiệp…"""

    name = LineField("tên", max_length=200, unique=True)
    slug = models.SlugField("địa chỉ", max_length=120, unique=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "đối tượng thực hiện"
        verbose_name_plural = "đối tượng thực hiện"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class Level(models.TextChoices):
    """Who settles it. The district tier ended on 01/07/2025 and stays only in old records."""

    MINISTRY = "ministry", _("Cấp bộ")
    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")
    OTHER = "other", _("Cơ quan khác")


class ProcedureQuerySet(models.QuerySet):
    def published(self):
        """Those with a public page. One that has ended keeps its page: printed codes lead there."""
        status = Procedure.Status
        return self.filter(status__in=[status.PUBLISHED, status.SUSPENDED, status.EXPIRED])

    def listed(self, on=None):
        """Those that lists, search and the site map show: published and not ended."""
        on = on or timezone.localdate()
        return self.published().filter(
            ~Q(status=Procedure.Status.EXPIRED), Q(expired_on=None) | Q(expired_on__gt=on)
        )

    def in_name_order(self):
        return self.order_by("sort_key", "code")

    def for_cards(self):
        """What a row of a list shows, without the long texts."""
        return (
            self.select_related("sector")
            .only("code", "name", "levels", "online_level", "status", "is_sample", "sector")
            .prefetch_related(
                Prefetch(
                    "agency_roles",
                    ProcedureAgency.objects.filter(role=ProcedureAgency.Role.EXECUTING)
                    .select_related("agency")
                    .order_by("order", "pk"),
                    to_attr="executing_roles",
                ),
                Prefetch(
                    "methods",
                    SubmissionMethod.objects.only(
                        "procedure", "kind", "duration_value", "duration_unit", "duration_note"
                    ).order_by("order", "pk"),
                ),
            )
        )

    def with_parts(self):
        """Everything that the procedure's page shows, in one query a part."""
        return self.select_related(
            "sector", "decision", "replaced_by", "qr_target"
        ).prefetch_related(
            "audiences",
            "steps",
            "methods__fees",
            "cases__documents",
            "results",
            "legal_bases__document",
            "agency_roles__agency",
            "related",
        )


class Procedure(models.Model):
    """An administrative procedure (thủ tục hành chính) as published by decision."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản thảo")
        REVIEW = "review", _("Chờ duyệt")
        PUBLISHED = "published", _("Đang áp dụng")
        SUSPENDED = "suspended", _("Tạm dừng")
        EXPIRED = "expired", _("Hết hiệu lực")

    class OnlineLevel(models.TextChoices):
        FULL = "full", _("Toàn trình")
        PARTIAL = "partial", _("Một phần")
        NONE = "none", _("Chưa cung cấp trực tuyến")

    code = LineField(
        "mã thủ tục",
        max_length=16,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, "Mã có dạng 1.001193 hoặc 1.012753.H19.")],
        help_text="Mã trên Cơ sở dữ liệu quốc gia về thủ tục hành chính.",
    )
    name = LineField("tên thủ tục", max_length=2000)
    sort_key = SortKeyField()
    decision = models.ForeignKey(
        PublicationDecision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name="quyết định công bố",
    )
    decision_text = LineField(
        "số quyết định ghi ở nguồn",
        max_length=200,
        blank=True,
        help_text="Giữ nguyên chữ của nguồn khi khác với số đã chuẩn hóa.",
    )
    levels = ArrayField(
        models.CharField(max_length=20, choices=Level),
        default=list,
        blank=True,
        verbose_name="cấp thực hiện",
    )
    procedure_type = LineField("loại thủ tục", max_length=200, blank=True)
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name="lĩnh vực",
    )
    audiences = models.ManyToManyField(
        Audience, blank=True, related_name="procedures", verbose_name="đối tượng thực hiện"
    )
    summary = ProseField(
        "tóm tắt dễ hiểu",
        blank=True,
        help_text="Một đến ba câu: việc gì, cho ai, khi nào. Hiện ngay dưới tên thủ tục.",
    )
    sets_required = models.PositiveSmallIntegerField("số bộ hồ sơ", null=True, blank=True)
    receiving_address = ProseField("địa chỉ tiếp nhận", blank=True)
    requirements = ProseField("yêu cầu, điều kiện", blank=True)
    keywords = LineField(
        "từ khóa",
        max_length=1000,
        blank=True,
        help_text="Cách người dân vẫn gọi, cách nhau bằng dấu phẩy. Giúp tìm kiếm.",
    )
    description = ProseField("mô tả", blank=True)
    online_level = models.CharField(
        "dịch vụ công trực tuyến",
        max_length=10,
        choices=OnlineLevel,
        blank=True,
        help_text="Để trống nếu chưa có thông tin.",
    )
    partial_reason = LineField(
        "vì sao chỉ trực tuyến một phần", max_length=500, blank=True
    )
    proactive_level = models.PositiveSmallIntegerField(
        "mức độ dịch vụ công chủ động",
        null=True,
        blank=True,
        help_text="Từ 1 đến 4; không liên quan “mức độ 3, mức độ 4” trước đây.",
    )
    national_url = models.URLField("trang trên Cổng Dịch vụ công quốc gia", max_length=500, blank=True)
    synced_on = models.DateField("đối chiếu với nguồn ngày", null=True, blank=True)
    status = models.CharField("trạng thái", max_length=12, choices=Status, default=Status.DRAFT)
    suspended_reason = LineField("lý do tạm dừng", max_length=500, blank=True)
    effective_on = models.DateField("có hiệu lực từ", null=True, blank=True)
    expired_on = models.DateField("hết hiệu lực từ", null=True, blank=True)
    expired_by = LineField("hết hiệu lực theo", max_length=300, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name="được thay thế bởi",
    )
    related = models.ManyToManyField(
        "self", blank=True, verbose_name="thủ tục liên quan"
    )
    related_text = ProseField("thủ tục liên quan ghi ở nguồn", blank=True)
    popularity = models.PositiveSmallIntegerField(
        "được tìm nhiều",
        default=0,
        help_text="0 là bình thường; số càng lớn càng đứng trước ở trang chủ và khi kết quả tìm ngang nhau.",
    )
    is_sample = models.BooleanField(
        "nội dung mẫu",
        default=False,
        help_text="Viết để trình diễn; trang công khai ghi rõ là nội dung mẫu.",
    )
    updated_at = models.DateTimeField("nội dung cập nhật lúc", default=timezone.now)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = "thủ tục hành chính"
        verbose_name_plural = "thủ tục hành chính"
        indexes = [
            GinIndex(fields=["levels"], name="procedures_procedure_levels"),
            models.Index(fields=["sort_key", "code"], name="procedures_procedure_in_order"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN),
                name="procedures_procedure_code_form",
                violation_error_message="Mã có dạng 1.001193 hoặc 1.012753.H19.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="procedures_procedure_has_name",
                violation_error_message="Thủ tục phải có tên.",
            ),
            models.CheckConstraint(
                condition=Q(levels__contained_by=[choice.value for choice in Level]),
                name="procedures_procedure_known_levels",
                violation_error_message="Cấp thực hiện không có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=~Q(online_level="partial") | ~Q(partial_reason=""),
                name="procedures_procedure_partial_has_reason",
                violation_error_message="Trực tuyến một phần phải nêu lý do (Nghị định 224/2026, Điều 14).",
            ),
            models.CheckConstraint(
                condition=~Q(status="suspended") | ~Q(suspended_reason=""),
                name="procedures_procedure_suspended_has_reason",
                violation_error_message="Tạm dừng phải nêu lý do.",
            ),
            models.CheckConstraint(
                condition=~Q(status="expired") | Q(expired_on__isnull=False),
                name="procedures_procedure_expired_has_date",
                violation_error_message="Thủ tục hết hiệu lực phải ghi ngày hết hiệu lực.",
            ),
            models.CheckConstraint(
                condition=Q(proactive_level=None) | Q(proactive_level__range=(1, 4)),
                name="procedures_procedure_proactive_level_1_to_4",
                violation_error_message="Mức độ chủ động từ 1 đến 4.",
            ),
            models.CheckConstraint(
                condition=~Q(replaced_by=F("id")),
                name="procedures_procedure_not_replaced_by_itself",
                violation_error_message="Thủ tục không thể thay thế chính nó.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name[:90]}"

    def get_absolute_url(self):
        return reverse("procedures:procedure_detail", args=[self.code])

    @property
    def is_expired(self):
        ended = self.expired_on is not None and self.expired_on <= timezone.localdate()
        return ended or self.status == self.Status.EXPIRED

    @property
    def is_coming(self):
        return self.effective_on is not None and self.effective_on > timezone.localdate()

    @property
    def level_labels(self):
        return [Level(level).label for level in self.levels]

    def agencies_as(self, role):
        return [row.agency for row in self.agency_roles.all() if row.role == role]

    def missing_parts(self):
        """The compulsory parts (Decree 63/2010 article 8) that are still empty, in words for staff."""
        present = {
            "trình tự thực hiện": self.steps.exists(),
            "cách thức thực hiện": self.methods.exists(),
            "thời hạn giải quyết": self.methods.exclude(
                duration_value=None, duration_unit="", duration_note=""
            ).exists(),
            "thành phần hồ sơ": RequiredDocument.objects.filter(case__procedure=self).exists(),
            "số bộ hồ sơ": self.sets_required is not None,
            "đối tượng thực hiện": self.audiences.exists(),
            "cơ quan thực hiện": self.agency_roles.filter(
                role=ProcedureAgency.Role.EXECUTING
            ).exists(),
        }
        return [part for part, is_present in present.items() if not is_present]


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
        "là ghi chú", default=False, help_text="Dòng chữ giữa các giấy tờ, không phải giấy tờ phải nộp."
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


_TYPED_CODE = re.compile(r"(\d)[.,\s]{0,2}(\d{6})(?!\d)((?:\.[\dH]+)*)", re.I)


def codes_meant_by(typed):
    """The codes that a person may mean, likeliest first.

    Forms seen: 1001193, " 1.001193 ", 1,001193, 1.001193.000.00.00.H12 (the national form with the
    province), 1.010039.01. A province's own variant such as 1.012753.H19 comes before its base code.
    """
    match = _TYPED_CODE.search(typed)
    if match is None or typed[: match.start()].rstrip()[-1:].isdigit():
        return []
    base = f"{match[1]}.{match[2]}"
    province = re.search(r"\.(H\d{2})$", match[3], re.I)
    return [f"{base}.{province[1].upper()}", base] if province else [base]
