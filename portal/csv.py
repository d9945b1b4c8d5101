"""CSV files that people open in a spreadsheet."""

import csv

from django.http import StreamingHttpResponse


class _Echo:
    """A file that hands back each line instead of keeping it."""

    def write(self, line):
        return line


def safe_cell(value) -> str:
    """Text that a spreadsheet shows and never runs: no cell begins like a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_response(name, rows):
    """A download of rows, row by row as they come: UTF-8 with a mark, by which a spreadsheet knows it."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([safe_cell(cell) for cell in row]) for row in rows)
    return StreamingHttpResponse(
        _marked(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _marked(lines):
    yield "\ufeff"
    yield from lines
