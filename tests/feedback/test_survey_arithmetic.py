"""Shares, weights and their intervals are those that an independent library of statistics finds."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from feedback.surveys.arithmetic import (
    Stratum,
    clustered,
    difference,
    mean,
    per_cent,
    share,
    weighted_share,
    wilson,
)

EXACT = {"rel": 0, "abs": 1e-9}
many = settings(max_examples=150, deadline=None)


@some.composite
def parts(draw, most=2_000_000):
    """A part of a whole that is not nothing: few or many, and often none or all of it."""
    base = draw(some.integers(1, 40) | some.integers(1, most))
    return draw(some.just(0) | some.just(base) | some.integers(0, base)), base


@some.composite
def strata(draw):
    """Groups with people and answers; some with very many of either, some with nobody."""
    peopled = some.integers(1, 10) | some.integers(1, 2_000_000_000)
    groups = [
        Stratum(draw(peopled), *draw(parts(100_000))) for _ in range(draw(some.integers(1, 6)))
    ]
    if draw(some.booleans()):
        groups.append(Stratum(0, *draw(parts(100))))
    return groups


def _weighted(groups):
    """Each answer with the weight of its group, as the library takes them: kinds of answers by how many there are."""
    values, weights, squares = [], [], []
    for group in groups:
        weight = group.population / group.base
        values += [1, 0]
        weights += [weight * group.part, weight * (group.base - group.part)]
        squares.append(weight**2 * group.base)
    described = DescrStatsW(values, weights=weights)
    return described.mean, math.fsum(weights) ** 2 / math.fsum(squares)


@many
@given(parts())
def test_a_share_has_wilson_s_interval(one):
    part, base = one
    low, high = proportion_confint(part, base, method="wilson")

    found = share(part, base)

    assert (found.rate, found.low, found.high) == pytest.approx((part / base, low, high), **EXACT)
    assert 0 <= found.low <= found.rate <= found.high <= 1
    assert found.effective == base


@many
@given(some.floats(0, 1), some.floats(1e-3, 1e9))
def test_the_interval_of_a_weighted_share_is_wilson_s_for_its_effective_base(rate, base):
    low, high = proportion_confint(rate * base, base, method="wilson")

    assert wilson(rate, base) == pytest.approx((low, high), **EXACT)


def test_nine_of_ten_is_known_to_lie_between_six_and_ten_of_ten():
    found = share(9, 10)

    assert (round(found.low, 4), round(found.high, 4)) == (0.5958, 0.9821)
    assert share(0, 30).low == 0
    assert share(30, 30).high == 1
    assert share(0, 0) is None
    assert wilson(0.5, 0) == (0, 1)


@many
@given(strata())
def test_groups_count_by_how_many_people_they_have(groups):
    rate, effective = _weighted([group for group in groups if group.population])
    low, high = proportion_confint(rate * effective, effective, method="wilson")

    found = weighted_share(groups)

    assert (found.rate, found.low, found.high) == pytest.approx((rate, low, high), **EXACT)
    assert 0 <= found.low <= found.rate <= found.high <= 1
    assert found.effective == pytest.approx(effective, rel=1e-9)
    assert found.effective <= found.base * (1 + 1e-9)
    assert found.part == pytest.approx(found.rate * found.base)


@many
@given(parts(100_000), some.integers(1, 5))
def test_groups_that_answered_by_their_size_are_weighted_by_nothing(one, times):
    part, base = one

    found = weighted_share(
        [Stratum(base * times, part, base), Stratum(2 * base * times, part, 2 * base)]
    )

    assert found.rate == pytest.approx(2 * part / (3 * base), **EXACT)
    assert found.effective == pytest.approx(3 * base, rel=1e-9)


def test_a_group_of_people_without_an_answer_can_be_weighted_by_nothing():
    assert weighted_share([Stratum(100, 5, 10), Stratum(100, 0, 0)]) is None
    assert weighted_share([Stratum(0, 5, 10)]) is None
    assert weighted_share([]) is None


@many
@given(parts(), parts())
def test_a_difference_has_newcombe_s_interval(now, before):
    low, high = confint_proportions_2indep(*now, *before, method="newcomb", compare="diff")

    found = difference(share(*now), share(*before))

    assert (found.low, found.high) == pytest.approx((low, high), **EXACT)
    assert found.rate == pytest.approx(now[0] / now[1] - before[0] / before[1], **EXACT)
    assert -1 <= found.low <= found.rate <= found.high <= 1
    assert found.is_within_error == (found.low <= 0 <= found.high)


@many
@given(
    some.dictionaries(
        some.integers(-1_000_000_000, 1_000_000_000), some.integers(1, 100_000), min_size=1
    )
)
def test_a_mean_is_that_of_all_answers(counts):
    described = DescrStatsW(list(counts), weights=list(counts.values()))

    assert mean(counts) == pytest.approx(described.mean, rel=1e-9, abs=1e-6)
    assert mean({}) is None


@many
@given(parts(10_000), some.integers(1, 12))
def test_several_answers_of_one_sheet_are_as_sure_as_one(one, questions):
    part, base = one
    sheets = max(base // questions, 1)
    low, high = proportion_confint(part / base * sheets, sheets, method="wilson")

    found = clustered(share(part, base), sheets)

    assert (found.rate, found.low, found.high) == pytest.approx((part / base, low, high), **EXACT)


@many
@given(parts())
def test_all_and_none_are_said_of_all_and_none_only(one):
    part, base = one

    told = per_cent(part / base)

    assert abs(float(told) - part / base * 100) <= 0.1
    assert (told == 0, told == 100) == (part == 0, part == base)
