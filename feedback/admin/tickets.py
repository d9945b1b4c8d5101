"""Tickets as staff work on them. Nothing of a ticket is a field to be edited: each change is a step."""

from feedback.admin.entering import EnteringMixin
from feedback.admin.letters import LettersMixin
from feedback.admin.publication import TicketPublicationMixin
from feedback.admin.register_book import RegisterBookMixin, RestrictedRegisterMixin
from feedback.admin.statistics import StatisticsMixin
from feedback.admin.ticket_desk import TicketDeskMixin
from feedback.admin.ticket_list import DenunciationList, TicketList
from feedback.models import may_handle_denunciations
from feedback.rights import may_see_tickets


class TicketAdmin(
    StatisticsMixin,
    EnteringMixin,
    RegisterBookMixin,
    LettersMixin,
    TicketPublicationMixin,
    TicketDeskMixin,
    TicketList,
):
    def has_view_permission(self, request, obj=None):
        return may_see_tickets(request.user)


class DenunciationAdmin(RestrictedRegisterMixin, TicketDeskMixin, DenunciationList):
    """For those who were given the right themselves; an administrator without it does not even see the list."""

    def has_module_permission(self, request):
        return may_handle_denunciations(request.user)

    def has_view_permission(self, request, obj=None):
        return may_handle_denunciations(request.user)
