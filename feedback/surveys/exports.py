"""Sheets as rows of a table: one row a sheet, columns named by the codes of the questions.

Nothing in it says who answered, who typed a sheet in, or when: the month stands for the day, and the order of the
rows is another each time, so that two files cannot be laid beside each other. Rows come as they are read, however
many there are. The query of the sheets runs once: its cursor outlives transactions, so that a slow reader of a
download keeps none open.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO, StringIO
from itertools import chain, islice
from secrets import token_hex
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from django.db import models
from django.db.models import Value
from django.db.models.functions import MD5, Concat
from django.utils import timezone
from openpyxl.utils import get_column_letter

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
# So much of a file goes out at once: line by line a server is busy with sending.
BLOCK = 64 * 1024
READ_BY_ALL = {TextState.SHOWN}
READ_BY_MODERATORS = {TextState.SHOWN, TextState.WAITING}
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
    """All sheets of some versions of one survey.

    Texts that wait for somebody to read them are only for those who do; what is not to be read is for nobody.
    """

    versions: list[SurveyVersion]
    writing: Writing
    reads_waiting_texts: bool = False
    salt: str = field(default_factory=token_hex)

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
        shuffled = self.responses.order_by(MD5(Concat(Value(self.salt), "form_hash")))
        sheets = shuffled.values_list(*ROW_FIELDS).iterator(chunk_size=SHEETS_AT_ONCE)
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
        told = READ_BY_MODERATORS if self.reads_waiting_texts else READ_BY_ALL
        if self.writing == Writing.SPSS:
            # SPSS takes the end of a line for the end of a sheet.
            text = " ".join(text.split())
        label = TextState(text_state).label if self.writing == Writing.WORDS else text_state
        return [text if text_state in told else "", label]


def csv_lines(rows: Iterable[list]) -> Iterator[str]:
    """A CSV file, block by block, that a spreadsheet shows and never runs; negative numbers stay numbers."""
    block = StringIO()
    block.write("\ufeff")
    writer = csv.writer(block)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else safe_cell(cell) for cell in row])
        if block.tell() > BLOCK:
            yield block.getvalue()
            block.seek(0)
            block.truncate()
    yield block.getvalue()


def write_xlsx(file, sheets: dict[str, Iterable[list]]):
    """Tables as the sheets of a workbook. Text is typed as text, so that none of it is ever run.

    Only the frame comes from openpyxl: it needs three times as long for the rows, and keeps them in files of its own.
    """
    tables = {title: iter(rows) for title, rows in sheets.items()}
    heads = {title: next(rows) for title, rows in tables.items()}
    frame = BytesIO()
    _empty_book(heads).save(frame)
    parts = {
        f"xl/worksheets/sheet{number}.xml": chain([heads[title]], rows)
        for number, (title, rows) in enumerate(tables.items(), 1)
    }
    with ZipFile(frame) as made, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in made.namelist():
            with archive.open(name, "w", force_zip64=True) as part:
                part.writelines(_filled(made.read(name), parts.get(name)))


def _empty_book(heads):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, head in heads.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, name in enumerate(head, 1):
            sheet.column_dimensions[get_column_letter(place)].width = max(12, len(name) + 2)
    return book


def _filled(xml, rows):
    """A part of a workbook, with rows if it is a sheet."""
    if rows is None:
        yield xml
        return
    # The size of the empty sheet would be taken for that of the full one.
    before, after = re.sub(rb"<dimension [^>]*/>", b"", xml).split(b"<sheetData></sheetData>")
    yield before + b"<sheetData>"
    for row in rows:
        yield f"<row>{''.join(map(_cell, row))}</row>".encode()
    yield b"</sheetData>" + after


def _cell(value):
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    if not value:
        return "<c/>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _answers_of(responses):
    """By sheet and question: the value, whether it is not known, the text and its state, a tuple each."""
    answers = defaultdict(lambda: defaultdict(list))
    rows = SurveyAnswer.objects.filter(response__in=responses)
    fields = ("response_id", "question_id", "value", "is_unknown", "text", "text_state")
    for response, question, *said in rows.values_list(*fields):
        answers[response][question].append(said)
    return answers
