"""The addresses that stand in mails to subscribers, in the language of whom they lead."""

from django.urls import reverse
from django.utils.translation import override

from portal.site import absolute_url


def confirm_url(token, language):
    return _address(language, "confirm", token)


def manage_url(language):
    """Of the page where one asks for a managing link: that link itself ends after a day, this one never."""
    return _address(language, "manage_link")


def manage_page_url(token, language):
    return _address(language, "manage", token)


def unsubscribe_url(subscriber, part):
    """By which the bulletin, or all other news, ends: a click of the owner, or of their mail program (RFC 8058)."""
    return _address(subscriber.language, "unsubscribe", subscriber.key, part)


def _address(language, name, *args):
    with override(language):
        return absolute_url(reverse(f"subscriptions:{name}", args=args))
