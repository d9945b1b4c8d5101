"""How often articles are read and materials fetched: without robots, repeats, cookies, or knowing who.

    visits.record(request, VisitKind.ARTICLE, article.pk)
    visits.total(VisitKind.ARTICLE, article.pk)
    return visits.let_proxy_count(render(request, "outreach/article.html", …))

A visit is noted in memory only; a thread of this process writes what has gathered every few seconds, so that no
reader waits for it and a database that is away stops nobody. The same visitor counts once in an hour of the clock,
in whichever process: the database refuses the second note. A process that ends in order writes its rest; one that
is killed loses a few seconds of a statistic.
"""

import logging
import os
import re
import threading
import time
from datetime import datetime, timedelta
from multiprocessing import util
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from outreach.models import VisitCount, VisitKind
from portal.addresses import client_address

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_WRITES = 5
# Some hundred visits a second until the next write; while the database is away, the oldest are given up.
MOST_IN_MEMORY = 10_000
# So long a visitor's note is kept. A visit that could not be written by then is not counted: nobody could
# tell any more whether it was a repeat.
NOTES_KEPT = timedelta(hours=2)

# Browsers of people, down to those of simple telephones. Programs that fetch pages name themselves otherwise…
_BROWSER = re.compile(r"Mozilla/|Opera/|UCWEB|Nokia", re.IGNORECASE)
# … or say within what looks like a browser's name that they are robots. Cubot makes telephones.
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|scrap|preview|headless|lighthouse|pingdom|uptime|monitor|validator"
    r"|mediapartners|externalhit|feedfetcher|archiver|phantomjs|python|https?client|censys|scan",
    re.IGNORECASE,
)


class Visit(NamedTuple):
    kind: str
    object_id: int
    hour: datetime
    visitor: bytes


def record(request, kind, object_id, *, now=None):
    """Note that somebody came, unless it is a robot. Asks the database nothing."""
    if not _is_robot(request):
        hour = (now or timezone.now()).replace(minute=0, second=0, microsecond=0)
        _notes.add(Visit(VisitKind(kind).value, object_id, hour, _visitor(request, hour)))


def write(now=None):
    """Count what this process has noted, without waiting for its next time."""
    _notes.write(now)


def total(kind, object_id) -> int:
    """How many visits have been written until now."""
    days = VisitCount.objects.filter(kind=kind, object_id=object_id)
    return days.aggregate(total=Sum("count"))["total"] or 0


def let_proxy_count(response):
    """Let the proxy keep a counted page for one second instead of a minute, so that readers reach the portal.

    A second still shelters it from a crowd, and keeps a copy to show while the portal does not answer; of readers
    in the same second one is counted. Browsers keep the page as any other: their repeats do not count anyway.
    """
    response.headers["X-Accel-Expires"] = "1"
    return response


def _is_robot(request):
    agent = request.META.get("HTTP_USER_AGENT", "")
    purpose = request.META.get("HTTP_SEC_PURPOSE") or request.META.get("HTTP_PURPOSE", "")
    return (
        request.method != "GET"
        or "prefetch" in purpose
        or "preview" in purpose
        or _BROWSER.match(agent) is None
        or _ROBOT.search(agent) is not None
    )


def _visitor(request, hour):
    """A keyed hash whose key changes every hour: neither an address nor a way from one hour to the next."""
    who = f"{client_address(request)}\n{request.META.get('HTTP_USER_AGENT', '')}"
    salt = f"outreach.visits {hour.timestamp():.0f}"
    return salted_hmac(salt, who, algorithm="sha256").digest()[:16]


class Notes:
    """Visits that are not in the database yet, in the order in which they came."""

    def __init__(self, most=MOST_IN_MEMORY):
        self.most = most
        self.start_anew()

    def start_anew(self):
        """In a new process: what the old one noted is written by the old one."""
        self.visits = {}
        self.lock = threading.Lock()
        self.turn = threading.Lock()
        self.writer = None
        self.database_is_away = False

    def add(self, visit):
        with self.lock:
            self.visits[visit] = None
            self._forget_oldest()
            if self.writer is None or not self.writer.is_alive():
                self.keep_writing()

    def keep_writing(self):
        """Begin with the first visit, not with the process: a server may divide in two after it has started."""
        self.writer = threading.Thread(target=self._write_on, name="visits", daemon=True)
        self.writer.start()
        # Called at the end of a process in order, also of one that a server started as its worker.
        util.Finalize(None, self.write, exitpriority=0)

    def write(self, now=None):
        """Count what has gathered. What cannot be written waits for the next time."""
        oldest = (now or timezone.now()) - NOTES_KEPT
        with self.turn:
            with self.lock:
                visits, self.visits = self.visits, {}
            visits = {visit: None for visit in visits if visit.hour > oldest}
            if visits:
                self._write(visits, oldest)

    def _write(self, visits, oldest):
        try:
            _count(visits, oldest)
            self.database_is_away = False
        except Error as error:
            with self.lock:
                self.visits = visits | self.visits
                self._forget_oldest()
            if not self.database_is_away:
                logger.warning("Visits wait in memory, the database does not take them: %s", error)
            self.database_is_away = True

    def _write_on(self):
        while True:
            time.sleep(SECONDS_BETWEEN_WRITES)
            self.write()
            connection.close()

    def _forget_oldest(self):
        while len(self.visits) > self.most:
            del self.visits[next(iter(self.visits))]


# Whoever notes first in an hour is counted, and old notes go. All writers take the rows in one order, and those that
# another is deleting are left to it, so that two never wait for each other.
_COUNT = """
with came as (
    insert into outreach_recentvisit (kind, object_id, hour, visitor)
    select * from unnest(%(kinds)s::text[], %(ids)s::bigint[], %(hours)s::timestamptz[], %(visitors)s::bytea[])
        as visit (kind, object_id, hour, visitor)
    order by 1, 2, 3, 4
    on conflict do nothing
    returning kind, object_id, hour
), gone as (
    delete from outreach_recentvisit where id in (
        select id from outreach_recentvisit where hour <= %(oldest)s for update skip locked
    )
)
insert into outreach_visitcount (kind, object_id, day, count)
select kind, object_id, (hour at time zone %(zone)s)::date, count(*) from came
group by 1, 2, 3
order by 1, 2, 3
on conflict (kind, object_id, day) do update set count = outreach_visitcount.count + excluded.count
"""


def _count(visits, oldest):
    kinds, ids, hours, visitors = (list(column) for column in zip(*visits, strict=True))
    facts = {"kinds": kinds, "ids": ids, "hours": hours, "visitors": visitors}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts | {"oldest": oldest, "zone": settings.TIME_ZONE})


_notes = Notes()
os.register_at_fork(after_in_child=lambda: _notes.start_anew())
