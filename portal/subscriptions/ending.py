"""How mail to a subscriber ends: by their own click, with their mailbox, or by the law. Nothing of them stays then."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.models import OutgoingMail, Subscriber, SubscriptionRequest
from portal.subscriptions import topics

logger = logging.getLogger(__name__)

# As addresses name them: the e-bulletin, which is mailed apart, and everything that digests tell of.
BULLETIN = "ban-tin"
NEWS = "tin-moi"
PARTS = (BULLETIN, NEWS)
HOURS_TO_CONFIRM = 48
# Whose mailbox takes no mail is not kept for ever.
DAYS_KEPT_STOPPED = 90
# How the keys of mails that belong to subscribing itself begin.
OWN_MAILS = "subscriptions."


@transaction.atomic
def unsubscribe(key, part):
    """End one part for whoever has that key; whoever has nothing left is erased.

    May be done again, and after they were erased: then there is nothing to do.
    """
    subscriber = Subscriber.objects.select_for_update().filter(key=key).first()
    if subscriber is None:
        return
    subscriber.subscriptions.filter(kind__in=kinds_of(part)).delete()
    if not parts_of(subscriber):
        erase(subscriber)


def kinds_of(part):
    return [
        kind
        for kind, source in topics.sources().items()
        if source.is_mailed_apart == (part == BULLETIN)
    ]


def parts_of(subscriber):
    """The parts that a subscriber still gets."""
    kinds = set(subscriber.subscriptions.values_list("kind", flat=True))
    return [part for part in PARTS if kinds.intersection(kinds_of(part))]


def erase(subscriber):
    """Leave nothing of a subscriber."""
    erase_address(subscriber.email)


@transaction.atomic
def erase_address(email):
    """Leave nothing that subscribing has kept of an address; return whether there was anything.

    What the portal owes the same address for other reasons, the answer to a petition above all, is still sent.
    """
    subscribers = Subscriber.objects.filter(email=email)
    # Locked before it is asked what hangs on the row: nothing is added to it meanwhile.
    subscribers.select_for_update().first()
    requests = SubscriptionRequest.objects.filter(email=email)
    mails = OutgoingMail.objects.filter(_SUBSCRIBED_TO, to=email)
    return sum(rows.delete()[0] for rows in (subscribers, requests, mails)) > 0


_SUBSCRIBED_TO = Q(key__startswith=OWN_MAILS) | ~Q(unsubscribe_url="")


def stop(subscriber, reason, now=None):
    """Send nothing more to a mailbox that takes no mail, until its owner confirms it anew."""
    stopped = Subscriber.objects.filter(pk=subscriber.pk, stopped_at=None)
    if stopped.update(stopped_at=now or timezone.now()):
        logger.info("Subscriber %s is sent nothing more: %s", subscriber.pk, reason)


def clean(now=None):
    """Erase what nobody confirmed in time, who has long been unreachable, and old mails with links that have ended."""
    now = now or timezone.now()
    unconfirmed_until = now - timedelta(hours=HOURS_TO_CONFIRM)
    SubscriptionRequest.objects.filter(created_at__lt=unconfirmed_until).delete()
    OutgoingMail.objects.filter(
        key__startswith=OWN_MAILS, created_at__lt=unconfirmed_until
    ).delete()
    long_stopped = now - timedelta(days=DAYS_KEPT_STOPPED)
    for subscriber in Subscriber.objects.filter(stopped_at__lt=long_stopped):
        erase(subscriber)
