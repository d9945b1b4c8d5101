"""Where staff read what people wrote in surveys, and decide who else may: without place, day or the rest of the sheet."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from feedback.admin.publication_forms import MarkedText
from feedback.identifying import findings
from feedback.models import Survey, SurveyAnswer
from feedback.surveys import moderation

State = SurveyAnswer.TextState
MODERATE = "feedback.moderate_surveyanswer"
TEXTS_ON_A_PAGE = 50
WAITING = Q(versions__questions__answers__text_state=State.WAITING)


class Step(NamedTuple):
    """What may be done with texts: the state that they come to, its button, and what the log says."""

    state: str
    label: str
    done: str


STEPS = {
    "cho-doc": Step(State.SHOWN, "Cho đọc", "Cho mọi người đọc"),
    "khong-cho": Step(State.HIDDEN, "Không cho đọc", "Không cho đọc"),
    "xoa": Step(State.ERASED, "Xóa hẳn", "Xóa hẳn"),
}
VIEWS = {
    "cho-duyet": (State.WAITING, "Chờ duyệt"),
    "cho-doc": (State.SHOWN, "Đang cho đọc"),
    "khong-cho": (State.HIDDEN, "Không cho đọc"),
}


class SurveyTextsMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("y-kien/", self.texts_waiting_view, "texts_waiting"),
            ("<int:pk>/y-kien/", self.texts_view, "texts"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm(MODERATE):
            tools.append(("Ý kiến viết thêm", self.address("texts", survey.pk)))
        return tools

    @method_decorator(require_safe)
    def texts_waiting_view(self, request):
        """The surveys in which texts wait for somebody to read them."""
        if not request.user.has_perm(MODERATE):
            raise PermissionDenied
        surveys = Survey.objects.annotate(
            waiting=Count("versions__questions__answers", filter=WAITING)
        )
        context = {
            **self.admin_site.each_context(request),
            "title": "Ý kiến trong khảo sát chờ duyệt",
            "subtitle": None,
            "opts": self.opts,
            "surveys": surveys.filter(waiting__gt=0).order_by("-waiting", "pk"),
        }
        return render(request, "admin/feedback/survey/texts_waiting.html", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def texts_view(self, request, pk):
        survey = self.survey_or_404(request, pk, MODERATE)
        step = STEPS.get(request.POST.get("viec"))
        if step is None:
            return self._texts_page(request, survey)
        return self._decide_texts(request, survey, step, request.POST.getlist("y-kien"))

    def _decide_texts(self, request, survey, step, handles):
        chosen = moderation.texts_of(survey).filter(handle__in=handles)
        texts = [_marked(row) for row in chosen.filter(text_state__in=_states_before(step))]
        question = _question_before(step, texts)
        if question and "chac-chan" not in request.POST:
            context = {"title": step.label, "question": question, "texts": texts, "step": step}
            context["name"] = request.POST["viec"]
            return self.survey_page(request, "texts_confirm", survey, context)
        count = moderation.decide(survey, handles, step.state)
        if count:
            self.log_change(request, survey, f"{step.done}: {count} ý kiến.")
            messages.success(request, f"{step.done}: {count} ý kiến.")
        else:
            messages.warning(request, "Chưa chọn ý kiến nào.")
        return redirect(self.address("texts", survey.pk))

    def _texts_page(self, request, survey):
        name = request.GET.get("xem")
        name = name if name in VIEWS else "cho-duyet"
        state, title = VIEWS[name]
        texts = moderation.texts_of(survey)
        counts = dict(texts.order_by().values_list("text_state").annotate(Count("pk")))
        rows = texts.filter(text_state=state).select_related("question")
        rows = rows.order_by("question__order", "question__code", "handle")
        page = Paginator(rows, TEXTS_ON_A_PAGE).get_page(request.GET.get("trang"))
        page.object_list = [_marked(row) for row in page.object_list]
        context = {
            "title": f"Ý kiến viết thêm: {title.lower()}",
            "page": page,
            "view": name,
            "views": [(key, label, counts.get(of, 0)) for key, (of, label) in VIEWS.items()],
            "steps": [(key, step) for key, step in STEPS.items() if state in _states_before(step)],
        }
        return self.survey_page(request, "texts", survey, context)


class Shown(NamedTuple):
    """A text as the page has it: with marks where it may tell who somebody is."""

    handle: str
    question: str
    part: MarkedText


def _marked(row):
    part = MarkedText("text", "", row.text, findings(row.text))
    return Shown(row.handle, row.question.text, part)


def _states_before(step):
    return moderation.MAY_BECOME[step.state]


def _question_before(step, texts):
    """What is asked before a step that cannot be taken back, or that lets everybody read what is marked."""
    if not texts:
        return ""
    if step.state == State.ERASED:
        return "Xóa hẳn thì không lấy lại được. Chỉ xóa khi trong ý kiến có dữ liệu riêng của người khác."
    if step.state == State.SHOWN and any(text.part.findings for text in texts):
        return "Chỗ được tô có thể cho biết ai là ai. Mọi người sẽ đọc nguyên văn, cả những chỗ ấy."
    return ""
