"""Answers on a scale of five, stacked."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext_lazy as _

from portal.charts.chart import LETTER_WIDTH, WIDTHS, Chart, Group, Number, percent

# Shares of fewer answers than this say more than the answers do.
FEWEST_ANSWERS_FOR_SHARES = 30
SATISFACTION = (
    _("Rất không hài lòng"),
    _("Không hài lòng"),
    _("Bình thường"),
    _("Hài lòng"),
    _("Rất hài lòng"),
)


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
                    percent(x),
                    percent(part),
                    percent(x + part / 2),
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
