"""The page of a procedure, its parts in the order of the national database."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from portal.admin import ModelAdmin, StackedInline, TabularInline
from portal.fields import ProseField
from portal.languages import foreign_languages
from procedures import publication, work_queues
from procedures.admin.publishing import KeepsProcedureWhole, RefusableForm
from procedures.admin.qr import code_links
from procedures.models import (
    DossierCase,
    LegalBasis,
    Level,
    Procedure,
    ProcedureAgency,
    ProcedureResult,
    ProcedureSource,
    ProcedureStep,
    SubmissionMethod,
    codes_meant_by,
)

Status = Procedure.Status

PLACE_HELP = "Để trống ô thứ tự thì dòng mới đứng cuối."


class StepInline(StackedInline):
    model = ProcedureStep
    fields = [("order", "title"), "body"]
    formfield_overrides = StackedInline.formfield_overrides | {
        ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 8})}
    }
    follows = "Thông tin chung"


class MethodInline(TabularInline):
    model = SubmissionMethod
    fields = ["order", "kind", "duration_value", "duration_unit", "duration_note", "fee_link"]
    readonly_fields = ["fee_link"]
    follows = "Thông tin chung"

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(fee_count=Count("fees"))

    @admin.display(description="phí, lệ phí")
    def fee_link(self, method):
        if method.pk is None:
            return "Lưu để nhập phí"
        address = reverse("admin:procedures_submissionmethod_change", args=[method.pk])
        return format_html('<a href="{}">Sửa phí ({})</a>', address, method.fee_count)


class CaseInline(TabularInline):
    model = DossierCase
    fields = ["order", "name", "document_link"]
    readonly_fields = ["document_link"]
    follows = "Thông tin chung"

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(document_count=Count("documents"))

    @admin.display(description="giấy tờ")
    def document_link(self, case):
        if case.pk is None:
            return "Lưu để nhập giấy tờ"
        address = reverse("admin:procedures_dossiercase_change", args=[case.pk])
        return format_html('<a href="{}">Sửa giấy tờ ({})</a>', address, case.document_count)


class AgencyRoleInline(TabularInline):
    model = ProcedureAgency
    fields = ["order", "role", "agency"]
    autocomplete_fields = ["agency"]
    follows = "Đối tượng thực hiện"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("agency")


class ResultInline(TabularInline):
    model = ProcedureResult
    fields = ["order", "name", "code"]
    follows = "Địa chỉ tiếp nhận"


class LegalBasisInline(TabularInline):
    model = LegalBasis
    fields = ["order", "document", "text"]
    autocomplete_fields = ["document"]
    follows = "Địa chỉ tiếp nhận"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("document")


class LevelFilter(admin.SimpleListFilter):
    title = "cấp thực hiện"
    parameter_name = "cap"

    def lookups(self, request, model_admin):
        return Level.choices

    def queryset(self, request, queryset):
        return queryset.filter(levels__contains=[self.value()]) if self.value() else queryset


class OutdatedBasisFilter(admin.SimpleListFilter):
    title = "căn cứ pháp lý"
    parameter_name = "can-cu"

    def lookups(self, request, model_admin):
        return [("het-hieu-luc", "Có văn bản hết hiệu lực")]

    def queryset(self, request, queryset):
        if self.value() == "het-hieu-luc":
            return work_queues.resting_on_ended_acts(queryset)
        return queryset


class IncompleteFilter(admin.SimpleListFilter):
    title = "bộ phận bắt buộc"
    parameter_name = "bo-phan"

    def lookups(self, request, model_admin):
        return [("thieu", "Công khai mà còn thiếu")]

    def queryset(self, request, queryset):
        if self.value() == "thieu":
            return work_queues.public_and_incomplete(queryset)
        return queryset


class ProcedureForm(RefusableForm):
    levels = forms.MultipleChoiceField(
        label="Cấp thực hiện",
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        widgets = {
            "name": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "keywords": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "partial_reason": forms.TextInput(attrs={"class": "vTextField"}),
            "audiences": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "status" in self.fields:
            self.status_before = self.instance.status
            steps = [self.status_before, *publication.NEXT_STATUSES[self.status_before]]
            self.fields["status"].choices = [(step, Status(step).label) for step in steps]

    def clean(self):
        cleaned = super().clean()
        wanted = self.data.get(self.add_prefix("status"))
        if "status" in self.errors and wanted in Status.values:
            del self.errors["status"]
            self.add_error("status", publication.refused_step(self.status_before, wanted))
            missing = self.instance.missing_parts() if self.instance.pk else []
            if wanted == Status.PUBLISHED and missing:
                self.add_error("status", publication.missing_message(missing))
        return cleaned


class ProcedureAdmin(KeepsProcedureWhole, ModelAdmin):
    form = ProcedureForm
    change_form_template = "admin/procedures/procedure_change_form.html"
    list_display = [
        "code",
        "short_name",
        "sector",
        "level_text",
        "status",
        "updated",
    ]
    list_display_links = ["code", "short_name"]
    list_select_related = ["sector"]
    list_filter = [
        "status",
        LevelFilter,
        "online_level",
        "groups",
        OutdatedBasisFilter,
        IncompleteFilter,
        "is_sample",
    ]
    ordering = ["-updated_at", "code"]
    search_fields = ["code", "name", "sector__name"]
    search_help_text = "Mã hoặc chữ trong tên, trong lĩnh vực; có dấu hay không dấu đều được."
    autocomplete_fields = ["decision", "sector", "replaced_by", "related"]
    inlines = [
        StepInline,
        MethodInline,
        CaseInline,
        AgencyRoleInline,
        ResultInline,
        LegalBasisInline,
    ]
    readonly_fields = ["missing", "updated_at", "translation_links", "source_link", "qr_code"]
    actions = ["send_to_review", "publish"]
    save_on_top = True
    fieldsets = [
        (
            "Thông tin chung",
            {
                "fields": [
                    "code",
                    ("decision", "decision_text"),
                    "name",
                    "levels",
                    "procedure_type",
                    "sector",
                ],
                "description": f"Các mục theo thứ tự của Cơ sở dữ liệu quốc gia. {PLACE_HELP}",
            },
        ),
        ("Số lượng hồ sơ", {"fields": ["sets_required"]}),
        ("Đối tượng thực hiện", {"fields": ["audiences"]}),
        ("Địa chỉ tiếp nhận", {"fields": ["receiving_address"]}),
        (
            "Yêu cầu, từ khóa, mô tả, thủ tục liên quan",
            {"fields": ["requirements", "keywords", "description", "related", "related_text"]},
        ),
        (
            "Giúp người dân tìm và hiểu",
            {
                "fields": [
                    "summary",
                    ("online_level", "proactive_level"),
                    "partial_reason",
                    "national_url",
                    "popularity",
                ]
            },
        ),
        (
            "Trạng thái và hiệu lực",
            {
                "fields": [
                    "missing",
                    "status",
                    "suspended_reason",
                    ("effective_on", "expired_on"),
                    "expired_by",
                    "replaced_by",
                ],
                "description": (
                    "Bản thảo → Chờ duyệt → Đang áp dụng. Thủ tục đã công khai không xóa được, "
                    "chỉ tạm dừng (nêu lý do) hoặc hết hiệu lực (ghi ngày)."
                ),
            },
        ),
        (
            "Nguồn và mã QR",
            {
                "fields": [
                    ("synced_on", "updated_at"),
                    "is_sample",
                    "translation_links",
                    "source_link",
                    "qr_code",
                ]
            },
        ),
    ]

    def procedure_id(self, obj):
        return obj.pk

    def get_search_results(self, request, queryset, search_term):
        codes = codes_meant_by(search_term[:200])
        if codes and (found := queryset.filter(code__in=codes)).exists():
            return found, False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="tên thủ tục", ordering="sort_key")
    def short_name(self, procedure):
        return procedure.name if len(procedure.name) <= 120 else f"{procedure.name[:119]}…"

    @admin.display(description="cấp")
    def level_text(self, procedure):
        return ", ".join(str(label).removeprefix("Cấp ") for label in procedure.level_labels)

    @admin.display(description="cập nhật", ordering="updated_at")
    def updated(self, procedure):
        return date_format(timezone.localdate(procedure.updated_at), "SHORT_DATE_FORMAT")

    @admin.display(description="còn thiếu để công bố")
    def missing(self, procedure):
        if procedure.pk is None:
            return "Lưu bản thảo rồi nhập phí và giấy tờ, sau đó gửi duyệt."
        return ", ".join(procedure.missing_parts()) or "Đủ các bộ phận bắt buộc."

    @admin.display(description="bản dịch")
    def translation_links(self, procedure):
        if procedure.pk is None:
            return "Lưu thủ tục rồi dịch."
        add = reverse("admin:procedures_proceduretranslation_add")
        links = (
            (f"{add}?procedure={procedure.pk}&language={code}", name)
            for code, name in foreign_languages()
        )
        return format_html_join(" · ", '<a href="{}">Dịch sang {}</a>', links)

    @admin.display(description="bản ghi nguồn")
    def source_link(self, procedure):
        # Without the record itself, which may be long.
        source = (
            ProcedureSource.objects.filter(procedure=procedure.pk).values("pk", "origin").first()
        )
        if source is None:
            return "Nhập tay, không có nguồn."
        address = reverse("admin:procedures_proceduresource_change", args=[source["pk"]])
        return format_html('<a href="{}">{}</a>', address, source["origin"] or "Xem bản ghi")

    @admin.display(description="mã QR")
    def qr_code(self, procedure):
        return code_links(procedure)

    def view_on_site(self, procedure):
        is_public = procedure.status not in publication.NEVER_PUBLISHED
        return procedure.get_absolute_url() if is_public else None

    # Trạng thái

    @admin.action(description="Gửi duyệt các thủ tục đã chọn", permissions=["change"])
    def send_to_review(self, request, queryset):
        self._move(request, queryset, Status.REVIEW)

    @admin.action(description="Công bố các thủ tục đã chọn", permissions=["change"])
    def publish(self, request, queryset):
        self._move(request, queryset, Status.PUBLISHED)

    def _move(self, request, queryset, status):
        moved, refused = 0, []
        for procedure in queryset.order_by("code"):
            try:
                publication.change_status(procedure=procedure, status=status)
            except ValidationError as error:
                refused.append((procedure.code, " ".join(error.messages)))
            else:
                self.log_change(request, procedure, f"Chuyển sang “{status.label}”.")
                moved += 1
        if moved:
            self.message_user(
                request, f"Đã chuyển {moved} thủ tục sang “{status.label}”.", messages.SUCCESS
            )
        if refused:
            reasons = format_html_join("", "<li>{}: {}</li>", refused[:20])
            self.message_user(
                request,
                format_html("{} thủ tục chưa chuyển được: <ul>{}</ul>", len(refused), reasons),
                messages.ERROR,
            )

    # Xóa

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or publication.is_deletable(obj))

    def get_deleted_objects(self, objs, request):
        """A draft takes all its parts along; what was public, or replaces another, holds the deletion up."""
        kept = [procedure for procedure in objs if not publication.is_deletable(procedure)]
        named = Procedure.objects.filter(replaced_by__in=objs).exclude(pk__in=[p.pk for p in objs])
        protected = [f"{procedure} (đã công khai)" for procedure in kept]
        protected += [f"{procedure} (được thay thế bởi thủ tục đang xóa)" for procedure in named]
        counts = {self.opts.verbose_name_plural: len(objs)}
        return [str(procedure) for procedure in objs], counts, set(), protected

    def delete_model(self, request, obj):
        publication.delete_unpublished([obj])

    def delete_queryset(self, request, queryset):
        publication.delete_unpublished(queryset)
