"""Pages about the portal itself."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from outreach.models import InformationPage


@require_safe
def information_page(request, slug):
    pages = InformationPage.objects.published().in_language(get_language())
    page = get_object_or_404(pages.prefetch_related("sections"), slug=slug)
    context = {"page": page, "last_updated": page.updated_at}
    return render(request, "outreach/information_page.html", context)
