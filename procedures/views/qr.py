"""Printed codes: the address that they hold, and their pictures."""

import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from portal.qr import qr_png, qr_svg
from procedures.models import Procedure, QrScan, QrTarget

# Sides of the code in millimetres that the pictures are offered in: a label, a sheet, a poster, a board.
PRINT_SIDES = (25, 40, 60, 100)

# Robots and link previews (Zalo, Facebook and others fetch an address that was sent): no person scanned.
# People do read in the browsers of Zalo, Facebook and Telegram, and on telephones of the make CUBOT.
_MACHINE = re.compile(
    r"(?<!\bcu)bot|crawl|spider|slurp|preview|externalhit|externalagent|^whatsapp|headless"
    r"|curl|wget|python|java/|go-http|okhttp|axios|libwww|monitor|uptime",
    re.IGNORECASE,
)
# Where browsers say that they fetch a page before anybody asked for it.
_PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


@require_safe
@never_cache
def qr_scan(request, token):
    """Lead a printed code to its page as it lives today."""
    target = (
        QrTarget.objects.leading_somewhere()
        .filter(token=token.lower())
        .select_related("procedure", "service_point")
        .only("token", "path", "procedure__code", "service_point__slug")
        .first()
    )
    if target is None:
        return render(request, "procedures/qr_unknown.html", {"token": token[:40]}, status=404)
    if _is_scanned_by_a_person(request):
        QrScan.objects.add_one(target)
    return redirect(target)


def _is_scanned_by_a_person(request):
    """Looked at for this one moment; what the browser says of itself is stored nowhere."""
    headers = request.headers
    agent = headers.get("User-Agent", "")[:500]
    purposes = " ".join(headers.get(name, "") for name in _PURPOSE_HEADERS)
    return (
        request.method == "GET"
        # A picture or frame in somebody's page is not a scan; old browsers do not say.
        and headers.get("Sec-Fetch-Dest", "document") == "document"
        and not re.search("prefetch|prerender|preview", purposes, re.IGNORECASE)
        and agent != ""
        and not _MACHINE.search(agent)
    )


@require_safe
@cache_control(public=True, max_age=86_400)
def procedure_qr_svg(request, code):
    title = _("Mã QR của thủ tục %(code)s") % {"code": code}
    return svg_picture(request, _target(code), title=title, name=code)


@require_safe
@cache_control(public=True, max_age=86_400)
def procedure_qr_png(request, code):
    return png_picture(request, _target(code), name=code)


def svg_picture(request, target, *, title, name):
    svg = qr_svg(target.address, _caption(target), title=title, side_mm=_side(request))
    return _picture(svg, "image/svg+xml", f"qr-{name}.svg")


def png_picture(request, target, *, name):
    png = qr_png(target.address, _caption(target), side_mm=_side(request))
    return _picture(png, "image/png", f"qr-{name}.png")


def _target(code):
    return get_object_or_404(
        QrTarget.objects.select_related("procedure"),
        procedure__in=Procedure.objects.published().filter(code=code),
    )


def _caption(target):
    if target.procedure_id is not None:
        return [target.readable_address, target.procedure.code]
    place = target.service_point
    return [target.readable_address, *([place.name] if place else [])]


def _side(request):
    wanted = request.GET.get("co", "")
    return next((side for side in PRINT_SIDES if str(side) == wanted), PRINT_SIDES[0])


def _picture(content, content_type, filename):
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'inline; filename="{filename}"'},
    )
