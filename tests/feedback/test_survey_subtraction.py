"""Whoever takes one public figure from another, or from what stood there before, gets no group under ten."""

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.db.models import Sum

from feedback.models import SurveyResponse, SurveyTally
from feedback.surveys.arithmetic import FEWEST_IN_CELL
from feedback.surveys.figures import figures
from feedback.surveys.versions import current_version
from tests import factories as make
from tests import surveys

CUTS = ("point", "agency", "procedure", "channel")
# Midnight in Vietnam, at the end of a month.
MONTH_END = datetime(2026, 10, 31, 17, tzinfo=UTC)


def _public(survey):
    """All groups of sheets of which the page tells how many they are, table by table."""
    told = figures(survey)
    tables = {"all": {"all": told.sheets}} if told.is_told else {}
    if told.is_told and told.sheets_with_doubtful is not None:
        tables["doubt"] = {"with": told.sheets_with_doubtful}
    for name in CUTS:
        cut = figures(survey, cut=name).cut
        if cut:
            tables[name] = {row.member: row.sheets for row in cut.rows}
    tables["month"] = {(row.version.pk, row.month): row.row.sheets for row in told.months}
    return tables


def _derived(tables):
    """What adding and taking away gives within a table: any rows together, and the whole without them."""
    whole = tables.get("all", {}).get("all", 0)
    if "doubt" in tables:
        yield "in doubt", tables["doubt"]["with"] - whole
    for name, rows in tables.items():
        if name == "doubt":
            continue
        for size in range(1, len(rows) + 1):
            for some in combinations(rows, size):
                part = sum(rows[row] for row in some)
                yield (name, some), part
                yield (name, some, "taken from the whole"), whole - part


def _few(count):
    return 0 < abs(count) < FEWEST_IN_CELL


@pytest.mark.django_db
def test_no_group_under_ten_is_had_by_subtraction_nor_by_waiting_for_one_more_sheet():
    chance = random.Random(1)
    survey = surveys.make_survey()
    places = {
        "service_point": [make.make_service_point() for _ in range(4)],
        "agency": [make.make_agency() for _ in range(2)],
        "procedure": [make.make_procedure() for _ in range(3)],
    }
    # What each row told when it was last on the page.
    seen, told = {}, None
    for step in range(110):
        where = {
            name: chance.choices([*rows, None], [60, 30, 6, 3, 10][: len(rows)] + [10])[0]
            for name, rows in places.items()
        }
        surveys.answer(
            survey,
            channel=chance.choice(["qr", "kiosk", "paper"]),
            # Some are sent late, from a screen that was without network.
            now=MONTH_END + timedelta(minutes=step - 63, hours=-chance.choice([0, 0, 2])),
            sender_hash=chance.choice(["", "", "a" * 64]),
            given={"chung": chance.randint(1, 5)},
            **where,
        )
        before, told = told, SurveyTally.objects.aggregate(shown=Sum("shown"))
        if told["shown"] == (before or told)["shown"]:
            # Pages read nothing else.
            continue
        now = _public(survey)

        assert [what for what, count in _derived(now) if _few(count)] == []
        rows = {(table, row): count for table, rows in now.items() for row, count in rows.items()}
        moved = {row: count - seen[row] for row, count in rows.items() if row in seen}
        assert {row: by for row, by in moved.items() if _few(by)} == {}
        seen |= rows

    assert {"all", "doubt", *CUTS, "month"} == set(now)
    assert all(len(now[name]) > 1 for name in CUTS)


@pytest.mark.django_db
def test_fifty_like_sheets_change_only_the_figures_that_are_marked():
    survey = surveys.make_survey()
    point = make.make_service_point()
    for number in range(60):
        surveys.answer(
            survey,
            now=MONTH_END - timedelta(days=2) + timedelta(minutes=2 * number),
            given={"chung": 1 + number % 5},
            service_point=point,
        )
    before = figures(survey, cut="point")

    for second in range(50):
        surveys.answer(survey, now=MONTH_END + timedelta(seconds=second), service_point=point)
    after = figures(survey, cut="point")

    assert after.sheets == before.sheets == 60
    assert [one.told for one in after.questions] == [one.told for one in before.questions]
    assert after.cut == before.cut
    assert after.sheets_with_doubtful == 110
    assert before.overall.told.share.rate == 0.4
    assert after.overall.with_doubtful.share.rate == pytest.approx(74 / 110)


# From which moments, by which senders, over which channel; and how many of these sheets are marked.
RUNS = {
    "nine alike in a minute": ({"seconds": 6, "sheets": 9}, 0),
    "ten alike in a minute": ({"seconds": 6, "sheets": 10}, 10),
    "four alike at one screen": ({"seconds": 10, "sheets": 4, "channel": "kiosk"}, 0),
    "five alike at one screen": ({"seconds": 10, "sheets": 5, "channel": "kiosk"}, 5),
    "four different ones of one sender": (
        {"seconds": 100, "sheets": 4, "senders": 1, "answers": 5},
        0,
    ),
    "five different ones of one sender": (
        {"seconds": 100, "sheets": 5, "senders": 1, "answers": 5},
        5,
    ),
    "the same of one sender all day": ({"seconds": 1200, "sheets": 20, "senders": 1}, 19),
    # What patience and many addresses can do: an open survey is called one.
    "a drip from many senders": ({"seconds": 10, "sheets": 40, "senders": 40}, 0),
    "a computer that many share": ({"seconds": 20, "sheets": 40, "answers": 5}, 0),
    "an honest day of many senders": (
        {"seconds": 20, "sheets": 60, "senders": 60, "answers": 5},
        0,
    ),
    "sheets on paper, entered at once": ({"seconds": 1, "sheets": 20, "channel": "paper"}, 0),
}


@pytest.mark.django_db
@pytest.mark.parametrize("run", RUNS)
def test_runs_are_marked_by_the_rule_and_no_honest_day_is(run):
    facts, marked = RUNS[run]
    survey = surveys.make_survey({"code": "chung", "text": "Hài lòng chung", "is_overall": True})

    for number in range(facts["sheets"]):
        sender = f"{number % facts['senders']}" if "senders" in facts else ""
        surveys.answer(
            survey,
            channel=facts.get("channel", "web"),
            now=MONTH_END + timedelta(seconds=facts["seconds"] * number),
            sender_hash=sender,
            given={"chung": 1 + number % facts.get("answers", 1)},
        )

    sheets = SurveyResponse.objects.filter(version=current_version(survey))
    assert sheets.exclude(doubt="").count() == marked
