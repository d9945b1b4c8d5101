"""Tickets that were merged into another: they follow it on its way, and go their own way where it ends.

Whoever holds the other one may ask for the lock of these, never the other way round.
"""

from feedback import notifications, workflow
from feedback.models import Ticket, TicketEvent

S = Ticket.Status
ANSWERED = (S.ANSWERED, S.PUBLISHED)
SETTLED = (*Ticket.ENDED, *ANSWERED)


def waiting(target):
    """The tickets merged into this one that have no answer yet."""
    found = Ticket.everything.filter(merged_into=target)
    return found.exclude(status__in=SETTLED).order_by("pk")


def locked(target):
    """Those, held until the transaction ends."""
    return list(waiting(target).select_for_update(of=["self"]))


def set_apart(ticket, *, by, actor=None, now=None, note="", internal_note=""):
    """Let a locked ticket be handled on its own again, if it was merged."""
    if ticket.merged_into_id is None:
        return
    ticket.merged_into = None
    ticket.save(update_fields=["merged_into"])
    event = workflow.note(
        ticket,
        type=TicketEvent.Type.UNMERGED,
        by=by,
        actor=actor,
        now=now,
        note=note,
        internal_note=internal_note,
    )
    if by != TicketEvent.By.SENDER:
        notifications.ticket_unmerged(ticket, event)


def set_all_apart(target, *, now):
    """The other one gets no answer: those that were merged into it wait for theirs by themselves."""
    for ticket in locked(target):
        set_apart(
            ticket,
            by=TicketEvent.By.PORTAL,
            now=now,
            note="Phiếu giải quyết chung đã dừng, nên phiếu này lại được giải quyết riêng.",
        )
