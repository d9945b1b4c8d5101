"""Where people write to the administration, what they take home, and where the law sends them instead."""

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from feedback.forms import OPEN_KINDS, DenunciationForm, MessageForm, TicketForm
from feedback.intake import SECRET_SHOWN_FOR_MINUTES, receipt_for
from feedback.kinds import EXPLAINED, what_follows
from feedback.models import IntakeSettings, LegalRoute
from feedback.slip import Slip
from feedback.views.unsaved import page_to_send_again
from portal import limits
from portal.exceptions import TooManyRequests
from portal.files import FileNotKept
from portal.forms import form_page
from procedures.deadline_words import term_in_words
from procedures.models import TermRule

# More than a person sends, and than an office can read.
MESSAGE_LIMIT = {"limit": 10, "overall": 400, "seconds": 60 * 60}


def shows_again(form_page_of_view):
    """A post that is refused for its cookie gets the view's own page, with what was typed."""

    def decorate(view):
        view.csrf_failure = form_page_of_view
        return view

    return decorate


def _ticket_page(request, form):
    rules = ("feedback.classify", "feedback.transfer", "feedback.answer")
    rows = TermRule.objects.filter(key__in=rules)
    terms = {row.key.removeprefix("feedback."): term_in_words(row.term) for row in rows}
    kinds = [
        (choice, EXPLAINED[value], what_follows(value, terms["answer"]))
        for choice in form["declared_kind"]
        for value in [choice.data["value"]]
    ]
    context = {"terms": terms, "kinds": kinds}
    return form_page(request, "feedback/ticket_new.html", form, **context)


def _ticket_page_after_csrf_failure(request):
    return _refused_for_its_cookie(TicketForm, _ticket_page, request)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
@shows_again(_ticket_page_after_csrf_failure)
def ticket_new(request):
    if request.method == "POST":
        return _receive(request, TicketForm, _ticket_page)
    return _ticket_page(request, TicketForm(initial=_prefilled(request.GET), request=request))


def _prefilled(query):
    """What a procedure's page, a counter's poster or a link of ours knows already."""
    kind = query.get("loai", "")
    return {
        "declared_kind": kind if kind in OPEN_KINDS else "",
        "procedure": (query.get("thu-tuc", ""), ""),
        "service_point": query.get("noi", ""),
        "agency": query.get("co-quan", ""),
    }


def _receive(request, form_class, page):
    """Take a message and answer with its receipt, or with the form as it was filled in."""
    try:
        # A form that has made a ticket gets its receipt, whatever the guard would say of it now.
        key = form_class.key_of(request.POST)
        receipt = receipt_for(key) if key else None
        if receipt is None:
            form = form_class(request.POST, request.FILES, request=request)
            receipt = _submit(request, form) if form.is_valid() else None
        return page(request, form) if receipt is None else _receipt_page(request, receipt)
    except (OperationalError, InterfaceError):
        title = _("Phiếu chưa được nhận")
        return page_to_send_again(request, "feedback/ticket_unsaved.html", title=title)


def _submit(request, form):
    try:
        limits.spend("feedback.message", request, **MESSAGE_LIMIT)
        return form.submit()
    except TooManyRequests as refusal:
        form.refuse(refusal)
    except FileNotKept:
        form.refuse_files()
    return None


def _receipt_page(request, receipt):
    """No redirect leads here: nothing secret may stand in an address."""
    context = {"slip": Slip(receipt), "stamp": request.POST["stamp"]}
    context["minutes"] = SECRET_SHOWN_FOR_MINUTES
    return render(request, "feedback/receipt.html", context)


def _refused_for_its_cookie(form_class, page, request):
    """A form with a new stamp: a stamp that another site has put in may be known to somebody else."""
    form = form_class.showing(request.POST, request=request)
    form.hold = form.CSRF_FAILED
    response = page(request, form)
    response.status_code = 403
    return response


@require_POST
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
def receipt_slip(request):
    """The receipt as a file, for who holds the stamp of the form that made it."""
    key = MessageForm.key_of(request.POST)
    receipt = receipt_for(key) if key else None
    if receipt is None:
        raise Http404
    slip = Slip(receipt)
    name = f"bien-nhan-{slip.code}.pdf"
    return HttpResponse(
        slip.as_pdf(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _legal_page(request, form=None, *, kind=LegalRoute.Kind.DENUNCIATION):
    routes = LegalRoute.objects.filter(kind=kind).select_related("agency")
    route = routes.prefetch_related("legal_documents").first()
    context = {"kind": LegalRoute.Kind(kind), "route": route}
    if form is None:
        return render(request, "feedback/legal_route.html", context)
    return form_page(request, "feedback/legal_route.html", form, **context)


def _legal_page_after_csrf_failure(request):
    if _has_form(request.resolver_match.kwargs["kind"]):
        return _refused_for_its_cookie(DenunciationForm, _legal_page, request)
    return HttpResponseNotAllowed(["GET", "HEAD"])


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
@shows_again(_legal_page_after_csrf_failure)
def legal_route(request, kind):
    """How the law wants it; with a form only for denunciations, and only where the province takes them here."""
    if _has_form(kind):
        if request.method == "POST":
            response = _receive(request, DenunciationForm, _legal_page)
        else:
            response = _legal_page(request, DenunciationForm(request=request))
        patch_cache_control(response, no_store=True)
        return response
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _legal_page(request, kind=kind)


def _has_form(kind):
    is_denunciation = kind == LegalRoute.Kind.DENUNCIATION
    return is_denunciation and IntakeSettings.present().takes_denunciations
