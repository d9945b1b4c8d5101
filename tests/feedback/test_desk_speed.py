"""The desk asks as little of many tickets as of few, and what its lists are ordered by is always as it would be counted."""

import random
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import clocks, handling, sender_steps
from feedback.models import Ticket, TicketDeadline, TicketEvent, TicketMessage, TicketPause
from feedback.models.desk import DeskState, most_pressing_first
from feedback.ticket_work import VIEWS, WORK
from tests import factories as make
from tests.published import answer

pytestmark = pytest.mark.django_db

MOST_QUERIES = 9
LIST = reverse("admin:feedback_ticket_changelist")
REQUESTS = reverse("admin:feedback_datasubjectrequest_changelist")
RIGHTS = [
    "view_ticket",
    "view_every_ticket",
    "classify_ticket",
    "answer_ticket",
    "approve_publication",
    "place_legal_hold",
    "view_ticketsender",
    "view_datasubjectrequest",
    "change_datasubjectrequest",
]


def make_full_ticket(by):
    """A ticket with some of everything that its page shows."""
    procedure = make.make_procedure()
    ticket = make.make_ticket(procedure=procedure, agency_concerned=make.make_agency())
    message = ticket.messages.create(by="sender", body="Thêm một chuyện.")
    make.attach_file(ticket)
    make.attach_file(ticket, number=2, message=message)
    make.make_data_request(ticket)
    answer(ticket, by, legal_documents=[make.make_legal_document()])
    ticket.public_drafts.create(subject="Việc", body="Chuyện.", answer="Rồi.", written_by=by)
    ticket.about_staff.add(make.make_staff(f"noitoi{ticket.pk}"))
    sender_steps.rate(ticket=ticket, score=4)
    sender_steps.reopen(ticket=ticket, form_key=f"{ticket.pk}", reason="Chưa xong.")
    handling.start_ticket(ticket=ticket, by=by)
    handling.ask_sender(ticket=ticket, by=by, body="Ở đâu?")
    return Ticket.objects.get(pk=ticket.pk)


def pages(ticket):
    def of(name):
        return reverse(f"admin:feedback_ticket_{name}", args=[ticket.pk])

    request = ticket.data_requests.get()
    return {
        "list": ("get", LIST),
        **{f"list, {name}": ("get", f"{LIST}?viec={name}") for name in WORK},
        "list, state": ("get", f"{LIST}?status__exact=in_progress"),
        "list, kind": ("get", f"{LIST}?loai=reflection"),
        "list, channel": ("get", f"{LIST}?channel__exact=web"),
        "list, agency": ("get", f"{LIST}?co-quan={ticket.handling_agency_id}"),
        "search, words": ("get", f"{LIST}?q=quay+so+2"),
        "search, code": ("get", f"{LIST}?q={ticket.code}"),
        "ticket": ("get", of("change")),
        "history": ("get", of("history")),
        "requests": ("get", REQUESTS),
        "request": (
            "get",
            reverse("admin:feedback_datasubjectrequest_change", args=[request.pk]),
        ),
    }


def queries_of(client, method, address):
    getattr(client, method)(address)
    with CaptureQueriesContext(connection) as asked:
        response = getattr(client, method)(address)
    assert response.status_code == 200, address
    return len(asked)


def test_every_page_of_the_desk_asks_little_and_no_more_for_many(client):
    owner = make.make_agency("Văn phòng Ủy ban", owns_portal=True)
    officer = make.make_staff("tiepnhan", *RIGHTS, agency=owner)
    client.force_login(officer)
    ticket = make_full_ticket(officer)
    few = {name: queries_of(client, *page) for name, page in pages(ticket).items()}
    sender = reverse("admin:feedback_ticket_sender", args=[ticket.pk])
    few["sender"] = queries_of(client, "post", sender)

    for _ in range(3):
        make_full_ticket(officer)
    many = {name: queries_of(client, *page) for name, page in pages(ticket).items()}

    assert {name: count for name, count in few.items() if count > MOST_QUERIES} == {}
    assert {name: count for name, count in many.items() if count > few[name]} == {}


def test_the_page_shows_all_that_hangs_on_a_ticket(client):
    owner = make.make_agency("Văn phòng Ủy ban", owns_portal=True)
    officer = make.make_staff("tiepnhan", *RIGHTS, agency=owner, last_name="Trần", first_name="Tám")
    client.force_login(officer)
    ticket = make_full_ticket(officer)
    document = ticket.answers.get().legal_documents.get()

    html = client.get(reverse("admin:feedback_ticket_change", args=[ticket.pk])).content.decode()

    for words in [
        "Thêm một chuyện.",
        "Kèm tệp 2",
        "Chờ người gửi từ",
        "Quầy đã thêm người từ ngày 01/12.",
        str(document),
        "Người gửi đánh giá: 4/5",
        "Trần Tám",
        f"→ {ticket.handling_agency.name}",
        ticket.data_requests.get().get_kind_display(),
    ]:
        assert words in html, words
    concerned = ticket.about_staff.get().pk
    assert re.search(rf'name="users" value="{concerned}"[^>]*checked', html)


# What stands in the row of a ticket, counted anew.


def as_counted():
    running = TicketDeadline.objects.running().filter(ticket=OuterRef("pk"))
    running = running.order_by("due_at", "pk")
    pauses = TicketPause.objects.filter(ticket=OuterRef("pk"), ended_at=None)
    said = TicketMessage.objects.filter(ticket=OuterRef("pk"), by="sender")
    done = TicketEvent.objects.filter(ticket=OuterRef("pk"), by="staff").exclude(type__in=VIEWS)

    def newest(rows, moment):
        rows = rows.order_by().values("ticket").annotate(newest=Max(moment))
        return Subquery(rows.values("newest"))

    found = Ticket.everything.annotate(
        counted_kind=Subquery(running.values("kind")[:1]),
        counted_on=Subquery(running.values("due_on")[:1]),
        counted_at=Subquery(running.values("due_at")[:1]),
        counted_pause=Subquery(pauses.values("started_at")),
        counted_said=newest(said, "sent_at"),
        counted_done=newest(done, "at"),
    )
    names = ["kind", "on", "at", "pause", "said", "done"]
    rows = found.order_by("pk").values_list(*(f"counted_{name}" for name in names))
    return [(kind or "", *others) for kind, *others in rows]


def as_kept():
    return list(Ticket.everything.order_by("pk").values_list(*DeskState.FIELDS))


def acts(ticket, by, now, kinds):
    """What may happen to a ticket, through services and past them."""
    return [
        lambda: ticket.messages.create(by="sender", body="Thêm.", sent_at=now),
        lambda: ticket.messages.filter(by="sender").delete(),
        lambda: clocks.pause(ticket, now=now),
        lambda: clocks.resume(ticket, now=now),
        lambda: clocks.recount(ticket),
        lambda: clocks.meet(ticket, *kinds, now=now),
        lambda: clocks.drop(ticket, now=now),
        lambda: ticket.deadlines.filter(met_at=None).update(dropped_at=None),
        lambda: ticket.deadlines.filter(kind="transfer").delete(),
        lambda: handling.add_note(ticket=ticket, by=by, internal_note="Xem.", now=now),
        lambda: ticket.events.create(type="viewed_file", by="staff", actor=by, at=now),
        # A row that was read long ago is saved as a whole.
        ticket.save,
    ]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_tickets_their_state_on_the_desk_is_as_counted(seed):
    chance = random.Random(seed)
    by = make.make_staff("lam")
    start = timezone.now() - timedelta(days=90)
    made = [make.make_ticket(now=start) for _ in range(3)]
    for ticket in made[1:]:
        handling.classify_ticket(ticket=ticket, by=by, kind="reflection", now=start)
    tickets = list(Ticket.objects.all())
    states = set()

    for step in range(25):
        now = start + timedelta(days=3 * step)
        kinds = chance.sample(TicketDeadline.Kind.values, 2)
        chance.choice(acts(chance.choice(tickets), by, now, kinds))()
        assert as_kept() == as_counted()
        states.update(as_kept())
    assert len(states) > 5


def test_a_ticket_is_found_by_the_words_that_it_has_now_and_a_denunciation_by_none():
    by = make.make_staff("rieng", "handle_denunciations")
    ticket = make.make_ticket(subject="Đường Ỷ Lan hỏng", body="Có ổ gà.")

    def words():
        with connection.cursor() as cursor:
            cursor.execute("select vector::text from feedback_ticketwords")
            return " ".join(row for (row,) in cursor.fetchall())

    assert all(f"'{word}'" in words() for word in ["duong", "lan", "ga", ticket.code[:4].lower()])
    handling.change_kind(ticket=ticket, by=by, kind="denunciation")
    assert words() == ""
    handling.change_kind(ticket=Ticket.everything.get(), by=by, kind="question")
    assert "'duong'" in words()
    Ticket.objects.update(subject="", body="", content_erased_at=timezone.now())
    assert "'duong'" not in words()


def test_the_order_of_the_list_has_an_index():
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off")
    shown = Ticket.objects.order_by(*most_pressing_first())[:30].explain()

    assert "feedback_ticket_pressing" in shown
    assert "Sort" not in shown


def test_a_long_list_is_not_counted_to_its_end(client, monkeypatch):
    monkeypatch.setattr("feedback.admin.ticket_list.MOST_COUNTED", 2)
    client.force_login(make.make_staff("tiepnhan", *RIGHTS))
    for _ in range(2):
        make.make_ticket()
    assert "hơn 2" not in client.get(LIST).content.decode()

    make.make_ticket()

    assert "hơn 2 phiếu phản ánh" in client.get(LIST).content.decode()
