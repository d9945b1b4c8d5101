"""Pages of the catalogue: the list with its filters, one procedure, sectors, agencies."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.languages import address_in, is_source
from procedures import answers
from procedures.filters import CatalogueFilter
from procedures.models import (
    Agency,
    Procedure,
    ProcedureAgency,
    ProcedureTranslation,
    Sector,
    SectorGroup,
    codes_meant_by,
)
from procedures.structured_data import government_service
from procedures.terms import terms_of

PAGE_SIZE = 20


@require_safe
def procedure_list(request):
    return _list_page(
        request, "procedures/procedure_list.html", Procedure.objects.listed(), fixed=(), context={}
    )


@require_safe
def sector_detail(request, slug):
    sector = get_object_or_404(Sector, slug=slug)
    return _list_page(
        request,
        "procedures/sector_detail.html",
        Procedure.objects.listed().filter(sector=sector),
        fixed=("linh-vuc", "nhom"),
        context={"sector": sector},
    )


@require_safe
def agency_detail(request, slug):
    agency = get_object_or_404(Agency.objects.with_channels(), slug=slug)
    roles = ProcedureAgency.objects.filter(agency=agency).exclude(role=ProcedureAgency.Role.ISSUING)
    return _list_page(
        request,
        "procedures/agency_detail.html",
        Procedure.objects.listed().filter(pk__in=roles.values("procedure")),
        fixed=("co-quan",),
        context={"agency": agency},
    )


def _list_page(request, template, procedures, *, fixed, context):
    """A page of procedures with the filters that remain to be chosen."""
    chosen = CatalogueFilter(request.GET, procedures, fixed=fixed)
    page = Paginator(chosen.procedures.in_name_order().for_cards(), PAGE_SIZE).get_page(
        request.GET.get("trang")
    )
    return render(request, template, {"filter": chosen, "page": page} | context)


@require_safe
def procedure_detail(request, code):
    procedure = Procedure.objects.published().with_parts().filter(code=code).first()
    if procedure is None or procedure.code != code:
        return _redirect_to_meant(code)
    translated_into = set(procedure.translations.values_list("language", flat=True))
    translation = None
    if get_language() in translated_into:
        translation = ProcedureTranslation.objects.of(procedure, get_language())
    context = {
        "procedure": procedure,
        "translation": translation,
        "is_untranslated": translation is None and not is_source(),
        "written_in": {settings.LANGUAGE_CODE} | translated_into,
        "source_address": address_in(settings.LANGUAGE_CODE, request.path_info),
        "bring": answers.what_to_bring(procedure),
        "times": answers.how_long(procedure),
        "fees": answers.how_much(procedure),
        "points": answers.where(procedure),
        "online": answers.online(procedure),
        "agencies_by_role": _agencies_by_role(procedure),
        "executing": procedure.agencies_as(ProcedureAgency.Role.EXECUTING),
        "structured_data": government_service(procedure, translation, terms_of(request)),
        "unknown": answers.UNKNOWN,
        "last_updated": procedure.updated_at,
    }
    return render(request, "procedures/procedure_detail.html", context)


def _agencies_by_role(procedure):
    """Each role with its agencies, in the order of the official template."""
    roles = ProcedureAgency.Role
    shown = [roles.EXECUTING, roles.COMPETENT, roles.AUTHORISED, roles.COORDINATING, roles.ISSUING]
    return [(role.label, procedure.agencies_as(role)) for role in shown]


def _redirect_to_meant(typed):
    """Lead any way of typing a code to the one address of its procedure."""
    meant = codes_meant_by(typed)
    known = set(Procedure.objects.published().filter(code__in=meant).values_list("code", flat=True))
    for code in meant:
        if code in known and code != typed:
            return redirect("procedures:procedure_detail", code, permanent=True)
    raise Http404


@require_safe
def sector_list(request):
    context = {
        "sectors": Sector.objects.with_listed_count().in_name_order(),
        "groups": SectorGroup.objects.prefetch_related("sectors"),
    }
    return render(request, "procedures/sector_list.html", context)


@require_safe
def agency_list(request):
    agencies = Agency.objects.with_listed_count().in_name_order()
    return render(request, "procedures/agency_list.html", {"agencies": agencies})
