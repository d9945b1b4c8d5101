"""What every site map shares: addresses come from SITE_URL, never from the request."""

from types import SimpleNamespace
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse


class SiteSitemap(Sitemap):
    def get_urls(self, page=1, site=None, protocol=None):
        address = urlsplit(settings.SITE_URL)
        site = SimpleNamespace(domain=address.netloc, name=address.netloc)
        return super().get_urls(page=page, site=site, protocol=address.scheme)


class PageSitemap(SiteSitemap):
    """The fixed pages, by URL name."""

    def __init__(self, *names):
        self.names = names

    def items(self):
        return self.names

    def location(self, item):
        return reverse(item)
