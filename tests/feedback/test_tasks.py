"""What the portal does with tickets by itself, done twice each time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from feedback import handling, tasks
from feedback.models import LedgerDay, Ticket, TicketEvent
from procedures.models import CalendarException, TermRule
from tests import factories as make

pytestmark = pytest.mark.django_db


def march(day, hour=9):
    return datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def officer(django_user_model):
    return django_user_model.objects.create_user("canbo")


def make_answered(officer, *, at):
    make.make_agency(owns_portal=True)
    ticket = make.make_ticket(now=march(2))
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection", now=march(2, 10))
    handling.start_ticket(ticket=ticket, by=officer, now=march(2, 11))
    handling.answer_ticket(
        ticket=ticket, by=officer, body="Đã thêm quầy.", outcome="resolved", now=at
    )
    return ticket


def status_of(ticket):
    return Ticket.everything.get(pk=ticket.pk).status


# Sổ biên nhận


def test_the_ledger_s_day_is_closed_once():
    make.make_ticket(now=march(2))

    tasks.close_ledger_day()
    tasks.close_ledger_day()

    assert LedgerDay.objects.get().day == date(2026, 3, 2)


@pytest.mark.parametrize("task", [tasks.verify_newest_receipts, tasks.verify_all_receipts])
def test_a_ledger_that_disagrees_fails_the_job_and_is_logged_by_position(task, caplog):
    ticket = make.make_ticket(now=march(2))
    make.make_ticket(now=march(3))
    tasks.close_ledger_day()
    task()
    assert caplog.text == ""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update feedback_ticket set body = 'Khác' where id = %s", [ticket.pk])

    # Long ago: only the check of everything reads it.
    if task is tasks.verify_newest_receipts:
        task()
    else:
        with pytest.raises(tasks.LedgerDisagrees, match="1 chỗ"):
            task()

        assert "Biên nhận 1" in caplog.text
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert ticket.code not in caplog.text
        assert "Khác" not in caplog.text


def test_the_newest_receipts_are_read_every_night():
    ticket = make.make_ticket()
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update feedback_ticket set body = 'Khác' where id = %s", [ticket.pk])

    with pytest.raises(tasks.LedgerDisagrees):
        tasks.verify_newest_receipts()


# Thời hạn


@pytest.mark.parametrize("kind", ["reflection", "denunciation"])
def test_a_day_off_that_is_added_later_moves_what_is_promised_and_is_told_once(kind):
    ticket = make.make_ticket(declared_kind=kind, now=march(2))
    before = dict(ticket.deadlines.values_list("kind", "due_on"))
    CalendarException.objects.create(date=march(3).date(), kind="public_holiday", note="Lễ mới")

    tasks.recount_deadlines()
    tasks.recount_deadlines()

    after = dict(ticket.deadlines.values_list("kind", "due_on"))
    assert all(after[name] > before[name] for name in before)
    event = ticket.events.get(type=TicketEvent.Type.RECOUNTED)
    assert event.by == "portal"
    for name in before:
        assert f"{before[name]:%d/%m/%Y} thành {after[name]:%d/%m/%Y}" in event.note


def test_a_change_that_moves_no_day_is_not_told():
    ticket = make.make_ticket(now=march(2))
    CalendarException.objects.create(date=march(1).date(), kind="public_holiday")
    revision = ticket.deadlines.first().calendar_revision

    tasks.recount_deadlines()

    assert not ticket.events.filter(type=TicketEvent.Type.RECOUNTED).exists()
    assert ticket.deadlines.first().calendar_revision > revision


def test_what_was_answered_is_not_counted_anew(officer):
    ticket = make_answered(officer, at=march(5))
    before = list(ticket.deadlines.order_by("pk").values())
    CalendarException.objects.create(date=march(3).date(), kind="public_holiday")

    tasks.recount_deadlines()

    assert list(ticket.deadlines.order_by("pk").values()) == before


# Kết thúc


def test_an_answered_ticket_is_closed_when_the_time_to_reopen_is_over(officer):
    TermRule.objects.filter(key="feedback.close").update(value=10, unit="day")
    ticket = make_answered(officer, at=march(3))

    tasks.close_answered(now=march(13, 23))
    assert status_of(ticket) == "answered"

    tasks.close_answered(now=march(14, 0))
    tasks.close_answered(now=march(14, 1))

    assert status_of(ticket) == "closed"
    event = ticket.events.get(type=TicketEvent.Type.CLOSED)
    assert (event.by, event.actor) == ("portal", None)


def test_what_is_not_answered_is_not_closed():
    ticket = make.make_ticket(now=march(2))

    tasks.close_answered_tickets()

    assert status_of(ticket) == "received"


def test_the_time_runs_from_the_newest_answer(officer):
    ticket = make_answered(officer, at=march(3))
    Ticket.everything.filter(pk=ticket.pk).update(
        status="reopened", reopened_at=march(4), status_at=march(4)
    )
    handling.start_ticket(ticket=ticket, by=officer, now=march(5))
    handling.answer_ticket(
        ticket=ticket, by=officer, body="Đã thêm hai quầy.", outcome="resolved", now=march(20)
    )

    tasks.close_answered(now=march(31))

    assert status_of(ticket) == "answered"
