"""The way of a ticket through the office: each step, its event, its clocks, and what is refused."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from feedback import handling
from feedback.models import Ticket, TicketDeadline
from procedures.deadlines import explanation
from tests import factories as make

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
S = Ticket.Status


def at(day, hour=9):
    return datetime(2026, 8, day, hour, tzinfo=HERE)


MONDAY = at(3)


@pytest.fixture(autouse=True)
def calendar(db):
    """The confirmed days of 2026 about which the vectors are."""
    for day, kind in [
        ("2026-08-22", "makeup_workday"),
        ("2026-08-31", "swapped_rest"),
        ("2026-09-01", "public_holiday"),
        ("2026-09-02", "public_holiday"),
    ]:
        make.make_calendar_exception(day, kind=kind)


@pytest.fixture
def owner(db):
    return make.make_agency("Ủy ban nhân dân tỉnh", owns_portal=True)


@pytest.fixture
def officer(owner):
    return make.make_staff("tiepnhan", agency=owner)


def received(at=MONDAY, **fields):
    return make.make_ticket(now=at, **fields)


def in_progress(officer, **fields):
    ticket = received(**fields)
    handling.classify_ticket(ticket=ticket, by=officer, kind=ticket.kind, now=at(4))
    return handling.start_ticket(ticket=ticket, by=officer, now=at(4))


def answer(ticket, officer, **fields):
    words = {"body": "Đã thêm một quầy.", "outcome": "resolved"}
    return handling.answer_ticket(ticket=ticket, by=officer, **words | fields)


def clock(ticket, kind, round=1):
    return ticket.deadlines.get(kind=kind, round=round)


def story(ticket):
    return [(event.type, event.to_status) for event in ticket.events.order_by("pk")]


def test_a_ticket_lives_its_whole_life(owner, officer):
    agency = make.make_agency("Sở Nội vụ")
    ticket = received()

    handling.classify_ticket(ticket=ticket, by=officer, kind="proposal", note="Đã nhận.", now=at(4))
    handling.transfer_ticket(
        ticket=ticket, by=officer, agency=agency, note="Việc của Sở Nội vụ.", now=at(5)
    )
    handling.start_ticket(ticket=ticket, by=officer, now=at(6))
    handling.collect(ticket=ticket, by=officer, note="Đang hỏi xã.", now=at(7))
    given = answer(ticket, officer, document_number="12/SNV", now=at(10))
    handling.close_ticket(ticket=ticket, now=at(26))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.kind, ticket.declared_kind) == (
        S.CLOSED,
        "proposal",
        "reflection",
    )
    assert ticket.register_entry == "1/2026"
    assert (given.agency, given.round, given.written_by) == (agency, 1, officer)
    assert story(ticket) == [
        ("received", "received"),
        ("classified", "classified"),
        ("transferred", "transferred"),
        ("started", "in_progress"),
        ("collecting", "collecting"),
        ("answered", "answered"),
        ("closed", "closed"),
    ]
    passed_on = ticket.events.get(type="transferred")
    assert (passed_on.from_agency, passed_on.to_agency) == (owner, agency)
    assert passed_on.actor == officer
    assert [clock(ticket, kind).met_at for kind in ["classify", "transfer", "answer"]] == [
        at(4),
        at(5),
        at(10),
    ]


def test_the_days_are_promised_at_the_receipt_with_their_reasons(officer):
    ticket = received(at=at(20))

    # 20/08 + 2, 5 and 15 working days, Saturday 22/08 being worked, 31/08 to 02/09 not.
    assert [clock(ticket, kind).due_on for kind in ["classify", "transfer", "answer"]] == [
        date(2026, 8, 22),
        date(2026, 8, 26),
        date(2026, 9, 14),
    ]
    sentences = " ".join(explanation(clock(ticket, "answer").explanation))
    assert "làm bù" in sentences
    assert "nghỉ hoán đổi" in sentences


def test_the_clock_stands_while_the_sender_is_asked(officer):
    ticket = in_progress(officer)
    before = clock(ticket, "answer").due_on

    message = handling.ask_sender(ticket=ticket, by=officer, body="Quầy nào ạ?", now=at(5))
    handling.ask_sender(ticket=ticket, by=officer, body="Hôm nào ạ?", now=at(6))
    answer(ticket, officer, now=at(12))

    # Asked on Wednesday the 5th; Thursday to the next Wednesday were not counted: five working days.
    assert before == date(2026, 8, 22)
    assert clock(ticket, "answer").due_on == date(2026, 8, 28)
    assert message.author == officer
    pause = ticket.pauses.get()
    assert (pause.started_at, pause.ended_at) == (at(5), at(12))


def test_a_question_by_the_way_stops_no_clock(officer):
    ticket = in_progress(officer)

    handling.ask_sender(ticket=ticket, by=officer, body="Cảm ơn?", stops_clock=False, now=at(5))

    assert not ticket.pauses.exists()


def test_who_gives_no_name_has_no_clock_and_is_kept_as_information(officer):
    ticket = received(sender=None)
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection", now=at(4))

    handling.ask_sender(ticket=ticket, by=officer, body="Ở đâu ạ?", now=at(5))
    handling.close_ticket(ticket=ticket, by=officer, note="Đã chuyển để biết.", now=at(6))

    ticket.refresh_from_db()
    assert ticket.status == S.CLOSED
    assert not ticket.deadlines.exists()
    assert not ticket.pauses.exists()


def test_staff_do_not_end_what_must_be_answered(officer):
    ticket = in_progress(officer)

    with pytest.raises(ValidationError, match="phải được trả lời"):
        handling.close_ticket(ticket=ticket, by=officer, note="Xong.")
    answer(ticket, officer, now=at(5))
    with pytest.raises(ValidationError, match="phải được trả lời"):
        handling.close_ticket(ticket=ticket, by=officer, note="Xong.")


def test_the_portal_ends_only_what_is_answered(officer):
    with pytest.raises(ValidationError, match="đã trả lời"):
        handling.close_ticket(ticket=received(sender=None, declared_kind="praise"))


def test_a_late_answer_says_why(officer):
    ticket = in_progress(officer)

    with pytest.raises(ValidationError) as refusal:
        answer(ticket, officer, now=at(25))
    answer(ticket, officer, now=at(25), late_reason="Chờ ý kiến của Bộ.")

    assert list(refusal.value.error_dict) == ["late_reason"]
    assert ticket.events.get(type="answered").note == "Chờ ý kiến của Bộ."
    assert clock(ticket, "answer").is_overdue(at(25))


def test_the_answer_is_extended_once_and_before_its_day(officer):
    ticket = in_progress(officer)

    handling.extend_ticket(ticket=ticket, by=officer, note="Phải đo lại.", now=at(10))

    assert clock(ticket, "answer").due_on == date(2026, 9, 16)
    with pytest.raises(ValidationError, match="một lần"):
        handling.extend_ticket(ticket=ticket, by=officer, note="Nữa.", now=at(11))
    late = in_progress(officer)
    with pytest.raises(ValidationError, match="đã qua"):
        handling.extend_ticket(ticket=late, by=officer, note="Muộn.", now=at(25))


def test_a_rejection_has_its_reason_and_ends_all_clocks(officer):
    ticket = received()

    handling.reject_ticket(ticket=ticket, by=officer, reason="not_clear", now=at(4))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.reject_reason) == (S.REJECTED, "not_clear")
    assert ticket.register_entry == ""
    assert not ticket.deadlines.running().exists()
    assert clock(ticket, "classify").met_at == at(4)


def test_a_transfer_goes_elsewhere_and_says_why(owner, officer):
    ticket = in_progress(officer)

    with pytest.raises(ValidationError, match="chính cơ quan này"):
        handling.transfer_ticket(ticket=ticket, by=officer, agency=owner, note="Đây.")
    with pytest.raises(ValidationError, match="lý do chuyển"):
        handling.transfer_ticket(ticket=ticket, by=officer, agency=make.make_agency(), note=" ")


def test_a_change_of_kind_fits_the_clocks(officer):
    ticket = received(declared_kind="praise")
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection", now=at(4))
    found = {row.kind: row.due_on for row in ticket.deadlines.running()}

    handling.change_kind(ticket=ticket, by=officer, kind="comment", now=at(5))
    without = ticket.deadlines.running().exists()
    handling.change_kind(ticket=ticket, by=officer, kind="question", now=at(6))

    # From the receipt on the 3rd, not from the day on which staff saw what it is.
    assert found == {"transfer": date(2026, 8, 10), "answer": date(2026, 8, 22)}
    assert without is False
    assert {row.kind: row.due_on for row in ticket.deadlines.running()} == found


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_what_goes_by_other_laws_gets_no_answer_here(officer, kind):
    make.make_staff("rieng", "handle_denunciations")
    ticket = received(declared_kind=kind)
    handling.classify_ticket(ticket=ticket, by=officer, kind=kind, now=at(4))

    with pytest.raises(ValidationError):
        answer(ticket, officer)
    handling.close_ticket(ticket=ticket, by=officer, note="Mời gửi đơn theo luật.", now=at(5))

    ticket.refresh_from_db()
    assert ticket.status == S.CLOSED


def test_a_reopened_ticket_gets_a_second_answer(officer):
    ticket = in_progress(officer)
    answer(ticket, officer, now=at(5))
    Ticket.everything.filter(pk=ticket.pk).update(status="reopened", reopened_at=at(6))
    handling.start_ticket(ticket=ticket, by=officer, now=at(7))

    second = answer(ticket, officer, body="Đã xem lại.", now=at(10))

    assert second.round == 2
    assert [row.round for row in ticket.answers.order_by("round")] == [1, 2]


def test_nobody_is_asked_after_the_answer(officer):
    ticket = in_progress(officer)
    answer(ticket, officer, now=at(5))

    with pytest.raises(ValidationError, match="không hỏi thêm"):
        handling.ask_sender(ticket=ticket, by=officer, body="Sao?")


def test_clocks_name_their_rule(officer):
    row = TicketDeadline.objects.get(ticket=received(), kind="transfer")

    assert (row.term_value, row.term_unit) == (5, "working_day")
    assert "20/2008" in row.ground
