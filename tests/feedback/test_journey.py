"""From a poster to the public answer: a person with a telephone, an officer, a handler and an approver, each in a
browser of their own."""

import re

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image

from feedback.models import Ticket, TicketRating
from portal.management.commands.dev import SAMPLE_PASSWORDS, create_sample_staff
from tests import factories as make
from tests.file_samples import picture
from tests.jobs import run_jobs

NAME, MAIL, ADDRESS = "Lê Thị Hành Trình", "hanh.trinh@example.vn", "Ấp 7, xã Tân Thuận"
SUBJECT, BODY = (
    "Bảng hướng dẫn bị che",
    "Bảng hướng dẫn ở quầy số 2 bị tủ che, người già không đọc được.",
)
QUESTION, REPLY = "Bảng nào, xin ông/bà nói rõ.", "Bảng màu xanh, cạnh cửa sổ."
ANSWER = "Trung tâm đã dời tủ và treo lại bảng hướng dẫn ngay tại quầy số 2."
PUBLIC = {
    "subject": "Bảng hướng dẫn ở quầy bị che khuất",
    "body": "Người dân báo bảng hướng dẫn ở một quầy bị che.",
    "answer": "Đã treo lại bảng ở chỗ ai cũng nhìn thấy.",
}


@pytest.fixture
def poster(transactional_db):
    """The code on the poster of a procedure, in a province with staff."""
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    make.make_agency("Sở Tư pháp")
    procedure = make.make_procedure(code="1.001193", name="Thủ tục đăng ký khai sinh")
    create_sample_staff()
    return make.make_qr_target(procedure)


@pytest.fixture
def desk(new_page):
    """A function that opens the ticket with that code as one of the sample staff."""

    def open_ticket(username, code):
        page = new_page()
        page.goto(reverse("admin:index"))
        page.fill("#id_username", username)
        page.fill("#id_password", SAMPLE_PASSWORDS[username])
        page.click("input[type=submit]")
        page.goto(reverse("admin:feedback_ticket_changelist"))
        page.click(f"text={code}")
        return page

    return open_ticket


def write(page):
    page.check("[name=declared_kind][value=reflection]")
    page.fill("[name=subject]", SUBJECT)
    page.fill("[name=body]", BODY)
    page.set_input_files(
        "[name=files]",
        {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": picture(size=(600, 400))},
    )
    page.check("[name=naming][value=named]")
    page.fill("[name=name]", NAME)
    page.fill("[name=address]", ADDRESS)
    page.fill("[name=email]", MAIL)
    page.check("[name=consent_intake]")
    page.check("[name=consent_mail]")


def code_on(pdf):
    """The address that the slip's code holds, as the camera of a telephone reads it."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (found,) = zxingcpp.read_barcodes(page)
    return found.text


def take(page, step, **fields):
    """Unfold a step of the desk, fill it in and take it."""
    form = page.locator(f"form[action$='/{step}/']")
    fold = form.locator("xpath=ancestor::details[not(@open)]")
    if fold.count():
        fold.locator("summary").click()
    for name, value in fields.items():
        box = form.locator(f"[name={name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)
    form.locator("[type=submit]").click()
    page.wait_for_load_state()


def test_a_message_from_a_scanned_poster_is_answered_rated_and_made_public(
    poster, new_page, desk, mail_server
):
    phone = new_page(width=360, javascript=False)
    phone.goto(f"/q/{poster.token}")
    phone.get_by_role("link", name="Gửi phản ánh").first.click()
    assert "Thủ tục đăng ký khai sinh" in phone.inner_text("form.message")
    write(phone)
    phone.get_by_role("button", name="Gửi phiếu").click()
    phone.wait_for_load_state()
    # Quicker than a person writes: what was typed and chosen is still there, and it is sent once more.
    if "hai mã" not in phone.inner_text("main"):
        assert phone.input_value("[name=body]") == BODY
        assert "IMG_0001.png" in phone.inner_text("form.message")
        phone.wait_for_timeout(3000)
        phone.get_by_role("button", name="Gửi phiếu").click()
    phone.wait_for_load_state()
    code, secret = phone.locator(".receipt__code").all_inner_texts()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Tải biên nhận").click()
    slip = download.value.path().read_bytes()

    ticket = Ticket.objects.get()
    assert ticket.written_code == code
    assert ticket.procedure.code == "1.001193"
    with ticket.attachments.get().file as kept:
        assert Image.open(kept).size == (600, 400)
    both = f"{code}.{secret}".replace("-", "")
    assert code_on(slip).endswith(f"/phan-anh/tra-cuu/#{both}")

    officer = desk("tiepnhan", code)
    take(officer, "phan-loai")
    take(officer, "chuyen", agency="Sở Tư pháp", note="Sở Tư pháp phụ trách quầy này.")
    handler = desk("xuly", code)
    take(handler, "bat-dau")
    take(handler, "hoi", body=QUESTION)

    follower = new_page(width=360, javascript=False)
    follower.goto("/phan-anh/tra-cuu/")
    follower.fill("[name=code]", code)
    follower.fill("[name=secret]", secret)
    follower.get_by_role("button", name="Tra cứu").click()
    assert QUESTION in follower.inner_text("main")
    follower.fill("[name=tin-body]", REPLY)
    follower.get_by_role("button", name="Gửi cho cơ quan").click()
    assert REPLY in follower.inner_text("main")

    handler.reload()
    assert REPLY in handler.inner_text("#content-main")
    take(handler, "tra-loi", outcome="Đã giải quyết", body=ANSWER)
    assert NAME not in handler.content()
    handler.get_by_role("link", name="Bản công khai").first.click()
    for name, words in PUBLIC.items():
        handler.fill(f"#id_public_{name}", words)
    handler.get_by_role("button", name="Gửi duyệt").click()
    approver = desk("duyetpakn", code)
    approver.get_by_role("link", name="Bản công khai").first.click()
    approver.get_by_role("button", name="Duyệt công khai").click()

    follower = new_page(width=360)
    follower.goto("/phan-anh/tra-cuu/" + code_on(slip).partition("/phan-anh/tra-cuu/")[2])
    follower.get_by_role("button", name="Tra cứu").click()
    words = follower.inner_text("main")
    assert ANSWER in words
    assert "Sở Tư pháp phụ trách quầy này." in words
    follower.get_by_label("Rất hài lòng", exact=True).check()
    follower.get_by_role("button", name=re.compile("đánh giá", re.IGNORECASE)).click()
    follower.get_by_text("Cảm ơn ông/bà đã đánh giá.").wait_for()
    assert TicketRating.objects.get().score == 5

    stranger = new_page(width=360, javascript=False)
    stranger.goto("/tim-kiem/?q=bang+huong+dan+bi+che+khuat")
    stranger.get_by_role("link", name=PUBLIC["subject"]).click()
    stranger.wait_for_load_state()
    page = stranger.inner_text("main")
    assert [words for words in PUBLIC.values() if words not in page] == []
    for private in (NAME, ADDRESS, SUBJECT, BODY, REPLY, ANSWER, code):
        assert private not in stranger.content()

    run_jobs()
    mails = [f"{mail['Subject']}\n{mail.get_content()}" for mail in mail_server.mails]
    assert len(mails) >= 3
    assert [mail for mail in mails if code not in mail] == []
    for private in (NAME, ADDRESS, SUBJECT, BODY, REPLY, ANSWER, secret):
        assert [mail for mail in mails if private in mail] == []
