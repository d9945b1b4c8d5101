"""The names that staff have translated, in the language of the page."""

from django.utils.translation import get_language, gettext

from portal.languages import is_source
from procedures.models import TermTranslation


def terms_of(request):
    """Each Vietnamese name with its translation, fetched once a request; none on Vietnamese pages."""
    if is_source():
        return {}
    if not hasattr(request, "terms"):
        request.terms = present_terms()
    return request.terms


def present_terms():
    """The same where there is no request: for mails."""
    if is_source():
        return {}
    rows = TermTranslation.objects.filter(language=get_language())
    return dict(rows.values_list("original", "text"))


def portal_name(owner, terms):
    """As the head of every page has it."""
    if owner is None or not owner.portal_name:
        return gettext("Cổng cải cách hành chính")
    return terms.get(owner.portal_name, owner.portal_name)
