"""The portal's one public address."""

from urllib.parse import urljoin

from django.conf import settings


def absolute_url(path):
    """The full address of a path, from SITE_URL alone: a forged Host header changes nothing."""
    return urljoin(settings.SITE_URL, path)
