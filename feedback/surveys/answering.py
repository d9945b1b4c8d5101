"""How a filled-in sheet is taken: once, whole, and counted in the same transaction."""

import hashlib

from django.db import transaction
from django.utils import timezone

from feedback.models import Survey, SurveyAnswer, SurveyResponse
from feedback.surveys import counting, doubts, passes, sheets
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.versions import current_version

Channel = SurveyResponse.Channel


class SurveyNotOpen(Exception):
    """The survey takes no answers now, of this kind; `state` is where it stands."""

    def __init__(self, state):
        super().__init__(state)
        self.state = state


def response_of(form_key) -> SurveyResponse | None:
    """What was taken with a form, however often it is sent."""
    return SurveyResponse.objects.filter(form_hash=_hash(form_key)).first()


def submit_sheet(
    *,
    survey,
    form_key,
    given,
    channel,
    pass_key="",
    entered_by=None,
    sender_hash="",
    submitted_at=None,
    version=None,
    language="vi",
    now=None,
    **about,
) -> SurveyResponse:
    """Keep the answers `given` (see `sheets.read`) and count them; return once both are on the disk.

    The same form key again, even at the same moment, gets the first one's response. `about` holds what the sheet is
    about and what was said of oneself: service_point, procedure, agency, age_band, gender, area. `version` is the one
    that was in front of the person: a sheet that was begun before a new version opened counts for the old one; without
    it, the newest. A pass that was given out at a point brings that along, where the sheet names none. `submitted_at`
    is when it was filled in, if not now; `entered_by` who typed it in for somebody.

    Raises SurveyNotOpen, sheets.IncompleteSheet, passes.PassRefused.
    """
    now = now or timezone.now()
    kept = response_of(form_key)
    if kept is not None:
        return kept
    version = version or current_version(survey)
    _refuse_unless_open(survey, version, channel, submitted_at or now)
    is_paper = channel == Channel.PAPER
    answers = sheets.read(Questionnaire.of(version), given, takes_blanks=is_paper)
    with transaction.atomic():
        counting.lock(survey.pk)
        # Whatever happened while it waited.
        kept = response_of(form_key)
        if kept is not None:
            return kept
        survey = Survey.objects.get(pk=survey.pk)
        _refuse_unless_open(survey, version, channel, submitted_at or now)
        if channel == Channel.PASS:
            used = passes.use(survey, pass_key, now=now)
            about["service_point"] = about.get("service_point") or used.service_point
        response = SurveyResponse.objects.create(
            version=version,
            channel=channel,
            submitted_at=submitted_at or now,
            language=language,
            form_hash=_hash(form_key),
            entered_by=entered_by,
            sender_hash=sender_hash if channel in SurveyResponse.SELF_SELECTED else "",
            sheet_hash=doubts.sheet_hash(answers),
            **about,
        )
        SurveyAnswer.objects.bulk_create(_rows(response, answers))
        counting.add(response)
        doubts.look_at(response)
        _close_if_full(survey, now)
    return response


def _refuse_unless_open(survey, version, channel, at):
    """Sheets on paper are entered after the survey has closed, too."""
    state = survey.state(version, at)
    is_entered_later = channel == Channel.PAPER and state == Survey.State.CLOSED
    if state != Survey.State.OPEN and not is_entered_later:
        raise SurveyNotOpen(state)
    wanted = {Survey.Access.OPEN: channel != Channel.PASS, Survey.Access.BOTH: True}
    if not wanted.get(survey.access, channel not in SurveyResponse.SELF_SELECTED):
        raise SurveyNotOpen(state)


def _close_if_full(survey, now):
    if survey.closes_after is None or survey.closed_at is not None:
        return
    if SurveyResponse.objects.filter(version__survey=survey).count() >= survey.closes_after:
        survey.closed_at = now
        survey.save(update_fields=["closed_at"])


def _rows(response, answers):
    for asked, answer in answers.items():
        common = {"response": response, "question": asked.row}
        if answer.values:
            yield from (SurveyAnswer(**common, value=value) for value in answer.values)
        else:
            state = SurveyAnswer.TextState.WAITING if answer.text else ""
            words = {"is_unknown": answer.is_unknown, "text": answer.text, "text_state": state}
            yield SurveyAnswer(**common, **words)


def _hash(form_key):
    return hashlib.sha256(f"feedback.survey.form\n{form_key}".encode()).hexdigest()
