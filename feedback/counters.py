"""Whether a counter is open at this moment: by its hours of the week and the days on which offices rest."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from procedures.deadlines import Calendar
from procedures.models import OpeningHours, ServicePoint


@dataclass(frozen=True)
class Counter:
    """A service point with what is to be said of it today; `kind` is one of components/status.html."""

    point: ServicePoint
    hours_today: list[OpeningHours]
    kind: str
    words: str


def counters(points, *, now=None) -> list[Counter]:
    now, calendar = timezone.localtime(now), Calendar.load()
    today = now.date()
    # A weekend is not in the calendar: some counters open on Saturday.
    day_off = calendar.row_of(today) and calendar.reason_off(today)
    return [_counter(point, point.hours_on(today, calendar), day_off, now) for point in points]


def _counter(point, spans, day_off, now):
    return Counter(point, spans, *_state(point, spans, day_off, now.time()))


def _state(point, spans, day_off, time):
    if not point.hours.all():
        return "waiting", gettext("Chưa có giờ làm việc")
    if day_off:
        return "ended", capfirst(day_off.words)
    for span in spans:
        if time < span.opens_at:
            opens_at = time_format(span.opens_at, "H:i")
            return "paused", gettext("Đang đóng, mở cửa lúc %(hour)s") % {"hour": opens_at}
        if time < span.closes_at:
            closes_at = time_format(span.closes_at, "H:i")
            return "current", gettext("Đang mở cửa, đến %(hour)s") % {"hour": closes_at}
    if spans:
        return "ended", gettext("Hôm nay đã hết giờ")
    return "ended", gettext("Hôm nay không làm việc")
