from datetime import timedelta

from django.contrib import admin
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.admin import ReadOnlyModelAdmin
from procedures import publication


def code_links(procedure):
    """Downloads of a procedure's printed code; a draft has no page that a code could lead to."""
    if procedure.pk is None or procedure.status in publication.NEVER_PUBLISHED:
        return "Có sau khi công bố."
    return format_html(
        '<a href="{}">Tải SVG</a> · <a href="{}">Tải PNG</a> · {}',
        reverse("procedures:procedure_qr_svg", args=[procedure.code]),
        reverse("procedures:procedure_qr_png", args=[procedure.code]),
        procedure.qr_target.address if hasattr(procedure, "qr_target") else "chưa có mã",
    )


class QrTargetAdmin(ReadOnlyModelAdmin):
    """Tokens are made by the portal and stay as they are; here they are counted and printed."""

    list_display = ["token", "procedure", "scan_total", "recent_total", "links"]
    list_select_related = ["procedure"]
    search_fields = ["token", "procedure__code", "procedure__name"]
    date_hierarchy = "created_at"
    fields = ["token", "procedure", "address", "created_at", "scan_total", "recent_total", "links"]
    readonly_fields = ["address", "scan_total", "recent_total", "links"]

    def get_queryset(self, request):
        month = Q(scans__scanned_on__gt=timezone.localdate() - timedelta(days=30))
        return (
            super()
            .get_queryset(request)
            .annotate(
                scan_total=Coalesce(Sum("scans__count"), 0),
                recent_total=Coalesce(Sum("scans__count", filter=month), 0),
            )
            .order_by("-scan_total", "pk")
        )

    @admin.display(description="lượt quét", ordering="scan_total")
    def scan_total(self, target):
        return target.scan_total

    @admin.display(description="30 ngày qua", ordering="recent_total")
    def recent_total(self, target):
        return target.recent_total

    @admin.display(description="địa chỉ trong mã")
    def address(self, target):
        return target.address

    @admin.display(description="tải về")
    def links(self, target):
        return code_links(target.procedure)
