"""Look-up: number and secret open a ticket, every wrong pair gets one answer, and nothing secret stands in an address."""

import hashlib
import re
import time
from datetime import timedelta
from ipaddress import ip_network
from statistics import median

import pytest
from django.core.signing import TimestampSigner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback import handling, opening, timeline, workflow
from feedback.lookup_forms import LookupForm
from feedback.models import Ticket, TicketEvent
from feedback.views.lookup import LOOKUP_LIMIT
from procedures.deadline_words import full_day
from tests import factories as make

LOOKUP = "/phan-anh/tra-cuu/"
MOST_QUERIES = 26
STEPS = ["tin-nhan", "rut-lai", "danh-gia", "chua-giai-quyet", "du-lieu-ca-nhan", "tep"]
NAME, PHONE, MAIL, PLACE = "Lê Thị Thử", "912345678", "thu@example.vn", "Ấp 3"


@pytest.fixture
def receipt(db):
    return make.send_ticket()


@pytest.fixture
def officer(db):
    return make.make_staff("canbo", "view_every_ticket")


def open_it(client, receipt, **typed):
    return client.post(LOOKUP, {"code": receipt.ticket.code, "secret": receipt.secret} | typed)


def text_of(response):
    return response.content.decode()


def wrong_pairs(receipt):
    other = make.send_ticket(declared_kind="denunciation")
    code, secret = receipt.ticket.code, receipt.secret
    return {
        "wrong secret": (code, "222222222222"),
        "wrong number": ("222222222222", secret),
        "both": ("222222222222", "333333333333"),
        "of another": (code, other.secret),
        "of a denunciation": (other.ticket.code, secret),
        "garbage": ("' or 1=1 --", "💥" * 90),
        "very long": (code * 40, secret * 40),
    }


# Opening


def test_number_and_secret_open_the_ticket_however_they_are_typed(client, receipt):
    typed = {
        "code": f" {receipt.ticket.written_code.lower()} ",
        "secret": "-".join(receipt.secret.lower()),
    }

    page = text_of(open_it(client, receipt, **typed))

    assert receipt.ticket.written_code in page
    assert receipt.ticket.body in page
    assert "Đã tiếp nhận" in page


def test_the_page_of_an_opened_ticket_is_kept_by_nobody(client, receipt):
    response = open_it(client, receipt)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    # With no-referrer browsers would send the next form from nowhere, and it would be refused.
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text_of(response)
    assert client.get(LOOKUP).headers["Cache-Control"] == "no-store"


def test_a_denunciation_opens_to_who_sent_it(client, db):
    receipt = make.send_ticket(declared_kind="denunciation", body="Ông A nhận tiền.")

    page = text_of(open_it(client, receipt))

    assert "Ông A nhận tiền." in page
    assert "pháp luật về khiếu nại, tố cáo" in page


def test_a_withdrawn_and_an_erased_ticket_still_say_what_became_of_them(client, receipt):
    ticket = receipt.ticket
    workflow.move(ticket, "withdrawn", type=TicketEvent.Type.WITHDRAWN, by=TicketEvent.By.SENDER)
    Ticket.everything.filter(pk=ticket.pk).update(
        subject="", body="", content_erased_at=timezone.now()
    )

    page = text_of(open_it(client, receipt))

    assert "Ông/bà đã rút phiếu" in page
    assert "Nội dung đã được xóa" in page


def test_neither_name_nor_number_of_the_sender_is_shown_but_masked(client, receipt):
    page = text_of(open_it(client, receipt))

    for word in (NAME, PHONE, MAIL, PLACE):
        assert word not in page
    for masked in ("L… T… T…", "··· 678", "t…@example.vn"):
        assert masked in page


def test_the_secret_comes_back_in_no_page(client, receipt):
    wrong = client.post(LOOKUP, {"code": "222222222222", "secret": receipt.secret})

    for response in (open_it(client, receipt), wrong):
        assert receipt.secret not in text_of(response)
        assert receipt.secret.lower() not in text_of(response).lower()


# Wrong pairs


def test_every_wrong_pair_gets_one_answer_with_the_same_queries_and_one_hash(
    client, receipt, monkeypatch
):
    pairs = wrong_pairs(receipt)
    hashed, scrypt = [], hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: hashed.append(1) or scrypt(*a, **k))
    # The first try of an hour removes what is left of the last.
    open_it(client, receipt)
    answers = {}
    for name, (code, secret) in pairs.items():
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.post(LOOKUP, {"code": code, "secret": secret})
        page = re.sub(r'value="[^"]*"', "", text_of(response))
        asked = [re.sub(r"""'[^']*'|"s\d+_x\d+\"""", "?", query["sql"]) for query in queries]
        answers[name] = (response.status_code, page, asked, len(hashed))

    first = answers["wrong secret"]

    assert first[0] == 200
    assert str(LookupForm.WRONG) in first[1]
    assert first[3] == 1
    assert {name for name, answer in answers.items() if answer != first} == set()


def test_a_number_that_does_not_exist_takes_as_long_as_a_wrong_secret(receipt):
    tries = {"exists": receipt.ticket.code, "does not": "222222222222"}
    taken = {name: [] for name in tries}
    for _round in range(30):
        for name, code in tries.items():
            begun = time.perf_counter()
            opening.open_ticket(code=code, secret="222222222222")
            taken[name].append(time.perf_counter() - begun)

    assert 0.6 < median(taken["exists"]) / median(taken["does not"]) < 1.6


@pytest.mark.parametrize("missing", ["code", "secret"])
def test_a_field_left_empty_is_asked_for_and_costs_no_try(client, receipt, missing):
    for _try in range(LOOKUP_LIMIT["limit"] + 1):
        response = open_it(client, receipt, **{missing: ""})

    assert response.status_code == 200
    assert "Có 1 chỗ cần sửa" in text_of(response)


# Limits


def test_tries_are_limited_and_the_number_typed_is_kept_but_not_the_secret(client, receipt):
    for _try in range(LOOKUP_LIMIT["limit"]):
        client.post(LOOKUP, {"code": "222222222222", "secret": "333333333333"})

    refused = open_it(client, receipt)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "phút" in text_of(refused)
    assert f'value="{receipt.ticket.code}"' in text_of(refused)
    assert receipt.secret not in text_of(refused)
    assert receipt.ticket.body not in text_of(refused)


def test_another_address_is_served_while_one_is_refused_and_a_counter_always(
    client, receipt, settings
):
    for _try in range(LOOKUP_LIMIT["limit"] + 1):
        refused = open_it(client, receipt)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    opened = open_it(elsewhere, receipt)
    settings.RATE_LIMIT_EXEMPT = [ip_network("127.0.0.1/32")]

    assert refused.status_code == 429
    assert opened.status_code == 200
    assert open_it(client, receipt).status_code == 200


# Passes


def given_pass(client, receipt):
    page = text_of(open_it(client, receipt))
    return re.search(r'name="pass" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_without_a_valid_pass_leads_back_to_the_lookup(client, receipt, step):
    forged = TimestampSigner(salt="somewhere.else").sign_object(receipt.ticket.pk)

    for given in ("", "rubbish", forged):
        response = client.post(f"{LOOKUP}{step}/", {"pass": given, "number": "1"})

        assert response.status_code == 200
        assert "Phiếu đã đóng lại." in text_of(response)
        assert receipt.ticket.body not in text_of(response)
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("step", STEPS)
def test_the_address_of_a_step_leads_to_the_lookup(client, db, step):
    response = client.get(f"{LOOKUP}{step}/")

    assert (response.status_code, response.headers["Location"]) == (302, LOOKUP)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_pass_ends_after_an_hour_and_what_was_being_written_is_not_lost(
    client, receipt, monkeypatch
):
    old = given_pass(client, receipt)
    later = time.time() + opening.PASS_MINUTES * 60 + 60
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", lambda: later)
        sent = {"pass": old, "tin-body": "Tôi xin nói thêm.", "tin-stamp": "x"}
        ended = client.post(f"{LOOKUP}tin-nhan/", sent)
    again = open_it(client, receipt, draft="Tôi xin nói thêm.", draft_of="tin")

    assert "Phiếu đã đóng lại." in text_of(ended)
    assert 'name="draft" value="Tôi xin nói thêm."' in text_of(ended)
    assert receipt.ticket.messages.count() == 0
    assert re.search(r"<textarea[^>]*>\s*Tôi xin nói thêm.</textarea>", text_of(again))


def test_words_for_a_step_that_is_no_longer_open_are_shown_to_be_copied(client, receipt):
    page = text_of(open_it(client, receipt, draft="Vẫn phải chờ.", draft_of="mo-lai"))

    assert "Phiếu đã sang tình trạng khác" in page
    assert "Vẫn phải chờ." in page


# What is promised


def ticket_of(receipt, officer, agency, *, days):
    """One that was sent so many days ago and is being worked on."""
    at = timezone.now() - timedelta(days=days)
    handling.classify_ticket(ticket=receipt.ticket, by=officer, kind="reflection", now=at)
    handling.transfer_ticket(
        ticket=receipt.ticket, by=officer, agency=agency, note="Việc của xã.", now=at
    )
    handling.start_ticket(ticket=receipt.ticket, by=officer, now=at)
    return receipt.ticket


def sent_before(days, **fields):
    return make.send_ticket(now=timezone.now() - timedelta(days=days), **fields)


@pytest.fixture
def agency(db):
    return make.make_agency("Ủy ban nhân dân xã Tân Thuận")


def test_the_promised_day_is_shown_with_why_it_is_that_day(client, receipt):
    page = text_of(open_it(client, receipt))

    assert full_day(receipt.promised.due_on) in page
    assert "Ngày nhận không tính, đếm từ ngày sau." in page
    assert "nghỉ cuối tuần" in page
    assert "quá hạn" not in page


def test_an_overdue_ticket_says_so_and_promises_no_day_that_is_over(client, officer, agency):
    receipt = sent_before(60)
    ticket_of(receipt, officer, agency, days=59)

    page = text_of(open_it(client, receipt))

    late = (timezone.localdate() - receipt.promised.due_on).days
    assert f"Đã quá hạn {late} ngày" in page
    assert "Cổng xin lỗi ông/bà." in page
    assert "chậm nhất ngày" not in page


def test_days_on_which_the_sender_is_waited_for_are_never_late(client, officer, agency):
    receipt = sent_before(60)
    ticket = ticket_of(receipt, officer, agency, days=59)
    asked_at = timezone.now() - timedelta(days=58)
    handling.ask_sender(ticket=ticket, by=officer, body="Ngày nào?", now=asked_at)

    promise = timeline.promise(ticket)
    page = text_of(open_it(client, receipt))

    assert (promise.days_late, promise.paused_at) == (0, asked_at)
    assert "Đang chờ ông/bà trả lời" in page
    assert "Đồng hồ dừng từ" in page
    assert "quá hạn" not in page


def test_a_late_answer_is_called_late_and_says_why(client, officer, agency):
    receipt = sent_before(60)
    ticket = ticket_of(receipt, officer, agency, days=59)
    handling.answer_ticket(
        ticket=ticket, by=officer, body="Xong.", outcome="resolved", late_reason="Thiếu người."
    )

    page = text_of(open_it(client, receipt))

    late = (timezone.localdate() - receipt.promised.due_on).days
    assert f"Cơ quan trả lời muộn {late} ngày." in page
    assert "Thiếu người." in page


def test_an_extension_is_told_with_its_reason_and_the_new_day(client, receipt, officer, agency):
    ticket = ticket_of(receipt, officer, agency, days=0)
    handling.extend_ticket(ticket=ticket, by=officer, note="Chờ kết quả đo.")

    page = text_of(open_it(client, receipt))

    assert "Hạn này đã gia hạn một lần" in page
    assert "Chờ kết quả đo." in page
    assert full_day(ticket.deadlines.get(kind="answer").due_on) in page


@pytest.mark.parametrize("fields", [{"sender": None}, {"declared_kind": "praise"}])
def test_where_no_day_is_promised_the_page_says_so(client, db, fields):
    page = text_of(open_it(client, make.send_ticket(**fields)))

    assert "không hẹn ngày trả lời" in page
    assert "Hẹn trả lời" not in page


def test_a_page_asks_no_more_of_the_database_for_a_long_conversation(
    client, receipt, officer, agency, django_assert_max_num_queries
):
    ticket = ticket_of(receipt, officer, agency, days=0)
    for number in range(1, 9):
        message = ticket.messages.create(by="sender", body="Thêm.")
        make.attach_file(ticket, number=number, message=message)
        ticket.messages.create(by="staff", author=officer, body="Cảm ơn.")

    with django_assert_max_num_queries(MOST_QUERIES):
        open_it(client, receipt)


# Files


@pytest.fixture
def with_file(db):
    return make.send_ticket(attach=lambda ticket: [make.attach_file(ticket)])


def test_own_files_are_taken_along_and_opened_nowhere(client, with_file):
    response = client.post(f"{LOOKUP}tep/", {"pass": given_pass(client, with_file), "number": "1"})

    assert b"".join(response.streaming_content)[1:4] == b"PNG"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("number", ["1", "2", "0", "-1", "", "x", "٣", "9" * 30])
def test_a_pass_opens_no_file_of_another_ticket_nor_one_that_is_not_there(
    client, receipt, with_file, number
):
    own_pass = given_pass(client, receipt)

    assert client.post(f"{LOOKUP}tep/", {"pass": own_pass, "number": number}).status_code == 404
