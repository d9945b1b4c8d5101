"""Mails that the portal owes people: rows of the transaction that they tell of, sent later by the worker.

    outbox.promise_mail(key="feedback.received:1234", to=address, subject=…, body=…)

Nobody waits for a mail server. Each mail goes out at least once, and a second time with the same Message-ID only if
the worker was killed, or lost the database, between the server's yes and our own note of it.
"""

import logging
import re
import smtplib
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal import jobs
from portal.models import OutgoingMail
from portal.subscriptions import bouncing

logger = logging.getLogger(__name__)

# After 1, 5, 25, 125 minutes, then every six hours: about three days in all.
MOST_ATTEMPTS = 16
LONGEST_PAUSE = timedelta(hours=6)
# Other jobs go first: a mail server that hangs holds up nothing but mail.
PRIORITY = -10
# What was subscribed to goes after every mail that somebody waits for.
PRIORITY_OF_NEWS = -20
DUE_IN_ONE_SWEEP = 500
# How long a mail server may take over all its answers; each of them may take EMAIL_TIMEOUT.
LONGEST_CONVERSATION = "5min"
UNDELIVERABLE_FOR = timedelta(days=30)
STOPPED_BY_STAFF = "staff"


@transaction.atomic
def promise_mail(*, key, to, subject, body, unsubscribe_url=""):
    """Owe somebody a mail, once: a second promise with the same key changes nothing.

    Subject and body hold nothing personal, only that something happened and where to read it.
    Whoever subscribed to such mails ends them at `unsubscribe_url`, by one click in their mail program.
    """
    try:
        validate_email(to)
    except ValidationError:
        raise ValueError("No mail can go to what was given as an address.") from None
    if len(subject.splitlines()) != 1:
        raise ValueError("A subject is one line.")
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": subject,
            "body": body,
            "unsubscribe_url": unsubscribe_url,
        },
    )
    if is_new:
        _defer(mail.pk, unsubscribe_url)


def deliver(mail_id, now=None):
    """Send a mail that is due, unless another worker is just sending it."""
    mail = _begin_attempt(mail_id, now or timezone.now())
    refusal = _attempt(mail) if mail is not None else None
    if refusal is not None:
        # Once the mail's own row is free: whoever erases a subscriber locks them first, and their mails then.
        bouncing.note_refusal(mail.unsubscribe_url, refusal)


def sweep(now=None):
    """Have everything sent that is due: what failed before, and what has lost its job."""
    due = OutgoingMail.objects.waiting().filter(next_attempt_at__lte=now or timezone.now())
    due = due.annotate(is_news=~Q(unsubscribe_url="")).order_by("is_news", "next_attempt_at", "pk")
    rows = due.values_list("pk", "unsubscribe_url")
    for mail_id, unsubscribe_url in rows[:DUE_IN_ONE_SWEEP]:
        _defer(mail_id, unsubscribe_url)


@transaction.atomic
def try_now(mails):
    """Have these sent without waiting for their next attempt; return which."""
    waiting = mails.waiting().select_for_update(skip_locked=True)
    found = dict(waiting.values_list("pk", "unsubscribe_url"))
    OutgoingMail.objects.filter(pk__in=found).update(next_attempt_at=timezone.now())
    for mail_id, unsubscribe_url in found.items():
        _defer(mail_id, unsubscribe_url)
    return list(found)


@transaction.atomic
def stop(mails):
    """Send these no more, as staff decided; return which."""
    found = list(mails.waiting().select_for_update(skip_locked=True))
    for mail in found:
        _give_up(mail, STOPPED_BY_STAFF)
    return [mail.pk for mail in found]


def undeliverable(mails, now=None):
    """What was given up against anybody's will, for a month: then whoever it concerned has asked, or not."""
    since = (now or timezone.now()) - UNDELIVERABLE_FOR
    return mails.filter(given_up_at__gte=since).exclude(last_error=STOPPED_BY_STAFF)


def _defer(mail_id, unsubscribe_url):
    jobs.defer(
        "portal.tasks.send_mail",
        once=f"portal.mail:{mail_id}",
        priority=PRIORITY_OF_NEWS if unsubscribe_url else PRIORITY,
        mail_id=mail_id,
    )


@transaction.atomic(durable=True)
def _begin_attempt(mail_id, now):
    """Count the attempt before it is made: a mail that kills its worker is not tried for ever."""
    due = OutgoingMail.objects.waiting().filter(pk=mail_id, next_attempt_at__lte=now)
    mail = due.select_for_update(skip_locked=True).first()
    if mail is not None:
        mail.attempt_count += 1
        mail.next_attempt_at = now + pause_after(mail.attempt_count)
        mail.save(update_fields=["attempt_count", "next_attempt_at"])
    return mail


def pause_after(attempt_count):
    """1, 5, 25, 125 minutes, then six hours each time."""
    return min(timedelta(minutes=5 ** (min(attempt_count, 5) - 1)), LONGEST_PAUSE)


@transaction.atomic(durable=True)
def _attempt(mail):
    """Send it; return the words of a server that refused the address for good."""
    with connection.cursor() as cursor:
        # The transaction idles while the mail server speaks; its row lock keeps others from sending the same.
        cursor.execute(f"set local idle_in_transaction_session_timeout = '{LONGEST_CONVERSATION}'")
    same = OutgoingMail.objects.waiting().filter(pk=mail.pk, attempt_count=mail.attempt_count)
    if same.select_for_update(skip_locked=True).first() is None:
        return None
    try:
        _message(mail).send()
    except Exception as error:
        # Its words may name the address, so they go nowhere.
        return _note_failure(mail, error)
    mail.to, mail.last_error, mail.sent_at = "", "", timezone.now()
    mail.save(update_fields=["to", "last_error", "sent_at"])
    return None


def _message(mail):
    """The mail as it is sent, the same at each attempt: whoever gets it twice can tell."""
    return EmailMessage(
        mail.subject,
        mail.body,
        # Of the envelope: there comes back what could not be delivered.
        from_email=mail.unsubscribe_url and settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": message_id(mail.key),
            "Date": format_datetime(mail.created_at),
            "Auto-Submitted": "auto-generated",
            **unsubscribe_headers(mail.unsubscribe_url),
        },
    )


def message_id(key):
    """The name of a mail, the same at each attempt; nobody else can make it up."""
    name = salted_hmac("portal.outbox", key, algorithm="sha256").hexdigest()[:32]
    return f"<{name}@{urlsplit(settings.SITE_URL).hostname}>"


def unsubscribe_headers(url):
    """By which a mail program offers to end such mails, with one click (RFC 8058)."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _note_failure(mail, error):
    code, words = _answer(error)
    reason = f"{type(error).__name__} {code or ''}".strip()
    logger.warning("Mail %s, attempt %s: %s", mail.pk, mail.attempt_count, reason)
    is_final = _is_final(error, code, words)
    if is_final or mail.attempt_count >= MOST_ATTEMPTS:
        _give_up(mail, reason)
    else:
        mail.last_error = reason
        mail.save(update_fields=["last_error"])
    return words.decode("ascii", "replace") if is_final else None


def _answer(error):
    """The code and the words with which a mail server refused."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    return getattr(error, "smtp_code", None), b""


def _is_final(error, code, words):
    """Whether the address itself was refused for good. Codes 5.7 are policies of our own relay, which can be mended."""
    return (
        isinstance(error, smtplib.SMTPRecipientsRefused)
        and 500 <= code < 600
        and not re.match(rb"5\.7\.", words)
    )


def _give_up(mail, reason):
    mail.to, mail.last_error, mail.given_up_at = "", reason, timezone.now()
    mail.save(update_fields=["to", "last_error", "given_up_at"])
