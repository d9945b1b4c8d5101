"""How long is kept who sent a ticket, and what keeps it longer.

A ticket that has ended keeps its sender and files for the term that the province has set; then they go, while its text
and answer remain. What is held for the law, or has a request of its sender about their data open, stays.
"""

import logging
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from feedback import personal_data, workflow
from feedback.models import (
    DataSubjectRequest,
    Erasure,
    LegalHold,
    Ticket,
    TicketAttachment,
    TicketEvent,
    TicketSender,
)
from procedures.deadline_words import term_in_words
from procedures.deadlines import ONE_DAY, ZONE, Calendar, deadline
from procedures.models import TermRule

logger = logging.getLogger(__name__)

# More than the longest term that the rules take.
DAYS_OF_A_CENTURY = 36_525


@dataclass(frozen=True)
class Rule:
    """How long is kept, in words and with its ground, and which moments are so long ago that it is over."""

    term: str
    ground: str
    before: datetime

    @classmethod
    def at(cls, now):
        row = TermRule.objects.get(key="data.retention")
        calendar, today = Calendar.load(), timezone.localdate(now)

        def is_over(days):
            start = datetime.combine(today - timedelta(days=days), time.max, ZONE)
            return deadline(start, row.term, calendar=calendar).due_at <= now

        # The days by which terms end never run backwards, so the first that is over is found by halving.
        days = bisect_left(range(DAYS_OF_A_CENTURY), True, key=is_over)
        last = today - timedelta(days=days)
        return cls(
            term=term_in_words(row.term),
            ground=row.ground[:500],
            before=datetime.combine(last + ONE_DAY, time.min, ZONE),
        )


class NotErased(Exception):
    """Some could not be erased, though all others were; the next run tries them again."""

    def __init__(self, count):
        super().__init__(f"{count} phiếu đã hết thời hạn giữ mà chưa xóa được")


def expired(now):
    """Tickets of which something is kept that is to be erased now."""
    return _without_obstacle(_over(Rule.at(now)))


def kept_longer(now):
    """Tickets whose time is over, and of which nothing is erased because they are held or asked about."""
    over = _over(Rule.at(now))
    return over.exclude(pk__in=_without_obstacle(over).values("pk"))


def erase_expired(now=None) -> list[Erasure]:
    """Erase what is kept too long, each ticket in a transaction of its own; what was erased is told."""
    now = now or timezone.now()
    rule = Rule.at(now)
    erased, faults = [], 0
    for pk in list(_without_obstacle(_over(rule)).values_list("pk", flat=True)):
        try:
            erased.append(_erase(pk, rule, now))
        except Exception as fault:
            # The others do not wait for it. What the fault says may quote what was to be erased.
            logger.error("Chưa xóa được dữ liệu hết hạn của một phiếu: %s", type(fault).__name__)
            faults += 1
    if faults:
        raise NotErased(faults)
    return [row for row in erased if row is not None]


@transaction.atomic
def _erase(pk, rule, now):
    """Erase one, unless somebody was quicker: another eraser, a hold, a request."""
    ticket = workflow.lock(Ticket(pk=pk))
    if not _without_obstacle(_over(rule)).filter(pk=pk).exists():
        return None
    sender = TicketSender.objects.filter(ticket=ticket).first()
    row = Erasure(
        ticket=ticket,
        erased_at=now,
        ended_at=ticket.status_at,
        term=rule.term,
        ground=rule.ground,
        fields_count=sum(bool(getattr(sender, name, "")) for name in TicketSender.IDENTITY),
        files_count=ticket.attachments.filter(purged_at=None).count(),
    )
    personal_data.erase_sender(ticket=ticket, now=now)
    row.save()
    return row


def _over(rule):
    of_ticket = {"ticket": OuterRef("pk")}
    sender = TicketSender.objects.filter(**of_ticket, erased_at=None)
    files = TicketAttachment.objects.filter(**of_ticket, purged_at=None)
    ended = Ticket.everything.filter(status__in=Ticket.ENDED, status_at__lt=rule.before)
    return ended.filter(Exists(sender) | Exists(files)).order_by("status_at", "pk")


def _without_obstacle(tickets):
    holds = LegalHold.objects.in_force().filter(ticket=OuterRef("pk"))
    requests = DataSubjectRequest.objects.open().filter(ticket=OuterRef("pk"))
    return tickets.filter(~Exists(holds), ~Exists(requests))


@transaction.atomic
def place_hold(*, ticket, by, reason, document_number="", now=None) -> LegalHold:
    """Keep all that there is of a ticket, as an inspection or a court needs it, until the hold is lifted."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if ticket.legal_holds.in_force().exists():
        raise ValidationError("Phiếu này đang được giữ dữ liệu rồi.")
    hold = LegalHold.objects.create(
        ticket=ticket,
        reason=reason,
        document_number=document_number,
        placed_at=now,
        placed_by=by,
    )
    words = f"{reason} (văn bản: {document_number})" if document_number else reason
    _note(ticket, TicketEvent.Type.HELD, by, now, words)
    return hold


@transaction.atomic
def lift_hold(*, ticket, by, reason, now=None):
    """Let the ticket's data go the way of all others: what is kept too long is erased the next night."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if not ticket.legal_holds.in_force().update(lifted_at=now, lifted_by=by):
        raise ValidationError("Phiếu này không được giữ dữ liệu.")
    _note(ticket, TicketEvent.Type.RELEASED, by, now, reason)
    return ticket


def _note(ticket, type, by, now, internal_note):
    staff = {"by": TicketEvent.By.STAFF, "actor": by}
    workflow.note(ticket, type=type, **staff, now=now, internal_note=internal_note)
