"""The periods that figures are told for: a year, a quarter, a month, as days of Vietnam."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from procedures.deadlines import ZONE

MONTHS_OF_A_YEAR, MONTHS_OF_A_QUARTER = 12, 3
# No portal of a province took messages before.
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Period:
    """A span of whole months from `first` on."""

    first: date
    months: int = MONTHS_OF_A_YEAR

    @property
    def end(self) -> date:
        """The first day that is no longer in it."""
        return _months_later(self.first, self.months)

    @property
    def previous(self) -> "Period":
        return Period(_months_later(self.first, -self.months), self.months)

    @property
    def code(self) -> str:
        """As addresses and files write it: 2026, 2026-q3, 2026-09."""
        if self.months == MONTHS_OF_A_YEAR:
            return str(self.first.year)
        if self.months == MONTHS_OF_A_QUARTER:
            return f"{self.first.year}-q{self._quarter}"
        return f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        if self.months == MONTHS_OF_A_YEAR:
            return _("năm %(year)s") % {"year": self.first.year}
        if self.months == MONTHS_OF_A_QUARTER:
            words = {"quarter": self._quarter, "year": self.first.year}
            return _("quý %(quarter)s năm %(year)s") % words
        return date_format(self.first, "YEAR_MONTH_FORMAT")

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end

    def span(self) -> tuple[datetime, datetime]:
        """The midnights between which it lies."""
        return _midnight(self.first), _midnight(self.end)

    def span_so_far(self, of, now) -> tuple[datetime, datetime]:
        """As much of this period as has passed of the period `of`, so that the two can be compared."""
        start, end = self.span()
        passed = now - of.span()[0]
        return start, min(end, start + passed) if timezone.localdate(now) in of else end

    @property
    def _quarter(self):
        return (self.first.month - 1) // MONTHS_OF_A_QUARTER + 1


def period_from(text: str, today: date) -> Period:
    """The period of an address; the running year where it names none that has begun."""
    this_year = Period(date(today.year, 1, 1))
    match = re.fullmatch(r"(\d{4})(?:-q([1-4])|-(0[1-9]|1[0-2]))?", text, re.ASCII)
    if not match or not FIRST_YEAR <= int(match[1]) <= today.year:
        return this_year
    year, quarter, month = int(match[1]), match[2], match[3]
    if quarter:
        first = (int(quarter) - 1) * MONTHS_OF_A_QUARTER + 1
        period = Period(date(year, first, 1), MONTHS_OF_A_QUARTER)
    elif month:
        period = Period(date(year, int(month), 1), 1)
    else:
        period = Period(date(year, 1, 1))
    return period if period.first <= today else this_year


def parts_of_year(year: int, today: date, months: int) -> list[Period]:
    """The quarters or months of a year that have begun."""
    firsts = (date(year, month, 1) for month in range(1, MONTHS_OF_A_YEAR + 1, months))
    return [Period(first, months) for first in firsts if first <= today]


def _months_later(day, months):
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(day.year + years, month + 1, 1)


def _midnight(day):
    return datetime.combine(day, time(), ZONE)
