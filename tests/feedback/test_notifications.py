"""Mail about tickets: to whom it goes, and that it says nothing but the code and where to read."""

import pytest
from django.utils import timezone

from feedback import handling, notifications, personal_data
from feedback.models import TicketMessage
from portal.models import OutgoingMail
from tests import factories as make

pytestmark = pytest.mark.django_db

RIGHTS = ["view_ticket", "view_every_ticket"]


@pytest.fixture
def owner(db):
    return make.make_agency(owns_portal=True)


def mails():
    return list(OutgoingMail.objects.order_by("pk"))


def recipients():
    return [mail.to for mail in mails()]


def agreed(**fields):
    """A ticket whose sender wants mail; what told of its receipt is out of the way."""
    ticket = make.make_ticket(consents=[make.make_consent_text("mail")], **fields)
    OutgoingMail.objects.all().delete()
    return ticket


def test_the_sender_hears_that_it_arrived_and_where_to_read_on(settings):
    settings.SITE_URL = "https://cchc.example.vn"

    ticket = make.make_ticket(consents=[make.make_consent_text("mail")])
    notifications.ticket_received(ticket)

    mail = OutgoingMail.objects.get()
    assert mail.to == "thu@example.vn"
    assert mail.subject == f"Đã tiếp nhận phiếu {ticket}"
    assert "https://cchc.example.vn/phan-anh/tra-cuu/" in mail.body
    assert ticket.subject not in mail.subject + mail.body
    assert "Thử" not in mail.subject + mail.body


def withdrawn():
    ticket = agreed()
    ticket.consents.update(withdrawn_at=timezone.now())
    return ticket


def without_address():
    return agreed(sender={"name": "Lê Thị Thử", "phone": "+84912345678"})


@pytest.mark.parametrize(
    "make_it",
    [make.make_ticket, withdrawn, without_address, lambda: agreed(sender=None)],
    ids=["no consent", "consent taken back", "no address", "no name"],
)
def test_no_sender_gets_mail_without_an_address_and_consent(make_it):
    ticket = make_it()

    notifications.ticket_received(ticket)
    handling.reject_ticket(ticket=ticket, by=make.make_staff("tiepnhan"), reason="not_clear")

    assert mails() == []


def test_each_step_that_concerns_the_sender_is_told_once(owner):
    by, agency = make.make_staff("tiepnhan"), make.make_agency()
    ticket = agreed()

    handling.classify_ticket(ticket=ticket, by=by, kind="reflection")
    handling.transfer_ticket(ticket=ticket, by=by, agency=agency, note="Đúng việc.")
    handling.transfer_ticket(ticket=ticket, by=by, agency=owner, note="Nhầm.")
    handling.start_ticket(ticket=ticket, by=by)
    handling.ask_sender(ticket=ticket, by=by, body="Quầy nào ạ?")
    handling.answer_ticket(ticket=ticket, by=by, body="Đã thêm quầy.", outcome="resolved")

    subjects = [mail.subject.replace(str(ticket), "K") for mail in mails()]
    assert subjects == [
        "Phiếu K có diễn biến mới",
        "Phiếu K có diễn biến mới",
        "Phiếu K có diễn biến mới",
        "Phiếu K: cơ quan hỏi thêm ông/bà",
        "Phiếu K đã có trả lời",
    ]
    assert not any("quầy" in mail.body.lower() for mail in mails())


def test_a_step_that_is_rolled_back_is_not_told(owner):
    ticket = agreed()
    by = make.make_staff("tiepnhan")

    with pytest.raises(handling.ValidationError):
        handling.answer_ticket(ticket=ticket, by=by, body="Rồi.", outcome="resolved")

    assert mails() == []


def test_staff_hear_of_new_tickets_where_they_work_and_may_see_them(owner):
    make.make_staff("mot", *RIGHTS, agency=owner, email="mot@example.vn")
    make.make_staff("hai", agency=owner, email="khong-quyen@example.vn")
    make.make_staff("ba", *RIGHTS, agency=make.make_agency(), email="noi-khac@example.vn")
    make.make_staff("bon", *RIGHTS, agency=owner)
    make.make_staff("nam", *RIGHTS, agency=owner, email="nghi@example.vn", is_active=False)

    ticket = make.make_ticket()
    notifications.new_ticket_for_staff(ticket)

    mail = OutgoingMail.objects.get()
    assert mail.to == "mot@example.vn"
    assert mail.subject == f"Có phản ánh mới, mã {ticket}"
    assert f"/feedback/ticket/{ticket.pk}/change/" in mail.body


def test_who_is_spoken_of_hears_nothing(owner):
    spoken_of = make.make_staff("mot", *RIGHTS, agency=owner, email="mot@example.vn")
    ticket = agreed()
    ticket.about_staff.add(spoken_of)

    notifications.ticket_reopened(ticket)

    assert mails() == []


def test_the_agency_that_a_ticket_comes_to_hears_of_it_and_of_what_its_sender_does(owner):
    agency = make.make_agency()
    by = make.make_staff("tiepnhan")
    make.make_staff("xuly", "view_ticket", agency=agency, email="xuly@example.vn")
    ticket = make.make_ticket()
    handling.classify_ticket(ticket=ticket, by=by, kind="reflection")
    moved = handling.transfer_ticket(ticket=ticket, by=by, agency=agency, note="Đúng việc.")

    said = TicketMessage.objects.create(ticket=moved, by="sender", body="Quầy số 2.")
    notifications.sender_replied(moved, said)
    notifications.ticket_reopened(moved)
    notifications.data_requested(make.make_data_request(moved))

    assert recipients() == ["xuly@example.vn"] * 4
    assert [mail.subject.replace(str(ticket), "K") for mail in mails()] == [
        "Có phản ánh mới, mã K",
        "Phiếu K: người gửi đã bổ sung",
        "Phiếu K được mở lại",
        "Phiếu K: có yêu cầu về dữ liệu cá nhân",
    ]


def test_an_erased_sender_gets_no_mail():
    ticket = agreed()
    asked = make.make_data_request(ticket, kind="delete")
    by = make.make_staff("tiepnhan")

    personal_data.answer_data_request(request=asked, by=by, state="done", reply="Đã xóa.")

    assert mails() == []
