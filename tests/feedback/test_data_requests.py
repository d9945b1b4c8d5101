"""What a sender asks about their own data: seen masked at once, asked of staff with two days, consent ended at once."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from feedback import opening, personal_data, sender_steps
from feedback.lookup_forms import ConsentForm, DataRequestForm
from feedback.models import ConsentText, DataSubjectRequest, Ticket, TicketEvent
from portal.models import OutgoingMail
from procedures.models import TermRule
from tests import factories as make

STEP = "/phan-anh/tra-cuu/du-lieu-ca-nhan/"
Kind, State = DataSubjectRequest.Kind, DataSubjectRequest.State


@pytest.fixture
def ticket(db):
    texts = [ConsentText.objects.present(purpose) for purpose in ConsentText.Purpose.values]
    return make.make_ticket(consents=texts)


@pytest.fixture
def officer(db):
    return make.make_staff("canbo", "view_every_ticket")


def send(client, ticket, form, **typed):
    opened = form.new_stamp(timezone.now() - timedelta(minutes=1))
    fields = {f"{form.prefix}-{name}": value for name, value in ({"stamp": opened} | typed).items()}
    response = client.post(STEP, {"pass": opening.new_pass(ticket)} | fields)
    return response.content.decode()


def ask(client, ticket, kind, **typed):
    return send(client, ticket, DataRequestForm, kind=kind, **typed)


@pytest.mark.parametrize("kind", Kind.values)
def test_each_right_can_be_asked_for_and_staff_see_it(client, ticket, kind):
    page = ask(client, ticket, kind, details="Số nhà là 12.")

    request = ticket.data_requests.get()
    assert (request.kind, request.details, request.state) == (kind, "Số nhà là 12.", "received")
    assert "Cơ quan đã nhận yêu cầu" in page
    assert f"Trả lời chậm nhất ngày {request.reply_due_on:%d/%m/%Y}" in page
    assert f"Thực hiện chậm nhất ngày {request.action_due_on:%d/%m/%Y}" in page
    assert ticket.events.filter(type=TicketEvent.Type.RIGHTS_REQUEST, by="sender").count() == 1
    # What they wrote may name people: it stands in the request alone.
    assert not ticket.events.filter(note__contains="Số nhà").exists()


def test_the_two_days_follow_the_rules_that_staff_have_set(ticket):
    friday = datetime(2026, 3, 6, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    TermRule.objects.filter(key="data.act").update(value=5)

    request = sender_steps.request_about_data(ticket=ticket, kind="view", form_key="a", now=friday)

    assert f"{request.reply_due_on:%d/%m/%Y}" == "10/03/2026"
    assert f"{request.action_due_on:%d/%m/%Y}" == "11/03/2026"
    assert request.reply_explanation["value"] == "2"


def test_staff_of_the_agency_are_told(client, officer):
    agency = make.make_agency(owns_portal=True)
    make.make_staff("nguoitruc", "view_every_ticket", agency=agency, email="truc@example.vn")
    ticket = make.make_ticket()

    ask(client, ticket, "view")

    assert (
        OutgoingMail.objects.get(key__startswith="feedback.data-requested").to == "truc@example.vn"
    )


def test_the_same_is_not_asked_twice_while_it_is_open(client, ticket, officer):
    ask(client, ticket, "correct")
    again = ask(client, ticket, "correct")
    other = ask(client, ticket, "view")
    personal_data.answer_data_request(
        request=ticket.data_requests.get(kind="correct"),
        by=officer,
        state="refused",
        reply="Đã đúng.",
    )
    ended = ask(client, ticket, "correct")

    assert "đang được giải quyết" in again
    assert 'value="correct"' not in again
    assert "Cơ quan đã nhận yêu cầu" in other
    assert "Đã đúng." in ended
    assert sorted(ticket.data_requests.values_list("kind", flat=True)) == [
        "correct",
        "correct",
        "view",
    ]


def test_a_form_sent_twice_makes_one_request(client, ticket):
    stamp = DataRequestForm.new_stamp(timezone.now() - timedelta(minutes=1))

    for _time in range(2):
        page = ask(client, ticket, "view", stamp=stamp)

    assert ticket.data_requests.count() == 1
    assert "Cơ quan đã nhận yêu cầu" in page


@pytest.mark.parametrize("kind", ["", "erase", "received"])
def test_what_is_no_right_is_not_asked_for(client, ticket, kind):
    assert "Có 1 chỗ cần sửa" in ask(client, ticket, kind)
    assert not ticket.data_requests.exists()


def test_rights_hold_when_the_ticket_has_ended_or_names_nobody(client, ticket):
    sender_steps.withdraw(ticket=ticket)
    unsigned = make.make_ticket(sender=None)

    for each in (ticket, unsigned):
        ask(client, each, "delete")

    assert DataSubjectRequest.objects.count() == 2


def test_what_is_kept_is_told_masked_at_once(client, ticket):
    page = ask(client, ticket, "view")

    for masked in ("L… T… T…", "Ấ… … x… T… T…", "··· 678", "t…@example.vn"):
        assert masked in page
    for purpose in ConsentText.Purpose:
        assert str(purpose.label) in page
    for word in ("Lê Thị Thử", "912345678", "thu@example.vn", "Tân Thuận"):
        assert word not in page


def test_what_was_erased_is_not_said_to_be_kept(client, ticket, officer):
    personal_data.erase_sender(ticket=ticket, by=officer, erase_text=True)

    page = ask(client, ticket, "view")

    assert "Đã xóa ngày" in page
    assert "L… T… T…" not in page


# Consents


@pytest.mark.parametrize("purpose", ["mail", "publish_name"])
def test_an_optional_consent_ends_at_once(client, ticket, purpose):
    page = send(client, ticket, ConsentForm, purpose=purpose)

    records = ticket.consents
    assert "có hiệu lực ngay" in page
    assert [one.text.purpose for one in records.exclude(withdrawn_at=None)] == [purpose]
    assert records.filter(withdrawn_at=None).count() == 2
    assert not re.search(rf'name="dong-y-purpose" value="{purpose}"', page)
    assert ticket.events.filter(type=TicketEvent.Type.RIGHTS_DONE, by="sender").count() == 1


def test_a_consent_ends_once_however_often_it_is_sent(client, ticket):
    for _time in range(2):
        send(client, ticket, ConsentForm, purpose="mail")

    assert ticket.events.filter(type=TicketEvent.Type.RIGHTS_DONE).count() == 1


def test_the_consent_to_work_on_the_ticket_goes_to_staff(client, ticket):
    page = send(client, ticket, ConsentForm, purpose="intake")
    ask(client, ticket, "withdraw")

    assert "chỗ cần sửa" in page
    assert not ticket.consents.exclude(withdrawn_at=None).exists()
    assert ticket.data_requests.get().kind == "withdraw"
    with pytest.raises(ValueError, match="Staff decide"):
        sender_steps.withdraw_consent(ticket=ticket, purpose="intake")


def test_after_the_consent_to_mail_ended_no_mail_goes(client, ticket, officer):
    send(client, ticket, ConsentForm, purpose="mail")
    mails = OutgoingMail.objects.filter(key__endswith=":sender").count()

    ask(client, ticket, "view")
    personal_data.answer_data_request(
        request=ticket.data_requests.get(), by=officer, state="done", reply="Đã gửi."
    )

    assert OutgoingMail.objects.filter(key__endswith=":sender").count() == mails


def test_a_denouncer_has_these_rights_and_no_mail_tells_of_it(client, officer):
    make.make_staff("nguoitruc", "handle_denunciations", agency=make.make_agency(owns_portal=True))
    ticket = make.make_ticket(declared_kind="denunciation")

    page = ask(client, ticket, "delete")

    assert "Cơ quan đã nhận yêu cầu" in page
    assert Ticket.everything.get(pk=ticket.pk).data_requests.count() == 1
    assert not OutgoingMail.objects.exists()
