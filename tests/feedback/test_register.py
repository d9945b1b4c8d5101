"""The registers: numbers without gaps and without twins, whatever comes at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from feedback import handling, register
from feedback.models import Ticket
from tests import factories as make

JULY = datetime(2026, 7, 1, 3, tzinfo=UTC)


class Broken(Exception):
    """What goes wrong after a number was given."""


@pytest.mark.django_db(transaction=True)
def test_two_hundred_numbers_from_eight_threads_have_no_gap_though_some_are_rolled_back():
    officer = make.make_staff("tiepnhan")
    words = {"declared_kind": "praise", "kind": "praise", "subject": "Tốt", "body": "Rất tốt."}
    tickets = Ticket.objects.bulk_create(
        Ticket(form_hash=f"{number:064}", is_anonymous=True, **words) for number in range(200)
    )

    def classify_in_turn(mine):
        for number, ticket in enumerate(mine):
            if number % 5 == 0:
                give_and_fail(ticket, officer)
            handling.classify_ticket(ticket=ticket, by=officer, kind="praise", now=JULY)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(classify_in_turn, [tickets[place::8] for place in range(8)]))

    numbers = Ticket.objects.values_list("register_number", flat=True)
    assert sorted(numbers) == list(range(1, 201))


def give_and_fail(ticket, officer):
    try:
        with transaction.atomic():
            handling.classify_ticket(ticket=ticket, by=officer, kind="praise", now=JULY)
            raise Broken
    except Broken:
        pass


@pytest.mark.django_db
def test_each_year_here_and_each_register_begins_with_one():
    new_year_here = datetime(2026, 12, 31, 18, tzinfo=UTC)

    places = [
        register.next_place(is_restricted=restricted, now=now)
        for restricted, now in [(False, JULY), (False, new_year_here), (True, JULY), (False, JULY)]
    ]

    assert [(place["register_year"], place["register_number"]) for place in places] == [
        (2026, 1),
        (2027, 1),
        (2026, 1),
        (2026, 2),
    ]


@pytest.mark.django_db
def test_who_turns_out_to_be_a_denunciation_changes_registers_and_the_gap_is_explained():
    officer = make.make_staff("tiepnhan")
    restricted = make.make_staff("rieng", "handle_denunciations")
    tickets = [make.make_ticket() for _ in range(3)]
    for ticket in tickets:
        handling.classify_ticket(ticket=ticket, by=officer, kind="reflection", now=JULY)
    moved = tickets[1]

    handling.change_kind(ticket=moved, by=officer, kind="denunciation", now=JULY)
    there = Ticket.everything.get(pk=moved.pk).register_entry
    handling.change_kind(ticket=moved, by=restricted, kind="reflection", now=JULY)

    moved.refresh_from_db()
    assert there == "1/2026"
    # The old number is not given twice.
    assert moved.register_entry == "4/2026"
    notes = list(moved.events.filter(type="kind_changed").values_list("internal_note", flat=True))
    assert "Số 2/2026 của sổ cũ từ nay để trống; số ở sổ mới là 1/2026." in notes[0]
    assert "Số 1/2026 của sổ cũ từ nay để trống; số ở sổ mới là 4/2026." in notes[1]


@pytest.mark.django_db
def test_what_is_not_yet_in_a_register_gets_no_number_by_a_change_of_kind():
    make.make_staff("rieng", "handle_denunciations")
    ticket = make.make_ticket()

    handling.change_kind(ticket=ticket, by=make.make_staff("tiepnhan"), kind="denunciation")

    assert Ticket.everything.get(pk=ticket.pk).register_entry == ""
