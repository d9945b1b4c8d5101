"""What every chart says, and its figures: drawing, table and file take one set of them."""

import csv
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from django.http import HttpResponse
from django.utils.formats import number_format

from portal.csv import safe_cell

ROWS_BEFORE_FOLDING = 12
# From which widths of the chart a word in the drawing has room; in rem, so that they follow the
# text size. charts.css has a container query for each.
WIDTHS = (6, 14, 28, 42)
LETTER_WIDTH = 0.52


@dataclass(frozen=True)
class Number:
    """A figure as people read it (`str`) and as programs do (`plain`): the same digits."""

    value: int | float | Decimal
    decimals: int = 0
    suffix: str = ""

    is_number: ClassVar[bool] = True

    def __str__(self):
        digits = number_format(Decimal(self.plain), self.decimals, force_grouping=True)
        return f"{digits}{self.suffix}"

    @property
    def plain(self) -> str:
        return f"{self.value:.{self.decimals}f}"


class Group(NamedTuple):
    """Rows of the table under a heading of their own, or under none."""

    heading: str
    rows: list[tuple]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart tells beside its figures. The slug names its file and its place."""

    slug: str
    title: str
    description: str
    source: str
    period: str

    def __post_init__(self):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.slug):
            raise ValueError(f"“{self.slug}” is no slug")

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The names over the table, and whether figures stand under them."""
        return [
            (name, any(isinstance(row[i], Number) for row in self.rows))
            for i, name in enumerate(self.header)
        ]

    @property
    def groups(self) -> list[Group]:
        return [Group("", self.rows)]

    @property
    def is_folded(self) -> bool:
        return len(self.rows) > ROWS_BEFORE_FOLDING


def chart_csv(chart: Chart) -> HttpResponse:
    """The chart's table for programs: ungrouped numbers with a decimal point, without units."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{chart.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow([safe_cell(name) for name in chart.header])
    for row in chart.rows:
        writer.writerow(
            [cell.plain if isinstance(cell, Number) else safe_cell(cell) for cell in row]
        )
    return response


def numbers_alike(values, unit):
    """A function that dresses values of one chart alike: the decimals they have, at most two."""
    decimals = min(2, max((decimals_of(value) for value in values), default=0))
    suffix = ""
    if unit == "%":
        decimals, suffix = max(1, decimals), "%"
    return lambda value: None if value is None else Number(value, decimals, suffix)


def decimals_of(value):
    return max(0, -decimal_of(value).normalize().as_tuple().exponent)


def decimal_of(value):
    return Decimal(str(value))


def with_unit(name, unit):
    return f"{name} ({unit})" if unit else name


def percent(part):
    """Part of a whole as SVG writes it, in no language."""
    return f"{round(float(part) * 100, 3):g}%"


def refuse_what_is_not_finite(values):
    if not all(math.isfinite(value) for value in values):
        raise ValueError("A chart shows finite values only")
