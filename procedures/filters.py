"""Filters of lists, and those of the catalogue: what is chosen, what each choice would leave, and the address of each choice."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, F, Func, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.text import clean_line
from procedures.models import Agency, Audience, Level, Procedure, Sector, SectorGroup


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True)
class Facet:
    """A filter with its options.

    `has_names` where these are names of the database, not of the interface; `has_languages` where each is
    what a language calls itself.
    """

    name: str
    label: str
    every_label: str
    options: list[Option]
    has_names: bool
    has_languages: bool

    @property
    def selected(self):
        return next((option for option in self.options if option.is_selected), None)


class Filter:
    """Filters of a set of rows, read from a query string.

    A value that does not exist is left out and named in `unknown`, so that the page can say so.
    """

    every_dimension = ()

    def __init__(self, params: QueryDict, rows, *, fixed=()):
        self.params = params
        self.base = rows
        self.dimensions = [d for d in self.every_dimension if d.name not in fixed]
        self.chosen, self.unknown = {}, []
        for dimension in self.dimensions:
            value = clean_line(params.get(dimension.name, "")[:200])
            if value and dimension.exists(value):
                self.chosen[dimension.name] = value
            elif value:
                self.unknown.append(value)

    @cached_property
    def rows(self):
        return self._narrowed(except_for=None)

    @cached_property
    def facets(self):
        """Every filter with its options; each option counts what it would leave beside the other filters."""
        return [self._facet(dimension) for dimension in self.dimensions]

    @property
    def selected(self):
        return [facet for facet in self.facets if facet.selected]

    @property
    def query(self):
        """The query string of the present choice, for links to further pages."""
        return self._query(self.chosen)

    @property
    def chips(self):
        """What is chosen, each with the query string that takes it back."""
        for facet in self.selected:
            rest = {name: value for name, value in self.chosen.items() if name != facet.name}
            yield {"facet": facet, "query": self._query(rest)}

    def _query(self, chosen):
        params = QueryDict(mutable=True)
        if text := clean_line(self.params.get("q", "")[:300]):
            params["q"] = text
        params.update(chosen)
        return params.urlencode()

    def _narrowed(self, *, except_for):
        rows = self.base
        for dimension in self.dimensions:
            if dimension.name != except_for and (value := self.chosen.get(dimension.name)):
                rows = dimension.narrow(rows, value)
        return rows

    def _facet(self, dimension):
        chosen = self.chosen.get(dimension.name)
        counted = dimension.count(self._narrowed(except_for=dimension.name))
        options = [
            Option(value, label, count, value == chosen) for value, label, count in counted if count
        ]
        if chosen and not any(option.is_selected for option in options):
            options.append(Option(chosen, dimension.label_of(chosen), 0, True))
        return Facet(
            dimension.name,
            dimension.label,
            dimension.every_label,
            options,
            has_names=dimension.has_names,
            has_languages=dimension.has_languages,
        )


class Dimension:
    """One way to narrow a list: how it is chosen, applied and counted."""

    name = label = every_label = None
    model = None
    has_languages = False

    @property
    def has_names(self):
        return self.model is not None

    def exists(self, value):
        return self.model.objects.filter(slug=value).exists()

    def label_of(self, value):
        return str(self.model.objects.get(slug=value))


class GroupDimension(Dimension):
    name, label, every_label = "nhom", _("Việc cần làm"), _("Tất cả các việc")
    model = SectorGroup

    def narrow(self, procedures, value):
        group = SectorGroup.objects.filter(slug=value)
        return procedures.filter(
            Q(sector__in=group.values("sectors")) | Q(pk__in=group.values("procedures"))
        )

    def count(self, procedures):
        """A procedure that a group names and whose sector it names too counts once."""
        by_group = {}
        pairs = procedures.order_by().values_list("pk", "sector")
        in_sector = {}
        for pk, sector in pairs:
            in_sector.setdefault(sector, set()).add(pk)
        every = set().union(*in_sector.values()) if in_sector else set()
        for group, sector in SectorGroup.sectors.through.objects.values_list(
            "sectorgroup_id", "sector_id"
        ):
            by_group.setdefault(group, set()).update(in_sector.get(sector, ()))
        for group, pk in SectorGroup.procedures.through.objects.values_list(
            "sectorgroup_id", "procedure_id"
        ):
            by_group.setdefault(group, set()).update({pk} & every)
        return [(g.slug, g.name, len(by_group.get(g.pk, ()))) for g in SectorGroup.objects.all()]


class SectorDimension(Dimension):
    name, label, every_label = "linh-vuc", pgettext_lazy("một", "Lĩnh vực"), _("Tất cả lĩnh vực")
    model = Sector

    def narrow(self, procedures, value):
        return procedures.filter(sector__slug=value)

    def count(self, procedures):
        return (
            procedures.exclude(sector=None)
            .order_by("sector__sort_key")
            .values_list("sector__slug", "sector__name")
            .annotate(count=Count("pk"))
        )


class LevelDimension(Dimension):
    name, label, every_label = "cap", _("Cấp giải quyết"), _("Mọi cấp")
    slugs = {
        Level.COMMUNE: "xa",
        Level.PROVINCE: "tinh",
        Level.MINISTRY: "bo",
        Level.DISTRICT: "huyen",
        Level.OTHER: "khac",
    }

    def exists(self, value):
        return value in self.slugs.values()

    def label_of(self, value):
        return next(level.label for level, slug in self.slugs.items() if slug == value)

    def narrow(self, procedures, value):
        level = next(level for level, slug in self.slugs.items() if slug == value)
        return procedures.filter(levels__contains=[level])

    def count(self, procedures):
        counts = dict(
            procedures.order_by()
            .annotate(level=Func(F("levels"), function="unnest"))
            .values_list("level")
            .annotate(count=Count("pk"))
        )
        return [(slug, level.label, counts.get(level, 0)) for level, slug in self.slugs.items()]


class AgencyDimension(Dimension):
    name, label, every_label = "co-quan", _("Cơ quan thực hiện"), _("Mọi cơ quan")
    model = Agency

    def narrow(self, procedures, value):
        return procedures.filter(agency_roles__role="executing", agency_roles__agency__slug=value)

    def count(self, procedures):
        return (
            procedures.filter(agency_roles__role="executing")
            .order_by("agency_roles__agency__sort_key")
            .values_list("agency_roles__agency__slug", "agency_roles__agency__name")
            .annotate(count=Count("pk"))
        )


class AudienceDimension(Dimension):
    name, label, every_label = "doi-tuong", _("Dành cho"), _("Mọi đối tượng")
    model = Audience

    def narrow(self, procedures, value):
        return procedures.filter(audiences__slug=value)

    def count(self, procedures):
        return (
            procedures.filter(audiences__isnull=False)
            .order_by("audiences__order", "audiences__pk")
            .values_list("audiences__slug", "audiences__name")
            .annotate(count=Count("pk"))
        )


class OnlineDimension(Dimension):
    name, label, every_label = "truc-tuyen", _("Trực tuyến"), _("Trực tuyến hay không")
    labels = {
        "co": _("Nộp được trực tuyến"),
        "toan-trinh": _("Trực tuyến toàn trình"),
        "mot-phan": _("Trực tuyến một phần"),
        "khong": _("Không nộp trực tuyến"),
    }

    def exists(self, value):
        return value in self.labels

    def label_of(self, value):
        return self.labels[value]

    def narrow(self, procedures, value):
        return procedures.filter(self._conditions()[value]).distinct()

    def count(self, procedures):
        counts = procedures.order_by().aggregate(
            **{
                value.replace("-", "_"): Count("pk", filter=condition, distinct=True)
                for value, condition in self._conditions().items()
            }
        )
        return [
            (value, label, counts[value.replace("-", "_")]) for value, label in self.labels.items()
        ]

    @staticmethod
    def _conditions():
        online = Q(pk__in=Procedure.objects.filter(methods__kind="online").values("pk"))
        full, partial = Q(online_level="full"), Q(online_level="partial")
        return {
            "co": online | full | partial,
            "toan-trinh": full,
            "mot-phan": partial,
            "khong": ~(online | full | partial),
        }


class CatalogueFilter(Filter):
    """Filters of a set of procedures."""

    every_dimension = (
        GroupDimension(),
        SectorDimension(),
        LevelDimension(),
        AgencyDimension(),
        AudienceDimension(),
        OnlineDimension(),
    )

    @property
    def procedures(self):
        return self.rows
