"""Nothing of what people sent, nor of what staff wrote about it, stands on any page that anybody can open."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from feedback import codes, register, workflow
from feedback.models import IntakeSettings, Ticket, TicketAnswer, TicketEvent, TicketMessage
from procedures.models import Agency, ServicePoint
from tests import factories as make
from tests.crawl import read_all
from tests.feedback.messages import FORM, message
from tests.pages import make_content

pytestmark = pytest.mark.django_db

S = Ticket.Status
# Every private field holds one of these; what a query echoes is typed without accents, in two words.
CANARY = re.compile(r"yến kín|y\\u1ebfn k|yenkin|987[ .]?123[ .]?456", re.IGNORECASE)
SENDER = {
    "name": "Yến Kín tên",
    "address": "Ấp Yến Kín",
    "phone": "+84987123456",
    "email": "yenkin@example.vn",
    "is_organisation": True,
    "organisation_name": "Hợp tác xã Yến Kín",
}
TEXT = {"subject": "Yến Kín việc", "body": "Yến Kín nội dung", "dossier_code": "YENKIN-1"}
# By which steps each state is reached.
WAYS = {
    S.RECEIVED: [],
    S.CLASSIFIED: [S.CLASSIFIED],
    S.REJECTED: [S.REJECTED],
    S.WITHDRAWN: [S.WITHDRAWN],
    S.TRANSFERRED: [S.CLASSIFIED, S.TRANSFERRED],
    S.IN_PROGRESS: [S.CLASSIFIED, S.IN_PROGRESS],
    S.COLLECTING: [S.CLASSIFIED, S.IN_PROGRESS, S.COLLECTING],
    S.ANSWERED: [S.CLASSIFIED, S.IN_PROGRESS, S.ANSWERED],
    S.PUBLISHED: [S.CLASSIFIED, S.IN_PROGRESS, S.ANSWERED, S.PUBLISHED],
    S.REOPENED: [S.CLASSIFIED, S.IN_PROGRESS, S.ANSWERED, S.REOPENED],
    S.CLOSED: [S.CLASSIFIED, S.CLOSED],
}
STARTS = [
    "/",
    "/en/",
    "/sitemap.xml",
    "/robots.txt",
    "/tin-tuc/atom.xml",
    "/tin-tuc/tin-moi.json",
    "/phan-anh/so-bien-nhan/atom.xml",
    "/phan-anh/so-bien-nhan/dau-cuoi-ngay.csv",
    *(
        f"{language}{path}"
        for language in ("", "/en")
        for path in (
            "/phan-anh/",
            "/phan-anh/tra-cuu/",
            "/phan-anh/da-tra-loi/",
            "/phan-anh/da-tra-loi/?q=yen+kin",
            "/hoi-dap/",
            "/phan-anh/khieu-nai/",
            "/phan-anh/to-cao/",
            "/phan-anh/so-bien-nhan/",
            "/phan-anh/so-bien-nhan/kiem-tra/",
            "/kenh-tiep-nhan/",
            "/so-do-trang/",
            "/tim-kiem/?q=yen+kin",
            "/tin-tuc/?q=yen+kin",
            "/noi-nop-ho-so/?q=yen+kin",
        )
    ),
    "/tim-kiem.json?q=yen+kin",
    "/tim-kiem.json?q=987123",
]


def bring(ticket, status, staff):
    """Lead a ticket to a state, with words of the office on the way."""
    for step in WAYS[status]:
        changes = {"reject_reason": "not_clear"} if step == S.REJECTED else {}
        if step == S.CLASSIFIED:
            is_restricted = ticket.kind == Ticket.Kind.DENUNCIATION
            changes = register.next_place(is_restricted=is_restricted, now=timezone.now())
        workflow.move(
            ticket,
            step,
            type=TicketEvent.Type.NOTE,
            by=TicketEvent.By.STAFF,
            actor=staff,
            changes=changes,
            note="Yến Kín lời nhắn",
            internal_note="Yến Kín nội bộ",
        )


def make_every_kind_and_state(**about):
    staff = make.make_staff("yenkin", last_name="Yến Kín")
    kinds = Ticket.Kind
    every_way = [(kind, status) for kind in (kinds.REFLECTION, kinds.DENUNCIATION) for status in S]
    receipts = []
    for kind, status in [*every_way, *((kind, S.RECEIVED) for kind in kinds)]:
        receipt = make.send_ticket(declared_kind=kind, sender=SENDER, **TEXT, **about)
        bring(receipt.ticket, status, staff)
        receipts.append(receipt)
    agency = make.make_agency("Sở Giải đáp")
    for ticket in Ticket.everything.filter(status__in=[S.ANSWERED, S.PUBLISHED], answers=None):
        TicketAnswer.objects.create(
            ticket=ticket,
            body="Yến Kín trả lời",
            outcome="resolved",
            agency=agency,
            written_by=staff,
        )
    for ticket in Ticket.everything.all():
        TicketMessage.objects.create(ticket=ticket, by="staff", author=staff, body="Yến Kín hỏi")
    # Waits for a second person, so nobody else reads it yet.
    waiting = {"public_subject": "Yến Kín", "public_body": "Yến Kín", "public_answer": "Yến Kín"}
    proposed = Ticket.objects.filter(kind=kinds.REFLECTION, public_state="private")
    proposed.update(public_state="proposed", **waiting)
    return receipts


def photo():
    """A picture that tells where it was taken, in a file that names its sender."""
    sent, facts = BytesIO(), Image.Exif()
    facts[0x010E] = facts[0x013B] = "yenkin"
    Image.new("RGB", (60, 40)).save(sent, "JPEG", exif=facts, comment=b"yenkin")
    return SimpleUploadedFile("Yến Kín yenkin.jpg", sent.getvalue(), content_type="image/jpeg")


def test_no_page_feed_list_or_search_says_anything_of_a_ticket():
    procedure = make_content()
    about = {
        "procedure": procedure,
        "agency_concerned": Agency.objects.portal_owner(),
        "service_point": ServicePoint.objects.get(slug="trung-tam-xa-tan-thuan"),
    }
    receipts = make_every_kind_and_state(**about)
    words = message(**{name: SENDER[name] for name in SENDER if name != "is_organisation"} | TEXT)
    sent = Client().post(FORM, words | {"files": [photo()]})
    secrets = {
        word
        for receipt in receipts
        for plain in (receipt.ticket.code, receipt.secret)
        for word in (plain, codes.written(plain))
    }

    pages = [row.get_absolute_url() for row in about.values()]
    pages += [f"/en{page}" for page in pages]

    read = read_all(Client(), [*STARTS, *pages], at_most=80)

    assert (sent.status_code, Ticket.everything.latest("pk").attachments.count()) == (200, 1)
    leaks = [path for path, text in read.items() if CANARY.search(text)]
    assert leaks == []
    everything = "\n".join(read.values())
    assert [word for word in secrets if word in everything] == []
    assert {*STARTS, *pages} < read.keys()


def test_no_page_tells_how_many_denunciations_there_are():
    make.make_agency(owns_portal=True)
    IntakeSettings.objects.create(pk=1, takes_denunciations=True)
    paths = [path for path in STARTS if "/tin-tuc/" not in path]

    before = {path: words_of(path) for path in paths}
    for _ in range(7):
        make.make_ticket(declared_kind="denunciation")
    after = {path: words_of(path) for path in paths}

    assert after == before


def words_of(path):
    """What stands on a page, without the stamps of its forms."""
    text = Client().get(path).getvalue().decode()
    return (
        re.sub("<updated>.*?</updated>", "", text)
        if "atom" in path
        else re.sub("<[^>]+>", "", text)
    )
