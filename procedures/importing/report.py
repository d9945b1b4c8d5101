"""What an import did, for the screen and for a CSV file. Keeps counts and the first rows, never all of them."""

import csv
from collections import Counter
from dataclasses import dataclass, field

from portal.csv import safe_cell

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
LABELS = {NEW: "mới", CHANGED: "thay đổi", SAME: "giữ nguyên", REFUSED: "từ chối"}
SHOWN = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one line of the file."""

    line: int
    kind: str
    code: str = ""
    name: str = ""
    parts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class ImportReport:
    """Lists hold the first rows of their kind; `counts` and `note_count` know how many there were.

    `noted`: new or unchanged rows that somebody should look at.
    """

    dry_run: bool = False
    counts: Counter = field(default_factory=Counter)
    changed: list[Outcome] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)
    noted: list[Outcome] = field(default_factory=list)
    note_count: int = 0

    def add(self, outcome: Outcome):
        self.counts[outcome.kind] += 1
        kept = {CHANGED: self.changed, REFUSED: self.refused}.get(outcome.kind)
        if kept is None and outcome.notes:
            kept = self.noted
            self.note_count += 1
        if kept is not None and len(kept) < SHOWN:
            kept.append(outcome)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def changes_nothing(self) -> bool:
        return not self.counts[NEW] and not self.counts[CHANGED]


class CsvReport:
    """One row a line of the file, for Excel."""

    HEADER = ("Dòng", "Mã thủ tục", "Tên thủ tục", "Kết quả", "Phần thay đổi", "Ghi chú")

    def __init__(self, file):
        self.writer = csv.writer(file)
        self.writer.writerow(self.HEADER)

    def add(self, outcome: Outcome):
        cells = (
            outcome.line,
            outcome.code,
            outcome.name,
            LABELS[outcome.kind],
            "; ".join(outcome.parts),
            "; ".join(outcome.notes),
        )
        self.writer.writerow([safe_cell(cell) for cell in cells])
