"""Every way to reach the administration."""

from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from feedback.counters import counters
from procedures.models import Agency, ContactChannel, ServicePoint

K = ContactChannel.Kind
SPOKEN = (K.HOTLINE, K.ZALO)
VISITED = (K.COUNTER,)


@require_safe
def intake_channels(request):
    """The channels of the portal's owner by what a person wants to do, the counters, then other agencies."""
    owner = Agency.objects.portal_owner()
    channels = list(owner.channels.all()) if owner else []
    points = ServicePoint.objects.in_name_order()
    commune_kinds = (ServicePoint.Kind.COMMUNE_CENTRE, ServicePoint.Kind.SATELLITE)
    others = _other_agencies(owner)
    context = {
        "spoken": [channel for channel in channels if channel.kind in SPOKEN],
        "visited": [channel for channel in channels if channel.kind in VISITED],
        "written": [c for c in channels if c.kind not in SPOKEN and c.kind not in VISITED],
        "counters": counters(points.exclude(kind__in=commune_kinds).with_hours()),
        "commune_count": points.filter(kind__in=commune_kinds).count(),
        "others": others,
        "sections": _sections(has_others=bool(others)),
    }
    return render(request, "feedback/intake_channels.html", context)


def _other_agencies(owner):
    """Those that have channels of their own, the province's offices first."""
    public = ContactChannel.objects.public()
    agencies = Agency.objects.current().filter(pk__in=public.values("agency"))
    if owner:
        agencies = agencies.exclude(pk=owner.pk)
    agencies = agencies.prefetch_related(Prefetch("channels", public)).in_name_order()
    return sorted(agencies, key=lambda agency: agency.kind == Agency.Kind.COMMUNE)


def _sections(*, has_others):
    sections = [
        ("noi-ngay", gettext("Nói ngay")),
        ("viet", gettext("Viết")),
        ("den-noi", gettext("Đến tận nơi")),
        ("theo-doi", gettext("Theo dõi việc đã gửi")),
        ("khieu-nai-to-cao", gettext("Khiếu nại, tố cáo")),
    ]
    if has_others:
        sections.append(("co-quan-khac", gettext("Kênh của cơ quan khác")))
    return sections
