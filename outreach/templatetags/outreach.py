"""What the portal's own announcements and texts offer to the frame of every page."""

from django import template
from django.utils.translation import get_language

from outreach.models import InformationPage, Notice

register = template.Library()


@register.inclusion_tag("outreach/_notices.html")
def notices_in_force():
    return {"notices": Notice.objects.in_force()}


@register.simple_tag
def information_pages():
    """Pages about the portal that the footer and the site map name."""
    return InformationPage.objects.in_footer(get_language())
