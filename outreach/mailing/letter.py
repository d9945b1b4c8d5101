"""The mail of one subscriber: the words of the issue, and the headers by which mail programs and servers know it."""

from email.charset import QP, Charset
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from portal import outbox
from portal.subscriptions.addresses import unsubscribe_url
from portal.subscriptions.ending import BULLETIN

# Lines of any length and all letters pass through any server so.
ENCODING = Charset("utf-8")
ENCODING.body_encoding = QP


def letter_to(subscriber, edition, *, language, key):
    """The mail, whose Message-ID is that of `key`."""
    html, text = edition.for_subscriber(subscriber)
    headers = {
        "Message-ID": message_id(key),
        **outbox.unsubscribe_headers(unsubscribe_url(subscriber, BULLETIN)),
    }
    return letter(subscriber.email, edition.subject, html, text, language=language, headers=headers)


def letter(to, subject, html, text, *, language, headers=()):
    mail = EmailMultiAlternatives(
        subject,
        text,
        # Of the envelope: there comes back what could not be delivered.
        from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        to=[to],
        alternatives=[(html, "text/html")],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Date": format_datetime(timezone.now()),
            # These keep programs that answer for people who are away from answering. It is no answer of a machine
            # itself, so it has no Auto-Submitted.
            "List-Id": f"<ban-tin.{urlsplit(settings.SITE_URL).hostname}>",
            "Precedence": "bulk",
            "Content-Language": language,
            **dict(headers),
        },
    )
    mail.encoding = ENCODING
    return mail


def message_id(key):
    return outbox.message_id(f"outreach.{key}")


def key_of(delivery_id):
    return f"delivery:{delivery_id}"
