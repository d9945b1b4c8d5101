"""Sample stations and what they aired of the sample articles. What is already there stays as staff left it."""

import json
from datetime import datetime
from pathlib import Path

from outreach.broadcasting import repeat
from outreach.models import Article, BroadcastItem, BroadcastStation
from procedures.models import AdminUnit, Agency

SAMPLE = Path(__file__).resolve().parent / "sample/broadcasts.json"


def add_broadcasts() -> int:
    """The airings that are missing, repeats among them, with their stations; say how many were added."""
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    stations = {row["slug"]: _station(**row) for row in sample["stations"]}
    articles = Article.objects.in_bulk(field_name="slug")
    owner = Agency.objects.portal_owner()
    known = set(BroadcastItem.objects.values_list("station__slug", "title"))
    missing = [row for row in sample["items"] if (row["station"], row["title"]) not in known]
    return sum(
        _add_item(**row | {"station": stations[row["station"]], "agency": owner}, articles=articles)
        for row in missing
    )


def _station(*, slug, columns, unit=None, **fields):
    place = AdminUnit.objects.current().filter(code=unit).first()
    station, is_new = BroadcastStation.objects.get_or_create(
        slug=slug, defaults=fields | {"admin_unit": place, "is_sample": True}
    )
    if is_new:
        for column in columns:
            station.columns.create(**column)
    return station


def _add_item(*, station, article, articles, aired, column="", repeated=(), script=(), **fields):
    day, starts_at = _moment(aired)
    item = BroadcastItem.objects.create(
        station=station,
        column=station.columns.filter(name=column).first(),
        article=articles.get(article),
        aired_on=day,
        starts_at=starts_at,
        script="\n".join(script),
        is_sample=True,
        **fields,
    )
    return 1 + len(repeat(item, [_moment(one) for one in repeated], station=station))


def _moment(text):
    """A day, and a time where one is known."""
    moment = datetime.fromisoformat(text)
    return moment.date(), moment.time() if " " in text else None
