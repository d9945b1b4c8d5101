"""The catalogue in other languages: terms, translated procedures, and the handbook made of them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.functional import cached_property

from portal.fields import LineField, ProseField
from portal.languages import foreign_languages
from procedures.models.catalogue import Procedure
from procedures.models.parts import OrderedPart


def language_field():
    """A language of the portal other than Vietnamese."""
    return models.CharField("ngôn ngữ", max_length=10, choices=foreign_languages)


class TermTranslation(models.Model):
    """The wording of one Vietnamese name (an agency, a sector, a paper) in another language.

    It hangs on the words, not on a row: wherever exactly these words stand, they are shown
    translated, and words that change are shown in Vietnamese until somebody translates them.
    """

    language = language_field()
    original = LineField("tiếng Việt", max_length=600)
    text = LineField("bản dịch", max_length=600)

    class Meta:
        verbose_name = "tên gọi bằng tiếng nước ngoài"
        verbose_name_plural = "tên gọi bằng tiếng nước ngoài"
        constraints = [
            models.UniqueConstraint(
                fields=["language", "original"],
                name="procedures_termtranslation_once_per_language",
                violation_error_message="Tên này đã có bản dịch ở ngôn ngữ đó.",
            )
        ]

    def __str__(self):
        return f"{self.original} → {self.text}"


def originals_of(procedure):
    """What of a procedure is translated text by text, in the order of its page, each text once."""
    texts = []
    for case in procedure.cases.all():
        texts.append(case.name)
        for paper in case.documents.all():
            texts += [paper.name, paper.note]
    texts += [result.name for result in procedure.results.all()]
    texts += procedure.requirements.splitlines()
    texts.append(procedure.partial_reason)
    return list(dict.fromkeys(filter(None, texts)))


class ProcedureTranslationQuerySet(models.QuerySet):
    def outdated(self):
        """Made from a version that is older than the procedure as it stands now."""
        return self.filter(procedure__updated_at__gt=F("made_from"))

    def of(self, procedure, language):
        """The translation of a procedure with its texts; None where nobody has made one."""
        found = self.filter(procedure=procedure, language=language)
        return found.select_related("procedure").prefetch_related("texts").first()


class ProcedureTranslation(models.Model):
    """A procedure told in another language.

    Figures (times, fees, numbers of papers) are never translated: they come from the procedure
    itself. The notes say in words what a foreigner needs to know beside them.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="translations", verbose_name="thủ tục"
    )
    language = language_field()
    name = ProseField("tên thủ tục")
    summary = ProseField("tóm tắt", blank=True)
    bring_note = ProseField("mang gì: nói thêm", blank=True)
    time_note = ProseField("bao lâu: nói thêm", blank=True)
    fee_note = ProseField("phí, lệ phí: nói thêm", blank=True)
    where_note = ProseField("nộp ở đâu: nói thêm", blank=True)
    online_note = ProseField("trực tuyến: nói thêm", blank=True)
    made_from = models.DateTimeField(
        "dịch từ bản cập nhật lúc",
        help_text="Thời điểm cập nhật của bản tiếng Việt khi dịch. Bản tiếng Việt mới hơn thì trang dịch tự báo.",
    )

    objects = ProcedureTranslationQuerySet.as_manager()

    class Meta:
        verbose_name = "bản dịch thủ tục"
        verbose_name_plural = "bản dịch thủ tục"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "language"],
                name="procedures_proceduretranslation_once_per_language",
                violation_error_message="Thủ tục này đã có bản dịch ở ngôn ngữ đó.",
            )
        ]

    def __str__(self):
        return f"{self.procedure.code} ({self.get_language_display()}) {self.name[:80]}"

    @property
    def is_outdated(self):
        return self.procedure.updated_at > self.made_from

    def text_of(self, original):
        """The translation of a paper's, case's or result's words; None where there is none."""
        return self._text_by_original.get(original)

    @cached_property
    def _text_by_original(self):
        return {row.original: row.text for row in self.texts.all() if row.text}


class TranslatedText(OrderedPart):
    """One paper, case, condition or result of a procedure, as it stood when it was translated, and its translation.

    Held by its words: when the procedure is imported anew its rows are made anew, and what still says
    the same is still translated.
    """

    translation = models.ForeignKey(
        ProcedureTranslation, on_delete=models.CASCADE, related_name="texts"
    )
    original = ProseField("tiếng Việt")
    text = ProseField("bản dịch", blank=True)

    class Meta(OrderedPart.Meta):
        verbose_name = "giấy tờ, trường hợp, kết quả"
        verbose_name_plural = "giấy tờ, trường hợp, kết quả"

    def __str__(self):
        return self.original[:80]


class HandbookEntryQuerySet(models.QuerySet):
    def listed(self):
        """Entries in their order, without procedures that have ended."""
        listed = self.filter(translation__procedure__in=Procedure.objects.listed())
        return listed.select_related("translation__procedure").order_by("order", "pk")

    def with_parts(self):
        """With all that the handbook tells of a procedure."""
        procedures = Procedure.objects.select_related("qr_target").prefetch_related(
            "methods__fees", "cases__documents", "results", "agency_roles__agency"
        )
        return self.select_related(None).prefetch_related(
            Prefetch("translation__procedure", procedures), "translation__texts"
        )


class HandbookChapterQuerySet(models.QuerySet):
    def with_entries(self, entries):
        """Chapters in their order, each with those of the entries that stand in it; an empty one is left out."""
        return (
            self.filter(pk__in=entries.values("chapter"))
            .prefetch_related(Prefetch("entries", entries))
            .order_by("order", "pk")
        )


class HandbookChapter(OrderedPart):
    """A chapter of the handbook of procedures for foreigners, in one language."""

    language = language_field()
    title = LineField("tên chương", max_length=200)
    slug = models.SlugField(
        "địa chỉ trong trang",
        max_length=80,
        help_text="Chữ không dấu, nối bằng gạch ngang. Lưu rồi không đổi được.",
    )
    introduction = ProseField("lời dẫn", blank=True)

    objects = HandbookChapterQuerySet.as_manager()

    class Meta(OrderedPart.Meta):
        verbose_name = "chương sổ tay cho người nước ngoài"
        verbose_name_plural = "sổ tay cho người nước ngoài"
        constraints = [
            models.UniqueConstraint(
                fields=["language", "slug"],
                name="procedures_handbookchapter_slug_once_per_language",
                violation_error_message="Địa chỉ này đã có trong sổ tay của ngôn ngữ đó.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="procedures_handbookchapter_has_title",
                violation_error_message="Chương phải có tên.",
            ),
        ]

    def __str__(self):
        return self.title


class HandbookEntry(OrderedPart):
    """A translated procedure that stands in a chapter."""

    chapter = models.ForeignKey(HandbookChapter, on_delete=models.CASCADE, related_name="entries")
    translation = models.ForeignKey(
        ProcedureTranslation,
        on_delete=models.CASCADE,
        related_name="handbook_entries",
        verbose_name="bản dịch thủ tục",
    )

    objects = HandbookEntryQuerySet.as_manager()

    class Meta(OrderedPart.Meta):
        verbose_name = "thủ tục trong chương"
        verbose_name_plural = "thủ tục trong chương"
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "translation"],
                name="procedures_handbookentry_once_per_chapter",
                violation_error_message="Thủ tục này đã có trong chương.",
            )
        ]

    def __str__(self):
        return str(self.translation)

    def clean(self):
        if self.translation_id and self.translation.language != self.chapter.language:
            raise ValidationError("Bản dịch này ở ngôn ngữ khác với chương.")
