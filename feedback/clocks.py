"""The clocks of a ticket: which days are promised, and how they move while the sender is waited for."""

from django.utils import timezone

from feedback.models import TicketDeadline, TicketPause
from procedures.deadlines import Calendar, Term, deadline
from procedures.models import TermRule

K = TicketDeadline.Kind

# Which rule of the province each clock follows.
RULES = {
    K.CLASSIFY: "feedback.classify",
    K.TRANSFER: "feedback.transfer",
    K.ANSWER: "feedback.answer",
}
RESTRICTED_RULES = {
    K.FIRST_HANDLING: "denunciation.first",
    K.TRANSFER: "denunciation.transfer",
}


def start_clocks(ticket, *, now, kinds=None, round=1):
    """Promise the days that the rules give a ticket of its kind; none to who gave no name."""
    rules = RESTRICTED_RULES if ticket.kind == ticket.Kind.DENUNCIATION else RULES
    calendar = Calendar.load()
    return [
        _start(ticket, kind, key, calendar, now, round)
        for kind, key in rules.items()
        if kinds is None or kind in kinds
    ]


def _start(ticket, kind, key, calendar, now, round):
    rule = TermRule.objects.get(key=key)
    term = Term(rule.value, rule.unit)
    row = TicketDeadline(
        ticket=ticket,
        kind=kind,
        round=round,
        started_at=now,
        term_value=term.value,
        term_unit=term.unit,
        ground=rule.ground[:500],
    )
    _count(row, calendar, pauses=())
    row.save()
    return row


def recount(ticket, *, calendar=None):
    """Count the running deadlines anew, after a pause or a change of the calendar; return those that moved."""
    calendar = calendar or Calendar.load()
    moved = []
    for row in ticket.deadlines.running():
        pauses = ticket.pauses.filter(
            ended_at__isnull=False, ended_at__gt=row.started_at
        ).values_list("started_at", "ended_at")
        before = row.due_on
        _count(row, calendar, pauses=list(pauses))
        row.save()
        if row.due_on != before:
            moved.append(row)
    return moved


def _count(row, calendar, *, pauses):
    found = deadline(
        row.started_at, Term(row.term_value, row.term_unit), calendar=calendar, pauses=pauses
    )
    row.due_on, row.due_at = found.due_on, found.due_at
    row.explanation, row.calendar_revision = found.as_json(), calendar.revision


def pause(ticket, *, now=None):
    """Stop the clock because the sender was asked; a clock that stands already stands on."""
    open_pause = ticket.pauses.filter(ended_at=None).first()
    return open_pause or TicketPause.objects.create(ticket=ticket, started_at=now or timezone.now())


def resume(ticket, *, now=None):
    """Let the clock run on, if it stood; return the deadlines that moved."""
    if not ticket.pauses.filter(ended_at=None).update(ended_at=now or timezone.now()):
        return []
    return recount(ticket)


def meet(ticket, *kinds, now=None):
    """What was promised is done."""
    ticket.deadlines.running().filter(kind__in=kinds).update(met_at=now or timezone.now())


def drop(ticket, *, now=None):
    """Nothing more is promised: the ticket was withdrawn, refused or went to others."""
    ticket.deadlines.running().update(dropped_at=now or timezone.now())
    ticket.pauses.filter(ended_at=None).update(ended_at=now or timezone.now())
