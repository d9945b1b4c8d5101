"""The filters of the list of legal documents."""

from functools import cached_property

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from portal.text import clean_line, slugify, sort_key
from procedures.filters import Dimension, Filter
from procedures.models import LegalDocument

MOST_WORDS = 12


class StatusDimension(Dimension):
    name, label, every_label = "hieu-luc", _("Hiệu lực"), _("Còn hay hết hiệu lực")
    slugs = {
        "con": LegalDocument.Status.IN_FORCE,
        "chua": LegalDocument.Status.NOT_YET,
        "het-mot-phan": LegalDocument.Status.PARTLY_EXPIRED,
        "het": LegalDocument.Status.EXPIRED,
        "chua-ro": LegalDocument.Status.UNKNOWN,
    }

    def exists(self, value):
        return value in self.slugs

    def label_of(self, value):
        return self.slugs[value].label

    def narrow(self, documents, value):
        return documents.standing(self.slugs[value])

    def count(self, documents):
        # One query for all: as many conditions, and the rows are read once.
        counts = documents.counts_by_status()
        return [(slug, status.label, counts[status]) for slug, status in self.slugs.items()]


class WordsDimension(Dimension):
    """A column of free words; spellings that differ only in case or accents are one choice."""

    column = None
    has_names = True

    def exists(self, value):
        return value in self._spellings

    def label_of(self, value):
        return self._spellings[value][0]

    def narrow(self, documents, value):
        return documents.filter(**{f"{self.column}__in": self._spellings[value]})

    def count(self, documents):
        counts = {}
        for words, count in self._counted(documents):
            label, so_far = counts.get(slugify(words), (words, 0))
            counts[slugify(words)] = (label, so_far + count)
        options = [(slug, label, count) for slug, (label, count) in counts.items()]
        return sorted(options, key=lambda option: sort_key(option[1]))

    @cached_property
    def _spellings(self):
        """Those of the whole list by what they have in common, the most used one first."""
        spellings = {}
        for words, _count in self._counted(LegalDocument.objects.all()):
            spellings.setdefault(slugify(words), []).append(words)
        return spellings

    def _counted(self, documents):
        """Each spelling with how many acts have it, the most used first."""
        named = documents.exclude(**{self.column: ""}).order_by().values_list(self.column)
        return named.annotate(count=Count("pk")).order_by("-count", self.column)


class TypeDimension(WordsDimension):
    name, label, every_label = "loai", _("Loại văn bản"), _("Mọi loại")
    column = "doc_type"


class IssuerDimension(WordsDimension):
    name, label, every_label = "co-quan", _("Cơ quan ban hành"), _("Mọi cơ quan")
    column = "issuer"


class YearDimension(Dimension):
    name, label, every_label = "nam", _("Năm ban hành"), _("Mọi năm")

    def exists(self, value):
        return value.isascii() and value.isdigit() and len(value) == 4

    def label_of(self, value):
        return value

    def narrow(self, documents, value):
        return documents.filter(year=int(value))

    def count(self, documents):
        years = documents.filter(year__isnull=False)
        counted = years.values_list("year").annotate(count=Count("pk")).order_by("-year")
        return [(str(year), str(year), count) for year, count in counted]


class LegalDocumentFilter(Filter):
    def __init__(self, params):
        # Made anew for each request: they remember the spellings that they have found.
        self.every_dimension = [
            StatusDimension(),
            TypeDimension(),
            YearDimension(),
            IssuerDimension(),
        ]
        self.words = clean_line(params.get("q", "")[:300])
        documents = LegalDocument.objects.all()
        if self.words:
            documents = documents.about(self.words.split()[:MOST_WORDS])
        super().__init__(params, documents)
