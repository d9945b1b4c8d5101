"""Where people answer surveys. What they answered stands in no address, and a pass in none but behind its #."""

from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from feedback.models import Survey
from feedback.surveys import doubts
from feedback.surveys.answering import SurveyNotOpen, response_of
from feedback.surveys.listing import listed_surveys
from feedback.surveys.passes import PassRefused
from feedback.surveys.public_form import ADDRESS_WORDS, LONGEST_NAME, SurveyForm
from feedback.surveys.questionnaire import said
from feedback.surveys.versions import current_version
from feedback.views.intake import shows_again
from feedback.views.unsaved import page_to_send_again
from portal import limits
from portal.exceptions import TooManyRequests
from portal.forms import form_page

State = Survey.State
# One household, one office, one counter's wireless network may be many people.
SURVEY_LIMIT = {"limit": 30, "overall": 5000, "seconds": 60 * 60}


@require_safe
def survey_list(request):
    listed = listed_surveys()
    running = listed.get(State.OPEN, [])
    context = {
        "running": running,
        "about": urlencode(_named_in(request)),
        "has_open_sample": any(one.row.is_open_to_all for one in running),
        "coming": listed.get(State.COMING),
        "closed": listed.get(State.CLOSED),
    }
    return render(request, "feedback/survey_list.html", context)


def _survey_page(request, form):
    context = _words_of(form.survey) | {"sheet": form.sheet}
    response = form_page(request, "feedback/survey.html", form, **context)
    patch_cache_control(response, no_store=True)
    return response


def _survey_page_after_csrf_failure(request):
    survey = _survey_of(request.resolver_match.kwargs["slug"])
    version = current_version(survey)
    state = survey.state(version)
    if state != State.OPEN:
        return _not_open_page(request, survey, state)
    # A form with a new stamp: a stamp that another site has put in may be known to somebody else.
    form = SurveyForm(survey=survey, version=version, shown=request.POST)
    form.hold = form.CSRF_FAILED
    response = _survey_page(request, form)
    response.status_code = 403
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
@shows_again(_survey_page_after_csrf_failure)
def survey(request, slug):
    if request.method != "POST":
        return _empty_page(request, slug)
    try:
        response = _receive(request, slug)
    except (OperationalError, InterfaceError):
        title = _("Phiếu trả lời chưa được nhận")
        response = page_to_send_again(request, "feedback/survey_unsaved.html", title=title)
    patch_cache_control(response, no_store=True)
    return response


def _empty_page(request, slug):
    survey = _survey_of(slug)
    version = current_version(survey)
    state = survey.state(version)
    if state != State.OPEN:
        return _not_open_page(request, survey, state)
    said_already = _named_in(request)
    known = {name: said_already.get(word, "") for name, word in ADDRESS_WORDS.items()}
    return _survey_page(request, SurveyForm(survey=survey, version=version, initial=known))


def _named_in(request):
    """What an address says of the place and the procedure, on the way to a survey or in it."""
    words = ADDRESS_WORDS.values()
    return {word: request.GET[word][:LONGEST_NAME] for word in words if request.GET.get(word)}


def _receive(request, slug):
    """Take a sheet and lead to the thanks, or answer with the form as it was filled in."""
    survey = _survey_of(slug)
    # A form that was taken has its thanks, whatever the guard would say of it now.
    key = SurveyForm.key_of(request.POST)
    if key and response_of(key):
        return redirect("feedback:survey_thanks", slug)
    version = current_version(survey)
    state = survey.state(version)
    if state != State.OPEN:
        return _not_open_page(request, survey, state)
    form = SurveyForm(request.POST, survey=survey, version=version)
    try:
        if form.is_valid():
            limits.spend("feedback.survey", request, **SURVEY_LIMIT)
            form.submit(sender_hash=doubts.sender_hash(request, survey))
            return redirect("feedback:survey_thanks", slug)
    except TooManyRequests as refusal:
        form.refuse(refusal)
    except PassRefused as refusal:
        form.add_error("pass_key", str(refusal))
    except SurveyNotOpen as refusal:
        return _not_open_page(request, survey, refusal.state)
    return _survey_page(request, form)


@require_safe
def survey_thanks(request, slug):
    survey = _survey_of(slug)
    return render(request, "feedback/survey_thanks.html", _words_of(survey))


def _survey_of(slug):
    return get_object_or_404(Survey.objects.public(), slug=slug)


def _not_open_page(request, survey, state):
    context = _words_of(survey) | {
        "is_coming": state == State.COMING,
        "was_sent": bool(request.POST),
    }
    return render(request, "feedback/survey_not_open.html", context)


def _words_of(survey):
    return {
        "survey": survey,
        "title": said(survey, "title"),
        "intro": said(survey, "intro"),
        "consent": said(survey, "consent_text"),
    }
