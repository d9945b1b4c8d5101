"""Import of records, line by line, saved batch by batch: a broken line stops and half-saves nothing else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from procedures.importing import comparing, records, writing
from procedures.importing.content import PART_NAMES, PARTS, Content
from procedures.importing.records import Refused, SourceRecord
from procedures.importing.references import References
from procedures.importing.report import CHANGED, NEW, REFUSED, SAME, ImportReport, Outcome
from procedures.models import Procedure
from procedures.services import complete_procedures

BATCH = 200


@dataclass(frozen=True)
class Line:
    """A line that was read: its record, or the reason why it has none."""

    number: int
    record: SourceRecord | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Change:
    """What a record does to the catalogue."""

    line: Line
    procedure: Procedure
    kind: str
    parts: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    keeps_record: bool = True

    @property
    def content(self) -> Content:
        return self.line.record.content

    def outcome(self) -> Outcome:
        shown = tuple(PART_NAMES[part] for part in PARTS if part in self.parts) if self.kind == CHANGED else ()
        return Outcome(self.line.number, self.kind, self.content.code, self.content.name, shown, self.notes)


def import_records(
    lines: Iterable[tuple[int, str | bytes]],
    *,
    origin: str,
    sample: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> ImportReport:
    """Bring JSON lines into the catalogue; a second run over the same lines changes nothing.

    Where a record changed since it was last imported, only the parts that changed are written:
    what staff edited elsewhere stays. A dry run does all of this and takes it back.
    """
    report = ImportReport(dry_run=dry_run)
    batches = _Batches(origin=origin, sample=sample, dry_run=dry_run)
    for batch in _in_batches(_read(lines)):
        for outcome in batches.save(batch):
            report.add(outcome)
            if on_outcome:
                on_outcome(outcome)
        if on_progress:
            on_progress(batch[-1].number)
    return report


def _read(lines) -> Iterator[Line]:
    """Lines with their records; blank ones are passed over. A code may come twice only with the same content."""
    seen = {}
    for number, text in lines:
        if not text.strip(b" \t\r\n\xef\xbb\xbf" if isinstance(text, bytes) else " \t\r\n\ufeff"):
            continue
        try:
            record = records.read_line(text)
        except Refused as refusal:
            yield Line(number, refusal=str(refusal))
            continue
        first, digest = seen.setdefault(record.content.code, (number, record.digest))
        if digest != record.digest:
            refusal = f"Mã {record.content.code} đã có ở dòng {first} với nội dung khác"
            yield Line(number, refusal=refusal)
        else:
            yield Line(number, record)


def _in_batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


class _Batches:
    """Saves batches of lines; keeps the shared rows that they name."""

    def __init__(self, *, origin, sample, dry_run):
        self.origin, self.sample, self.dry_run = origin, sample, dry_run
        self.references = References()
        self.now, self.today = timezone.now(), timezone.localdate()

    def save(self, batch: list[Line]) -> list[Outcome]:
        """All lines at once; should the database refuse that, each on its own."""
        try:
            return self._save_together(batch)
        except OperationalError:
            raise
        except DatabaseError:
            self.references = References()
        outcomes = []
        for line in batch:
            try:
                outcomes += self._save_together([line])
            except OperationalError:
                raise
            except DatabaseError as error:
                self.references = References()
                content = line.record.content
                reason = f"Cơ sở dữ liệu không nhận: {str(error).splitlines()[0]}"
                outcomes.append(Outcome(line.number, REFUSED, content.code, content.name, notes=(reason,)))
        return outcomes

    def _save_together(self, batch):
        with transaction.atomic():
            changes = self._plan([line for line in batch if line.record])
            self._write([change for change in changes if change.keeps_record])
            if self.dry_run:
                transaction.set_rollback(True)
        if self.dry_run:
            # What was just made is gone again.
            self.references = References()
        outcomes = [change.outcome() for change in changes]
        outcomes += [Outcome(line.number, REFUSED, notes=(line.refusal,)) for line in batch if line.refusal]
        return sorted(outcomes, key=lambda outcome: outcome.line)

    def _plan(self, lines):
        known = comparing.known_procedures([line.record.content.code for line in lines])
        stored = comparing.fetch_parts([row for line in lines if (row := self._to_compare(line, known))])
        changes = []
        for line in lines:
            code = line.record.content.code
            change = self._change(line, known.get(code), stored)
            # The second of two equal lines finds what the first one makes.
            known[code] = change.procedure
            changes.append(change)
        return changes

    def _to_compare(self, line, known):
        """The procedure, where what it holds now has to be looked at."""
        procedure = known.get(line.record.content.code)
        source = getattr(procedure, "source", None)
        return None if procedure is None or (source and source.digest == line.record.digest) else procedure

    def _change(self, line, procedure, stored):
        new = line.record.content
        if procedure is None:
            return Change(line, Procedure(code=new.code), NEW, frozenset(PARTS), _remarks(new))
        if procedure.pk is None:
            return Change(line, procedure, SAME, notes=("Trùng một dòng trước",), keeps_record=False)
        if self.sample and not procedure.is_sample:
            return Change(line, procedure, SAME, notes=("Đã có bản thật, giữ nguyên",), keeps_record=False)
        source = getattr(procedure, "source", None)
        becomes_real = procedure.is_sample and not self.sample
        if source and source.digest == line.record.digest:
            notes = ("Không còn là nội dung mẫu",) if becomes_real else ()
            return Change(line, procedure, CHANGED if becomes_real else SAME, notes=notes, keeps_record=becomes_real)
        return self._difference(line, procedure, source, stored[procedure.pk], becomes_real)

    def _difference(self, line, procedure, source, stored, becomes_real):
        new = line.record.content
        old = _content_of(source)
        silent = comparing.silent_parts(new, over_hand_made=old is None)
        moved = comparing.differing(old or stored, new, self.references) - silent
        parts = moved & comparing.differing(stored, new, self.references)
        notes = []
        if old is not None:
            overwritten = parts & comparing.differing(old, stored, self.references)
            notes += [f"Ghi đè sửa đổi của cán bộ: {PART_NAMES[part]}" for part in PARTS if part in overwritten]
        emptied = [PART_NAMES[part] for part in PARTS if part in parts and not getattr(new, part)]
        notes += [f"Nguồn không còn ghi: {name}" for name in emptied]
        if becomes_real:
            notes.append("Không còn là nội dung mẫu")
        if _is_published_by(procedure, source):
            notes.append("Chuyển sang Đang áp dụng")
        kind = CHANGED if parts or notes else SAME
        if kind == CHANGED:
            notes += _remarks(new)
        return Change(line, procedure, kind, frozenset(parts), tuple(notes))

    def _write(self, changes):
        self.references.ensure([change.content for change in changes])
        touched = [change for change in changes if change.kind != SAME]
        new = [change for change in touched if change.kind == NEW]
        for change in new:
            self._fill(change, status=Procedure.Status.PUBLISHED)
        Procedure.objects.bulk_create(change.procedure for change in new)
        for change in touched:
            if change.kind == CHANGED:
                self._update(change)
        rows = [(change.procedure, change.content, change.parts) for change in touched]
        writing.clear_parts([row for row, change in zip(rows, touched, strict=True) if change.kind == CHANGED])
        writing.write_parts(rows, self.references)
        sources = [(change.procedure, change.line.record.raw, change.line.record.digest) for change in changes]
        writing.write_sources(sources, self.origin, self.now)
        complete_procedures([change.procedure.pk for change in touched])

    def _fill(self, change, status):
        procedure = change.procedure
        columns = writing.set_columns(procedure, change.content, change.parts, self.references)
        procedure.status, procedure.is_sample = status, self.sample
        procedure.synced_on, procedure.updated_at = self.today, self.now
        return columns

    def _update(self, change):
        procedure = change.procedure
        publishes = _is_published_by(procedure, getattr(procedure, "source", None))
        status = Procedure.Status.PUBLISHED if publishes else procedure.status
        columns = self._fill(change, status)
        own = ["status", "is_sample", "synced_on", "updated_at"]
        procedure.save(update_fields=[*columns, *own, *(["sort_key"] if "name" in columns else [])])


def _content_of(source):
    """What the record said that a procedure was last imported from; None when made by hand, or no longer readable."""
    if source is None:
        return None
    try:
        return records.read_content(source.record)
    except Refused:
        return None


def _is_published_by(procedure, source):
    """A first full record publishes a draft. Later, and for what was suspended or has ended, staff decide."""
    waiting = {Procedure.Status.DRAFT, Procedure.Status.REVIEW}
    return procedure.status in waiting and source is None


def _remarks(content: Content) -> tuple[str, ...]:
    """What staff should look at: compulsory parts that the source leaves out, amounts that look wrong."""
    present = {
        "trình tự thực hiện": content.steps,
        "cách thức thực hiện": content.methods,
        "thời hạn giải quyết": any(method.duration != type(method.duration)() for method in content.methods),
        "thành phần hồ sơ": content.cases,
        "đối tượng thực hiện": content.audiences,
        "cơ quan thực hiện": content.executing,
    }
    missing = [name for name, value in present.items() if not value]
    remarks = [f"Nguồn thiếu: {', '.join(missing)}"] if missing else []
    odd = {
        fee.source_text
        for method in content.methods
        for fee in method.fees
        if fee.currency == "VND" and fee.amount is not None and 0 < fee.amount < 1000
    }
    remarks += [f"Xem lại số tiền: {text}" for text in sorted(odd)]
    return tuple(remarks)
