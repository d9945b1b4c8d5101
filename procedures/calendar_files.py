"""The calendar as a table that staff keep in Excel: read with every fault named, compared, saved, written."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl
from django.core.exceptions import ValidationError
from django.db import transaction

from portal.csv import safe_cell
from portal.file_kinds import DOCUMENTS
from portal.files import inspect
from portal.text import clean_line, fold
from procedures.models import CalendarException, LegalDocument
from procedures.models.calendar import FIRST_YEAR, LAST_YEAR, weekday_problem

Kind = CalendarException.Kind
COLUMNS = ["Ngày", "Loại", "Dịp gì", "Văn bản"]
MOST_BYTES = 1024 * 1024
MOST_ROWS = 1000
NEW, CHANGED, SAME = "mới", "đổi", "không đổi"
_KINDS = {fold(kind.label): kind for kind in Kind} | {kind.value: kind for kind in Kind}
_KINDS |= {"nghi le": Kind.PUBLIC_HOLIDAY, "nghi tet": Kind.PUBLIC_HOLIDAY}


class UnreadableCalendar(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass
class CalendarLine:
    """A line of the file: a day, or what is wrong with it."""

    number: int
    day: date | None = None
    kind: str = ""
    note: str = ""
    document_number: str = ""
    errors: list[str] = field(default_factory=list)
    # Against the calendar as it stands: new, changed or the same; and the row that it changes.
    outcome: str = ""
    row: CalendarException | None = None

    @property
    def kind_label(self):
        return Kind(self.kind).label if self.kind else ""

    def as_list(self):
        return [self.number, self.day.isoformat(), self.kind, self.note, self.document_number]


def lines_of_list(rows) -> list[CalendarLine]:
    return [CalendarLine(number, date.fromisoformat(day), *rest) for number, day, *rest in rows]


def read_calendar(upload) -> list[CalendarLine]:
    """The lines of a CSV or Excel file, checked one by one and against each other."""
    if upload.size > MOST_BYTES:
        raise UnreadableCalendar("Tệp lớn hơn 1 MB. Xin chia nhỏ tệp.")
    head = upload.read(4)
    upload.seek(0)
    table = _read_excel(upload) if head == b"PK\x03\x04" else _read_csv(upload.read())
    lines = [_line(number, cells) for number, cells in _below_header(table)]
    if not lines:
        raise UnreadableCalendar("Tệp không có ngày nào dưới dòng tiêu đề.")
    _find_repeated(lines)
    return lines


def compare(lines):
    """Say of every line what it would change. Two queries, however many lines."""
    days = {line.day for line in lines if line.day}
    known = {
        row.date: row
        for row in CalendarException.objects.filter(date__in=days).select_related("source_document")
    }
    numbers = {line.document_number for line in lines if line.document_number}
    documents = LegalDocument.objects.in_bulk(list(numbers), field_name="number")
    for line in lines:
        if line.document_number and line.document_number not in documents:
            line.errors.append(
                f"Chưa có văn bản số “{line.document_number}”. Thêm ở mục Văn bản pháp luật trước, hoặc để"
                " trống cột này."
            )
        if not line.errors:
            _compare(line, known.get(line.day), documents.get(line.document_number))


@transaction.atomic
def save_calendar(lines) -> int:
    """Keep what is new or changed; say how many rows that were. A second time there are none."""
    compare(lines)
    if any(line.errors for line in lines):
        raise ValidationError("Còn dòng sai, chưa lưu gì.")
    changed = [line.row for line in lines if line.outcome != SAME]
    for row in changed:
        row.full_clean()
        row.save()
    return len(changed)


def write_calendar(rows) -> str:
    """The rows as CSV, in the columns that `read_calendar` reads."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for row in rows:
        document = row.source_document.number if row.source_document else ""
        cells = [f"{row.date:%d/%m/%Y}", row.get_kind_display(), row.note, document]
        writer.writerow([safe_cell(cell) for cell in cells])
    # The mark by which Excel knows UTF-8.
    return "\ufeff" + table.getvalue()


def _read_excel(upload):
    try:
        inspect(upload, DOCUMENTS)
    except ValidationError as refusal:
        raise UnreadableCalendar(refusal.messages[0]) from refusal
    upload.seek(0)
    try:
        # Formulas as they are written: what they once gave may be anything.
        sheet = openpyxl.load_workbook(upload, read_only=True).worksheets[0]
        sheet.reset_dimensions()
        return [
            list(cells)
            for cells in sheet.iter_rows(max_col=12, max_row=MOST_ROWS + 30, values_only=True)
        ]
    except Exception as error:
        # A broken workbook may raise anything out of the reader's depths.
        raise UnreadableCalendar("Tệp Excel bị hỏng, không đọc được.") from error


def _read_csv(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableCalendar(
            "Tệp không đọc được. Trong Excel, chọn lưu thành “CSV UTF-8” hoặc Excel (.xlsx)."
        ) from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=separator))
    except csv.Error:
        raise UnreadableCalendar("Tệp CSV bị hỏng, không đọc được.") from None


def _below_header(table):
    """Numbered lines below the header, as cells by column."""
    places, lines = None, []
    for number, cells in enumerate(table, start=1):
        if places is None:
            places = _places(cells)
            continue
        row = {name: cells[place] for name, place in places.items() if place < len(cells)}
        if any(str(cell or "").strip() for cell in row.values()):
            lines.append((number, row))
    if places is None:
        raise UnreadableCalendar(
            f"Không thấy dòng tiêu đề có hai cột “{COLUMNS[0]}” và “{COLUMNS[1]}”."
        )
    if len(lines) > MOST_ROWS:
        raise UnreadableCalendar(f"Tệp có hơn {MOST_ROWS} ngày. Xin chia nhỏ tệp.")
    return lines


def _places(cells):
    names = [fold(clean_line(str(cell or ""))) for cell in cells]
    wanted = {
        "day": ("ngay", "date"),
        "kind": ("loai", "kind"),
        "note": ("dip gi", "ghi chu", "note"),
        "document": ("van ban", "so van ban", "document"),
    }
    places = {
        column: names.index(found)
        for column, known in wanted.items()
        if (found := next((name for name in known if name in names), None))
    }
    return places if {"day", "kind"} <= places.keys() else None


def _line(number, cells):
    line = CalendarLine(number)
    for cell in cells.values():
        if isinstance(cell, str) and cell.lstrip().startswith(("=", "+", "-", "@")):
            line.errors.append(
                f"Ô “{clean_line(cell)[:40]}” là công thức. Ghi giá trị, không ghi công thức."
            )
            return line
    line.day = _day(cells.get("day"), line.errors)
    kind = clean_line(str(cells.get("kind") or ""))
    line.kind = _KINDS.get(fold(kind), "")
    if not line.kind:
        labels = ", ".join(kind.label for kind in Kind)
        line.errors.append(f"Loại “{kind[:40]}” không có. Ghi một trong các loại: {labels}.")
    line.note = clean_line(str(cells.get("note") or ""))
    line.document_number = clean_line(str(cells.get("document") or ""))
    if len(line.note) > 120:
        line.errors.append("Cột “Dịp gì” dài quá 120 chữ cái.")
    if line.day and (problem := weekday_problem(line.day, line.kind)):
        line.errors.append(problem)
    return line


def _day(cell, errors):
    if isinstance(cell, datetime):
        day = cell.date()
    else:
        text = clean_line(str(cell or ""))[:40]
        found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})", text)
        parts = [int(part) for part in found.groups() if part] if found else []
        if found and not found[4]:
            parts.reverse()
        try:
            day = date(*parts)
        except (TypeError, ValueError):
            errors.append(
                f"Ngày “{text}” không đúng. Ghi theo thứ tự ngày/tháng/năm, ví dụ 02/09/2026."
            )
            return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        errors.append(f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.")
        return None
    return day


def _find_repeated(lines):
    first = {}
    for line in lines:
        if line.day and first.setdefault(line.day, line.number) != line.number:
            line.errors.append(f"Ngày {line.day:%d/%m/%Y} đã có ở dòng {first[line.day]}.")


def _compare(line, known, document):
    values = {
        "kind": line.kind,
        "note": line.note,
        "source_document": document,
        # What stands in such a table has been decided.
        "is_confirmed": True,
    }
    line.row = known or CalendarException(date=line.day)
    is_same = known and all(getattr(known, name) == value for name, value in values.items())
    line.outcome = NEW if known is None else SAME if is_same else CHANGED
    for name, value in values.items():
        setattr(line.row, name, value)
