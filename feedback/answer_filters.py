"""The filters of the lists of public answers."""

from django.db.models import Count
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.answer_search import with_words
from feedback.models import Ticket
from feedback.public_answers import with_agency
from portal.text import clean_line
from procedures.filters import Dimension, Filter
from procedures.models import Agency, Procedure, Sector


class KindDimension(Dimension):
    name, label, every_label = "loai", _("Loại"), _("Mọi loại")

    def exists(self, value):
        return value in Ticket.Kind.values and value not in Ticket.BY_OTHER_LAW

    def label_of(self, value):
        return Ticket.Kind(value).label

    def narrow(self, texts, value):
        return texts.filter(kind=value)

    def count(self, texts):
        counts = _counts(texts, "kind")
        return [(kind, label, counts.get(kind, 0)) for kind, label in Ticket.Kind.choices]


class SectorDimension(Dimension):
    name, label, every_label = "linh-vuc", pgettext_lazy("một", "Lĩnh vực"), _("Tất cả lĩnh vực")
    model = Sector

    def narrow(self, texts, value):
        return texts.annotate(sector_slug=_of_procedure("sector__slug")).filter(sector_slug=value)

    def count(self, texts):
        return _named(texts, _of_procedure("sector"), Sector.objects.order_by("sort_key"), "slug")


class AgencyDimension(Dimension):
    name, label, every_label = "co-quan", _("Cơ quan trả lời"), _("Mọi cơ quan")
    model = Agency

    def narrow(self, texts, value):
        return with_agency(texts).filter(agency_id=Agency.objects.get(slug=value).pk)

    def count(self, texts):
        agencies = Agency.objects.order_by("sort_key")
        return _named(with_agency(texts), "agency_id", agencies, "slug")


class YearDimension(Dimension):
    name, label, every_label = "nam", _("Năm công khai"), _("Mọi năm")

    def exists(self, value):
        return len(value) == 4 and value.isascii() and value.isdigit()

    def label_of(self, value):
        return value

    def narrow(self, texts, value):
        return texts.annotate(year=ExtractYear("published_at")).filter(year=int(value))

    def count(self, texts):
        counts = _counts(texts, ExtractYear("published_at"))
        return [(str(year), str(year), counts[year]) for year in sorted(counts, reverse=True)]


class ProcedureDimension(Dimension):
    name, label, every_label = "thu-tuc", _("Về thủ tục"), _("Mọi thủ tục")
    model = Procedure

    def exists(self, value):
        return Procedure.objects.published().filter(code=value).exists()

    def label_of(self, value):
        return Procedure.objects.get(code=value).name

    def narrow(self, texts, value):
        return texts.annotate(procedure_code=_of_procedure("code")).filter(procedure_code=value)

    def count(self, texts):
        procedures = Procedure.objects.published().in_name_order()
        return _named(texts, _of_procedure("pk"), procedures, "code")


class AnswerFilter(Filter):
    """Filters of a set of public answers, and the words of the box above them."""

    every_dimension = (
        KindDimension(),
        SectorDimension(),
        AgencyDimension(),
        YearDimension(),
        ProcedureDimension(),
    )

    def __init__(self, params, texts, *, fixed=()):
        self.words = clean_line(params.get("q", "")[:200])
        super().__init__(
            params, with_words(texts, self.words) if self.words else texts, fixed=fixed
        )


def _of_procedure(field):
    return Coalesce(f"ticket__procedure__{field}", f"question__procedure__{field}")


def _counts(texts, value):
    return dict(texts.order_by().values_list(value).annotate(count=Count("pk")))


def _named(texts, key, rows, slug):
    """Each of the rows that a text names by its key: its slug, its name, how many name it."""
    counts = _counts(texts, key)
    named = rows.filter(pk__in=[pk for pk in counts if pk]).values_list("pk", slug, "name")
    return [(value, name, counts[pk]) for pk, value, name in named]
