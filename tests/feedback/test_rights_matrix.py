"""Every address of the admin with every role, against the table that says who may see what."""

import re
from pathlib import Path

import pytest
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from feedback.admin.ticket_desk import TicketDeskMixin
from feedback.models import Ticket
from feedback.models.tickets import TicketQuerySet
from feedback.work_queues import feedback_queues
from tests import factories as make
from tests.feedback import rights_data, rights_walk
from tests.feedback.rights_walk import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Asks the database for nothing.
IN_COOKIES = "django.contrib.sessions.backends.signed_cookies"
FINDS = Path(__file__).with_name("rights_finds.txt")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One set of rows and one client of each role for all tests of this file; nothing of it stays."""
    files = tmp_path_factory.getbasetemp() / "files"
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    around_all = transaction.atomic()
    # As those of Django's own tests are, so that what insists on being outermost may run in it.
    around_all._from_testcase = True
    with (
        override_settings(MEDIA_ROOT=files, PASSWORD_HASHERS=hashers, SESSION_ENGINE=IN_COOKIES),
        django_db_blocker.unblock(),
        around_all,
    ):
        yield World()
        transaction.set_rollback(True)


class World:
    def __init__(self):
        make.make_agency("Văn phòng Ủy ban nhân dân tỉnh", owns_portal=True)
        agencies = [make.make_agency("Sở Nội vụ"), make.make_agency("Sở Xây dựng")]
        by = make.make_staff("lam", agency=agencies[0])
        self.planted = rights_data.make_planted(agencies, by)
        self.rows = rights_data.make_rows(self.planted, agencies, by)
        self.people = rights_walk.make_people(agencies)
        accused = next(person for person in self.people if person.role == "accused")
        for letter in "AD":
            self.planted[letter].about_staff.add(accused.user)

    def walk(self, only=""):
        """What each role is answered at each address, by the line of the table."""
        labels = rights_walk.labels(rights_walk.addresses(), rights_data.CHOICES)
        filled = {
            label: self._filled(label, routes)
            for label, routes in labels.items()
            if label.startswith(only)
        }
        with rights_walk.without_pages():
            return {
                label: {
                    person.role: "".join(map(person.letter, addresses)) for person in self.people
                }
                for label, addresses in filled.items()
            }

    def _filled(self, label, routes):
        choice = re.search(r"\[(.+)\]$", label)
        return [
            reverse("admin:index") + rights_data.fill_route(route, choice and choice[1], self.rows)
            for _place, route in sorted(routes.items())
        ]

    def finds(self, *only):
        """Which of the planted tickets each role finds, by place."""
        return {
            place: {person.role: self._found(person, questions) for person in self.people}
            for place, questions in self._places().items()
            if not only or place in only
        }

    def _places(self):
        def of(name, model="ticket"):
            return reverse(f"admin:feedback_{model}_{name}")

        def each(name, model="ticket"):
            return {
                letter: [(reverse(f"admin:feedback_{model}_{name}", args=[ticket.pk]), {})]
                for letter, ticket in self.planted.items()
            }

        def asked(address, words):
            return {
                letter: [(address, {"q": getattr(ticket, words)})]
                for letter, ticket in self.planted.items()
            }

        def all_of(address, **fields):
            return dict.fromkeys(self.planted, [(address, fields)])

        choice = {
            "app_label": "feedback",
            "model_name": "datasubjectrequest",
            "field_name": "ticket",
        }
        return {
            "list of tickets": all_of(of("changelist")),
            "search by code": asked(of("changelist"), "code"),
            "search by words": asked(of("changelist"), "subject"),
            "list of denunciations": all_of(of("changelist", "denunciation")),
            "search of denunciations": asked(of("changelist", "denunciation"), "code"),
            "page": each("change"),
            "page of a denunciation": each("change", "denunciation"),
            "history": each("history"),
            "history of a denunciation": each("history", "denunciation"),
            "requests": all_of(of("changelist", "datasubjectrequest")),
            "search of requests": asked(of("changelist", "datasubjectrequest"), "code"),
            "request": {
                letter: [
                    (
                        reverse(
                            "admin:feedback_datasubjectrequest_change",
                            args=[ticket.data_requests.get().pk],
                        ),
                        {},
                    )
                ]
                for letter, ticket in self.planted.items()
            },
            "choice": all_of(reverse("admin:autocomplete"), **choice, term=""),
            "register": all_of(of("register")),
            "register as CSV": all_of(of("register_csv")),
            "register of denunciations": all_of(of("register", "denunciation")),
            "erasures": all_of(of("changelist", "erasure")),
            "home": all_of(reverse("admin:index")),
            "log of a person": all_of(
                reverse("admin:auth_user_history", args=[self.people[1].user.pk])
            ),
        }

    def _found(self, person, questions):
        pages = {}
        found = ""
        for letter, asked in questions.items():
            ticket = self.planted[letter]
            # The code in both ways of writing it, the words that stand in it alone, and the address of its page.
            words = [ticket.code, ticket.written_code, rights_data.WORDS[letter]]
            words += [f"/{model}/{ticket.pk}/change/" for model in ("ticket", "denunciation")]
            for address, fields in asked:
                question = (address, tuple(fields.items()))
                if question not in pages:
                    response, body, _written = person.ask("get", address, fields)
                    pages[question] = body.decode() if response.status_code == 200 else ""
                # What was typed into the search stands in its box and in the links again.
                page = re.sub(r'value="[^"]*"|\?[^"]*"', "", pages[question])
                if any(word in page for word in words):
                    found += letter
                    break
        return found or "-"

    def counts(self):
        """How many rows each role's queues on the staff home count."""
        found = {}
        for person in self.people[1:]:
            response, _body, _written = person.ask("get", reverse("admin:index"))
            queues = feedback_queues(response.wsgi_request)
            found[person.role] = {queue.label: queue.count for queue in queues if queue.count}
        return found


def test_every_address_answers_every_role_as_the_table_says(world):
    found = world.walk()

    assert rights_walk.differences(found, rights_walk.read_table()) == []


def test_every_role_finds_the_tickets_that_the_table_says(world):
    expected = rights_walk.read_table(FINDS.read_text())

    assert rights_walk.differences(world.finds(), expected) == []


def test_every_role_is_told_of_as_many_as_it_may_see(world):
    requests, denunciations = "Yêu cầu về dữ liệu cá nhân", "Tố cáo"

    counts = world.counts()

    assert {role: found.get(requests, 0) for role, found in counts.items()} == {
        **dict.fromkeys(ROLES[1:], 0),
        "officer": 4,
        "restricted": 1,
        "superuser": 4,
    }
    assert {role for role, found in counts.items() if denunciations in found} == {"restricted"}


# Faults, planted one at a time: the walk reports each.


def faults_found(world, *, only=None, places=()):
    walked = world.walk(only) if only else {}
    found = world.finds(*places) if places else {}
    expected = rights_walk.read_table() | rights_walk.read_table(FINDS.read_text())
    looked_at = walked | found
    return rights_walk.differences(looked_at, {label: expected[label] for label in looked_at})


def test_a_set_of_rows_that_forgets_who_asks_is_reported(world, monkeypatch):
    monkeypatch.setattr(TicketQuerySet, "visible_to", lambda tickets, user: tickets)

    file, places = "feedback/ticket/<int:pk>/tep/<int:number>/", ["list of tickets", "choice"]
    said = faults_found(world, only=file, places=places)

    assert f"{file}: other_handler is answered o, expected ." in said
    assert f"{file}: accused is answered o, expected ." in said
    assert "list of tickets: accused is answered OTCA, expected O" in said
    assert "choice: handler is answered OTCA, expected OA" in said


def test_a_page_that_forgets_the_right_is_reported(world, monkeypatch):
    """The addresses hold their views since the server started, so that what these ask is taken away."""
    monkeypatch.setattr("feedback.admin.ticket_desk.may_see_sender", lambda user, ticket: True)

    address = "feedback/ticket/<int:pk>/nguoi-gui/"
    said = faults_found(world, only=address)

    assert f"{address}: handler is answered o, expected -" in said
    assert f"{address}: auditor is answered o, expected -" in said


def test_a_choice_that_forgets_who_asks_is_reported(world, monkeypatch):
    monkeypatch.setattr(
        AutocompleteJsonView, "get_queryset", lambda view: Ticket.everything.order_by("pk")
    )

    said = faults_found(world, places=["choice"])

    assert "choice: handler is answered OTCDA, expected OA" in said


def test_an_export_that_forgets_who_asks_is_reported(world, monkeypatch):
    monkeypatch.setattr(User, "has_perm", lambda user, right, obj=None: True)

    said = faults_found(world, only="feedback/ticket/so.csv", places=["register as CSV"])

    assert "feedback/ticket/so.csv: editor is answered o, expected -" in said
    assert any(line.startswith("register as CSV: handler is answered OTC") for line in said)


def test_an_address_that_is_not_in_the_table_is_reported(world):
    table = rights_walk.read_table()
    del table["feedback/ticket/so.csv"]

    said = rights_walk.differences(world.walk("feedback/ticket/so.csv"), table)

    assert any(
        line.startswith("feedback/ticket/so.csv: new address: say in rights_matrix.txt")
        for line in said
    )


def test_a_refusal_that_changes_something_is_reported(world, monkeypatch):
    def write_first(desk, request, *args):
        Ticket.everything.update(status_at=timezone.now())
        raise PermissionDenied

    monkeypatch.setattr(TicketDeskMixin, "ticket_or_404", write_first)

    said = faults_found(world, only="feedback/ticket/<int:pk>/tep/<int:number>/xoa/")

    assert any("handler is answered W" in line for line in said)
