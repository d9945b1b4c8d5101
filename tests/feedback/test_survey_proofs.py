"""Whatever comes in whatever order, the counts are those of the sheets, and what they are not is found and named."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Sum

from feedback import tasks
from feedback.models import SurveyPass, SurveyResponse, SurveyTally
from feedback.surveys import counting, passes
from feedback.surveys.counting import SHEETS_TOLD_TOGETHER
from feedback.surveys.sheets import IncompleteSheet
from feedback.surveys.versions import current_version, draft_version, open_version
from tests import factories as make
from tests import surveys

QUESTIONS = (
    {
        "factor": "access",
        "code": "cach",
        "text": "Nộp hồ sơ cách nào?",
        "kind": "single",
        "choices": ["Tại quầy", "Trực tuyến", "Bưu chính"],
    },
    {
        "factor": "access",
        "code": "trang",
        "text": "Trang dễ dùng không?",
        "shown_if": "cach",
        "shown_if_values": [2],
        "has_unknown": True,
    },
    {
        "factor": "officer",
        "code": "vi-sao",
        "text": "Vì sao chưa hài lòng?",
        "kind": "multiple",
        "choices": ["Chờ lâu", "Thái độ", "Phải đi lại"],
        "is_required": False,
    },
    {"factor": "officer", "code": "tuoi", "text": "Tuổi", "kind": "number", "is_required": False},
    {"factor": "result", "code": "chung", "text": "Hài lòng chung", "is_overall": True},
    {"code": "gop-y", "text": "Góp ý", "kind": "long_text", "is_required": False},
)
# Midnight in Vietnam, at the turn of a year.
NEW_YEAR = datetime(2025, 12, 31, 17, tzinfo=UTC)
CHANNELS = SurveyResponse.Channel.values


def _random_sheet(chance, places):
    """What one person might answer, and where; often alike, so that runs and repeats come too."""
    given = {
        "cach": chance.choice([1, 2, 2, 3]),
        "trang": chance.choice([1, 4, 5, "x"]),
        "vi-sao": chance.choice([[], [], [1], [1, 3], [3, 2, 1]]),
        "tuoi": chance.choice(["", "", "35", "-1.000.000.000", "1.000.000.000"]),
        "chung": chance.choice([1, 3, 4, 5, 5, 5]),
        "gop-y": chance.choice(["", "", "Cần thêm ghế chờ."]),
    }
    return {
        "given": given,
        "channel": chance.choice(CHANNELS),
        "sender_hash": chance.choice(["", "a" * 64, "b" * 64, "c" * 64]),
        **{name: chance.choice([None, *rows]) for name, rows in places.items()},
    }


def _told():
    rows = SurveyTally.objects.filter(question=None).values_list(
        "version", "dimension", "member", "is_doubtful"
    )
    totals = rows.annotate(shown=Sum("shown"), count=Sum("count")).order_by()
    return {tuple(group): (shown, count) for *group, shown, count in totals}


def _verify(**options):
    output = StringIO()
    call_command("verify_survey_tallies", stdout=output, **options)
    return output.getvalue()


def _places():
    points = [make.make_service_point() for _ in range(2)]
    return {
        "service_point": points,
        "agency": [make.make_agency() for _ in range(2)],
        "procedure": [make.make_procedure() for _ in range(2)],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [7, 2026])
def test_counts_are_those_of_the_sheets_whatever_comes_and_is_told_by_tens(seed):
    chance = random.Random(seed)
    places, survey = _places(), surveys.make_survey(*QUESTIONS, access="both")
    keys = passes.issue(survey, 40, batch="Tháng 12")
    SurveyPass.objects.update(issued_on=date(2025, 12, 1))
    before, most = {}, Counter()
    # Half an hour before the new year until half an hour after it.
    for step in range(70):
        if step == 35:
            open_version(draft_version(survey))
        if step % 9 == 8:
            chosen = chance.sample(list(SurveyResponse.objects.all()), 4)
            counting.judge(chosen, chance.choice(["", "burst", "duplicate"]))
        sheet = _random_sheet(chance, places)
        if sheet["channel"] == "pass":
            sheet["pass_key"] = keys.pop()
        surveys.answer(survey, now=NEW_YEAR + timedelta(minutes=step - 35), **sheet)

        now = _told()
        for group, (shown, counted) in now.items():
            most[group] = max(most[group], counted)
            moved = abs(shown - before.get(group, (0, 0))[0])
            assert moved == 0 or moved >= SHEETS_TOLD_TOGETHER
            assert shown <= most[group]
        before = now

    assert _verify() == "Số đếm khảo sát khớp.\n"
    assert SurveyResponse.objects.exclude(doubt="").exists()
    assert set(SurveyTally.objects.values_list("month", flat=True)) == {
        date(2025, 12, 1),
        date(2026, 1, 1),
    }
    tasks.verify_survey_tallies()


def _answered_survey():
    survey = surveys.make_survey(*QUESTIONS, slug="khao-sat-thu")
    start = datetime(2026, 10, 6, 1, tzinfo=UTC)
    for number in range(13):
        given = {"cach": 1, "vi-sao": [1, 2], "tuoi": "", "chung": 1 + number % 5}
        surveys.answer(survey, now=start + timedelta(minutes=number), given=given)
    return survey


def _cells(**fields):
    return SurveyTally.objects.filter(**fields)


def _add(**fields):
    known = _cells(dimension="all", question__code="chung", value=5).values().get()
    SurveyTally.objects.create(**known | {"id": None} | fields)


def _lie_about_answers():
    """The sum stays: whoever is not satisfied is said to be."""
    bad, good = (_cells(dimension="all", question__code="chung", value=value) for value in (1, 5))
    good.update(shown=F("shown") + bad.get().shown)
    bad.update(shown=0)


PLANTED = {
    "a count that was changed": (
        lambda: _cells(dimension="all", question__code="chung", value=5).update(count=9),
        ["tất cả, tháng 10/2026, phiếu không đáng ngờ, câu chung, trị 5: ghi 9, đếm lại các phiếu"],
    ),
    "a row that was removed": (
        lambda: _cells(dimension="channel", question=None).delete(),
        ["kênh Trên trang web, tháng 10/2026, phiếu không đáng ngờ, số phiếu: ghi 0, đếm lại"],
    ),
    "a row that was added": (
        lambda: _add(member="77", dimension="point", value=4, count=50, shown=50),
        ["nơi nộp hồ sơ có khóa 77, tháng 10/2026, phiếu không đáng ngờ, câu chung, trị 4: ghi 50"],
    ),
    "sheets put in another month": (
        lambda: _cells(dimension="agency", question__code="tuoi").update(month=date(2026, 9, 1)),
        ["cơ quan không ghi, tháng 09/2026, phiếu không đáng ngờ, câu tuoi, bỏ trống: ghi 13"],
    ),
    "pages that tell more sheets than came": (
        lambda: _cells(dimension="all", question=None).update(shown=900),
        ["số phiếu: trang công khai nói 900, số đếm là 13"],
    ),
    "pages that tell other answers": (
        _lie_about_answers,
        ["câu chung, trị 5: trang công khai nói 4, số đếm là 2"],
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_named_and_put_right(fault, caplog):
    survey = _answered_survey()
    assert _verify() == "Số đếm khảo sát khớp.\n"
    plant, lines = PLANTED[fault]
    plant()
    output = StringIO()

    with pytest.raises(CommandError, match="chỗ không khớp") as failure:
        call_command("verify_survey_tallies", survey=survey.slug, stdout=output)
    with pytest.raises(tasks.TalliesDisagree):
        tasks.verify_survey_tallies()
    mended = _verify(mend=True)

    assert failure.value.returncode == 1
    for line in lines:
        assert line in output.getvalue()
        assert line in mended
        assert line in caplog.text
    assert output.getvalue().startswith("Khảo sát khao-sat-thu, bản 1, ")
    assert "Đã sửa" in mended
    assert _verify() == "Số đếm khảo sát khớp.\n"


@pytest.mark.django_db
def test_mending_tells_nothing_of_groups_under_ten():
    survey = surveys.make_survey(*QUESTIONS)
    for _ in range(4):
        surveys.answer(survey, given={"cach": 1, "vi-sao": ""})
    _cells(question=None).update(count=12, shown=12)

    _verify(mend=True)

    assert {(row.count, row.shown) for row in _cells(question=None)} == {(4, 0)}
    with pytest.raises(CommandError, match="Không có khảo sát"):
        _verify(survey="khong-co")


@pytest.mark.django_db(transaction=True)
def test_sending_judging_and_recounting_at_once_agree_in_the_end():
    survey = surveys.make_survey(*QUESTIONS)
    version, numbers = current_version(survey), count()

    def send():
        number = next(numbers)
        given = {"cach": 1, "vi-sao": [1, 3], "tuoi": str(number), "chung": 1 + number % 5}
        surveys.answer(survey, channel="kiosk", given=given, sender_hash=f"{number % 3}" * 64)

    def judge():
        with transaction.atomic():
            counting.lock(survey.pk)
            rows = list(version.responses.order_by("?")[:5])
            counting.judge(rows, random.choice(["", "burst"]))

    def recount():
        with transaction.atomic():
            counting.lock(survey.pk)
            counting.recount(version)

    def work(place):
        try:
            {0: recount, 1: judge, 5: lambda: _verify(mend=True)}.get(place % 8, send)()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(work, range(64)))

    assert SurveyResponse.objects.count() == 40
    assert not list(counting.differences(version))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"tuoi": "9" * 10},
        {"tuoi": "-2147483649"},
        {"tuoi": "1e9"},
        {"tuoi": "1); drop table feedback_surveytally; --"},
        {"chung": "2147483653"},
        {"chung": "5' or '1'='1"},
        {"vi-sao": [str(number) for number in range(10_000)]},
        {"vi-sao": "1" * 5_000_000},
        {"gop-y": "a" * 5_000_000},
        {f"cau-{number}": ["5"] for number in range(10_000)} | {"chung": ""},
    ],
    ids=lambda sent: next(iter(sent)),
)
def test_what_no_form_sends_is_refused_before_anything_is_written(
    sent, django_assert_max_num_queries
):
    survey = surveys.make_survey(*QUESTIONS)

    with django_assert_max_num_queries(14), pytest.raises(IncompleteSheet):
        surveys.answer(survey, given={"cach": 1, "vi-sao": "", "tuoi": ""} | sent)

    assert not SurveyResponse.objects.exists()
