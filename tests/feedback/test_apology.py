"""A day that was promised and not kept: the step, the letter on paper, and what its reader is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import handling
from feedback.apology import broken_promise, usual_new_day
from feedback.models import AnswerTemplate, ApologyLetter
from portal.models import OutgoingMail
from procedures.deadline_words import full_day
from tests import factories as make
from tests import pdfs
from tests.feedback.test_lookup import given_pass
from tests.feedback.test_ticket_admin import of, offered, step

pytestmark = pytest.mark.django_db

LETTER = "/phan-anh/tra-cuu/thu-xin-loi/"
REASON = "Phải chờ kết quả đo đạc lại."


@pytest.fixture
def agency():
    unit = make.make_admin_unit("Cà Mau", kind="province")
    parent = make.make_agency("Ủy ban nhân dân tỉnh", admin_unit=unit)
    return make.make_agency("Sở Đo đạc", parent=parent)


@pytest.fixture
def handler(agency):
    return make.make_staff("xuly", "view_ticket", "answer_ticket", agency=agency)


@pytest.fixture
def desk(client, handler):
    client.force_login(handler)
    return client


def receipt_in_work(agency, by, *, days, **fields):
    receipt = make.send_ticket(now=timezone.now() - timedelta(days=days), **fields)
    for act in (
        lambda ticket: handling.classify_ticket(ticket=ticket, by=by, kind="reflection"),
        lambda ticket: handling.transfer_ticket(ticket=ticket, by=by, agency=agency, note="Đúng."),
        lambda ticket: handling.start_ticket(ticket=ticket, by=by),
    ):
        act(receipt.ticket)
    return receipt


@pytest.fixture
def late(agency, handler):
    return receipt_in_work(agency, handler, days=40, consents=[make.make_consent_text("mail")])


def apologise(client, ticket, **fields):
    words = {"reason": REASON, "signer": "Lê Văn Ký, Phó Giám đốc", "document_number": "12/TXL"}
    words["new_due_on"] = f"{usual_new_day():%d/%m/%Y}"
    return step(client, ticket, "thu-xin-loi", **words | fields)


def text_of(response):
    assert response.headers["Content-Type"] == "application/pdf"
    return pdfs.text_of(response.content)


def test_it_is_offered_only_while_a_day_is_broken(desk, agency, handler, late):
    in_time = receipt_in_work(agency, handler, days=1).ticket

    before = offered(desk, late.ticket)
    apologise(desk, late.ticket)

    assert "thu-xin-loi" in before
    assert "thu-xin-loi" not in offered(desk, late.ticket)
    assert "thu-xin-loi" not in offered(desk, in_time)
    # The day that the letter named has passed, too.
    later = timezone.now() + timedelta(days=30)
    again = broken_promise(late.ticket, now=later)
    assert again.promised_on == ApologyLetter.objects.get().new_due_on


def test_the_sender_is_told_why_and_which_day_and_gets_a_mail_without_content(desk, late):
    OutgoingMail.objects.all().delete()

    apologise(desk, late.ticket)

    event = late.ticket.events.get(type="apologised")
    assert event.note == f"{REASON}\nHẹn lại: {full_day(usual_new_day())}."
    mail = OutgoingMail.objects.get()
    assert mail.to == "thu@example.vn"
    assert REASON not in mail.body
    promised = late.ticket.deadlines.get(kind="answer").due_on
    assert ApologyLetter.objects.get().promised_on == promised


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "reason"),
        ({"signer": ""}, "signer"),
        ({"new_due_on": f"{timezone.localdate():%d/%m/%Y}"}, "new_due_on"),
        ({"new_due_on": ""}, "new_due_on"),
    ],
)
def test_a_letter_needs_a_reason_a_day_to_come_and_who_signs(desk, late, fields, said):
    refused = apologise(desk, late.ticket, **fields)

    assert refused.status_code == 422
    [form] = [offer.form for offer in refused.context["offers"] if offer.is_open]
    assert list(form.errors) == [said]
    assert not ApologyLetter.objects.exists()


def test_the_new_day_is_a_working_day(desk, late):
    day = usual_new_day() + timedelta(days=14)
    make.make_calendar_exception(day, note="Nghỉ thử")

    refused = apologise(desk, late.ticket, new_due_on=f"{day:%d/%m/%Y}")

    assert "Nghỉ thử" in refused.content.decode()


def test_the_letter_says_what_was_promised_how_late_why_and_when(desk, late):
    apologise(desk, late.ticket)

    text = text_of(desk.get(of(late.ticket, "letter", 1)))

    letter = ApologyLetter.objects.get()
    days = (timezone.localdate() - letter.promised_on).days
    for words in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH",
        "SỞ ĐO ĐẠC",
        "Số: 12/TXL",
        "Cà Mau, ngày",
        "THƯ XIN LỖI",
        f"{letter.promised_on:%d/%m/%Y}",
        f"chậm {days} ngày",
        REASON,
        full_day(letter.new_due_on),
        "/phan-anh/tra-cuu/",
        "PHÓ GIÁM ĐỐC",
        "Lê Văn Ký",
    ]:
        assert words in text


def test_only_who_may_know_the_sender_prints_the_name_and_that_is_written_down(
    client, desk, agency, late
):
    apologise(desk, late.ticket)
    looks = late.ticket.events.filter(type="viewed_identity")

    unnamed = text_of(desk.get(of(late.ticket, "letter", 1)))
    assert not looks.exists()
    rights = ["view_ticket", "view_ticketsender"]
    knowing = make.make_staff("biet", *rights, agency=agency)
    client.force_login(knowing)
    named = text_of(client.get(of(late.ticket, "letter", 1)))

    assert f"Kính gửi: Người gửi phiếu {late.ticket.written_code}" in unnamed
    assert "Lê Thị Thử" not in unnamed
    assert "Kính gửi: Ông/bà Lê Thị Thử" in named
    assert looks.get().actor == knowing
    client.force_login(make.make_staff("noi-khac", *rights, agency=make.make_agency()))
    assert client.get(of(late.ticket, "letter", 1)).status_code == 404


def test_the_sender_finds_the_letter_with_their_own_name(desk, late, agency, handler):
    other = receipt_in_work(agency, handler, days=1)
    apologise(desk, late.ticket)
    own_pass = given_pass(desk, late)

    page = desk.post(
        "/phan-anh/tra-cuu/", {"code": late.ticket.code, "secret": late.secret}
    ).content.decode()
    letter = desk.post(f"/en{LETTER}", {"pass": own_pass, "number": "1"})

    assert LETTER in page
    assert REASON in page
    assert "Kính gửi: Ông/bà Lê Thị Thử" in text_of(letter)
    assert "no-store" in letter.headers["Cache-Control"]
    assert desk.post(LETTER, {"pass": own_pass, "number": "2"}).status_code == 404
    assert desk.post(LETTER, {"pass": given_pass(desk, other), "number": "1"}).status_code == 404
    assert desk.get(LETTER).status_code == 302


def test_after_a_late_answer_the_letter_names_no_new_day(desk, late, handler):
    handling.answer_ticket(
        ticket=late.ticket, by=handler, body="Đã đo.", outcome="resolved", late_reason=REASON
    )

    apologise(desk, late.ticket)

    assert "Hẹn lại" not in late.ticket.events.get(type="apologised").note
    text = text_of(desk.get(of(late.ticket, "letter", 1)))
    assert "mới có trả lời" in text
    assert "hẹn trả lời ông/bà chậm nhất vào Thứ" not in text


# Mẫu trả lời


def answer(client, ticket, body):
    ticket.refresh_from_db()
    fields = {"outcome": "resolved", "body": body, "agency": ticket.handling_agency_id}
    return step(client, ticket, "tra-loi", **fields)


def test_templates_that_fit_stand_above_the_answer(desk, agency, handler):
    ticket = receipt_in_work(agency, handler, days=1).ticket
    for title, fields in {
        "Mẫu chung": {},
        "Mẫu của Sở": {"agency": agency, "kind": "reflection"},
        "Mẫu hỏi đáp": {"kind": "question"},
        "Mẫu nơi khác": {"agency": make.make_agency()},
    }.items():
        AnswerTemplate.objects.create(title=title, body="Kính gửi, hẹn ngày [ngày hẹn].", **fields)

    page = desk.get(of(ticket)).content.decode()

    assert [title in page for title in ("Mẫu chung", "Mẫu của Sở")] == [True, True]
    assert [title in page for title in ("Mẫu hỏi đáp", "Mẫu nơi khác")] == [False, False]
    assert "answer-templates.js" in page


def test_a_place_that_was_not_filled_in_is_refused(desk, agency, handler):
    ticket = receipt_in_work(agency, handler, days=1).ticket

    refused = answer(desk, ticket, "Hẹn ông/bà ngày [ngày hẹn], tại [ địa điểm ].")
    assert refused.status_code == 422
    assert "Còn chỗ chưa điền: [ngày hẹn], [ địa điểm ]" in refused.content.decode()
    answer(desk, ticket, "Đã sửa, theo mục [1].")

    assert ticket.answers.get().body == "Đã sửa, theo mục [1]."


def test_an_agency_keeps_its_own_templates_and_reads_the_general_ones(client, agency):
    own, general, other = (
        AnswerTemplate.objects.create(title=title, body="Kính gửi.", agency=of_agency)
        for title, of_agency in [
            ("Của Sở", agency),
            ("Chung", None),
            ("Nơi khác", make.make_agency()),
        ]
    )
    rights = [f"{verb}_answertemplate" for verb in ("view", "change", "add")]
    client.force_login(make.make_staff("mau", *rights, agency=agency))
    change = {"title": "Đã sửa", "body": "Kính gửi.", "order": "1", "agency": agency.pk}

    def sent(template):
        address = reverse("admin:feedback_answertemplate_change", args=[template.pk])
        return client.post(address, change).status_code

    listed = client.get(reverse("admin:feedback_answertemplate_changelist"))
    assert {row.title for row in listed.context["cl"].queryset} == {"Của Sở", "Chung"}
    assert (sent(own), sent(general), sent(other)) == (302, 403, 302)
    other.refresh_from_db()
    assert other.title == "Nơi khác"
    add = client.post(reverse("admin:feedback_answertemplate_add"), change | {"agency": ""})
    assert "agency" in add.context["adminform"].form.errors
