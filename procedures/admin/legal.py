from django.contrib import admin
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.html import format_html

from portal.admin import KeptFileForm, ModelAdmin, TabularInline
from portal.files import FileAdminMixin
from procedures.citations import with_citing_count
from procedures.models import LegalDocumentFile


class StillCitedFilter(admin.SimpleListFilter):
    """Acts that have ended and that public procedures still rest on: the list to work off."""

    title = "hiệu lực"
    parameter_name = "hieu-luc"

    def lookups(self, request, model_admin):
        return [
            ("con", "Chưa hết hiệu lực"),
            ("het", "Đã hết hiệu lực"),
            ("het-con-vien-dan", "Đã hết hiệu lực mà còn được dẫn"),
        ]

    def queryset(self, request, queryset):
        ended = Q(expired_on__lte=timezone.localdate())
        match self.value():
            case "con":
                return queryset.exclude(ended)
            case "het":
                return queryset.filter(ended)
            case "het-con-vien-dan":
                return queryset.filter(ended, citing_count__gt=0)
        return queryset


class LegalDocumentFileInline(TabularInline):
    model = LegalDocumentFile
    form = KeptFileForm
    fields = ["order", "title", "file", "kept_file"]
    readonly_fields = ["kept_file"]

    @admin.display(description="tệp đã lưu")
    def kept_file(self, stored):
        if stored.pk is None:
            return "Chưa lưu."
        return format_html('<a href="{}">{}</a>', stored.get_absolute_url(), stored.title)


class LegalDocumentAdmin(FileAdminMixin, ModelAdmin):
    list_display = ["number", "doc_type", "title", "signed_on", "status_label", "citing_count"]
    list_filter = [StillCitedFilter]
    date_hierarchy = "signed_on"
    ordering = ["-signed_on", "number"]
    search_fields = ["number", "title", "doc_type"]
    search_help_text = "Số, ký hiệu hoặc chữ trong trích yếu, có dấu hay không dấu."
    autocomplete_fields = ["replaced_by", "amended_by"]
    inlines = [LegalDocumentFileInline]
    fieldsets = [
        (None, {"fields": ["doc_type", "number", "title", "issuer", "source_url"]}),
        (
            "Hiệu lực",
            {
                "fields": [
                    ("signed_on", "effective_on"),
                    ("partly_expired_on", "expired_on"),
                    "replaced_by",
                    "amended_by",
                ],
                "description": "Cổng tự ghi “còn hiệu lực” hay “hết hiệu lực” theo các ngày này.",
            },
        ),
    ]

    def get_queryset(self, request):
        return with_citing_count(super().get_queryset(request))

    @admin.display(description="hiệu lực")
    def status_label(self, document):
        return document.status.label

    @admin.display(description="số thủ tục dẫn", ordering="citing_count")
    def citing_count(self, document):
        return document.citing_count


class PublicationDecisionAdmin(ModelAdmin):
    list_display = ["number", "title", "issuer", "signed_on", "effective_on", "procedure_count"]
    date_hierarchy = "signed_on"
    ordering = ["-signed_on", "number"]
    search_fields = ["number", "title", "issuer"]
    fields = [
        "number",
        "title",
        ("issuer", "signer"),
        ("signed_on", "effective_on"),
        "source_url",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(procedure_count=Count("procedures"))

    @admin.display(description="số thủ tục", ordering="procedure_count")
    def procedure_count(self, decision):
        return decision.procedure_count
