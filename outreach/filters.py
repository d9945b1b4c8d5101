"""The filters of the lists of materials and of broadcasts."""

import re
from collections import Counter
from functools import reduce
from operator import or_

from django.db.models import Count, Q
from django.db.models.functions import ExtractMonth, ExtractQuarter, ExtractYear
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.models import BroadcastStation, Material, MaterialCollection
from portal.admin import Folded
from portal.languages import all_languages, own_name
from portal.text import clean_line, fold
from procedures.filters import Dimension, Filter
from procedures.models import Procedure


def with_words(rows, text, *fields):
    """Those that have every word in one of the fields, typed with accents or without."""
    folded = {f"folded_{place}": Folded(field) for place, field in enumerate(fields)}
    rows = rows.alias(**folded)
    for word in fold(text).split()[:20]:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__contains": word}) for name in folded)))
    return rows


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
        super().__init__(params, with_words(materials, self.words, "title", "summary"))


class StationDimension(Dimension):
    name, label, every_label = "dai", _("Đài, báo, kênh"), _("Mọi đài, báo, kênh")
    model = BroadcastStation

    def narrow(self, items, value):
        return items.filter(station__slug=value)

    def count(self, items):
        return (
            items.order_by("station__channel", "station__name")
            .values_list("station__slug", "station__name")
            .annotate(count=Count("pk"))
        )


class ChannelDimension(Dimension):
    name, label, every_label = "loai", _("Nơi phát, đăng"), _("Mọi nơi")

    def exists(self, value):
        return value in BroadcastStation.Channel.values

    def label_of(self, value):
        return BroadcastStation.Channel(value).label

    def narrow(self, items, value):
        return items.filter(station__channel=value)

    def count(self, items):
        counts = _counts(items, "station__channel")
        return [
            (value, label, counts.get(value, 0))
            for value, label in BroadcastStation.Channel.choices
        ]


class YearDimension(Dimension):
    name, label, every_label = "nam", _("Năm"), _("Mọi năm")

    def exists(self, value):
        return re.fullmatch(r"(?:19|20)\d\d", value, re.ASCII) is not None

    def label_of(self, value):
        return value

    def narrow(self, items, value):
        return items.filter(aired_on__year=int(value))

    def count(self, items):
        counts = _counts(items.annotate(year=ExtractYear("aired_on")), "year")
        return [(str(year), str(year), counts[year]) for year in sorted(counts, reverse=True)]


class PartOfYearDimension(Dimension):
    """A quarter or a month of the chosen year, or of every year."""

    name, label, every_label = "ky", _("Quý, tháng"), _("Cả năm")

    def exists(self, value):
        return re.fullmatch(r"q[1-4]|0[1-9]|1[0-2]", value, re.ASCII) is not None

    def label_of(self, value):
        if value.startswith("q"):
            return gettext("Quý %(quarter)s") % {"quarter": value[1]}
        return gettext("Tháng %(month)s") % {"month": int(value)}

    def narrow(self, items, value):
        if value.startswith("q"):
            return items.filter(aired_on__quarter=int(value[1]))
        return items.filter(aired_on__month=int(value))

    def count(self, items):
        pairs = items.order_by().annotate(
            quarter=ExtractQuarter("aired_on"), month=ExtractMonth("aired_on")
        )
        counts = Counter()
        for quarter, month, count in pairs.values_list("quarter", "month").annotate(
            count=Count("pk")
        ):
            counts[f"q{quarter}"] += count
            counts[f"{month:02}"] += count
        values = [*(f"q{number}" for number in range(1, 5)), *(f"{m:02}" for m in range(1, 13))]
        return [(value, self.label_of(value), counts[value]) for value in values]


class BroadcastFilter(Filter):
    """Filters of what was aired, and the words of the box above them. A repeat has the script of its first airing."""

    every_dimension = (
        YearDimension(),
        PartOfYearDimension(),
        ChannelDimension(),
        StationDimension(),
    )

    def __init__(self, params, items):
        self.words = clean_line(params.get("q", "")[:200])
        fields = ("title", "script", "repeat_of__script")
        super().__init__(params, with_words(items, self.words, *fields))

    @property
    def year(self):
        return self.chosen.get("nam")
