"""The filters of the list of materials."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from outreach.models import Material, MaterialCollection
from portal.admin import Folded
from portal.languages import all_languages, own_name
from portal.text import clean_line, fold
from procedures.filters import Dimension, Filter
from procedures.models import Procedure


def with_words(materials, text):
    """Those whose title or introduction has every word, typed with accents or without."""
    materials = materials.annotate(folded_title=Folded("title"), folded_summary=Folded("summary"))
    for word in fold(text).split()[:20]:
        materials = materials.filter(
            Q(folded_title__contains=word) | Q(folded_summary__contains=word)
        )
    return materials


class KindDimension(Dimension):
    name, label, every_label = "loai", _("Loại tài liệu"), _("Mọi loại")

    def exists(self, value):
        return value in Material.Kind.values

    def label_of(self, value):
        return Material.Kind(value).label

    def narrow(self, materials, value):
        return materials.filter(kind=value)

    def count(self, materials):
        counts = _counts(materials, "kind")
        return [(kind, label, counts.get(kind, 0)) for kind, label in Material.Kind.choices]


class LanguageDimension(Dimension):
    name, label, every_label = "tieng", _("Ngôn ngữ"), _("Mọi ngôn ngữ")
    has_languages = True

    def exists(self, value):
        return value in dict(all_languages())

    def label_of(self, value):
        return own_name(value)

    def narrow(self, materials, value):
        return materials.filter(language=value)

    def count(self, materials):
        counts = _counts(materials, "language")
        return [(code, own_name(code), counts.get(code, 0)) for code, _name in all_languages()]


class CollectionDimension(Dimension):
    """Private shelves do not exist here."""

    name, label, every_label = "bo", _("Bộ tài liệu"), _("Mọi bộ tài liệu")
    model = MaterialCollection

    def exists(self, value):
        return MaterialCollection.objects.filter(slug=value, is_private=False).exists()

    def narrow(self, materials, value):
        return materials.filter(collection__slug=value)

    def count(self, materials):
        rows = materials.exclude(collection=None).order_by("collection__order", "collection__name")
        return rows.values_list("collection__slug", "collection__name").annotate(count=Count("pk"))


class ProcedureDimension(Dimension):
    name, label, every_label = "thu-tuc", _("Thủ tục liên quan"), _("Mọi thủ tục")
    model = Procedure

    def exists(self, value):
        return Procedure.objects.published().filter(code=value).exists()

    def label_of(self, value):
        return Procedure.objects.get(code=value).name

    def narrow(self, materials, value):
        return materials.filter(procedures__code=value)

    def count(self, materials):
        rows = materials.filter(procedures__in=Procedure.objects.published())
        return (
            rows.order_by("procedures__name", "procedures__code")
            .values_list("procedures__code", "procedures__name")
            .annotate(count=Count("pk"))
        )


def _counts(materials, field):
    return dict(materials.order_by().values_list(field).annotate(count=Count("pk")))


class MaterialFilter(Filter):
    """Filters of a set of materials, and the words of the box above them."""

    every_dimension = (
        KindDimension(),
        LanguageDimension(),
        CollectionDimension(),
        ProcedureDimension(),
    )

    def __init__(self, params, materials):
        self.words = clean_line(params.get("q", "")[:200])
        super().__init__(params, with_words(materials, self.words))
