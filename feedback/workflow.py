"""The states of a ticket and the steps between them (Decree 20/2008 as amended, and what the portal adds).

The one place in code that knows the ways; a trigger of the database (migration `guards`) refuses every other.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone

from feedback.models import Ticket, TicketEvent

S = Ticket.Status

TRANSITIONS = {
    S.RECEIVED: {S.CLASSIFIED, S.REJECTED, S.WITHDRAWN},
    S.CLASSIFIED: {S.REJECTED, S.TRANSFERRED, S.IN_PROGRESS, S.WITHDRAWN, S.CLOSED},
    S.TRANSFERRED: {S.TRANSFERRED, S.IN_PROGRESS, S.REJECTED, S.WITHDRAWN, S.CLOSED},
    S.IN_PROGRESS: {S.COLLECTING, S.TRANSFERRED, S.ANSWERED, S.WITHDRAWN, S.CLOSED},
    S.COLLECTING: {S.IN_PROGRESS, S.ANSWERED, S.WITHDRAWN},
    S.ANSWERED: {S.PUBLISHED, S.REOPENED, S.CLOSED},
    S.PUBLISHED: {S.REOPENED, S.CLOSED},
    S.REOPENED: {S.IN_PROGRESS, S.TRANSFERRED, S.WITHDRAWN},
    S.REJECTED: set(),
    S.CLOSED: set(),
    S.WITHDRAWN: set(),
}


class WrongStep(ValidationError):
    """The ticket is not where this step begins, perhaps because somebody else was quicker."""

    def __init__(self, ticket, to):
        super().__init__(
            f"Phiếu {ticket} đang ở tình trạng “{ticket.get_status_display()}”, không chuyển sang"
            f" “{Ticket.Status(to).label}” được. Xin mở lại phiếu để xem."
        )


def can_move(ticket, to) -> bool:
    if to == S.REOPENED and ticket.reopened_at:
        return False
    return to in TRANSITIONS[ticket.status]


def lock(ticket):
    """The ticket as it stands, held until the transaction ends: of two who act on it, one waits."""
    return Ticket.everything.select_for_update(of=["self"]).get(pk=ticket.pk)


def move(ticket, to, *, type, by, actor=None, now=None, changes=None, **event):
    """Take one step with a locked ticket, and write down who took it; refuse if there is no such way."""
    if not can_move(ticket, to):
        raise WrongStep(ticket, to)
    now = now or timezone.now()
    changes = dict(changes or {}) | {"status": to, "status_at": now}
    if to == S.REOPENED:
        changes["reopened_at"] = now
    from_status = ticket.status
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(changes))
    return note(
        ticket,
        type=type,
        by=by,
        actor=actor,
        now=now,
        from_status=from_status,
        to_status=to,
        **event,
    )


def note(ticket, *, type, by, actor=None, now=None, **event):
    """Write down what happened to a ticket."""
    return TicketEvent.objects.create(
        ticket=ticket, type=type, by=by, actor=actor, at=now or timezone.now(), **event
    )
