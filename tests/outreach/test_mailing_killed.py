"""Workers are killed in the middle of a mailing, at any moment: nobody gets two mails, and nobody is forgotten.

MAILING_SIZE=5000 runs it at the size of a province; MAILING_KILLS says how often the worker is killed.
"""

import os
import random
import signal
from collections import Counter
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from django.utils import timezone

from outreach.mailing import steering
from outreach.mailing.letter import key_of, message_id
from outreach.mailing.sending import begin
from outreach.models import Delivery, Mailing
from outreach.models.mailings import ANSWERED_WITHIN
from portal import jobs
from portal.models import Subscriber, Subscription
from tests import bulletins as make
from tests.jobs import real_worker
from tests.processes import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SIZE = int(os.environ.get("MAILING_SIZE", 300))
KILLS = int(os.environ.get("MAILING_KILLS", 2))
State = Delivery.State


def make_readers(count):
    Subscriber.objects.bulk_create(
        Subscriber(email=f"nguoi-{number}@example.vn", notice_version="thử")
        for number in range(count)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=reader, kind="ban-tin") for reader in Subscriber.objects.all()
    )


@contextmanager
def worker(mail_server, *, ended_by):
    """A real worker, which has found that the mailing goes on, as the sweep of each minute tells it."""
    jobs.defer("outreach.tasks.sweep_mailings", timestamp=0)
    with real_worker(mail_server, ended_by=ended_by):
        yield


def test_a_mailing_goes_on_after_workers_were_killed(mail_server):
    chance = random.Random(os.environ.get("MAILING_SEED"))
    make_readers(SIZE)
    began = monotonic()
    mailing = begin(make.make_issue(), by=None, per_minute=3000)
    deliveries = mailing.deliveries
    written = monotonic() - began
    marks = sorted(chance.sample(range(SIZE // 20, SIZE * 9 // 10), KILLS + 1))
    doubtful_before = set()

    for place, mark in enumerate(marks):
        ended_by = signal.SIGKILL if place < KILLS else signal.SIGTERM
        with worker(mail_server, ended_by=ended_by):
            wait_until(lambda mark=mark: len(mail_server.mails) >= mark, seconds=300)
            # Anywhere between one mail and the next.
            sleep(chance.random() * 0.03)
        assert max(sent_by(mail_server).values()) == 1
        if ended_by == signal.SIGTERM:
            assert not uncertain_addresses(mailing) - doubtful_before
        doubtful_before = uncertain_addresses(mailing)

    # What the dead had begun to offer waits a minute.
    deliveries.waiting().update(next_attempt_at=timezone.now())
    with worker(mail_server, ended_by=signal.SIGTERM):
        wait_until(lambda: not deliveries.waiting().exists(), seconds=300)
    # The worker has ended: no mail is on its way, and what has no answer now will get none.
    seconds = monotonic() - began
    got, doubtful = sent_by(mail_server), uncertain_addresses(mailing)
    everybody = set(Subscriber.objects.values_list("email", flat=True))
    print(
        f"{SIZE} readers, rows in {written:.2f} s, {KILLS} kills, all in {seconds:.0f} s,"
        f" {len(doubtful)} uncertain, of which the server had {len(doubtful & got.keys())}"
    )
    assert max(got.values()) == 1
    assert got.keys() | doubtful == everybody
    assert len(doubtful) <= KILLS

    settled = settle_by_the_list_of_the_server(mailing, mail_server)
    with worker(mail_server, ended_by=signal.SIGTERM):
        wait_until(lambda: Mailing.objects.filter(finished_at__isnull=False).exists(), seconds=60)

    repeated = [address for address, count in sent_by(mail_server).items() if count > 1]
    rows = deliveries.filter(subscriber__email__in=repeated)
    assert not repeated, (settled, list(rows.values()))
    assert sent_by(mail_server).keys() == everybody
    assert deliveries.filter(state=State.SENT).count() == SIZE
    assert message_ids(mail_server) == {message_id(key_of(row.pk)) for row in deliveries.all()}


def sent_by(mail_server):
    return Counter(mail["To"] for mail in list(mail_server.mails))


def uncertain_addresses(mailing):
    rows = mailing.deliveries.filter(state=State.HANDED_OVER)
    return set(rows.values_list("subscriber__email", flat=True))


def message_ids(mail_server):
    return {mail["Message-ID"].strip() for mail in list(mail_server.mails)}


def settle_by_the_list_of_the_server(mailing, mail_server):
    """Return what was decided on, with the number of its attempts, and how."""
    later = timezone.now() + ANSWERED_WITHIN
    received, settled = message_ids(mail_server), []
    for delivery in mailing.deliveries.filter(state=State.HANDED_OVER):
        was_received = message_id(key_of(delivery.pk)) in received
        settled.append((delivery.pk, delivery.attempt_count, was_received))
        steering.settle(delivery, was_received=was_received, now=later)
    mailing.deliveries.waiting().update(next_attempt_at=timezone.now())
    return settled
