"""Days that are over are told to those who approve: in working hours, once, without a word of anybody's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from feedback import escalation, handling
from feedback.models import IntakeSettings, TicketDeadline, TicketEvent
from portal.models import OutgoingMail
from tests import factories as make
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

CLASSIFY = TicketDeadline.Kind.CLASSIFY
APPROVER = ["view_ticket", "view_every_ticket", "approve_publication"]
OFFICER = ["view_ticket", "view_every_ticket", "classify_ticket"]


def march(day, hour=9, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def approver(db):
    return make.make_staff("duyet", *APPROVER, email="duyet@example.vn")


def mails():
    return list(OutgoingMail.objects.filter(key__startswith="feedback.escalated"))


def escalations(ticket):
    return ticket.events.filter(type=TicketEvent.Type.ESCALATED).count()


def test_what_is_over_is_told_to_the_approver_once(approver):
    """Two working days to classify: over at the end of Wednesday."""
    ticket = make.make_ticket(now=march(2))

    escalation.escalate(march(4, 16))
    assert mails() == []
    for hour in (9, 10):
        escalation.escalate(march(5, hour))

    [mail] = mails()
    assert mail.to == "duyet@example.vn"
    assert mail.subject == "Có 1 hạn xử lý phản ánh đã quá"
    assert f"  {ticket}: phân loại, quá 1 ngày\n" in mail.body
    assert ticket.deadlines.get(kind=CLASSIFY).escalated_at == march(5, 9)
    event = ticket.events.get(type=TicketEvent.Type.ESCALATED)
    assert (event.by, event.note) == ("portal", "")
    assert event.internal_note == "Hạn phân loại 04/03/2026: quá 1 ngày."


@pytest.mark.parametrize(
    "night",
    [march(5, 6, 59), march(5, 17), march(7), march(6)],
    ids=["early", "late", "Sat", "off"],
)
def test_at_night_and_on_days_off_it_waits_for_the_morning(approver, night):
    make.make_calendar_exception("2026-03-06", note="Nghỉ bù")
    ticket = make.make_ticket(now=march(2))

    escalation.escalate(night)
    assert escalations(ticket) == 0
    escalation.escalate(march(9, 7))

    assert escalations(ticket) == 1


def test_the_hours_are_those_of_the_settings(approver):
    IntakeSettings.objects.create(pk=1, working_from=time(8), working_until=time(11, 30))
    ticket = make.make_ticket(now=march(2))

    escalation.escalate(march(5, 7, 59))
    escalation.escalate(march(5, 11, 30))
    assert escalations(ticket) == 0
    escalation.escalate(march(5, 11, 29))

    assert escalations(ticket) == 1


def test_what_is_done_dropped_or_waits_for_the_sender_is_not_told(approver):
    by = make.make_staff("tiepnhan")
    done, rejected, asked = (make.make_ticket(now=march(2)) for _number in range(3))
    handling.classify_ticket(ticket=done, by=by, kind="reflection", now=march(3))
    handling.transfer_ticket(
        ticket=done, by=by, agency=make.make_agency(), note="Đúng việc.", now=march(3)
    )
    handling.reject_ticket(ticket=rejected, by=by, reason="not_clear", now=march(3))
    handling.ask_sender(ticket=asked, by=by, body="Quầy nào ạ?", now=march(3))

    escalation.escalate(march(12))

    assert mails() == []
    assert not TicketEvent.objects.filter(type=TicketEvent.Type.ESCALATED).exists()


def test_an_approver_is_told_of_what_they_see_and_where_there_is_none_the_officer_is(approver):
    approver.user_permissions.remove(
        *approver.user_permissions.filter(codename="view_every_ticket")
    )
    make.make_staff("quantri", is_superuser=True, email="quantri@example.vn")
    make.make_staff("tiepnhan", *OFFICER, email="tiepnhan@example.vn")
    spoken_of = make.make_staff("noitoi", *OFFICER, email="noitoi@example.vn")
    ticket = make.make_ticket(now=march(2))
    handling.set_concerned_staff(ticket=ticket, by=approver, users=[spoken_of])

    escalation.escalate(march(5))

    assert [mail.to for mail in mails()] == ["tiepnhan@example.vn"]


def test_of_a_denunciation_no_mail_goes(approver):
    make.make_staff("tocao", *APPROVER, "handle_denunciations", email="tocao@example.vn")
    ticket = make.make_ticket(declared_kind="denunciation", now=march(2))

    escalation.escalate(march(20))

    assert mails() == []
    assert escalations(ticket) == 0


def test_the_mail_server_gets_codes_and_days_alone(approver, mail_server):
    sender = {"name": "CHIMVANG Văn A", "email": "chimvang@example.vn"}
    ticket = make.make_ticket(
        subject="CHIMVANG tiêu đề", body="CHIMVANG nội dung", sender=sender, now=march(2)
    )

    escalation.escalate(march(31))
    run_jobs()

    [mail] = [mail for mail in mail_server.mails if "quá" in mail["Subject"]]
    said = f"{mail['Subject']}\n{mail.get_content()}"
    assert f"{ticket}: phân loại, quá 27 ngày" in said
    assert f"{ticket}: trả lời, quá 8 ngày" in said
    assert "chimvang" not in said.lower()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_of_a_day_once(approver):
    tickets = [make.make_ticket(now=march(2)) for _number in range(5)]

    start = Barrier(4)

    def run(_number):
        connection.ensure_connection()
        start.wait()
        try:
            escalation.escalate(march(5))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, range(4)))
    # What one had held the other left.
    escalation.escalate(march(5, 10))

    assert [escalations(ticket) for ticket in tickets] == [1] * 5
    told = "\n".join(mail.body for mail in mails())
    assert [told.count(str(ticket)) for ticket in tickets] == [1] * 5
