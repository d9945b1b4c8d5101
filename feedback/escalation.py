"""What is over and not done is told to those who approve, once for each promised day, in working hours."""

from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from feedback import notifications, workflow
from feedback.models import IntakeSettings, Ticket, TicketDeadline, TicketEvent
from feedback.rights import holders, may_see_tickets
from procedures.deadlines import Calendar

# The rest is told half an hour later.
TICKETS_AT_ONCE = 200


def escalate(now=None):
    """Tell of the days that are over, in one mail for each who is told; at night and on days off nothing is done.

    Of a denunciation nothing goes out by mail: whoever handles it sees it in their queue.
    """
    now = now or timezone.now()
    if is_working_time(now):
        _escalate(now)


def is_working_time(now) -> bool:
    local, hours = timezone.localtime(now), IntakeSettings.present()
    is_in_hours = hours.working_from <= local.time() < hours.working_until
    return is_in_hours and Calendar.load().is_working_day(local.date())


@transaction.atomic
def _escalate(now):
    deadlines = _taken(now)
    if not deadlines:
        return
    today = timezone.localdate(now)
    for deadline in deadlines:
        words = f"Hạn {deadline.get_kind_display()} {deadline.due_on:%d/%m/%Y}"
        workflow.note(
            deadline.ticket,
            type=TicketEvent.Type.ESCALATED,
            by=TicketEvent.By.PORTAL,
            now=now,
            internal_note=f"{words}: quá {days_late(deadline, today)} ngày.",
        )
    for user, seen in _to_be_told({deadline.ticket_id for deadline in deadlines}).items():
        late = [(row, days_late(row, today)) for row in deadlines if row.ticket_id in seen]
        notifications.deadlines_over(user, late)


def days_late(deadline, today) -> int:
    return max((today - deadline.due_on).days, 1)


def _taken(now):
    """The days that are over and were not told of, taken by this run alone.

    The tickets are held first, as by every step; those that somebody is at work with are left for the next run.
    """
    while_paused = Q(ticket__paused_at=None) | Q(due_at__lte=F("ticket__paused_at"))
    late = TicketDeadline.objects.running().filter(while_paused, escalated_at=None, due_at__lte=now)
    tickets = Ticket.objects.filter(pk__in=late.values("ticket")).order_by("pk")
    held = tickets.select_for_update(of=("self",), skip_locked=True)[:TICKETS_AT_ONCE]
    # Asked anew, now that they are held: another run may have ended in between.
    late = late.filter(ticket__in=[ticket.pk for ticket in held]).select_related("ticket")
    deadlines = list(late.order_by("due_at", "pk"))
    TicketDeadline.objects.filter(pk__in=[row.pk for row in deadlines]).update(escalated_at=now)
    return deadlines


def _to_be_told(tickets):
    """Who is told of which: those who approve and see it; where there is none, those who classify for all."""
    told = _seen_by(holders("approve_publication"), tickets)
    without = tickets - set().union(*told.values())
    if without:
        officers = holders("classify_ticket") & holders("view_every_ticket")
        for user, seen in _seen_by(officers, without).items():
            told[user] |= seen
    return told


def _seen_by(users, tickets):
    seen = defaultdict(set)
    for user in users.exclude(email=""):
        if may_see_tickets(user):
            visible = Ticket.objects.visible_to(user).filter(pk__in=tickets)
            if keys := set(visible.values_list("pk", flat=True)):
                seen[user] = keys
    return seen
