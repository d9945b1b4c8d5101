"""Field work: how many people to ask, how many in each commune, and how far it has come."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from feedback.admin.survey_questions import PREVIEW_LANGUAGES
from feedback.surveys import paper, planning
from feedback.surveys.arithmetic import sample_size
from feedback.surveys.planning import LARGEST_POPULATION, entered_by_area, plan_of
from portal.csv import csv_response

SHARE = "share"
COLUMNS = ["Mã", "Xã, phường", "Số người, số hồ sơ", "Số phiếu cần", "Đã nhập", "Còn thiếu"]


class SampleSizeForm(forms.Form):
    """How many to ask of so many, so that the error stays within a share."""

    population = forms.CharField(
        label="Số người, số hồ sơ (N)",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 12, "autocomplete": "off"}),
    )
    error = forms.DecimalField(
        label="Sai số (e), phần trăm",
        initial=5,
        min_value=1,
        max_value=20,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 4, "autocomplete": "off"}),
    )

    def clean_population(self):
        try:
            return planning.read_count(self.cleaned_data["population"])
        except ValueError as error:
            raise forms.ValidationError(f"Chưa đọc được: {error}.") from error

    @property
    def size(self):
        data = self.cleaned_data
        return sample_size(data["population"], float(data["error"]) / 100)


class PlanForm(forms.Form):
    """The plan of a survey: pasted or typed, shared out or set by hand."""

    pasted = forms.CharField(
        label="Dán từ Excel",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Mỗi dòng một nơi: tên hoặc mã ở cột đầu, số người ở cột cuối, không có dòng tiêu đề."
        " Số dán vào thay số đã ghi ở bảng dưới.",
    )
    total = forms.IntegerField(
        label="Tổng số phiếu cần",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Dùng khi chia theo số người.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8, "autocomplete": "off"}),
    )

    def __init__(self, *args, survey, **options):
        super().__init__(*args, **options)
        self.plan = plan_of(survey)
        for row in self.plan:
            self._add_cell("population", row.unit, row.population, "số người")
            self._add_cell("wanted", row.unit, row.wanted, "số phiếu cần")

    def cells(self):
        """The rows of the table: what is planned, and the boxes in which it can be changed."""
        for row in self.plan:
            yield row, self[f"population-{row.unit.pk}"], self[f"wanted-{row.unit.pk}"]

    def clean(self):
        cleaned = super().clean()
        pasted = planning.read_pasted(cleaned.get("pasted") or "", [row.unit for row in self.plan])
        for error in pasted.errors:
            self.add_error("pasted", error)
        units = [row.unit for row in self.plan]
        self.populations = [
            pasted.populations.get(unit, self._number("population", unit)) for unit in units
        ]
        self.wanted = [self._number("wanted", unit) for unit in units]
        if self.data.get("do") == SHARE and not self.errors:
            self._share_out()
        return cleaned

    def rows(self):
        units = [row.unit for row in self.plan]
        return zip(units, self.populations, self.wanted, strict=True)

    def _share_out(self):
        total = self.cleaned_data.get("total")
        if not total:
            self.add_error("total", "Ghi tổng số phiếu để chia.")
            return
        try:
            self.wanted = planning.shared_out(total, self.populations)
        except ValueError:
            places = sum(size > 0 for size in self.populations)
            people = sum(self.populations)
            self.add_error(
                "total",
                f"Ghi từ {places} (mỗi nơi có người ít nhất một phiếu) đến {people} (không nhiều hơn số người)."
                if people
                else "Chưa nơi nào có số người: dán hoặc ghi số người trước.",
            )

    def _number(self, name, unit):
        return self.cleaned_data.get(f"{name}-{unit.pk}") or 0

    def _add_cell(self, name, unit, value, words):
        self.fields[f"{name}-{unit.pk}"] = forms.IntegerField(
            required=False,
            min_value=0,
            max_value=LARGEST_POPULATION,
            initial=value or None,
            localize=True,
            error_messages={"invalid": f"{unit}: ghi một số nguyên."},
            widget=forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "size": 8,
                    "autocomplete": "off",
                    "aria-label": f"{unit}: {words}",
                }
            ),
        )


class PlansMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/ke-hoach/", self.plan_view, "plan"),
            ("<int:pk>/ke-hoach.csv", self.plan_csv_view, "plan_csv"),
            ("<int:pk>/ke-hoach/ban-in/", self.plan_print_view, "plan_print"),
            ("<int:pk>/ban/<int:number>/phieu-giay.pdf", self.paper_view, "paper"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm("feedback.change_survey"):
            tools.append(("Kế hoạch điều tra", self.address("plan", survey.pk)))
        return tools

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def plan_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        form = PlanForm(request.POST if request.method == "POST" else None, survey=survey)
        if form.is_bound and form.is_valid():
            planning.save_plan(survey, form.rows())
            messages.success(request, f"Đã lưu kế hoạch: cần {sum(form.wanted)} phiếu.")
            return redirect(self.address("plan", survey.pk))
        people = sum(row.population for row in form.plan)
        asked = request.GET if "population" in request.GET else None
        size = SampleSizeForm(asked, initial={"population": people or "", "error": 5})
        context = {
            "title": "Kế hoạch điều tra",
            "form": form,
            "size_form": size,
            "size": size.size if size.is_bound and size.is_valid() else None,
            **_sums(survey, form.plan),
        }
        return self.survey_page(
            request, "plan", survey, context, status=422 if form.errors else 200
        )

    @method_decorator(require_safe)
    def plan_csv_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        rows = [_cells(row) for row in plan_of(survey) if row.wanted or row.entered]
        return csv_response(f"ke-hoach-{survey.slug}.csv", [COLUMNS, *rows])

    @method_decorator(require_safe)
    def plan_print_view(self, request, pk):
        """A list to take along: who asks where, and how many are left."""
        survey = self.survey_or_404(request, pk)
        rows = [row for row in plan_of(survey) if row.wanted]
        context = {
            "title": "Danh sách điều tra",
            "rows": rows,
            "day": timezone.localdate(),
            **_sums(survey, rows),
        }
        return self.survey_page(request, "plan_print", survey, context)

    @method_decorator(require_safe)
    def paper_view(self, request, pk, number):
        """The printed form; of a draft only for those who may read drafts."""
        if request.user.has_perm("feedback.view_survey"):
            survey = self.survey_or_404(request, pk, "feedback.view_survey")
            versions = survey.versions.all()
        else:
            survey = self.survey_or_404(request, pk, "feedback.enter_surveyresponse")
            versions = survey.versions.filter(opened_at__isnull=False)
        version = get_object_or_404(versions, number=number)
        language = request.GET.get("ngon-ngu")
        language = language if language in PREVIEW_LANGUAGES else "vi"
        with override(language):
            pdf = paper.as_pdf(version)
        name = f"phieu-giay-{survey.slug}-ban-{number}-{language}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _cells(row):
    return [
        row.unit.code,
        row.unit.full_name,
        row.population,
        row.wanted,
        row.entered,
        row.missing,
    ]


def _sums(survey, rows):
    return {
        "people": sum(row.population for row in rows),
        "wanted": sum(row.wanted for row in rows),
        "entered": sum(row.entered for row in rows),
        "missing": sum(row.missing for row in rows),
        "entered_nowhere": entered_by_area(survey)[None],
    }
