"""Who sees which ticket: on every address, in every list, count, search and file, and nothing of the others."""

import logging
import re
from contextlib import suppress
from urllib.parse import urljoin

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from feedback import handling, notifications
from feedback.models import ConsentText, Ticket
from feedback.work_queues import feedback_queues
from portal.models import OutgoingMail
from tests import factories as make

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")
SEEN = {"view_ticket", "view_datasubjectrequest"}
OFFICER = {*SEEN, "view_every_ticket", "classify_ticket", "view_ticketsender"}
HANDLER = {*SEEN, "answer_ticket", "change_datasubjectrequest"}


def addresses_of(ticket, model="ticket"):
    """All that leads to one ticket, with the method it wants."""

    def of(name, *args):
        return reverse(f"admin:feedback_{model}_{name}", args=[ticket.pk, *args])

    return [
        ("get", of("change")),
        ("get", of("history")),
        ("get", of("delete")),
        ("get", of("file", 1)),
        ("post", of("purge", 1)),
        ("post", of("sender")),
        ("post", of("correct")),
        *(("post", of("step", name)) for name in ["phan-loai", "tra-loi", "chuyen", "ghi-chu"]),
    ]


def statuses(client, addresses):
    return {getattr(client, method)(address).status_code for method, address in addresses}


def found_in_lists(client, ticket):
    """Where a ticket or its request can be found by who looks for it."""
    listed = reverse("admin:feedback_ticket_changelist")
    requests = reverse("admin:feedback_datasubjectrequest_changelist")
    choice = {"app_label": "feedback", "model_name": "datasubjectrequest", "field_name": "ticket"}
    places = {
        "list": (listed, {}),
        "search by code": (listed, {"q": ticket.code}),
        "search by words": (listed, {"q": ticket.subject}),
        "requests": (requests, {}),
        "search in requests": (requests, {"q": ticket.code}),
        "choice": (reverse("admin:autocomplete"), choice | {"term": ticket.code}),
        "home": (HOME, {}),
    }
    shown = {place: client.get(*question).content.decode() for place, question in places.items()}
    words = (ticket.written_code, f"/{ticket.pk}/change/", ticket.subject)
    return [
        place
        for place, page in shown.items()
        # What was typed into the search stands in its box again.
        if any(word in re.sub(r'value="[^"]*"', "", page) for word in words)
    ]


@pytest.fixture
def agencies(db):
    return [make.make_agency("Sở Nội vụ"), make.make_agency("Sở Xây dựng")]


@pytest.fixture
def ticket(agencies):
    """One that the first agency handles, with a file and a request about data."""
    make.make_agency("Văn phòng Ủy ban nhân dân tỉnh", owns_portal=True)
    by = make.make_staff("chuyen")
    ticket = make.make_ticket(subject="Phiếu riêng của một sở")
    handling.classify_ticket(ticket=ticket, by=by, kind="reflection")
    handling.transfer_ticket(ticket=ticket, by=by, agency=agencies[0], note="Đúng việc.")
    make.attach_file(ticket)
    make.make_data_request(ticket)
    return Ticket.objects.get(pk=ticket.pk)


def queue_counts(client):
    request = client.get(HOME).wsgi_request
    return {queue.label: queue.count for queue in feedback_queues(request)}


def test_its_agency_finds_a_ticket_everywhere(client, ticket, agencies):
    client.force_login(make.make_staff("xuly", *HANDLER, agency=agencies[0]))

    assert found_in_lists(client, ticket) == [
        "list",
        "search by code",
        "search by words",
        "requests",
        "search in requests",
        "choice",
    ]
    assert queue_counts(client)["Yêu cầu về dữ liệu cá nhân"] == 1


def test_for_another_agency_there_is_no_such_ticket_anywhere(client, ticket, agencies):
    client.force_login(make.make_staff("khac", *HANDLER, *OFFICER - {"view_every_ticket"}))
    make.make_staff("xaydung", agency=agencies[1])

    request = reverse(
        "admin:feedback_datasubjectrequest_change", args=[ticket.data_requests.get().pk]
    )

    assert statuses(client, [*addresses_of(ticket), ("get", request)]) == {404}
    assert found_in_lists(client, ticket) == []
    assert set(queue_counts(client).values()) == {0}
    assert not ticket.events.filter(type__startswith="viewed").exists()


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_is_spoken_of_opens_it_nowhere(client, ticket, agencies, is_superuser):
    rights = {"is_superuser": is_superuser}
    spoken_of = make.make_staff("noitoi", *HANDLER, *OFFICER, agency=agencies[0], **rights)
    handling.set_concerned_staff(ticket=ticket, by=make.make_staff("khac"), users=[spoken_of])
    client.force_login(spoken_of)

    assert statuses(client, addresses_of(ticket)) == {404}
    assert found_in_lists(client, ticket) == []


def test_staff_of_other_work_are_refused_whether_there_is_a_ticket_or_not(client, ticket):
    client.force_login(make.make_staff("bientap", "view_article"))
    nothing = Ticket(pk=ticket.pk + 1000)

    there = [pair for pair in addresses_of(ticket) if "delete" not in pair[1]]
    nowhere = [pair for pair in addresses_of(nothing) if "delete" not in pair[1]]

    assert statuses(client, there) == statuses(client, nowhere) == {403}
    assert "Phản ánh" not in client.get(HOME).content.decode()


def test_a_stranger_is_sent_to_the_login(client, ticket):
    assert statuses(client, addresses_of(ticket)) == {302}


def test_who_loses_a_ticket_while_the_form_lies_open_takes_no_step(client, ticket, agencies):
    handler = make.make_staff("xuly", *HANDLER, agency=agencies[0])
    client.force_login(handler)
    seen = ticket.events.order_by("-pk").first().pk
    other = make.make_staff("khac")
    handling.transfer_ticket(ticket=ticket, by=other, agency=agencies[1], note="Nhầm.")

    address = reverse("admin:feedback_ticket_step", args=[ticket.pk, "bat-dau"])

    assert client.post(address, {"seen": seen}).status_code == 404


def test_a_step_forged_by_another_site_is_refused(ticket):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("quantri", password="mat-khau-dai-12"))

    assert statuses(client, [pair for pair in addresses_of(ticket) if pair[0] == "post"]) == {403}


# The canary: words that stand in one ticket alone are looked for wherever a member of staff can go.

IDENTITY = ["Hoàng Thị Chim Yến", "0987650321", "+84987650321", "chim.yen@example.vn", "Ngõ Chim 9"]
SENDER = {
    "name": IDENTITY[0],
    "phone": "+84987650321",
    "email": IDENTITY[3],
    "address": IDENTITY[4],
}


@pytest.fixture
def canaries(agencies, caplog):
    """An ordinary ticket and a denunciation, with all that happens to them, and what was logged meanwhile."""
    caplog.set_level(logging.INFO)
    owner = make.make_agency("Văn phòng Ủy ban", owns_portal=True)
    by = make.make_staff("lam", *OFFICER, agency=owner, email="lam@example.vn")
    consents = [ConsentText.objects.present("mail")]
    made = {}
    for kind, words in [("reflection", "vàng anh"), ("denunciation", "họa mi")]:
        ticket = make.make_ticket(
            declared_kind=kind,
            subject=f"Việc {words} nhất",
            body=f"Chuyện {words} nhì.",
            sender=SENDER,
            consents=consents,
        )
        notifications.ticket_received(ticket)
        notifications.new_ticket_for_staff(ticket)
        handling.classify_ticket(ticket=ticket, by=by, kind=kind)
        handling.ask_sender(ticket=ticket, by=by, body="Ở đâu ạ?")
        handling.transfer_ticket(
            ticket=ticket, by=by, agency=agencies[0], note="Đúng việc.", internal_note="Chuyển."
        )
        make.attach_file(ticket)
        make.make_data_request(ticket)
        made[kind] = Ticket.everything.get(pk=ticket.pk)
    return made


APPS = (f"{HOME}feedback/", f"{HOME}portal/")


def pages_reached(client, *tickets):
    """Every page of the admin that links lead to from the home, and those that one may guess."""
    waiting, pages = [HOME, *guesses(*tickets)], {}
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        with suppress(UnicodeDecodeError):
            answer = client.get(address)
            pages[address] = answer.getvalue().decode()
        for link in re.findall(r'href="([^"#]+)"', pages.get(address, "")):
            link = urljoin(address, link.replace("&amp;", "&"))
            # Of the filters those that the queues name. The other domains have no tickets.
            if link.startswith(APPS) and ("?" not in link or address == HOME):
                waiting.append(link)
    return pages


def guesses(*tickets):
    for ticket in tickets:
        for model in ["ticket", "denunciation"]:
            for name in ["change", "history"]:
                yield reverse(f"admin:feedback_{model}_{name}", args=[ticket.pk])
            yield reverse(f"admin:feedback_{model}_changelist") + f"?q={ticket.code}"


def staff_of_each_role(agencies):
    return {
        "other agency": make.make_staff("khac", *HANDLER, agency=agencies[1]),
        "its agency": make.make_staff("xuly", *HANDLER, agency=agencies[0]),
        "officer": make.make_staff("tiepnhan", *OFFICER),
        "administrator": User.objects.create_superuser("quantri", password="mat-khau-dai-12"),
        "restricted": make.make_staff("rieng", "handle_denunciations", *OFFICER),
    }


def test_no_word_of_a_ticket_is_where_it_should_not_be(client, canaries, agencies, caplog):
    ordinary, denunciation = canaries["reflection"], canaries["denunciation"]
    secret = ["họa mi", denunciation.code, denunciation.written_code]
    found = {}

    for role, user in staff_of_each_role(agencies).items():
        client.force_login(user)
        pages = pages_reached(client, ordinary, denunciation)
        text = "\n".join(re.sub(r'value="[^"]*"|q=\w+', "", page) for page in pages.values())
        found[role] = {
            "pages": len(pages) > 8,
            "identity": [word for word in IDENTITY if word in text],
            "ordinary": "vàng anh" in text,
            "denunciation": any(word in text for word in secret),
        }

    def reads(ordinary, denunciation=False):
        facts = {"ordinary": ordinary, "denunciation": denunciation}
        return {"pages": True, "identity": []} | facts

    assert found == {
        "other agency": reads(ordinary=False),
        "its agency": reads(ordinary=True),
        "officer": reads(ordinary=True),
        "administrator": reads(ordinary=True),
        "restricted": reads(ordinary=True, denunciation=True),
    }
    mails = [f"{mail.subject}\n{mail.body}\n{mail.key}" for mail in OutgoingMail.objects.all()]
    log = [record.getMessage() for record in caplog.records]
    rows = [str(vars(row)) for row in LogEntry.objects.all()]
    assert len(mails) >= 3
    assert ordinary.written_code in mails[0]
    leaks = [*IDENTITY, "vàng anh", *secret, "Tố cáo", "Phản ánh:"]
    assert [word for word in leaks for text in [*mails, *log, *rows] if word in text] == []
