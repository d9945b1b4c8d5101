"""Pages of the places where dossiers are handed in."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.text import clean_line
from procedures.deadlines import Calendar
from procedures.models import Procedure, ServicePoint, codes_meant_by


@require_safe
def service_point_list(request):
    """All service points; with `thu-tuc` those that take one procedure, with `q` those of a place."""
    points = ServicePoint.objects.with_hours().with_former_units().in_name_order()
    procedure = (
        Procedure.objects.published()
        .filter(code__in=codes_meant_by(request.GET.get("thu-tuc", "")[:60]))
        .with_translated_name()
        .first()
    )
    if procedure:
        points = points.receiving(procedure)
    place = clean_line(request.GET.get("q", "")[:100])
    if place:
        points = [point for point in points if point.is_at(place)]
    context = {"points": points, "procedure": procedure, "place": place}
    return render(request, "procedures/service_point_list.html", context)


@require_safe
def service_point_detail(request, slug):
    point = get_object_or_404(ServicePoint.objects.with_hours().with_former_units(), slug=slug)
    sectors = point.sectors.with_listed_count().in_name_order()
    today, calendar = timezone.localdate(), Calendar.load()
    row = calendar.row_of(today)
    context = {
        "point": point,
        "sectors": sectors,
        "hours_today": point.hours_on(today, calendar),
        "day_off": row and calendar.reason_off(today),
        "is_made_up": row and calendar.is_working_day(today),
    }
    return render(request, "procedures/service_point_detail.html", context)
