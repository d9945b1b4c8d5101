"""Public answers in the words of GeoReport v2 (Open311), which programs of many cities read.

What fits is given: reading, of what is public. Nothing is sent in this way, and no place on a map is kept. Each
service is a kind of message; a request is a published ticket under its public number.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from xml.etree import ElementTree

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from feedback import public_answers
from feedback.models import Ticket
from portal.site import absolute_url

SERVICES = [kind for kind in Ticket.Kind if kind not in Ticket.BY_OTHER_LAW]
KEYWORDS = "phản ánh, kiến nghị, cải cách hành chính"
# What the standard sets for one question.
MOST_REQUESTS = 1000
LONGEST_SPAN = timedelta(days=90)
STATUSES = ("open", "closed")
# What one of a list is called where its name does not tell.
SINGULARS = {"service_requests": "request"}
# When the addresses last changed.
SINCE = "2026-11-22T00:00:00+07:00"


class BadQuestion(Exception):
    """What was asked cannot be answered; `status` is 400 or 404."""

    def __init__(self, words, status=400):
        super().__init__(words)
        self.status = status


@dataclass(frozen=True)
class Question:
    """What a program asks of the list of requests."""

    numbers: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def read(cls, params, *, now=None):
        """Numbers go before everything else; without them the newest 90 days, or the span that is asked for."""
        numbers = tuple(_number(part) for part in _parts(params, "service_request_id"))
        codes = tuple(_parts(params, "service_code"))
        statuses = tuple(_parts(params, "status"))
        if unknown := set(codes) - {kind.value for kind in SERVICES}:
            raise BadQuestion(f"service_code: {', '.join(sorted(unknown))}", 404)
        if set(statuses) - set(STATUSES):
            raise BadQuestion("status: open, closed")
        if numbers:
            return cls(numbers=numbers)
        start, end = _span(params, now or timezone.now())
        return cls(codes=codes, statuses=statuses, start=start, end=end)


def discovery():
    """Where the API is and since when."""
    return {
        "changeset": SINCE,
        "contact": absolute_url(reverse("feedback:intake_channels")),
        "key_service": "",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": absolute_url(reverse("georeport:requests", args=["json"])).rpartition("/")[
                    0
                ],
                "changeset": SINCE,
                "type": "production" if settings.PRODUCTION else "test",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }


def services():
    return [
        {
            "service_code": kind.value,
            "service_name": str(kind.label),
            "description": str(kind.label),
            "metadata": False,
            "type": "batch",
            "keywords": KEYWORDS,
            "group": "Phản ánh, kiến nghị",
        }
        for kind in SERVICES
    ]


def requests(question: Question):
    """Published tickets as the standard writes them, the newest first."""
    texts = public_answers.answered().annotate(received_at=F("ticket__received_at"))
    if question.numbers:
        texts = texts.filter(number__in=question.numbers)
    if question.start:
        texts = texts.filter(received_at__gte=question.start, received_at__lt=question.end)
    if question.codes:
        texts = texts.filter(kind__in=question.codes)
    if len(question.statuses) == 1:
        is_open = {"ticket__status": Ticket.Status.REOPENED}
        texts = texts.filter(**is_open) if "open" in question.statuses else texts.exclude(**is_open)
    texts = texts.order_by("-received_at", "-pk")[:MOST_REQUESTS]
    days = {
        number: timezone.localdate(at) for number, at in texts.values_list("number", "received_at")
    }
    return [_request(item, days[item.number]) for item in public_answers.items(texts)]


def as_xml(name, value):
    """The same as XML: <services><service><service_code>… ."""
    root = ElementTree.Element(name)
    _fill(root, value)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _fill(element, value):
    if isinstance(value, dict):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part)
    elif isinstance(value, list):
        name = SINGULARS.get(element.tag, element.tag[:-1])
        for part in value:
            _fill(ElementTree.SubElement(element, name), part)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)


def _request(item, received_on):
    procedure = item.procedure
    return {
        "service_request_id": str(item.number),
        "status": "open" if item.is_reopened else "closed",
        "status_notes": item.answer,
        "service_name": str(item.kind_label),
        "service_code": item.kind,
        "description": item.body,
        "agency_responsible": item.agency.name,
        # The day alone: the moment could be laid beside other records.
        "requested_datetime": _midnight(received_on),
        "updated_datetime": timezone.localtime(item.checked_at).isoformat(timespec="seconds"),
        "extended_attributes": {
            "title": item.subject,
            "url": absolute_url(item.get_absolute_url()),
            "answered_on": item.answered_on.isoformat(),
            "outcome": item.outcome,
            "outcome_name": str(item.outcome_label),
            "procedure_code": procedure.code if procedure else "",
            "may_have_changed": item.may_have_changed,
            "is_sample": item.is_sample,
        },
    }


def _parts(params, name):
    written = params.get(name, "")[:1000]
    return [part.strip() for part in written.split(",") if part.strip()]


def _number(part):
    # What no number of ours can be is a number that is not there.
    if not part.isascii() or not part.isdecimal():
        raise BadQuestion("service_request_id")
    return min(int(part), 2**31 - 1)


def _span(params, now):
    start, end = _moment(params, "start_date"), _moment(params, "end_date")
    if start is None:
        end = end or now
        return end - LONGEST_SPAN, end
    end = min(end or start + LONGEST_SPAN, start + LONGEST_SPAN)
    if end <= start:
        raise BadQuestion("start_date, end_date")
    return start, end


def _moment(params, name):
    """As W3C writes it: 2026-01-31 or 2026-01-31T08:00:00+07:00."""
    written = params.get(name, "").strip()
    if not written:
        return None
    try:
        found = parse_datetime(written) or datetime.combine(parse_date(written), time())
    except (ValueError, TypeError):
        raise BadQuestion(name) from None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time())).isoformat()
