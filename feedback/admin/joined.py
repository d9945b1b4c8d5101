"""What a ticket is joined with: the one that it is merged into or was split off, and those of it."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from feedback import joining, merged
from feedback.models import Ticket, TicketDeadline
from feedback.rights import may, visible_tickets


@dataclass(frozen=True)
class Joined:
    """The others, each with its address, as far as this person may see them."""

    into: list = field(default_factory=list)
    merged: list = field(default_factory=list)
    whole: list = field(default_factory=list)
    parts: list = field(default_factory=list)


def joined_with(user, ticket) -> Joined:
    """Of what this person may not see nothing is said: not that there is any."""
    joined = Joined()
    for other in filter(lambda other: other.is_seen, joined_rows(user, ticket)):
        row = {"ticket": other, "address": _address(other)}
        places = [
            (joined.into, other.pk == ticket.merged_into_id),
            (joined.whole, other.pk == ticket.split_from_id),
            (joined.merged, other.merged_into_id == ticket.pk),
            (joined.parts, other.split_from_id == ticket.pk),
        ]
        for place, is_there in places:
            if is_there:
                place.append(row)
    return joined


def waiting_rows(user, ticket):
    """Those merged into it that wait for their answer, seen or not: whoever answers it answers them."""
    rows = (row for row in joined_rows(user, ticket) if row.merged_into_id == ticket.pk)
    return [row for row in rows if row.status not in merged.SETTLED]


def similar_rows(user, ticket):
    """Those that it might be merged into."""
    fetched = getattr(ticket, "similar_rows", None)
    return _similar(user, ticket) if fetched is None else fetched


def joined_rows(user, ticket):
    fetched = getattr(ticket, "joined_rows", None)
    return _joined(user, ticket) if fetched is None else fetched


def beside(user, ticket) -> dict:
    """These rows, to be fetched with all else that hangs on the ticket."""
    rows = {"joined_rows": _joined(user, ticket)}
    if may(user, ticket, "classify_ticket") and joining.may_be_merged(ticket):
        rows["similar_rows"] = _similar(user, ticket)
    return rows


def _joined(user, ticket):
    """All of them, each with whether this person sees it, and whether its answer is late."""
    below = Q(merged_into=ticket) | Q(split_from=ticket)
    above = {ticket.merged_into_id, ticket.split_from_id} - {None}
    late = TicketDeadline.objects.late_answers(timezone.now()).filter(ticket=OuterRef("pk"))
    seen = visible_tickets(user).filter(pk=OuterRef("pk"))
    rows = Ticket.everything.filter(below | Q(pk__in=above)).order_by("pk")
    return rows.annotate(is_seen=Exists(seen), is_late=Exists(late))


def _similar(user, ticket):
    return joining.similar_tickets(ticket, Ticket.objects.visible_to(user))


def _address(ticket):
    model = "denunciation" if ticket.kind == Ticket.Kind.DENUNCIATION else "ticket"
    return reverse(f"admin:feedback_{model}_change", args=[ticket.pk])
