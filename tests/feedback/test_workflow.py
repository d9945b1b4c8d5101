"""The ways between the states: the same in the code and in the database; and what is only added to."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from feedback import handling
from feedback.models import ConsentText, Ticket, TicketAnswer, TicketEvent
from feedback.workflow import TRANSITIONS
from tests import factories as make

S = Ticket.Status


def put(ticket, **fields):
    """Whatever the guards say."""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        Ticket.everything.filter(pk=ticket.pk).update(**fields)
        cursor.execute("set local session_replication_role = origin")


def database_lets(ticket, to):
    try:
        with transaction.atomic():
            Ticket.everything.filter(pk=ticket.pk).update(status=to)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


@pytest.mark.django_db
def test_the_database_knows_the_same_steps_as_the_code():
    ticket = make.make_ticket()
    registered = {"register_year": 2026, "register_number": 1, "reject_reason": "abuse"}
    found = set()

    for before, after in product(S, S):
        put(ticket, status=before, **registered)
        if before != after and database_lets(ticket, after):
            found.add((before, after))

    # A second transfer changes no state, so that the database has nothing to say of it.
    ways = {(before, after) for before, afters in TRANSITIONS.items() for after in afters}
    assert found == ways - {(S.TRANSFERRED, S.TRANSFERRED)}
    assert len(found) == 28


@pytest.mark.django_db
def test_a_ticket_is_reopened_once_for_the_database_too():
    ticket = make.make_ticket()
    put(
        ticket,
        status=S.ANSWERED,
        register_year=2026,
        register_number=1,
        reopened_at="2026-01-01T00Z",
    )

    assert not database_lets(ticket, S.REOPENED)


def changes_of(ticket):
    """What the database must refuse, whoever asks."""
    event = ticket.events.first()
    answer = TicketAnswer.objects.create(
        ticket=ticket,
        body="Đã làm.",
        outcome="resolved",
        agency=make.make_agency(),
        written_by=make.make_staff("xuly"),
    )
    text = make.make_consent_text()
    return {
        "event changed": lambda: TicketEvent.objects.filter(pk=event.pk).update(note="khác"),
        "event removed": lambda: TicketEvent.objects.filter(pk=event.pk).delete(),
        "answer changed": lambda: TicketAnswer.objects.filter(pk=answer.pk).update(body="khác"),
        "answer removed": lambda: TicketAnswer.objects.filter(pk=answer.pk).delete(),
        "consent changed": lambda: ConsentText.objects.filter(pk=text.pk).update(statement="khác"),
        "message changed": lambda: Ticket.everything.filter(pk=ticket.pk).update(body="khác"),
        "code changed": lambda: Ticket.everything.filter(pk=ticket.pk).update(code="2" * 12),
        "ticket removed": lambda: Ticket.everything.filter(pk=ticket.pk)._raw_delete("default"),
    }


@pytest.mark.django_db
def test_what_is_only_added_to_is_neither_changed_nor_removed():
    let_through = []

    for what, change in changes_of(make.make_ticket()).items():
        try:
            with transaction.atomic():
                change()
            let_through.append(what)
        except IntegrityError:
            pass

    assert let_through == []


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_is_told_that_the_other_was_quicker():
    make.make_agency(owns_portal=True)
    ticket = make.make_ticket()
    officers = [make.make_staff("mot"), make.make_staff("hai")]
    together = Barrier(2)

    def classify(officer):
        together.wait()
        try:
            handling.classify_ticket(ticket=ticket, by=officer, kind="reflection")
        except ValidationError as refusal:
            return refusal.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(classify, officers))

    refusal = next(filter(None, said))
    assert said.count(None) == 1
    assert "đang ở tình trạng “Đã phân loại”" in refusal
    assert ticket.events.filter(type="classified").count() == 1
