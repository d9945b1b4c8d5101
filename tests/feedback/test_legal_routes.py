"""Complaints and denunciations go the way of the law; the portal takes neither unless the province says so."""

import pytest
from django.test import Client

from feedback.models import IntakeSettings, Ticket, TicketDeadline
from portal.models import OutgoingMail
from tests import factories as make
from tests.feedback.messages import FORM, agreed, anonymous_message, message, stamp

pytestmark = pytest.mark.django_db

COMPLAINT, DENUNCIATION = "/phan-anh/khieu-nai/", "/phan-anh/to-cao/"


@pytest.fixture
def taken():
    """The province takes denunciations here."""
    IntakeSettings.objects.create(pk=1, takes_denunciations=True)


@pytest.mark.parametrize(
    ("path", "kind"), [(COMPLAINT, "complaint"), (DENUNCIATION, "denunciation")]
)
def test_the_page_tells_all_that_staff_have_entered(client, path, kind):
    route = make.make_legal_route(
        kind, agency=make.make_agency("Ban Tiếp công dân tỉnh"), is_sample=True
    )
    in_force = make.make_legal_document(effective_on="2012-07-01")
    expired = make.make_legal_document(effective_on="2012-07-01", expired_on="2020-01-01")
    route.legal_documents.set([in_force, expired])

    page = client.get(path).content.decode()

    for words in (
        route.what_it_is,
        route.what_to_write,
        route.time_limits,
        route.address,
        route.phone,
    ):
        assert words in page
    for words in ("Đơn ký tên.", route.hours, route.form_url, "Ban Tiếp công dân tỉnh"):
        assert words in page
    for document in (in_force, expired):
        assert document.number in page
    assert "Đang áp dụng" in page or "Còn hiệu lực" in page
    assert "Hết hiệu lực" in page
    assert "mẫu" in page


@pytest.mark.parametrize("path", [COMPLAINT, DENUNCIATION])
def test_where_nothing_was_entered_the_page_says_so_and_names_the_owner(client, path):
    make.make_agency("Ủy ban nhân dân tỉnh", owns_portal=True, address="Số 5 Phan Ngọc Hiển")

    page = client.get(path).content.decode()

    assert "chưa nhập chỉ dẫn" in page
    assert page.count("Số 5 Phan Ngọc Hiển") == 2


@pytest.mark.parametrize("path", [COMPLAINT, DENUNCIATION])
def test_nothing_can_be_sent_there(client, path):
    response = client.get(path)

    assert '<form class="form' not in response.content.decode()
    assert not response.cookies
    assert client.post(path, message()).status_code == 405
    assert not Ticket.everything.exists()


def test_the_form_of_messages_leads_to_both(client):
    page = client.get(FORM).content.decode()

    assert f'href="{COMPLAINT}"' in page
    assert f'href="{DENUNCIATION}"' in page


@pytest.mark.usefixtures("taken")
def test_where_denunciations_are_taken_one_is_kept_apart_and_no_mail_tells_of_it(client):
    agency = make.make_agency()
    fields = message(agency=agency.slug, consent_mail=agreed("mail"), kind="praise")

    response = client.post(DENUNCIATION, fields)

    ticket = Ticket.everything.get()
    assert ticket.written_code in response.content.decode()
    assert (ticket.kind, ticket.declared_kind) == ("denunciation", "denunciation")
    assert ticket.agency_concerned == agency
    assert (ticket.sender.email, ticket.sender.phone) == ("", "")
    assert [record.text.purpose for record in ticket.consents.all()] == ["intake"]
    assert ticket.deadlines.filter(kind=TicketDeadline.Kind.FIRST_HANDLING).exists()
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()
    # A slip may be read by others.
    assert ">Loại<" not in response.content.decode()


@pytest.mark.usefixtures("taken")
def test_a_denunciation_without_a_name_is_kept_as_information(client):
    page = client.get(DENUNCIATION)
    client.post(DENUNCIATION, anonymous_message(stamp=stamp()))

    assert page.headers["Cache-Control"] == "no-store"
    assert "Luật chỉ buộc giải quyết tố cáo có tên" in page.content.decode()
    ticket = Ticket.everything.get()
    assert ticket.is_anonymous
    assert not ticket.deadlines.exists()


@pytest.mark.usefixtures("taken")
def test_a_denunciation_that_cannot_be_taken_yet_comes_back_whole(client):
    response = client.post(DENUNCIATION, message(address=""))

    page = response.content.decode()
    assert response.context["form"].errors.keys() == {"address"}
    assert "chưa được gọi" in page
    assert response.headers["Cache-Control"] == "no-store"
    assert not Ticket.everything.exists()


@pytest.mark.usefixtures("taken")
def test_a_complaint_is_never_taken_here(client):
    assert client.post(COMPLAINT, message()).status_code == 405


def test_a_page_without_its_cookie_comes_back_only_where_something_is_taken():
    careful = Client(enforce_csrf_checks=True)

    assert careful.post(DENUNCIATION, message()).status_code == 405
    IntakeSettings.objects.create(pk=1, takes_denunciations=True)
    response = careful.post(DENUNCIATION, message())

    assert response.status_code == 403
    assert "chưa được gọi" in response.content.decode()
    assert not Ticket.everything.exists()
