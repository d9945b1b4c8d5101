"""Views and downloads are counted honestly, and nobody is known by them."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse

from outreach import visits
from outreach.models import RecentVisit, VisitCount, VisitKind

ARTICLE = VisitKind.ARTICLE
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A045F) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/124.0.0.0 Mobile Safari/537.36"
)
NOW = datetime(2026, 11, 2, 9, 20, tzinfo=UTC)


@pytest.fixture
def come(rf):
    def come(number=1, *, agent=PHONE, method="GET", article=7, now=NOW, **headers):
        address = f"192.0.2.{number}"
        request = rf.generic(
            method, "/", REMOTE_ADDR=address, headers={"User-Agent": agent} | headers
        )
        visits.record(request, ARTICLE, article, now=now)

    return come


@contextmanager
def database_away():
    def refuse(*_):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db
def test_each_reader_counts_once_an_hour(come):
    for _ in range(3):
        come(1)
        visits.write(NOW)
    come(2)
    come(1, now=NOW + timedelta(minutes=39))
    come(1, article=8)
    visits.write(NOW)
    assert visits.total(ARTICLE, 7) == 2

    come(1, now=NOW + timedelta(minutes=40))
    visits.write(NOW)
    assert visits.total(ARTICLE, 7) == 3
    assert visits.total(ARTICLE, 8) == 1
    assert visits.total(VisitKind.MATERIAL, 7) == 0


@pytest.mark.django_db
def test_a_day_begins_at_midnight_here(come):
    come(now=datetime(2026, 11, 2, 16, 59, tzinfo=UTC))
    come(now=datetime(2026, 11, 2, 17, 0, tzinfo=UTC))

    visits.write(NOW)

    assert [str(row.day) for row in VisitCount.objects.order_by("day")] == [
        "2026-11-02",
        "2026-11-03",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        ("", {}),
        ("curl/8.5.0", {}),
        ("python-requests/2.32", {}),
        ("Go-http-client/2.0", {}),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", {}),
        ("Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)", {}),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0)", {}),
        ("facebookexternalhit/1.1", {}),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/124.0 Safari/537.36", {}),
        (PHONE, {"Sec-Purpose": "prefetch;prerender"}),
        (PHONE, {"Purpose": "prefetch"}),
    ],
)
def test_robots_and_pages_fetched_in_advance_do_not_count(come, agent, headers):
    come(agent=agent, **headers)
    visits.write(NOW)

    assert visits.total(ARTICLE, 7) == 0


@pytest.mark.django_db
def test_to_ask_whether_a_page_is_there_is_not_to_read_it(come):
    come(method="HEAD")
    visits.write(NOW)

    assert visits.total(ARTICLE, 7) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 Chrome/80.0 Mobile",
        "Mozilla/5.0 (Linux; Android 12; wv) Chrome/110.0 Mobile Safari/537.36 Zalo android/12080671",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/124.0.0 Chrome/118.0",
        "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1) Presto/2.12 Version/12.16",
    ],
)
def test_the_browsers_of_people_count(come, agent):
    come(agent=agent)
    visits.write(NOW)

    assert visits.total(ARTICLE, 7) == 1


@pytest.mark.django_db
def test_nothing_that_is_kept_leads_to_a_reader(come):
    come(1)
    come(1, now=NOW + timedelta(hours=1))
    visits.write(NOW)

    first, second = (bytes(row.visitor) for row in RecentVisit.objects.order_by("hour"))
    assert len(first) == len(second) == 16
    assert first != second


@pytest.mark.django_db
def test_notes_of_readers_go_after_two_hours_and_counts_stay(come):
    come(1)
    visits.write(NOW)
    come(2, now=NOW + timedelta(hours=2))
    visits.write(NOW + timedelta(hours=2))

    assert [row.hour.hour for row in RecentVisit.objects.all()] == [11]
    assert visits.total(ARTICLE, 7) == 2


@pytest.mark.django_db
def test_no_reader_waits_for_the_database(come, django_assert_num_queries):
    with django_assert_num_queries(0):
        come()
    with django_assert_num_queries(1):
        visits.write(NOW)
    with django_assert_num_queries(1):
        visits.total(ARTICLE, 7)
    with django_assert_num_queries(0):
        visits.write(NOW)


@pytest.mark.django_db
def test_visits_wait_while_the_database_is_away(come, caplog):
    come(1)
    with database_away(), caplog.at_level(logging.WARNING):
        visits.write(NOW)
        come(2)
        visits.write(NOW)
    assert len(caplog.records) == 1
    assert "192.0.2" not in caplog.text

    visits.write(NOW)
    assert visits.total(ARTICLE, 7) == 2


@pytest.mark.django_db
def test_what_waited_for_too_long_is_not_counted(come):
    come(1)
    with database_away():
        visits.write(NOW)

    visits.write(NOW + timedelta(hours=2))

    assert visits.total(ARTICLE, 7) == 0


@pytest.mark.django_db
def test_memory_has_a_bound_and_the_oldest_go(come, monkeypatch):
    monkeypatch.setattr(visits, "_notes", visits.Notes(most=2))
    come(1, article=1)
    come(1, article=2)
    with database_away():
        visits.write(NOW)
    come(1, article=3)
    visits.write(NOW)

    assert [visits.total(ARTICLE, article) for article in (1, 2, 3)] == [0, 1, 1]


def test_the_proxy_keeps_a_counted_page_for_a_second():
    assert visits.let_proxy_count(HttpResponse()).headers["X-Accel-Expires"] == "1"


@pytest.mark.django_db(transaction=True)
def test_threads_and_processes_together_count_exactly(come):
    processes = [visits.Notes() for _ in range(2)]
    hour = NOW.replace(minute=0)

    def read(thread):
        notes = processes[thread % 2]
        for turn in range(10):
            for number in range(30):
                visitor = ((number * 7 + thread + turn) % 30).to_bytes(16, "big")
                notes.add(visits.Visit("article", number % 3, hour, visitor))
            notes.write(NOW)
        connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read, range(8)))

    assert RecentVisit.objects.count() == 3 * 30
    assert sum(visits.total(ARTICLE, article) for article in range(3)) == 3 * 30


# As a server does: it loads the portal, divides into workers, and ends them in order.
SERVER = """
import multiprocessing, sys
import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from django.test import RequestFactory
from outreach import visits

def work(numbers):
    for number in numbers:
        request = RequestFactory().get("/", REMOTE_ADDR=f"192.0.2.{number}", headers={"User-Agent": "Mozilla/5.0"})
        visits.record(request, "article", 7)

work(range(0, 10))
workers = [
    multiprocessing.get_context("fork").Process(target=work, args=[range(start, start + 20)])
    for start in (5, 15)
]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""


@pytest.mark.django_db(transaction=True)
def test_the_workers_of_a_server_write_their_rest_when_they_end():
    done = subprocess.run(
        [sys.executable, "-c", SERVER, connection.settings_dict["NAME"]],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert visits.total(ARTICLE, 7) == 35
