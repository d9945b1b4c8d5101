"""No table of groups lets anybody work out by subtraction what it does not tell."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys import cuts


def group(member, *counts):
    return cuts.Group(member, sum(counts), counts)


def sum_of(groups):
    return group(
        None, *(sum(column) for column in zip(*(one.counts for one in groups), strict=True))
    )


def test_a_small_group_takes_the_smallest_named_one_with_it():
    groups = [group("a", 0, 0, 0, 20, 30), group("b", 0, 0, 0, 12, 19), group("c", 0, 0, 1, 2, 1)]

    rows = cuts.rows(sum_of(groups), groups)

    assert [(row.member, row.sheets) for row in rows] == [("a", 50), (None, 35)]
    assert rows[1].is_rest


def test_small_groups_that_are_enough_together_take_nobody_with_them():
    groups = [group("a", 0, 0, 0, 20, 30), group("b", 1, 1, 1, 1, 2), group("c", 0, 0, 1, 2, 3)]

    rows = cuts.rows(sum_of(groups), groups)

    assert [(row.member, row.sheets) for row in rows] == [("a", 50), (None, 12)]


def test_what_was_counted_at_another_time_leaves_no_single_sheet_over():
    """The whole may be some sheets ahead of its groups, or behind them."""
    one, other = group("a", 0, 0, 0, 20, 30), group("b", 0, 0, 0, 20, 20)
    ahead = sum_of([one, other, group("new", 1, 0, 0, 0, 0)])
    behind = group(None, 0, 0, 0, 40, 49)
    other_sheets = group(None, 1, 0, 0, 40, 49)

    for whole in (ahead, behind, other_sheets):
        rows = cuts.rows(whole, [one, other])
        assert [row.member for row in rows] == ["a", None]
        assert sum(row.sheets for row in rows) == whole.sheets


def test_no_column_of_a_table_of_places_has_one_hidden_cell():
    groups = [
        group("a", 10, 10, 10, 40, 40),
        group("b", 10, 12, 14, 40, 41),
        group("c", 0, 0, 0, 31, 1),
        group("d", 5, 5, 5, 5, 5),
    ]

    rows = cuts.rows(sum_of(groups), groups)

    assert [bool(row.share) for row in rows] == [True, True, False, False]
    assert [bool(row.counts) for row in rows] == [True, True, False, False]
    assert [row.mean is not None for row in rows] == [True, True, False, False]
    # The split of either band would give away the other's with the mean.
    one_dissatisfied = [group("a", 0, 0, 1, 20, 30), group("b", 10, 10, 10, 20, 30)]
    rows = cuts.rows(sum_of(one_dissatisfied), one_dissatisfied)
    assert [(row.counts, row.mean, bool(row.share)) for row in rows] == [(None, None, True)] * 2


GROUPS = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 3, 9, 10, 11, 29, 30, 60]), min_size=5, max_size=5),
    min_size=1,
    max_size=6,
)


@given(GROUPS)
def test_whatever_the_groups_are_nothing_small_is_left_over(counts):
    groups = [group(str(place), *row) for place, row in enumerate(counts)]
    whole = sum_of(groups)

    rows = cuts.rows(whole, groups)

    assert sum(row.sheets for row in rows) == whole.sheets
    assert whole.sheets < 10 or all(row.sheets >= 10 for row in rows)
    for told in ("share", "counts", "mean"):
        is_hidden = [getattr(row, told) is None for row in rows]
        assert is_hidden.count(True) != 1 or len(rows) == 1
    for row in rows:
        assert row.share is None or row.share.base >= 30
        assert row.counts is None or all(not count or count >= 10 for count in row.counts)
