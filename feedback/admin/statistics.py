"""The public figures for staff, and those of the tickets that an agency handler sees."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from feedback.models import Ticket
from feedback.views.results import statistics_context


class StatisticsMixin:
    def get_urls(self):
        view = self.admin_site.admin_view(self.statistics_view)
        name = f"feedback_{self.opts.model_name}_statistics"
        return [path("thong-ke/", view, name=name), *super().get_urls()]

    @method_decorator(require_safe)
    def statistics_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        told = statistics_context(request)
        context = {
            **self.admin_site.each_context(request),
            **told,
            "title": f"Kết quả xử lý, {told['figures'].period.label}",
            "subtitle": None,
            "opts": self.opts,
            "names": {"changelist": f"admin:feedback_{self.opts.model_name}_changelist"},
            "own": self._own_figures(request.user, told),
        }
        return render(request, "admin/feedback/statistics.html", context)

    def _own_figures(self, user, told):
        """Of the tickets that this person sees; None for those who see all, which the public figures count."""
        if user.has_perm("feedback.view_every_ticket"):
            return None
        tickets = Ticket.objects.visible_to(user)
        return told["question"].figures(tickets=tickets, now=told["figures"].as_of)
