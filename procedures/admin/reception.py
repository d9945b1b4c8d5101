from django.contrib import admin
from django.db.models import Count

from portal.admin import SlugModelAdmin, TabularInline
from procedures.models import OpeningHours


class OpeningHoursInline(TabularInline):
    model = OpeningHours
    fields = ["weekday", "opens_at", "closes_at"]


class ServicePointAdmin(SlugModelAdmin):
    list_display = ["name", "kind", "admin_unit", "phone", "sector_count", "is_sample"]
    list_select_related = ["admin_unit"]
    list_filter = ["kind", "is_sample"]
    search_fields = ["name", "address", "admin_unit__name"]
    ordering = ["kind_order", "sort_key", "pk"]
    autocomplete_fields = ["admin_unit"]
    filter_horizontal = ["sectors"]
    inlines = [OpeningHoursInline]
    fieldsets = [
        ("Nơi nộp hồ sơ", {"fields": ["name", "slug", "kind", "admin_unit"]}),
        (
            "Liên hệ",
            {"fields": ["address", ("phone", "email"), "map_url", "accessibility_note", "note"]},
        ),
        ("Lĩnh vực tiếp nhận", {"fields": ["sectors"]}),
        ("Nội dung mẫu", {"fields": ["is_sample"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(sector_count=Count("sectors"))

    @admin.display(description="số lĩnh vực", ordering="sector_count")
    def sector_count(self, point):
        return point.sector_count
