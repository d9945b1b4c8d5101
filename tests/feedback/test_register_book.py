"""The register of a year: read, paged, printed, and taken away as a file that runs nothing."""

import csv
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from feedback import handling
from tests import factories as make

pytestmark = pytest.mark.django_db

BOOK = reverse("admin:feedback_ticket_register")
FILE = reverse("admin:feedback_ticket_register_csv")
RESTRICTED = reverse("admin:feedback_denunciation_register")
ALL = ["view_ticket", "view_every_ticket", "export_ticket"]


@pytest.fixture
def by():
    return make.make_staff("tiepnhan", *ALL)


def registered(by, *, agency=None, days=0, **fields):
    ticket = make.make_ticket(now=timezone.now() - timedelta(days=days), **fields)
    ticket = handling.classify_ticket(ticket=ticket, by=by, kind=ticket.kind)
    if agency:
        ticket = handling.transfer_ticket(ticket=ticket, by=by, agency=agency, note="Đúng việc.")
    return ticket


def lines(response):
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))


def test_it_says_of_each_ticket_where_and_how_it_stands(client, by):
    agency = make.make_agency("Sở Nội vụ")
    late = registered(by, agency=agency, days=40, subject="Chờ lâu")
    handling.start_ticket(ticket=late, by=by)
    handling.answer_ticket(
        ticket=late, by=by, body="Đã sửa.", outcome="resolved", late_reason="Thiếu người."
    )
    registered(by, days=40, subject="Chưa ai trả lời")
    registered(by, declared_kind="praise", subject="Cảm ơn")
    client.force_login(by)

    page = client.get(BOOK)

    rows = {cells[5]: (number, *cells) for _pk, number, cells in page.context["rows"]}
    answered = rows["Chờ lâu"]
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert (answered[0], answered[2], answered[7]) == (1, late.written_code, "Sở Nội vụ")
    assert answered[8:] == ("Đã trả lời", answered[9], today, "muộn")
    assert rows["Chưa ai trả lời"][11] == "quá hạn"
    assert rows["Cảm ơn"][9:] == ("", "", "không hẹn ngày")
    assert "Lê Thị Thử" not in page.content.decode()


def test_an_agency_and_who_is_concerned_see_their_rows_only(client, by):
    agency = make.make_agency("Sở Nội vụ")
    own = registered(by, agency=agency, subject="Việc của Sở")
    hidden = registered(by, agency=agency, subject="Nói về cán bộ này")
    registered(by, subject="Việc nơi khác")
    handler = make.make_staff("xuly", "view_ticket", "export_ticket", agency=agency)
    hidden.about_staff.add(handler)
    client.force_login(handler)

    page = client.get(BOOK).context["rows"]
    file = lines(client.get(FILE))

    assert [pk for pk, _number, _cells in page] == [own.pk]
    assert [row["Việc gì"] for row in file] == ["Việc của Sở"]


def test_the_file_runs_nothing_names_nobody_and_is_logged(client, by):
    registered(by, subject="=HYPERLINK(1)", body="Chuyện dài kể riêng.")
    client.force_login(by)

    response = client.get(FILE, {"nam": str(timezone.localdate().year)})
    rows = lines(response)

    assert rows[0]["Việc gì"] == "'=HYPERLINK(1)"
    assert "Chuyện dài" not in str(rows)
    assert "Lê Thị Thử" not in str(rows)
    logged = LogEntry.objects.get()
    assert logged.user == by
    assert "1 dòng" in logged.change_message
    assert "attachment" in response.headers["Content-Disposition"]


def test_taking_it_away_is_a_right_of_its_own(client):
    client.force_login(make.make_staff("xem", "view_ticket", "view_every_ticket"))

    assert FILE not in client.get(BOOK).content.decode()
    assert client.get(FILE).status_code == 403
    client.force_login(make.make_staff("xuat", "export_ticket"))
    assert client.get(FILE).status_code == 403
    assert client.get(BOOK).status_code == 403


def test_years_and_pages_are_turned(client, by, django_assert_max_num_queries):
    ticket = registered(by)
    for _ in range(50):
        registered(by)
    client.force_login(by)

    with django_assert_max_num_queries(10):
        first = client.get(BOOK).context
    second = client.get(BOOK, {"trang": "2"}).context
    other = client.get(BOOK, {"nam": "1999"}).context

    assert [len(page["rows"]) for page in (first, second)] == [50, 1]
    assert first["rows"][0][0] == ticket.pk
    assert other["year"] == timezone.localdate().year


def test_denunciations_have_a_book_of_numbers_days_and_states(client, by):
    ticket = registered(by, declared_kind="denunciation", subject="Nhận tiền ở quầy")
    registered(by)
    client.force_login(make.make_staff("rieng", "handle_denunciations"))

    page = client.get(RESTRICTED)

    assert [pk for pk, _number, _cells in page.context["rows"]] == [ticket.pk]
    assert page.context["columns"] == [
        "Số",
        "Ngày nhận",
        "Tình trạng",
        "Hạn xử lý ban đầu",
        "Đúng hạn",
    ]
    for words in ("Nhận tiền", ticket.written_code, ".csv"):
        assert words not in page.content.decode()
    file = client.get(RESTRICTED.replace("so/", "so.csv"), follow=True)
    assert "text/html" in file.headers["Content-Type"]
    client.force_login(by)
    assert client.get(RESTRICTED).status_code == 403
    assert ticket.pk not in [pk for pk, *_rest in client.get(BOOK).context["rows"]]
