"""Values over time, with gaps that say why."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext_lazy as _

from portal.charts.chart import (
    LETTER_WIDTH,
    WIDTHS,
    Chart,
    Number,
    decimal_of,
    decimals_of,
    numbers_alike,
    percent,
    refuse_what_is_not_finite,
    with_unit,
)

# There are as many marker shapes that are told apart at a glance.
MOST_SERIES = 4
SCALE_WIDTH = 3
LONGEST_TICK = 16


class Series(NamedTuple):
    """One line: a value for each label of its chart, None where there is none."""

    name: str
    values: tuple[int | float | Decimal | None, ...]


class Segment(NamedTuple):
    x1: str
    y1: str
    x2: str
    y2: str


class Point(NamedTuple):
    x: str
    y: str
    value: Number
    anchor: str
    shown_from: int
    is_valley: bool


class Tick(NamedTuple):
    x: str
    text: str
    anchor: str
    shown_from: int


class DrawnSeries(NamedTuple):
    number: int
    name: str
    segments: list[Segment]
    points: list[Point]


@dataclass(frozen=True, kw_only=True)
class LineChart(Chart):
    """How values went over ordered labels such as years.

    No line leads to a missing value, nor to a label in `gaps`, which says why what comes cannot be
    compared with what was: after a merger the province is another than the old one of its name.
    """

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    gaps: Mapping[str, str] = field(default_factory=dict)
    label_name: str = _("Năm")
    note_name: str = _("Ghi chú")
    unit: str = ""

    drawing: ClassVar[str] = "components/_chart_lines.html"

    def __post_init__(self):
        super().__post_init__()
        if len(self.series) > MOST_SERIES:
            raise ValueError(f"Nobody tells more than {MOST_SERIES} lines apart")
        if any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("A series needs one value for each label, or None")
        if not set(self.gaps) <= set(self.labels):
            raise ValueError("A gap needs a label of the chart")
        refuse_what_is_not_finite(self._values)

    @property
    def is_empty(self) -> bool:
        return not self._values

    @property
    def header(self) -> tuple:
        names = (self.label_name, *(with_unit(one.name, self.unit) for one in self.series))
        return (*names, self.note_name) if self.gaps else names

    @property
    def rows(self) -> list[tuple]:
        number = numbers_alike(self._values, self.unit)
        notes = [(self.gaps.get(label, ""),) if self.gaps else () for label in self.labels]
        return [
            (label, *(number(one.values[i]) for one in self.series), *notes[i])
            for i, label in enumerate(self.labels)
        ]

    @property
    def has_legend(self) -> bool:
        return len(self.series) > 1

    @property
    def grid(self) -> list[tuple[str, Number]]:
        """The lines across, from the top: where, and the value that they stand for."""
        step = self._scale[1] - self._scale[0]
        suffix = "%" if self.unit == "%" else ""
        return [
            (self._y(value), Number(value, decimals_of(step), suffix))
            for value in reversed(self._scale)
        ]

    @property
    def starts_above_zero(self) -> bool:
        return self._scale[0] > 0

    @property
    def ticks(self) -> list[Tick]:
        return [
            Tick(self._x(i), _shortened(label), self._anchor(i), self._shown_from(i))
            for i, label in enumerate(self.labels)
        ]

    @property
    def drawn_gaps(self) -> list[str]:
        """Where a reasoned gap is marked: at a missing value, else before a fresh start."""
        return [self._gap_x(i) for i, label in enumerate(self.labels) if label in self.gaps]

    @property
    def drawn_series(self) -> list[DrawnSeries]:
        return [
            DrawnSeries(number, one.name, self._segments(one.values), self._points(one.values))
            for number, one in enumerate(self.series, 1)
        ]

    @property
    def _values(self):
        return [value for one in self.series for value in one.values if value is not None]

    def _segments(self, values):
        return [
            Segment(self._x(i - 1), self._y(values[i - 1]), self._x(i), self._y(values[i]))
            for i in range(1, len(values))
            if None not in values[i - 1 : i + 1] and self.labels[i] not in self.gaps
        ]

    def _points(self, values):
        number = numbers_alike(self._values, self.unit)
        return [
            Point(
                self._x(i),
                self._y(value),
                number(value),
                self._anchor(i),
                self._shown_from(i),
                self._is_valley(values, i),
            )
            for i, value in enumerate(values)
            if value is not None
        ]

    @cached_property
    def _scale(self):
        return _scale([decimal_of(value) for value in self._values])

    def _y(self, value):
        low, high = self._scale[0], self._scale[-1]
        return percent((high - decimal_of(value)) / (high - low))

    def _x(self, place):
        return percent(place / (len(self.labels) - 1) if len(self.labels) > 1 else 0.5)

    def _gap_x(self, i):
        is_missing = all(one.values[i] is None for one in self.series)
        return self._x(i if is_missing or not i else i - 0.5)

    def _anchor(self, i):
        """The outermost words stand inwards, so that they are not cut off."""
        if len(self.labels) > 1 and i in (0, len(self.labels) - 1):
            return "start" if i == 0 else "end"
        return "middle"

    def _is_valley(self, values, i):
        """Lines rise from here on both sides: the value has room below, but not at the foot."""
        neighbours = [
            values[j] for j in (i - 1, i + 1) if 0 <= j < len(values) and values[j] is not None
        ]
        low, high = self._scale[0], self._scale[-1]
        is_at_the_foot = decimal_of(values[i]) < low + (high - low) / 8
        return (
            all(value > values[i] for value in neighbours)
            and bool(neighbours)
            and not is_at_the_foot
        )

    def _shown_from(self, i):
        """Each width shows every first, second, fourth … label, counted from the newest."""
        word = self._letters * LETTER_WIDTH
        from_the_newest = len(self.labels) - 1 - i
        for width in WIDTHS:
            slot = (width - SCALE_WIDTH) / max(len(self.labels) - 1, 1)
            # An outermost word needs its whole width beside half of the next one.
            step = 2 ** math.ceil(math.log2(max(1.5 * (word + 0.5) / slot, 1)))
            if from_the_newest % step == 0 and word <= width - SCALE_WIDTH:
                return width
        return 0

    @cached_property
    def _letters(self):
        number = numbers_alike(self._values, self.unit)
        texts = [*map(_shortened, self.labels), *(str(number(value)) for value in self._values)]
        return max(map(len, texts))


def _scale(values):
    """Round values at equal distances around the given ones; from nought if that is near."""
    low, high = min(values), max(values)
    if 0 < low < high / 2:
        low = Decimal(0)
    rough = (high - low or abs(high) or Decimal(1)) / 4
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    return [step * i for i in range(first, max(last, first + 1) + 1)]


def _shortened(text):
    return text if len(text) <= LONGEST_TICK else f"{text[: LONGEST_TICK - 1]}…"
