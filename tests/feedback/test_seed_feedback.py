"""The sample rows, and the words that people agree to."""

import json
import unicodedata
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback import codes, stories
from feedback.consent_texts import add_first_version
from feedback.models import (
    ConsentText,
    FrequentQuestion,
    LedgerEntry,
    LegalRoute,
    Ticket,
    TicketEvent,
)
from feedback.verifying import findings
from procedures.models import Agency
from procedures.sampling import add_agencies, add_legal_documents, add_units
from tests import factories as make

pytestmark = pytest.mark.django_db


def seed(*arguments):
    said = StringIO()
    call_command("seed_feedback", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def catalogue():
    add_units()
    add_agencies()
    add_legal_documents()


def test_the_sample_tickets_stand_at_every_point_of_the_way(catalogue):
    said = seed("--with-tickets")

    tickets, now = Ticket.everything.all(), timezone.now()
    assert f"Đã thêm {tickets.count()} phiếu mẫu." in said
    assert tickets.count() >= 30
    assert set(tickets.values_list("is_sample", flat=True)) == {True}
    assert set(tickets.values_list("status", flat=True)) == set(Ticket.Status.values)
    assert set(tickets.values_list("public_state", flat=True)) == set(Ticket.PublicState.values)
    assert set(tickets.values_list("kind", flat=True)) == set(Ticket.Kind.values) - {"denunciation"}
    assert tickets.filter(is_anonymous=True).exists()
    assert tickets.filter(pauses__ended_at=None, pauses__isnull=False).exists()
    assert tickets.filter(merged_into__isnull=False).exists()
    assert tickets.filter(split_from__isnull=False).exists()
    assert tickets.filter(apology_letters__isnull=False).exists()
    overdue = tickets.open().filter(
        deadlines__due_at__lt=now, deadlines__met_at=None, deadlines__dropped_at=None
    )
    assert overdue.exists()
    assert not TicketEvent.objects.filter(at__gt=now).exists()
    assert list(findings()) == []

    code, secret = said.rpartition(": ")[2].strip().split(", mã bí mật ")
    shown = Ticket.objects.get(code=codes.read(code))
    assert codes.opens(codes.read(secret), code=shown.code, secret_hash=shown.secret_hash)
    assert shown.pauses.filter(ended_at=None).exists()

    counts = [model.objects.count() for model in (LedgerEntry, TicketEvent, FrequentQuestion)]
    assert "đã đủ, không thêm gì" in seed("--with-tickets")
    assert counts == [
        model.objects.count() for model in (LedgerEntry, TicketEvent, FrequentQuestion)
    ]


def test_no_sender_of_the_sample_can_be_taken_for_a_person():
    told = json.loads(stories.STORIES.read_text(encoding="utf-8"))
    for sender in filter(None, (story["sender"] for story in told)):
        assert sender["name"].endswith(("Mẫu", "Thử"))
        assert "mẫu" in sender["address"].lower()
        assert sender["phone"].startswith("+849000000")


def test_no_sample_ticket_is_added_unasked_or_where_people_have_written(catalogue):
    assert "phiếu mẫu" not in seed()
    make.make_ticket()

    assert "phiếu mẫu" not in seed("--with-tickets")
    assert Ticket.everything.count() == 1


def test_what_staff_have_written_stays(catalogue):
    seed()
    LegalRoute.objects.filter(kind="complaint").update(hours="sáng thứ Ba", is_sample=False)

    seed()

    assert LegalRoute.objects.get(kind="complaint").hours == "sáng thứ Ba"


def test_a_legal_route_names_its_acts_and_where_people_are_received(catalogue):
    seed()

    route = LegalRoute.objects.get(kind="denunciation")
    assert set(route.legal_documents.values_list("number", flat=True)) == {
        "25/2018/QH14",
        "136/2025/QH15",
        "42/2013/QH13",
    }
    assert "mẫu" in route.address
    assert route.is_sample


def test_an_owner_with_channels_of_its_own_keeps_them(catalogue):
    owner = Agency.objects.portal_owner()
    owner.channels.create(kind="national_portal", value="https://rieng.example")

    seed()

    portals = owner.channels.filter(kind="national_portal")
    assert portals.get().value == "https://rieng.example"
    assert owner.channels.filter(kind="provincial_portal").count() == 1


# What people agree to


def test_every_purpose_has_a_first_text_in_both_languages():
    texts = ConsentText.objects.filter(version=1)

    assert set(texts.values_list("purpose", "language")) == {
        (purpose, language) for purpose in ConsentText.Purpose.values for language in ("vi", "en")
    }
    for text in texts:
        assert text.statement.startswith("Tôi đồng ý" if text.language == "vi" else "I agree")
        assert unicodedata.is_normalized("NFC", text.notice)
        assert "24 tháng" in text.notice or "24 months" in text.notice


@pytest.mark.parametrize(
    "matter",
    [
        "Ai chịu trách nhiệm",
        "Dữ liệu nào",
        "Để làm gì",
        "Ai xem được",
        "Giữ bao lâu",
        "Quyền của ông/bà",
        "Việc ông/bà cần làm",
        "rút lại sự đồng ý",
        "yêu cầu hạn chế xử lý",
        "phản đối việc xử lý",
        "khiếu nại",
        "2 ngày làm việc",
        "15 ngày",
        "Nếu không đồng ý",
        "không ghi tên",
        "91/2025/QH15",
        "356/2025/NĐ-CP",
    ],
)
def test_the_notice_before_the_form_leaves_nothing_out(matter):
    assert matter in ConsentText.objects.present("intake").notice


def test_the_first_texts_come_once_and_are_never_changed():
    before = list(ConsentText.objects.order_by("pk").values())

    add_first_version(sender=None)

    assert list(ConsentText.objects.order_by("pk").values()) == before
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentText.objects.update(statement="Tôi đồng ý mọi điều.")


def test_a_newer_text_is_the_one_that_people_are_shown():
    newer = make.make_consent_text("intake", language="vi")

    assert ConsentText.objects.present("intake") == newer
    assert ConsentText.objects.present("intake", "en").version == 1


def test_sample_times_follow_the_day_of_the_command(catalogue):
    now = timezone.now() - timedelta(days=100)

    stories.add_tickets(now=now)

    assert not Ticket.everything.filter(received_at__gt=now).exists()
    assert Ticket.everything.filter(received_at__gt=now - timedelta(days=1)).count() == 1
