"""What the catalogue brings to the portal's one search page."""

from django.core.paginator import Paginator

from portal.site import absolute_url
from procedures.filters import CatalogueFilter
from procedures.models import Agency, Procedure
from procedures.search import mark, search_procedures

PAGE_SIZE = 20


def procedure_source(params, query):
    """Procedures that answer a query, best first, with the filters that their number offers."""
    results = search_procedures(query)
    ranked = [hit.procedure_id for hit in results.hits]
    chosen = CatalogueFilter(params, Procedure.objects.filter(pk__in=ranked))
    if chosen.chosen:
        kept = set(chosen.procedures.values_list("pk", flat=True))
        ranked = [pk for pk in ranked if pk in kept]
    page = Paginator(ranked, PAGE_SIZE).get_page(params.get("trang"))
    rows = Procedure.objects.for_cards().in_bulk(page.object_list)
    page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    for procedure in page.object_list:
        procedure.name_segments = mark(procedure.name, query)
    return {
        "template": "procedures/_search_results.html",
        "query": query,
        "mended": results.mended,
        "is_confident": results.confident,
        "total": len(ranked),
        "filter": chosen,
        "page": page,
        "owner": Agency.objects.portal_owner(),
        "items": [_item(procedure) for procedure in page.object_list],
    }


def _item(procedure):
    """One result for programs."""
    return {
        "code": procedure.code,
        "name": procedure.name,
        "url": absolute_url(procedure.get_absolute_url()),
        "levels": procedure.levels,
        "sector": procedure.sector.name if procedure.sector else None,
        "agencies": [role.agency.name for role in procedure.executing_roles],
    }
