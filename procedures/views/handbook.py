"""The handbook of procedures for foreigners."""

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.languages import address_in, is_source, own_name
from procedures.handbook import chapters_by_language, chapters_in


@require_safe
def handbook(request):
    """The whole handbook of the page's language; what handbooks there are where it has none."""
    chapters = [] if is_source() else chapters_in(get_language())
    if not chapters:
        return _handbook_list(request)
    procedures = [entry.procedure for chapter in chapters for entry in chapter.entries]
    context = {
        "chapters": chapters,
        "has_samples": any(procedure.is_sample for procedure in procedures),
        "last_updated": max(procedure.updated_at for procedure in procedures),
    }
    return render(request, "procedures/handbook.html", context)


def _handbook_list(request):
    handbooks = [
        {
            "code": code,
            "name": own_name(code),
            "url": address_in(code, request.path_info),
            "chapters": chapters,
        }
        for code, chapters in chapters_by_language().items()
    ]
    context = {
        "handbooks": handbooks,
        "vietnamese": None if is_source() else address_in("vi", request.path_info),
    }
    return render(request, "procedures/handbook_list.html", context)
