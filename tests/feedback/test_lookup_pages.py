"""The look-up and the page of an opened ticket in a browser: for every reader, by keyboard, with scripts off."""

import re

import pytest
from django.test import Client

from feedback import handling, sender_steps
from feedback.models import ConsentText
from tests import factories as make
from tests.portal.test_accessibility import UNFOLD, faults_of
from tests.portal.test_html_validity import checker, findings

__all__ = ["checker"]

LOOKUP = "/phan-anh/tra-cuu/"
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def make_receipts():
    """Tickets whose pages show between them all that such a page may show."""
    agency = make.make_agency("Ủy ban nhân dân xã Tân Thuận", owns_portal=True)
    officer = make.make_staff("canbo", "view_every_ticket", agency=agency)
    texts = [ConsentText.objects.present(purpose) for purpose in ConsentText.Purpose.values]
    asked, answered = (
        make.send_ticket(consents=texts, attach=lambda ticket: [make.attach_file(ticket)])
        for _number in range(2)
    )
    for receipt in (asked, answered):
        handling.classify_ticket(ticket=receipt.ticket, by=officer, kind="reflection")
        handling.start_ticket(ticket=receipt.ticket, by=officer)
    sender_steps.reply(ticket=asked.ticket, form_key="a", body="Tôi nói thêm.")
    handling.ask_sender(ticket=asked.ticket, by=officer, body="Ngày nào?")
    law = make.make_legal_document("60/2014/QH13", title="Luật Hộ tịch")
    handling.answer_ticket(
        ticket=answered.ticket,
        by=officer,
        body="- Đã bố trí thêm người.",
        outcome="resolved",
        signer="Nguyễn Văn Mẫu",
        legal_documents=[law],
    )
    sender_steps.request_about_data(ticket=answered.ticket, kind="correct", form_key="b")
    return asked, answered


@pytest.fixture
def receipts(transactional_db):
    return make_receipts()


def type_in(page, receipt):
    page.goto(LOOKUP)
    page.get_by_label("Mã phiếu").fill(receipt.ticket.written_code.lower())
    page.get_by_label("Mã bí mật").fill(receipt.secret)
    page.get_by_role("button", name="Tra cứu").click()


def test_axe_finds_nothing_on_an_opened_ticket_and_nothing_overflows(new_page, receipts):
    for receipt in receipts:
        page = new_page()
        type_in(page, receipt)

        assert faults_of(page) == []

        page.set_viewport_size({"width": 320, "height": 800})
        page.evaluate("document.documentElement.dataset.text = '200'")
        page.evaluate(UNFOLD)
        assert not page.evaluate(OVERFLOWS)


def test_everything_is_done_with_scripts_off(new_page, receipts):
    asked, answered = receipts
    page = new_page(width=360, javascript=False)
    type_in(page, asked)
    page.get_by_label("Ông/bà viết gì cho cơ quan?").fill("Ngày 16/11.")
    page.get_by_role("button", name="Gửi cho cơ quan").click()

    assert "Cơ quan đã nhận được tin của ông/bà." in page.locator(":focus").inner_text()
    assert asked.ticket.messages.last().body == "Ngày 16/11."
    page.get_by_text("Tôi không cần giải quyết việc này nữa").click()
    page.get_by_label("Tôi muốn rút phiếu này").check()
    page.get_by_role("button", name="Rút phiếu").click()
    assert "Ông/bà đã rút phiếu" in page.locator(".standing").inner_text()

    with page.expect_download() as download:
        page.get_by_role("button", name="Tải tệp 1").click()
    assert download.value.suggested_filename.endswith(".png")


def test_the_code_of_a_slip_fills_the_form_and_leaves_the_address(new_page, receipts):
    ticket, secret = receipts[1].ticket, receipts[1].secret
    page = new_page()
    sent = []
    page.on("request", lambda request: sent.append((request.url, request.headers)))

    page.goto(f"{LOOKUP}#{ticket.code}.{secret}")
    page.wait_for_url(lambda url: "#" not in url)

    assert page.get_by_label("Mã phiếu").input_value() == ticket.written_code
    assert page.get_by_label("Mã bí mật").input_value().replace("-", "") == secret
    assert page.locator(".standing").count() == 0
    page.keyboard.press("Enter")
    assert "Đã trả lời" in page.locator(".standing").inner_text()
    page.go_back()
    assert not [one for one in sent if secret in str(one) or ticket.code in str(one)]


@pytest.mark.slow
@pytest.mark.django_db
def test_the_html_of_the_lookup_and_of_opened_tickets_is_valid(checker, tmp_path):
    asked, answered = make_receipts()
    client = Client()
    pages = [
        client.post(LOOKUP, {"code": receipt.ticket.code, "secret": receipt.secret})
        for receipt in (asked, answered)
    ]
    given = re.search(r'name="pass" value="([^"]+)"', pages[0].content.decode())[1]
    pages += [
        client.post(f"{LOOKUP}tin-nhan/", {"pass": given, "tin-body": "x"}),
        client.post(f"{LOOKUP}tin-nhan/", {"pass": "", "tin-body": "x"}),
        client.post(LOOKUP, {"code": "x", "secret": "y"}),
    ]
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(page.content)

    assert findings(checker, tmp_path.iterdir()) == []
