"""An officer enters what came by telephone, letter or at a counter, and hands over the receipt."""

from datetime import timedelta
from secrets import token_urlsafe

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from feedback import codes, verifying
from feedback.admin.entering import EntryForm
from feedback.models import IntakeSettings, LedgerEntry, Ticket
from tests import factories as make
from tests.feedback.messages import agreed, message
from tests.feedback.messages import stamp as public_stamp
from tests.file_samples import picture

pytestmark = pytest.mark.django_db

ENTER = reverse("admin:feedback_ticket_enter")
SLIP = reverse("admin:feedback_ticket_enter_slip")
LIST = reverse("admin:feedback_ticket_changelist")
RIGHTS = ["add_ticket", "view_ticket", "view_every_ticket"]


def stamp(key=None):
    opened_at = int(timezone.now().timestamp()) - 60
    return EntryForm._signer().sign_object([key or token_urlsafe(24), opened_at])


def entry(received_at=None, **fields):
    """What the form sends: nothing agreed to, received some hours ago."""
    at = timezone.localtime(received_at or timezone.now() - timedelta(minutes=5))
    words = {
        "stamp": stamp(),
        "channel": "hotline",
        "source_reference": "HT-125",
        "received_on": f"{at:%d/%m/%Y}",
        "received_time": f"{at:%H:%M}",
        "consent_intake": None,
    }
    return message(**words | fields)


@pytest.fixture
def officer():
    return make.make_staff("tongdai", *RIGHTS)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def test_it_becomes_a_ticket_that_names_its_officer_and_counts_from_when_it_came(desk, officer):
    came_at = timezone.now() - timedelta(days=2)
    procedure = make.make_procedure()

    page = desk.post(ENTER, entry(came_at, procedure=procedure.pk, phone="0987 654 321"))

    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.source_reference) == ("hotline", "HT-125")
    assert (ticket.entered_by, ticket.procedure) == (officer, procedure)
    assert ticket.received_at == came_at.replace(second=0, microsecond=0)
    assert ticket.deadlines.get(kind="answer").started_at == ticket.received_at
    received = ticket.events.get()
    assert (received.type, received.by, received.actor) == ("received", "staff", officer)
    assert received.at > ticket.received_at
    assert ticket.sender.phone == "+84987654321"
    assert not ticket.consents.exists()
    assert page.context["slip"].code == ticket.written_code
    secret = codes.read(page.context["slip"].secret)
    assert codes.opens(secret, code=ticket.code, secret_hash=ticket.secret_hash)
    for words in (
        ticket.written_code,
        codes.written(secret),
        reverse("admin:feedback_ticket_change", args=[ticket.pk]),
    ):
        assert words in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_the_ledger_proves_when_it_came(desk):
    desk.post(ENTER, entry(timezone.now() - timedelta(days=2)))

    ticket = Ticket.objects.get()
    assert list(verifying.findings()) == []
    # What the guards of the database refuse, somebody with all rights over it may still do.
    content = LedgerEntry.objects.get()
    args = (content.at, content.content_digest, ticket.received_at - timedelta(days=3), True)
    told = (ticket.declared_kind, ticket.subject, ticket.body, None, [])
    assert list(verifying._differences(*args, *told)) == [verifying.Kind.CONTENT]


def test_only_what_the_sender_agreed_to_is_kept(desk):
    desk.post(ENTER, entry(consent_intake=agreed(), consent_mail=agreed("mail")))

    purposes = Ticket.objects.get().consents.values_list("text__purpose", flat=True)
    assert set(purposes) == {"intake", "mail"}


def test_sent_twice_it_is_one_ticket_with_the_same_receipt(desk):
    fields = entry()

    pages = [desk.post(ENTER, fields) for _ in range(2)]

    assert Ticket.objects.count() == 1
    secrets = {page.context["slip"].secret for page in pages}
    assert len(secrets) == 1
    assert all(secrets)


def test_of_an_old_letter_the_secret_is_still_shown_for_half_an_hour(desk):
    fields = entry(timezone.now() - timedelta(days=2))

    pages = [desk.post(ENTER, fields) for _ in range(2)]

    assert all(page.context["slip"].secret for page in pages)


def test_the_slip_is_printed_for_who_holds_the_form(desk):
    fields = entry()
    page = desk.post(ENTER, fields)

    slip = desk.post(SLIP, {"stamp": fields["stamp"]})

    text = pypdfium2.PdfDocument(slip.content)[0].get_textpage().get_text_range()
    assert page.context["slip"].code in text
    assert page.context["slip"].secret in text
    assert "no-store" in slip.headers["Cache-Control"]
    assert desk.post(SLIP, {"stamp": stamp()}).status_code == 404
    assert desk.post(SLIP, {"stamp": public_stamp()}).status_code == 404


def test_a_scan_is_kept_and_held_while_the_form_comes_back(desk):
    scan = SimpleUploadedFile("don.png", picture(), "image/png")
    fields = entry(subject="", channel="post")

    refused = desk.post(ENTER, fields | {"files": [scan]})
    taken = desk.post(ENTER, fields | {"subject": "Đơn về quầy số 2"})

    assert refused.status_code == 422
    assert "Bỏ tệp don.png" in refused.content.decode()
    assert taken.context["slip"].ticket.attachments.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"channel": ""}, "channel"),
        ({"channel": "web"}, "channel"),
        ({"subject": ""}, "subject"),
        ({"address": ""}, "address"),
        ({"phone": "12"}, "phone"),
        ({"received_time": "25:00"}, "received_time"),
        ({"received_at": timezone.now() + timedelta(hours=2)}, "received_on"),
        ({"received_at": timezone.now() - timedelta(days=400)}, "received_on"),
        ({"received_at": timezone.now() - timedelta(days=9)}, "is_old"),
        ({"declared_kind": "complaint"}, "declared_kind"),
        ({"declared_kind": "denunciation"}, "declared_kind"),
        ({"procedure": "x"}, "procedure"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(desk, fields, said):
    page = desk.post(ENTER, entry(**fields))

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [said]
    assert "Sáng thứ Hai tôi chờ từ 7 giờ 30" in page.content.decode()
    assert not Ticket.everything.exists()


def test_what_came_long_ago_is_taken_once_that_is_confirmed(desk):
    desk.post(ENTER, entry(timezone.now() - timedelta(days=9), is_old="on"))

    assert Ticket.objects.get().received_at < timezone.now() - timedelta(days=8)


@pytest.mark.parametrize("is_taken", [True, False])
@pytest.mark.parametrize("may_handle", [True, False])
def test_a_denunciation_is_entered_only_where_taken_and_by_who_handles_them(
    client, is_taken, may_handle
):
    IntakeSettings.objects.create(pk=1, takes_denunciations=is_taken)
    make.make_legal_route("denunciation")
    user = make.make_staff("rieng", "add_ticket", *["handle_denunciations"] * may_handle)
    client.force_login(user)

    shown = client.get(ENTER).content.decode()
    sent = client.post(ENTER, entry(declared_kind="denunciation", consent_mail=agreed("mail")))

    assert ('value="denunciation"' in shown) == (is_taken and may_handle)
    assert "Phòng Tiếp công dân" in shown
    assert Ticket.everything.filter(kind="denunciation").exists() == (is_taken and may_handle)
    if is_taken and may_handle:
        ticket = Ticket.everything.get()
        assert ticket.sender.email == ""
        assert not ticket.consents.exists()
        assert (
            reverse("admin:feedback_denunciation_change", args=[ticket.pk]) in sent.content.decode()
        )


def test_without_the_right_there_is_no_form_and_no_link(client, desk):
    assert ENTER in desk.get(LIST).content.decode()
    client.force_login(make.make_staff("xem", "view_ticket", "view_every_ticket"))

    assert client.get(ENTER).status_code == 403
    assert client.post(ENTER, entry()).status_code == 403
    assert client.post(SLIP, {"stamp": stamp()}).status_code == 403
    assert ENTER not in client.get(LIST).content.decode()
    assert not Ticket.objects.exists()
