"""What a sender does with an opened ticket: each step through its form, once, and only where it is to be taken."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from feedback import handling, opening, sender_steps, workflow
from feedback.lookup_forms import MessageForm, RatingForm, ReopenForm, WithdrawForm
from feedback.models import Ticket, TicketAttachment, TicketEvent, TicketMessage, TicketRating
from feedback.views import lookup as views
from portal.exceptions import TooManyRequests
from portal.models import OutgoingMail
from tests import factories as make
from tests.file_samples import picture

LOOKUP = "/phan-anh/tra-cuu/"
S, E = Ticket.Status, TicketEvent.Type
# The address of each step, its form, and what a person fills in.
STEPS = {
    "message": ("tin-nhan", MessageForm, {"body": "Đó là ngày 16/11."}),
    "withdraw": ("rut-lai", WithdrawForm, {"is_sure": "on"}),
    "rate": ("danh-gia", RatingForm, {"score": "4", "comment": "Nhanh."}),
    "reopen": ("chua-giai-quyet", ReopenForm, {"reason": "Hôm nay vẫn phải chờ."}),
}
OPEN_IN = {
    "message": set(S) - {S.REJECTED, S.CLOSED, S.WITHDRAWN},
    "withdraw": {
        *(S.RECEIVED, S.CLASSIFIED, S.TRANSFERRED, S.IN_PROGRESS, S.COLLECTING, S.REOPENED)
    },
    "rate": {S.ANSWERED, S.PUBLISHED, S.CLOSED},
    "reopen": {S.ANSWERED, S.PUBLISHED},
}
REFUSALS = {
    "message": "không nhận thêm tin",
    "withdraw": "không rút được nữa",
    "rate": "chưa có trả lời để đánh giá",
    "reopen": "mở lại",
}


@pytest.fixture
def agency(db):
    return make.make_agency("Ủy ban nhân dân xã Tân Thuận")


@pytest.fixture
def officer(agency):
    return make.make_staff("canbo", "view_every_ticket", agency=agency, email="canbo@example.vn")


def stamp(form, seconds=60):
    return form.new_stamp(timezone.now() - timedelta(seconds=seconds))


def fields_of(step, ticket, **changes):
    _path, form, typed = STEPS[step]
    typed = {"stamp": stamp(form)} | typed | changes
    named = {f"{form.prefix}-{name}": value for name, value in typed.items()}
    return {"pass": opening.new_pass(ticket)} | named


def send(client, step, ticket, **changes):
    return client.post(f"{LOOKUP}{STEPS[step][0]}/", fields_of(step, ticket, **changes))


def page_of(client, ticket):
    """The page with the steps that are offered; a form that is not filled in brings it."""
    return text_of(send(client, "message", ticket, stamp="", body="", website="")).replace(
        "\n", " "
    )


def text_of(response):
    return response.content.decode()


def move(ticket, status, **changes):
    by_type = {S.REOPENED: E.REOPENED, S.CLOSED: E.CLOSED, S.REJECTED: E.REJECTED}
    type = by_type.get(status, E.NOTE)
    workflow.move(ticket, status, type=type, by=TicketEvent.By.PORTAL, changes=changes)


def begin(ticket, officer, agency, *, now=None):
    handling.classify_ticket(ticket=ticket, by=officer, kind=ticket.kind, now=now)
    handling.transfer_ticket(ticket=ticket, by=officer, agency=agency, note="Việc của xã.", now=now)
    handling.start_ticket(ticket=ticket, by=officer, now=now)


def answer(ticket, officer, *, now=None, **fields):
    words = {"body": "Đã bố trí thêm người.", "outcome": "resolved"} | fields
    return handling.answer_ticket(ticket=ticket, by=officer, now=now, **words)


@pytest.fixture
def ticket(db):
    return make.make_ticket()


@pytest.fixture
def answered(ticket, officer, agency):
    begin(ticket, officer, agency)
    answer(ticket, officer)
    ticket.refresh_from_db()
    return ticket


def ticket_in(status, officer, agency):
    """A ticket that came to this state by the ways that there are."""
    ticket = make.make_ticket()
    if status == S.REJECTED:
        handling.reject_ticket(ticket=ticket, by=officer, reason="not_clear")
    elif status == S.WITHDRAWN:
        sender_steps.withdraw(ticket=ticket)
    elif status != S.RECEIVED:
        handling.classify_ticket(ticket=ticket, by=officer, kind=ticket.kind)
        if status != S.CLASSIFIED:
            handling.transfer_ticket(ticket=ticket, by=officer, agency=agency, note="Việc của xã.")
        if status not in (S.CLASSIFIED, S.TRANSFERRED):
            handling.start_ticket(ticket=ticket, by=officer)
        if status == S.COLLECTING:
            handling.collect(ticket=ticket, by=officer, note="Đang hỏi quầy số 2.")
        if status in (S.ANSWERED, S.PUBLISHED, S.REOPENED, S.CLOSED):
            answer(ticket, officer)
            ticket.refresh_from_db()
        if status in (S.PUBLISHED, S.REOPENED, S.CLOSED):
            move(ticket, status)
    ticket.refresh_from_db()
    assert ticket.status == status
    return ticket


# Which step when


@pytest.mark.parametrize("status", list(workflow.TRANSITIONS))
def test_each_state_offers_its_steps_and_refuses_the_others_in_a_sentence(
    client, officer, agency, status
):
    ticket = ticket_in(status, officer, agency)
    page = page_of(client, ticket)
    offered = {
        step for step, (path, _form, _typed) in STEPS.items() if f'action="{LOOKUP}{path}/"' in page
    }
    expected = {step for step, states in OPEN_IN.items() if status in states}
    before = (ticket.status, ticket.events.count(), ticket.messages.count())

    assert offered == expected
    for step in set(STEPS) - expected:
        response = send(client, step, ticket)
        ticket.refresh_from_db()
        assert response.status_code == 200
        assert (ticket.status, ticket.events.count(), ticket.messages.count()) == before
        if (step, status) != ("withdraw", S.WITHDRAWN):
            assert REFUSALS[step] in text_of(response)


def test_what_was_typed_is_not_lost_when_a_step_is_refused(client, ticket):
    sender_steps.withdraw(ticket=ticket)

    response = send(client, "message", ticket, body="Tôi muốn nói thêm một điều.")

    assert "Tôi muốn nói thêm một điều." in text_of(response)
    assert ticket.messages.count() == 0


# A whole life


def test_a_ticket_lives_its_whole_life_on_its_page(client, ticket, officer, agency):
    begin(ticket, officer, agency)
    handling.ask_sender(ticket=ticket, by=officer, body="Sáng thứ Hai nào?")
    asked = page_of(client, ticket)
    replied = text_of(send(client, "message", ticket))
    answer(ticket, officer, signer="Nguyễn Văn Mẫu", document_number="12/UBND")
    told = page_of(client, ticket)
    rated = text_of(send(client, "rate", ticket))
    reopened = text_of(send(client, "reopen", ticket))
    handling.start_ticket(ticket=ticket, by=officer)
    answer(ticket, officer, body="Nay có ba người ở quầy.", outcome="explained")
    last = text_of(send(client, "rate", ticket, score="5"))

    assert asked.index("Sáng thứ Hai nào?") < asked.index("Phiếu đã đi đến đâu")
    assert "Đồng hồ dừng từ" in asked
    assert "Cơ quan đã nhận được tin" in replied
    assert "Đồng hồ dừng từ" not in replied
    for words in (
        "Đã bố trí thêm người.",
        "Nguyễn Văn Mẫu",
        "12/UBND",
        "Đã giải quyết",
        agency.name,
    ):
        assert words in told
    assert "Cảm ơn ông/bà đã đánh giá." in rated
    assert "Nhanh." not in rated
    assert "Phiếu đã được mở lại." in reopened
    assert "Hôm nay vẫn phải chờ." in reopened
    assert "Trả lời lần hai" in last
    assert [rating.score for rating in TicketRating.objects.order_by("answer__round")] == [4, 5]
    for page in (asked, replied, told, rated, reopened, last):
        assert "canbo" not in page
        assert "Lê Thị Thử" not in page


def test_nothing_that_staff_wrote_for_themselves_is_shown(client, ticket, officer, agency):
    handling.classify_ticket(
        ticket=ticket, by=officer, kind="proposal", note="Mời xem.", internal_note="Người quen."
    )
    handling.add_note(ticket=ticket, by=officer, internal_note="Hỏi lại chị Ba.")

    page = page_of(client, ticket)

    assert "Mời xem." in page
    assert "Kiến nghị" in page
    assert "Người quen." not in page
    assert "Hỏi lại chị Ba." not in page


# Messages


def test_an_answer_to_a_question_lets_the_clock_run_on_and_the_work_go_on(client, officer, agency):
    now = timezone.now()
    ticket = make.make_ticket(now=now - timedelta(days=9))
    begin(ticket, officer, agency, now=now - timedelta(days=8))
    handling.collect(ticket=ticket, by=officer, note="Cần biết ngày.", now=now - timedelta(days=8))
    handling.ask_sender(ticket=ticket, by=officer, body="Ngày nào?", now=now - timedelta(days=7))
    promised = ticket.deadlines.get(kind="answer").due_on

    response = send(client, "message", ticket)

    ticket.refresh_from_db()
    moved = ticket.deadlines.get(kind="answer").due_on
    assert not ticket.pauses.filter(ended_at=None).exists()
    assert ticket.status == S.IN_PROGRESS
    assert moved > promised
    assert f"Hạn trả lời mới: {moved:%d/%m/%Y}." in text_of(response)
    assert OutgoingMail.objects.get(key__startswith="feedback.replied").to == officer.email


def test_a_message_that_nobody_asked_for_leaves_the_state_alone(client, ticket, officer, agency):
    begin(ticket, officer, agency)
    handling.collect(ticket=ticket, by=officer, note="Đang hỏi quầy.")

    send(client, "message", ticket)

    ticket.refresh_from_db()
    assert ticket.status == S.COLLECTING
    assert ticket.events.latest("pk").type == E.REPLIED


def test_files_come_with_a_message_and_follow_in_number(client, ticket):
    make.attach_file(ticket)
    upload = SimpleUploadedFile("bien-lai.png", picture(), "image/png")
    changes = {"body": "", "files": upload}

    response = send(client, "message", ticket, **changes)

    message = ticket.messages.get()
    file = message.attachments.get()
    assert (file.number, len(file.digest)) == (2, 64)
    assert "Tải tệp 2" in text_of(response)
    assert "bien-lai" not in text_of(response)


def test_a_bad_file_is_refused_and_the_words_and_the_good_file_stay(client, ticket):
    uploads = [
        SimpleUploadedFile("anh.png", picture(), "image/png"),
        SimpleUploadedFile("xau.png", b"MZ" * 50, "image/png"),
    ]

    page = text_of(send(client, "message", ticket, files=uploads))

    assert "Tệp “xau.png”" in page
    assert "Đã giữ: anh.png" in page
    assert "Đó là ngày 16/11." in page
    assert (ticket.messages.count(), TicketAttachment.objects.count()) == (0, 0)


def test_a_message_without_words_and_files_is_sent_back(client, ticket):
    response = send(client, "message", ticket, body="  ")

    assert "Viết vài lời, hoặc chọn ít nhất một tệp." in text_of(response)
    assert ticket.messages.count() == 0


def test_unasked_messages_are_few_a_day_and_an_answer_always_goes(client, ticket, officer, agency):
    for number in range(sender_steps.MOST_UNASKED_A_DAY):
        send(client, "message", ticket, body=f"Tin {number}")
    refused = send(client, "message", ticket, body="Thêm nữa")
    begin(ticket, officer, agency)
    handling.ask_sender(ticket=ticket, by=officer, body="Ngày nào?")
    send(client, "message", ticket, body="Ngày 16")

    assert "Hôm nay phiếu đã nhận đủ số tin." in text_of(refused)
    assert "Thêm nữa" in text_of(refused)
    assert ticket.messages.order_by("-pk").first().body == "Ngày 16"
    assert not ticket.messages.filter(body="Thêm nữa").exists()


def test_too_many_steps_from_one_address_wait_with_their_words(client, ticket, monkeypatch):
    def refuse(name, request, **limits):
        raise TooManyRequests(600)

    monkeypatch.setattr(views.limits, "spend", refuse)

    response = send(client, "message", ticket)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "600")
    assert "Đó là ngày 16/11." in text_of(response)


# Rating and reopening


def test_an_answer_is_rated_once(client, answered):
    send(client, "rate", answered)

    again = send(client, "rate", answered, score="1", comment="")

    assert "Mỗi trả lời được đánh giá một lần." in text_of(again)
    assert TicketRating.objects.get().score == 4
    # The words are for the office, and stand in no event.
    assert TicketRating.objects.get().comment == "Nhanh."
    assert answered.events.filter(type=E.RATED, note="", internal_note="").count() == 1


@pytest.mark.parametrize("score", ["0", "6", "", "x"])
def test_a_rating_is_one_to_five(client, answered, score):
    response = send(client, "rate", answered, score=score)

    assert "chỗ cần sửa" in text_of(response)
    assert not TicketRating.objects.exists()


def test_reopening_promises_a_second_day_and_tells_staff(client, answered, officer):
    page = text_of(send(client, "reopen", answered))

    answered.refresh_from_db()
    second = answered.deadlines.get(round=2)
    assert (answered.status, second.kind) == (S.REOPENED, "answer")
    assert f"{second.due_on:%d/%m/%Y}" in page
    assert OutgoingMail.objects.get(key__startswith="feedback.reopened").to == officer.email
    # The reason may name somebody: it is a message, and no event.
    assert answered.events.get(type=E.REOPENED).note == ""


def test_not_solved_is_said_once_and_in_time(client, ticket, officer, agency):
    begin(ticket, officer, agency)
    given = answer(ticket, officer)
    last = sender_steps.reopen_until(given)

    for late in (last.due_at, last.due_at + timedelta(days=1)):
        with pytest.raises(sender_steps.Refused, match="quá hạn"):
            sender_steps.reopen(ticket=ticket, form_key="a", reason="Chưa.", now=late)
    in_time = last.due_at - timedelta(seconds=1)
    sender_steps.reopen(ticket=ticket, form_key="a", reason="Chưa.", now=in_time)
    handling.start_ticket(ticket=ticket, by=officer, now=in_time)
    answer(ticket, officer, now=in_time)
    page = page_of(client, ticket)
    again = send(client, "reopen", ticket)

    assert f'action="{LOOKUP}chua-giai-quyet/"' not in page
    assert "đã được mở lại một lần" in text_of(again)
    assert ticket.events.filter(type=E.REOPENED).count() == 1


# Withdrawing


def test_withdrawing_is_confirmed_first_and_ends_every_clock(client, ticket):
    unsure = send(client, "withdraw", ticket, is_sure="")
    ticket.refresh_from_db()
    status_before = ticket.status

    sure = send(client, "withdraw", ticket)

    ticket.refresh_from_db()
    assert "Đánh dấu nếu ông/bà chắc chắn" in text_of(unsure)
    assert (status_before, ticket.status) == (S.RECEIVED, S.WITHDRAWN)
    assert "Ông/bà đã rút phiếu" in text_of(sure)
    assert not ticket.deadlines.running().exists()
    assert ticket.events.filter(type=E.WITHDRAWN, by="sender").count() == 1


# Twice, and at once


@pytest.mark.django_db(transaction=True)
def test_two_of_a_kind_at_once_make_one(agency, officer):
    ticket = make.make_ticket()
    begin(ticket, officer, agency)

    assert twice_at_once("message", ticket) == [200, 200]
    assert TicketMessage.objects.count() == 1
    answer(ticket, officer)
    assert twice_at_once("rate", ticket) == [200, 200]
    assert TicketRating.objects.count() == 1
    assert twice_at_once("reopen", ticket) == [200, 200]
    assert twice_at_once("withdraw", ticket) == [200, 200]
    types = list(TicketEvent.objects.filter(by="sender").values_list("type", flat=True))
    assert sorted(types) == sorted([E.RECEIVED, E.REPLIED, E.RATED, E.REOPENED, E.WITHDRAWN])


def twice_at_once(step, ticket):
    fields = fields_of(step, ticket)

    def post(_number):
        try:
            return Client().post(f"{LOOKUP}{STEPS[step][0]}/", fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(post, range(2)))


def test_a_page_of_one_ticket_is_worth_nothing_with_the_pass_of_another(client, ticket):
    """The same form key in two tickets is two messages, each in its own."""
    other = make.make_ticket()
    one = stamp(MessageForm)
    for each in (ticket, other, ticket):
        send(client, "message", each, stamp=one)

    assert [each.messages.count() for each in (ticket, other)] == [1, 1]


# Faults


def test_while_the_database_is_away_what_was_typed_is_kept(client, ticket, monkeypatch):
    def away(*args, **options):
        raise OperationalError("gone")

    monkeypatch.setattr(views.limits, "spend", away)

    response = send(client, "message", ticket, body="Một lời “dài” & khó gõ")
    looked_up = client.post(LOOKUP, {"code": ticket.code, "secret": "BCDFGHJKMNPQ"})

    assert response.status_code == looked_up.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Một lời “dài” &amp; khó gõ" in text_of(response)
    assert ticket.code in text_of(looked_up)
    assert "BCDFGHJKMNPQ" not in text_of(looked_up)


# In English


def test_on_an_english_page_what_people_wrote_is_marked_as_vietnamese(
    client, ticket, officer, agency
):
    begin(ticket, officer, agency)
    handling.ask_sender(ticket=ticket, by=officer, body="Ngày nào?")
    fields = fields_of("message", ticket)

    page = text_of(client.post(f"/en{LOOKUP}tin-nhan/", fields))

    for words in ("Việc của xã.", "Đó là ngày 16/11.", "Ngày nào?", ticket.body, agency.name):
        assert re.search(
            rf'lang="vi"[^>]*>(?:\s|<[^>]*>|{re.escape(ticket.subject)})*{words}', page
        )
