"""Whatever is altered in the ledger, its heads, a ticket or a file is found and named."""

import hashlib
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from feedback import ledger
from feedback.models import LedgerDay, LedgerEntry, Ticket, TicketAttachment, TicketSender
from feedback.verifying import Finding, Kind, check_receipt, findings, read_witness
from tests import factories as make
from tests.file_samples import picture

pytestmark = pytest.mark.django_db

SUBJECT = "Chờ lâu ở quầy số 2"


def march(day, hour=9):
    return datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def attach_picture(ticket):
    row = TicketAttachment(ticket=ticket, number=1, file=ContentFile(picture(), name="anh.png"))
    row.clean()
    row.digest = hashlib.sha256(row.file.read()).hexdigest()
    row.file.seek(0)
    row.save()
    return [row]


@pytest.fixture
def receipts():
    """Five receipts of three days, the second with a picture; every day is sealed."""
    moments = [march(2), march(2, 10), march(3), march(3, 10), march(4)]
    sent = [
        make.send_ticket(now=at, attach=attach_picture if number == 1 else None)
        for number, at in enumerate(moments)
    ]
    ledger.close_day(now=march(5, 0))
    return sent


@contextmanager
def forging():
    """As somebody who owns the database can: no trigger stands in the way."""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        yield cursor
        cursor.execute("set local session_replication_role = origin")


def rebuild_from(position):
    """Make the chain anew from there on, so that it agrees with itself."""
    before = LedgerEntry.objects.filter(position__lt=position).order_by("position").last()
    previous, number = (before.hash, before.position) if before else (ledger.FIRST, 0)
    for entry in list(LedgerEntry.objects.filter(position__gte=position).order_by("position")):
        facts = {
            name: getattr(entry, name) for name in ("code_hash", "at", "content_digest", "salt")
        }
        new = ledger.chain_hash(previous_hash=previous, **facts)
        number += 1
        LedgerEntry.objects.filter(position=entry.position).update(
            position=number, previous_hash=previous, hash=new
        )
        previous = new


def entry_at(position):
    return LedgerEntry.objects.filter(position=position)


def insert_entry(position, *, at, code="KHONGCOPHIEU"):
    facts = {"code_hash": ledger.sha256(code), "at": at, "content_digest": "0" * 64, "salt": "0"}
    LedgerEntry.objects.create(position=position, previous_hash="1" * 64, hash="2" * 64, **facts)


def insert_in_the_middle():
    for position in (5, 4, 3):
        entry_at(position).update(position=position + 1)
    insert_entry(3, at=march(3, 8))


def swap(first, second):
    entry_at(first).update(position=99)
    entry_at(second).update(position=first)
    entry_at(99).update(position=second)


def change_content(position, **fields):
    ticket_of(position).update(**fields)


def ticket_of(position):
    ids = [
        ticket.pk
        for ticket in Ticket.everything.all()
        if ledger.sha256(ticket.code) == entry_at(position).get().code_hash
    ]
    return Ticket.everything.filter(pk__in=ids)


def remove_ticket(position):
    ticket_of(position).get().events.all().delete()
    ticket_of(position).get().deadlines.all().delete()
    TicketSender.objects.filter(ticket__in=ticket_of(position)).delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from feedback_ticket where id = %s", [ticket_of(position).get().pk])


def add_ticket_without_entry():
    known = Ticket.everything.values().first()
    Ticket.everything.create(**known | {"id": None, "code": "KHONGBIENNHA", "form_hash": "f" * 64})


def write_file(content):
    file = TicketAttachment.objects.get().file
    with open(file.path, "wb") as opened:
        opened.write(content)


def remove_file():
    file = TicketAttachment.objects.get().file
    file.storage.delete(file.name)


def head_of(day):
    return LedgerDay.objects.filter(day=date(2026, 3, day))


# What is done in the database, and in what way and at which position it shows.
ALTERATIONS = {
    "time": (lambda: entry_at(2).update(at=march(2, 11)), {"hash 2", "received_at 2"}),
    "time that goes back": (
        lambda: entry_at(4).update(at=march(3, 8)),
        {"hash 4", "received_at 4", "time 4"},
    ),
    "code hash": (
        lambda: entry_at(2).update(code_hash="a" * 64),
        {"hash 2", "ticket_missing 2", "entry_missing"},
    ),
    "digest": (lambda: entry_at(2).update(content_digest="a" * 64), {"hash 2", "content 2"}),
    "salt": (lambda: entry_at(3).update(salt="a" * 32), {"hash 3"}),
    "hash": (lambda: entry_at(3).update(hash="a" * 64), {"hash 3", "previous 4"}),
    "hash under a head": (
        lambda: entry_at(4).update(hash="a" * 64),
        {"hash 4", "previous 5", "head 4"},
    ),
    "previous hash": (
        lambda: entry_at(3).update(previous_hash="a" * 64),
        {"hash 3", "previous 3"},
    ),
    "first entry removed": (
        lambda: entry_at(1).delete(),
        {"missing 1", "previous 2", "entry_missing"},
    ),
    "entry in the middle removed": (
        lambda: entry_at(3).delete(),
        {"missing 3", "previous 4", "entry_missing"},
    ),
    "last entry removed": (lambda: entry_at(5).delete(), {"head 5", "entry_missing"}),
    "all entries removed": (
        lambda: LedgerEntry.objects.all().delete(),
        {"head 2", "head 4", "head 5", "entry_missing"},
    ),
    "entry added at the end": (
        lambda: insert_entry(6, at=march(4, 10)),
        {"hash 6", "previous 6", "ticket_missing 6", "head 5", "head_missing 6"},
    ),
    "entry added at the end, chain rebuilt": (
        lambda: [insert_entry(6, at=march(5)), rebuild_from(6)],
        {"ticket_missing 6", "head_missing 6"},
    ),
    "entry added in the middle": (
        insert_in_the_middle,
        {"hash 3", "previous 3", "previous 4", "ticket_missing 3"}
        | {"head 4", "head 5", "head_missing 6"},
    ),
    "entry added in the middle, chain rebuilt": (
        lambda: [insert_in_the_middle(), rebuild_from(3)],
        {"ticket_missing 3", "head 4", "head 5", "head_missing 6"},
    ),
    "entry and ticket removed, chain rebuilt": (
        lambda: [remove_ticket(3), entry_at(3).delete(), rebuild_from(3)],
        {"head 4", "head 5", "head_missing 3"},
    ),
    "entry and content changed, chain rebuilt": (
        lambda: [
            change_content(3, subject="Khác"),
            entry_at(3).update(content_digest=digest_now(3)),
            rebuild_from(3),
        ],
        {"head 4", "head 5"},
    ),
    "entries swapped": (
        lambda: swap(1, 2),
        {"previous 1", "previous 2", "previous 3", "time 2", "head 2"},
    ),
    "subject": (lambda: change_content(3, subject="Khác"), {"content 3"}),
    "body": (lambda: change_content(3, body="Khác"), {"content 3"}),
    "declared kind": (lambda: change_content(3, declared_kind="praise"), {"content 3"}),
    "time of the ticket": (
        lambda: change_content(3, received_at=march(3, 8)),
        {"received_at 3"},
    ),
    "byte of a file": (lambda: write_file(b"x"), {"file_changed 2"}),
    "byte and digest of a file": (
        lambda: [
            write_file(b"x"),
            TicketAttachment.objects.update(digest=hashlib.sha256(b"x").hexdigest()),
        ],
        {"content 2"},
    ),
    "row of a file removed": (lambda: TicketAttachment.objects.all().delete(), {"content 2"}),
    "file missing": (remove_file, {"file_missing 2"}),
    "ticket removed": (lambda: remove_ticket(3), {"ticket_missing 3"}),
    "ticket without entry": (add_ticket_without_entry, {"entry_missing"}),
    "head changed": (lambda: head_of(3).update(hash="a" * 64), {"head 4"}),
    "head moved": (
        lambda: head_of(3).update(position=3, hash=entry_at(3).get().hash),
        {"head 3"},
    ),
    "head of another day": (lambda: head_of(4).update(day=date(2026, 3, 5)), {"head 5"}),
    "head removed": (lambda: head_of(3).delete(), {"head_missing 4"}),
    "last head removed": (lambda: head_of(4).delete(), {"head_missing 5"}),
    "heads removed": (
        lambda: LedgerDay.objects.all().delete(),
        {"head_missing 2", "head_missing 4", "head_missing 5"},
    ),
}


def digest_now(position):
    ticket = ticket_of(position).get()
    return ledger.content_digest(
        declared_kind=ticket.declared_kind,
        subject=ticket.subject,
        body=ticket.body,
        file_digests=[],
    )


def named(found):
    return {f"{finding.kind} {finding.position or ''}".strip() for finding in found}


def test_a_ledger_that_nobody_touched_agrees(receipts):
    output = StringIO()

    call_command("verify_ledger", stdout=output)

    assert output.getvalue() == "Sổ biên nhận khớp.\n"
    assert [head.position for head in LedgerDay.objects.order_by("day")] == [2, 4, 5]


def test_an_alteration_of_any_kind_is_named(receipts):
    picture = TicketAttachment.objects.get()
    with picture.file.open() as file:
        content = file.read()
    found = {}
    for name, (alter, _expected) in ALTERATIONS.items():
        with transaction.atomic():
            with forging():
                alter()
            found[name] = named(findings())
            transaction.set_rollback(True)
        write_again(picture, content)

    assert found == {name: expected for name, (_alter, expected) in ALTERATIONS.items()}
    assert list(findings()) == []


def write_again(picture, content):
    picture.file.storage.delete(picture.file.name)
    picture.file.storage.save(picture.file.name, ContentFile(content))


def test_a_chain_made_anew_with_its_heads_is_shown_by_copies_and_slips(receipts, tmp_path, client):
    copies = {
        "dau-cuoi-ngay.csv": client.get("/phan-anh/so-bien-nhan/dau-cuoi-ngay.csv").content,
        "atom.xml": client.get("/phan-anh/so-bien-nhan/atom.xml").content,
    }
    slip = receipts[3].entry.hash[:16]
    with forging():
        change_content(3, body="Không có gì.")
        entry_at(3).update(content_digest=digest_now(3))
        rebuild_from(3)
        for head in LedgerDay.objects.all():
            LedgerDay.objects.filter(pk=head.pk).update(hash=entry_at(head.position).get().hash)

    assert list(findings()) == []

    assert check_receipt(code=receipts[3].ticket.code, fingerprint=slip) is None
    for name, copy in copies.items():
        kept = tmp_path / name
        kept.write_bytes(copy)
        output = StringIO()
        with pytest.raises(CommandError, match="2 chỗ"):
            call_command("verify_ledger", witness=kept, stdout=output)
        assert output.getvalue().splitlines() == [
            f"ngày {day}/03/2026: {Kind.WITNESS.label}" for day in ("03", "04")
        ]


def test_a_copy_of_the_heads_agrees_with_the_ledger_that_it_is_of(receipts, client):
    copy = client.get("/phan-anh/so-bien-nhan/dau-cuoi-ngay.csv").content.decode()

    assert len(read_witness(copy)) == 3
    assert list(findings(witness=read_witness(copy))) == []


def test_a_head_that_was_taken_out_of_the_list_is_missed_by_a_copy(receipts):
    copy = [(head.day, head.hash) for head in LedgerDay.objects.all()]
    with forging():
        head_of(4).delete()

    assert Finding(Kind.WITNESS, 5, day=date(2026, 3, 4)) in list(findings(witness=copy))


def test_what_was_erased_by_rule_still_agrees(receipts):
    now = timezone.now()
    TicketSender.objects.update(
        name="", address="", phone="", email="", organisation_name="", erased_at=now
    )
    TicketAttachment.objects.get().file.delete(save=False)
    TicketAttachment.objects.update(file="", purged_at=now)
    Ticket.everything.filter(pk=receipts[2].ticket.pk).update(
        subject="", body="", content_erased_at=now
    )

    assert list(findings()) == []


def test_a_part_of_the_ledger_is_checked_from_a_position_on(receipts):
    with forging():
        entry_at(2).update(salt="a" * 32)
        entry_at(4).update(salt="b" * 32)

    assert named(findings(start=1)) == {"hash 2", "hash 4"}
    assert named(findings(start=3)) == {"hash 4"}
    assert named(findings(start=5)) == set()
    with pytest.raises(CommandError, match="không có biên nhận số 6"):
        call_command("verify_ledger", start=6)


def test_the_report_names_places_and_quotes_nothing(receipts):
    with forging():
        change_content(2, body="Khác")
        entry_at(4).delete()
        remove_file()
    output = StringIO()

    with pytest.raises(CommandError, match="chỗ không khớp") as failure:
        call_command("verify_ledger", stdout=output)

    assert failure.value.returncode == 1
    key = receipts[1].ticket.pk
    assert f"Biên nhận 2 phiếu có khóa {key}: nội dung phiếu khác" in output.getvalue()
    assert f"Biên nhận 2 phiếu có khóa {key} tệp 1: tệp của phiếu không còn" in output.getvalue()
    assert "Biên nhận 4: không có trong sổ" in output.getvalue()
    for receipt in receipts:
        assert receipt.ticket.code not in output.getvalue()
    assert SUBJECT not in output.getvalue()


def test_a_file_that_is_no_copy_of_heads_is_refused(receipts, tmp_path):
    wrong = tmp_path / "khac.csv"
    wrong.write_text("không có gì")

    with pytest.raises(CommandError, match="không có dấu"):
        call_command("verify_ledger", witness=wrong)
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("verify_ledger", witness=tmp_path / "khong-co.csv")
