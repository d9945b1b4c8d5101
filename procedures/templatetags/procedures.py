"""What the catalogue offers to the pages of others, and how it writes times and money."""

from django import template

from procedures import answers
from procedures.models import Agency, Procedure, Sector, SectorGroup, ServicePoint

register = template.Library()

register.filter("duration", answers.duration)
register.filter("money", answers.money)
register.filter("is_unknown", answers.is_unknown)


@register.simple_tag
def portal_owner():
    """The agency whose portal this is, for the header and the footer."""
    return Agency.objects.filter(owns_portal=True).first()


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
