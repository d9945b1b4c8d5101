"""Where people ask for mail, say yes from their mailbox, change what they get, and end it.

Whoever has a link from a mail may do what it is for: those pages need no cookie and no guard against forged posts,
and so may tell no other site where they are (`no-referrer`). Nothing here tells who has subscribed.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from portal import limits
from portal.exceptions import TooManyRequests
from portal.forms import form_page
from portal.models import Subscriber
from portal.subscriptions import ending, managing, requesting
from portal.subscriptions.choices import MOST_EXTRAS
from portal.subscriptions.forms import EraseForm, ManageForm, ManageLinkForm, SubscribeForm

# A whole village office may sit behind one address; what one mailbox gets has a limit of its own.
ASK_LIMIT = {"limit": 20, "overall": 1000, "seconds": 60 * 60}
EVERYTHING = "tat-ca"


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
def subscribe(request):
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if form.is_valid() and _asked(request, form, form.cleaned_data["frequency"]):
            return redirect("subscriptions:sent")
    else:
        form = SubscribeForm(initial={"topics": request.GET.getlist("chu-de")[:MOST_EXTRAS]})
    return _subscribe_page(request, form)


# No token: the pages with the one field are the same for everybody and set no cookie. Nobody is subscribed by this but
# whoever says yes in the mail that it sends; browsers that say that another site sent it are refused.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
def quick(request):
    if request.method != "POST":
        return redirect("subscriptions:subscribe")
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise PermissionDenied
    form = SubscribeForm.of_one_field(request.POST)
    # When news is sent was not asked here, and stays as it is for who gets news already.
    if form.is_valid() and _asked(request, form, frequency=""):
        return redirect("subscriptions:sent")
    return _subscribe_page(request, form)


@require_safe
def sent(request):
    context = {"hours": ending.HOURS_TO_CONFIRM, "minutes": requesting.MINUTES_BETWEEN}
    return render(request, "subscriptions/sent.html", context)


def _with_a_link(view):
    """A page at an address that one person has: kept by nobody, found by nobody, told to nobody."""

    @wraps(view)
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @sensitive_variables()
    def private(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return private


@_with_a_link
def confirm(request, token):
    """Programs that look into mails open every link: only the button says yes."""
    if request.method == "POST":
        subscriber = requesting.confirm(token)
        if subscriber is not None:
            context = {
                "subscriber": subscriber,
                "topics": managing.topics_in_words(subscriber),
                "pass": managing.new_pass(subscriber),
            }
            return render(request, "subscriptions/confirmed.html", context)
    else:
        asked = requesting.request_of(token)
        if asked is not None:
            context = requesting.request_in_words(asked) | {"email": asked.email}
            return render(request, "subscriptions/confirm.html", context)
    hours = {"hours": ending.HOURS_TO_CONFIRM}
    return render(request, "subscriptions/confirm_ended.html", hours, status=410)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
def manage_link(request):
    form = ManageLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            limits.spend("subscriptions.manage_link", request, **ASK_LIMIT)
            managing.send_link(form.cleaned_data["email"], language=get_language())
            return redirect("subscriptions:manage_link_sent")
        except TooManyRequests as refusal:
            form.refuse(refusal)
    return form_page(request, "subscriptions/manage_link.html", form)


@require_safe
def manage_link_sent(request):
    context = {"hours": managing.HOURS_OPEN, "minutes": requesting.MINUTES_BETWEEN}
    return render(request, "subscriptions/manage_link_sent.html", context)


@_with_a_link
def manage(request, token):
    subscriber = managing.subscriber_with(token)
    if subscriber is None:
        hours = {"hours": managing.HOURS_OPEN}
        return render(request, "subscriptions/manage_ended.html", hours, status=410)
    if "xoa" in request.POST:
        return _erase(request, subscriber, token)
    if request.method == "POST":
        return _change(request, subscriber, token)
    return _manage_page(request, subscriber, token)


@_with_a_link
def kept_data(request, token):
    subscriber = managing.subscriber_with(token)
    if subscriber is None:
        raise Http404
    return JsonResponse(
        dict(managing.kept_data(subscriber)),
        headers={"Content-Disposition": 'attachment; filename="du-lieu-nhan-tin.json"'},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )


@_with_a_link
def unsubscribe(request, key, part):
    """The choice, for whoever opens the link; the end of that part at once, for a mail program (RFC 8058)."""
    if part not in ending.PARTS:
        raise Http404
    ended = (
        part if request.POST.get("List-Unsubscribe") == "One-Click" else request.POST.get("viec")
    )
    if ended in ending.PARTS:
        ending.unsubscribe(key, ended)
    elif ended == EVERYTHING:
        for each in ending.PARTS:
            ending.unsubscribe(key, each)
    else:
        ended = ""
    subscriber = Subscriber.objects.filter(key=key).first()
    context = {
        "part": part,
        "ended": ended,
        "is_known": subscriber is not None,
        "parts_left": ending.parts_of(subscriber) if subscriber else [],
    }
    return render(request, "subscriptions/unsubscribe.html", context)


def _asked(request, form, frequency):
    """Whether the mailbox was asked, or is left in peace because it was asked just now: both get the same answer."""
    try:
        limits.spend("subscriptions.ask", request, **ASK_LIMIT)
    except TooManyRequests as refusal:
        form.refuse(refusal)
        return False
    requesting.ask(
        email=form.cleaned_data["email"],
        topics=form.cleaned_data["topics"],
        frequency=frequency,
        language=get_language(),
        form_key=form.form_key,
    )
    return True


def _subscribe_page(request, form):
    return form_page(request, "subscriptions/subscribe.html", form)


def _change(request, subscriber, token):
    form = ManageForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, subscriber, token, form=form)
    managing.change(subscriber, **form.cleaned_data)
    subscriber.refresh_from_db()
    return _manage_page(request, subscriber, token, is_changed=True)


def _erase(request, subscriber, token):
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, subscriber, token, erase_form=form)
    ending.erase(subscriber)
    return render(request, "subscriptions/erased.html")


def _manage_page(request, subscriber, token, *, form=None, erase_form=None, is_changed=False):
    initial = {
        "topics": managing.values_of(subscriber),
        "frequency": subscriber.frequency,
        "language": subscriber.language,
    }
    context = {
        "subscriber": subscriber,
        "token": token,
        "form": form or ManageForm(initial=initial),
        "erase_form": erase_form or EraseForm(),
        "is_changed": is_changed,
        "kept_data": managing.kept_data(subscriber),
        "hours": managing.HOURS_OPEN,
    }
    return render(request, "subscriptions/manage.html", context)
