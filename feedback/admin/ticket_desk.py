"""The page of one ticket: what was sent, by when what is due, what was done, and the steps that are open now."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Media
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from feedback import personal_data, workflow
from feedback.admin.identity import CorrectionForm
from feedback.admin.joined import beside, joined_with
from feedback.admin.step_forms import staff_name
from feedback.admin.steps import STEPS, is_answer_late, is_restricted, offers, take
from feedback.models import DataSubjectRequest, TicketEvent
from feedback.rights import may, may_see_sender
from feedback.ticket_file import fetch_file
from feedback.ticket_work import VIEWS, due_of
from portal.admin import is_key
from portal.files import file_response
from procedures.deadlines import explanation

Type = TicketEvent.Type
# What the templates link to, under the names of the list that the ticket stands in.
PAGES = ("changelist", "change", "history", "step", "file", "purge", "sender", "correct", "letter")


class TicketDeskMixin:
    def get_urls(self):
        view, name = self.admin_site.admin_view, f"feedback_{self.opts.model_name}"
        return [
            path("<int:pk>/buoc/<slug:step>/", view(self.step_view), name=f"{name}_step"),
            path("<int:pk>/tep/<int:number>/", view(self.file_view), name=f"{name}_file"),
            path("<int:pk>/tep/<int:number>/xoa/", view(self.purge_view), name=f"{name}_purge"),
            path("<int:pk>/nguoi-gui/", view(self.sender_view), name=f"{name}_sender"),
            path("<int:pk>/nguoi-gui/sua/", view(self.correct_view), name=f"{name}_correct"),
            *super().get_urls(),
        ]

    # Quyền

    def ticket_or_404(self, request, pk, *rights, rows=None):
        """A ticket that this person may open: of any other, nothing is said but that there is none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        about = ("procedure", "agency_concerned", "service_point", "split_from")
        rows = self.get_queryset(request).select_related(*about) if rows is None else rows
        ticket = get_object_or_404(rows, pk=pk)
        if rights and not may(request.user, ticket, *rights):
            raise PermissionDenied
        return ticket

    def address(self, name, *args):
        return reverse(f"admin:feedback_{self.opts.model_name}_{name}", args=args)

    def add_view(self, request, form_url="", extra_context=None):
        raise Http404

    def delete_view(self, request, object_id, extra_context=None):
        raise Http404

    # Trang của phiếu

    @method_decorator(require_safe)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._ticket_page(request, self._opened(request, object_id))

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        """All that was done with the ticket, with every look at it."""
        ticket = self._opened(request, object_id)
        events = ticket.events.select_related("actor", "from_agency", "to_agency")
        rows = _events(events.order_by("at", "pk"))
        context = {"rows": rows, "title": f"Lịch sử phiếu {ticket}"}
        return self._page(request, "ticket_history", ticket, context)

    def _opened(self, request, object_id):
        """The ticket; of what only few may read, each opening is written down."""
        if not is_key(object_id):
            raise Http404
        ticket = self.ticket_or_404(request, object_id)
        if is_restricted(ticket):
            self._note_view(request, ticket, Type.VIEWED_RESTRICTED)
        return ticket

    def _note_view(self, request, ticket, type, **event):
        workflow.note(ticket, type=type, by=TicketEvent.By.STAFF, actor=request.user, **event)

    def _ticket_page(self, request, ticket, *, refused=None, status=200):
        user = request.user
        fetch_file(ticket, **beside(user, ticket))
        ticket.answer_is_late = is_answer_late(ticket)
        steps = offers(user, ticket, refused=refused)
        context = {
            "title": f"Phiếu {ticket}",
            "due": due_of(ticket),
            "joined": joined_with(user, ticket),
            "offers": steps,
            "is_refused": refused is not None,
            "media": sum((offer.form.media for offer in steps), Media()),
            "deadlines": _deadlines(ticket),
            "pauses": ticket.pauses.all(),
            "rows": _events(ticket.events.all(), without=VIEWS),
            "conversation": _conversation(ticket),
            "answers": ticket.answers.all(),
            "letters": ticket.apology_letters.all(),
            "files": ticket.attachments.all(),
            "may_purge": may(user, ticket, "classify_ticket", "answer_ticket"),
            "may_see_sender": not ticket.is_anonymous and may_see_sender(user, ticket),
            "data_requests": self._data_requests(request, ticket),
        }
        return self._page(request, "ticket", ticket, context, status)

    def _data_requests(self, request, ticket):
        if not request.user.has_perm("feedback.view_datasubjectrequest"):
            return []
        return ticket.data_requests.all()

    def _page(self, request, name, ticket, context, status=200):
        context = {
            **self.admin_site.each_context(request),
            "subtitle": None,
            "opts": self.opts,
            "original": ticket,
            "ticket": ticket,
            "is_restricted": is_restricted(ticket),
            "names": {page: f"admin:feedback_{self.opts.model_name}_{page}" for page in PAGES},
            **context,
        }
        return render(request, f"admin/feedback/{name}.html", context, status=status)

    # Các bước

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_POST)
    def step_view(self, request, pk, step):
        if step not in STEPS:
            raise Http404
        step = STEPS[step]
        ticket = self.ticket_or_404(request, pk, *step.rights)
        ticket.answer_is_late = is_answer_late(ticket)
        form = step.form(step.name, ticket, request.user, request.POST)
        if form.is_valid() and self._took(request, step, form, ticket):
            messages.success(request, f"Phiếu {ticket}: {step.done}")
            return redirect(self._next_page(request, ticket))
        ticket = self._opened(request, pk)
        return self._ticket_page(request, ticket, refused=(step.name, form), status=422)

    @transaction.atomic
    def _took(self, request, step, form, ticket):
        locked = form.lock()
        # While the form lay open the ticket may have gone to others.
        self.ticket_or_404(request, locked.pk, *step.rights)
        try:
            with transaction.atomic():
                take(step, form, locked, request.user)
        except ValidationError as refusal:
            _add_refusal(form, refusal)
            return False
        return True

    def _next_page(self, request, ticket):
        """The ticket's page, or the list where this person does not see it any more."""
        if self.get_queryset(request).filter(pk=ticket.pk).exists():
            return self.address("change", ticket.pk)
        return self.address("changelist")

    # Tệp

    @method_decorator(require_safe)
    def file_view(self, request, pk, number):
        ticket = self.ticket_or_404(request, pk)
        attachment = get_object_or_404(ticket.attachments, number=number, purged_at=None)
        note = f"Tệp {number}."
        self._note_view(request, ticket, Type.VIEWED_FILE, internal_note=note)
        name = f"phieu-{ticket.written_code}-tep-{number}"
        return file_response(request, attachment.file, name=name)

    @method_decorator(require_POST)
    def purge_view(self, request, pk, number):
        ticket = self.ticket_or_404(request, pk, "classify_ticket", "answer_ticket")
        attachment = get_object_or_404(ticket.attachments, number=number)
        try:
            personal_data.purge_attachment(attachment=attachment, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, f"Đã xóa tệp {number} của phiếu {ticket}.")
        return redirect(self.address("change", pk))

    # Người gửi

    @method_decorator(require_POST)
    def sender_view(self, request, pk):
        """Who sent it, on a page of its own; that somebody looked is written down first."""
        ticket = self._ticket_of_sender(request, pk)
        self._note_view(request, ticket, Type.VIEWED_IDENTITY)
        return self._sender_page(request, ticket)

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_POST)
    def correct_view(self, request, pk):
        """What the sender asked to have put right."""
        ticket = self._ticket_of_sender(request, pk)
        if not self._may_correct(request, ticket):
            raise PermissionDenied
        form = CorrectionForm(request.POST, instance=ticket.sender)
        if not form.is_valid():
            return self._sender_page(request, ticket, form=form, status=422)
        personal_data.correct_sender(ticket=ticket, by=request.user, **form.cleaned_data)
        messages.success(request, f"Phiếu {ticket}: đã sửa thông tin người gửi.")
        return redirect(self.address("change", pk))

    def _ticket_of_sender(self, request, pk):
        rows = self.model.objects.visible_to(request.user).select_related("sender")
        ticket = self.ticket_or_404(request, pk, rows=rows)
        if not may_see_sender(request.user, ticket):
            raise PermissionDenied
        if not hasattr(ticket, "sender"):
            raise Http404
        return ticket

    def _may_correct(self, request, ticket):
        """Only what the sender has asked for is touched, and as long as the request is open."""
        if not request.user.has_perm("feedback.change_datasubjectrequest"):
            return False
        asked = ticket.data_requests.filter(kind=DataSubjectRequest.Kind.CORRECT)
        if not asked.exclude(state__in=personal_data.ENDED).exists():
            return False
        sender, is_held = ticket.sender, ticket.legal_holds.in_force().exists()
        return not (sender.erased_at or sender.restricted_at or is_held)

    def _sender_page(self, request, ticket, *, form=None, status=200):
        sender = ticket.sender
        if form is None and self._may_correct(request, ticket):
            form = CorrectionForm(instance=sender)
        elif form is not None:
            # A form that came back has put its words into the row that it was given.
            sender.refresh_from_db()
        context = {
            "title": f"Người gửi phiếu {ticket}",
            "sender": sender,
            "consents": ticket.consents.select_related("text").order_by("given_at"),
            "form": form,
        }
        return self._page(request, "sender", ticket, context, status)


def _add_refusal(form, refusal):
    if hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refusal)


def _deadlines(ticket):
    now = timezone.now()
    at = ticket.paused_at or now
    return [
        {
            "deadline": row,
            "is_running": not row.met_at and not row.dropped_at,
            "is_late": not row.dropped_at and row.is_overdue(at),
            "sentences": explanation(row.explanation),
        }
        for row in ticket.deadlines.all()
    ]


def _events(events, without=()):
    return [
        {"event": event, "who": staff_name(event.actor) if event.actor else event.get_by_display()}
        for event in events
        if event.type not in without
    ]


def _conversation(ticket):
    return [
        {
            "message": message,
            "who": staff_name(message.author) if message.author else message.get_by_display(),
        }
        for message in ticket.messages.all()
    ]
