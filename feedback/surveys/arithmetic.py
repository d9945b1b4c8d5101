"""The arithmetic of surveys: shares with their intervals, weights, and what is too small to be told.

Plain functions of numbers: they know no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from math import hypot, sqrt
from statistics import NormalDist

# Under so many answers counts are shown and no percentage; smaller cells are not shown at all.
FEWEST_FOR_SHARE = 30
FEWEST_IN_CELL = 10
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """A part of a whole, with the interval in which the true share lies 19 times out of 20 (Wilson).

    `effective` is how many unweighted answers would tell as much: the base itself, unless answers were weighted.
    """

    part: float
    base: int
    rate: float
    low: float
    high: float
    effective: float


def wilson(rate: float, base: float) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, without correction). For a base of 0 nothing is known."""
    if base <= 0:
        return 0.0, 1.0
    square = Z * Z
    middle = rate + square / (2 * base)
    reach = Z * sqrt(rate * (1 - rate) / base + square / (4 * base * base))
    whole = 1 + square / base
    low, high = (middle - reach) / whole, (middle + reach) / whole
    # Rounded, the last of its places may leave the share itself outside.
    return max(min(low, rate), 0.0), min(max(high, rate), 1.0)


def share(part: int, base: int) -> Share | None:
    if base == 0:
        return None
    rate = part / base
    return Share(part, base, rate, *wilson(rate, base), effective=base)


@dataclass(frozen=True)
class Stratum:
    """Answers of one group, and how many there are of that group in all."""

    population: int
    part: int
    base: int


def weighted_share(strata: Sequence[Stratum]) -> Share | None:
    """Each group counts as its share of all, not as its share of who answered.

    None where a group of which there are people has no answer: nothing can stand for it. The interval is Wilson's
    with Kish's effective base.
    """
    asked = [stratum for stratum in strata if stratum.population > 0]
    if not asked or any(stratum.base == 0 for stratum in asked):
        return None
    people = sum(stratum.population for stratum in asked)
    weights = [stratum.population / people / stratum.base for stratum in asked]
    parts = sum(weight * stratum.part for weight, stratum in zip(weights, asked, strict=True))
    rate = min(parts, 1.0)
    squares = sum(weight**2 * stratum.base for weight, stratum in zip(weights, asked, strict=True))
    base = sum(stratum.base for stratum in asked)
    effective = 1 / squares
    return Share(rate * base, base, rate, *wilson(rate, effective), effective=effective)


def clustered(share: Share, sheets: int) -> Share:
    """The share of answers that several questions of one sheet share: it is as sure as so many sheets, not answers."""
    effective = share.effective * min(sheets / share.base, 1)
    low, high = wilson(share.rate, effective)
    return replace(share, low=low, high=high, effective=effective)


@dataclass(frozen=True)
class Difference:
    """By how much a share is more than another, and the interval of that (Newcombe's, from both of Wilson's)."""

    rate: float
    low: float
    high: float

    @property
    def is_within_error(self) -> bool:
        """Whether chance alone may have made it."""
        return self.low <= 0 <= self.high


def difference(now: Share, before: Share) -> Difference:
    rate = now.rate - before.rate
    down = hypot(now.rate - now.low, before.high - before.rate)
    up = hypot(now.high - now.rate, before.rate - before.low)
    return Difference(rate, max(rate - down, -1.0), min(rate + up, 1.0))


def per_cent(rate: float) -> Decimal:
    """With one decimal; all and none are said of all and none only."""
    rounded = Decimal(str(rate * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if 0 < rate < 1:
        return min(max(rounded, Decimal("0.1")), Decimal("99.9"))
    return rounded


def mean(counts: dict[int, int]) -> float | None:
    """Of answers counted by their value."""
    base = sum(counts.values())
    return sum(value * count for value, count in counts.items()) / base if base else None


def sample_size(population: int, error: float = 0.05) -> int:
    """How many to ask, by Slovin's n = N / (1 + N·e²), as the ministry's guidance has it."""
    if population <= 0:
        return 0
    needed = population / (1 + population * error**2)
    return min(int(-(-needed // 1)), population)
