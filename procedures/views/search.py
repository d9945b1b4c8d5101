"""What the catalogue brings to the portal's one search page."""

from django.core.paginator import Paginator
from django.utils.translation import get_language

from portal.languages import is_source
from portal.site import absolute_url
from procedures.filters import CatalogueFilter
from procedures.models import Agency, Procedure
from procedures.search import mark, search_procedures, search_translations

PAGE_SIZE = 20


def procedure_source(params, query):
    """Procedures that answer a query, best first, with the filters that their number offers."""
    ranked, mended, is_confident = _ranked(query)
    chosen = CatalogueFilter(params, Procedure.objects.filter(pk__in=ranked))
    if chosen.chosen:
        kept = set(chosen.procedures.values_list("pk", flat=True))
        ranked = [pk for pk in ranked if pk in kept]
    page = Paginator(ranked, PAGE_SIZE).get_page(params.get("trang"))
    rows = Procedure.objects.for_cards().in_bulk(page.object_list)
    page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    for procedure in page.object_list:
        procedure.name_segments = _marked_name(procedure, query)
    return {
        "template": "procedures/_search_results.html",
        "query": query,
        "mended": mended,
        "is_confident": is_confident,
        "total": len(ranked),
        "filter": chosen,
        "page": page,
        "owner": Agency.objects.portal_owner(),
        "items": [_item(procedure) for procedure in page.object_list],
    }


def _ranked(query):
    """Procedures in rank order, the query as it was mended, and whether they answer it.

    On a page in another language its own words come first; what the Vietnamese search only guesses is
    left out beside them.
    """
    results = search_procedures(query)
    ranked = [hit.procedure_id for hit in results.hits]
    translated, have_all = (
        ([], False) if is_source() else search_translations(query, get_language())
    )
    if have_all:
        rest = ranked if results.confident else []
        return list(dict.fromkeys(translated + rest)), "", True
    if results.confident or not translated:
        return ranked, results.mended, results.confident
    return translated, "", False


def _marked_name(procedure, query):
    if not procedure.translated_name:
        return mark(procedure.name, query)
    # "a", "of", "to": short words tell much in Vietnamese, and nothing elsewhere.
    telling = " ".join(word for word in query.split() if len(word) > 2)
    return mark(procedure.translated_name, telling)


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
