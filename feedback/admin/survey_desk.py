"""What every part of the survey desk builds on: the survey that it is about, its pages, and the ways between them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from feedback.models import Survey


class SurveyDeskMixin:
    """A part of the desk adds its pages in `survey_pages` and the ways to them in `survey_tools`."""

    def survey_pages(self) -> list[tuple]:
        """Address, view and name (`feedback_survey_…`) of each page."""
        return []

    def get_urls(self):
        own = [
            path(address, self.admin_site.admin_view(view), name=f"feedback_survey_{name}")
            for address, view, name in self.survey_pages()
        ]
        return [*own, *super().get_urls()]

    def survey_tools(self, request, survey) -> list[tuple[str, str]]:
        """The pages about a survey that this person may open: label and address."""
        return []

    def survey_or_404(self, request, pk, right="feedback.change_survey") -> Survey:
        if not request.user.has_perm(right):
            raise PermissionDenied
        return get_object_or_404(Survey, pk=pk)

    def address(self, name, *args):
        return reverse(f"admin:feedback_survey_{name}", args=args)

    def survey_page(self, request, template, survey, context, status=200):
        """A page of `admin/feedback/survey/`."""
        context = {
            **self.admin_site.each_context(request),
            "subtitle": None,
            "opts": self.opts,
            "original": survey,
            "survey": survey,
            "tools": self.survey_tools(request, survey),
            **context,
        }
        return render(request, f"admin/feedback/survey/{template}.html", context, status=status)
