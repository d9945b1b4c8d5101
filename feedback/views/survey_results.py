"""What people answered, as pages and as files: the same figures for everybody."""

from typing import NamedTuple

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from feedback.models import Survey, SurveyVersion
from feedback.surveys.figures import figures, summaries
from feedback.surveys.improving import public_actions
from feedback.surveys.questionnaire import said
from feedback.surveys.results_charts import CUTS, charts, csv_rows
from feedback.surveys.tallied import Dimension
from portal.charts import chart_csv
from portal.csv import csv_response
from procedures.terms import terms_of


@require_safe
def survey_result_list(request):
    surveys = list(Survey.objects.public().order_by("-created_at", "-pk"))
    context = {"results": summaries(surveys)}
    return render(request, "feedback/survey_result_list.html", context)


@require_safe
def survey_result(request, slug):
    survey = get_object_or_404(Survey.objects.public(), slug=slug)
    return render(request, "feedback/survey_result.html", result_context(request, survey))


@require_safe
def survey_result_csv(request, slug):
    """Every figure of the page; with `bieu-do` those of one chart."""
    survey = get_object_or_404(Survey.objects.public(), slug=slug)
    asked = Asked.of(request.GET, survey)
    told, terms = asked.figures(survey), terms_of(request)
    if wanted := request.GET.get("bieu-do"):
        return _one_chart(wanted, charts(told, terms))
    # Written later, when another language may be in use.
    rows = [[str(cell) for cell in row] for row in csv_rows(told, terms)]
    return csv_response(f"ket-qua-khao-sat-{survey.slug}.csv", rows)


def _one_chart(slug, drawn):
    for chart in drawn.values():
        if chart.slug == slug:
            return chart_csv(chart)
    raise Http404


class Asked(NamedTuple):
    """What an address asks for: a version, and what the survey is told by."""

    version: SurveyVersion | None
    by: str

    @classmethod
    def of(cls, given, survey) -> "Asked":
        number, by = given.get("ban", ""), given.get("theo", "")
        version = None
        if number:
            opened = survey.versions.filter(opened_at__isnull=False)
            is_number = number.isascii() and number.isdecimal() and len(number) < 5
            version = get_object_or_404(opened, number=int(number) if is_number else 0)
        return cls(version, by if by in CUTS else "")

    def figures(self, survey):
        dimension = CUTS[self.by][0] if self.by else ""
        # Months are told on every page.
        cut = "" if dimension == Dimension.MONTH else dimension
        return figures(survey, version=self.version, cut=cut)

    def address(self, **changed) -> str:
        """The part of an address behind the question mark."""
        number = str(self.version.number) if self.version else ""
        asked = {"ban": number, "theo": self.by} | changed
        return urlencode({name: value for name, value in asked.items() if value})


def result_context(request, survey) -> dict:
    """What the public page shows, and the admin's, too."""
    asked = Asked.of(request.GET, survey)
    told = asked.figures(survey)
    if told is None:
        return {"survey": survey, "figures": None}
    ways = [(by, label, asked.address(theo=by)) for by, (_dimension, label) in CUTS.items()]
    return {
        "survey": survey,
        "title": said(survey, "title"),
        "description": Truncator(said(survey, "intro").text).chars(150),
        "state": survey.state(told.version, timezone.now()),
        "figures": told,
        "charts": charts(told, terms_of(request)),
        "asked": asked,
        "address": asked.address(),
        "ways": ways,
        "actions": public_actions(survey),
    }
