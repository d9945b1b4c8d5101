from portal.sitemaps import SiteSitemap
from procedures.models import Agency, Procedure, Sector, ServicePoint


class ProcedureSitemap(SiteSitemap):
    """Every procedure that lists show. One that has ended keeps its page but leaves the site map."""

    def items(self):
        return Procedure.objects.listed().only("code", "updated_at").order_by("code")

    def lastmod(self, item):
        return item.updated_at


class SectorSitemap(SiteSitemap):
    def items(self):
        return Sector.objects.with_listed_count().only("slug").in_name_order()


class AgencySitemap(SiteSitemap):
    def items(self):
        return Agency.objects.with_listed_count().only("slug").in_name_order()


class ServicePointSitemap(SiteSitemap):
    def items(self):
        return ServicePoint.objects.only("slug").in_name_order()
