"""The names that staff have translated, in the language of the page."""

from django.utils.translation import get_language

from portal.languages import is_source
from procedures.models import TermTranslation


def terms_of(request):
    """Each Vietnamese name with its translation, fetched once a request; none on Vietnamese pages."""
    if is_source():
        return {}
    if not hasattr(request, "terms"):
        rows = TermTranslation.objects.filter(language=get_language())
        request.terms = dict(rows.values_list("original", "text"))
    return request.terms
