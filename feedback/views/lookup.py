"""Where a sender sees what became of their ticket, and takes part in it.

An opened ticket is the answer to a POST, and every step is a POST with the pass that stands in its page: nothing
that opens a ticket ever stands in an address. Its Referrer-Policy is `same-origin` and not `no-referrer`, for which
browsers send `Origin: null`, so that the guard against forged posts would refuse every further step.
"""

from functools import wraps

from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from feedback import sender_steps
from feedback.apology import LETTER_PARTS, LetterPage, recipient_of
from feedback.intake import keep_files
from feedback.lookup_forms import (
    ConsentForm,
    DataRequestForm,
    LookupForm,
    MessageForm,
    RatingForm,
    ReopenForm,
    WithdrawForm,
)
from feedback.models import ApologyLetter, Ticket, TicketAttachment
from feedback.opening import PASS_MINUTES, new_pass, open_ticket, open_with_pass
from feedback.tracking import TrackedTicket
from feedback.views.unsaved import page_to_send_again
from portal import limits
from portal.exceptions import TooManyRequests
from portal.files import FileNotKept, file_response
from portal.forms import form_page

# Every try counts, right or wrong: a person opens a few tickets, who guesses needs 10^17.
LOOKUP_LIMIT = {"limit": 20, "overall": 2000, "seconds": 60 * 60}
STEP_LIMIT = {"limit": 30, "overall": 1000, "seconds": 60 * 60}
MOVED_ON = gettext_lazy("Phiếu đã sang tình trạng khác nên không làm việc này được nữa.")


def _kept_when_the_database_is_away(view):
    @wraps(view)
    def kept(request, *args):
        try:
            return view(request, *args)
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
            return _not_done_yet(request)

    return kept


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
@_kept_when_the_database_is_away
def lookup(request):
    form = LookupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            limits.spend("feedback.lookup", request, **LOOKUP_LIMIT)
        except TooManyRequests as refusal:
            form.refuse(refusal)
        else:
            words = {name: form.cleaned_data[name] for name in ("code", "secret")}
            pk = open_ticket(**words)
            if pk is not None:
                draft = form.cleaned_data["draft_of"], form.cleaned_data["draft"]
                return _ticket_page(request, pk, draft=draft)
            form.add_error(None, form.WRONG)
    return form_page(request, "feedback/lookup.html", form)


def _step(view):
    """A step with an opened ticket. Addresses of steps lead nowhere by themselves, and say nothing."""

    @wraps(view)
    @cache_control(no_store=True)
    @sensitive_post_parameters()
    @sensitive_variables()
    @_kept_when_the_database_is_away
    def step(request):
        if request.method != "POST":
            return redirect("feedback:lookup")
        pk = open_with_pass(request.POST.get("pass", ""))
        return _ended(request) if pk is None else view(request, pk)

    return step


@_step
def lookup_message(request, pk):
    def reply(form, ticket):
        sender_steps.reply(
            ticket=ticket,
            form_key=form.form_key,
            body=form.cleaned_data["body"],
            attach=lambda ticket, message: keep_files(form, ticket, message),
        )
        return _("Cơ quan đã nhận được tin của ông/bà.")

    form = MessageForm(request.POST, request.FILES, request=request)
    return _take(request, pk, form, reply)


@_step
def lookup_withdraw(request, pk):
    def withdraw(form, ticket):
        sender_steps.withdraw(ticket=ticket)
        return _("Ông/bà đã rút phiếu. Cơ quan thôi giải quyết phiếu này.")

    return _take(request, pk, WithdrawForm(request.POST), withdraw)


@_step
def lookup_rate(request, pk):
    def rate(form, ticket):
        sender_steps.rate(
            ticket=ticket,
            score=form.cleaned_data["score"],
            comment=form.cleaned_data["comment"],
        )
        return _("Cảm ơn ông/bà đã đánh giá.")

    return _take(request, pk, RatingForm(request.POST), rate)


@_step
def lookup_reopen(request, pk):
    def reopen(form, ticket):
        sender_steps.reopen(
            ticket=ticket, form_key=form.form_key, reason=form.cleaned_data["reason"]
        )
        return _("Phiếu đã được mở lại. Cơ quan xem lại việc này và trả lời lần nữa.")

    return _take(request, pk, ReopenForm(request.POST), reopen)


@_step
def lookup_data_request(request, pk):
    """Ask staff for something, or take back at once a consent that the work does not need."""

    def ask(form, ticket):
        sender_steps.request_about_data(
            ticket=ticket,
            kind=form.cleaned_data["kind"],
            form_key=form.form_key,
            details=form.cleaned_data["details"],
        )
        return _("Cơ quan đã nhận yêu cầu về dữ liệu cá nhân của ông/bà.")

    def take_back(form, ticket):
        sender_steps.withdraw_consent(ticket=ticket, purpose=form.cleaned_data["purpose"])
        return _("Ông/bà đã rút lại sự đồng ý này; có hiệu lực ngay.")

    if ConsentForm.is_sent_in(request.POST):
        return _take(request, pk, ConsentForm(request.POST), take_back)
    return _take(request, pk, DataRequestForm(request.POST), ask)


@_step
def lookup_file(request, pk):
    """A file of this very ticket, to be taken along."""
    kept = TicketAttachment.objects.filter(ticket=pk, purged_at=None)
    file = get_object_or_404(kept, number=_number(request))
    name = _("Tệp %(number)s") % {"number": file.number}
    return _private(file_response(request, file.file, name=name))


@_step
def lookup_letter(request, pk):
    """A letter that says sorry, to its reader by name."""
    letters = ApologyLetter.objects.filter(ticket=pk).select_related(*LETTER_PARTS)
    letter = get_object_or_404(letters, number=_number(request))
    return _private(LetterPage(letter, recipient_of(letter.ticket)).as_response())


def _number(request):
    """Of the part of this ticket that is asked for."""
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        raise Http404
    return number


def _take(request, pk, form, step):
    """Take a step whose form is right and say so; else the page with the form as it was sent."""
    if form.is_valid():
        ticket = Ticket.everything.get(pk=pk)
        try:
            limits.spend("feedback.sender_step", request, **STEP_LIMIT)
            return _ticket_page(request, pk, done=step(form, ticket))
        except TooManyRequests as refusal:
            form.refuse(refusal)
        except FileNotKept:
            form.refuse_files()
        except sender_steps.Refused as refusal:
            typed = form.cleaned_data.get(form.TEXT, "")
            return _ticket_page(request, pk, refusal=refusal.message, typed=typed)
    return _ticket_page(request, pk, sent=form)


def _ticket_page(request, pk, *, sent=None, draft=("", ""), **said):
    """The opened ticket. `sent` is a form that comes back; `draft` names one whose pass had ended, with its words."""
    tracked = TrackedTicket(pk, now=timezone.now())
    context = said | {"ticket": tracked.row, "tracked": tracked, "pass": new_pass(tracked.row)}
    context["letters"] = tracked.row.apology_letters.order_by("-number")
    draft_of, text = draft
    forms = {form.prefix: form for form in _open_forms(tracked)}
    if draft_of in forms:
        forms[draft_of].initial[forms[draft_of].TEXT] = text
    elif text:
        context |= {"refusal": MOVED_ON, "typed": text}
    context |= {form.NAME: form for form in forms.values()}
    if sent is None:
        return _private(render(request, "feedback/ticket.html", context))
    if sent.prefix in forms:
        sent.offer(tracked)
        context[sent.NAME] = sent
    else:
        context["refusal"] = MOVED_ON
    return _private(form_page(request, "feedback/ticket.html", sent, **context))


def _open_forms(tracked):
    """An empty form for each step that the sender may take now."""
    offered = [
        (MessageForm, tracked.may_reply),
        (WithdrawForm, tracked.may_withdraw),
        (RatingForm, tracked.may_rate),
        (ReopenForm, tracked.reopen_until is not None),
        (DataRequestForm, bool(tracked.data_kinds)),
        (ConsentForm, bool(tracked.ending_at_once)),
    ]
    for form_class, is_open in offered:
        if is_open:
            form = form_class()
            form.offer(tracked)
            yield form


def _ended(request):
    """The pass is over: open the ticket once more, and go on with what was being written."""
    forms = (MessageForm, ReopenForm, DataRequestForm, RatingForm)
    drafts = ((form.prefix, request.POST.get(f"{form.prefix}-{form.TEXT}")) for form in forms)
    draft_of, draft = next((found for found in drafts if found[1]), ("", ""))
    form = LookupForm(initial={"draft": draft, "draft_of": draft_of})
    context = {"form": form, "is_ended": True, "minutes": PASS_MINUTES}
    return _private(render(request, "feedback/lookup.html", context))


def _not_done_yet(request):
    """The database is away: the page keeps what was typed, but no secret."""
    template = "feedback/step_unsaved.html"
    return _private(
        page_to_send_again(request, template, title=_("Chưa gửi được"), kept_back=["secret"])
    )


def _private(response):
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
