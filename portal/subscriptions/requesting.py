"""How mail is asked for, and confirmed from the mailbox that it goes to. Nobody is told who subscribed already."""

import hashlib
import unicodedata
from datetime import timedelta

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import punycode
from django.utils.translation import gettext, override

from portal.models import OutgoingMail, Subscriber, Subscription, SubscriptionRequest, new_token
from portal.outbox import promise_mail
from portal.subscriptions import choices, notice
from portal.subscriptions.addresses import confirm_url
from portal.subscriptions.ending import HOURS_TO_CONFIRM, OWN_MAILS

# So often is one mailbox asked, whoever types its address: nobody's is filled by others.
MOST_A_DAY = 3
MINUTES_BETWEEN = 10
# With the address, for pg_advisory_xact_lock: two requests for one mailbox are counted one after the other.
_LOCK = 7_402_618


def normal_address(email):
    """One mailbox, one spelling: in lower case, its domain as mail servers write it."""
    name, _, domain = unicodedata.normalize("NFC", email).rpartition("@")
    return f"{name}@{punycode(domain)}".lower()


@transaction.atomic
def ask(*, email, topics, frequency, language, form_key="", now=None):
    """Ask the owner of a mailbox whether they want these [[kind, key], …]; silently not, if that was asked too often.

    Without a frequency, that of who subscribed already stays as it is.
    """
    now = now or timezone.now()
    _wait_for_others_about(email)
    if was_written_to(SubscriptionRequest.objects.filter(email=email), now):
        return
    token = new_token()
    asked, is_new = SubscriptionRequest.objects.get_or_create(
        form_key=_key_of_form(form_key, email) if form_key else new_token(),
        defaults={
            "email": email,
            "topics": topics,
            "frequency": frequency,
            "language": language,
            "token_hash": _hash(token),
            "created_at": now,
        },
    )
    if is_new:
        with override(language):
            context = request_in_words(asked) | {"url": confirm_url(token, language)}
            promise_mail(
                key=_mail_key(asked),
                to=email,
                subject=gettext("Xác nhận đăng ký nhận tin"),
                body=render_to_string("subscriptions/mail_confirm.txt", context),
            )


def was_written_to(rows, now):
    """Whether what stands in these rows, each with its `created_at`, is enough for one mailbox."""
    of_today = rows.filter(created_at__gt=now - timedelta(days=1))
    just_now = rows.filter(created_at__gt=now - timedelta(minutes=MINUTES_BETWEEN))
    return just_now.exists() or of_today.count() >= MOST_A_DAY


def request_in_words(asked):
    """What pages and mails say of a request, in the present language."""
    return {
        "topics": choices.in_words(asked.topics),
        "frequency": asked.get_frequency_display(),
        "until": asked.created_at + timedelta(hours=HOURS_TO_CONFIRM),
        "hours": HOURS_TO_CONFIRM,
    }


def request_of(token, now=None):
    """What was asked for by the mail with that token; None if there is nothing to confirm, or no longer."""
    return _open_requests(token, now).first()


@transaction.atomic
def confirm(token, now=None):
    """Take the owner's yes, once: their topics are added to those they have. None if there is nothing to confirm."""
    now = now or timezone.now()
    asked = _open_requests(token, now).select_for_update().first()
    if asked is None:
        return None
    agreed = {"language": asked.language, "notice_version": notice.VERSION, "confirmed_at": now}
    if asked.frequency:
        agreed["frequency"] = asked.frequency
    subscriber, is_new = Subscriber.objects.select_for_update().get_or_create(
        email=asked.email, defaults=agreed | {"told_until": now}
    )
    if not is_new:
        _renew(subscriber, agreed, now)
    _add_topics(subscriber, choices.chosen_topics(asked.topics), now)
    # The mail holds the token, which is worth nothing from now on.
    OutgoingMail.objects.filter(key=_mail_key(asked)).delete()
    asked.delete()
    return subscriber


def _renew(subscriber, agreed, now):
    """The mailbox has just shown that it takes mail; what it missed while it took none is not made up for."""
    if subscriber.stopped_at:
        subscriber.told_until = now
    subscriber.bounce_count, subscriber.bounced_at, subscriber.stopped_at = 0, None, None
    for name, value in agreed.items():
        setattr(subscriber, name, value)
    subscriber.save()


def _add_topics(subscriber, topics, now):
    rows = [
        Subscription(subscriber=subscriber, kind=topic.kind, key=topic.key, since=now)
        for topic in topics
    ]
    Subscription.objects.bulk_create(rows, ignore_conflicts=True)


def _open_requests(token, now=None):
    opened_after = (now or timezone.now()) - timedelta(hours=HOURS_TO_CONFIRM)
    return SubscriptionRequest.objects.filter(token_hash=_hash(token), created_at__gt=opened_after)


def _hash(token):
    """Of 192 random bits, which nobody finds by trying; no secret is needed beside them."""
    return hashlib.sha256(token.encode()).hexdigest()


def _key_of_form(form_key, email):
    """The address is part of it: who goes back and corrects it sends the same form again, and means another mailbox."""
    return salted_hmac("portal.subscriptions", f"{form_key}\n{email}").hexdigest()


def _mail_key(asked):
    return f"{OWN_MAILS}confirm:{asked.pk}"


def _wait_for_others_about(email):
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, email])
