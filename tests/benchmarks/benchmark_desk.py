"""How long the pages of the desk take, and how much they ask, with few tickets and with many.

    DATABASE_URL=postgres://… .venv/bin/python tests/benchmarks/benchmark_desk.py [rounds]

Works in a test database of its own beside the one named, and removes it.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from feedback.models import Ticket  # noqa: E402
from procedures.models import Agency  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.feedback.test_desk_speed import LIST, RIGHTS, make_full_ticket, pages  # noqa: E402

FEW, MANY, AGENCIES = 200, 20_000, 80
HOME = reverse("admin:index")
# Of a hundred tickets, in the order of their numbers: most are done with, as in an office that keeps up.
STATES = (
    ["received"] * 3
    + ["classified"] * 2
    + ["transferred"] * 2
    + ["in_progress"] * 4
    + ["collecting"]
    + ["reopened"]
    + ["answered"] * 6
    + ["published"] * 8
    + ["rejected"] * 6
    + ["withdrawn"] * 3
    + ["closed"] * 64
)
KINDS = ["reflection"] * 60 + ["proposal"] * 15 + ["question"] * 15 + ["praise"] * 5
KINDS += ["complaint"] * 4 + ["denunciation"]
WORDS = "hồ sơ thủ tục giải quyết chậm cán bộ một cửa phường xã đất đai khai sinh giấy phép".split()

TABLES = ["ticket", "ticketdeadline", "ticketmessage", "ticketevent"]
FILL = """
insert into feedback_ticket (public_state, public_subject, public_body, public_answer, due_kind, code, secret_hash,
    form_hash, register_year, register_number, declared_kind, kind, subject, body, is_anonymous, dossier_code, channel,
    source_reference, received_at, status, status_at, reopened_at, reject_reason, receiving_agency_id,
    handling_agency_id, public_sender_name, is_sample)
select 'private', '', '', '', '', upper(substr(md5('code' || n), 1, 12)), md5('secret' || n) || md5('' || n),
    md5('form' || n) || md5('' || n), case when accepted then 2000 + n / 10000 end, case when accepted then n end,
    kind, kind, 'Việc số ' || n || ' về ' || word, repeat('Chuyện kể lại về ' || word || ' ở quầy số ' || n || '. ', 12),
    false, '', 'web', '', received, status, received + interval '3 days',
    case when status = 'reopened' then received + interval '3 days' end,
    case when status = 'rejected' then 'abuse' else '' end, (%(agencies)s::bigint[])[1],
    case when status <> 'received' then (%(agencies)s::bigint[])[1 + n %% array_length(%(agencies)s::bigint[], 1)] end, '', false
from (
    select n, (%(states)s::text[])[1 + (n * 37) %% 100] as status, (%(kinds)s::text[])[1 + (n * 53 + n / 100) %% 100] as kind,
        (%(words)s::text[])[1 + n %% array_length(%(words)s::text[], 1)] as word,
        now() - interval '1 hour' - n * interval '35 minutes' as received
    from generate_series(%(first)s, %(last)s) n
) drawn, lateral (select status not in ('received', 'rejected', 'withdrawn') as accepted) state
order by n;
insert into feedback_ticketdeadline (ticket_id, kind, round, started_at, term_value, term_unit, ground, due_on, due_at,
    explanation, calendar_revision, met_at)
select id, 'answer', 1, received_at, 15, 'working_day', '', (received_at + interval '21 days')::date,
    received_at + interval '21 days', '{}', 0,
    case when status not in ('received', 'classified', 'transferred', 'in_progress', 'collecting', 'reopened')
        then received_at + interval '3 days' end
from feedback_ticket where id > %(last_key)s and kind in ('reflection', 'proposal', 'question');
insert into feedback_ticketmessage (ticket_id, "by", body, stops_clock, sent_at, form_hash)
select id, 'sender', 'Thêm một chuyện.', false, received_at + interval '2 days', '' from feedback_ticket
where id > %(last_key)s and id %% 3 = 0;
insert into feedback_ticketevent (ticket_id, "at", type, "by", actor_id, from_status, to_status, note, internal_note)
select id, received_at + step * interval '12 hours', 'note', 'staff', %(actor)s, '', '', '', 'Ghi chú.'
from feedback_ticket, generate_series(1, 5) step where id > %(last_key)s and status <> 'received';
select feedback_refresh_desk_state(id) from feedback_ticket where id > %(last_key)s;
insert into feedback_ticketwords (ticket_id, vector)
select id, feedback_words(concat_ws(' ', code, subject, body)) from feedback_ticket
where id > %(last_key)s and kind <> 'denunciation';
"""


@transaction.atomic
def fill(first, last, actor):
    facts = {
        "first": first,
        "last": last,
        "last_key": Ticket.everything.order_by("-pk").values_list("pk", flat=True).first() or 0,
        "states": STATES,
        "kinds": KINDS,
        "words": WORDS,
        "agencies": list(Agency.objects.order_by("pk").values_list("pk", flat=True)),
        "actor": actor.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        for table in TABLES:
            cursor.execute(f"alter table feedback_{table} disable trigger user")
        for statement in filter(str.strip, FILL.split(";\n")):
            cursor.execute(statement, facts)
        cursor.execute("set constraints all immediate")
        for table in TABLES:
            cursor.execute(f"alter table feedback_{table} enable trigger user")


def measure(client, method, address, rounds):
    """The median of so many milliseconds, and the number of queries."""
    ask = getattr(client, method)
    ask(address)
    with CaptureQueriesContext(connection) as asked:
        response = ask(address)
    queries = len(asked)
    assert response.status_code == 200, address
    times = []
    for _ in range(rounds):
        start = perf_counter()
        ask(address)
        times.append((perf_counter() - start) * 1000)
    return queries, median(times)


def staff():
    """Who sees every ticket, and who sees those of one agency."""
    agencies = [make.make_agency(f"Sở số {number}") for number in range(AGENCIES)]
    make.make_agency("Văn phòng Ủy ban", owns_portal=True)
    for number in range(60):
        make.make_staff(f"canbo{number}", agency=agencies[number])
    handler_rights = [right for right in RIGHTS if right != "view_every_ticket"]
    return {
        "officer": make.make_staff("tiepnhan", *RIGHTS),
        "handler": make.make_staff("xuly", *handler_rights, agency=agencies[5]),
    }


def all_pages(people, ticket):
    sender = reverse("admin:feedback_ticket_sender", args=[ticket.pk])
    officers = pages(ticket) | {"sender": ("post", sender), "staff home": ("get", HOME)}
    officers |= {"list, page 60": ("get", f"{LIST}?p=60"), "list, page 2": ("get", f"{LIST}?p=2")}
    handlers = {
        "list": ("get", LIST),
        "list, qua-han": ("get", f"{LIST}?viec=qua-han"),
        "search, words": ("get", f"{LIST}?q=quay+so+2"),
        "staff home": ("get", HOME),
    }
    for role, addresses in [("officer", officers), ("handler", handlers)]:
        client = Client()
        client.force_login(people[role])
        for name, page in addresses.items():
            yield f"{role}: {name}", client, page


def figures(people, ticket, rounds):
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    found = {}
    for name, client, page in all_pages(people, ticket):
        if "page 60" in name and Ticket.objects.count() < 60 * 30:
            continue
        found[name] = measure(client, *page, rounds)
    return found


def main(rounds=10):
    settings.ALLOWED_HOSTS = ["*"]
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        people = staff()
        ticket = make_full_ticket(people["officer"])
        fill(1, FEW, people["officer"])
        few = figures(people, ticket, rounds)
        fill(FEW + 1, MANY, people["officer"])
        many = figures(people, ticket, rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"{'page':<34}{f'queries at {FEW}':>18}{'ms':>8}{f'queries at {MANY}':>20}{'ms':>8}")
    for page, (queries, time) in many.items():
        # A page far behind is there only when there are many.
        before = few.get(page, (0, 0))
        print(f"{page:<34}{before[0]:>18}{before[1]:>8.1f}{queries:>20}{time:>8.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
