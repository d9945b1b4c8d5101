"""Mails that tell subscribers what is new: at once, each morning, or each Monday morning.

To each what became public after `told_until`, up to a moment that is the same for all. The mail and the new
`told_until` are written in one transaction: whatever is killed, nothing is lost and nothing told twice. Who was not
told in time, because no worker ran, is told by the next: in one mail, however long that was.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, override

from portal.models import Subscriber, Subscription
from portal.outbox import promise_mail
from portal.site import absolute_url
from portal.subscriptions import choices, topics
from portal.subscriptions.addresses import manage_url, unsubscribe_url
from portal.subscriptions.ending import NEWS, OWN_MAILS, kinds_of

# A row gets its moment before its transaction ends, and is seen only then: what is told has had time to be seen. No
# transaction by which something becomes public lasts so long; the settings' timeouts see to that.
SETTLED_AFTER = timedelta(minutes=2)
HOUR_OF_DAY = 7
# What is older is no news any more, however long no worker ran.
OLDEST = timedelta(days=31)
MOST_LISTED = 30
# Whoever ends their mail waits for no more than these.
AT_ONCE = 100
LONGEST_TITLE = 300
LONGEST_SUBJECT = 120


@dataclass(frozen=True)
class Piece:
    """A piece of news as mails tell it."""

    topic: str
    title: str
    url: str
    summary: str
    at: datetime


@dataclass(frozen=True)
class Run:
    """All that is the same for subscribers of one frequency and language."""

    frequency: str
    language: str
    # What was told to the one who waits longest, and up to which moment all are told now.
    after: datetime
    until: datetime
    # By the kind and the key of its topic.
    news: dict[tuple[str, str], list[Piece]]


def send_digests(now=None):
    """Promise the mails that are due."""
    for frequency in Subscriber.Frequency.values:
        until = told_until(frequency, now or timezone.now())
        for language, _name in settings.LANGUAGES:
            with override(language):
                _tell_all(frequency, language, until)


def told_until(frequency, now):
    """Up to which moment subscribers have to be told by now."""
    settled = timezone.localtime(now - SETTLED_AFTER)
    if frequency == Subscriber.Frequency.AT_ONCE:
        return settled
    morning = settled.replace(hour=HOUR_OF_DAY, minute=0, second=0, microsecond=0)
    if morning > settled:
        morning -= timedelta(days=1)
    if frequency == Subscriber.Frequency.WEEKLY:
        morning -= timedelta(days=morning.weekday())
    return morning


def _tell_all(frequency, language, until):
    due = _due(frequency, language, until)
    after = due.aggregate(first=Min("told_until"))["first"]
    if after is None:
        return
    news = _news(max(after, until - OLDEST), until)
    if not news:
        # As mostly, every few minutes.
        due.filter(told_until__gte=after).update(told_until=until)
        return
    run = Run(frequency, language, after, until, news)
    while _tell_some(run):
        pass


def _due(frequency, language, until):
    wants_news = Subscription.objects.filter(subscriber=OuterRef("pk"), kind__in=kinds_of(NEWS))
    return Subscriber.objects.reachable().filter(
        Exists(wants_news), frequency=frequency, language=language, told_until__lt=until
    )


def _news(after, until):
    """All that anybody wants to know: somebody may choose another frequency while this goes on."""
    wanted = defaultdict(set)
    rows = Subscription.objects.filter(kind__in=kinds_of(NEWS))
    for kind, key in rows.values_list("kind", "key").distinct():
        wanted[kind].add(key)
    found = defaultdict(list)
    for kind, keys in wanted.items():
        for item in topics.sources()[kind].news(keys, after=after, until=until):
            found[kind, item.key].append(item)
    return {topic: _pieces(topic, items) for topic, items in found.items()}


def _pieces(topic, items):
    name = _name(topic)
    return [
        Piece(name, _title(item), absolute_url(item.path), item.summary, item.at) for item in items
    ]


def _name(topic):
    names = (
        f"{topic.heading}: {topic.name}".removeprefix(": ") for topic in choices.in_words([topic])
    )
    return next(names, "")


def _title(item):
    title = Truncator(item.title).chars(LONGEST_TITLE)
    return f"{title} ({gettext('Nội dung mẫu').lower()})" if item.is_sample else title


@transaction.atomic
def _tell_some(run):
    """Tell the next of those who are due; return how many they were.

    Two workers wait for each other, and whom one has told is not due for the other any more. Who came from another
    frequency meanwhile and has waited longer than what was looked up is left to the next run.
    """
    due = _due(run.frequency, run.language, run.until).filter(told_until__gte=run.after)
    subscribers = list(due.order_by("pk").select_for_update(of=["self"])[:AT_ONCE])
    chosen = defaultdict(list)
    for row in Subscription.objects.filter(subscriber__in=subscribers).order_by("since", "pk"):
        chosen[row.subscriber_id].append(row)
    for subscriber in subscribers:
        if news := _news_for(subscriber, chosen[subscriber.pk], run):
            _promise(subscriber, news, run.until)
    pks = [subscriber.pk for subscriber in subscribers]
    Subscriber.objects.filter(pk__in=pks).update(told_until=run.until)
    return len(subscribers)


def _news_for(subscriber, chosen, run):
    """Newest first, each once though several topics tell of it."""
    found = {}
    for row in chosen:
        after = max(subscriber.told_until, row.since)
        for piece in run.news.get((row.kind, row.key), ()):
            if piece.at > after:
                found.setdefault((piece.url, piece.title), piece)
    return sorted(found.values(), key=attrgetter("at"), reverse=True)


def _promise(subscriber, pieces, until):
    url = unsubscribe_url(subscriber, NEWS)
    context = {
        "sections": _by_topic(pieces[:MOST_LISTED]),
        "others": max(len(pieces) - MOST_LISTED, 0),
        "home": absolute_url(reverse("home")),
        "manage_url": manage_url(subscriber.language),
        "unsubscribe_url": url,
    }
    promise_mail(
        key=f"{OWN_MAILS}digest:{subscriber.pk}:{until.timestamp()}",
        to=subscriber.email,
        subject=_subject(pieces, until),
        body=render_to_string("subscriptions/mail_digest.txt", context),
        unsubscribe_url=url,
    )


def _by_topic(pieces):
    by_topic = defaultdict(list)
    for piece in pieces:
        by_topic[piece.topic].append(piece)
    return list(by_topic.items())


def _subject(pieces, until):
    """The one piece of news, or how many there are."""
    if len(pieces) == 1:
        return Truncator(pieces[0].title).chars(LONGEST_SUBJECT)
    words = ngettext(
        "%(count)s tin mới, ngày %(day)s", "%(count)s tin mới, ngày %(day)s", len(pieces)
    )
    day = date_format(timezone.localtime(until), "SHORT_DATE_FORMAT")
    return words % {"count": len(pieces), "day": day}
