"""Figures: computed ones are those of the public pages, a correction is another row, none is changed."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from feedback import handling, sender_steps, statistics
from feedback.models import Ticket
from feedback.periods import Period
from outreach import bulletins, figure_work, tasks
from outreach.admin.bulletin_form import period_choices, span_of
from outreach.issue_contents import differences
from outreach.models import Figure
from portal.figures import figure_sources
from tests import factories as make
from tests import surveys
from tests.bulletins import make_broadcast, make_draft_issue, make_figure, make_station

pytestmark = pytest.mark.django_db

IN_FORCE = "thu-tuc.dang-ap-dung"
MONTH = date(2024, 10, 1), date(2024, 10, 31)
QUARTER = date(2024, 10, 1), date(2024, 12, 31)
YEAR = date(2024, 1, 1), date(2024, 12, 31)


def words_on(client, path):
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())


def moment(day, hour=9):
    return timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=hour)))


def answered(number, *, sent, on_day, agency, by):
    ticket = make.make_ticket(now=moment(sent), form_key=f"so-{number}")
    step = {"ticket": ticket, "by": by, "now": moment(on_day)}
    handling.classify_ticket(**step, kind=ticket.kind)
    handling.transfer_ticket(**step, agency=agency, note="Đúng việc.")
    handling.start_ticket(**step)
    handling.answer_ticket(**step, body="Đã xem.", outcome="resolved", late_reason="Việc khó.")


@pytest.fixture
def messages():
    """Eleven of October 2024, one of them answered late; another of November."""
    by, agency = make.make_staff("canbo"), make.make_agency()
    for number in range(11):
        on_day = date(2024, 10, 9) if number else date(2025, 1, 20)
        answered(number, sent=date(2024, 10, 8), on_day=on_day, agency=agency, by=by)
    make.make_ticket(now=moment(date(2024, 11, 8)))


# Computed: the same as on the page


def test_each_source_has_a_code_of_its_own_and_a_page_for_its_figure():
    sources = figure_sources()

    assert len(sources) == 10
    assert all(len(code) <= 60 and source.label and source.unit for code, source in sources.items())


def test_the_catalogue_is_counted_as_its_pages_count_it(client):
    for level in ("full", "full", "none"):
        make.make_complete_procedure(online_level=level)
    make.make_complete_procedure(status="draft", online_level="full")
    make.make_service_point()

    in_force, online, points = (
        figure_work.measure(code) for code in (IN_FORCE, "thu-tuc.toan-trinh", "thu-tuc.noi-nop")
    )

    assert (in_force.value, online.part, online.whole) == (3, 2, 3)
    assert online.written == "66,66\xa0% (2/3 thủ tục)"
    assert f"{in_force.value} thủ tục" in words_on(client, in_force.source_url)
    assert f"{online.part} thủ tục" in words_on(client, online.source_url)
    assert f"{points.value} nơi nộp hồ sơ" in words_on(client, points.source_url)


@pytest.mark.parametrize("span", [MONTH, QUARTER, YEAR])
def test_messages_are_those_of_the_page_of_that_period(client, messages, span):
    received = figure_work.measure("phan-anh.da-nhan", *span)
    in_time = figure_work.measure("phan-anh.dung-han", *span)

    assert (received.starts_on, received.as_of) == span
    assert received.source_url == in_time.source_url
    told = words_on(client, received.source_url)
    assert f"Cổng nhận {received.value} phiếu" in told
    assert (in_time.part, in_time.whole) == (10, in_time.whole)
    due = f"{in_time.part} phiếu được trả lời đúng hạn, trên {in_time.whole} phiếu đến hạn"
    assert due in told


def test_of_a_few_messages_no_share_is_told(messages):
    november = date(2024, 11, 1), date(2024, 11, 30)

    assert figure_work.measure("phan-anh.da-nhan", *november).value == 1
    assert figure_work.measure("phan-anh.dung-han", *november) is None
    # Nor of the ratings of a few, nor of a span that the page has not.
    assert figure_work.measure("phan-anh.diem-danh-gia", *MONTH) is None
    assert figure_work.measure("phan-anh.da-nhan", date(2024, 10, 1), date(2024, 11, 30)) is None


def test_the_mean_of_ratings_is_that_of_the_statistics(monkeypatch, messages):
    monkeypatch.setattr(statistics, "FEWEST_RATINGS", 3)
    by = make.make_staff("khac")
    for number in range(20, 24):
        answered(
            number,
            sent=date(2024, 10, 8),
            on_day=date(2024, 10, 9),
            agency=make.make_agency(),
            by=by,
        )
    for ticket in Ticket.objects.filter(answers__isnull=False)[:4]:
        sender_steps.rate(ticket=ticket, score=4, now=moment(date(2024, 10, 20)))

    figure = figure_work.measure("phan-anh.diem-danh-gia", *MONTH)

    assert figure.value == statistics.figures(Period(MONTH[0], 1)).satisfaction.mean == 4


def test_sheets_are_the_sum_of_what_the_list_of_results_tells(client):
    told, few = surveys.make_survey(title="Nhiều phiếu"), surveys.make_survey(title="Ít phiếu")
    surveys.answer_many(told, [{} for _ in range(12)])
    surveys.answer_many(few, [{} for _ in range(3)])

    figure = figure_work.measure("khao-sat.so-phieu")

    assert figure.value == 12
    counts = re.findall(r"(\d+) phiếu(?! Chưa nêu)", words_on(client, figure.source_url))
    assert sum(int(count) for count in counts if count not in {"10", "30"}) == 12


def test_news_are_counted_as_their_archive_counts_them(client):
    for day in (date(2024, 10, 2), date(2024, 10, 31), date(2024, 12, 1), date(2024, 2, 1)):
        make.make_article(at=moment(day, hour=23))
    make.make_article("In English", at=moment(date(2024, 10, 3)), language="en")

    month, quarter, year = (
        figure_work.measure("tin-tuc.da-dang", *span) for span in (MONTH, QUARTER, YEAR)
    )

    assert [one.value for one in (month, quarter, year)] == [2, 3, 4]
    assert "2 tin" in words_on(client, month.source_url)
    of_year = words_on(client, year.source_url)
    assert "4 tin trong năm" in of_year
    # A quarter is three rows of its year.
    assert "Tháng 10/2024 2" in of_year
    assert "Tháng 12/2024 1" in of_year
    assert quarter.source_url == year.source_url


def test_loudspeakers_are_counted_as_the_page_of_broadcasts_counts_them(client):
    radio = make_station("Đài tỉnh", channel="radio")
    station = make_station()
    make_broadcast(station=station, aired_on="2024-10-01", duration=330)
    make_broadcast("Hai", station=station, aired_on="2024-10-31", duration=200)
    make_broadcast("Ba", station=station, aired_on="2024-11-01", duration=600)
    make_broadcast("Bốn", station=radio, aired_on="2024-10-05", duration=600)

    count = figure_work.measure("phat-thanh.so-lan", *MONTH)
    minutes = figure_work.measure("phat-thanh.so-phut", *MONTH)

    assert (count.written, minutes.written) == ("2 lần", "9 phút")
    assert count.source_url == minutes.source_url
    told = " ".join(strip_tags(client.get(count.source_url).content.decode()).split())
    assert "2 lượt phát, đăng" in told
    assert "9 phút phát sóng" in told


def test_a_span_that_is_not_over_has_no_figure_yet():
    today = timezone.localdate()

    assert figure_work.measure("tin-tuc.da-dang", today.replace(day=1), today) is None


def test_spans_offered_are_over_and_have_no_gap():
    groups = dict(period_choices(date(2026, 1, 15)))

    assert [words for _days, words in groups["Tháng"]][:2] == ["Tháng 12/2025", "Tháng 11/2025"]
    assert groups["Quý"][0] == ("2025-10-01/2025-12-31", "Quý 4/2025")
    assert groups["Năm"][0] == ("2025-01-01/2025-12-31", "Năm 2025")
    assert span_of("2025-10-01/2025-12-31", date(2026, 1, 15)) == (
        date(2025, 10, 1),
        date(2025, 12, 31),
    )
    assert span_of("2026-01-01/2026-01-31", date(2026, 1, 15)) is None


# Kept and replaced


def test_the_same_question_is_kept_once_and_another_number_is_another_row():
    make.make_complete_procedure()
    first = figure_work.note(IN_FORCE, by=None)

    assert figure_work.note(IN_FORCE, by=None) == first
    assert figure_work.remeasure(first, None) == first
    make.make_complete_procedure()
    second = figure_work.remeasure(first, None)

    first.refresh_from_db()
    assert (first.value, second.value, first.replaced_by) == (1, 2, second)
    assert second.change_reason
    assert figure_work.newest(first) == second


def test_a_figure_with_the_same_number_can_be_told_as_of_today():
    make.make_complete_procedure()
    yesterday = timezone.localdate() - timedelta(days=1)
    old = make_figure("Thủ tục", code=IN_FORCE, value=1, starts_on=None, as_of=yesterday)

    assert figure_work.remeasure(old, None) == old
    assert figure_work.remeasure(old, None, renews=True).as_of == timezone.localdate()


def test_the_night_shows_composers_which_number_has_become_another():
    make.make_complete_procedure()
    figure = figure_work.note(IN_FORCE, by=None)
    open_issue = make_draft_issue(pieces=[lambda issue: bulletins.figure_item(issue, figure)])
    assert differences(open_issue) == []
    make.make_complete_procedure()

    tasks.remeasure_open_issues()
    tasks.remeasure_open_issues()

    assert len(differences(open_issue)) == 1
    assert Figure.objects.count() == 2


@pytest.mark.parametrize("change", [{"value": 3, "part": None, "whole": None}, {"label": "Khác"}])
def test_no_program_changes_a_figure(change):
    figure = make_figure()

    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).update(**change)


# Quản trị


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("quantri"))
    return client


def typed(figure, **fields):
    return {
        "label": figure.label,
        "part": "1.486",
        "whole": "2.014",
        "unit": "hồ sơ",
        "as_of": "31/10/2026",
        "source": "Báo cáo tháng 10/2026",
    } | fields


def test_a_correction_is_another_row_and_the_list_says_why(staff):
    figure = make_figure()
    address = reverse("admin:outreach_figure_correct", args=[figure.pk])

    refused = staff.post(address, typed(figure))
    staff.post(address, typed(figure, change_reason="Báo cáo gốc đính chính."))

    assert refused.status_code == 422
    figure.refresh_from_db()
    assert (figure.part, figure.replaced_by.part) == (1485, 1486)
    listed = words_on(staff, reverse("admin:outreach_figure_changelist"))
    assert "Báo cáo gốc đính chính." in listed
    assert "1.485/2.014" in listed
    with pytest.raises(ValidationError):
        figure_work.replace(figure, Figure(), by=None, reason="Lần nữa")


def test_a_figure_is_typed_as_a_number_or_as_a_share(staff):
    address = reverse("admin:outreach_figure_add")

    refused = staff.post(address, typed(Figure(label="Hồ sơ"), value="5"))
    staff.post(address, typed(Figure(label="Hồ sơ"), part="", whole="", value="1.485,5"))

    assert "Ghi hoặc một số, hoặc cả tử số và mẫu số." in refused.content.decode()
    figure = Figure.objects.get()
    assert (figure.written, figure.noted_by.username) == ("1.485,5 hồ sơ", "quantri")


def test_a_computed_figure_takes_no_typed_number_and_is_asked_again(staff):
    make.make_complete_procedure()
    figure = figure_work.note(IN_FORCE, by=None)
    make.make_complete_procedure()

    address = reverse("admin:outreach_figure_correct", args=[figure.pk])
    assert staff.post(address, typed(figure, change_reason="Cho đẹp")).status_code == 404
    staff.post(reverse("admin:outreach_figure_remeasure", args=[figure.pk]))

    assert Figure.objects.current().get(code=IN_FORCE).value == 2
    delete = reverse("admin:outreach_figure_delete", args=[figure.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403
