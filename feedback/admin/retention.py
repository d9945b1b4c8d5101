"""What is kept, and what is kept no more: the log of what was erased, and which tickets are held for the law."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils import timezone

from feedback.models import LegalHold
from feedback.rights import visible_tickets
from portal.admin import ReadOnlyModelAdmin


class HeldFilter(admin.SimpleListFilter):
    title = "giữ dữ liệu"
    parameter_name = "giu"

    def lookups(self, request, model_admin):
        return [("dang-giu", "Đang giữ theo yêu cầu pháp lý")]

    def queryset(self, request, queryset):
        if self.value() != "dang-giu":
            return queryset
        holds = LegalHold.objects.in_force().filter(ticket=OuterRef("pk"))
        return queryset.filter(Exists(holds))


class ErasureAdmin(ReadOnlyModelAdmin):
    """Of tickets that this person may see: that something was erased, never what."""

    list_display = ["ticket_code", "erased", "ended", "term", "fields_count", "files_count"]
    list_display_links = None
    list_select_related = ["ticket"]
    date_hierarchy = "erased_at"
    search_fields = ["ticket__code"]
    search_help_text = "Tìm theo mã phiếu."
    fields = ["ticket", "erased_at", "ended_at", "term", "ground", "fields_count", "files_count"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(ticket__in=visible_tickets(request.user))

    @admin.display(description="phiếu")
    def ticket_code(self, erasure):
        return erasure.ticket.written_code

    @admin.display(description="xóa lúc", ordering="erased_at")
    def erased(self, erasure):
        return f"{timezone.localtime(erasure.erased_at):%H:%M %d/%m/%Y}"

    @admin.display(description="phiếu kết thúc", ordering="ended_at")
    def ended(self, erasure):
        return f"{timezone.localtime(erasure.ended_at):%d/%m/%Y}"
