"""What people write to the administration, and how it comes back when it cannot be taken yet."""

import hashlib
import logging
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from ipaddress import ip_network

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from feedback.models import ConsentRecord, Ticket, TicketAttachment, TicketSender
from feedback.views.intake import MESSAGE_LIMIT
from portal.files import PrivateStorage
from portal.models import HeldFile, OutgoingMail, RateLimit
from procedures.services import complete_procedures
from tests import factories as make
from tests.feedback.messages import (
    BODY,
    FORM,
    MAIL,
    NAME,
    PHONE,
    agreed,
    anonymous_message,
    message,
    stamp,
)
from tests.file_samples import picture

pytestmark = pytest.mark.django_db


def errors_at(response, name):
    return " ".join(response.context["form"].errors.get(name, []))


def typed_into(response, name):
    """What a page shows in an input or a box of several lines."""
    page = response.content.decode()
    box = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    tag = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    return unescape(box[1] if box else re.search(r'value="([^"]*)"', tag[0])[1])


@pytest.mark.parametrize(
    ("kind", "clocks"),
    [("reflection", 3), ("proposal", 3), ("question", 3), ("comment", 0), ("praise", 0)],
)
def test_a_message_of_each_kind_becomes_a_ticket_with_all_that_belongs_to_it(client, kind, clocks):
    owner = make.make_agency(owns_portal=True)
    procedure, point, agency = (
        make.make_procedure(),
        make.make_service_point(),
        make.make_agency(),
    )

    response = client.post(
        FORM,
        message(
            declared_kind=kind,
            procedure=procedure.code,
            service_point=point.slug,
            agency=agency.slug,
            dossier_code="H12.34-250101-0001",
            incident_on="2/3/2026",
            organisation_name="Hợp tác xã Tôm Lúa",
        ),
    )

    ticket = Ticket.objects.get()
    assert response.status_code == 200
    assert ticket.written_code in response.content.decode()
    assert (ticket.kind, ticket.declared_kind, ticket.status) == (kind, kind, "received")
    assert (ticket.procedure, ticket.service_point, ticket.agency_concerned) == (
        procedure,
        point,
        agency,
    )
    assert (ticket.receiving_agency, ticket.dossier_code) == (owner, "H12.34-250101-0001")
    assert f"{ticket.incident_on:%d/%m/%Y}" == "02/03/2026"
    assert (ticket.sender.name, ticket.sender.phone) == (NAME, "+84987654321")
    assert (ticket.sender.email, ticket.sender.is_organisation) == (MAIL, True)
    assert ticket.deadlines.count() == clocks


def test_who_gives_no_name_leaves_none_whatever_else_was_typed(client):
    fields = message(
        naming="anonymous", consent_publish_name=agreed("publish_name"), consent_mail=agreed("mail")
    )

    response = client.post(FORM, fields)

    ticket = Ticket.objects.get()
    assert ticket.is_anonymous
    assert not TicketSender.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not ticket.deadlines.exists()
    assert [record.text.purpose for record in ticket.consents.all()] == ["intake"]
    assert "không có ngày hẹn trả lời" in response.content.decode()


@pytest.mark.parametrize("kind", ["reflection", "proposal"])
def test_a_name_needs_an_address_and_a_consent_where_the_law_wants_an_answer(client, kind):
    response = client.post(
        FORM, message(declared_kind=kind, name="", address="", phone="", consent_intake=None)
    )

    for name in ("name", "address", "consent_intake"):
        assert errors_at(response, name)
    assert not errors_at(response, "phone")
    assert not Ticket.objects.exists()


def test_a_question_needs_no_address(client):
    client.post(FORM, message(declared_kind="question", address="", phone="", email=""))

    assert Ticket.objects.get().sender.address == ""


def test_who_has_not_said_whether_to_give_a_name_is_asked_for_that_alone(client):
    response = client.post(FORM, anonymous_message(naming=""))

    assert list(response.context["form"].errors) == ["naming"]


def test_each_ticked_box_is_kept_as_the_very_text_that_was_read(client):
    client.post(FORM, message(consent_publish_name=agreed("publish_name")))

    records = ConsentRecord.objects.select_related("text")
    assert {str(record.text_id) for record in records} == {agreed(), agreed("publish_name")}


def test_a_text_that_changed_meanwhile_is_asked_for_again_and_nothing_is_lost(client):
    fields = message()
    newer = make.make_consent_text(statement="Tôi đồng ý với lời mới.")

    response = client.post(FORM, fields)

    page = response.content.decode()
    assert "vừa được sửa" in errors_at(response, "consent_intake")
    assert "Tôi đồng ý với lời mới." in page
    assert not re.search(r'name="consent_intake"[^>]*checked', page)
    assert typed_into(response, "body") == BODY
    client.post(FORM, fields | {"consent_intake": str(newer.pk)})
    assert ConsentRecord.objects.get().text == newer


def test_mail_is_asked_for_with_an_address_only(client):
    response = client.post(FORM, message(email="", consent_mail=agreed("mail")))

    assert "bỏ dấu" in errors_at(response, "email")


@pytest.mark.parametrize("consent", [None, "mail"])
def test_mail_goes_to_who_agreed_and_says_nothing_but_that_it_arrived(client, consent):
    client.post(FORM, message(consent_mail=consent and agreed("mail")))

    mails = OutgoingMail.objects.filter(to=MAIL)
    assert mails.count() == (1 if consent else 0)
    for mail in mails:
        words = mail.subject + mail.body
        assert Ticket.objects.get().written_code in words
        assert "/phan-anh/tra-cuu/" in words
        assert NAME not in words
        assert "quầy số 2" not in words


def test_a_page_that_led_here_has_filled_in_what_it_is_about(client):
    procedure, point, agency = (
        make.make_procedure(),
        make.make_service_point(),
        make.make_agency(),
    )

    response = client.get(
        f"{FORM}?thu-tuc={procedure.code}&noi={point.slug}&co-quan={agency.slug}&loai=praise"
    )

    page = response.content.decode()
    assert re.search(rf'value="{procedure.code}"[^>]* checked', page)
    assert procedure.name in page
    assert f'<option value="{point.slug}" selected>' in page
    assert f'<option value="{agency.slug}" selected>' in page
    assert re.search(r'value="praise"[^>]* checked', page)


def test_a_link_with_nothing_that_exists_opens_an_empty_form(client):
    response = client.get(f"{FORM}?thu-tuc=9.999999&noi=x&co-quan=y%00&loai=denunciation")

    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r'type="(radio|checkbox)"[^>]* checked', page)


def test_a_procedure_that_a_link_had_chosen_can_be_removed(client):
    make.make_procedure(code="1.001193")

    client.post(FORM, message(stamp=stamp()))
    client.post(FORM, message(stamp=stamp(), procedure_code="1.001193"))

    codes = [ticket.procedure and ticket.procedure.code for ticket in Ticket.objects.order_by("pk")]
    assert codes == [None, "1.001193"]


@pytest.mark.parametrize(
    "typed", ["1.001193", "1001193", "thủ tục đăng ký khai sinh", "dang ky khai sinh"]
)
def test_a_procedure_is_understood_by_its_code_or_its_name(client, typed):
    procedure = make.make_procedure(code="1.001193", name="Thủ tục đăng ký khai sinh")
    mobile = make.make_procedure(name="Thủ tục đăng ký khai sinh lưu động")
    complete_procedures([procedure.pk, mobile.pk])

    client.post(FORM, message(procedure=typed))

    assert Ticket.objects.get().procedure == procedure


def test_of_several_procedures_with_such_a_name_one_is_chosen_and_nothing_is_lost(client):
    names = ("Đăng ký lại khai sinh", "Đăng ký khai sinh lưu động")
    first, second = (make.make_procedure(name=name) for name in names)
    complete_procedures([first.pk, second.pk])
    fields = message(procedure="khai sinh")

    response = client.post(FORM, fields)

    page = response.content.decode()
    assert "trong danh sách" in errors_at(response, "procedure")
    assert first.name in page
    assert second.name in page
    assert typed_into(response, "procedure") == "khai sinh"
    assert typed_into(response, "body") == BODY
    client.post(FORM, fields | {"procedure_code": second.code})
    assert Ticket.objects.get().procedure == second


def test_none_of_the_procedures_is_a_choice_too(client):
    complete_procedures([make.make_procedure(name="Đăng ký khai sinh lưu động").pk])

    client.post(FORM, message(procedure="khai sinh", procedure_code="-"))

    assert Ticket.objects.get().procedure is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("declared_kind", "complaint", "Khiếu nại, tố cáo gửi theo đường riêng"),
        ("declared_kind", "denunciation", "Khiếu nại, tố cáo gửi theo đường riêng"),
        ("declared_kind", "", "Chọn một loại"),
        ("subject", "\u200b\u202e \x00", "Ghi một câu ngắn"),
        ("subject", "ạ" * 201, "200"),
        ("body", "12345 67890 !!! 😀", "quá ngắn"),
        ("body", "ạ" * 10_001, "10.000"),
        ("body", "ạ " * 50_000, "10.000"),
        ("procedure", "xổ số vietlott", "Chưa tìm được"),
        ("service_point", "khong-co\x00", "trong danh sách"),
        ("agency", "x" * 100_000, "trong danh sách"),
        ("dossier_code", "1" * 61, "60"),
        ("incident_on", "31/02/2026", "ngày, tháng, năm"),
        ("incident_on", "01/01/2100", "chưa đến"),
        ("naming", "x", "Chọn ghi tên"),
        ("name", "ạ" * 121, "120"),
        ("phone", "12345", "10 hoặc 11 chữ số"),
        ("email", "chim@", "ten@example.vn"),
        ("consent_intake", "x\x00", "vừa được sửa"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_else_is_lost(
    client, name, value, said
):
    response = client.post(FORM, message(**{name: value}))

    assert said.casefold() in errors_at(response, name).casefold()
    assert not Ticket.objects.exists()
    for other, written in {
        "subject": "Chờ lâu ở quầy số 2",
        "body": BODY,
        "name": NAME,
        "phone": PHONE,
    }.items():
        if other != name:
            assert typed_into(response, other) == written


def test_odd_characters_are_stored_as_they_are_seen(client):
    client.post(
        FORM,
        message(
            subject="Ti\u1ebfng\u200b Vi\u1ec7t\u202e \x00\u0065\u0302\u0323",
            body=f"Vui 😀\r\n{BODY}\x00",
        ),
    )

    ticket = Ticket.objects.get()
    assert ticket.subject == "Tiếng Việt ệ"
    assert ticket.body == f"Vui 😀\n{BODY}"


def test_fields_that_the_form_does_not_have_change_nothing(client):
    extra = {
        "kind": "denunciation",
        "status": "answered",
        "code": "AAAABBBBCCCC",
        "channel": "counter",
        "public_state": "published",
        "handling_agency": make.make_agency().pk,
        "received_at": "2020-01-01",
        "is_anonymous": "1",
        "is_sample": "1",
    }

    client.post(FORM, message(**extra))

    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.status, ticket.channel) == ("reflection", "received", "web")
    assert (ticket.public_state, ticket.handling_agency) == ("private", None)
    assert (ticket.is_anonymous, ticket.is_sample) == (False, False)
    assert ticket.code != "AAAABBBBCCCC"
    assert ticket.received_at > timezone.now() - timedelta(minutes=1)


def spend_all(client, **options):
    for _ in range(MESSAGE_LIMIT["limit"]):
        assert client.post(FORM, anonymous_message(stamp=stamp()), **options).status_code == 200


def test_the_message_beyond_the_limit_waits_with_its_text_and_its_files_while_others_are_served(
    client,
):
    spend_all(client)
    fields = message(files=SimpleUploadedFile("anh.png", picture()))

    forged = client.post(FORM, fields, headers={"X-Forwarded-For": "203.0.113.9"})

    assert forged.status_code == 429
    assert int(forged.headers["Retry-After"]) > 0
    assert typed_into(forged, "body") == BODY
    assert "Đã giữ: anh.png" in forged.content.decode()
    assert Ticket.objects.count() == MESSAGE_LIMIT["limit"]
    assert client.post(FORM, message(), REMOTE_ADDR="203.0.113.9").status_code == 200
    RateLimit.objects.all().delete()
    fields.pop("files")
    client.post(FORM, fields)
    assert TicketAttachment.objects.count() == 1


def test_computers_that_many_people_share_have_no_limit(client, settings):
    settings.RATE_LIMIT_EXEMPT = [ip_network("127.0.0.0/8")]

    spend_all(client)

    assert client.post(FORM, message()).status_code == 200
    assert Ticket.objects.count() == MESSAGE_LIMIT["limit"] + 1


def test_a_photograph_tells_nothing_but_what_is_seen(client):
    exif = Image.Exif()
    exif[0x010F] = "MAY-ANH-CUA-AI"
    exif.get_ifd(0x8825)[1] = "N"
    sent = picture("JPEG", exif=exif)
    assert b"MAY-ANH-CUA-AI" in sent

    client.post(
        FORM,
        message(
            files=[SimpleUploadedFile("Lê Thị A.jpg", sent), SimpleUploadedFile("b.png", picture())]
        ),
    )

    files = list(TicketAttachment.objects.order_by("number"))
    assert [file.number for file in files] == [1, 2]
    for file in files:
        with file.file.open() as stored:
            kept = stored.read()
        assert b"MAY-ANH" not in kept
        assert not Image.open(BytesIO(kept)).getexif()
        assert file.digest == hashlib.sha256(kept).hexdigest()
        assert "Thị" not in file.file.name


def test_a_full_disk_is_said_at_the_field(client, monkeypatch):
    def refuse(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PrivateStorage, "_save", refuse)

    response = client.post(FORM, message(files=SimpleUploadedFile("anh.png", picture())))

    assert response.status_code == 200
    assert "gửi không kèm tệp" in errors_at(response, "files")
    assert typed_into(response, "body") == BODY
    assert not Ticket.objects.exists()
    assert not HeldFile.objects.exists()


def test_a_page_without_its_cookie_comes_back_with_what_was_typed_and_a_stamp_of_its_own():
    careful = Client(enforce_csrf_checks=True)
    fields = message(procedure_code=make.make_procedure().code, incident_on="2/3/2026")

    response = careful.post(FORM, fields)

    page = response.content.decode()
    assert response.status_code == 403
    assert "cookie" in page
    assert typed_into(response, "body") == BODY
    assert typed_into(response, "name") == NAME
    assert typed_into(response, "incident_on") == "2/3/2026"
    assert f'value="{fields["procedure_code"]}"' in page
    # What another site filled in is not agreed to, and not opened with a key that somebody else knows.
    assert not re.search(r'name="consent_intake"[^>]* checked', page)
    assert fields["stamp"] not in page
    again = fields | {
        "stamp": stamp(),
        "csrfmiddlewaretoken": typed_into(response, "csrfmiddlewaretoken"),
    }
    assert careful.post(FORM, again).status_code == 200
    assert Ticket.objects.count() == 1


def hidden_fields(response):
    found = re.findall(
        r'<input type="hidden" name="(?!csrf)([^"]+)" value="([^"]*)">', response.content.decode()
    )
    return {name: unescape(value) for name, value in found}


def test_when_the_database_is_away_a_page_holds_what_was_typed(client, monkeypatch):
    def away(*args, **options):
        raise OperationalError("the database system is shutting down")

    fields = message(body=f'Có "dấu" & <b>thẻ</b>.\r\n{BODY}')
    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        response = client.post(FORM, fields)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Gửi lại" in response.content.decode()
    assert hidden_fields(response) == fields
    assert client.post(FORM, hidden_fields(response)).status_code == 200
    assert Ticket.objects.get().body == f'Có "dấu" & <b>thẻ</b>.\n{BODY}'


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_nobody_heard_of_is_found_again(client, monkeypatch):
    commit = connection.commit
    fields = message(body="Một lời nhắn đủ dài.")

    def lose_the_answer():
        is_the_one = Ticket.objects.exists()
        commit()
        if is_the_one:
            raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "commit", lose_the_answer)
        response = client.post(FORM, fields)

    assert response.status_code == 503
    again = client.post(FORM, hidden_fields(response))
    assert Ticket.objects.get().written_code in again.content.decode()


def test_who_sent_it_stands_in_no_log_and_no_name_of_a_row(client, caplog):
    caplog.set_level(logging.DEBUG)

    response = client.post(FORM, message(consent_mail=agreed("mail")))
    client.post(FORM, message(stamp=stamp(), declared_kind="khong-co"))

    ticket = Ticket.objects.get()
    rows = [
        *(ticket, ticket.sender, *ticket.consents.all(), *ticket.events.all()),
        *(*ticket.deadlines.all(), *OutgoingMail.objects.all(), response.context["slip"]),
    ]
    words = caplog.text + " ".join(f"{row} {row!r}" for row in rows)
    for canary in (NAME, MAIL, "87654321", "654 321"):
        assert canary not in words
        assert canary not in response.content.decode()
    secret = response.context["slip"].secret
    assert secret.replace("-", "") not in words


def test_the_form_in_english_asks_in_english_and_takes_the_message(client):
    page = client.get("/en/phan-anh/").content.decode()
    response = client.post("/en/phan-anh/", message(consent_intake=agreed(language="en")))

    assert "I agree" in page
    assert "/en/phan-anh/tra-cuu/" in response.content.decode()
    assert ConsentRecord.objects.get().text.language == "en"
