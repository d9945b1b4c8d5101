"""Pages about the portal itself."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from outreach.models import InformationPage

# A shorter page is seen at a glance.
SECTIONS_BEFORE_CONTENTS = 3


@require_safe
def information_page(request, slug):
    versions = InformationPage.objects.published().filter(slug=slug)
    page = get_object_or_404(versions.in_language(get_language()))
    sections = list(page.sections.all())
    context = {
        "page": page,
        "sections": sections,
        "has_contents": len(sections) > SECTIONS_BEFORE_CONTENTS,
        "written_in": set(versions.values_list("language", flat=True)),
        "last_updated": page.updated_at,
    }
    return render(request, "outreach/information_page.html", context)
