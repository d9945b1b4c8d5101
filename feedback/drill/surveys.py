"""A survey of the drill: what people wrote in it that nobody outside may read, and what staff noted about it."""

from datetime import timedelta

from django.utils import timezone

from feedback.drill.canaries import Audience
from feedback.models import (
    RatedPage,
    Survey,
    SurveyAnswer,
    SurveyConcern,
    SurveyFactor,
    SurveyQuestion,
    SurveyVersion,
)
from feedback.surveys import passes
from feedback.surveys.answering import submit_sheet
from feedback.surveys.versions import open_version

A, State = Audience, SurveyAnswer.TextState
# Enough for results to be told, with what was shown among them.
SHEETS = 40
SLUG = "dien-tap"


def ask_in_a_survey(world):
    """An opened survey whose results are public, with texts in every state."""
    survey = Survey.objects.create(
        slug=SLUG, title="Khảo sát diễn tập", intro="Diễn tập.", consent_text="Diễn tập."
    )
    version = SurveyVersion.objects.create(survey=survey, number=1)
    factor = SurveyFactor.objects.create(version=version, order=1, title="Phục vụ")
    SurveyQuestion.objects.create(
        factor=factor, order=1, code="chung", text="Hài lòng chung", is_overall=True
    )
    SurveyQuestion.objects.create(
        factor=factor,
        order=2,
        code="gop-y",
        kind=SurveyQuestion.Kind.LONG_TEXT,
        text="Góp ý",
        is_required=False,
    )
    open_version(version)
    for number in range(SHEETS):
        _send_sheet(world, survey, number)
    _note(world, survey)


def _send_sheet(world, survey, number):
    states = dict(enumerate((State.WAITING, State.HIDDEN, State.SHOWN)))
    state = states.get(number)
    audience = A.PUBLIC if state == State.SHOWN else A.DESK
    text = world.canaries.text("feedback.SurveyAnswer.text", audience) if state else ""
    sheet = submit_sheet(
        survey=survey,
        form_key=f"drill {number}",
        given={"chung": [str(1 + number % 5)], "gop-y": [text]},
        channel="web",
        now=timezone.now() - timedelta(hours=number + 1),
        service_point=world.about["service_point"],
    )
    if text:
        sheet.answers.filter(text=text).update(text_state=state)


def _note(world, survey):
    canaries, today = world.canaries, timezone.localdate()
    passes.issue(survey, 1, batch=canaries.text("feedback.SurveyPass.batch", A.DESK))
    SurveyConcern.objects.create(
        survey=survey,
        service_point=world.about["service_point"],
        kind=SurveyConcern.Kind.FALLING,
        month=today.replace(day=1),
        month_before=today.replace(day=1),
        part=20,
        base=40,
        part_before=38,
        base_before=40,
        state=SurveyConcern.State.DISMISSED,
        reason=canaries.text("feedback.SurveyConcern.reason", A.DESK),
    )
    RatedPage.objects.create(
        kind=RatedPage.Kind.PROCEDURE,
        key="dien-tap",
        title="Trang diễn tập",
        reviewed_on=today,
        note=canaries.text("feedback.RatedPage.note", A.DESK),
    )
