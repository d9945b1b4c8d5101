"""Whether the ledger, its heads, the tickets and their files still agree; what does not is named by its position.

Everything is streamed: the memory that it takes does not grow with the ledger. Each question is one statement, so
that receipts which arrive meanwhile are seen whole or not at all.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.core.exceptions import SuspiciousOperation
from django.db import connection, models
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from feedback import ledger
from feedback.models import LedgerDay, LedgerEntry, Ticket, TicketAttachment
from portal.files import private_files

# Two receipts may end in another order than they began; none takes longer than this.
SLACK = timedelta(minutes=10)
ROWS_AT_ONCE = 2000


class Kind(models.TextChoices):
    """In what way something does not agree."""

    MISSING = "missing", "không có trong sổ"
    PREVIOUS = "previous", "không nối với biên nhận liền trước"
    HASH = "hash", "dấu không đúng với những gì ghi trong sổ"
    TIME = "time", "thời gian lùi lại so với biên nhận trước"
    HEAD = "head", "dấu cuối ngày không đúng với sổ"
    HEAD_MISSING = "head_missing", "thiếu dấu cuối ngày"
    WITNESS = "witness", "dấu cuối ngày trong bản lưu không khớp với sổ"
    TICKET_MISSING = "ticket_missing", "không còn phiếu của biên nhận này"
    ENTRY_MISSING = "entry_missing", "phiếu không có biên nhận trong sổ"
    RECEIVED_AT = "received_at", "thời gian tiếp nhận của phiếu khác với sổ"
    CONTENT = "content", "nội dung phiếu khác lúc tiếp nhận"
    FILE_MISSING = "file_missing", "tệp của phiếu không còn hoặc không đọc được"
    FILE_CHANGED = "file_changed", "tệp của phiếu khác lúc tiếp nhận"


@dataclass(frozen=True)
class Finding:
    """Something that does not agree: where, and in what way. It quotes nothing and names nobody."""

    kind: Kind
    position: int | None = None
    last_position: int | None = None
    day: date | None = None
    ticket: int | None = None
    file: int | None = None

    def __str__(self):
        places = [
            f"Biên nhận {self.position}" if self.position else "",
            f"đến {self.last_position}" if self.last_position else "",
            f"phiếu có khóa {self.ticket}" if self.ticket else "",
            f"tệp {self.file}" if self.file else "",
            f"ngày {self.day:%d/%m/%Y}" if self.day else "",
        ]
        return f"{' '.join(filter(None, places))}: {self.kind.label}".removeprefix(": ")


def findings(*, start=1, witness=(), now=None) -> Iterator[Finding]:
    """All that does not agree from a position on; of what somebody has kept outside, everything."""
    yield from chain_findings(start=start, now=now)
    yield from _heads_of_nothing(start)
    yield from _ticket_findings(start)
    yield from _file_findings(start)
    yield from _witness_findings(witness)


# The chain and its heads


class Link(NamedTuple):
    position: int
    previous_hash: str
    code_hash: str
    at: datetime | None
    content_digest: str
    salt: str
    hash: str
    head_day: date | None = None
    head_hash: str | None = None

    @property
    def is_whole(self):
        return self.hash == ledger.chain_hash(
            previous_hash=self.previous_hash,
            code_hash=self.code_hash,
            at=self.at,
            content_digest=self.content_digest,
            salt=self.salt,
        )


_CHAIN = """
select entry.position, entry.previous_hash, entry.code_hash, entry.at, entry.content_digest, entry.salt,
    entry.hash, head.day, head.hash
from feedback_ledgerentry as entry
left join feedback_ledgerday as head using (position)
where entry.position >= %s and (%s::bigint is null or entry.position <= %s)
order by entry.position, head.day
"""


def chain_findings(*, start=1, end=None, now=None) -> Iterator[Finding]:
    """What does not agree within the chain; with `end`, between two positions alone."""
    now = now or timezone.now()
    last, sealed = _link_before(start), _head_before(start)
    if last is None:
        yield Finding(Kind.MISSING, start - 1)
    for row in _stream(_CHAIN, [start, end, end]):
        link = Link(*row)
        if last and link.position == last.position:
            yield Finding(Kind.HEAD, link.position, day=link.head_day)
            continue
        yield from _link_findings(link, last)
        if last and last.at:
            yield from _unsealed(last, sealed, ledger.day_of(link.at))
        if link.head_day:
            sealed_day = ledger.day_to_close(link.at, sealed.head_day if sealed else None)
            sealed = link._replace(head_day=sealed_day)
            if link[-2:] != (sealed_day, link.hash) or sealed_day >= ledger.day_of(now):
                yield Finding(Kind.HEAD, link.position, day=link.head_day)
                link = link._replace(head_day=None)
        last = link
    yield from _end_findings(last, sealed, end, now)


def _link_before(position):
    """The link before a position, the beginning of all before the first; None where it is missing."""
    if position == 1:
        return Link(0, "", "", None, "", "", ledger.FIRST)
    return next((Link(*row) for row in _stream(_CHAIN, [position - 1] * 3)), None)


def _head_before(position):
    head = LedgerDay.objects.filter(position__lt=position).order_by("-position").first()
    return Link(head.position, "", "", None, "", "", head.hash, head.day) if head else None


def _link_findings(link, last):
    if last:
        if link.position != last.position + 1:
            until = link.position - 1 if link.position - 1 > last.position + 1 else None
            yield Finding(Kind.MISSING, last.position + 1, until)
        if link.previous_hash != last.hash:
            yield Finding(Kind.PREVIOUS, link.position)
        if last.at and link.at < last.at - SLACK:
            yield Finding(Kind.TIME, link.position)
        elif last.head_day and link.at < _end_of(last.head_day) - SLACK:
            yield Finding(Kind.HEAD, last.position, day=last.head_day)
    if not link.is_whole:
        yield Finding(Kind.HASH, link.position)


def _end_of(day):
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _unsealed(last, sealed, today):
    """The head that is missing, if the day of the last entry was over before `today`."""
    if sealed and sealed.position == last.position:
        return
    day = ledger.day_to_close(last.at, sealed.head_day if sealed else None)
    if day < today:
        yield Finding(Kind.HEAD_MISSING, last.position, day=day)


def _end_findings(last, sealed, end, now):
    if last is None or last.at is None:
        return
    if end:
        if last.position < end:
            yield Finding(Kind.MISSING, last.position + 1, end)
    else:
        # The worker, too, needs a moment after midnight.
        yield from _unsealed(last, sealed, ledger.day_of(now - timedelta(hours=2)))


def _heads_of_nothing(start):
    heads = LedgerDay.objects.filter(position__gte=start).exclude(
        position__in=LedgerEntry.objects.values("position")
    )
    for head in heads.order_by("position"):
        yield Finding(Kind.HEAD, head.position, day=head.day)


# The tickets

_TICKETS = """
select entry.position, entry.at, entry.content_digest, ticket.id, ticket.received_at,
    ticket.entered_by_id is not null or ticket.split_from_id is not null,
    ticket.declared_kind, ticket.subject, ticket.body, ticket.content_erased_at,
    array(
        select digest from feedback_ticketattachment
        where ticket_id = ticket.id and message_id is null
    )
from feedback_ledgerentry as entry
full join feedback_ticket as ticket
    on entry.code_hash = encode(sha256(convert_to(ticket.code, 'UTF8')), 'hex')
where entry.position is null or entry.position >= %s
order by entry.position, ticket.id
"""


def _ticket_findings(start):
    for position, at, digest, ticket, *content in _stream(_TICKETS, [start]):
        if position is None:
            yield Finding(Kind.ENTRY_MISSING, ticket=ticket)
        elif ticket is None:
            yield Finding(Kind.TICKET_MISSING, position)
        else:
            for kind in _differences(at, digest, *content):
                yield Finding(kind, position, ticket=ticket)


def _differences(
    at, digest, received_at, is_entered, declared_kind, subject, body, erased_at, file_digests
):
    # What staff have entered came before its receipt, which proves that moment with the words.
    if received_at > at or not is_entered and received_at != at:
        yield Kind.RECEIVED_AT
    if erased_at is None and digest != ledger.content_digest(
        declared_kind=declared_kind,
        subject=subject,
        body=body,
        file_digests=file_digests,
        received_at=received_at if is_entered else None,
    ):
        yield Kind.CONTENT


_FILES = """
select entry.position, ticket.id, attachment.id, attachment.number, attachment.file, attachment.digest
from feedback_ticketattachment as attachment
join feedback_ticket as ticket on ticket.id = attachment.ticket_id
left join feedback_ledgerentry as entry
    on entry.code_hash = encode(sha256(convert_to(ticket.code, 'UTF8')), 'hex')
where attachment.purged_at is null and (entry.position is null or entry.position >= %s)
order by entry.position, attachment.id
"""


def _file_findings(start):
    for position, ticket, row, number, name, digest in _stream(_FILES, [start]):
        found = _digest_on_disk(name)
        if found is None:
            # Purged since the rows were asked for, it is not missing.
            kind = Kind.FILE_MISSING if _is_still_kept(row) else None
        else:
            kind = Kind.FILE_CHANGED if found != digest else None
        if kind:
            yield Finding(kind, position, ticket=ticket, file=number)


def _digest_on_disk(name):
    try:
        with private_files().open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, SuspiciousOperation):
        return None


def _is_still_kept(attachment):
    return TicketAttachment.objects.filter(pk=attachment, purged_at=None).exists()


# What others keep

_HEAD = re.compile(r"(\d{4}-\d\d-\d\d)[\s,;]+([0-9a-f]{64})(?![0-9a-f])")


def read_witness(text: str) -> list[tuple[date, str]]:
    """The heads in a file of heads, a saved feed or a letter: each a day and a hash beside it."""
    return [(date.fromisoformat(day), head) for day, head in _HEAD.findall(text)]


def _witness_findings(witness: Iterable[tuple[date, str]]):
    kept = sorted(set(witness))
    days = dict(LedgerDay.objects.values_list("day", "hash"))
    entries = LedgerEntry.objects.filter(hash__in=[head for _day, head in kept])
    positions = dict(entries.values_list("hash", "position"))
    for day, head in kept:
        if head not in positions or days.get(day) != head:
            yield Finding(Kind.WITNESS, positions.get(head), day=day)


# One receipt


@dataclass(frozen=True)
class CheckedReceipt:
    """A receipt that stands in the ledger, and whether the ledger agrees with itself there."""

    at: datetime
    head: LedgerDay | None
    agrees: bool


def check_receipt(*, code, fingerprint) -> CheckedReceipt | None:
    """Find a receipt by its ticket's code and the first letters of its hash; None if they do not belong together.

    The chain is made anew from the receipt to the head that seals it: a day's entries.
    """
    entry = LedgerEntry.objects.filter(code_hash=ledger.sha256(code)).first()
    if entry is None or not constant_time_compare(entry.hash[: len(fingerprint)], fingerprint):
        return None
    head = LedgerDay.objects.filter(position__gte=entry.position).order_by("position").first()
    end = (
        head.position if head else LedgerEntry.objects.aggregate(end=models.Max("position"))["end"]
    )
    chain = chain_findings(start=entry.position, end=end)
    agrees = next(chain, None) is None and _ticket_agrees(entry, code)
    return CheckedReceipt(at=entry.at, head=head, agrees=agrees)


def _ticket_agrees(entry, code):
    ticket = Ticket.everything.filter(code=code).first()
    if ticket is None:
        return False
    digests = ticket.attachments.filter(message=None).values_list("digest", flat=True)
    different = _differences(
        entry.at,
        entry.content_digest,
        ticket.received_at,
        ticket.entered_by_id is not None or ticket.split_from_id is not None,
        ticket.declared_kind,
        ticket.subject,
        ticket.body,
        ticket.content_erased_at,
        digests,
    )
    return next(different, None) is None


def _stream(sql, values):
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
