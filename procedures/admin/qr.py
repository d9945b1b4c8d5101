from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from portal.admin import ReadOnlyModelAdmin
from procedures import publication
from procedures.views.qr import png_picture, svg_picture


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


def with_scans(targets):
    """Each with its scans, of all time and of the last 30 days."""
    month = Q(scans__scanned_on__gt=timezone.localdate() - timedelta(days=30))
    return targets.annotate(
        scan_total=Coalesce(Sum("scans__count"), 0),
        recent_total=Coalesce(Sum("scans__count", filter=month), 0),
    )


class QrTargetAdmin(ReadOnlyModelAdmin):
    """Tokens are made by the portal and stay as they are; here they are counted and printed."""

    list_display = ["token", "leads_to", "service_point", "scan_total", "recent_total", "links"]
    list_select_related = ["procedure", "service_point"]
    search_fields = ["token", "procedure__code", "procedure__name", "path", "service_point__name"]
    date_hierarchy = "created_at"
    fields = [
        "token",
        "procedure",
        "path",
        "service_point",
        "address",
        "created_at",
        "scan_total",
        "recent_total",
        "links",
    ]
    readonly_fields = ["address", "scan_total", "recent_total", "links"]

    def get_queryset(self, request):
        return with_scans(super().get_queryset(request)).order_by("-scan_total", "pk")

    def get_fields(self, request, obj=None):
        """Without those that its kind of page does not have."""
        fields = super().get_fields(request, obj)
        empty = ["path", "service_point"] if obj and obj.procedure_id else ["procedure"]
        return [field for field in fields if field not in empty]

    def get_urls(self):
        pages = [("svg", self.svg_view), ("png", self.png_view)]
        own = [
            path(
                f"<int:pk>/qr.{kind}",
                self.admin_site.admin_view(view),
                name=f"procedures_qrtarget_{kind}",
            )
            for kind, view in pages
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_safe)
    def svg_view(self, request, pk):
        target = self._page_target(request, pk)
        return svg_picture(request, target, title="Mã QR", name=target.token)

    @method_decorator(require_safe)
    def png_view(self, request, pk):
        target = self._page_target(request, pk)
        return png_picture(request, target, name=target.token)

    def _page_target(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(
            self.model.objects.select_related("service_point"), ~Q(path=""), pk=pk
        )

    @admin.display(description="dẫn đến", ordering="path")
    def leads_to(self, target):
        return target.procedure or target.path

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
        if target.procedure is not None:
            return code_links(target.procedure)
        return format_html(
            '<a href="{}">Tải SVG</a> · <a href="{}">Tải PNG</a> · {}',
            reverse("admin:procedures_qrtarget_svg", args=[target.pk]),
            reverse("admin:procedures_qrtarget_png", args=[target.pk]),
            target.address,
        )
