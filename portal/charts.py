"""Charts: what they say and how they are drawn. Drawing, table and file take one set of figures."""

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import ClassVar, NamedTuple

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from portal.csv import safe_cell

# Shares of fewer answers than this say more than the answers do.
FEWEST_ANSWERS_FOR_SHARES = 30
ROWS_BEFORE_FOLDING = 12
# There are as many marker shapes that are told apart at a glance.
MOST_SERIES = 4
SATISFACTION = (
    _("Rất không hài lòng"),
    _("Không hài lòng"),
    _("Bình thường"),
    _("Hài lòng"),
    _("Rất hài lòng"),
)

# From which widths of the chart a word in the drawing has room; in rem, so that they follow the
# text size. charts.css has a container query for each.
WIDTHS = (6, 14, 28, 42)
SCALE_WIDTH = 3
LETTER_WIDTH = 0.52
LONGEST_TICK = 16


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


class Bar(NamedTuple):
    """A labelled value, None if not known; `base` is how many cases it was reckoned from."""

    label: str
    value: int | float | Decimal | None
    base: int | None = None


class DrawnBar(NamedTuple):
    label: str
    value: Number | None
    base: Number | None
    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """One series of labelled values, side by side, all reckoned from nought."""

    bars: tuple[Bar, ...]
    label_name: str = _("Nội dung")
    value_name: str = _("Giá trị")
    base_name: str = _("Trên tổng số")
    unit: str = ""

    drawing: ClassVar[str] = "components/_chart_bars.html"

    def __post_init__(self):
        super().__post_init__()
        _refuse_what_is_not_finite(self._values)

    @property
    def is_empty(self) -> bool:
        return not self._values

    @property
    def header(self) -> tuple:
        names = (self.label_name, _with_unit(self.value_name, self.unit))
        return (*names, self.base_name) if self._has_bases else names

    @property
    def rows(self) -> list[tuple]:
        rows = [(bar.label, bar.value, bar.base) for bar in self._bars]
        return rows if self._has_bases else [row[:2] for row in rows]

    @property
    def drawn_bars(self) -> list[DrawnBar]:
        """From nought to the right, or left if negative; percentages as parts of a hundred."""
        lengths = [_decimal(bar.value or 0) for bar in self.bars]
        low, high = min([0, *lengths]), max([100 if self.unit == "%" else 0, *lengths])
        span = high - low or 1
        return [
            DrawnBar(*bar, _percent((min(0, length) - low) / span), _percent(abs(length) / span))
            for bar, length in zip(self._bars, lengths, strict=True)
        ]

    @property
    def _values(self):
        return [bar.value for bar in self.bars if bar.value is not None]

    @property
    def _has_bases(self):
        return any(bar.base is not None for bar in self.bars)

    @property
    def _bars(self):
        number = _numbers(self._values, self.unit)
        return [
            Bar(bar.label, number(bar.value), None if bar.base is None else Number(bar.base))
            for bar in self.bars
        ]


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
        _refuse_what_is_not_finite(self._values)

    @property
    def is_empty(self) -> bool:
        return not self._values

    @property
    def header(self) -> tuple:
        names = (self.label_name, *(_with_unit(one.name, self.unit) for one in self.series))
        return (*names, self.note_name) if self.gaps else names

    @property
    def rows(self) -> list[tuple]:
        number = _numbers(self._values, self.unit)
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
            (self._y(value), Number(value, _decimals(step), suffix))
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
        number = _numbers(self._values, self.unit)
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
        return _scale([_decimal(value) for value in self._values])

    def _y(self, value):
        low, high = self._scale[0], self._scale[-1]
        return _percent((high - _decimal(value)) / (high - low))

    def _x(self, place):
        return _percent(place / (len(self.labels) - 1) if len(self.labels) > 1 else 0.5)

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
        is_at_the_foot = _decimal(values[i]) < low + (high - low) / 8
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
        number = _numbers(self._values, self.unit)
        texts = [*map(_shortened, self.labels), *(str(number(value)) for value in self._values)]
        return max(map(len, texts))


class LikertRow(NamedTuple):
    """How often each of five answers was given, from the worst to the best."""

    label: str
    counts: tuple[int, int, int, int, int]

    @property
    def total(self) -> Number:
        return Number(sum(self.counts))

    @property
    def has_shares(self) -> bool:
        return sum(self.counts) >= FEWEST_ANSWERS_FOR_SHARES

    @property
    def shares(self) -> list[Number | None]:
        """Shares in per cent with one decimal that sum to exactly 100; none of too few answers."""
        if not self.has_shares:
            return [None] * len(self.counts)
        return [
            Number(Decimal(tenths) / 10, 1, "%") for tenths in _parts_of(1000, list(self.counts))
        ]


class LikertSegment(NamedTuple):
    number: int
    x: str
    width: str
    middle: str
    share: Number
    shown_from: int


class DrawnLikertRow(NamedTuple):
    label: str
    total: Number
    segments: list[LikertSegment]
    counts: list[tuple[str, Number]]


@dataclass(frozen=True, kw_only=True)
class LikertChart(Chart):
    """What people answered on a scale of five: a row a question, answers as its shares."""

    items: tuple[LikertRow, ...]
    answers: tuple[str, str, str, str, str] = SATISFACTION
    label_name: str = _("Nội dung")

    drawing: ClassVar[str] = "components/_chart_likert.html"
    fewest: ClassVar[int] = FEWEST_ANSWERS_FOR_SHARES

    def __post_init__(self):
        super().__post_init__()
        counts = [count for item in self.items for count in item.counts]
        if any(len(item.counts) != len(self.answers) for item in self.items) or any(
            count < 0 for count in counts
        ):
            raise ValueError("An item needs one count for each answer")

    @property
    def is_empty(self) -> bool:
        return not any(sum(item.counts) for item in self.items)

    @property
    def header(self) -> tuple:
        return (self.label_name, _("Câu trả lời"), _("Số lượng"), _("Tỷ lệ (%)"))

    @property
    def rows(self) -> list[tuple]:
        """One row an answer, and their sum: narrow enough for a phone, ready for statistics."""
        return [row for item in self.items for row in self._rows_of(item)]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        return super().columns[1:]

    @property
    def groups(self) -> list[Group]:
        return [Group(item.label, [row[1:] for row in self._rows_of(item)]) for item in self.items]

    @property
    def legend(self) -> list[tuple[int, str]]:
        return list(enumerate(self.answers, 1))

    @property
    def drawn_items(self) -> list[DrawnLikertRow]:
        return [
            DrawnLikertRow(
                item.label,
                item.total,
                _likert_segments(item.shares) if item.has_shares else [],
                [
                    (answer, Number(count))
                    for answer, count in zip(self.answers, item.counts, strict=True)
                ],
            )
            for item in self.items
        ]

    def _rows_of(self, item):
        whole = Number(100, 1, "%") if item.has_shares else None
        return [
            *(
                (item.label, answer, Number(count), share)
                for answer, count, share in zip(self.answers, item.counts, item.shares, strict=True)
            ),
            (item.label, _("Tổng số"), item.total, whole),
        ]


def _likert_segments(shares):
    segments, x = [], Decimal(0)
    for number, share in enumerate(shares, 1):
        part = share.value / 100
        room = len(str(share)) * LETTER_WIDTH + 0.3
        if share.value:
            segments.append(
                LikertSegment(
                    number,
                    _percent(x),
                    _percent(part),
                    _percent(x + part / 2),
                    share,
                    next((width for width in WIDTHS if room <= width * part), 0),
                )
            )
        x += part
    return segments


def _parts_of(whole, counts):
    """Whole parts that sum to the whole, as the counts do: largest remainders are rounded up."""
    total = sum(counts)
    parts = [whole * count // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: whole * counts[i] % total, reverse=True)
    for i in by_remainder[: whole - sum(parts)]:
        parts[i] += 1
    return parts


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


def _numbers(values, unit):
    """A function that dresses values of one chart alike: the decimals they have, at most two."""
    decimals = min(2, max((_decimals(value) for value in values), default=0))
    suffix = ""
    if unit == "%":
        decimals, suffix = max(1, decimals), "%"
    return lambda value: None if value is None else Number(value, decimals, suffix)


def _decimals(value):
    return max(0, -_decimal(value).normalize().as_tuple().exponent)


def _decimal(value):
    return Decimal(str(value))


def _with_unit(name, unit):
    return f"{name} ({unit})" if unit else name


def _shortened(text):
    return text if len(text) <= LONGEST_TICK else f"{text[: LONGEST_TICK - 1]}…"


def _percent(part):
    """Part of a whole as SVG writes it, in no language."""
    return f"{round(float(part) * 100, 3):g}%"


def _refuse_what_is_not_finite(values):
    if not all(math.isfinite(value) for value in values):
        raise ValueError("A chart shows finite values only")
