"""A sheet is taken once, whole, held against what was asked, and counted in the same transaction."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from feedback.models import Survey, SurveyPass, SurveyQuestion, SurveyResponse, SurveyTally
from feedback.surveys import counting, doubts, passes
from feedback.surveys.answering import SurveyNotOpen
from feedback.surveys.sheets import IncompleteSheet
from feedback.surveys.versions import current_version, draft_version, open_version
from tests import surveys

SKIPPING = (
    {
        "code": "cach",
        "text": "Ông/bà nộp hồ sơ cách nào?",
        "kind": "single",
        "choices": ["Tại quầy", "Trực tuyến"],
    },
    {
        "code": "mang",
        "text": "Trang nộp hồ sơ dễ dùng không?",
        "shown_if": "cach",
        "shown_if_values": [2],
    },
    {"code": "chung", "text": "Hài lòng chung", "is_overall": True},
)


def _told(survey, **fields):
    rows = SurveyTally.objects.filter(version__survey=survey, dimension="all", **fields)
    return sum(row.shown for row in rows)


def _agrees(survey):
    return not list(counting.differences(current_version(survey)))


@pytest.mark.django_db
def test_a_question_that_a_rule_leaves_out_is_neither_required_nor_kept():
    survey = surveys.make_survey(*SKIPPING)

    at_counter = surveys.answer(survey, given={"cach": 1, "mang": 5})
    online = surveys.answer(survey, given={"cach": 2, "mang": 3})

    assert [row.question.code for row in at_counter.answers.order_by("pk")] == ["cach", "chung"]
    assert [row.value for row in online.answers.order_by("pk")] == [2, 3, 5]
    with pytest.raises(IncompleteSheet) as refused:
        surveys.answer(survey, given={"cach": 2, "mang": ""})
    assert list(refused.value.errors) == ["mang"]


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["6", "0", "abc", "x", "5\x00", "9" * 500, ["4", "5"]])
def test_what_cannot_be_chosen_is_refused_at_its_question(sent):
    survey = surveys.make_survey({"code": "chung", "text": "Hài lòng chung"})

    with pytest.raises(IncompleteSheet):
        surveys.answer(survey, given={"chung": sent})

    assert not SurveyResponse.objects.exists()


@pytest.mark.django_db
def test_not_knowing_and_leaving_out_are_kept_apart_from_what_was_answered():
    survey = surveys.make_survey(
        {"code": "biet", "text": "Một", "has_unknown": True},
        {"code": "bo", "text": "Hai", "is_required": False},
        {"code": "tuoi", "text": "Ba", "kind": "number", "least": 0, "most": 120},
    )

    surveys.answer(survey, given={"biet": "x", "bo": "", "tuoi": "45"})

    told = SurveyTally.objects.filter(dimension="all").order_by("question__order")
    assert [row.value for row in told if row.question] == [
        SurveyTally.UNKNOWN,
        SurveyTally.MISSING,
        45,
    ]
    assert _agrees(survey)


@pytest.mark.django_db
def test_what_has_been_opened_is_never_asked_otherwise():
    survey = surveys.make_survey()
    question = current_version(survey).questions.first()

    for change in (
        lambda: SurveyQuestion.objects.filter(pk=question.pk).update(text="Khác"),
        lambda: question.delete(),
        lambda: surveys.add_questions(question.version, {"code": "them", "text": "Thêm"}),
        lambda: Survey.objects.filter(pk=survey.pk).update(slug="khac"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_new_version_asks_the_same_until_it_is_changed_and_old_sheets_stay_with_the_old_one():
    survey = surveys.make_survey(*SKIPPING)
    surveys.answer(survey, given={"cach": 1})
    draft = draft_version(survey)
    draft.questions.filter(code="chung").update(text="Nhìn chung")
    second = open_version(draft)

    begun_before = surveys.answer(survey, version=survey.versions.get(number=1), given={"cach": 1})
    surveys.answer(survey, given={"cach": 1})

    assert begun_before.version.number == 1
    assert [row.code for row in second.questions.all()] == ["cach", "mang", "chung"]
    assert second.questions.get(code="mang").shown_if.version == second
    assert [version.responses.count() for version in survey.versions.order_by("number")] == [2, 1]


@pytest.mark.django_db
def test_a_survey_opens_and_closes_by_its_days_and_by_its_count():
    now = timezone.now()
    survey = surveys.make_survey(opens_at=now, closes_at=now + timedelta(days=2), closes_after=2)

    for moment in (now - timedelta(minutes=1), now + timedelta(days=2)):
        with pytest.raises(SurveyNotOpen):
            surveys.answer(survey, now=moment)
    surveys.answer(survey, now=now)
    surveys.answer(survey, now=now + timedelta(hours=1))
    with pytest.raises(SurveyNotOpen):
        surveys.answer(survey, now=now + timedelta(hours=2))
    # A screen that was without network sends later what was answered before.
    surveys.answer(survey, channel="kiosk", now=now + timedelta(hours=3), submitted_at=now)

    assert survey.versions.get().responses.count() == 3


@pytest.mark.django_db
def test_pages_tell_sheets_ten_at_a_time_and_never_one():
    survey = surveys.make_survey()

    told = []
    for minute in range(25):
        now = timezone.now() - timedelta(hours=2) + timedelta(minutes=minute)
        surveys.answer(survey, now=now, given={"chung": 1 + minute % 5})
        told.append(_told(survey, question=None))

    assert told == [0] * 9 + [10] * 10 + [20] * 6
    assert _agrees(survey)


@pytest.mark.django_db
def test_a_run_of_fifty_like_sheets_moves_the_figure_with_doubts_alone():
    survey = surveys.make_survey()
    start = datetime(2026, 10, 6, 1, 0, tzinfo=UTC)
    for number in range(40):
        surveys.answer(
            survey, now=start + timedelta(minutes=number), given={"chung": 1 + number % 5}
        )
    before = _told(survey, question__code="chung", value=5, is_doubtful=False)

    for second in range(50):
        surveys.answer(survey, now=start + timedelta(hours=2, seconds=second))

    assert _told(survey, question__code="chung", value=5, is_doubtful=False) == before
    assert _told(survey, question__code="chung", value=5, is_doubtful=True) > 40
    assert SurveyResponse.objects.filter(doubt="burst").count() == 50
    assert _agrees(survey)


@pytest.mark.django_db
def test_the_same_sheet_from_the_same_address_is_marked_and_counted_apart():
    survey = surveys.make_survey()
    start = timezone.now()

    kept = [
        surveys.answer(survey, now=start + timedelta(hours=hour), sender_hash="a" * 64)
        for hour in range(3)
    ]

    assert [SurveyResponse.objects.get(pk=row.pk).doubt for row in kept] == [
        "",
        "duplicate",
        "duplicate",
    ]
    assert _agrees(survey)


@pytest.mark.django_db
def test_where_sheets_came_from_is_forgotten_the_night_after():
    survey = surveys.make_survey()
    now = timezone.now()
    surveys.answer(survey, now=now - timedelta(days=1), sender_hash="a" * 64)
    surveys.answer(survey, now=now, sender_hash="b" * 64)

    doubts.forget_senders(now)

    assert sorted(SurveyResponse.objects.values_list("sender_hash", flat=True)) == ["", "b" * 64]


@pytest.mark.django_db
def test_a_pass_knows_its_day_and_nothing_of_the_sheet():
    survey = surveys.make_survey(access="pass")
    (key,) = passes.issue(survey, 1, batch="Tháng 10")

    surveys.answer(survey, channel="pass", pass_key=f" {passes.written(key).upper()} ")

    used = SurveyPass.objects.get()
    assert used.used_on == timezone.localdate()
    assert key not in str(list(SurveyPass.objects.values()))
    linked = {field.related_model for field in SurveyPass._meta.get_fields() if field.is_relation}
    assert SurveyResponse not in linked
    with pytest.raises(passes.PassRefused):
        surveys.answer(survey, channel="pass", pass_key=key)
    with pytest.raises(SurveyNotOpen):
        surveys.answer(survey)


@pytest.mark.django_db(transaction=True)
def test_a_pass_sent_from_eight_hands_at_once_makes_one_sheet():
    survey = surveys.make_survey(access="pass")
    (key,) = passes.issue(survey, 1, batch="Tháng 10")

    def send(_):
        try:
            return surveys.answer(survey, channel="pass", pass_key=key)
        except passes.PassRefused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        made = list(filter(None, hands.map(send, range(8))))

    assert len(made) == SurveyResponse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sheets_sent_at_once_are_counted_once_each_and_the_same_form_once():
    survey = surveys.make_survey(closes_after=20)

    def send(number):
        try:
            surveys.answer(survey, form_key=f"phieu-{number // 2}", given={"chung": 1 + number % 5})
        except SurveyNotOpen:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(send, range(60)))

    assert SurveyResponse.objects.count() == 20
    assert (
        sum(
            SurveyTally.objects.filter(dimension="all", question=None).values_list(
                "count", flat=True
            )
        )
        == 20
    )
    assert _agrees(survey)


@pytest.mark.django_db
def test_a_count_that_was_changed_is_found_and_put_right():
    survey = surveys.make_survey()
    for _ in range(3):
        surveys.answer(survey, given={"gop-y": "Cần thêm ghế chờ."})
    version = current_version(survey)
    SurveyTally.objects.filter(dimension="channel", question=None).update(count=9)
    SurveyTally.objects.filter(dimension="point", question__code="chung").delete()

    found = list(counting.differences(version))
    counting.recount(version)

    assert {(cell.dimension, kept, true) for cell, kept, true in found} == {
        ("channel", 9, 3),
        ("point", 0, 3),
    }
    assert _agrees(survey)


@pytest.mark.django_db
def test_a_sheet_is_not_changed_afterwards():
    survey = surveys.make_survey()
    sheet = surveys.answer(survey, given={"gop-y": "Cần thêm ghế chờ."})

    for change in (
        lambda: sheet.answers.filter(value=5).update(value=1),
        lambda: sheet.answers.filter(text_state="waiting").update(text="Khác"),
        lambda: SurveyResponse.objects.update(channel="paper"),
        lambda: sheet.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    sheet.answers.filter(text_state="waiting").update(text="", text_state="erased")
