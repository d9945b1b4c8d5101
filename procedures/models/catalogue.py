"""Procedures, and the codes they are known by.

Order and names of the parts follow the National Database on Administrative Procedures
(Decree 63/2010 article 8, as amended by Decrees 48/2013 and 92/2017).
"""

import re
import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, ProseField, SortKeyField
from portal.languages import is_source
from procedures.models.legal import PublicationDecision
from procedures.models.sectors import Audience, Sector

CODE_PATTERN = r"^\d\.\d{6}(\.H\d{2})?$"


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
        roles = self.model.agency_roles.rel.related_model.objects
        roles = roles.filter(role="executing").select_related("agency").order_by("order", "pk")
        return (
            self.select_related("sector")
            .only("code", "name", "levels", "status", "expired_on", "is_sample", "sector")
            .prefetch_related(
                Prefetch("agency_roles", roles, to_attr="executing_roles"),
                *self._translated_names("translations"),
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
            *self._translated_names("replaced_by__translations", "related__translations"),
        )

    def with_translated_name(self):
        return self.prefetch_related(*self._translated_names("translations"))

    def _translated_names(self, *lookups):
        """What `translated_name` reads; nothing on Vietnamese pages."""
        if is_source():
            return []
        translations = self.model.translations.rel.related_model.objects
        names = translations.filter(language=get_language()).only("procedure", "name")
        return [Prefetch(lookup, names, to_attr="names_in_language") for lookup in lookups]


class Procedure(models.Model):
    """An administrative procedure (thủ tục hành chính) as published by decision."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản thảo")
        REVIEW = "review", _("Chờ duyệt")
        PUBLISHED = "published", _("Đang áp dụng")
        SUSPENDED = "suspended", pgettext_lazy("thủ tục", "Tạm dừng")
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
    partial_reason = LineField("vì sao chỉ trực tuyến một phần", max_length=500, blank=True)
    proactive_level = models.PositiveSmallIntegerField(
        "mức độ dịch vụ công chủ động",
        null=True,
        blank=True,
        help_text="Từ 1 đến 4; không liên quan “mức độ 3, mức độ 4” trước đây.",
    )
    national_url = models.URLField(
        "trang trên Cổng Dịch vụ công quốc gia", max_length=500, blank=True
    )
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
    related = models.ManyToManyField("self", blank=True, verbose_name="thủ tục liên quan")
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
            # Every page says when the catalogue last changed.
            models.Index(fields=["updated_at"], name="procedures_procedure_updated"),
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
    def translated_name(self):
        """Its name in the language of the page where one was fetched, else empty."""
        names = getattr(self, "names_in_language", [])
        return names[0].name if names else ""

    @property
    def has_long_name(self):
        """Whether the name would fill a phone's screen in the usual size of a heading."""
        return len(self.name) > 160

    @property
    def is_coming(self):
        return self.effective_on is not None and self.effective_on > timezone.localdate()

    @property
    def level_labels(self):
        return [Level(level).label for level in self.levels]

    @property
    def other_agencies_count(self):
        """For cards: how many agencies settle it beside the one named."""
        return len(self.executing_roles) - 1

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
            "thành phần hồ sơ": self.cases.filter(documents__isnull=False).exists(),
            "số bộ hồ sơ": self.sets_required is not None,
            "đối tượng thực hiện": self.audiences.exists(),
            "cơ quan thực hiện": self.agency_roles.filter(role="executing").exists(),
        }
        return [part for part, is_present in present.items() if not is_present]


# Signs that people put between the parts of a code, or leave out.
_TYPED_CODE = re.compile(r"(?<!\d)(\d)[.,\-_/\s]{0,3}(\d{6})(?!\d)((?:\s?[.,\-]\s?[\dH]+)*)", re.I)


def codes_meant_by(typed):
    """The codes that a person may mean, likeliest first.

    Forms seen: 1001193, " 1.001193 ", 1,001193, "1 001193", "Mã TTHC: 1.001193", full-width digits,
    1.001193.000.00.00.H12 (the national form with the province), 1.010039.01.
    A province's own variant such as 1.012753.H19 comes before its base code.
    """
    match = _TYPED_CODE.search(unicodedata.normalize("NFKC", typed[:300]))
    if match is None:
        return []
    base = f"{match[1]}.{match[2]}"
    province = re.search(r"[.,\-]\s?(H\d{2})$", match[3], re.I)
    return [f"{base}.{province[1].upper()}", base] if province else [base]
