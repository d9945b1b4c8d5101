"""How messages are handled: the figures as a page and as a file."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.statistics import denunciations_by_year
from feedback.statistics_charts import charts, csv_rows
from feedback.statistics_forms import Question
from portal.charts import chart_csv
from portal.csv import csv_response
from procedures.terms import terms_of


@require_safe
def ticket_statistics(request):
    return render(request, "feedback/statistics.html", statistics_context(request))


@require_safe
def ticket_statistics_csv(request):
    """Every figure of the page; with `bieu-do` those of one chart."""
    now = timezone.now()
    question = Question.of(request.GET, timezone.localdate(now))
    figures, terms = question.figures(now=now), terms_of(request)
    if wanted := request.GET.get("bieu-do"):
        return _one_chart(wanted, charts(figures, terms))
    # Written later, when another language may be in use.
    rows = [[str(cell) for cell in row] for row in csv_rows(figures, terms, question.today)]
    return csv_response(f"ket-qua-phan-anh-{question.period.code}.csv", rows)


def _one_chart(slug, drawn):
    for chart in drawn.values():
        if chart.slug == slug:
            return chart_csv(chart)
    raise Http404


def statistics_context(request) -> dict:
    """What the public page shows, and the admin's, too."""
    now = timezone.now()
    question = Question.of(request.GET, timezone.localdate(now))
    figures = question.figures(now=now)
    return {
        "question": question,
        "figures": figures,
        "charts": charts(figures, terms_of(request)),
        "denunciations": denunciations_by_year(question.today),
    }
