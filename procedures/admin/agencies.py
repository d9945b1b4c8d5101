from django.contrib import admin
from django.db.models import Q
from django.utils import timezone

from portal.admin import ModelAdmin, SlugModelAdmin, TabularInline
from procedures.models import AdminUnitSuccession, ContactChannel


class IsCurrentFilter(admin.SimpleListFilter):
    title = "còn tồn tại"
    parameter_name = "con"

    def lookups(self, request, model_admin):
        return [("co", "Đang tồn tại"), ("khong", "Không còn")]

    def queryset(self, request, queryset):
        ended = Q(valid_to__lte=timezone.localdate())
        match self.value():
            case "co":
                return queryset.exclude(ended)
            case "khong":
                return queryset.filter(ended)
        return queryset


class ChannelInline(TabularInline):
    model = ContactChannel
    fields = ["order", "kind", "label", "value", "hours", "is_public"]


class AgencyAdmin(SlugModelAdmin):
    list_display = ["name", "short_name", "kind", "admin_unit", "phone", "valid_to"]
    list_select_related = ["admin_unit"]
    list_filter = ["kind", IsCurrentFilter, "owns_portal"]
    search_fields = ["name", "short_name"]
    ordering = ["sort_key", "pk"]
    autocomplete_fields = ["admin_unit", "parent", "successors"]
    inlines = [ChannelInline]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "slug", "kind", "admin_unit", "parent"]}),
        (
            "Liên hệ",
            {
                "fields": [
                    "address",
                    "postal_address",
                    ("phone", "email"),
                    "website",
                    "responsible_person",
                ]
            },
        ),
        ("Lịch sử", {"fields": [("valid_from", "valid_to"), "successors"]}),
        ("Chủ quản Cổng", {"fields": ["owns_portal", "portal_name"]}),
    ]


class SuccessorInline(TabularInline):
    model = AdminUnitSuccession
    fk_name = "old"
    fields = ["new", "effective_on", "decision"]
    autocomplete_fields = ["new"]
    verbose_name = "đơn vị mới"
    verbose_name_plural = "đã nhập hoặc chia vào"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("new")


class PredecessorInline(TabularInline):
    model = AdminUnitSuccession
    fk_name = "new"
    fields = ["old", "effective_on", "decision"]
    autocomplete_fields = ["old"]
    verbose_name = "đơn vị cũ"
    verbose_name_plural = "được lập từ"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("old")


class AdminUnitAdmin(ModelAdmin):
    list_display = ["full_name", "code", "parent", "valid_from", "valid_to"]
    list_select_related = ["parent"]
    list_filter = [IsCurrentFilter, "kind"]
    search_fields = ["code", "name"]
    ordering = ["sort_key", "pk"]
    autocomplete_fields = ["parent"]
    inlines = [SuccessorInline, PredecessorInline]
    fields = ["code", ("kind", "name"), "parent", ("valid_from", "valid_to")]

    @admin.display(description="tên", ordering="sort_key")
    def full_name(self, unit):
        return unit.full_name
