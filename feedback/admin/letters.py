"""Letters that say sorry, as staff print them."""

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from feedback.apology import LETTER_PARTS, LetterPage, recipient_of
from feedback.models import TicketEvent
from feedback.rights import may_see_sender


class LettersMixin:
    def get_urls(self):
        view = self.admin_site.admin_view(self.letter_view)
        name = f"feedback_{self.opts.model_name}_letter"
        return [path("<int:pk>/thu-xin-loi/<int:number>/", view, name=name), *super().get_urls()]

    @method_decorator(require_safe)
    def letter_view(self, request, pk, number):
        """Addressed by name only for who may know it; that they looked is written down."""
        ticket = self.ticket_or_404(request, pk)
        letters = ticket.apology_letters.select_related(*LETTER_PARTS)
        letter = get_object_or_404(letters, number=number)
        recipient = recipient_of(ticket) if may_see_sender(request.user, ticket) else ""
        if recipient:
            self._note_view(request, ticket, TicketEvent.Type.VIEWED_IDENTITY)
        return LetterPage(letter, recipient).as_response()
