"""Surveys as staff work on them."""

from django.contrib import admin
from django.db.models import IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.admin.survey_builder import BuilderMixin
from feedback.admin.survey_codes import CodesMixin
from feedback.admin.survey_desk import SurveyDeskMixin
from feedback.admin.survey_entry import EnteringMixin
from feedback.admin.survey_exports import ExportsMixin
from feedback.admin.survey_kiosks import KiosksMixin
from feedback.admin.survey_passes import PassesMixin
from feedback.admin.survey_plans import PlansMixin
from feedback.admin.survey_populations import PopulationsMixin
from feedback.admin.survey_questions import QuestionsMixin
from feedback.admin.survey_results import ResultsMixin
from feedback.admin.survey_texts import SurveyTextsMixin
from feedback.models import Survey, SurveyTally, SurveyVersion
from portal.admin import ModelAdmin


class StateFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return Survey.State.choices

    def queryset(self, request, queryset):
        now = timezone.now()
        state = self.value()
        if state not in Survey.State:
            return queryset
        if state == Survey.State.DRAFT:
            return queryset.filter(opened_number=None)
        queryset = queryset.filter(opened_number__isnull=False)
        is_closed = Q(closed_at__lte=now) | Q(closes_at__lte=now)
        if state == Survey.State.CLOSED:
            return queryset.filter(is_closed)
        is_coming = Q(opens_at__gt=now)
        is_wanted = is_coming if state == Survey.State.COMING else ~is_coming
        return queryset.exclude(is_closed).filter(is_wanted)


class SurveyAdmin(
    BuilderMixin,
    QuestionsMixin,
    PopulationsMixin,
    SurveyTextsMixin,
    ResultsMixin,
    KiosksMixin,
    PassesMixin,
    CodesMixin,
    PlansMixin,
    EnteringMixin,
    ExportsMixin,
    SurveyDeskMixin,
    ModelAdmin,
):
    list_display = ["title", "period", "state_words", "sheets", "version_words", "access"]
    list_filter = [StateFilter]
    search_fields = ["title", "period", "slug"]
    search_help_text = "Tìm theo tên, kỳ, tên trong địa chỉ."
    actions = None

    class Media:
        css = {"all": ["css/admin-surveys.css"]}

    def get_queryset(self, request):
        """The newest first, each with its newest opened version and how many sheets it has."""
        opened = SurveyVersion.objects.filter(survey=OuterRef("pk"), opened_at__isnull=False)
        sheets = SurveyTally.objects.filter(
            version__survey=OuterRef("pk"), dimension=SurveyTally.Dimension.ALL, question=None
        )
        counted = sheets.order_by().values("version__survey").annotate(sum=Sum("count"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                opened_number=Subquery(opened.order_by("-number").values("number")[:1]),
                sheet_count=Coalesce(
                    Subquery(counted.values("sum")), 0, output_field=IntegerField()
                ),
            )
            .order_by("-created_at", "-pk")
        )

    @admin.display(description="tình trạng")
    def state_words(self, survey):
        return survey.state(survey.opened_number).label

    @admin.display(description="số phiếu", ordering="sheet_count")
    def sheets(self, survey):
        return survey.sheet_count

    @admin.display(description="bản câu hỏi", empty_value="chưa mở")
    def version_words(self, survey):
        return survey.opened_number and f"bản {survey.opened_number}"
