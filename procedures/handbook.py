"""The handbook of procedures for foreigners: chapters of translated procedures, told for paper too."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Value

from procedures import answers
from procedures.models import (
    HandbookChapter,
    HandbookEntry,
    Procedure,
    ProcedureAgency,
    ProcedureTranslation,
    ServicePoint,
)


@dataclass(frozen=True)
class Entry:
    """What the handbook tells of one procedure. Figures are those of the procedure itself."""

    translation: ProcedureTranslation
    procedure: Procedure
    places: answers.Places

    @property
    def anchor(self):
        return f"procedure-{self.procedure.code.replace('.', '-')}"

    @property
    def bring(self):
        return answers.what_to_bring(self.procedure)

    @property
    def times(self):
        return answers.how_long(self.procedure)

    @property
    def fees(self):
        return answers.how_much(self.procedure)

    @property
    def online(self):
        return answers.online(self.procedure)

    @property
    def executing(self):
        return self.procedure.agencies_as(ProcedureAgency.Role.EXECUTING)


@dataclass(frozen=True)
class Chapter:
    chapter: HandbookChapter
    entries: list[Entry]


def chapters_in(language: str) -> list[Chapter]:
    """The whole handbook of one language, in a fixed number of queries."""
    entries = HandbookEntry.objects.listed().with_parts()
    chapters = list(HandbookChapter.objects.filter(language=language).with_entries(entries))
    rows = [entry for chapter in chapters for entry in chapter.entries.all()]
    places = _places_of([row.translation.procedure for row in rows])
    return [
        Chapter(
            chapter,
            [
                Entry(
                    row.translation,
                    row.translation.procedure,
                    places[row.translation.procedure_id],
                )
                for row in chapter.entries.all()
            ],
        )
        for chapter in chapters
    ]


def languages_with_chapters() -> list[str]:
    rows = HandbookEntry.objects.listed().order_by("chapter__language")
    return list(rows.values_list("chapter__language", flat=True).distinct())


def chapters_by_language() -> dict[str, list[HandbookChapter]]:
    """The chapters of every handbook with the names of their procedures."""
    by_language = defaultdict(list)
    for chapter in HandbookChapter.objects.with_entries(HandbookEntry.objects.listed()):
        by_language[chapter.language].append(chapter)
    return dict(by_language)


def _places_of(procedures):
    """As `answers.where` for each of many procedures, in two queries."""
    taken = defaultdict(list)
    for procedure, point, kind in _receiving(procedures):
        taken[procedure].append((point, kind))
    communes = {ServicePoint.Kind.COMMUNE_CENTRE, ServicePoint.Kind.SATELLITE}
    ids = {pk for rows in taken.values() for pk, kind in rows if kind not in communes}
    centres = ServicePoint.objects.filter(pk__in=ids).in_name_order()
    centres = {centre.pk: centre for centre in centres}
    return {
        procedure.pk: answers.Places(
            [centre for pk, centre in centres.items() if pk in dict(taken[procedure.pk])],
            sum(kind in communes for _pk, kind in taken[procedure.pk]),
        )
        for procedure in procedures
    }


def _receiving(procedures):
    """Rows (procedure, point, kind of point): who takes what."""
    asked = [
        ServicePoint.objects.receiving(procedure)
        .annotate(procedure=Value(procedure.pk))
        .values_list("procedure", "pk", "kind")
        for procedure in procedures
    ]
    return asked[0].union(*asked[1:], all=True) if asked else []
