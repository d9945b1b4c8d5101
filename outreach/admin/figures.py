"""Where staff keep the figures that the portal tells. A figure is never changed: another one replaces it, and says why."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from outreach import figure_work
from outreach.admin.article_form import name_of
from outreach.article_states import moment_in_words
from outreach.issue_contents import days_of
from outreach.models import Figure
from portal.admin import ModelAdmin, NumberField
from portal.forms import LineFormField

NUMBERS = ["value", "part", "whole"]
TYPED = ["label", *NUMBERS, "unit", "starts_on", "as_of", "source", "source_url"]


class FigureForm(forms.ModelForm):
    class Meta:
        model = Figure
        fields = TYPED
        field_classes = {"value": NumberField}
        # As numbers are written here: 1.485.
        localized_fields = ["part", "whole"]
        help_texts = {
            "value": "Một số, ví dụ 2.014. Là tỷ lệ thì để trống ô này, ghi tử số và mẫu số.",
            "part": "Của một tỷ lệ, ví dụ 1.485 hồ sơ đúng hạn. Cổng tự tính phần trăm, không làm tròn lên.",
            "whole": "Ví dụ trên 2.014 hồ sơ đến hạn.",
            "starts_on": "Của số tính theo kỳ. Số tính đến một ngày thì để trống.",
            "source_url": "Địa chỉ báo cáo, nếu có.",
        }

    def clean(self):
        cleaned = super().clean()
        numbers = [cleaned.get(name) is not None for name in NUMBERS]
        if not self.errors and numbers not in ([True, False, False], [False, True, True]):
            self.add_error("value", "Ghi hoặc một số, hoặc cả tử số và mẫu số.")
        return cleaned


class CorrectedFigureForm(FigureForm):
    change_reason = LineFormField(
        label="Vì sao sửa",
        max_length=300,
        widget=AdminTextInputWidget,
        help_text="Hiện trong danh sách. Ví dụ: báo cáo gốc đính chính ngày 05/11/2026.",
    )

    field_order = ["change_reason"]


class StandingFilter(admin.SimpleListFilter):
    """Those that no other has replaced, unless others are asked for."""

    title = "còn dùng"
    parameter_name = "con-dung"
    words = {None: "Đang dùng", "da-thay": "Đã được thay", "tat-ca": "Tất cả"}

    def lookups(self, request, model_admin):
        return [(value, words) for value, words in self.words.items() if value]

    def choices(self, changelist):
        for value, words in self.words.items():
            query = changelist.get_query_string(
                {self.parameter_name: value} if value else {},
                [] if value else [self.parameter_name],
            )
            yield {"selected": self.value() == value, "query_string": query, "display": words}

    def queryset(self, request, queryset):
        if self.value() == "tat-ca":
            return queryset
        is_replaced = self.value() == "da-thay"
        return queryset.filter(replaced_by__isnull=not is_replaced)


class OriginFilter(admin.SimpleListFilter):
    title = "từ đâu"
    parameter_name = "tu-dau"

    def lookups(self, request, model_admin):
        return [("tinh", "Tính từ Cổng"), ("ghi", "Ghi tay")]

    def queryset(self, request, queryset):
        rows = {"tinh": queryset.exclude(code=""), "ghi": queryset.filter(code="")}
        return rows.get(self.value(), queryset)


class FigureAdmin(ModelAdmin):
    form = FigureForm
    change_form_template = "admin/outreach/figure/change_form.html"
    list_display = ["label", "written", "days", "source", "replaces_what", "noted"]
    list_filter = [StandingFilter, OriginFilter, "is_sample"]
    list_select_related = ["replaces", "noted_by"]
    search_fields = ["label", "source"]
    ordering = ["-as_of", "-pk"]
    actions = None
    fieldsets = [
        (None, {"fields": ["label", "value", ("part", "whole"), "unit"]}),
        ("Tính đến khi nào", {"fields": [("starts_on", "as_of")]}),
        ("Nguồn", {"fields": ["source", "source_url"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("replaced_by")

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="số")
    def written(self, figure):
        return figure.written

    @admin.display(description="tính", ordering="as_of")
    def days(self, figure):
        return days_of(figure)

    @admin.display(description="thay cho số trước")
    def replaces_what(self, figure):
        before = getattr(figure, "replaces", None)
        return before and format_html("{}<br>{}", before.written, figure.change_reason)

    @admin.display(description="ghi", ordering="noted_at")
    def noted(self, figure):
        return f"{name_of(figure.noted_by)}, {moment_in_words(figure.noted_at)}"

    def save_model(self, request, obj, form, change):
        obj.noted_by = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["may_replace"] = self.has_add_permission(request) and not obj.replaced_by_id
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Sửa số, tính lại

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/sua-so/", view(self.correct_view), name="outreach_figure_correct"),
            path("<int:pk>/tinh-lai/", view(self.remeasure_view), name="outreach_figure_remeasure"),
            *super().get_urls(),
        ]

    def figure_or_404(self, request, pk, *, is_computed):
        if not self.has_add_permission(request):
            raise PermissionDenied
        figure = self.get_object(request, str(pk))
        if figure is None or figure.is_computed != is_computed:
            raise Http404
        return figure

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def correct_view(self, request, pk):
        """Another row with other numbers, and why; the old one stays with whoever told it."""
        figure = self.figure_or_404(request, pk, is_computed=False)
        form = self._correction(request, figure)
        if form.is_bound and form.is_valid():
            reason = form.cleaned_data["change_reason"]
            fresh = Figure(**{name: form.cleaned_data[name] for name in TYPED})
            try:
                fresh = figure_work.replace(figure, fresh, by=request.user, reason=reason)
            except ValidationError as refusal:
                self.message_user(request, " ".join(refusal.messages), messages.ERROR)
                return redirect("admin:outreach_figure_change", pk)
            self.log_change(request, figure, f"Thay bằng {fresh.written}: {reason}")
            return self._replaced(request, fresh)
        context = {
            **self.admin_site.each_context(request),
            "title": "Sửa số",
            "subtitle": str(figure),
            "opts": self.opts,
            "original": figure,
            "form": form,
            "media": self.media + form.media,
        }
        status = 422 if form.is_bound else 200
        return render(request, "admin/outreach/figure/correct.html", context, status=status)

    def _correction(self, request, figure):
        initial = {name: getattr(figure, name) for name in TYPED}
        form = self.get_form(request, form=CorrectedFigureForm, fields=TYPED)
        return form(request.POST or None, initial=initial)

    @method_decorator(require_POST)
    def remeasure_view(self, request, pk):
        figure = self.figure_or_404(request, pk, is_computed=True)
        try:
            fresh = figure_work.remeasure(figure, request.user, renews=True)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return redirect("admin:outreach_figure_change", pk)
        if fresh.pk == figure.pk:
            self.message_user(request, "Nguồn vẫn cho số này.", messages.SUCCESS)
            return redirect("admin:outreach_figure_change", pk)
        self.log_change(request, figure, f"Tính lại, thay bằng {fresh.written}.")
        return self._replaced(request, fresh)

    def _replaced(self, request, fresh):
        self.message_user(
            request,
            f"Số mới: {fresh.written}. Số bản tin chưa duyệt có số cũ được báo ở việc cần làm.",
            messages.SUCCESS,
        )
        return redirect("admin:outreach_figure_change", fresh.pk)
