"""What was told on the air and in the press, in figures; and the same script told again."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth, TruncQuarter, TruncYear
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.models import BroadcastItem, BroadcastStation

Channel = BroadcastStation.Channel


@dataclass(frozen=True)
class Totals:
    """Of some airings: how many, how many different scripts, how long together.

    `label` is what they have in common. `is_name` where that is a name of the database, not of the interface.
    """

    airings: int
    scripts: int
    seconds: int
    # On the radio, on television, from loudspeakers, and nobody noted how long.
    unmeasured: int
    has_samples: bool
    label: str = ""
    is_name: bool = False

    @property
    def minutes(self) -> int:
        """Of all seconds together, rounded once; half a minute counts as one."""
        return (self.seconds + 30) // 60


_UNTIMED = [channel for channel in Channel if not BroadcastStation(channel=channel).is_timed]

_FIGURES = {
    "airings": Count("pk"),
    "scripts": Count(Coalesce("repeat_of", "pk"), distinct=True),
    "seconds": Coalesce(Sum("duration"), 0),
    "unmeasured": Count("pk", filter=Q(duration=None) & ~Q(station__channel__in=_UNTIMED)),
    "samples": Count("pk", filter=Q(is_sample=True)),
}

# By what airings are put together, in the order of their rows; the newest period first.
_GROUPS = {
    "year": (TruncYear("aired_on"), ["-group"]),
    "quarter": (TruncQuarter("aired_on"), ["-group"]),
    "month": (TruncMonth("aired_on"), ["-group"]),
    "station": (F("station__name"), ["group"]),
    "channel": (F("station__channel"), ["group"]),
}


def totals(items, by) -> list[Totals]:
    """One row for each year, quarter, month, station or channel in which something of these was aired."""
    group, order = _GROUPS[by]
    rows = _aired(items).annotate(group=group).values("group").annotate(**_FIGURES).order_by(*order)
    found = {row.pop("group"): row for row in rows}
    if by == "channel":
        found = {channel: found[channel] for channel in Channel.values if channel in found}
    return [
        _totals(row, label=_label(group, by), is_name=by == "station")
        for group, row in found.items()
    ]


def total(items) -> Totals:
    return _totals(_aired(items).aggregate(**_FIGURES))


def _aired(items):
    """Without the order and whatever else a list has asked for besides: that would be counted, too."""
    return BroadcastItem.objects.aired().filter(pk__in=items.order_by().values("pk"))


def _totals(row, **about):
    return Totals(has_samples=bool(row.pop("samples")), **row, **about)


def _label(group, by):
    if by == "year":
        return _("Năm %(year)s") % {"year": group.year}
    if by == "quarter":
        words = {"quarter": (group.month + 2) // 3, "year": group.year}
        return _("Quý %(quarter)s năm %(year)s") % words
    if by == "month":
        words = date_format(group, "YEAR_MONTH_FORMAT")
        return words[0].upper() + words[1:]
    return group if by == "station" else str(Channel(group).label)


# One script, told again


def first_of(item) -> BroadcastItem:
    return item.repeat_of or item


def airings_of(item):
    """Every airing of its script, itself included."""
    first = item.repeat_of_id or item.pk
    return BroadcastItem.objects.filter(Q(pk=first) | Q(repeat_of=first))


def told(item, name):
    """Something of the script: a repeat has what its first airing has, unless it has its own."""
    return getattr(item, name) or (item.repeat_of and getattr(item.repeat_of, name))


def noted_already(item) -> bool:
    """Whether the same was noted for the same station and moment, known to the minute or not."""
    same = BroadcastItem.objects.filter(
        station=item.station_id,
        aired_on=item.aired_on,
        starts_at=item.starts_at,
        title__iexact=item.title,
    )
    return same.exclude(pk=item.pk).exists()


@transaction.atomic
def repeat(item, moments, *, station) -> list[BroadcastItem]:
    """Note that its script was told again, at each of the moments (day, time or None): all of them or none."""
    first = first_of(item)
    if any(day < first.aired_on for day, _time in moments):
        raise ValidationError(too_early_words(first))
    column = first.column if station == first.station else None
    rows = [
        BroadcastItem(
            station=station,
            column=column,
            title=first.title,
            aired_on=day,
            starts_at=time,
            duration=first.duration if station.is_timed else None,
            agency=first.agency,
            repeat_of=first,
            is_sample=first.is_sample,
        )
        for day, time in moments
    ]
    for row in rows:
        if noted_already(row):
            raise ValidationError(noted_words(row))
        row.full_clean()
        row.save()
    return rows


def too_early_words(first) -> str:
    day = date_format(first.aired_on, "SHORT_DATE_FORMAT")
    return f"Lần phát đầu là ngày {day}; phát lại phải từ ngày đó trở đi."


def noted_words(item) -> str:
    """Says which airing stands in the book already."""
    time = f"{item.starts_at:%H:%M} " if item.starts_at else ""
    moment = f"{time}ngày {date_format(item.aired_on, 'SHORT_DATE_FORMAT')}"
    return f"Lần phát {moment} của {item.station} đã được ghi trong sổ, cùng tên bài này."
