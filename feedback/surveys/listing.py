"""The surveys that people may know of, with how long they take and where they stand."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from feedback.models import Survey, SurveyQuestion, SurveyVersion
from feedback.surveys.forms import minutes_for
from feedback.surveys.questionnaire import Said, said


@dataclass(frozen=True)
class ListedSurvey:
    row: Survey
    state: str
    kinds: list[str]

    @property
    def title(self) -> Said:
        return said(self.row, "title")

    @property
    def question_count(self) -> int:
        return len(self.kinds)

    @property
    def minutes(self) -> int:
        return minutes_for(self.kinds)


def listed_surveys(now=None) -> dict[str, list[ListedSurvey]]:
    """Those of each state: what opens or closes next stands first, and what has closed goes from the newest."""
    now = now or timezone.now()
    opened = SurveyVersion.objects.filter(opened_at__isnull=False).select_related("survey")
    newest = opened.order_by("survey_id", "-number").distinct("survey_id")
    kinds = defaultdict(list)
    questions = SurveyQuestion.objects.filter(version__in=newest.values("pk"))
    for version, kind in questions.values_list("version", "kind"):
        kinds[version].append(kind)
    listed = defaultdict(list)
    for version in newest:
        state = version.survey.state(version, now)
        listed[state].append(ListedSurvey(version.survey, state, kinds[version.pk]))
    return {state: sorted(rows, key=_place) for state, rows in listed.items()}


def _place(listed):
    row = listed.row
    if listed.state == Survey.State.CLOSED:
        ended = min(end for end in (row.closed_at, row.closes_at) if end is not None)
        return -ended.timestamp(), row.pk
    next_moment = row.opens_at if listed.state == Survey.State.COMING else row.closes_at
    return next_moment is None, next_moment.timestamp() if next_moment else 0, row.pk
