"""Sheets as rows of a table: one row a sheet, columns named by the codes of the questions.

Nothing in it says who answered, who typed a sheet in, or when: the month stands for the day, and the order of the
rows is that of random numbers. Rows come as they are read, however many there are.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from itertools import islice

import openpyxl
from django.db import models
from django.utils import timezone
from openpyxl.cell import WriteOnlyCell

from feedback.models import SurveyAnswer, SurveyQuestion, SurveyResponse, SurveyVersion
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.variables import (
    ABOUT_PLACES,
    Group,
    Variable,
    Writing,
    about_variables,
    groups_of,
)
from portal.csv import safe_cell

Kind, TextState = SurveyQuestion.Kind, SurveyAnswer.TextState
SHEETS_AT_ONCE = 1000
ROW_FIELDS = (
    "pk",
    "version_id",
    "submitted_at",
    "channel",
    "service_point_id",
    "procedure_id",
    "agency_id",
    "area_id",
    "age_band",
    "gender",
    "language",
    "doubt",
)


@dataclass(frozen=True)
class SheetTable:
    """All sheets of some versions of one survey. Texts that nobody has read yet are only for those who read them."""

    versions: list[SurveyVersion]
    writing: Writing
    reads_every_text: bool = False

    @property
    def responses(self) -> models.QuerySet:
        return SurveyResponse.objects.filter(version__in=self.versions)

    @cached_property
    def about(self) -> list[Variable]:
        return about_variables(self.responses)

    @cached_property
    def groups(self) -> list[Group]:
        newest_first = sorted(self.versions, key=lambda version: -version.number)
        names = {variable.name for variable in self.about}
        return groups_of([Questionnaire.of(version) for version in newest_first], names)

    @cached_property
    def variables(self) -> list[Variable]:
        return [*self.about, *(one for group in self.groups for one in group.variables)]

    def rows(self) -> Iterator[list]:
        """The head and every sheet: numbers as numbers, all else as text."""
        yield [variable.name for variable in self.variables]
        sheets = self.responses.order_by("form_hash").values_list(*ROW_FIELDS)
        sheets = sheets.iterator(chunk_size=SHEETS_AT_ONCE)
        while chunk := list(islice(sheets, SHEETS_AT_ONCE)):
            answers = _answers_of([sheet[0] for sheet in chunk])
            for sheet in chunk:
                yield self._row(dict(zip(ROW_FIELDS, sheet, strict=True)), answers[sheet[0]])

    def _row(self, sheet, answers):
        row = self._about(sheet)
        for group in self.groups:
            row += self._cells(group, sheet["version_id"], answers)
        return row

    def _about(self, sheet):
        sheet = sheet | {
            "version": self._numbers[sheet["version_id"]],
            "month": f"{timezone.localdate(sheet['submitted_at']):%Y-%m}",
        }
        is_in_words = self.writing == Writing.WORDS
        cells = []
        for variable in self.about:
            value = sheet[variable.source]
            if variable.source in ABOUT_PLACES:
                value = variable.codes.get(value, "")
            cells.append(variable.values.get(value, value) if is_in_words else value)
        return cells

    @cached_property
    def _numbers(self):
        return {version.pk: version.number for version in self.versions}

    def _cells(self, group, version_id, answers):
        asked = group.asked.get(version_id)
        if asked is None:
            return group.marked("not_asked", self.writing)
        given = answers.get(asked.row.pk)
        if given is None:
            return group.marked("skipped", self.writing)
        value, is_unknown, text, text_state = given[0]
        if is_unknown:
            return group.marked("unknown", self.writing)
        if value is None and not text_state:
            return group.marked("missing", self.writing)
        if group.kind in SurveyQuestion.IN_WORDS:
            return self._words(text, text_state)
        if group.kind == Kind.MULTIPLE:
            return group.ticked(version_id, {one[0] for one in given}, self.writing)
        words = group.words[version_id] if self.writing == Writing.WORDS else {}
        return [words.get(value, value)]

    def _words(self, text, text_state):
        is_told = text_state == TextState.SHOWN or self.reads_every_text
        if self.writing == Writing.SPSS:
            # SPSS takes the end of a line for the end of a sheet.
            text = " ".join(text.split())
        label = TextState(text_state).label if self.writing == Writing.WORDS else text_state
        return [text if is_told else "", label]


def csv_lines(rows: Iterable[list]) -> Iterator[str]:
    """Rows as lines of a CSV file that a spreadsheet shows and never runs; negative numbers stay numbers."""
    yield "\ufeff"
    line = StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else safe_cell(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def write_xlsx(file, sheets: dict[str, Iterable[list]]):
    """Tables as the sheets of a workbook; text is typed as text, so that none of it is ever run."""
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_typed(sheet, cell) for cell in row])
    book.save(file)


def _typed(sheet, value):
    if not isinstance(value, str) or value[:1] not in {"=", "#"}:
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _answers_of(responses):
    """By sheet and question: the value, whether it is not known, the text and its state, a tuple each."""
    answers = defaultdict(lambda: defaultdict(list))
    rows = SurveyAnswer.objects.filter(response__in=responses)
    fields = ("response_id", "question_id", "value", "is_unknown", "text", "text_state")
    for response, question, *said in rows.values_list(*fields):
        answers[response][question].append(said)
    return answers
