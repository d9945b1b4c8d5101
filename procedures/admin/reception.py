from django import forms
from django.contrib import admin
from django.db.models import Count, TimeField

from portal.admin import SlugForm, SlugModelAdmin, TabularInline
from procedures import work_queues
from procedures.models import OpeningHours


class OpeningHoursInline(TabularInline):
    model = OpeningHours
    fields = ["weekday", "opens_at", "closes_at"]
    # Without the clock and its “now”: nobody sets opening hours to this minute.
    formfield_overrides = TabularInline.formfield_overrides | {
        TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"size": 6})}
    }


class UnreachableFilter(admin.SimpleListFilter):
    title = "giờ làm việc, điện thoại"
    parameter_name = "con-thieu"

    def lookups(self, request, model_admin):
        return [("gio-hoac-dien-thoai", "Thiếu một trong hai")]

    def queryset(self, request, queryset):
        if self.value() == "gio-hoac-dien-thoai":
            return work_queues.unreachable(queryset)
        return queryset


class ServicePointForm(SlugForm):
    class Meta:
        widgets = {"sectors": forms.CheckboxSelectMultiple}


class ServicePointAdmin(SlugModelAdmin):
    form = ServicePointForm
    list_display = ["name", "kind", "admin_unit", "phone", "sector_count", "is_sample"]
    list_select_related = ["admin_unit"]
    list_filter = ["kind", UnreachableFilter, "is_sample"]
    search_fields = ["name", "address", "admin_unit__name"]
    ordering = ["kind_order", "sort_key", "pk"]
    autocomplete_fields = ["admin_unit"]
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
