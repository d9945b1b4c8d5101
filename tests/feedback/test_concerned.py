"""Staff who are named in a message do not get to read it, before anybody has classified it."""

import pytest

from feedback import handling
from feedback.concerned import staff_named_in
from feedback.models import Ticket
from tests import factories as make

pytestmark = pytest.mark.django_db

NAMED = {"last_name": "Nguyễn Văn", "first_name": "Hòa"}


@pytest.fixture
def named():
    return make.make_staff("hoa", "view_ticket", "view_every_ticket", **NAMED)


@pytest.mark.parametrize(
    "text",
    [
        "Ông Nguyễn Văn Hòa đòi tiền.",
        "NGUYEN VAN HOA",
        "ông nguyễn\nvăn  hoà, quầy 2",
        "(Nguyễn Văn Hòa)",
    ],
)
def test_a_full_name_is_found_however_it_is_written(named, text):
    assert staff_named_in(text) == [named.pk]


@pytest.mark.parametrize("text", ["Ông Hòa", "Nguyễn Văn", "Nguyễn Văn Hòan", "Hòa Nguyễn Văn", ""])
def test_a_part_of_a_name_is_nobody(named, text):
    make.make_staff("mot-chu", first_name="Hòa")

    assert staff_named_in(text) == []


@pytest.mark.parametrize(
    "words", [{"subject": "Về bà Lê Thị Mẫu"}, {"body": "Bà Lê Thị Mẫu ở quầy 2."}]
)
@pytest.mark.parametrize("kind", ["reflection", "denunciation"])
def test_who_is_named_cannot_open_it_and_no_name_is_written_down(words, kind):
    rights = ["view_ticket", "view_every_ticket", "handle_denunciations"]
    concerned = make.make_staff("mau", *rights, last_name="Lê Thị", first_name="Mẫu")
    other = make.make_staff("khac", *rights, last_name="Trần Văn", first_name="Thử")

    ticket = make.make_ticket(declared_kind=kind, **words)

    assert not Ticket.everything.visible_to(concerned).exists()
    assert Ticket.everything.visible_to(other).exists()
    note = ticket.events.get(type="note")
    assert (note.by, note.actor) == ("portal", None)
    assert "1 cán bộ" in note.internal_note
    assert "Mẫu" not in note.internal_note


def test_who_classifies_lets_them_in_again(named):
    ticket = make.make_ticket(body="Cảm ơn anh Nguyễn Văn Hòa đã giúp mẹ tôi.")

    handling.set_concerned_staff(ticket=ticket, by=make.make_staff("tiepnhan"), users=[])

    assert Ticket.objects.visible_to(named).exists()


def test_a_message_that_names_nobody_costs_one_query(named, django_assert_num_queries):
    ticket = make.make_ticket()

    with django_assert_num_queries(1):
        assert staff_named_in(ticket.body) == []
    assert not ticket.events.filter(type="note").exists()
