"""Days that the law and custom suggest for a year. Staff decide: acts of the year move and swap days."""

from dataclasses import dataclass
from datetime import date

import holidays

from procedures.models import CalendarException

Kind = CalendarException.Kind
# The package's words, and those of the calendar; what is not here keeps its own.
_NAMES = {
    "Tết Dương lịch": "Tết Dương lịch",
    "Giỗ Tổ": "Giỗ Tổ Hùng Vương",
    "Chiến thắng": "Ngày Chiến thắng",
    "Quốc tế Lao động": "Ngày Quốc tế Lao động",
    "Quốc khánh": "Quốc khánh",
    "Ngày Văn hóa": "Ngày Văn hóa Việt Nam",
    "Tết": "Tết Nguyên đán",
}


@dataclass(frozen=True)
class Proposal:
    day: date
    kind: str
    note: str

    @property
    def kind_label(self):
        return Kind(self.kind).label


def proposals_for(year: int) -> list[Proposal]:
    """What the package `holidays` knows or guesses of a year, without the days that the calendar has already."""
    known = set(CalendarException.objects.in_year(year).values_list("date", flat=True))
    return [proposal for proposal in _package_says(year) if proposal.day not in known]


def _package_says(year):
    found = holidays.country_holidays("VN", years=year, language="vi")
    proposals = [_proposal(day, name) for day, name in found.items() if day.year == year]
    proposals += [
        Proposal(day, Kind.MAKEUP_WORKDAY, "")
        for day in found.weekend_workdays
        if day.year == year and day.weekday() >= 5
    ]
    return sorted(proposals, key=lambda proposal: proposal.day)


def _proposal(day, name):
    note = next((ours for theirs, ours in _NAMES.items() if theirs in name), "")
    if day.weekday() < 5 and "thay cho" in name:
        return Proposal(day, Kind.SWAPPED_REST, note)
    if day.weekday() < 5 and "nghỉ bù" in name:
        return Proposal(day, Kind.COMPENSATORY_REST, note)
    return Proposal(day, Kind.PUBLIC_HOLIDAY, note or name[:120])
