"""Sheets of paper and those of people whom staff ask: entered one after the other, and never changed afterwards."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from feedback.admin.survey_entry_forms import SheetEntryForm
from feedback.models import Survey, SurveyResponse
from feedback.surveys.answering import SurveyNotOpen, response_of

Channel, State = SurveyResponse.Channel, Survey.State
RIGHT = "feedback.enter_surveyresponse"
WAYS = {Channel.PAPER: "Nhập phiếu giấy", Channel.ASSISTED: "Hỏi giúp"}
TEMPLATES = {Channel.PAPER: "entry_paper", Channel.ASSISTED: "entry_assisted"}
NOT_YET = "Khảo sát này chưa mở, chưa nhập phiếu được."
OVER = (
    "Khảo sát đã đóng, không hỏi giúp được nữa. Phiếu giấy điền trước khi đóng thì vẫn nhập được."
)


class EnteringMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("nhap-phieu/", self.entry_list_view, "entry_list"),
            ("<int:pk>/nhap-phieu/", self.entry_view, "entry"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm(RIGHT):
            tools = [*tools, ("Nhập phiếu", self.address("entry", survey.pk))]
        return tools

    @method_decorator(require_safe)
    def entry_list_view(self, request):
        """For those who enter sheets and may see nothing else of surveys."""
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        opened = self.get_queryset(request).filter(opened_number__isnull=False)
        states = [(survey, survey.state(survey.opened_number)) for survey in opened]
        context = {
            **self.admin_site.each_context(request),
            "title": "Nhập phiếu khảo sát",
            "subtitle": None,
            "opts": self.opts,
            "running": [survey for survey, state in states if state == State.OPEN],
            "closed": [survey for survey, state in states if state == State.CLOSED],
        }
        return render(request, "admin/feedback/survey/entry_list.html", context)

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def entry_view(self, request, pk):
        survey = self.survey_or_404(request, pk, RIGHT)
        versions = list(survey.versions.filter(opened_at__isnull=False).order_by("-number"))
        if not versions:
            raise Http404
        sent = request.POST if request.method == "POST" else request.GET
        of_sheet = {"survey": survey} | _chosen(sent, versions)
        if request.method != "POST":
            form = SheetEntryForm(kept=request.GET, **of_sheet)
            return self._entry_page(request, form, versions)
        form = SheetEntryForm(request.POST, **of_sheet)
        if form.is_valid():
            is_known = response_of(form.form_key) is not None
            try:
                form.submit(by=request.user)
            except SurveyNotOpen as refusal:
                form.hold = _why_not(refusal.state)
            else:
                _tell(request, form, is_known)
                return redirect(f"{self.address('entry', survey.pk)}?{form.next_query}")
        return self._entry_page(request, form, versions, status=422)

    def _entry_page(self, request, form, versions, status=200):
        state = form.survey.state(form.version)
        is_taken = state == State.OPEN or state == State.CLOSED and form.is_paper
        context = {
            "title": WAYS[form.channel],
            "form": form,
            "sheet": form.sheet,
            # What was typed stays in sight, whatever happened to the survey meanwhile.
            "refusal": "" if is_taken or form.is_bound else _why_not(state),
            "is_closed": state == State.CLOSED,
            "ways": [_way(form, name, channel=channel) for channel, name in WAYS.items()],
            "versions": [
                _way(form, f"Bản số {version.number}", version=str(version.number))
                for version in versions
            ],
        }
        return self.survey_page(
            request, TEMPLATES[form.channel], form.survey, context, status=status
        )


def _chosen(sent, versions):
    """How the sheet comes, and which questions it answers: the newest unless another is named."""
    named = (version for version in versions if str(version.number) == sent.get("version"))
    is_assisted = sent.get("channel") == Channel.ASSISTED
    return {
        "channel": Channel.ASSISTED if is_assisted else Channel.PAPER,
        "version": next(named, versions[0]),
    }


def _way(form, name, **choice):
    """The same page for another kind of sheet, with what is kept."""
    present = {"channel": form.channel, "version": str(form.version.number)}
    address = f"?{urlencode(form.kept | present | choice | {'done': form.done})}"
    return name, address, choice.items() <= present.items()


def _why_not(state):
    return OVER if state == State.CLOSED else NOT_YET


def _tell(request, form, is_known):
    if is_known:
        messages.warning(
            request, "Phiếu này đã lưu rồi: gửi lại không thêm phiếu, không đổi phiếu đã lưu."
        )
    else:
        words = f"Đã lưu phiếu thứ {form.done + 1} của lượt nhập này. Mời nhập phiếu tiếp theo."
        messages.success(request, words)
