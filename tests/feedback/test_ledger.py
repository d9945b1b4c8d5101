"""The ledger: one chain whoever comes at once, a head for each day that is over, and a page to check a receipt."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone

from feedback import ledger
from feedback.codes import new_code
from feedback.models import LedgerDay, LedgerEntry, Ticket
from feedback.receipt_forms import read_fingerprint
from feedback.verifying import chain_findings, read_witness
from feedback.views.ledger import CHECK_LIMIT
from tests import factories as make

pytestmark = pytest.mark.django_db

PAGE = "/phan-anh/so-bien-nhan/"
CHECK = "/phan-anh/so-bien-nhan/kiem-tra/"


def march(day, hour=9, minute=0, second=0):
    return datetime(2026, 3, day, hour, minute, second, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def append(at, code=None):
    return ledger.append(code=code or new_code(), at=at, digest="0" * 64)


def heads():
    return list(LedgerDay.objects.order_by("day").values_list("day", "position"))


# Dấu cuối ngày


def test_the_first_receipt_of_a_later_day_closes_the_day_before():
    append(march(2))
    last = append(march(2, 23, 59))
    assert heads() == []

    append(march(5))

    assert heads() == [(date(2026, 3, 2), 2)]
    assert LedgerDay.objects.get().hash == last.hash


def test_after_midnight_the_day_is_closed_once():
    append(march(2))

    assert ledger.close_day(now=march(2, 23, 59, 59)) is None
    assert ledger.close_day(now=march(3, 0)).position == 1
    assert ledger.close_day(now=march(3, 0)) is None
    append(march(4))
    assert ledger.close_day(now=march(4, 12)) is None

    assert heads() == [(date(2026, 3, 2), 1)]


def test_a_ledger_without_receipts_has_no_head():
    assert ledger.close_day() is None


def test_what_comes_after_the_head_of_its_day_is_sealed_by_the_next():
    append(march(2, 23, 59, 50))
    ledger.close_day(now=march(3, 0, 5))
    late = append(march(2, 23, 59, 58))
    append(march(3))
    ledger.close_day(now=march(4, 0, 5))
    alone = append(march(3, 23, 59, 59))

    ledger.close_day(now=march(5, 0, 5))

    assert heads() == [
        (date(2026, 3, 2), late.position - 1),
        (date(2026, 3, 3), late.position + 1),
        (date(2026, 3, 4), alone.position),
    ]
    assert list(chain_findings()) == []


@pytest.mark.django_db(transaction=True)
def test_receipts_that_come_at_once_make_one_chain_with_one_head_a_day():
    def work(worker):
        for number in range(25):
            with transaction.atomic():
                append(march(2 + number // 10))
            ledger.close_day(now=march(6))
        connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(8)))

    assert LedgerEntry.objects.count() == 200
    assert {finding.kind for finding in chain_findings()} & {"missing", "previous", "hash"} == set()
    sealed = list(LedgerDay.objects.order_by("day").values_list("position", "hash"))
    assert sealed == sorted(set(sealed))
    assert set(sealed) <= set(LedgerEntry.objects.values_list("position", "hash"))
    assert len(sealed) > 1


# Công bố


@pytest.fixture
def days():
    for day in ("2026-01-30", "2026-02-27", "2026-03-02", "2026-03-04"):
        make.make_ledger_day(day, position=7_000_000 + int(day[-2:]))


def test_heads_are_shown_by_month_the_newest_first(client, days):
    newest = client.get(PAGE).content.decode()
    before = client.get(f"{PAGE}?thang=2026-02").content.decode()

    assert newest.index("04/03/2026") < newest.index("02/03/2026")
    assert "27/02/2026" not in newest
    assert 'rel="next" href="?thang=2026-02"' in newest
    assert "27/02/2026" in before
    assert 'rel="prev" href="?thang=2026-03"' in before
    assert 'rel="next" href="?thang=2026-01"' in before


@pytest.mark.parametrize("asked", ["2026-13", "2025-01", "xx", "2026-03-04-99", "", "٢٠٢٦-٠٣"])
def test_a_month_without_heads_shows_the_newest(client, days, asked):
    response = client.get(PAGE, {"thang": asked})

    assert response.status_code == 200
    assert "04/03/2026" in response.content.decode()


def test_a_ledger_without_heads_says_when_there_will_be_one(client):
    page = client.get(PAGE).content.decode()

    assert "Chưa có dấu nào" in page
    assert client.get(f"{PAGE}dau-cuoi-ngay.csv").content == b"ngay,dau_cuoi_ngay\n"


def test_nothing_public_tells_how_many_came(client, days):
    for address in (PAGE, f"{PAGE}dau-cuoi-ngay.csv", f"{PAGE}atom.xml"):
        content = client.get(address).content.decode()

        assert "70000" not in content
        assert "7.000" not in content


def test_whoever_keeps_a_copy_gets_all_heads_in_one_form(client, days):
    kept = sorted(LedgerDay.objects.values_list("day", "hash"))
    for address in (f"{PAGE}dau-cuoi-ngay.csv", f"{PAGE}atom.xml"):
        response = client.get(address)

        assert sorted(read_witness(response.content.decode())) == kept
        assert "public" in response.headers["Cache-Control"]
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert client.post(address).status_code == 405


def test_no_host_header_enters_the_feed(client, settings, days):
    settings.ALLOWED_HOSTS = ["testserver", "ten-khac.example"]
    usual = client.get(f"{PAGE}atom.xml").content

    assert client.get(f"{PAGE}atom.xml", headers={"host": "ten-khac.example"}).content == usual
    assert b"testserver" not in usual


# Kiểm tra một biên nhận


def check(client, code, fingerprint):
    return client.post(CHECK, {"code": code, "fingerprint": fingerprint})


@pytest.fixture
def receipt():
    make.make_agency("Văn phòng Mẫu", owns_portal=True, phone="0290 000 0009")
    before = make.send_ticket(now=march(2))
    found = make.send_ticket(now=march(2, 10, 30), body="Nội dung chỉ cơ quan đọc.")
    assert before.entry.position + 1 == found.entry.position
    return found


def test_a_receipt_of_today_agrees_and_will_be_sealed(client, receipt):
    code, mark = receipt.ticket.written_code, receipt.entry.hash

    page = check(client, code, mark[:16]).content.decode()

    assert "Khớp với sổ." in page
    assert "10:30 02/03/2026" in page
    assert "sẽ được khóa trong dấu cuối ngày hôm nay" in page


def test_a_receipt_of_an_earlier_day_agrees_with_the_head_that_seals_it(client, receipt):
    after = make.send_ticket(now=march(2, 11))
    ledger.close_day(now=march(3, 0))

    response = check(client, receipt.ticket.code.lower(), receipt.entry.hash.upper())
    page = response.content.decode()

    assert "khóa trong dấu cuối ngày 02/03/2026" in page
    assert after.entry.hash in page.replace(" ", "")
    assert "?thang=2026-03#ngay-2026-03-02" in page
    assert response.headers["Cache-Control"] == "no-store"


def test_a_checked_receipt_tells_nothing_of_the_message(client, receipt):
    page = check(client, receipt.ticket.code, receipt.entry.hash).content.decode()

    assert "Khớp với sổ." in page
    for private in (receipt.ticket.subject, receipt.ticket.body, "Lê Thị Thử", "Đã tiếp nhận"):
        assert private not in page


def test_an_unknown_code_and_a_wrong_fingerprint_get_one_answer(client, receipt):
    other = make.send_ticket(now=march(2, 11))
    answers = set()
    for code, mark in [
        ("K7QM4RXP9TCW", receipt.entry.hash),
        (receipt.ticket.code, other.entry.hash),
        (receipt.ticket.code, receipt.entry.hash[:15] + _another(receipt.entry.hash[15])),
    ]:
        page = check(client, code, mark).content.decode()
        answers.add(page[page.index('id="ket-qua"') : page.index('id="kiem-tra"')])

    assert len(answers) == 1
    assert "Không khớp." in answers.pop()


def _another(digit):
    return "0" if digit != "0" else "1"


ALTERATIONS = {
    "the entry itself": "update feedback_ledgerentry set salt = '00' where position = 2",
    "a later entry of the day": "update feedback_ledgerentry set salt = '00' where position = 3",
    "a later entry removed": "delete from feedback_ledgerentry where position = 3",
    "the entry before": "update feedback_ledgerentry set hash = repeat('a', 64) where position = 1",
    "the head": "update feedback_ledgerday set hash = repeat('a', 64)",
    "the message": "update feedback_ticket set body = 'Khác'",
    "the time of the message": "update feedback_ticket set received_at = now()",
}


@pytest.mark.parametrize("sql", ALTERATIONS.values(), ids=ALTERATIONS)
def test_a_broken_ledger_says_so_and_whom_to_call(client, receipt, sql):
    make.send_ticket(now=march(2, 11))
    make.send_ticket(now=march(3))
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("set local session_replication_role = origin")

    page = check(client, receipt.ticket.code, receipt.entry.hash).content.decode()

    assert "Sổ không khớp ở chỗ này." in page
    assert "Khớp với sổ." not in page
    assert "Văn phòng Mẫu" in page[page.index("Báo cho:") :]
    assert "0290 000 0009" in page[page.index("Báo cho:") :]


def test_what_was_erased_by_rule_is_no_break(client, receipt):
    Ticket.everything.filter(pk=receipt.ticket.pk).update(
        subject="", body="", content_erased_at=timezone.now()
    )

    page = check(client, receipt.ticket.code, receipt.entry.hash).content.decode()

    assert "Khớp với sổ." in page


MARK = "3f2a9c0177be04d2"


@pytest.mark.parametrize(
    "typed",
    [
        "3f2a-9c01-77be-04d2",
        "3F2A 9C01 77BE 04D2",
        "3f2a.9c01.77be.04d2",
        "3f2a9c0177be04d2",
        "  3f2a–9c01–77be–04d2 ",
        "3f2a-9cOl-77be-o4d2",
        "Dấu của biên nhận trong sổ: 3f2a-9c01-77be-04d2",
        "Dấu 2f3c-4d5e-6f7a: 3f2a-9c01-77be-04d2.",
        "Mã phiếu: 2345-ABCD-EF23 Dấu: 3f2a-9c01-77be-04d2",
        "Biên nhận\n2345-ABCD-EF23 3f2a-9c01-77be-04d2",
    ],
)
def test_a_fingerprint_is_read_however_it_is_typed(typed):
    assert read_fingerprint(typed, "2345ABCDEF23") == MARK


@pytest.mark.parametrize(
    "typed", ["", "3f2a-9c01-77be", "x" * 500, MARK * 5, "3f2a-9c01-77be-04g2"]
)
def test_what_holds_no_fingerprint_is_sent_back_with_what_was_typed(client, typed):
    page = check(client, "k7qm-4rxp-9tcw", typed).content.decode()

    assert 'id="ket-qua"' not in page
    assert 'class="error-summary"' in page
    assert "k7qm-4rxp-9tcw" in page


def test_checks_are_limited_and_what_was_typed_stays(client, receipt, monkeypatch):
    monkeypatch.setitem(CHECK_LIMIT, "limit", 2)
    for _ in range(2):
        check(client, receipt.ticket.code, receipt.entry.hash)

    response = check(client, receipt.ticket.code, receipt.entry.hash)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert receipt.entry.hash in response.content.decode()
    assert "Khớp với sổ." not in response.content.decode()
