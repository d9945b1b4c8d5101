from outreach.models import InformationPage
from portal.sitemaps import SiteSitemap


class InformationPageSitemap(SiteSitemap):
    """Each page once for each language that it is written in."""

    def items(self):
        return InformationPage.objects.published().in_order()

    def location(self, item):
        return item.get_own_url()

    def lastmod(self, item):
        return item.updated_at
