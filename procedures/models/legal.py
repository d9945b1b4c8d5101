"""Laws, decrees, circulars, decisions: an act is a row, never a string in a template."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.fields import LineField, SlugKeyField
from portal.models import StoredFile


class LegalDocumentQuerySet(models.QuerySet):
    def expired(self, on=None):
        return self.filter(expired_on__lte=on or timezone.localdate())


class LegalDocument(models.Model):
    """A legal act that procedures rest on."""

    class Status(models.TextChoices):
        UNKNOWN = "unknown", "Chưa rõ hiệu lực"
        NOT_YET = "not_yet", "Chưa có hiệu lực"
        IN_FORCE = "in_force", "Còn hiệu lực"
        PARTLY_EXPIRED = "partly_expired", "Hết hiệu lực một phần"
        EXPIRED = "expired", "Hết hiệu lực"

    doc_type = LineField(
        "loại văn bản", max_length=60, blank=True, help_text="Luật, Nghị định, Thông tư…"
    )
    number = LineField(
        "số, ký hiệu", max_length=120, unique=True, help_text="Ví dụ 118/2025/NĐ-CP."
    )
    slug = SlugKeyField(of="number", verbose_name="địa chỉ trang")
    title = LineField("trích yếu", max_length=1500)
    issuer = LineField("cơ quan ban hành", max_length=200, blank=True)
    signed_on = models.DateField("ngày ban hành", null=True, blank=True)
    effective_on = models.DateField("có hiệu lực từ", null=True, blank=True)
    partly_expired_on = models.DateField("hết hiệu lực một phần từ", null=True, blank=True)
    expired_on = models.DateField("hết hiệu lực từ", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name="được thay thế bởi",
    )
    amended_by = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="amends",
        verbose_name="được sửa đổi bởi",
    )
    source_url = models.URLField("địa chỉ toàn văn", blank=True)

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản pháp luật"
        verbose_name_plural = "văn bản pháp luật"
        constraints = [
            models.CheckConstraint(
                condition=~Q(number=""),
                name="procedures_legaldocument_has_number",
                violation_error_message="Văn bản phải có số, ký hiệu.",
            )
        ]

    def __str__(self):
        return self.number

    @property
    def status(self):
        """Where the act stands today: follows its dates, so nobody has to switch it."""
        today = timezone.localdate()
        if self.expired_on and self.expired_on <= today:
            return self.Status.EXPIRED
        if self.partly_expired_on and self.partly_expired_on <= today:
            return self.Status.PARTLY_EXPIRED
        if self.effective_on is None:
            return self.Status.UNKNOWN
        return self.Status.NOT_YET if self.effective_on > today else self.Status.IN_FORCE

    @property
    def is_expired(self):
        return self.status == self.Status.EXPIRED


class LegalDocumentFile(StoredFile):
    """The text of an act as a file: the signed copy, an annex, a form."""

    document = models.ForeignKey(
        LegalDocument, on_delete=models.CASCADE, related_name="files", verbose_name="văn bản"
    )
    order = models.PositiveSmallIntegerField("thứ tự", null=True, blank=True)

    class Meta:
        verbose_name = "tệp của văn bản"
        verbose_name_plural = "các tệp của văn bản"
        ordering = ["order", "pk"]


class PublicationDecision(models.Model):
    """A decision of a minister or of the province's chairman that publishes procedures (quyết định công bố)."""

    number = LineField("số quyết định", max_length=120, unique=True, help_text="Ví dụ 163/QĐ-BTP.")
    title = LineField("trích yếu", max_length=1000, blank=True)
    issuer = LineField("cơ quan ban hành", max_length=200, blank=True)
    signer = LineField("người ký", max_length=120, blank=True)
    signed_on = models.DateField("ngày ký", null=True, blank=True)
    effective_on = models.DateField("có hiệu lực từ", null=True, blank=True)
    source_url = models.URLField("địa chỉ toàn văn", blank=True)

    class Meta:
        verbose_name = "quyết định công bố"
        verbose_name_plural = "quyết định công bố"

    def __str__(self):
        return self.number
