from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.sitemaps import SiteSitemap
from procedures.handbook import languages_with_chapters
from procedures.models import Agency, LegalDocument, Procedure, Sector, ServicePoint


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


class LegalDocumentSitemap(SiteSitemap):
    def items(self):
        return LegalDocument.objects.only("slug").order_by("slug")


class HandbookSitemap(SiteSitemap):
    """The list of handbooks, and each handbook in its language."""

    def items(self):
        return [settings.LANGUAGE_CODE, *languages_with_chapters()]

    def location(self, item):
        with translation.override(item):
            return reverse("procedures:handbook")
