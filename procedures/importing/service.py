"""Import of records of the national database, and what it does to what staff edited meanwhile."""

from collections.abc import Callable, Iterable, Iterator

from procedures.importing import comparing, records
from procedures.importing.content import PART_NAMES, PARTS, Content, Duration
from procedures.importing.errors import Refused
from procedures.importing.report import CHANGED, NEW, SAME, ImportReport, Outcome
from procedures.importing.saving import Batches, Change, Line
from procedures.models import Procedure

BLANKS = " \t\r\n\ufeff"


def import_records(
    lines: Iterable[tuple[int, str | bytes]],
    *,
    origin: str,
    sample: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> ImportReport:
    """Bring numbered JSON lines into the catalogue; a second run over the same lines changes nothing.

    Where a record changed since it was last imported, only the parts that changed are written:
    what staff edited elsewhere stays. A dry run does all of this and takes it back.
    """
    batches = RecordBatches(origin=origin, sample=sample, dry_run=dry_run)
    return batches.save_all(_read(lines), on_progress, on_outcome)


def _read(lines) -> Iterator[Line]:
    """Lines with their records; blank ones are passed over. A code may come twice only with the same content."""
    seen = {}
    for number, text in lines:
        if not text.strip(BLANKS.encode() if isinstance(text, bytes) else BLANKS):
            continue
        try:
            raw = records.load(text)
            content = records.read_content(raw)
        except Refused as refusal:
            yield Line(number, refusal=str(refusal))
            continue
        digest = records.digest_of(raw)
        first, first_digest = seen.setdefault(content.code, (number, digest))
        if digest == first_digest:
            yield Line(number, content, raw, digest)
        else:
            yield Line(number, refusal=f"Mã {content.code} đã có ở dòng {first} với nội dung khác")


class RecordBatches(Batches):
    """Full records: what the national database says prevails; what it is silent on stays with staff."""

    def plan(self, lines):
        known = comparing.known_procedures([line.content.code for line in lines])
        stored = comparing.fetch_parts([known[code] for code in _to_compare(lines, known)])
        changes, procedures = [], {}
        for line in lines:
            code = line.content.code
            if code in procedures:
                notes = ("Trùng một dòng trước",)
                change = Change(line, procedures[code], SAME, notes=notes)
            else:
                change = self._change(line, known.get(code), stored)
            procedures[code] = change.procedure
            changes.append(change)
        return changes

    def _change(self, line, procedure, stored):
        if procedure is None:
            return Change(
                line,
                Procedure(code=line.content.code),
                NEW,
                frozenset(PARTS),
                _remarks(line.content),
                status=Procedure.Status.PUBLISHED,
                keeps_record=True,
            )
        if self.sample and not procedure.is_sample:
            return Change(line, procedure, SAME, notes=("Đã có bản thật, giữ nguyên",))
        if _digest(procedure) != line.digest:
            return self._difference(line, procedure, stored[procedure.pk])
        if notes := self._becomes_real(procedure):
            return Change(line, procedure, CHANGED, notes=notes, keeps_record=True)
        return Change(line, procedure, SAME)

    def _difference(self, line, procedure, stored):
        """What the source changed since the last import, or, for a procedure made by hand, all that it says otherwise."""
        new, old = line.content, _last_imported(procedure)
        silent = comparing.silent_parts(new, over_hand_made=old is None)
        parts = comparing.differing(old or stored, new, self.references) - silent
        parts &= comparing.differing(stored, new, self.references)
        overwritten = parts & comparing.differing(old or stored, stored, self.references)
        notes = [
            *(f"Ghi đè sửa đổi của cán bộ: {name}" for name in _names(overwritten)),
            *(
                f"Nguồn không còn ghi: {name}"
                for name in _names(p for p in parts if not getattr(new, p))
            ),
            *self._becomes_real(procedure),
        ]
        publishes = _publishes(procedure)
        if publishes:
            notes.append("Chuyển sang Đang áp dụng")
        if parts or notes:
            notes += _remarks(new)
        return Change(
            line,
            procedure,
            CHANGED if parts or notes else SAME,
            frozenset(parts),
            tuple(notes),
            status=Procedure.Status.PUBLISHED if publishes else "",
            keeps_record=True,
        )

    def _becomes_real(self, procedure):
        return ("Không còn là nội dung mẫu",) if procedure.is_sample and not self.sample else ()


def _to_compare(lines, known):
    """Codes whose procedures have to be looked at part by part."""
    return {
        line.content.code
        for line in lines
        if line.content.code in known and _digest(known[line.content.code]) != line.digest
    }


def _digest(procedure):
    return procedure.source.digest if hasattr(procedure, "source") else ""


def _last_imported(procedure) -> Content | None:
    """What the record said that a procedure was last imported from; None when it was made by hand."""
    if not hasattr(procedure, "source"):
        return None
    try:
        return records.read_content(procedure.source.record)
    except Refused:
        # Kept by an older version of this code that refused less.
        return None


def _publishes(procedure):
    """A first full record publishes a draft. Later, and for what was suspended or has ended, staff decide."""
    waiting = {Procedure.Status.DRAFT, Procedure.Status.REVIEW}
    return procedure.status in waiting and not hasattr(procedure, "source")


def _names(parts):
    parts = set(parts)
    return [PART_NAMES[part] for part in PARTS if part in parts]


def _remarks(content: Content) -> tuple[str, ...]:
    """What staff should look at: compulsory parts that the source leaves out, amounts that look wrong."""
    present = {
        "trình tự thực hiện": content.steps,
        "cách thức thực hiện": content.methods,
        "thời hạn giải quyết": any(method.duration != Duration() for method in content.methods),
        "thành phần hồ sơ": content.cases,
        "đối tượng thực hiện": content.audiences,
        "cơ quan thực hiện": content.executing,
    }
    missing = [name for name, value in present.items() if not value]
    fees = [
        fee
        for method in content.methods
        for fee in method.fees
        if fee.amount and fee.currency == "VND"
    ]
    odd = sorted({fee.source_text for fee in fees if fee.amount < 1000})
    return (
        *([f"Nguồn thiếu: {', '.join(missing)}"] if missing else []),
        *(f"Xem lại số tiền: {text}" for text in odd),
    )
