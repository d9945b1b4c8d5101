import json

from django.contrib import admin
from django.utils.html import format_html

from portal.admin import ReadOnlyModelAdmin


class ProcedureSourceAdmin(ReadOnlyModelAdmin):
    """The record as it came, to compare with; it changes only through an import."""

    list_display = ["procedure", "origin", "imported_at"]
    list_select_related = ["procedure"]
    list_filter = ["origin"]
    search_fields = ["procedure__code", "procedure__name"]
    date_hierarchy = "imported_at"
    ordering = ["-imported_at", "pk"]
    fields = ["procedure", "origin", "imported_at", "digest", "record_text"]
    readonly_fields = ["record_text"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("record")

    @admin.display(description="bản ghi gốc")
    def record_text(self, source):
        text = json.dumps(source.record, ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)
