from outreach.models import (
    ArticleVersion,
    BroadcastItem,
    BulletinIssue,
    Category,
    InformationPage,
    Material,
    ReadingPoint,
)
from portal.sitemaps import SiteSitemap


class InformationPageSitemap(SiteSitemap):
    """Each page once for each language that it is written in."""

    def items(self):
        return InformationPage.objects.published().in_order()

    def location(self, item):
        return item.get_own_url()

    def lastmod(self, item):
        return item.updated_at


class ArticleSitemap(SiteSitemap):
    """The newest articles, each at its address in its own language; the older ones are found by year and month."""

    newest = 10_000

    def items(self):
        versions = ArticleVersion.objects.public().select_related("article").newest_first()
        return list(versions.only("public_from", "published_at", "article")[: self.newest])

    def location(self, item):
        return item.article.get_own_url()

    def lastmod(self, item):
        return item.public_from


class CategorySitemap(SiteSitemap):
    def items(self):
        return Category.objects.all()


class MaterialSitemap(SiteSitemap):
    """Each material at its address in its own language."""

    def items(self):
        return Material.objects.published().newest_first()

    def location(self, item):
        return item.get_own_url()

    def lastmod(self, item):
        return item.updated_at


class BroadcastSitemap(SiteSitemap):
    """What was aired, the newest of it; the older is found by year and month."""

    newest = 10_000

    def items(self):
        return BroadcastItem.objects.aired().newest_first().only("pk")[: self.newest]


class BulletinSitemap(SiteSitemap):
    """Each issue at its address in its own language."""

    def items(self):
        return BulletinIssue.objects.public().newest_first()

    def location(self, item):
        return item.get_own_url()

    def lastmod(self, item):
        return item.corrected_at or item.public_from


class ReadingPointSitemap(SiteSitemap):
    def items(self):
        return ReadingPoint.objects.in_place_order()
