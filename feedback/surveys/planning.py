"""How many people of each commune are asked in the field, and how many sheets of them have come in."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q

from feedback.models import SurveyPlan, SurveyResponse
from portal.text import clean_line, fold, settle_tones
from procedures.models import AdminUnit

# What people paste is a table of a province's communes; more was copied by mistake.
MOST_LINES = 1000
LARGEST_POPULATION = 999_999_999


class PlanRow(NamedTuple):
    """One commune: whom it has, how many of them are wanted, and how many sheets came."""

    unit: AdminUnit
    population: int
    wanted: int
    entered: int

    @property
    def missing(self) -> int:
        return max(self.wanted - self.entered, 0)


class Pasted(NamedTuple):
    """What could be read of a pasted table, and what could not, line by line."""

    populations: dict[AdminUnit, int]
    errors: list[str]


def shared_out(total: int, populations: Sequence[int]) -> list[int]:
    """Parts of a total in proportion to the populations, at least 1 where there are people.

    By largest remainders: the parts sum to the total exactly, and none is larger than its population. Raises
    ValueError where the total is less than the places that have people, or more than the people.
    """
    left = {place: size for place, size in enumerate(populations) if size > 0}
    if not len(left) <= total <= sum(left.values()):
        raise ValueError(total)
    parts = [0] * len(populations)
    while small := [place for place in left if total * left[place] < sum(left.values())]:
        for place in small:
            parts[place] = 1
            del left[place]
        total -= len(small)
    people = sum(left.values())
    remainders = {}
    for place, size in left.items():
        parts[place], remainders[place] = divmod(total * size, people)
    rest = total - sum(parts[place] for place in left)
    for place in sorted(remainders, key=remainders.get, reverse=True)[:rest]:
        parts[place] += 1
    return parts


def read_pasted(text: str, units: Iterable[AdminUnit]) -> Pasted:
    """Lines as a spreadsheet gives them: a code or a name, then the number, in the first and the last column."""
    find = _Finder(units)
    populations, errors = {}, []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, line in lines[:MOST_LINES]:
        try:
            unit, size = _read_line(line, find)
            if unit in populations:
                raise ValueError(f"{unit} đã có ở dòng trên")
            populations[unit] = size
        except ValueError as error:
            errors.append(f"Dòng {number} “{clean_line(line[:60])}”: {error}.")
    if len(lines) > MOST_LINES:
        errors.append(f"Dán nhiều nhất {MOST_LINES} dòng một lần.")
    return Pasted(populations, errors)


def plan_of(survey) -> list[PlanRow]:
    """Every commune of today, and those that are in the plan though they are no more."""
    plans = {plan.admin_unit_id: plan for plan in survey.plans.all()}
    entered = entered_by_area(survey)
    today = AdminUnit.objects.communes().current().values("pk")
    units = AdminUnit.objects.filter(Q(pk__in=today) | Q(pk__in=plans)).order_by("sort_key", "pk")
    return [
        PlanRow(
            unit,
            plans[unit.pk].population if unit.pk in plans else 0,
            plans[unit.pk].wanted if unit.pk in plans else 0,
            entered[unit.pk],
        )
        for unit in units
    ]


def entered_by_area(survey) -> Counter:
    """How many sheets staff entered, by the commune that they name; those that name none under None."""
    rows = SurveyResponse.objects.filter(
        version__survey=survey, channel__in=SurveyResponse.BY_STAFF
    )
    return Counter(dict(rows.values_list("area").annotate(Count("pk"))))


@transaction.atomic
def save_plan(survey, rows: Iterable[tuple[AdminUnit, int, int]]):
    """Put these communes in the place of the whole plan; a commune without people or sheets has none."""
    survey.plans.all().delete()
    SurveyPlan.objects.bulk_create(
        SurveyPlan(survey=survey, admin_unit=unit, population=population, wanted=wanted)
        for unit, population, wanted in rows
        if population or wanted
    )


def read_count(text: str) -> int:
    """A count as people write it: 12345, 12.345, 12 345. Raises ValueError."""
    text = clean_line(text[:40])
    if not re.fullmatch(r"\d{1,9}|\d{1,3}([., ]\d{3}){1,2}", text, re.ASCII):
        raise ValueError("số người là một số nguyên, ví dụ 12.345")
    return int(re.sub(r"\D", "", text))


def _read_line(line, find):
    cells = [cell for cell in re.split(r"[\t;]", line[:300]) if cell.strip()]
    if len(cells) == 1:
        # Typed by hand: the number is what stands at the end.
        cells = re.split(r"\s+(?=[\d.,]+\s*$)", line[:300].strip(), maxsplit=1)
    if len(cells) < 2:
        raise ValueError("cần tên hoặc mã, rồi đến số người")
    return find(cells[0]), read_count(cells[-1])


class _Finder:
    """Finds a commune by its code or name: as written, then without accents."""

    def __init__(self, units):
        self.exact, self.folded = defaultdict(set), defaultdict(set)
        for unit in units:
            for words in (unit.code, unit.name, unit.full_name):
                self.exact[settle_tones(words)].add(unit)
                self.folded[fold(words)].add(unit)

    def __call__(self, words):
        words = clean_line(words)
        found = self.exact.get(settle_tones(words)) or self.folded.get(fold(words), set())
        if len(found) > 1:
            names = ", ".join(sorted(f"{unit} (mã {unit.code})" for unit in found))
            raise ValueError(f"có nhiều nơi trùng tên: {names}; ghi mã thay tên")
        if not found:
            raise ValueError("không thấy xã, phường này; ghi tên như danh mục hoặc mã đơn vị")
        return next(iter(found))
