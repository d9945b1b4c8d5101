"""Labelled values side by side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext_lazy as _

from portal.charts.chart import (
    Chart,
    Number,
    decimal_of,
    numbers_alike,
    percent,
    refuse_what_is_not_finite,
    with_unit,
)


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
        refuse_what_is_not_finite(self._values)

    @property
    def is_empty(self) -> bool:
        return not self._values

    @property
    def header(self) -> tuple:
        names = (self.label_name, with_unit(self.value_name, self.unit))
        return (*names, self.base_name) if self._has_bases else names

    @property
    def rows(self) -> list[tuple]:
        rows = [(bar.label, bar.value, bar.base) for bar in self._bars]
        return rows if self._has_bases else [row[:2] for row in rows]

    @property
    def drawn_bars(self) -> list[DrawnBar]:
        """From nought to the right, or left if negative; percentages as parts of a hundred."""
        lengths = [decimal_of(bar.value or 0) for bar in self.bars]
        low, high = min([0, *lengths]), max([100 if self.unit == "%" else 0, *lengths])
        span = high - low or 1
        return [
            DrawnBar(*bar, percent((min(0, length) - low) / span), percent(abs(length) / span))
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
        number = numbers_alike(self._values, self.unit)
        return [
            Bar(bar.label, number(bar.value), None if bar.base is None else Number(bar.base))
            for bar in self.bars
        ]
