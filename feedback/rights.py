"""Who may do what with a ticket that they may see; who may see it says `Ticket.everything.visible_to`."""

from django.contrib.auth import get_user_model

from feedback.models import Ticket, may_handle_denunciations
from feedback.models.tickets import DENUNCIATION_RIGHT


def may(user, ticket, *rights) -> bool:
    """Whether this person has one of these rights over the ticket.

    Whoever may handle denunciations may take every step with one; the other rights are for other tickets.
    """
    if ticket.kind == Ticket.Kind.DENUNCIATION:
        return may_handle_denunciations(user)
    return any(user.has_perm(f"feedback.{right}") for right in rights)


def may_see_sender(user, ticket) -> bool:
    """To know who sent a ticket is a right of its own, over denunciations, too."""
    return user.has_perm("feedback.view_ticketsender") and may(user, ticket, "view_ticket")


def may_see_tickets(user) -> bool:
    return user.is_active and user.has_perm("feedback.view_ticket")


def visible_tickets(user):
    """All that this person may open: ordinary tickets with the right to see any, denunciations with theirs."""
    tickets = Ticket.everything.visible_to(user)
    if not may_see_tickets(user):
        tickets = tickets.filter(kind=Ticket.Kind.DENUNCIATION)
    return tickets


def denunciation_officers():
    return holders(DENUNCIATION_RIGHT)


def holders(right, *, with_administrators=False):
    """The staff who were given a right, in person or through a group; administrators have it without."""
    users = get_user_model().objects.with_perm(
        f"feedback.{right}",
        include_superusers=with_administrators,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return users.filter(is_staff=True)
