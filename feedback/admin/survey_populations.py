"""How many there are of those whom a survey asks: by these its answers are weighted and its response rate is told."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils.choices import flatten_choices
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from feedback.admin.survey_builder_forms import BLANK_ROWS, RowForm, RowFormSet
from feedback.models import SurveyPopulation, SurveyResponse
from portal.forms import LineFormField
from procedures.models import ServicePoint

Dimension = SurveyPopulation.Dimension
MOST_POPULATIONS = 500


class PopulationsMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/tong-the/", self.populations_view, "populations"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm("feedback.change_survey"):
            tools.append(("Số hồ sơ để tính trọng số", self.address("populations", survey.pk)))
        return tools

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def populations_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        if request.method == "POST":
            rows = PopulationFormSet(request.POST, form_kwargs={"groups": _groups()})
            if rows.is_valid():
                with transaction.atomic():
                    rows.keep(survey)
                    self.log_change(request, survey, "Ghi số người, số hồ sơ của các nhóm.")
                messages.success(request, "Đã lưu số người, số hồ sơ.")
                return redirect(self.address("populations", survey.pk))
        else:
            rows = PopulationFormSet(initial=_kept(survey), form_kwargs={"groups": _groups()})
        return self.survey_page(
            request,
            "populations",
            survey,
            {"title": "Số hồ sơ để tính trọng số", "rows": rows},
            status=422 if rows.is_bound else 200,
        )


class PopulationForm(RowForm):
    words = ("size", "source")

    group = forms.ChoiceField(
        label="Của ai",
        error_messages={
            "required": "Chọn nhóm.",
            "invalid_choice": "Nhóm này không còn trong danh sách. Chọn lại.",
        },
    )
    size = forms.IntegerField(
        label="Số người, số hồ sơ",
        min_value=1,
        max_value=2_000_000_000,
        localize=True,
        error_messages={
            "required": "Ghi một số.",
            "invalid": "Ghi một số. Ví dụ: 1.500.",
            "min_value": "Ghi một số từ 1.",
        },
    )
    source = LineFormField(
        label="Nguồn số liệu",
        max_length=300,
        error_messages={"required": "Ghi số này lấy từ đâu."},
    )

    def __init__(self, *args, groups, **options):
        super().__init__(*args, **options)
        # A row that stands there already keeps its group: some hundred lists of all places weigh too much.
        kept = self.initial.get("group")
        names = dict(flatten_choices(groups))
        self.fields["group"].choices = (
            [(kept, names.get(kept, kept))] if kept else [("", "Chọn nhóm"), *groups]
        )


class BasePopulationFormSet(RowFormSet):
    def clean(self):
        groups = [row["group"] for row in self.rows()]
        if len(groups) != len(set(groups)):
            raise forms.ValidationError("Mỗi nhóm chỉ ghi một lần.")

    def keep(self, survey):
        survey.populations.all().delete()
        for row in self.rows():
            dimension, _colon, member = row["group"].partition(":")
            survey.populations.create(
                dimension=dimension, member=member, size=row["size"], source=row["source"]
            )


PopulationFormSet = forms.formset_factory(
    PopulationForm,
    BasePopulationFormSet,
    extra=BLANK_ROWS,
    max_num=MOST_POPULATIONS,
    absolute_max=MOST_POPULATIONS,
)


def _groups():
    """Those that may be given a size, by name; the value is a dimension and a member of it."""
    points = ServicePoint.objects.in_name_order().values_list("pk", "name")
    return [
        (f"{Dimension.ALL}:", Dimension.ALL.label),
        ("Kênh", [(f"{Dimension.CHANNEL}:{v}", w) for v, w in SurveyResponse.Channel.choices]),
        ("Nơi nộp hồ sơ", [(f"{Dimension.POINT}:{pk}", name) for pk, name in points]),
    ]


def _kept(survey):
    rows = survey.populations.order_by("dimension", "pk")
    return [
        {"group": f"{row.dimension}:{row.member}", "size": row.size, "source": row.source}
        for row in rows
    ]
