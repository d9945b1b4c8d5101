"""Where staff keep the places with printed materials, and note what they counted there."""

from django.contrib import admin
from django.db.models import Count
from django.utils import timezone

from outreach.models import ReadingPointHolding
from portal.admin import SlugModelAdmin, TabularInline
from portal.work_queues import days_in_words


class HoldingInline(TabularInline):
    model = ReadingPointHolding
    fields = ["material", "copies", "checked_on"]
    autocomplete_fields = ["material"]
    ordering = ["material__title", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("material")


class CheckFilter(admin.SimpleListFilter):
    title = "lần kiểm tra"
    parameter_name = "kiem-tra"

    def lookups(self, request, model_admin):
        return [("qua-han", "Quá 6 tháng chưa kiểm tra")]

    def queryset(self, request, queryset):
        return queryset.overdue_for_check() if self.value() == "qua-han" else queryset


class ReadingPointAdmin(SlugModelAdmin):
    list_display = ["name", "kind", "admin_unit", "last_check", "holding_count", "is_sample"]
    list_select_related = ["admin_unit"]
    list_filter = ["kind", CheckFilter, "is_sample"]
    search_fields = ["name", "address", "admin_unit__name"]
    ordering = ["admin_unit__sort_key", "name", "pk"]
    autocomplete_fields = ["admin_unit"]
    inlines = [HoldingInline]
    fieldsets = [
        ("Điểm đọc", {"fields": ["name", "slug", "kind", "admin_unit"]}),
        ("Liên hệ", {"fields": ["address", "hours", "phone", "note"]}),
        ("Kiểm tra", {"fields": ["checked_on", "is_sample"]}),
    ]

    def get_queryset(self, request):
        points = super().get_queryset(request).with_oldest_check()
        return points.annotate(holding_count=Count("holdings"))

    @admin.display(description="kiểm tra cách đây", ordering="oldest_check")
    def last_check(self, point):
        """Of what was looked at longest ago: the point itself or one of its materials."""
        if point.oldest_check is None:
            return "chưa kiểm tra"
        return days_in_words((timezone.localdate() - point.oldest_check).days)

    @admin.display(description="số tài liệu", ordering="holding_count")
    def holding_count(self, point):
        return point.holding_count
