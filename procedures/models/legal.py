"""Laws, decrees, circulars, decisions: an act is a row, never a string in a template."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Cast, Coalesce, ExtractYear
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, SlugKeyField
from portal.models import StoredFile
from portal.text import fold


class YearInNumber(models.Func):
    """The year that stands in a number such as 63/2010/NĐ-CP, as text; NULL where there is none."""

    template = "substring(%(expressions)s from '/((?:19|20)[0-9][0-9])(?:/|$)')"
    output_field = models.TextField()


class FoldedWords(models.Func):
    """Columns in one line without accents and capitals, as `portal.text.fold` makes it."""

    template = (
        r"lower(translate(normalize(%(expressions)s, NFD),"
        r" E'Đđ\u0302\u0306\u031b\u0300\u0301\u0303\u0309\u0323', 'dd'))"
    )
    arg_joiner = " || ' ' || "


class LegalDocumentQuerySet(models.QuerySet):
    def expired(self, on=None):
        return self.filter(expired_on__lte=on or timezone.localdate())

    def standing(self, status, on=None):
        return self.filter(self._standings(on)[status])

    def counts_by_status(self, on=None):
        standings = self._standings(on)
        return self.aggregate(
            **{status: Count("pk", filter=condition) for status, condition in standings.items()}
        )

    def _standings(self, on):
        """What `LegalDocument.status_on` says of a row, as conditions."""
        on = on or timezone.localdate()
        ended, partly = Q(expired_on__lte=on), Q(partly_expired_on__lte=on)
        begun, unknown = Q(effective_on__lte=on), Q(effective_on=None)
        statuses = self.model.Status
        return {
            statuses.EXPIRED: ended,
            statuses.PARTLY_EXPIRED: ~ended & partly,
            statuses.UNKNOWN: ~ended & ~partly & unknown,
            statuses.NOT_YET: ~ended & ~partly & ~unknown & ~begun,
            statuses.IN_FORCE: ~ended & ~partly & begun,
        }

    def about(self, words):
        """Those whose type, number and title hold every one of the words, typed with accents or without."""
        return self.filter(*(Q(folded_words__contains=fold(word)) for word in words))

    def newest_first(self, on=None):
        """By year, then by day. A year that is still to come is a misprint of the source and says nothing."""
        this_year = (on or timezone.localdate()).year
        return self.order_by(
            Case(When(year__lte=this_year, then="year")).desc(nulls_last=True),
            F("signed_on").desc(nulls_last=True),
            "slug",
        )


class LegalDocument(models.Model):
    """A legal act that procedures rest on."""

    class Status(models.TextChoices):
        UNKNOWN = "unknown", _("Chưa rõ hiệu lực")
        NOT_YET = "not_yet", _("Chưa có hiệu lực")
        IN_FORCE = "in_force", _("Còn hiệu lực")
        PARTLY_EXPIRED = "partly_expired", _("Hết hiệu lực một phần")
        EXPIRED = "expired", _("Hết hiệu lực")

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

    # Where the day of signing is not known, the year that the number carries.
    year = models.GeneratedField(
        expression=Coalesce(
            ExtractYear("signed_on"), Cast(YearInNumber("number"), models.IntegerField())
        ),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name="năm",
    )
    # Folding every title at each search took 55 of its 130 milliseconds with 1,232 acts.
    folded_words = models.GeneratedField(
        expression=FoldedWords("doc_type", "number", "title"),
        output_field=models.TextField(),
        db_persist=True,
    )

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

    def get_absolute_url(self):
        return reverse("procedures:legal_document", args=[self.slug])

    def clean(self):
        """Refuse a number that another act has already, written otherwise: its address is taken."""
        slug = self.slug_of(self.number)
        twin = LegalDocument.objects.filter(slug=slug).exclude(pk=self.pk).first()
        if self.number and not slug:
            raise ValidationError({"number": "Số, ký hiệu phải có chữ cái hoặc chữ số."})
        if twin:
            raise ValidationError(
                {
                    "number": f"Văn bản này đã có, ghi là {twin.number}. Hai số chỉ khác nhau ở chữ hoa,"
                    " dấu hoặc khoảng trắng là một văn bản. Xin sửa văn bản đã có."
                }
            )

    @classmethod
    def slug_of(cls, number):
        """What tells acts apart: 163/QĐ-BTP and 163/QD-BTP are one act."""
        return cls._meta.get_field("slug").made_from(number)

    @property
    def status(self):
        """Where the act stands today: follows its dates, so nobody has to switch it."""
        return self.status_on(timezone.localdate())

    def status_on(self, day):
        if self.expired_on and self.expired_on <= day:
            return self.Status.EXPIRED
        if self.partly_expired_on and self.partly_expired_on <= day:
            return self.Status.PARTLY_EXPIRED
        if self.effective_on is None:
            return self.Status.UNKNOWN
        return self.Status.NOT_YET if self.effective_on > day else self.Status.IN_FORCE

    @property
    def is_expired(self):
        return self.status == self.Status.EXPIRED

    @property
    def source_host(self):
        """The site that the link to the full text leads to."""
        return urlsplit(self.source_url).hostname


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

    def get_absolute_url(self):
        return reverse("procedures:legal_document_file", args=[self.document.slug, self.pk])


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
