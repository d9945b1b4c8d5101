"""Days for people's own calendars, as RFC 5545 wants them."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

PRODUCT = "-//Cong cai cach hanh chinh//VI"


def day_event(
    *,
    identity: str,
    sequence: int,
    day: date,
    summary: str,
    description: str,
    address: str,
    language: str,
    now: datetime | None = None,
) -> bytes:
    """A calendar with one event of a whole day.

    The same identity keeps its UID, so that a calendar that has the event already moves it instead of adding
    another; of two it keeps the one with the higher sequence.
    """
    event = icalendar.Event()
    event.add("uid", f"{sha256(identity.encode()).hexdigest()[:32]}@{_host()}")
    event.add("dtstamp", (now or timezone.now()).replace(microsecond=0))
    event.add("sequence", sequence)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary, parameters={"LANGUAGE": language})
    event.add("description", description, parameters={"LANGUAGE": language})
    event.add("url", address)
    # A promised day does not make its owner busy.
    event.add("transp", "TRANSPARENT")
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return calendar.to_ical()


def ics_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _host():
    return urlsplit(settings.SITE_URL).hostname or "localhost"
