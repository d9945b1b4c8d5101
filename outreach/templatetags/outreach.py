"""What the portal's own announcements and texts offer to the frame of every page."""

from django import template
from django.db.models import Q
from django.utils.translation import get_language

from outreach.models import InformationPage, Notice

register = template.Library()


@register.inclusion_tag("outreach/_notices.html")
def notices_in_force():
    return {"notices": Notice.objects.in_force()}


@register.simple_tag
def information_pages():
    """Pages about the portal that the menu or the footer names, fetched once for both."""
    return list(_pages().filter(Q(is_in_menu=True) | Q(is_in_footer=True)))


@register.inclusion_tag("outreach/_site_map.html")
def information_site_map():
    return {"pages": _pages()}


def _pages():
    return InformationPage.objects.published().in_language(get_language()).in_order()
