"""The mail of each working morning: to whom, about what they may see, and nothing but counts and codes."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import digests, handling, publication, sender_steps
from feedback.models import FrequentQuestion
from portal.models import OutgoingMail
from tests import factories as make
from tests import published
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

ADDRESS = {"email": "xuly@example.vn"}


def march(day, hour=7):
    return datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def agency(db):
    return make.make_agency("Sở Nội vụ")


@pytest.fixture
def handler(agency):
    return make.make_staff("xuly", "view_ticket", "answer_ticket", agency=agency, **ADDRESS)


def make_at(agency, *, now=None, **fields):
    """A ticket that this agency is at work with."""
    step = {"by": None, "now": now or march(2)}
    ticket = make.make_ticket(now=step["now"], **fields)
    handling.classify_ticket(ticket=ticket, kind=ticket.kind, **step)
    handling.transfer_ticket(ticket=ticket, agency=agency, note="Đúng việc.", **step)
    return handling.start_ticket(ticket=ticket, **step)


def digest_mails():
    return OutgoingMail.objects.filter(key__startswith="feedback.digest")


def bodies():
    return {mail.to: mail.body for mail in digest_mails()}


def test_each_of_the_staff_is_told_what_waits_for_them_and_where(agency, handler):
    make.make_staff("khac", "view_ticket", agency=make.make_agency(), email="khac@example.vn")
    make.make_staff("khong", agency=agency, email="khong-quyen@example.vn")
    make.make_staff("nghi", "view_ticket", agency=agency, email="n@example.vn", is_active=False)
    make.make_staff("daotao", "view_ticket", agency=agency)
    late, soon = make_at(agency), make_at(agency, now=march(12))
    sender_steps.reply(ticket=soon, form_key="a", body="Tôi bổ sung.", now=march(13))

    digests.send_digests(march(31))

    assert list(bodies()) == ["xuly@example.vn"]
    mail = digest_mails().get()
    assert mail.subject == "Việc chờ ông/bà ngày 31/03/2026"
    assert f"Phiếu quá hạn: 1\n  {late}\n" in mail.body
    assert f"Phiếu sắp đến hạn: 1\n  {soon}\n" in mail.body
    assert f"Người gửi đã trả lời: 1\n  {soon}\n" in mail.body
    assert "Phiếu chờ phân loại" not in mail.body


def test_it_comes_once_a_day_however_often_the_job_runs(agency, handler):
    make_at(agency)

    for _time in range(2):
        digests.send_digests(march(31))
    digests.send_digests(march(31, 15))

    assert digest_mails().count() == 1


@pytest.mark.parametrize("day", [28, 29, 30], ids=["Saturday", "Sunday", "holiday"])
def test_nothing_comes_on_a_day_off(agency, handler, day):
    make.make_calendar_exception("2026-03-30", note="Giỗ Tổ Hùng Vương")
    make_at(agency)

    digests.send_digests(march(day))

    assert bodies() == {}


def test_where_nothing_waits_no_mail_comes(agency, handler):
    make_at(agency)

    digests.send_digests(march(3))

    assert bodies() == {}


def test_of_many_the_first_twenty_are_named(agency, handler):
    for _number in range(22):
        make_at(agency)

    digests.send_digests(march(31))

    body = bodies()["xuly@example.vn"]
    assert "Phiếu quá hạn: 22\n" in body
    assert body.partition("Xin đăng nhập")[0].count("-") == 2 * 20
    assert "  và 2 phiếu khác\n" in body


def test_who_is_spoken_of_is_not_told(agency, handler):
    handling.set_concerned_staff(ticket=make_at(agency), by=handler, users=[handler])

    digests.send_digests(march(31))

    assert bodies() == {}


def test_a_text_waits_for_those_who_may_approve_it_and_did_not_write_it(agency):
    rights = ["view_ticket", "view_every_ticket", "approve_publication"]
    writer = make.make_staff("viet", *rights, email="viet@example.vn")
    make.make_staff("duyet", *rights, email="duyet@example.vn")
    make.make_staff("xem", *rights[:2], email="xem@example.vn")
    ticket = published.answer(make.make_ticket(), writer)
    question = FrequentQuestion.objects.create(agency=agency)
    for item in (ticket, question):
        publication.propose(item=item, by=writer, **published.PUBLIC_WORDS)

    digests.send_digests(march(2))

    assert list(bodies()) == ["duyet@example.vn"]
    body = bodies()["duyet@example.vn"]
    assert f"Bản công khai chờ ông/bà duyệt: 1\n  {ticket}\n" in body
    assert f"Hỏi đáp chờ ông/bà duyệt: 1\n  số {question.pk}\n" in body


def test_a_request_about_data_waits_for_those_who_answer_it(agency, handler):
    rights = ["view_ticket", "view_datasubjectrequest"]
    make.make_staff("dulieu", *rights, agency=agency, email="dulieu@example.vn")
    ticket = make_at(agency)
    make.make_data_request(ticket, received_at=march(2))

    digests.send_digests(march(3))

    assert list(bodies()) == ["dulieu@example.vn"]
    assert f"Yêu cầu về dữ liệu cá nhân đến hạn: 1\n  {ticket}\n" in bodies()["dulieu@example.vn"]


def test_nothing_of_what_people_wrote_or_of_a_denunciation_reaches_the_mail_server(
    agency, mail_server
):
    rights = ["view_ticket", "view_every_ticket", "handle_denunciations", "view_ticketsender"]
    rights += ["view_datasubjectrequest", "approve_publication"]
    make.make_staff("tatca", *rights, email="tatca@example.vn")
    make.make_staff("quantri", is_superuser=True, email="quantri@example.vn")
    words = {"subject": "CHIMVANG tiêu đề", "body": "CHIMVANG nội dung"}
    sender = {"name": "CHIMVANG Văn A", "phone": "+84900000001", "email": "chimvang@example.vn"}
    ticket = make_at(agency, **words, sender=sender)
    denounced = make.make_ticket(declared_kind="denunciation", now=march(2), **words, sender=sender)
    make.make_data_request(denounced, received_at=march(2), details="CHIMVANG")

    digests.send_digests(march(31))
    run_jobs()

    digest = [mail for mail in mail_server.mails if mail["Subject"].startswith("Việc chờ")]
    assert {mail["To"] for mail in digest} == {"tatca@example.vn", "quantri@example.vn"}
    for mail in mail_server.mails:
        said = f"{mail['Subject']}\n{mail.get_content()}"
        for canary in ("CHIMVANG", "chimvang", "900000001", denounced.written_code, "ố cáo"):
            assert canary not in said
    assert all(str(ticket) in mail.get_content() for mail in digest)


def test_the_queries_do_not_grow_with_the_tickets(agency, handler):
    def queries():
        OutgoingMail.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            digests.send_digests(march(31))
        return len(found)

    make_at(agency)
    with_one = queries()
    for _number in range(5):
        make_at(agency)

    assert queries() == with_one
