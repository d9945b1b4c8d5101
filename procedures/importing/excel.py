"""The official list as the national portal exports it: code, name, agencies and sector, nothing more."""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import openpyxl

from portal.text import fold
from procedures.importing import cleaning, comparing, parsing
from procedures.importing.content import AGENCY_PARTS, PART_NAMES, Content
from procedures.importing.errors import Refused, UnreadableFile
from procedures.importing.report import CHANGED, NEW, SAME, ImportReport, Outcome
from procedures.importing.saving import Batches, Change, Line
from procedures.models import Procedure
from procedures.models.catalogue import CODE_PATTERN

MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 40
HEADER_ROWS = 20
HEADERS = {
    "ma so": "code",
    "ma thu tuc": "code",
    "ten": "name",
    "ten thu tuc": "name",
    "co quan ban hanh": "issuing",
    "co quan thuc hien": "executing",
    "linh vuc": "sector",
}
LISTED_PARTS = ("name", "sector", "executing", "issuing")


def import_list(
    rows: Iterable[tuple[int, dict[str, str]]],
    *,
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> ImportReport:
    """Make drafts of procedures that are not known yet; of known ones fill what is empty, and say what differs."""
    return ListBatches(dry_run=dry_run).save_all(_read(rows), on_progress, on_outcome)


def _read(rows) -> Iterator[Line]:
    seen = {}
    for number, row in rows:
        try:
            content = read_row(row)
        except Refused as refusal:
            yield Line(number, refusal=str(refusal))
            continue
        first = seen.setdefault(content.code, number)
        if first == number:
            yield Line(number, content)
        else:
            yield Line(number, refusal=f"Mã {content.code} đã có ở dòng {first}")


def read_row(row: dict[str, str]) -> Content:
    code, name = cleaning.line(row.get("code")), cleaning.line(row.get("name"))
    sector = cleaning.line(row.get("sector"))
    if not code:
        raise Refused("Không có mã thủ tục")
    if not re.fullmatch(CODE_PATTERN, code):
        raise Refused(f"Mã “{code[:40]}” không đúng dạng (ví dụ 1.001193 hoặc 1.012753.H19)")
    if not name:
        raise Refused("Không có tên thủ tục")
    if len(name) > 2000 or len(sector) > 300:
        raise Refused("Tên thủ tục hoặc lĩnh vực quá dài")
    agencies = {}
    for part in ("executing", "issuing"):
        agencies[part], text = parsing.parse_agencies(cleaning.prose(row.get(part)))
        if text:
            raise Refused(f"Không đọc được {PART_NAMES[part]}: “{text[:60]}”")
    return Content(code=code, name=name, sector=sector, **agencies)


class ListBatches(Batches):
    """Rows of a list: they begin drafts and complete gaps, and overwrite nothing."""

    def plan(self, lines):
        known = comparing.known_procedures([line.content.code for line in lines])
        stored = comparing.fetch_parts(list(known.values()))
        return [self._change(line, known.get(line.content.code), stored) for line in lines]

    def _change(self, line, procedure, stored):
        new = line.content
        if procedure is None:
            draft = Procedure(code=new.code)
            return Change(line, draft, NEW, frozenset(LISTED_PARTS), status=Procedure.Status.DRAFT)
        old = stored[procedure.pk]
        gaps = {part for part in LISTED_PARTS if getattr(new, part) and not getattr(old, part)}
        said = {part for part in LISTED_PARTS if getattr(new, part)}
        notes = tuple(
            f"Khác danh mục: {PART_NAMES[part]} (danh mục ghi “{_shown(new, part)}”)"
            for part in LISTED_PARTS
            if part in said - gaps and self._differs(old, new, part)
        )
        return Change(line, procedure, CHANGED if gaps else SAME, frozenset(gaps), notes)

    def _differs(self, old, new, part):
        if part in AGENCY_PARTS:
            slug = self.references.agencies.slug
            return set(map(slug, getattr(old, part))) != set(map(slug, getattr(new, part)))
        return part in comparing.differing(old, new, self.references)


def _shown(content, part):
    value = getattr(content, part)
    text = value if isinstance(value, str) else ", ".join(value)
    return text if len(text) <= 120 else f"{text[:119]}…"


def read_list(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Numbered rows by column, from the sheet that has the list's header."""
    _check_size(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
            yield from _rows_of(workbook)
    except UnreadableFile:
        raise
    except Exception as error:
        # A broken workbook may raise anything out of the reader's depths.
        raise UnreadableFile(
            f"Tệp Excel bị hỏng, không đọc được ({type(error).__name__})"
        ) from error


def _check_size(file):
    """Before anything is unpacked: a small file may hold a very large one."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableFile("Tệp nén bị hỏng, không đọc được") from None
    if (
        len(members) > MAX_MEMBERS
        or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES
    ):
        raise UnreadableFile("Tệp Excel quá lớn sau khi giải nén (trên 50 MB)")
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise UnreadableFile("Tệp nén này không phải Excel (.xlsx)")
    file.seek(0)


def _rows_of(workbook):
    for sheet in workbook.worksheets:
        # The size that a sheet claims for itself may be anything.
        sheet.reset_dimensions()
        columns = None
        for number, cells in enumerate(
            sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1
        ):
            if number > MAX_ROWS:
                raise UnreadableFile(f"Danh sách dài quá {MAX_ROWS} dòng: hãy chia nhỏ tệp")
            if columns:
                row = {
                    name: _text(cells[place])
                    for place, name in columns.items()
                    if place < len(cells)
                }
                if any(value.strip() for value in row.values()):
                    yield number, row
            elif number <= HEADER_ROWS:
                columns = _columns(cells)
            else:
                break
        if columns:
            return
    raise UnreadableFile(
        "Không thấy dòng tiêu đề “Mã số | Tên | …” của danh sách thủ tục trong tệp Excel"
    )


def _columns(cells):
    found = {
        place: HEADERS.get(fold(cleaning.line(_text(cell)))) for place, cell in enumerate(cells)
    }
    columns = {place: name for place, name in found.items() if name}
    return columns if {"code", "name"} <= set(columns.values()) else None


def _text(cell):
    """Codes may have become numbers: 1.00119 is 1.001190."""
    if isinstance(cell, float):
        return f"{cell:.6f}"
    return "" if cell is None else str(cell)
