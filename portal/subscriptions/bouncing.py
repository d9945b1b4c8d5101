"""What becomes of a subscriber whose mail comes back, by what the mail servers say of it (RFC 3463).

5.1.x, 5.2.1   there is no such mailbox, or it was closed: nothing more is sent.
5.1.7, 5.1.8   the sender's address is at fault, that is ours; so is a policy, 5.7.x: nothing about the mailbox.
other 5.x.x    full, too large, unclear: three in a row, each on another day, and nothing more is sent.
4.x.x          passes by itself.

No mail tells that it has arrived. So those count as in a row between which there are no more than some weeks,
enough for whoever gets but one mail a month; confirming anew forgets them.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.models import Subscriber
from portal.subscriptions import ending

MOST_IN_A_ROW = 3
# The same message may be read twice, and a mailbox that is full today is full for all of today's mails.
COUNTED_ONCE_WITHIN = timedelta(hours=20)
IN_A_ROW_WITHIN = timedelta(days=45)
_NO_MAILBOX = re.compile(r"5\.(?:1\.(?![78]$)\d+|2\.1)")
_NOT_THE_MAILBOX = re.compile(r"5\.(?:7\.\d+|1\.[78])")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# The end of an unsubscribe address: key and part.
_OWNER = re.compile(r"/([\w-]{32})/([a-z-]+)/$", re.ASCII)


@transaction.atomic
def note_bounce(subscriber, status, now=None):
    """A mail to them came back, or was refused, with that status."""
    if not status.startswith("5.") or _NOT_THE_MAILBOX.fullmatch(status):
        return
    now = now or timezone.now()
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    if subscriber is None:
        return
    _count(subscriber, now)
    if _NO_MAILBOX.fullmatch(status) or subscriber.bounce_count >= MOST_IN_A_ROW:
        ending.stop(subscriber, f"bounced with {status}", now)


def _count(subscriber, now):
    since_last = now - subscriber.bounced_at if subscriber.bounced_at else None
    if since_last is not None and since_last < COUNTED_ONCE_WITHIN:
        return
    is_next = since_last is not None and since_last <= IN_A_ROW_WITHIN
    subscriber.bounce_count = subscriber.bounce_count + 1 if is_next else 1
    subscriber.bounced_at = now
    subscriber.save(update_fields=["bounce_count", "bounced_at"])


def note_refusal(unsubscribe_url, words, now=None):
    """A mail server refused the address at once, with these words; the mail names its subscriber by their key."""
    subscriber = owner_of(unsubscribe_url)
    if subscriber is not None:
        note_bounce(subscriber, status_in(words), now)


def note_complaint(unsubscribe_url):
    """They told their provider that a mail is spam: as if they had ended such mails by its own address."""
    found = _OWNER.search(unsubscribe_url)
    if found and found[2] in ending.PARTS:
        ending.unsubscribe(*found.groups())


def owner_of(unsubscribe_url):
    """Whose address that is by which mails end; None of any other. Nobody makes it up who was not sent it."""
    found = _OWNER.search(unsubscribe_url)
    return Subscriber.objects.filter(key=found[1]).first() if found else None


def status_in(words):
    """The status with which a server refused for good; 5.0.0 where it named none."""
    found = _STATUS.search(words)
    return found[1] if found else "5.0.0"
