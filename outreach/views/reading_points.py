"""Where materials can be read on paper, and what each place holds."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from outreach.models import ReadingPoint
from portal.text import clean_line

Kind = ReadingPoint.Kind


@dataclass(frozen=True)
class Share:
    """How many of all; the percentage is cut, so that it is whole only when none is missing."""

    part: int
    whole: int

    @property
    def percentage(self):
        hundredths = self.part * 10_000 // self.whole
        return f"{number_format(hundredths / 100, 0 if hundredths % 100 == 0 else 2)}%"


@require_safe
def reading_point_list(request):
    """All reading points; with `loai` those of one kind, with `q` those of a place."""
    points = ReadingPoint.objects.with_places().in_place_order()
    kind = request.GET.get("loai", "")
    if kind in Kind.values:
        points = points.filter(kind=kind)
    place = clean_line(request.GET.get("q", "")[:100])
    if place:
        points = [point for point in points if point.is_at(place)]
    context = {
        "points": points,
        "kinds": Kind.choices,
        "kind": kind,
        "place": place,
        "share": _post_offices_with_materials(),
    }
    return render(request, "outreach/reading_point_list.html", context)


def _post_offices_with_materials():
    """The figure of the communication plan: how many post-office culture points hold documents."""
    post_offices = ReadingPoint.objects.filter(kind=Kind.POST_OFFICE)
    whole = post_offices.count()
    return Share(post_offices.holding_published().count(), whole) if whole else None


@require_safe
def reading_point(request, slug):
    point = get_object_or_404(ReadingPoint.objects.with_places(), slug=slug)
    holdings = point.holdings.published().select_related("material")
    context = {"point": point, "holdings": holdings.order_by("material__title", "pk")}
    return render(request, "outreach/reading_point.html", context)
