"""When something is due, and why: the vectors of the law, and a second way of counting that must agree."""

import json
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count, islice
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from procedures.deadlines import Calendar, Term, deadline, explanation
from procedures.models import CalendarException, TermRule

HOUR = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)

# The days of 2026 that acts have fixed.
TET = [(date(2026, 2, day), "public_holiday", "Tết Nguyên đán") for day in range(16, 21)]
NATIONAL_DAY = [
    (date(2026, 8, 22), "makeup_workday", "Quốc khánh"),
    (date(2026, 8, 31), "swapped_rest", "Quốc khánh"),
    (date(2026, 9, 1), "public_holiday", "Quốc khánh"),
    (date(2026, 9, 2), "public_holiday", "Quốc khánh"),
]
CONFIRMED = Calendar(TET + NATIONAL_DAY, revision=9)


def at(text):
    form = "%d/%m/%Y %H:%M" if ":" in text else "%d/%m/%Y"
    return datetime.strptime(text, form).replace(tzinfo=HOUR)


def due(start, value, unit="working_day", calendar=CONFIRMED, pauses=()):
    spans = [(at(asked), at(answered)) for asked, answered in pauses]
    return deadline(at(start), Term(value, unit), calendar=calendar, pauses=spans)


def days(found):
    return [f"{day.date:%d/%m} {day.reason}" for day in found.skipped]


# Ngày làm việc


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        pytest.param("12/02/2026", 5, "26/02/2026", id="five days reach over Tết"),
        pytest.param("28/08/2026", 3, "07/09/2026", id="three days over National Day and its swap"),
        pytest.param("20/08/2026", 3, "24/08/2026", id="a Saturday that is made up for counts"),
        pytest.param("21/08/2026", 1, "22/08/2026", id="and may be the last day"),
        pytest.param("14/02/2026", 1, "23/02/2026", id="handed in on a Saturday"),
        pytest.param("22/08/2026 23:59", 1, "24/08/2026", id="handed in late on a make-up day"),
        pytest.param("12/02/2026", "0.5", "13/02/2026", id="half a day is a whole one"),
        pytest.param("12/02/2026", "4.5", "26/02/2026", id="four and a half are five"),
    ],
)
def test_working_days(start, term, end):
    found = due(start, term)

    assert f"{found.due_on:%d/%m/%Y}" == end
    assert found.due_at == at(end) + DAY


def test_every_day_that_is_not_counted_is_named_with_its_reason():
    assert days(due("28/08/2026", 3)) == [
        "29/08 weekend",
        "30/08 weekend",
        "31/08 swapped_rest",
        "01/09 public_holiday",
        "02/09 public_holiday",
        "05/09 weekend",
        "06/09 weekend",
    ]


# Ngày, tháng, giờ, giải quyết ngay


@pytest.mark.parametrize(
    ("start", "value", "unit", "end"),
    [
        pytest.param("03/08/2026", 30, "day", "03/09/2026", id="ends on a holiday, so a day later"),
        pytest.param("03/08/2026", 5, "day", "10/08/2026", id="ends on a Saturday, so on Monday"),
        pytest.param("21/08/2026", 1, "day", "22/08/2026", id="ends on a Saturday that is worked"),
        pytest.param("03/08/2026", 1, "day", "04/08/2026", id="the day of receipt is not counted"),
        pytest.param("06/02/2026", 10, "day", "23/02/2026", id="ends in Tết, so after it"),
        pytest.param("15/01/2026", 1, "month", "23/02/2026", id="a month that ends on a Sunday"),
        pytest.param("31/03/2026", 1, "month", "04/05/2026", id="has no 31st, and rests till May"),
        pytest.param("30/11/2026", 3, "month", "01/03/2027", id="February has no 30th"),
        pytest.param("31/03/2026", 24, "month", "31/03/2028", id="two years"),
        pytest.param("01/06/2026", "1.5", "month", "16/07/2026", id="half a month is 15 days"),
    ],
)
def test_days_and_months_end_with_a_working_day(start, value, unit, end):
    labour_day = [
        (date(2026, 4, 30), "public_holiday", ""),
        (date(2026, 5, 1), "public_holiday", ""),
    ]
    calendar = Calendar(TET + NATIONAL_DAY + labour_day)

    assert f"{due(start, value, unit, calendar).due_on:%d/%m/%Y}" == end


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("03/08/2026 09:30", 4, "03/08/2026 13:30", id="to the minute"),
        pytest.param("03/08/2026 16:00", "4.5", "03/08/2026 20:30", id="past the counter's hours"),
        pytest.param("03/08/2026 16:00", 8, "04/08/2026 00:00", id="midnight ends the day"),
        pytest.param("03/08/2026 16:00", 24, "04/08/2026 16:00", id="over night"),
        pytest.param("31/07/2026 16:00", 24, "04/08/2026 00:00", id="Saturday, so all of Monday"),
        pytest.param("31/07/2026 16:00", 8, "01/08/2026 00:00", id="the midnight before Saturday"),
        pytest.param("21/08/2026 10:00", 24, "22/08/2026 10:00", id="a Saturday that is worked"),
    ],
)
def test_hours_run_from_the_moment_itself(start, hours, end):
    assert due(start, hours, "hour").due_at == at(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("03/08/2026 14:59", "03/08/2026"),
        ("03/08/2026 15:00", "03/08/2026"),
        ("03/08/2026 15:01", "04/08/2026"),
        ("07/08/2026 15:01", "10/08/2026"),
        ("08/08/2026 09:00", "10/08/2026"),
        ("08/08/2026 16:00", "10/08/2026"),
        ("22/08/2026 09:00", "22/08/2026"),
        ("22/08/2026 16:00", "24/08/2026"),
        ("28/08/2026 17:00", "03/09/2026"),
    ],
)
def test_what_is_settled_at_once_is_due_that_day_until_fifteen_hours(start, end):
    assert f"{due(start, None, 'immediate').due_on:%d/%m/%Y}" == end


def test_the_hour_of_same_day_matters_is_that_of_the_calendar():
    calendar = Calendar(same_day_until=Decimal("16.5"))

    assert due("03/08/2026 16:30", None, "immediate", calendar).due_on == date(2026, 8, 3)
    assert due("03/08/2026 16:31", None, "immediate", calendar).due_on == date(2026, 8, 4)


# Chờ người gửi


def test_the_clock_stands_still_while_the_office_waits():
    found = due("03/08/2026", 5, pauses=[("05/08/2026 09:00", "11/08/2026 16:00")])

    assert found.due_on == date(2026, 8, 14)
    assert days(found) == [f"{day:02}/08 waiting" for day in range(6, 12)]
    assert "06/08 đến 11/08: chờ ông/bà trả lời" in explanation(found.as_json())


@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        pytest.param(
            [("05/08/2026 08:00", "05/08/2026 16:00")], "10/08/2026", id="answered that day"
        ),
        pytest.param([("20/08/2026", "25/08/2026")], "10/08/2026", id="asked after the end"),
        pytest.param(
            [("04/08/2026", "05/08/2026"), ("05/08/2026", "06/08/2026")],
            "12/08/2026",
            id="two in a row",
        ),
        pytest.param(
            [("04/08/2026", "06/08/2026"), ("05/08/2026", "06/08/2026")],
            "12/08/2026",
            id="two at once",
        ),
        pytest.param([("07/08/2026", "09/08/2026")], "10/08/2026", id="over a weekend"),
    ],
)
def test_pauses_are_counted_once(pauses, end):
    assert f"{due('03/08/2026', 5, pauses=pauses).due_on:%d/%m/%Y}" == end


def test_hours_stand_still_to_the_minute():
    pauses = [("03/08/2026 10:00", "03/08/2026 11:30"), ("03/08/2026 11:00", "03/08/2026 12:00")]

    assert due("03/08/2026 09:00", 4, "hour", pauses=pauses).due_at == at("03/08/2026 15:00")


# Không đoán


def test_a_moment_without_a_time_zone_is_refused():
    aware, naive = at("03/08/2026"), datetime(2026, 8, 4)

    with pytest.raises(ValueError, match="time zone"):
        deadline(naive, Term(1, "day"), calendar=CONFIRMED)
    with pytest.raises(ValueError, match="time zone"):
        deadline(aware, Term(1, "day"), calendar=CONFIRMED, pauses=[(aware, naive)])


def test_a_pause_that_ends_before_it_began_is_refused():
    with pytest.raises(ValueError, match="pause"):
        due("03/08/2026", 5, pauses=[("05/08/2026", "04/08/2026")])


@pytest.mark.parametrize(
    ("value", "unit"),
    [(0, "day"), (-1, "hour"), (None, "month"), (1, "immediate"), ("NaN", "day"), (1, "year")],
)
def test_what_is_no_term_is_refused(value, unit):
    with pytest.raises(ValueError, match=r"\w"):
        Term(value, unit)


def test_a_moment_elsewhere_is_that_of_ca_mau():
    """Half past six in the evening in London is already the next day here."""
    start = datetime(2026, 8, 3, 18, 30, tzinfo=ZoneInfo("Europe/London"))

    found = deadline(start, Term(1, "working_day"), calendar=CONFIRMED)

    assert found.start == at("04/08/2026 00:30")
    assert found.due_on == date(2026, 8, 5)


def test_a_year_without_holidays_is_told():
    found = due("30/12/2026", 3)

    assert found.missing_years == (2027,)
    assert "Chưa có lịch nghỉ lễ năm 2027" in explanation(found.as_json())[-1]
    assert due("03/12/2026", 3).missing_years == ()
    assert due("31/12/2025", 1).missing_years == ()


def test_a_make_up_day_alone_does_not_make_a_year_known():
    calendar = Calendar([(date(2027, 1, 9), "makeup_workday", "")])

    assert due("04/01/2027", 1, calendar=calendar).missing_years == (2027,)


# Lời giải thích


def test_the_reasons_are_told_in_plain_words():
    assert explanation(due("12/02/2026 08:30", 5).as_json()) == [
        "Nhận ngày Thứ Năm, 12/02/2026. Ngày nhận không tính, đếm từ ngày sau.",
        "Thứ Bảy 14/02 và Chủ nhật 15/02: nghỉ cuối tuần",
        "16/02 đến 20/02: nghỉ Tết Nguyên đán",
        "Thứ Bảy 21/02 và Chủ nhật 22/02: nghỉ cuối tuần",
        "Hết hạn lúc 24:00, Thứ Năm, 26/02/2026.",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("21/08/2026", 1), "Thứ Bảy 22/08: làm bù (Quốc khánh), được tính"),
        (("21/08/2026", "1.5"), "1,5 ngày làm việc được tính tròn thành 2 ngày làm việc."),
        (("28/08/2026", 1), "Thứ Hai 31/08: nghỉ hoán đổi (Quốc khánh)"),
        (("01/09/2026 09:00", None, "immediate"), "Hết hạn lúc 24:00, Thứ Năm, 03/09/2026."),
        (
            ("03/08/2026 15:01", None, "immediate"),
            "Nhận sau 15:00 nên trả vào ngày làm việc kế tiếp.",
        ),
        (("03/08/2026 09:30", 4, "hour"), "Hết hạn lúc 13:30, Thứ Hai, 03/08/2026."),
        (
            ("03/08/2026", 30, "day"),
            "Ngày cuối rơi vào ngày nghỉ nên chuyển sang ngày làm việc kế tiếp.",
        ),
        (
            ("01/06/2026", "1.5", "month"),
            "Phần lẻ của tháng tính là 15 ngày, một tháng là 30 ngày.",
        ),
        (("31/12/2026", 1), "Hết hạn lúc 24:00, Thứ Sáu, 01/01/2027."),
        (("25/12/2026", 5), "Thứ Bảy 26/12/2026 và Chủ nhật 27/12/2026: nghỉ cuối tuần"),
    ],
)
def test_each_rule_that_was_used_is_told(arguments, sentence):
    assert sentence in explanation(due(*arguments).as_json())


def test_a_day_that_no_act_has_fixed_yet_is_told_as_such():
    calendar = Calendar([(date(2026, 8, 4), "public_holiday", "Quốc khánh", False)])

    told = explanation(due("03/08/2026", 1, calendar=calendar).as_json())

    assert "Thứ Ba 04/08: nghỉ Quốc khánh, dự kiến" in told
    assert "dự kiến" in told[-1]


def test_a_stored_deadline_explains_itself_without_the_calendar():
    found = due("28/08/2026", 3, pauses=[("03/09/2026", "04/09/2026")])
    fresh = explanation(found.as_json())

    kept = json.loads(json.dumps(found.as_json()))

    assert explanation(kept) == fresh
    assert kept["calendar_revision"] == 9


def test_names_of_holidays_that_nobody_translated_stay_vietnamese():
    calendar = Calendar([(date(2026, 8, 4), "public_holiday", "Lễ hội Nghinh Ông")])
    stored = due("03/08/2026", 1, calendar=calendar).as_json()

    with translation.override("en"):
        told = " ".join(explanation(stored))

    assert "Lễ hội Nghinh Ông" in told


# Một cách đếm khác

FIRST = date(2024, 1, 1)
SPAN = 3 * 366
UNITS = ["working_day", "day", "month", "hour", "immediate"]


def weekday_is_off(kinds, day):
    kind = kinds.get(day)
    if kind is None:
        return day.isoweekday() in (6, 7)
    return kind != "makeup_workday"


def expected(kinds, start, value, unit, pauses):
    """The last moment, found by asking of each day whether it is the one, instead of walking to it."""
    today = start.date()
    waits = {
        asked.date() + DAY * step
        for asked, answered in pauses
        for step in range(1, (answered.date() - asked.date()).days + 1)
    }
    if unit == "hour":
        moment = swept(start, timedelta(hours=value), pauses)
        last = (moment - timedelta(minutes=1)).date()
        if not weekday_is_off(kinds, last):
            return moment
        end = next(day for day in days_from(last) if not weekday_is_off(kinds, day))
        return datetime.combine(end + DAY, time.min, HOUR)

    def good(day):
        return day not in waits and not weekday_is_off(kinds, day)

    if unit == "working_day":
        end = nth(filter(good, days_from(today + DAY)), value)
    elif unit == "immediate":
        is_late = not weekday_is_off(kinds, today) and start.time() > time(15)
        end = next(filter(good, days_from(today + DAY * is_late)))
    else:
        if unit == "month":
            year, month = divmod(today.year * 12 + today.month - 1 + value, 12)
            like = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
            value = (like - today).days
        nominal = nth((day for day in days_from(today + DAY) if day not in waits), value)
        end = next(filter(good, days_from(nominal)))
    return datetime.combine(end + DAY, time.min, HOUR)


def days_from(day):
    return (day + DAY * step for step in count())


def nth(days, number):
    return next(islice(days, number - 1, None))


def swept(start, left, pauses):
    """Span by span between all moments at which something begins or ends."""
    ends = {moment for pause in pauses for moment in pause if moment > start}
    before = start
    for moment in sorted(ends):
        if not any(asked <= before and moment <= answered for asked, answered in pauses):
            if moment - before >= left:
                break
            left -= moment - before
        before = moment
    return before + left


@some.composite
def calendars(draw):
    """Years with holidays strewn over them, in rows as long as Tết and alone; weekends that are worked."""
    rng = draw(some.randoms(use_true_random=False))
    kinds = {}
    for _ in range(rng.randint(0, 40)):
        begin = FIRST + DAY * rng.randrange(SPAN)
        kinds |= {
            begin + DAY * step: rng.choice(["public_holiday", "swapped_rest"])
            for step in range(rng.choice([1, 1, 2, 5]))
        }
    for _ in range(rng.randint(0, 20)):
        kinds[FIRST + DAY * rng.randrange(SPAN)] = "makeup_workday"
    return kinds, rng


def random_case(rng):
    start = datetime.combine(FIRST + DAY * rng.randrange(300), time.min, HOUR)
    start += timedelta(minutes=rng.choice([0, 899, 900, 901, rng.randrange(1440)]))
    unit = rng.choice(UNITS)
    value = {"month": 14, "hour": 100}.get(unit, 60)
    pauses = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        asked = start + timedelta(minutes=rng.randrange(20 * 1440))
        pauses.append((asked, asked + timedelta(minutes=rng.randrange(12 * 1440))))
    return start, None if unit == "immediate" else rng.randint(1, value), unit, pauses


@given(given=calendars())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_ten_thousand_deadlines_are_those_of_another_way_of_counting(given):
    kinds, rng = given
    calendar = Calendar((day, kind) for day, kind in kinds.items())
    for _ in range(100):
        start, value, unit, pauses = random_case(rng)

        found = deadline(start, Term(value, unit), calendar=calendar, pauses=pauses)

        assert found.due_at == expected(kinds, start, value, unit, pauses)
        assert found.due_on == (found.due_at - timedelta(minutes=1)).date()
        assert not weekday_is_off(kinds, found.due_on)
        assert all(
            day.reason == "waiting" or weekday_is_off(kinds, day.date) for day in found.skipped
        )
        counted = (found.due_on - start.date()).days - len(found.skipped)
        assert unit != "working_day" or counted == value


# Lịch trong cơ sở dữ liệu


@pytest.mark.django_db
def test_the_calendar_is_read_in_one_query(django_assert_num_queries):
    CalendarException.objects.create(
        date="2026-02-16", kind="public_holiday", note="Tết Nguyên đán"
    )
    CalendarException.objects.create(date="2026-08-22", kind="makeup_workday", is_confirmed=False)

    with django_assert_num_queries(1):
        calendar = Calendar.load()

    assert calendar.reason_off(date(2026, 2, 16)).words == "nghỉ Tết Nguyên đán"
    assert calendar.is_working_day(date(2026, 8, 22))
    assert not calendar.row_of(date(2026, 8, 22)).is_confirmed
    assert calendar.same_day_until == time(15)


@pytest.mark.django_db
def test_a_deadline_without_a_calendar_asks_for_the_present_one():
    CalendarException.objects.create(date="2026-08-04", kind="public_holiday")

    assert deadline(at("03/08/2026"), Term(1, "day")).due_on == date(2026, 8, 5)


@pytest.mark.django_db
def test_every_change_of_the_calendar_raises_its_revision_and_nothing_else_does():
    seen = [Calendar.load().revision]
    row = CalendarException.objects.create(date="2026-08-04", kind="public_holiday")
    changes = [
        lambda: CalendarException.objects.filter(pk=row.pk).update(note="Quốc khánh"),
        lambda: CalendarException.objects.bulk_create(
            [CalendarException(date="2026-08-05", kind="public_holiday")]
        ),
        lambda: connection.cursor().execute(
            "update procedures_calendarexception set kind = 'swapped_rest'"
        ),
        lambda: row.delete(),
        lambda: CalendarException.objects.all().delete(),
    ]
    for change in changes:
        seen.append(Calendar.load().revision)
        change()
    seen.append(Calendar.load().revision)

    assert seen == sorted(set(seen))
    untouched = CalendarException.objects.create(date="2026-08-06", kind="public_holiday")
    before = Calendar.load().revision
    untouched.save()
    TermRule.objects.update(is_confirmed=True)
    assert Calendar.load().revision == before


@pytest.mark.django_db
def test_the_portal_s_own_terms_are_there_and_those_of_staff_stay():
    TermRule.objects.filter(key="feedback.answer").update(value=10, unit="day")

    assert TermRule.objects.term("feedback.answer") == Term(10, "day")
    assert TermRule.objects.term("feedback.transfer") == Term(5, "working_day")
    assert TermRule.objects.term("data.retention") == Term(24, "month")
    assert not TermRule.objects.get(key="feedback.classify").is_confirmed
