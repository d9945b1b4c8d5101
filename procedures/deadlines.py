"""When something is due, and why: the one engine behind every date that the portal promises.

The rules: the day of receipt is not counted (Civil Code, article 147); a working day is Monday to Friday but for
the days of the calendar; a term of days or months that ends on a day off ends with the next working day, at
24:00 (article 148); hours run from the moment itself. Opening hours of counters never enter the count.

Given its calendar the engine asks no database. What it found is kept as plain JSON, and is explained from that
years later, whatever the calendar says then.
"""

import math
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Subquery
from django.db.models.functions import JSONObject

from procedures.deadline_words import WAITING, WEEKEND, explanation, reason_in_html, reason_in_words
from procedures.models.calendar import CalendarException, CalendarRevision, Term, TermRule, Unit

__all__ = ["Calendar", "CalendarRow", "DayOff", "Deadline", "Term", "deadline", "explanation"]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
# Civil Code, article 146: half a month is fifteen days.
DAYS_OF_A_MONTH = 30
Kind = CalendarException.Kind


class CalendarRow(NamedTuple):
    """A day of the calendar, as the engine reads it."""

    date: date
    kind: str
    note: str = ""
    is_confirmed: bool = True


class DayOff(NamedTuple):
    """A day that is not counted (or, made up for, is): `reason` is a kind of the calendar, the weekend or a wait."""

    date: date
    reason: str
    note: str = ""
    is_confirmed: bool = True

    @property
    def words(self):
        """Why, in the language in use: nghỉ Tết Nguyên đán."""
        return reason_in_words(self.reason, self.note, self.is_confirmed)

    @property
    def words_in_html(self):
        return reason_in_html(self.reason, self.note, self.is_confirmed)

    def as_json(self):
        return self._asdict() | {"date": self.date.isoformat()}


class Calendar:
    """Which days are worked."""

    def __init__(self, rows: Iterable[tuple] = (), *, revision=0, same_day_until=Decimal(15)):
        self._rows = {row[0]: CalendarRow(*row) for row in rows}
        self._years = {day.year for day, row in self._rows.items() if _is_holiday(row)}
        self.revision = revision
        self.same_day_until = _time_of_day(same_day_until)

    @classmethod
    def load(cls):
        """The calendar as it stands now, with the hour until which a same-day matter is one: in one query."""
        rows = CalendarException.objects.order_by("date").values(
            row=JSONObject(date="date", kind="kind", note="note", is_confirmed="is_confirmed")
        )
        until, revision, found = TermRule.objects.values_list(
            "value",
            Subquery(CalendarRevision.objects.values("number")[:1]),
            ArraySubquery(rows),
        ).get(key=TermRule.SAME_DAY_UNTIL)
        days = [
            CalendarRow(**row | {"date": date.fromisoformat(row["date"])}) for row in found or []
        ]
        return cls(days, revision=revision or 0, same_day_until=until)

    def row_of(self, day: date) -> CalendarRow | None:
        """What the calendar says of a day beyond its weekday."""
        return self._rows.get(day)

    def reason_off(self, day: date) -> DayOff | None:
        """Why a day is not worked; None where it is."""
        row = self._rows.get(day)
        if row:
            return None if row.kind == Kind.MAKEUP_WORKDAY else DayOff(*row)
        return DayOff(day, WEEKEND) if day.weekday() >= 5 else None

    def is_working_day(self, day: date) -> bool:
        return self.reason_off(day) is None

    def made_up(self, first: date, last: date) -> list[DayOff]:
        """Days of the weekend in a span that are worked instead of others."""
        days = (self._rows.get(day) for day in _days(first, last))
        return [DayOff(*row) for row in days if row and row.kind == Kind.MAKEUP_WORKDAY]

    def missing_years(self, first: date, last: date) -> list[int]:
        """The years of a span whose public holidays nobody has entered yet."""
        return [year for year in range(first.year, last.year + 1) if year not in self._years]


@dataclass(frozen=True)
class Deadline:
    """A day that is promised, with all that explains it."""

    start: datetime
    term: Term
    due_on: date
    # The midnight that ends the day; of a term of hours the moment itself, unless its day is off.
    due_at: datetime
    skipped: tuple[DayOff, ...]
    # Days of the weekend that counted, being made up for.
    worked: tuple[DayOff, ...]
    missing_years: tuple[int, ...]
    calendar_revision: int
    # Of what is settled at once: the hour after which it was received, else empty.
    received_after: str = ""

    def as_json(self) -> dict:
        """Plain JSON, to be kept and to be put into words by `explanation`."""
        return {
            "start": self.start.isoformat(),
            "value": None if self.term.value is None else str(self.term.value),
            "unit": self.term.unit,
            "due_on": self.due_on.isoformat(),
            "due_at": self.due_at.isoformat(),
            "skipped": [day.as_json() for day in self.skipped],
            "worked": [day.as_json() for day in self.worked],
            "missing_years": list(self.missing_years),
            "calendar_revision": self.calendar_revision,
            "received_after": self.received_after,
        }


def deadline(
    start: datetime,
    term: Term,
    *,
    calendar: Calendar | None = None,
    pauses: Sequence[tuple[datetime, datetime]] = (),
) -> Deadline:
    """When a term ends that began with a receipt.

    In a pause the office waited for the citizen and the clock stood still: the day of asking counts as worked,
    the days after it up to the day of the answer do not. Pauses that still last are not given.
    """
    calendar = calendar or Calendar.load()
    start, pauses = _local(start), _merged(pauses)
    count = _by_the_clock if term.unit == Unit.HOUR else _by_days
    due_at, skipped, received_after = count(start, term, calendar, pauses)
    due_on = _day_that_ends_at(due_at)
    counts_first_day = term.unit in {Unit.HOUR, Unit.IMMEDIATE}
    first = start.date() if counts_first_day else min(start.date() + ONE_DAY, due_on)
    return Deadline(
        start=start,
        term=term,
        due_on=due_on,
        due_at=due_at,
        skipped=tuple(skipped),
        worked=tuple(calendar.made_up(first if term.unit == Unit.WORKING_DAY else due_on, due_on)),
        missing_years=tuple(calendar.missing_years(first, due_on)),
        calendar_revision=calendar.revision,
        received_after=received_after,
    )


def counted_days(term: Term) -> int:
    """A part of a day counts as a whole one."""
    return math.ceil(term.value)


def _by_days(start, term, calendar, pauses):
    """The end of the last day, the days that were not counted, and the hour that was missed, if one was."""
    day, skipped, received_after = start.date(), [], ""

    def waited(day):
        is_waiting = any(asked.date() < day <= answered.date() for asked, answered in pauses)
        return DayOff(day, WAITING) if is_waiting else None

    def off(day):
        return waited(day) or calendar.reason_off(day)

    if term.unit == Unit.WORKING_DAY:
        day = _advance(day, counted_days(term), off, skipped)
    elif term.unit == Unit.IMMEDIATE:
        if calendar.is_working_day(day) and start.time() > calendar.same_day_until:
            received_after = f"{calendar.same_day_until:%H:%M}"
            day += ONE_DAY
    else:
        days = counted_days(term) if term.unit == Unit.DAY else _days_of_months(day, term.value)
        day = _advance(day, days, waited, skipped)
    day = _first_without(day, off, skipped)
    return _end_of(day), skipped, received_after


def _by_the_clock(start, term, calendar, pauses):
    moment = start + timedelta(seconds=int(term.value * 3600))
    for asked, answered in pauses:
        if asked < moment and answered > start:
            moment += answered - max(asked, start)
    day, skipped = _day_that_ends_at(moment), []
    last = _first_without(day, calendar.reason_off, skipped)
    return moment if last == day else _end_of(last), skipped, ""


def _advance(day, count, obstacle: Callable[[date], DayOff | None], skipped):
    """The day on which so many days without an obstacle have passed."""
    while count:
        day += ONE_DAY
        if found := obstacle(day):
            skipped.append(found)
        else:
            count -= 1
    return day


def _first_without(day, obstacle, skipped):
    while found := obstacle(day):
        skipped.append(found)
        day += ONE_DAY
    return day


def _days_of_months(day, value):
    """From a day to its like in the last month, or to that month's last day; of a part of a month its share."""
    months = day.month - 1 + int(value)
    year, month = day.year + months // 12, months % 12 + 1
    last = day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
    return (last - day).days + math.ceil(value % 1 * DAYS_OF_A_MONTH)


def _local(moment):
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone is no moment.")
    return moment.astimezone(ZONE)


def _merged(pauses):
    """In order, those that meet as one, so that no moment is taken twice."""
    merged = []
    for asked, answered in sorted((_local(asked), _local(answered)) for asked, answered in pauses):
        if answered < asked:
            raise ValueError("A pause ends after it began.")
        if merged and asked <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], answered))
        else:
            merged.append((asked, answered))
    return merged


def _is_holiday(row):
    return row.kind == Kind.PUBLIC_HOLIDAY


def _time_of_day(hours):
    minutes = int(Decimal(hours) * 60)
    return time(minutes // 60, minutes % 60)


def _end_of(day):
    return datetime.combine(day + ONE_DAY, time.min, ZONE)


def _day_that_ends_at(moment):
    """Midnight is the 24:00 of the day before."""
    return (moment - timedelta.resolution).date()


def _days(first, last):
    return (first + timedelta(number) for number in range((last - first).days + 1))
