"""What may be told of the groups of a survey, so that nobody can work out the rest by taking parts from wholes.

Plain functions of counts: they know no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.surveys.arithmetic import (
    FEWEST_FOR_SHARE,
    FEWEST_IN_CELL,
    Share,
    mean,
    share,
)

LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Group:
    """Sheets of one member of a dimension, and how often each level of the overall question was chosen."""

    member: object
    sheets: int
    counts: tuple[int, ...] = (0,) * len(LEVELS)

    @property
    def base(self) -> int:
        return sum(self.counts)

    @property
    def satisfied(self) -> int:
        return sum(self.counts[3:])


@dataclass(frozen=True)
class CutRow:
    """One row of a table by groups; what may not be told of it is None. `is_rest` is all that is not named."""

    member: object
    sheets: int
    is_rest: bool
    share: Share | None = None
    mean: float | None = None
    counts: tuple[int, ...] | None = None


def rows(whole: Group, groups: Sequence[Group], *, of_places: bool = True) -> list[CutRow]:
    """The groups in the order given, and last what is left of the whole; together they are the whole.

    Of places no column has a single hidden cell, which the sum of the column would give away.
    """
    named, rest = named_and_rest(whole, groups)
    told = named + ([rest] if rest else [])
    rated = [group.base >= FEWEST_FOR_SHARE for group in told]
    if not of_places:
        split = [False] * len(told)
        with_mean = rated
    else:
        rated = never_alone(rated, told)
        split = never_alone([*map(_may_be_split, told, rated)], told)
        with_mean = never_alone([*map(_may_have_mean, told, rated, split)], told)
    return [
        CutRow(
            member=group.member,
            sheets=group.sheets,
            is_rest=group is rest,
            share=share(group.satisfied, group.base) if rated[place] else None,
            mean=mean(dict(zip(LEVELS, group.counts, strict=True))) if with_mean[place] else None,
            counts=group.counts if split[place] else None,
        )
        for place, group in enumerate(told)
    ]


def named_and_rest(whole: Group, groups: Sequence[Group]) -> tuple[list[Group], Group | None]:
    """Which groups may be named, and what is left of the whole: nothing, or too much to be one person's.

    The whole and its groups may have been counted some sheets apart (SurveyTally.shown), so that what is left is
    reckoned from the whole and not from the groups that are not named.
    """
    by_size = sorted(
        (group for group in groups if group.sheets >= FEWEST_IN_CELL),
        key=lambda group: (-group.sheets, str(group.member)),
    )
    while by_size and not _may_be_left(_rest(whole, by_size)):
        by_size.pop()
    rest = _rest(whole, by_size)
    return [group for group in groups if group in by_size], rest if rest.sheets else None


def never_alone(shown: Sequence[bool], groups: Sequence[Group]) -> list[bool]:
    """With a second cell hidden where there was one: the smallest of the others."""
    shown = list(shown)
    hidden = [group for group, is_shown in zip(groups, shown, strict=True) if not is_shown]
    others = [place for place, is_shown in enumerate(shown) if is_shown and groups[place].base]
    if len([group for group in hidden if group.base]) == 1 and others:
        shown[min(others, key=lambda place: groups[place].base)] = False
    return shown


def _rest(whole, named):
    return Group(
        None,
        whole.sheets - sum(group.sheets for group in named),
        tuple(
            count - sum(group.counts[place] for group in named)
            for place, count in enumerate(whole.counts)
        ),
    )


def _may_be_left(rest):
    if not rest.sheets and not any(rest.counts):
        return True
    if rest.sheets < FEWEST_IN_CELL or min(rest.counts) < 0 or rest.base > rest.sheets:
        return False
    return not rest.base or rest.base >= FEWEST_IN_CELL


def _may_be_split(group, is_rated):
    """Both bands or neither: the split of one and the mean would tell that of the other."""
    return is_rated and all(not count or count >= FEWEST_IN_CELL for count in group.counts)


def _may_have_mean(group, is_rated, is_split):
    """Of a band with few answers, the mean would tell how they are split."""
    few = min(group.satisfied, group.base - group.satisfied) < FEWEST_IN_CELL
    return is_rated and (is_split or not few)
