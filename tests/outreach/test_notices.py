"""What the portal announces above every page."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from outreach.models import Notice
from outreach.models.notices import after_working_days
from portal.views import error_page
from procedures.models import TermTranslation
from tests import factories as make
from tests.pages import PAGES

pytestmark = pytest.mark.django_db


def at(text):
    return timezone.make_aware(datetime.strptime(text, "%d/%m/%Y %H:%M"))


# Monday 2 November 2026; the first stop that can be announced then begins with Thursday 12 November.
NOW = at("02/11/2026 09:00")
EARLIEST = at("12/11/2026 00:00")


def planned(**fields):
    defaults = {
        "kind": "maintenance",
        "starts_at": EARLIEST,
        "ends_at": EARLIEST + timedelta(hours=4),
        "shown_from": NOW,
    }
    return Notice(**defaults | fields)


def announced(**fields):
    notice = planned(**fields)
    notice.save()
    return notice


def refusal(notice, now=NOW):
    with pytest.raises(ValidationError) as caught:
        notice.check_maintenance(now)
    return caught.value.message_dict


def texts(notices):
    return [notice.text for notice in notices]


# Ngày làm việc


@given(
    day=some.dates(date(2026, 1, 1), date(2030, 12, 31)),
    minute=some.integers(0, 24 * 60 - 1),
    days=some.integers(1, 30),
)
def test_so_many_whole_working_days_lie_between_the_announcement_and_the_midnight(
    day, minute, days
):
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, minute // 60, minute % 60))

    midnight = timezone.localtime(after_working_days(moment, days))

    between = [day + timedelta(n) for n in range(1, (midnight.date() - day).days)]
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert sum(between_day.isoweekday() <= 5 for between_day in between) == days
    # One day earlier would be too early.
    assert between[-1].isoweekday() <= 5


@pytest.mark.parametrize(
    ("told", "earliest"),
    [
        ("02/11/2026 00:00", "12/11/2026 00:00"),
        ("02/11/2026 23:59", "12/11/2026 00:00"),
        ("06/11/2026 17:00", "18/11/2026 00:00"),
        ("07/11/2026 08:00", "18/11/2026 00:00"),
        ("08/11/2026 08:00", "18/11/2026 00:00"),
        ("09/11/2026 08:00", "19/11/2026 00:00"),
    ],
)
def test_seven_working_days_after_the_day_of_the_announcement(told, earliest):
    assert after_working_days(at(told), 7) == at(earliest)


def test_holidays_are_no_working_days():
    make.make_calendar_exception("2026-11-04")
    make.make_calendar_exception("2026-11-07", kind="makeup_workday")
    make.make_calendar_exception("2026-11-10", kind="compensatory_rest")

    assert after_working_days(at("02/11/2026 09:00"), 7) == at("13/11/2026 00:00")


# Báo trước khi bảo trì


def test_a_stop_that_is_announced_in_time_is_accepted():
    planned().check_maintenance(NOW)


def test_a_stop_that_is_announced_too_late_is_refused_with_the_earliest_time():
    errors = refusal(planned(starts_at=EARLIEST - timedelta(minutes=1)))

    assert "ít nhất 7 ngày làm việc" in errors["starts_at"][0]
    assert "00:00 ngày 12/11/2026" in errors["starts_at"][0]
    assert "Sự cố" in errors["starts_at"][0]


def test_a_notice_dated_back_is_announced_only_now():
    late = planned(shown_from=NOW - timedelta(days=30), starts_at=EARLIEST - timedelta(days=1))

    assert "starts_at" in refusal(late)


def test_a_notice_that_is_shown_later_counts_from_then():
    assert "starts_at" in refusal(planned(shown_from=NOW + timedelta(days=1)))


def test_an_incident_is_told_at_once():
    Notice(kind="incident", text="Không tìm kiếm được.", shown_from=NOW).check_maintenance(NOW)


def test_an_incident_turned_into_a_plan_is_announced_anew():
    incident = make.make_notice(shown_from=NOW - timedelta(days=30))
    plan = planned(pk=incident.pk, shown_from=incident.shown_from, starts_at=NOW)

    assert "starts_at" in refusal(plan)


@pytest.mark.parametrize(
    "later", [timedelta(0), timedelta(days=5), timedelta(days=10, hours=2), timedelta(days=40)]
)
def test_words_and_the_time_of_return_are_corrected_at_any_time(later):
    notice = announced()

    notice.text = "Ông/bà nộp hồ sơ tại quầy."
    notice.ends_at += timedelta(hours=3)

    notice.check_maintenance(NOW + later)


def test_a_stop_that_ends_early_or_late_says_so():
    notice = announced()

    notice.ends_at = EARLIEST + timedelta(hours=1)

    notice.check_maintenance(EARLIEST + timedelta(hours=1))
    notice.ends_at = EARLIEST + timedelta(hours=9)
    notice.check_maintenance(EARLIEST + timedelta(hours=5))


def test_an_announced_stop_may_begin_later_but_not_earlier():
    notice = announced()
    day_before = EARLIEST - timedelta(days=1)

    notice.starts_at = EARLIEST + timedelta(hours=2)
    notice.check_maintenance(day_before)

    notice.starts_at = EARLIEST - timedelta(minutes=1)
    assert "starts_at" in refusal(notice, now=day_before)


def test_an_announced_stop_may_begin_earlier_when_that_too_is_told_in_time():
    notice = announced(starts_at=EARLIEST + timedelta(days=20), ends_at=EARLIEST + timedelta(21))

    notice.starts_at = EARLIEST + timedelta(days=10)

    notice.check_maintenance(NOW + timedelta(days=1))


def test_a_notice_that_was_hidden_is_announced_anew():
    notice = announced(shown_until=NOW + timedelta(days=1))

    notice.shown_until = None

    assert "starts_at" in refusal(notice, now=NOW + timedelta(days=4))


def test_a_notice_that_is_put_off_is_announced_when_it_is_shown_again():
    notice = announced()

    notice.shown_from = NOW + timedelta(days=3)

    assert "starts_at" in refusal(notice, now=NOW + timedelta(days=1))


def test_a_past_notice_is_not_used_again_for_a_stop_of_tomorrow():
    notice = announced()
    much_later = EARLIEST + timedelta(days=100)

    notice.starts_at = much_later + timedelta(days=1)
    notice.ends_at = much_later + timedelta(days=2)

    assert "starts_at" in refusal(notice, now=much_later)


def test_a_planned_stop_is_told_until_its_end_or_called_off():
    notice = announced()

    notice.shown_until = NOW + timedelta(days=5)
    assert "shown_until" in refusal(notice, now=NOW + timedelta(days=1))

    notice.shown_until = NOW + timedelta(days=1)
    notice.check_maintenance(NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "incident", "text": ""}, "Thông báo phải có nội dung."),
        ({"kind": "maintenance", "starts_at": EARLIEST}, "Bảo trì phải ghi giờ bắt đầu"),
        ({"kind": "maintenance", "ends_at": EARLIEST}, "Bảo trì phải ghi giờ bắt đầu"),
        (
            {"kind": "maintenance", "starts_at": EARLIEST, "ends_at": EARLIEST},
            "giờ trở lại sau giờ bắt đầu",
        ),
        ({"kind": "incident", "text": "Hỏng.", "ends_at": EARLIEST}, "bỏ trống hai ô này"),
        (
            {"kind": "incident", "text": "Hỏng.", "shown_until": NOW - timedelta(1)},
            "Giờ thôi hiện phải sau giờ bắt đầu hiện.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_form_and_database(fields, message):
    notice = Notice(shown_from=NOW, **fields)

    with pytest.raises(ValidationError) as caught:
        notice.validate_constraints()
    assert message in " ".join(caught.value.messages)
    with pytest.raises(IntegrityError):
        notice.save()


# Hiện trên mọi trang


def test_notices_are_in_force_to_the_minute_without_any_job():
    make.make_notice("Hỏng.", shown_from=NOW, shown_until=NOW + timedelta(hours=1))

    before, first, last, after = (
        texts(Notice.objects.in_force(NOW + timedelta(minutes=minutes)))
        for minutes in (-1, 0, 59, 60)
    )

    assert (before, first, last, after) == ([], ["Hỏng."], ["Hỏng."], [])


def test_a_planned_stop_is_shown_until_the_time_of_return():
    notice = announced()

    for moment in (NOW, EARLIEST, notice.ends_at - timedelta(minutes=1)):
        assert list(Notice.objects.in_force(moment)) == [notice]
    assert not Notice.objects.in_force(notice.ends_at)


@pytest.mark.parametrize("hours", range(-2, 12))
def test_a_notice_knows_what_the_database_knows(hours):
    moment = EARLIEST + timedelta(hours=hours)
    announced(shown_from=EARLIEST)
    announced(shown_from=EARLIEST, shown_until=EARLIEST + timedelta(hours=2))
    make.make_notice(shown_from=EARLIEST, shown_until=EARLIEST + timedelta(hours=8))
    make.make_notice(shown_from=EARLIEST)

    known = {notice.pk for notice in Notice.objects.all() if notice.is_in_force(moment)}

    assert known == {notice.pk for notice in Notice.objects.in_force(moment)}


def test_the_gravest_notice_stands_first():
    make.make_notice("Biết thêm.", kind="information", shown_from=NOW)
    announced(text="Nộp tại quầy.")
    make.make_notice("Hỏng lúc chín giờ.", shown_from=NOW)
    make.make_notice("Hỏng lúc tám giờ.", shown_from=NOW - timedelta(hours=1))

    assert texts(Notice.objects.in_force(NOW)) == [
        "Hỏng lúc tám giờ.",
        "Hỏng lúc chín giờ.",
        "Nộp tại quầy.",
        "Biết thêm.",
    ]


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_a_notice_stands_above_every_page(client, page_content, entry):
    make.make_notice("Cổng dừng nhận <ảnh> & tệp.")

    html = client.get(entry.path).content.decode()

    above = html.split("<main")[0]
    assert above.count("<aside") == 1
    assert re.search(r'<aside [^>]*aria-label="[^"]+"', above)
    assert "Cổng dừng nhận &lt;ảnh&gt; &amp; tệp." in above


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_no_empty_box_stands_there_without_a_notice(client, page_content, entry):
    Notice.objects.all().delete()

    above = client.get(entry.path).content.decode().split("<main")[0]
    assert "banner" not in above


@pytest.mark.parametrize("status", [500, 503])
def test_a_page_without_the_database_shows_no_notice(rf, status):
    make.make_notice("Có thông báo.")

    html = error_page(rf.get("/"), status).content.decode()

    assert "<main" in html
    assert "Có thông báo." not in html


def test_a_planned_stop_is_told_in_words_of_the_page(client):
    now = timezone.now()
    starts_at = at("05/12/2040 22:00")
    announced(
        shown_from=now,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        text="Gọi 1022.",
    )

    vietnamese, english = (client.get(path).content.decode() for path in ("/", "/en/"))

    assert "Cổng tạm dừng từ 22:00 05/12/2040 đến 02:00 06/12/2040." in vietnamese
    assert "Gọi 1022." in vietnamese
    assert '<span lang="vi">Gọi 1022.</span>' in english

    TermTranslation.objects.create(language="en", original="Gọi 1022.", text="Call 1022.")

    english = client.get("/en/").content.decode()
    assert "Call 1022." in english
    assert "Gọi 1022." not in english
