"""A file of either format, told apart by its content, never by its name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from procedures.importing.errors import UnreadableFile
from procedures.importing.excel import import_list, read_list
from procedures.importing.records import MAX_RECORD_BYTES
from procedures.importing.report import ImportReport
from procedures.importing.service import import_records

ZIP, OLD_EXCEL, BOM = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf"
LOOK_AHEAD = 64 * 1024


def import_file(
    path: Path,
    *,
    dry_run: bool = False,
    on_progress: Callable[[float], None] | None = None,
    on_outcome=None,
) -> ImportReport:
    """Import a file of records or an official list; `on_progress` gets the share that is done."""
    try:
        with path.open("rb") as file:
            return _import_open(
                file, path, dry_run, on_progress or (lambda share: None), on_outcome
            )
    except FileNotFoundError:
        raise UnreadableFile(f"Không tìm thấy tệp {path}") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{path} là một thư mục, không phải tệp") from None
    except OSError as error:
        raise UnreadableFile(f"Không mở được tệp {path} ({error.strerror})") from None


def _import_open(file, path, dry_run, on_progress, on_outcome):
    start = file.read(LOOK_AHEAD)
    file.seek(0)
    if start.startswith(ZIP):
        rows = read_list(file)
        report = import_list(rows, dry_run=dry_run, on_outcome=on_outcome)
        on_progress(1.0)
        return report
    _check_json_lines(start, path)
    size = path.stat().st_size
    report = import_records(
        read_lines(file),
        origin=path.name[:200],
        dry_run=dry_run,
        on_progress=lambda line: on_progress(min(file.tell() / size, 0.99)),
        on_outcome=on_outcome,
    )
    on_progress(1.0)
    return report


def _check_json_lines(start, path):
    text = start.removeprefix(BOM).strip()
    if not text:
        raise UnreadableFile(f"Tệp {path} không có nội dung")
    if text.startswith(OLD_EXCEL):
        raise UnreadableFile(
            f"Tệp {path} là Excel đời cũ (.xls): hãy mở bằng Excel và lưu lại thành .xlsx"
        )
    if text.startswith(b"["):
        raise UnreadableFile(
            f"Tệp {path} là một mảng JSON: mỗi bản ghi phải đứng riêng một dòng (JSON Lines)"
        )
    has_record = any(line.lstrip().startswith(b"{") for line in text.splitlines())
    if b"\0" in text or not has_record:
        raise UnreadableFile(f"Không đọc được tệp {path}: không phải JSON Lines hay Excel (.xlsx)")


def read_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of one that is too long only so much as shows that it is."""
    number = 0
    while line := file.readline(MAX_RECORD_BYTES + 2):
        number += 1
        yield number, line
        while not line.endswith(b"\n") and len(line) > MAX_RECORD_BYTES:
            line = file.readline(MAX_RECORD_BYTES + 2)
