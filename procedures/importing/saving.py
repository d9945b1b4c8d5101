"""Batches of changes: saved together, or one by one where the database refuses that."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from procedures.importing import writing
from procedures.importing.content import PART_NAMES, PARTS, Content
from procedures.importing.references import References
from procedures.importing.report import CHANGED, NEW, REFUSED, SAME, ImportReport, Outcome
from procedures.models import Procedure, SearchTerm
from procedures.services import complete_procedures

BATCH = 200
# Other errors mean that the database itself is gone, busy or out of step: these stop the import.
FAULTS_OF_ROWS = (DataError, IntegrityError)


@dataclass(frozen=True)
class Line:
    """A line of a file: the content read from it, or the reason why there is none."""

    number: int
    content: Content | None = None
    raw: dict | None = None
    digest: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Change:
    """What a line does to the catalogue."""

    line: Line
    procedure: Procedure
    kind: str
    parts: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    status: str = ""
    keeps_record: bool = False

    @property
    def content(self) -> Content:
        return self.line.content

    def outcome(self) -> Outcome:
        shown = (
            tuple(PART_NAMES[part] for part in PARTS if part in self.parts)
            if self.kind == CHANGED
            else ()
        )
        return Outcome(
            self.line.number, self.kind, self.content.code, self.content.name, shown, self.notes
        )


class Batches:
    """Saves lines, batch by batch. What a line changes is planned by the subclass of its format."""

    def __init__(self, *, origin: str = "", sample: bool = False, dry_run: bool = False):
        self.origin, self.sample, self.dry_run = origin, sample, dry_run
        self.references = References()
        self.now, self.today = timezone.now(), timezone.localdate()

    def plan(self, lines: list[Line]) -> list[Change]:
        raise NotImplementedError

    def save_all(
        self,
        lines: Iterable[Line],
        on_progress: Callable[[int], None] | None = None,
        on_outcome: Callable[[Outcome], None] | None = None,
    ) -> ImportReport:
        report, lines = ImportReport(dry_run=self.dry_run), iter(lines)
        while batch := list(islice(lines, BATCH)):
            for outcome in self._save(batch):
                report.add(outcome)
                if on_outcome:
                    on_outcome(outcome)
            if on_progress:
                on_progress(batch[-1].number)
        if not self.dry_run:
            SearchTerm.objects.recount_when_outgrown()
        return report

    def _save(self, batch):
        try:
            return self._save_together(batch)
        except FAULTS_OF_ROWS:
            self.references = References()
        return [outcome for line in batch for outcome in self._save_alone(line)]

    def _save_alone(self, line):
        try:
            return self._save_together([line])
        except FAULTS_OF_ROWS as error:
            self.references = References()
            reason = f"Cơ sở dữ liệu không nhận: {str(error).splitlines()[0]}"
            return [
                Outcome(line.number, REFUSED, line.content.code, line.content.name, notes=(reason,))
            ]

    def _save_together(self, batch):
        with transaction.atomic():
            changes = self.plan([line for line in batch if line.content])
            self._write(changes)
            if self.dry_run:
                transaction.set_rollback(True)
        if self.dry_run:
            # The shared rows that were just made are gone again.
            self.references = References()
        outcomes = [change.outcome() for change in changes]
        outcomes += [
            Outcome(line.number, REFUSED, notes=(line.refusal,)) for line in batch if line.refusal
        ]
        return sorted(outcomes, key=lambda outcome: outcome.line)

    def _write(self, changes):
        touched = [change for change in changes if change.kind != SAME]
        self.references.ensure([change.content for change in touched])
        Procedure.objects.bulk_create(
            self._filled(change)[0] for change in touched if change.kind == NEW
        )
        changed = [change for change in touched if change.kind == CHANGED]
        for change in changed:
            procedure, columns = self._filled(change)
            procedure.save(update_fields=columns)
        writing.clear_parts([_row(change) for change in changed])
        writing.write_parts([_row(change) for change in touched], self.references)
        kept = [change for change in changes if change.keeps_record]
        sources = [(change.procedure, change.line.raw, change.line.digest) for change in kept]
        writing.write_sources(sources, self.origin, self.now)
        complete_procedures([change.procedure.pk for change in touched], more_to_come=True)

    def _filled(self, change):
        """The procedure with its own columns set, and the names of these columns."""
        procedure = change.procedure
        columns = writing.set_columns(procedure, change.content, change.parts, self.references)
        columns += ["updated_at"] + ["sort_key"] * ("name" in columns)
        procedure.updated_at = self.now
        if change.status:
            procedure.status = change.status
            columns.append("status")
        if change.keeps_record:
            procedure.is_sample, procedure.synced_on = self.sample, self.today
            columns += ["is_sample", "synced_on"]
        return procedure, columns


def _row(change):
    return change.procedure, change.content, change.parts
