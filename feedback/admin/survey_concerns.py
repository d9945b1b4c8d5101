"""Places whose people became less satisfied, and what was done about it."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from feedback.models import SurveyAction, SurveyConcern
from feedback.surveys import improving
from portal.admin import ModelAdmin, ReadOnlyModelAdmin, is_key

Kind, State = SurveyConcern.Kind, SurveyConcern.State
CHANGE = "feedback.change_surveyconcern"
ACTION_FIELDS = ["body", "body_en", "factor_key", "done_on", "is_public"]


class ActionForm(forms.ModelForm):
    """What was done, also where no concern asked for it."""

    class Meta:
        model = SurveyAction
        fields = ACTION_FIELDS
        widgets = {
            "body": forms.Textarea(attrs={"rows": 4}),
            "body_en": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"done_on": "Ngày làm xong", "is_public": "Cho mọi người xem"}
        help_texts = {
            "body": "Viết cho người dân đọc: đã làm gì, ở đâu. Không nêu tên ai.",
            "body_en": "Trang tiếng Anh hiện chữ này; để trống thì hiện tiếng Việt.",
            "factor_key": "Trang kết quả nêu tỷ lệ hài lòng trước và sau của phần này; để trống thì của câu hài lòng chung.",
        }

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        if day > timezone.localdate():
            raise ValidationError("Ghi việc khi đã làm xong: ngày này chưa tới.")
        return day


class DismissForm(forms.ModelForm):
    class Meta:
        model = SurveyConcern
        fields = ["reason"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].required = True
        self.fields["reason"].help_text = "Ví dụ: tháng ấy quầy đóng một tuần để sửa."


class WaitingFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [
            ("cho-xem", State.OPEN.label),
            ("da-lam", State.ACTED.label),
            ("khong-can", State.DISMISSED.label),
        ]

    def queryset(self, request, queryset):
        states = {"cho-xem": State.OPEN, "da-lam": State.ACTED, "khong-can": State.DISMISSED}
        state = states.get(self.value())
        return queryset.filter(state=state) if state else queryset


class SurveyConcernAdmin(ReadOnlyModelAdmin):
    list_display = ["place", "kind", "months", "factor", "survey", "state"]
    list_filter = [WaitingFilter, "kind"]
    list_select_related = ["service_point", "factor", "survey"]
    search_fields = ["service_point__name", "survey__title"]
    search_help_text = "Tìm theo nơi nộp hồ sơ, tên khảo sát."
    ordering = ["-month", "pk"]

    def get_urls(self):
        steps = [("viec-da-lam", self.act_view, "act"), ("khong-can", self.dismiss_view, "dismiss")]
        own = [
            path(
                f"<int:pk>/{address}/",
                self.admin_site.admin_view(view),
                name=f"feedback_surveyconcern_{name}",
            )
            for address, view, name in steps
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_safe)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_key(object_id):
            raise Http404
        return self._concern_page(request, get_object_or_404(SurveyConcern, pk=object_id))

    @method_decorator(require_POST)
    def act_view(self, request, pk):
        concern = self._concern_to_change(request, pk)
        if not request.user.has_perm("feedback.add_surveyaction"):
            raise PermissionDenied
        form = ActionForm(request.POST, auto_id="id_act_%s")
        if not form.is_valid():
            return self._concern_page(request, concern, act=form, status=422)
        action = improving.record_action(concern=concern, by=request.user, **form.cleaned_data)
        self.log_change(request, concern, f"Ghi việc đã làm: {action.body}")
        messages.success(request, f"{concern.service_point}: đã ghi việc đã làm.")
        return self._back_to_list()

    @method_decorator(require_POST)
    def dismiss_view(self, request, pk):
        concern = self._concern_to_change(request, pk)
        form = DismissForm(request.POST, auto_id="id_dismiss_%s")
        if form.is_valid():
            step = partial(improving.dismiss_concern, concern=concern, by=request.user)
            try:
                step(reason=form.cleaned_data["reason"])
            except ValidationError as refusal:
                form.add_error(None, refusal)
        if not form.is_valid():
            return self._concern_page(request, concern, dismiss=form, status=422)
        reason = form.cleaned_data["reason"]
        self.log_change(request, concern, f"Không cần làm gì: {reason}")
        messages.success(request, f"{concern.service_point}: đã ghi là không cần làm gì.")
        return self._back_to_list()

    def _concern_to_change(self, request, pk):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return get_object_or_404(SurveyConcern, pk=pk)

    def _back_to_list(self):
        address = reverse("admin:feedback_surveyconcern_changelist")
        return redirect(f"{address}?{WaitingFilter.parameter_name}=cho-xem")

    def _concern_page(self, request, concern, *, act=None, dismiss=None, status=200):
        may_act = request.user.has_perm(CHANGE)
        if may_act and request.user.has_perm("feedback.add_surveyaction"):
            factor_key = concern.factor.key if concern.factor else ""
            act = act or ActionForm(
                initial={"factor_key": factor_key, "done_on": timezone.localdate()},
                auto_id="id_act_%s",
            )
        if may_act and concern.state == State.OPEN:
            dismiss = dismiss or DismissForm(auto_id="id_dismiss_%s")
        context = {
            **self.admin_site.each_context(request),
            "title": str(concern.service_point),
            "subtitle": None,
            "opts": self.opts,
            "names": {"changelist": "admin:feedback_surveyconcern_changelist"},
            "concern": concern,
            "figures": _figures(concern),
            "actions": concern.actions.order_by("-done_on", "-pk"),
            "results": f"{reverse('feedback:survey_result', args=[concern.survey.slug])}?theo=noi",
            "act": act,
            "dismiss": dismiss,
            "is_refused": status != 200,
        }
        template = "admin/feedback/surveyconcern/change.html"
        return render(request, template, context, status=status)

    @admin.display(description="nơi nộp hồ sơ", ordering="service_point__name")
    def place(self, concern):
        return str(concern.service_point)

    @admin.display(description="tháng, so với tháng", ordering="month")
    def months(self, concern):
        return f"{concern.month:%m/%Y}, so với {concern.month_before:%m/%Y}"


class SurveyActionAdmin(ModelAdmin):
    form = ActionForm
    list_display = ["words", "done_on", "service_point", "survey", "is_public"]
    list_filter = ["is_public"]
    list_select_related = ["service_point", "survey"]
    search_fields = ["body", "service_point__name"]
    search_help_text = "Tìm trong việc đã làm, tên nơi nộp hồ sơ."
    ordering = [F("done_on").desc(), "-pk"]
    fields = ["survey", "service_point", *ACTION_FIELDS]
    autocomplete_fields = ["survey", "service_point"]
    actions = None

    def get_readonly_fields(self, request, obj=None):
        """Of which survey and place it tells, does not change."""
        return ["survey", "service_point"] if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            obj.written_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description="đã làm gì")
    def words(self, action):
        return action.body if len(action.body) <= 100 else f"{action.body[:100]}…"


def _figures(concern):
    """Both months in words, or nothing where a handful of people would be set apart."""
    if not improving.may_tell_figures(concern):
        return []
    return [
        _in_words(concern.month_before, concern.part_before, concern.base_before),
        _in_words(concern.month, concern.part, concern.base),
    ]


def _in_words(month, part, base):
    rate = improving.in_words(part, base)
    return f"Tháng {month:%m/%Y}: {rate} ({part} trên {base} câu trả lời)"
