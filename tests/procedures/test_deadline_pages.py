"""The page that tells when a result is due, its day for one's own calendar, and pages that show the calendar."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit

import icalendar
import pytest
from django.utils import timezone

from procedures.deadlines import Calendar
from procedures.models import CalendarException
from procedures.services import complete_procedures
from tests import factories as make

pytestmark = pytest.mark.django_db

PAGE = "/tinh-ngay-tra-ket-qua/"
FILE = f"{PAGE}lich.ics"
TET = [(f"2026-02-{day}", "public_holiday", "Tết Nguyên đán") for day in range(16, 21)]
NATIONAL_DAY = [
    ("2026-08-22", "makeup_workday", "Quốc khánh"),
    ("2026-08-31", "swapped_rest", "Quốc khánh"),
    ("2026-09-01", "public_holiday", "Quốc khánh"),
    ("2026-09-02", "public_holiday", "Quốc khánh"),
]


@pytest.fixture
def year_2026():
    for day, kind, note in TET + NATIONAL_DAY:
        make.make_calendar_exception(day, kind=kind, note=note)


def ask(client, page=PAGE, **parameters):
    parameters = {name.replace("_", "-"): value for name, value in parameters.items()}
    return client.get(f"{page}?{urlencode(parameters)}")


def promised(response):
    found = re.search(r'deadline-answer__day">([^<]*)<', response.content.decode())
    return unescape(found[1]) if found else None


def errors(response):
    return {name: messages[0] for name, messages in response.context["form"].errors.items()}


def a_procedure(*terms, **fields):
    procedure = make.make_procedure(**{"code": "1.001193", "name": "Đăng ký khai sinh"} | fields)
    for order, (kind, value, unit) in enumerate(terms):
        make.make_method(
            procedure, kind=kind, duration_value=value, duration_unit=unit, order=order
        )
    return procedure


# Ngày trên trang


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"ngay": "12/02/2026", "so": "5", "don_vi": "working_day"}, "Thứ Năm, 26/02/2026"),
        ({"ngay": "28/08/2026", "so": "3"}, "Thứ Hai, 07/09/2026"),
        ({"ngay": "20-8-2026", "so": "3"}, "Thứ Hai, 24/08/2026"),
        ({"ngay": "21082026", "so": "0,5"}, "Thứ Bảy, 22/08/2026"),
        ({"ngay": "3/8/2026", "so": "30", "don_vi": "day"}, "Thứ Năm, 03/09/2026"),
        (
            {"ngay": "3/8/2026", "gio": "9h30", "so": "4", "don_vi": "hour"},
            "13:30, Thứ Hai, 03/08/2026",
        ),
        (
            {"ngay": "3/8/2026", "gio": "15 giờ 01", "don_vi": "immediate"},
            "Thứ Ba, 04/08/2026",
        ),
    ],
)
def test_the_day_is_counted_from_a_term_that_was_typed(client, year_2026, asked, answer):
    assert promised(ask(client, **asked)) == answer


def test_the_page_says_why(client, year_2026):
    page = ask(client, ngay="12/02/2026", so="5").content.decode()

    assert "<li>16/02 đến 20/02: nghỉ Tết Nguyên đán</li>" in page
    assert "<li>Thứ Bảy 14/02 và Chủ nhật 15/02: nghỉ cuối tuần</li>" in page


def test_the_term_is_that_of_the_procedure_and_the_way_to_hand_in(client, year_2026):
    a_procedure(("direct", 5, "working_day"), ("online", 3, "working_day"))

    by_code = {"thu_tuc": "1001193", "ngay": "28/08/2026"}

    assert promised(ask(client, **by_code, cach_nop="direct")) == "Thứ Tư, 09/09/2026"
    assert promised(ask(client, **by_code, cach_nop="online")) == "Thứ Hai, 07/09/2026"
    assert "mỗi cách có thời hạn riêng" in errors(ask(client, **by_code))["method"]
    assert promised(ask(client, **by_code, cach_nop="online", so="5")) == "Thứ Tư, 09/09/2026"


def test_where_all_ways_take_equally_long_none_has_to_be_chosen(client, year_2026):
    a_procedure(("direct", 3, "working_day"), ("online", 3, "working_day"))

    assert promised(ask(client, thu_tuc="1.001193", ngay="28/08/2026")) == "Thứ Hai, 07/09/2026"


def test_two_ways_of_one_kind_are_told_apart(client):
    a_procedure(("direct", 3, "working_day"), ("direct", 1, "working_day"))
    asked = {"thu_tuc": "1.001193", "ngay": "03/08/2026"}

    assert promised(ask(client, **asked, cach_nop="direct-2")) == "Thứ Ba, 04/08/2026"


def test_a_term_that_is_only_words_says_so_and_lets_one_be_typed(client):
    procedure = a_procedure()
    make.make_method(procedure, duration_note="Theo thỏa thuận <b>của</b> hai bên.")
    asked = {"thu_tuc": "1.001193", "cach_nop": "direct", "ngay": "03/08/2026"}

    told = ask(client, **asked)

    assert "chỉ ghi bằng chữ" in errors(told)["amount"]
    assert "Theo thỏa thuận &lt;b&gt;của&lt;/b&gt; hai bên." in told.content.decode()
    assert promised(ask(client, **asked, so="2", don_vi="day")) == "Thứ Tư, 05/08/2026"


def test_words_find_the_procedures_that_may_be_meant(client):
    names = {"1.000001": "Đăng ký khai sinh", "1.000002": "Đăng ký lại khai sinh"}
    made = [make.make_complete_procedure(code=code, name=name) for code, name in names.items()]
    complete_procedures([procedure.pk for procedure in made])

    told = ask(client, thu_tuc="khai sinh", ngay="03/08/2026", gio="8:30")

    links = re.findall(r'href="([^"]*thu-tuc=1\.[^"]*)"', told.content.decode())
    assert len(links) == 2
    assert all("ngay=03%2F08%2F2026&amp;gio=8%3A30" in link for link in links)
    assert promised(client.get(unescape(links[0])))


def test_the_page_of_a_procedure_leads_to_its_calculation(client):
    a_procedure(("direct", 3, "working_day"))

    page = client.get("/thu-tuc/1.001193/").content.decode()
    assert f'href="{PAGE}?thu-tuc=1.001193"' in page
    opened = ask(client, thu_tuc="1.001193")
    assert errors(opened) == {}
    assert "Trực tiếp: 3 ngày làm việc" in opened.content.decode()


def test_a_procedure_that_is_not_public_is_not_found(client):
    a_procedure(("direct", 3, "working_day"), status="draft")

    told = ask(client, thu_tuc="1.001193", ngay="03/08/2026")

    assert "Không tìm thấy" in errors(told)["procedure"]
    assert "Đăng ký khai sinh" not in told.content.decode()


# Ghi sai


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"so": "0"}, "amount"),
        ({"so": "-1"}, "amount"),
        ({"so": "99999999"}, "amount"),
        ({"so": "năm"}, "amount"),
        ({"so": "1e3"}, "amount"),
        ({"so": "٣"}, "amount"),
        ({"so": "NaN"}, "amount"),
        ({"so": "9" * 50_000}, "amount"),
        ({"so": "121", "don_vi": "month"}, "amount"),
        ({"so": "1", "don_vi": "immediate"}, "amount"),
        ({"so": ""}, "amount"),
        ({"don_vi": "year"}, "unit"),
        ({"ngay": ""}, "day"),
        ({"ngay": "31/02/2026"}, "day"),
        ({"ngay": "01/01/9999"}, "day"),
        ({"ngay": "01/01/0001"}, "day"),
        ({"ngay": "hôm nay"}, "day"),
        ({"ngay": "1" * 50_000}, "day"),
        ({"gio": "24:00"}, "hour"),
        ({"gio": "8:61"}, "hour"),
        ({"gio": "sáng"}, "hour"),
        ({"gio": "", "so": "4", "don_vi": "hour"}, "hour"),
        ({"so": "", "don_vi": "immediate"}, "hour"),
        ({"thu_tuc": "9.999999"}, "procedure"),
        ({"thu_tuc": "x" * 50_000}, "procedure"),
        ({"thu_tuc": "'\";<script>"}, "procedure"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, wrong, field):
    asked = {"ngay": "03/08/2026", "so": "5", "don_vi": "working_day"} | wrong

    told = ask(client, **asked)

    assert told.status_code == 200
    assert field in errors(told)
    assert promised(told) is None
    form = told.context["form"]
    assert [form[name].value() for name in ("day", "amount", "unit")] == [
        asked["ngay"],
        asked["so"],
        asked["don_vi"],
    ]
    assert ask(client, FILE, **asked).status_code == 302


def test_a_way_to_hand_in_that_there_is_not_is_refused(client):
    a_procedure(("direct", 3, "working_day"))

    told = ask(client, thu_tuc="1.001193", ngay="03/08/2026", cach_nop="kite")

    assert "trong danh sách" in errors(told)["method"]


@pytest.mark.parametrize("day", ["01/01/2000", "31/12/2100"])
@pytest.mark.parametrize("unit", ["working_day", "day", "hour", "month"])
def test_the_longest_terms_are_counted_at_both_ends_of_time(client, day, unit):
    amount = "120" if unit == "month" else "999"

    assert promised(ask(client, ngay=day, gio="23:59", so=amount, don_vi=unit))


def test_a_year_without_holidays_warns(client, year_2026):
    assert (
        "Chưa có lịch nghỉ lễ năm 2027" in ask(client, ngay="30/12/2026", so="3").content.decode()
    )
    assert "Chưa có lịch" not in ask(client, ngay="03/08/2026", so="3").content.decode()


def test_what_staff_wrote_is_shown_as_words(client):
    make.make_calendar_exception("2026-08-04", note="<script>alert(1)</script>")

    page = ask(client, ngay="03/08/2026", so="1").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    english = client.get(f"/en{PAGE}?ngay=03/08/2026&so=1").content.decode()
    assert '<span lang="vi">&lt;script&gt;alert(1)' in english


# Lịch của người dân


def test_the_day_goes_into_ones_own_calendar(client, year_2026):
    a_procedure(("direct", 3, "working_day"), name="Đăng ký khai sinh, " + "rất dài; " * 12)
    asked = {"thu_tuc": "1.001193", "cach_nop": "direct", "ngay": "28/08/2026"}

    response = ask(client, FILE, **asked)

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    lines = response.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert response.content.endswith(b"END:VCALENDAR\r\n")
    calendar = icalendar.Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert event.decoded("DTSTART") == date(2026, 9, 7)
    assert event.decoded("DTEND") == date(2026, 9, 8)
    assert b"DTSTART;VALUE=DATE:20260907" in lines
    assert event.decoded("DTSTAMP").utcoffset() == timedelta(0)
    assert event.decoded("SEQUENCE") == Calendar.load().revision
    assert "rất dài; rất dài" in event["SUMMARY"]
    assert "\nThứ Hai 31/08: nghỉ hoán đổi (Quốc khánh)\n" in event["DESCRIPTION"]
    address = urlsplit(event["URL"])
    assert promised(client.get(f"{address.path}?{address.query}")) == "Thứ Hai, 07/09/2026"


def test_a_changed_calendar_moves_the_same_event(client, year_2026):
    asked = {"ngay": "03/08/2026", "so": "1"}

    def event():
        found = icalendar.Calendar.from_ical(ask(client, FILE, **asked).content)
        return found.walk("VEVENT")[0]

    before = event()
    row = make.make_calendar_exception("2026-08-04", note="Bão")
    moved = event()
    row.delete()
    back = event()

    assert before["UID"] == moved["UID"] == back["UID"]
    assert before["SEQUENCE"] < moved["SEQUENCE"] < back["SEQUENCE"]
    assert moved.decoded("DTSTART") == date(2026, 8, 5)


def test_other_questions_are_other_events(client):
    a_procedure(("direct", 3, "working_day"), ("online", 3, "working_day"))
    questions = [
        {"ngay": "03/08/2026", "so": "1"},
        {"ngay": "03/08/2026", "so": "2"},
        {"ngay": "04/08/2026", "so": "1"},
        {"ngay": "04/08/2026", "so": "1", "don_vi": "day"},
        {"ngay": "04/08/2026", "thu_tuc": "1.001193", "cach_nop": "direct"},
        {"ngay": "04/08/2026", "thu_tuc": "1.001193", "cach_nop": "online"},
    ]

    uids = {
        re.search(rb"UID:(\S+)", ask(client, FILE, **question).content)[1] for question in questions
    }

    assert len(uids) == len(questions)


# Nơi nộp hồ sơ


def test_a_service_point_is_closed_on_a_day_off_and_says_why(client):
    point = make.make_service_point("Trung tâm Tân Thuận")
    make.make_opening_hours(point, weekday=timezone.localdate().weekday())
    address = point.get_absolute_url()
    hours = "07:00–11:00"
    today = re.compile(r"Hôm nay</dt>\s*<dd>(.*?)</dd>")
    assert "Nghỉ" not in today.search(client.get(address).content.decode())[1]

    make.make_calendar_exception(timezone.localdate(), note="Quốc khánh")

    closed = today.search(client.get(address).content.decode())[1]
    assert closed == "Nghỉ Quốc khánh"
    assert hours not in closed


def test_a_make_up_saturday_is_worked_as_a_friday_unless_it_has_hours_of_its_own():
    friday, saturday = date(2026, 8, 21), date(2026, 8, 22)
    point = make.make_service_point("Trung tâm Tân Thuận")
    make.make_opening_hours(point, weekday=4)
    usual = Calendar()
    made_up = Calendar([(saturday, CalendarException.Kind.MAKEUP_WORKDAY, "")])

    assert point.hours_on(saturday, usual) == []
    assert point.hours_on(saturday, made_up) == point.hours_on(friday, usual) != []
    make.make_opening_hours(point, weekday=5)
    assert [span.weekday for span in point.hours_on(saturday, made_up)] == [5]
    assert [span.weekday for span in point.hours_on(saturday, usual)] == [5]
    day_off = Calendar([(saturday, CalendarException.Kind.PUBLIC_HOLIDAY, "")])
    assert point.hours_on(saturday, day_off) == []
