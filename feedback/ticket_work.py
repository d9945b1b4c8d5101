"""Which tickets wait for what: the rows behind the queues of the staff home and the filters of the lists."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.models import Ticket, TicketDeadline, TicketEvent
from procedures.deadlines import Term, deadline

# So many working days before a day is over it is time to look.
SOON = Term(2, "working_day")
LATE, DUE_SOON, ON_TIME, WAITING = "late", "soon", "on-time", "waiting"
# Looking is not acting.
VIEWS = (
    TicketEvent.Type.VIEWED_IDENTITY,
    TicketEvent.Type.VIEWED_RESTRICTED,
    TicketEvent.Type.VIEWED_FILE,
)


def with_due(tickets, now=None):
    """Each with how the next day promised for it stands (`due_state`); the day itself is in the row."""
    now = now or timezone.now()
    soon_until = deadline(now, SOON).due_at
    return tickets.annotate(
        due_state=Case(
            When(due_at=None, then=Value("")),
            When(due_at__lte=Coalesce(F("paused_at"), Value(now)), then=Value(LATE)),
            When(paused_at__isnull=False, then=Value(WAITING)),
            When(due_at__lte=soon_until, then=Value(DUE_SOON)),
            default=Value(ON_TIME),
        )
    )


class Work(NamedTuple):
    """Rows of `with_due` that wait for one thing, since a moment of theirs."""

    label: str
    rows: Q
    since: str


# Reopening is a message, too, and has a line of its own.
SENDER_WROTE_LAST = (
    ~Q(status__in=[*Ticket.ENDED, Ticket.Status.REOPENED]) & Ticket.sender_wrote_last()
)
PROMISED = Q(due_at__isnull=False)
# What the address of a list asks for, the most pressing first.
WORK = {
    "qua-han": Work("Phiếu quá hạn", PROMISED & Q(due_state=LATE), "due_at"),
    "sap-den-han": Work("Phiếu sắp đến hạn", PROMISED & Q(due_state=DUE_SOON), "received_at"),
    "cho-phan-loai": Work("Phiếu chờ phân loại", Q(status=Ticket.Status.RECEIVED), "received_at"),
    "nguoi-gui-da-tra-loi": Work("Người gửi đã trả lời", SENDER_WROTE_LAST, "last_said_at"),
    "mo-lai": Work("Phiếu mở lại", Q(status=Ticket.Status.REOPENED), "status_at"),
}
# All of them in conditions that have an index each.
SOME_WORK = (
    PROMISED | Q(status__in=[Ticket.Status.RECEIVED, Ticket.Status.REOPENED]) | SENDER_WROTE_LAST
)


@dataclass(frozen=True)
class Due:
    """The next promised day of a ticket in words; `state` is also its look."""

    state: str
    words: str


def due_of(ticket, today=None) -> Due:
    """Of a row of `with_due`."""
    if not ticket.due_state:
        return Due("", "")
    today = today or timezone.localdate()
    days = (ticket.due_on - today).days
    kind = TicketDeadline.Kind(ticket.due_kind).label
    if ticket.due_state == WAITING:
        return Due(WAITING, f"{kind}: chờ người gửi, đồng hồ dừng")
    if ticket.due_state == LATE:
        # While the sender is waited for, no more days are added to those that are late.
        last = timezone.localdate(ticket.paused_at) if ticket.paused_at else today
        return Due(LATE, f"{kind}: quá hạn {max((last - ticket.due_on).days, 1)} ngày")
    left = "hết hạn hôm nay" if days <= 0 else f"còn {days} ngày"
    return Due(ticket.due_state, f"{kind}: {left}")
