"""Figures that several domains tell of themselves, and the one way in which the portal writes them.

A source is a class with the shape of `FigureSource`, named in FIGURE_SOURCES. What it computes is kept as a row by
whoever tells it (`outreach.models.Figure`), so that every channel tells the same.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.formats import number_format
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Measured:
    """A figure: a number with its unit, or a part of a whole. `source` says in words where it comes from."""

    as_of: date
    source: str
    path: str
    number: Decimal | None = None
    part: int | None = None
    whole: int | None = None


class FigureSource(Protocol):
    # Never changed once used: "thu-tuc.dang-ap-dung".
    code: str
    # "Thủ tục đang áp dụng"; for a share what the part is: "Phản ánh trả lời đúng hạn".
    label: str
    # "thủ tục", "phút", "đồng"; of a share what is counted: "phản ánh".
    unit: str
    is_share: bool
    # Whether it belongs to a span of time; else it is told as of a day.
    has_period: bool

    def measure(self, start: date | None, end: date | None) -> Measured | None:
        """The figure of the days from start to end, both included; None where there is no figure to tell."""


@cache
def figure_sources() -> dict[str, FigureSource]:
    found = [import_string(name)() for name in settings.FIGURE_SOURCES]
    return {source.code: source for source in found}


def floored_share(part: int, whole: int) -> Decimal | None:
    """In per cent, cut after two places: whole only when nothing is missing. None of nothing."""
    return cut_quotient(100 * part, whole) if whole else None


def cut_quotient(number, by):
    """A quotient with two places, not rounded."""
    return Decimal(100 * number // by) / 100


def written_number(number) -> str:
    """1485.5 as 1.485,5, in the present language; no zeros behind that say nothing."""
    number = Decimal(number).normalize()
    places = max(0, -number.as_tuple().exponent)
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)


def written_share(part: int, whole: int) -> str:
    """1485 of 2014 as "73,73 %", cut and never rounded up."""
    return f"{written_number(floored_share(part, whole))}\u00a0%"
