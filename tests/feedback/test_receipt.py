"""What a sender takes home: once, on the page and on paper, and only they."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from secrets import token_urlsafe
from threading import Barrier

import pypdfium2
import pytest
import zxingcpp
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from feedback import codes, intake
from feedback.models import IntakeSettings, LedgerEntry, Ticket
from feedback.slip import Slip
from portal import typesetting
from portal.forms import GuardedForm
from portal.models import RateLimit
from procedures.deadline_words import full_day
from procedures.deadlines import explanation
from tests import axe
from tests import factories as make
from tests.feedback.messages import (
    FORM,
    NAME,
    SLIP,
    anonymous_message,
    message,
    stamp,
)
from tests.portal import test_html_validity

CODE = re.compile(r'receipt__code">([0-9A-Z-]+)<')
checker = test_html_validity.checker

DENUNCIATION = "/phan-anh/to-cao/"


def codes_on(response):
    """The public code and the secret, as the page shows them."""
    return CODE.findall(response.content.decode())


@pytest.mark.django_db
def test_the_receipt_shows_both_codes_the_day_and_why(client):
    response = client.post(FORM, message())

    ticket = Ticket.objects.get()
    promised = ticket.deadlines.get(kind="answer")
    page = response.content.decode()
    code, secret = codes_on(response)
    assert code == ticket.written_code
    assert codes.opens(codes.read(secret), code=ticket.code, secret_hash=ticket.secret_hash)
    assert full_day(promised.due_on) in page
    for sentence in explanation(promised.explanation):
        assert sentence in page
    assert codes.written(LedgerEntry.objects.get().hash[:16]) in page
    assert "/phan-anh/so-bien-nhan/kiem-tra/" in page
    assert NAME not in page


@pytest.mark.django_db
def test_nothing_keeps_the_receipt_and_no_header_tells_of_it(client):
    response = client.post(FORM, message())

    code, secret = codes_on(response)
    assert response.headers["Cache-Control"] == "no-store"
    # With no-referrer browsers would send the form of the slip from nowhere, and it would be refused.
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert list(response.cookies) == ["csrftoken"]
    for word in (code, secret, codes.read(code), codes.read(secret)):
        assert word not in str(response.headers)
    # Outside of the picture, no address on the page has either.
    assert not [
        link
        for link in re.findall(r'(?:href|action)="([^"]*)"', response.content.decode())
        if code in link
    ]


@pytest.mark.django_db
def test_the_form_is_kept_by_nobody(client):
    response = client.get(FORM)

    assert response.headers["Cache-Control"] == "no-store"
    assert list(response.cookies) == ["csrftoken"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"naming": "anonymous"}, "Phiếu không ghi tên được giữ làm thông tin"),
        ({"declared_kind": "praise"}, "Góp ý, khen ngợi được chuyển đến nơi được nói đến"),
    ],
)
def test_where_no_day_is_promised_the_receipt_says_so(client, changes, said):
    page = client.post(FORM, message(**changes)).content.decode()

    assert "Không có ngày hẹn trả lời" in page
    assert said in page


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_the_same_moment_makes_one_ticket():
    fields, start = message(), Barrier(4)

    def send(_number):
        start.wait()
        try:
            return codes_on(Client().post(FORM, fields))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(send, range(4)))

    assert Ticket.objects.count() == 1
    assert len(shown[0]) == 2
    assert shown == [shown[0]] * 4


@pytest.mark.django_db
def test_sent_again_it_is_the_same_receipt_and_costs_nothing(client):
    fields = message()
    first = client.post(FORM, fields)
    spent = list(RateLimit.objects.values_list("key", "count"))

    again = client.post(FORM, fields | {"body": "", "subject": "", "website": "x"})

    assert codes_on(again) == codes_on(first)
    assert "không phải phiếu mới" in again.content.decode()
    assert "không phải phiếu mới" not in first.content.decode()
    assert list(RateLimit.objects.values_list("key", "count")) == spent


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "is_shown"),
    [(timedelta(minutes=29), True), (timedelta(minutes=31), False), (timedelta(days=3), False)],
)
def test_the_secret_is_shown_again_for_half_an_hour(client, age, is_shown):
    key = token_urlsafe(24)
    sent = make.send_ticket(form_key=key, now=timezone.now() - age)
    fields = anonymous_message(stamp=stamp(key=key, age=age))

    shown = codes_on(client.post(FORM, fields))
    paper = text_of(client.post(SLIP, {"stamp": fields["stamp"]}).content)

    secret = codes.written(sent.secret)
    assert shown == [sent.ticket.written_code, *([secret] if is_shown else [])]
    assert (secret in paper) is is_shown
    assert sent.ticket.written_code in paper


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace(
        "\r\n", "\n"
    )


@pytest.mark.django_db
def test_the_slip_is_one_tagged_page_that_says_it_all_in_order_and_opens_the_ticket(
    client, settings
):
    settings.SITE_URL = "https://cchc.example.vn"
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    fields = message()
    code, secret = codes_on(client.post(FORM, fields))

    response = client.post(SLIP, {"stamp": fields["stamp"]})

    pdf = response.content
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'attachment; filename="bien-nhan-{code}.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [148, 210]
    assert document.get_metadata_value("Title") == f"Biên nhận phiếu {code}"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert re.search(rb"/Lang ?\(vi\)", pdf)
    text, place = text_of(pdf), 0
    entry = LedgerEntry.objects.get()
    due = full_day(Ticket.objects.get().deadlines.get(kind="answer").due_on)
    for words in (
        *(
            "Ủy ban nhân dân tỉnh Cà Mau",
            "Biên nhận",
            code,
            secret,
            "cchc.example.vn/phan-anh/tra-cuu/",
        ),
        *("Phản ánh", due, "Tiếp theo", codes.written(entry.hash[:16]), entry.hash),
    ):
        place = text.find(words, place)
        assert place >= 0, words
    picture = document[0].render(scale=100 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [
        f"https://cchc.example.vn/phan-anh/tra-cuu/#{codes.read(code)}.{codes.read(secret)}"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "x", stamp()])
def test_a_stamp_that_has_made_no_ticket_gets_no_slip(client, given):
    assert client.post(SLIP, {"stamp": given}).status_code == 404


def test_what_somebody_wrote_is_printed_as_it_stands():
    template = (
        "#let data = json(bytes(sys.inputs.data))\n#set document(title: data.words)\n#data.words"
    )

    pdf = typesetting.compile(template, {"words": '#read("slip.typ") *đậm* $x$'})

    assert text_of(pdf).strip() == '#read("slip.typ") *đậm* $x$'


def test_ten_thousand_codes_have_no_repeat_no_order_and_no_look_alikes():
    made = [codes.new_code() for _ in range(10_000)]

    assert len(set(made)) == 10_000
    assert set("".join(made)) == set(codes.ALPHABET)
    assert not set("01ILO") & set(codes.ALPHABET)
    assert {len(code) for code in made} == {12}
    assert len(codes.ALPHABET) ** 12 > 2**50
    assert made != sorted(made)


@pytest.mark.django_db
def test_a_receipt_in_a_report_of_errors_does_not_show_its_secret():
    receipt = make.send_ticket()

    assert receipt.secret not in repr(receipt) + repr(Slip(receipt))
    assert intake.receipt_for("khong-co") is None


# The beginning of two codes, so that one of two procedures is to be chosen.
PART_OF_CODE = "9.9000"


def make_two_births():
    make.make_procedure(name="Đăng ký lại khai sinh", code=f"{PART_OF_CODE}01")
    make.make_procedure(name="Đăng ký khai sinh lưu động", code=f"{PART_OF_CODE}02")


def faults_of(page):
    faults = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        faults += axe.faults(page)
    return faults


def test_the_pages_that_answer_a_form_have_no_faults_for_anybody(
    new_page, transactional_db, monkeypatch
):
    monkeypatch.setattr(GuardedForm, "LEAST_SECONDS", 0)
    page = new_page()
    make_two_births()
    page.goto(FORM)
    page.get_by_label("Về thủ tục").fill(PART_OF_CODE)

    page.get_by_role("button", name="Gửi phiếu").click()
    corrections = page.locator(".error-summary:focus").inner_text()
    faults = faults_of(page)
    page.get_by_label("Đăng ký lại khai sinh").check()
    page.get_by_label("Khen ngợi", exact=True).check()
    page.get_by_label("Việc gì", exact=True).fill("Quầy số 3")
    page.get_by_label("Nội dung", exact=True).fill("Cán bộ hướng dẫn rất tận tình.")
    page.get_by_label("Không ghi tên", exact=True).check()
    page.get_by_role("button", name="Gửi phiếu").click()
    page.wait_for_load_state()

    assert "Có 5 chỗ cần sửa" in corrections
    assert page.locator(".receipt__code").count() == 2
    assert Ticket.objects.get().procedure.name == "Đăng ký lại khai sinh"
    assert faults + faults_of(page) == []


def test_the_form_of_denunciations_has_no_faults_for_anybody(new_page, transactional_db):
    IntakeSettings.objects.create(pk=1, takes_denunciations=True)
    page = new_page()

    page.goto(DENUNCIATION)

    assert page.locator("[name=body]").count() == 1
    assert faults_of(page) == []


def test_the_form_is_sent_with_the_keyboard_alone(new_page, transactional_db, monkeypatch):
    monkeypatch.setattr(GuardedForm, "LEAST_SECONDS", 0)
    typed = {"subject": "Quầy số 3", "body": "Cán bộ hướng dẫn rất tận tình."}
    page = new_page(width=360)
    page.goto(FORM)

    for _ in range(120):
        page.keyboard.press("Tab")
        name, is_button = page.evaluate(
            "() => { const at = document.activeElement;"
            " return [at.name ?? '', at.matches('form.message [type=submit]')] }"
        )
        if name in typed:
            page.keyboard.type(typed[name])
        elif name == "declared_kind":
            # The last of the five: up from the first one.
            page.keyboard.press("ArrowUp")
        elif name == "naming":
            page.keyboard.press("ArrowUp")
        elif is_button:
            page.keyboard.press("Enter")
            break

    page.locator(".receipt__code").first.wait_for()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.body) == (typed["subject"], typed["body"])
    assert (ticket.kind, ticket.is_anonymous) == ("praise", True)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_html_of_the_answers_is_valid(client, checker, tmp_path, monkeypatch):
    make_two_births()
    pages = {
        "wrong": client.post(FORM, message(procedure=PART_OF_CODE, subject="", naming="")),
        "receipt": client.post(FORM, message(stamp=stamp())),
        "without_cookie": Client(enforce_csrf_checks=True).post(FORM, message()),
        "english": client.post("/en/phan-anh/", message(body="")),
    }
    IntakeSettings.objects.create(pk=1, takes_denunciations=True)
    pages["denunciation"] = client.get(DENUNCIATION)
    pages["denunciation_wrong"] = client.post(DENUNCIATION, message(body=""))
    fields = message()
    with monkeypatch.context() as patched:
        patched.setattr("feedback.views.intake.receipt_for", _away)
        pages["unsaved"] = client.post(FORM, fields)
    for name, response in pages.items():
        (tmp_path / f"{name}.html").write_bytes(response.content)

    assert test_html_validity.findings(checker, tmp_path.iterdir()) == []


def _away(*args, **options):
    raise OperationalError
