"""What the catalogue offers to the pages of others, and how it writes times and money."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from portal.languages import is_source
from procedures import answers
from procedures.models import (
    Agency,
    HandbookEntry,
    Procedure,
    Sector,
    SectorGroup,
    ServicePoint,
)
from procedures.terms import terms_of
from procedures.work_queues import catalogue_queues

register = template.Library()

register.filter("duration", answers.duration)
register.filter("money", answers.money)
register.filter("is_unknown", answers.is_unknown)


@register.simple_tag
def portal_owner():
    """The agency whose portal this is, for the header and the footer."""
    return Agency.objects.portal_owner()


@register.simple_tag
def portal_owner_name():
    """The name alone, for the head of each page of the admin."""
    return Agency.objects.filter(owns_portal=True).values_list("name", flat=True).first()


@register.simple_tag
def catalogue_updated_at():
    """When the public catalogue last changed; None while it is empty."""
    newest_first = Procedure.objects.listed().order_by("-updated_at")
    return newest_first.values_list("updated_at", flat=True).first()


@register.simple_tag(takes_context=True)
def term(context, text):
    """A name in the language of the page; in Vietnamese, and marked so, where nobody has translated it."""
    if is_source() or not text:
        return text
    text = str(text)
    if translated := terms_of(context.request).get(text):
        return translated
    return format_html('<span lang="vi">{}</span>', text)


@register.simple_tag(takes_context=True)
def plain_term(context, text):
    """As `term`, for places that take no markup: titles, options, attributes."""
    return terms_of(context.request).get(str(text), text)


@register.simple_tag(takes_context=True)
def term_lang(context, text):
    """The mark of an element that holds nothing but a `plain_term`."""
    is_foreign = is_source() or str(text) in terms_of(context.request)
    return "" if is_foreign else mark_safe(' lang="vi"')


@register.simple_tag(takes_context=True)
def terms(context, names):
    """Several names in one line, each as `term`."""
    return mark_safe(", ".join(conditional_escape(term(context, name)) for name in names))


@register.simple_tag
def told(text, translation, with_breaks=False):
    """A part's words in the language of the page; in Vietnamese, and marked so, where they are not translated."""
    if translated := translation and translation.text_of(text):
        return linebreaksbr(translated)
    original = linebreaksbr(text) if with_breaks else conditional_escape(text)
    return original if is_source() else format_html('<span lang="vi">{}</span>', original)


@register.simple_tag
def told_twice(text, translation, with_breaks=False):
    """As `told`, with the Vietnamese words below a translation: those are what staff know a paper by."""
    shown = told(text, translation, with_breaks)
    if translation and translation.text_of(text):
        original = linebreaksbr(text)
        return format_html('{}<br><span class="muted" lang="vi">{}</span>', shown, original)
    return shown


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


@register.inclusion_tag("procedures/_handbook_invitation.html")
def handbook_invitation():
    """The way to the handbook, on pages in a language that has one."""
    entries = HandbookEntry.objects.listed().filter(chapter__language=get_language())
    return {"total": 0 if is_source() else entries.count()}


@register.inclusion_tag("procedures/_site_map.html")
def catalogue_site_map():
    return {
        "groups": SectorGroup.objects.all(),
        "sectors": Sector.objects.with_listed_count().in_name_order(),
        "agencies": Agency.objects.with_listed_count().in_name_order(),
        "points": ServicePoint.objects.in_name_order(),
    }


@register.inclusion_tag("admin/_work_queues.html", takes_context=True)
def catalogue_work_queues(context):
    """What waits for staff in the catalogue, for the staff home."""
    return {"title": "Danh mục thủ tục", "queues": catalogue_queues(context["request"])}
