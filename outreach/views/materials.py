"""Pages and files of materials. Whatever is not published does not exist here, its files and pictures included."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from outreach import visits
from outreach.filters import MaterialFilter
from outreach.models import Material, MaterialVersion, VisitKind
from portal.files import PUBLIC, file_response
from portal.languages import in_source
from procedures.models import Procedure

PAGE_SIZE = 12


@require_safe
def material_list(request):
    chosen = MaterialFilter(request.GET, Material.objects.published())
    materials = chosen.rows.newest_first().with_editions()
    page = Paginator(materials, PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(request, "outreach/material_list.html", {"filter": chosen, "page": page})


@require_safe
def material(request, slug):
    materials = Material.objects.published().select_related("collection").with_editions()
    material = get_object_or_404(materials, slug=slug)
    holdings = material.holdings.filter(copies__gt=0).select_related("point__admin_unit")
    procedures = Procedure.objects.published().filter(materials=material)
    siblings = list(material.siblings())
    context = {
        "material": material,
        "siblings": siblings,
        "original": in_source([material, *siblings]),
        "procedures": procedures.with_translated_name().in_name_order(),
        "holdings": holdings.order_by("point__admin_unit__sort_key", "point__name", "pk"),
        "downloads": visits.total(VisitKind.MATERIAL, material.pk),
        "last_updated": material.updated_at,
    }
    return render(request, "outreach/material.html", context)


@require_safe
def material_file(request, slug, number):
    """The file to keep, which counts; or, for a player in the page, the same to be played, which does not."""
    edition = _published_edition(slug, number)
    if edition.is_played and "tai-ve" not in request.GET:
        return _handed_out(request, edition.file, name=edition.title, as_attachment=False)
    visits.record(request, VisitKind.MATERIAL, edition.material_id)
    return visits.let_proxy_count(_handed_out(request, edition.file, name=edition.title))


@require_safe
def captions(request, slug, number):
    edition = _published_edition(slug, number)
    return _handed_out(request, edition.captions, name=edition.title, as_attachment=False)


@require_safe
def first_page(request, slug, number):
    edition = _published_edition(slug, number)
    return _handed_out(request, edition.first_page, name=edition.title, as_attachment=False)


def _published_edition(slug, number):
    editions = MaterialVersion.objects.select_related("material")
    published = editions.filter(material__in=Material.objects.published())
    return get_object_or_404(published, material__slug=slug, number=number)


def _handed_out(request, file, *, name, as_attachment=True):
    """A file of a published edition; an edition need not have captions or a first page."""
    if not file:
        raise Http404
    return file_response(
        request, file, name=name, as_attachment=as_attachment, cache_control=PUBLIC
    )
