"""The page of a screen at a counter, which shows one survey all day and sends what was filled in, also later."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from feedback.models import Survey
from feedback.surveys import kiosks
from feedback.surveys.answering import SurveyNotOpen
from feedback.surveys.forms import FilledSheet, given_of
from feedback.surveys.kiosks import BadSheet, SheetTooOld
from feedback.surveys.questionnaire import Questionnaire, said
from feedback.surveys.sheets import IncompleteSheet
from feedback.surveys.versions import current_version
from portal.exceptions import TooManyRequests

State = Survey.State


# The token in the address is all that authorises: the screen has no cookie that another site could misuse, and what
# it kept without network would be refused later for a cookie of another day.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
def kiosk(request, token):
    kiosk = kiosks.kiosk_of(token)
    is_json = request.content_type == "application/json"
    if kiosk is None:
        return _unknown(request, is_json)
    if request.method != "POST":
        return _page(request, kiosk)
    return _answer_in_json(request, kiosk) if is_json else _answer_in_pages(request, kiosk)


@require_safe
@cache_control(no_store=True)
def kiosk_thanks(request, token):
    """Where no script runs: thanks, and then the start again."""
    kiosk = kiosks.kiosk_of(token)
    if kiosk is None:
        return _unknown(request, is_json=False)
    return render(request, "feedback/kiosk/thanks.html", _facts(kiosk))


@require_safe
@cache_control(no_cache=True)
def kiosk_worker(request):
    """The script by which the page opens without network. A browser gives it only the addresses beside its own."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _worker():
    return Path(finders.find("js/kiosk/worker.js")).read_text()


def _answer_in_json(request, kiosk):
    """Say whether the sheet was taken, or is refused for good: then sending it again is of no use."""
    try:
        sheet = kiosks.sheet_from_json(request.body)
        kiosks.take_sheet(kiosk, sheet, request)
    except TooManyRequests as refusal:
        response = _json(429, error=_("Máy này gửi quá nhiều phiếu trong một giờ."))
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except RequestDataTooBig:
        return _refused(413, _("Phiếu gửi lên quá lớn."))
    except BadSheet as refusal:
        return _refused(400, str(refusal))
    except IncompleteSheet as refusal:
        return _refused(400, _("Phiếu trả lời chưa đúng."), errors=refusal.errors)
    except SheetTooOld:
        return _refused(410, _("Phiếu đã điền quá 7 ngày."))
    except SurveyNotOpen:
        return _refused(409, _("Khảo sát không mở vào lúc điền phiếu."))
    return _json(200, taken=sheet.key)


def _answer_in_pages(request, kiosk):
    try:
        sheet = kiosks.sheet_from_form(request.POST)
        kiosks.take_sheet(kiosk, sheet, request)
    except BadSheet as refusal:
        given = given_of(request.POST)
        return _page(request, kiosk, given=given, refusal=str(refusal), status=400)
    except IncompleteSheet as refusal:
        return _page(request, kiosk, given=sheet.given, errors=refusal.errors, status=422)
    except SurveyNotOpen:
        return _page(request, kiosk, status=409)
    return redirect("feedback:kiosk_thanks", kiosk.token)


def _page(request, kiosk, *, given=None, errors=None, refusal="", status=200):
    survey = kiosk.survey
    version = current_version(survey)
    is_open = survey.state(version) == State.OPEN and survey.is_open_to_all
    context = _facts(kiosk) | {"version": version, "is_open": is_open}
    if is_open:
        sheet = FilledSheet(Questionnaire.of(version), given or {}, errors or {})
        context |= {"sheet": sheet, "key": kiosks.new_key(), "refusal": refusal}
    return render(request, "feedback/kiosk/kiosk.html", context, status=status)


def _facts(kiosk):
    survey = kiosk.survey
    return {
        "kiosk": kiosk,
        "title": said(survey, "title"),
        "intro": said(survey, "intro"),
        "consent": said(survey, "consent_text"),
    }


def _unknown(request, is_json):
    if is_json:
        # Not for good: the screen may be switched on again.
        return _json(404, error=_("Máy này không được dùng để khảo sát."))
    return render(request, "feedback/kiosk/unknown.html", status=404)


def _refused(status, error, **facts):
    return _json(status, is_refused=True, error=error, **facts)


def _json(status, **facts):
    return JsonResponse(facts, status=status, json_dumps_params={"ensure_ascii": False})
