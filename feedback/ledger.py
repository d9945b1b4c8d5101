"""The ledger of receipts: every receipt is chained to the one before it, so that none can change or vanish unseen.

    hash = SHA-256(previous hash | code hash | time | content digest | salt)

each part in lower-case hex or, the time, in UTC as ISO 8601 with microseconds, joined by a line break. The first
entry's previous hash is 64 zeros. The sender's slip holds the hash; the hash at the end of each day is public.
`feedback.verifying` finds what does not agree. See docs/decisions/0011.
"""

import hashlib
import json
import secrets
from datetime import UTC, timedelta

from django.db import connection, transaction
from django.utils import timezone

from feedback.models import LedgerDay, LedgerEntry
from procedures.deadlines import ZONE

FIRST = "0" * 64
# Held by whoever adds an entry until their transaction ends: one chain, whatever comes at once.
_LOCK = 8_246_031_917


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(*, declared_kind, subject, body, file_digests, received_at=None) -> str:
    """What was sent, as one hash: the kind that was chosen, the words, and the files as they were kept.

    Of what staff have entered also when it came, as that was before its receipt.
    """
    content = [declared_kind, subject, body, *sorted(file_digests)]
    if received_at:
        content.append(_written(received_at))
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def chain_hash(*, previous_hash, code_hash, at, content_digest, salt) -> str:
    return sha256("\n".join([previous_hash, code_hash, _written(at), content_digest, salt]))


def _written(moment):
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def append(*, code, at, digest) -> LedgerEntry:
    """Add a receipt at the end, in the transaction of what it acknowledges."""
    _lock()
    last = _last_entry()
    if last and day_of(last.at) < day_of(at):
        _close(last, now=at)
    facts = {
        "previous_hash": last.hash if last else FIRST,
        "code_hash": sha256(code),
        "at": at,
        "content_digest": digest,
        "salt": secrets.token_hex(16),
    }
    return LedgerEntry.objects.create(
        position=last.position + 1 if last else 1, hash=chain_hash(**facts), **facts
    )


@transaction.atomic
def close_day(*, now=None) -> LedgerDay | None:
    """Seal what was added since the last head, once its day is over; again, nothing."""
    _lock()
    last = _last_entry()
    return _close(last, now=now or timezone.now()) if last else None


def day_of(moment):
    return moment.astimezone(ZONE).date()


def day_to_close(last_at, sealed_day):
    """Of which day the head will be that seals the last entry, the head before being of `sealed_day`.

    An entry whose transaction outlasted midnight may come after the head of its day: the next one seals it.
    """
    day = day_of(last_at)
    return max(day, sealed_day + timedelta(days=1)) if sealed_day else day


def _close(last, *, now):
    sealed = LedgerDay.objects.order_by("-position").first()
    if sealed and sealed.position >= last.position:
        return None
    day = day_to_close(last.at, sealed.day if sealed else None)
    if day >= day_of(now):
        return None
    return LedgerDay.objects.create(day=day, position=last.position, hash=last.hash, closed_at=now)


def _last_entry():
    return LedgerEntry.objects.order_by("-position").first()


def _lock():
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
