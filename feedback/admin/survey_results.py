"""The public figures of a survey for staff: the same numbers, of surveys that people know of."""

from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from feedback.views.survey_results import result_context


class ResultsMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/ket-qua/", self.results_view, "results"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if survey.versions.filter(opened_at__isnull=False).exists():
            tools.append(("Kết quả", self.address("results", survey.pk)))
        return tools

    @method_decorator(require_safe)
    def results_view(self, request, pk):
        survey = self.survey_or_404(request, pk, "feedback.view_survey")
        context = result_context(request, survey)
        if context["figures"] is None:
            raise Http404
        return self.survey_page(
            request, "results", survey, context | {"title": f"Kết quả: {survey}"}
        )
