"""What the catalogue offers to the pages of others, and how it writes times and money."""

from django import template
from django.db.models import Max
from django.utils.html import format_html
from django.utils.translation import get_language

from portal.languages import is_source
from procedures import answers
from procedures.models import (
    Agency,
    Procedure,
    Sector,
    SectorGroup,
    ServicePoint,
    TermTranslation,
)

register = template.Library()

register.filter("duration", answers.duration)
register.filter("money", answers.money)
register.filter("is_unknown", answers.is_unknown)


@register.simple_tag
def portal_owner():
    """The agency whose portal this is, for the header and the footer."""
    return Agency.objects.portal_owner()


@register.simple_tag
def catalogue_updated_at():
    """When the public catalogue last changed; None while it is empty."""
    return Procedure.objects.listed().aggregate(latest=Max("updated_at"))["latest"]


@register.simple_tag(takes_context=True)
def term(context, text):
    """A name in the language of the page; in Vietnamese, and marked so, where nobody has translated it."""
    if is_source() or not text:
        return text
    text = str(text)
    if translated := _terms(context).get(text):
        return translated
    return format_html('<span lang="vi">{}</span>', text)


@register.simple_tag(takes_context=True)
def plain_term(context, text):
    """As `term`, for places that take no markup: titles, options, attributes."""
    return text if is_source() else _terms(context).get(str(text), text)


def _terms(context):
    """All terms of the page's language, fetched once a request."""
    request = context.request
    if not hasattr(request, "terms"):
        rows = TermTranslation.objects.filter(language=get_language())
        request.terms = dict(rows.values_list("original", "text"))
    return request.terms


@register.inclusion_tag("procedures/_life_events.html")
def life_events(limit=6):
    return {"groups": SectorGroup.objects.all()[:limit]}


@register.inclusion_tag("procedures/_popular_procedures.html")
def popular_procedures(limit=8):
    procedures = Procedure.objects.listed().filter(popularity__gt=0).order_by("-popularity", "code")
    return {"procedures": procedures.for_cards()[:limit]}


@register.inclusion_tag("procedures/_figures.html")
def catalogue_figures():
    """Four figures of the catalogue as it stands now."""
    listed = Procedure.objects.listed()
    return {
        "procedures": listed.count(),
        "online": listed.filter(methods__kind="online").distinct().count(),
        "communes": listed.filter(levels__contains=["commune"]).count(),
        "points": ServicePoint.objects.count(),
    }


@register.inclusion_tag("procedures/_site_map.html")
def catalogue_site_map():
    return {
        "groups": SectorGroup.objects.all(),
        "sectors": Sector.objects.with_listed_count().in_name_order(),
        "agencies": Agency.objects.with_listed_count().in_name_order(),
        "points": ServicePoint.objects.in_name_order(),
    }
