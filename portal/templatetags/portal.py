"""How the portal writes dates, numbers, long texts and icons."""

import json
import re

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from portal.languages import address_in, is_source, own_name
from portal.site import absolute_url
from portal.text import tel_link, written_size

register = template.Library()

register.filter("tel", tel_link)
register.filter("file_size", written_size)


@register.simple_tag
def icon(name):
    """A decorative icon of the sprite; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.filter
def grouped(number):
    """1485 as 1.485."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.simple_tag
def full_address(path):
    """The absolute address of a path, for canonical links and for print."""
    return absolute_url(path)


@register.simple_tag(takes_context=True)
def is_under(context, address):
    """Whether the page lies at or below an address of the menu."""
    return context.request.path.startswith(address)


@register.simple_tag
def lang_vi():
    """The mark of words that stand in Vietnamese also on a page in another language."""
    return "" if is_source() else mark_safe(' lang="vi"')


@register.simple_tag
def other_language(code):
    """The mark of words whose language is not that of the page."""
    return "" if code == get_language() else format_html(' lang="{}"', code)


@register.filter
def in_language(words):
    """`WordsIn` another language than the page's with their mark; any other words as they are."""
    language = getattr(words, "language", "")
    if not language or language == get_language():
        return words
    return format_html('<span lang="{}">{}</span>', language, words)


@register.simple_tag(takes_context=True)
def page_languages(context):
    """This page in every language of the portal, for the switch and for search engines."""
    request = context.request
    query = request.META.get("QUERY_STRING", "")
    return [
        {
            "code": code,
            "name": own_name(code),
            "url": address_in(code, request.path_info) + (f"?{query}" if query else ""),
            "is_current": code == get_language(),
        }
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag
def json_ld(data):
    """A JSON-LD block. What could end the script element is escaped, as in Django's json_script."""
    text = json.dumps(data, ensure_ascii=False)
    for char, code in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(char, code)
    # Safe: every character that HTML could read is escaped above.
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


_BULLET = re.compile(
    r"^(?:[-–—+*•·▪●○◦]|\d{1,2}[.)](?!\d)|[a-zđ]{1,2}[.)]|\([a-zđ\divx]{1,4}\))\s*", re.IGNORECASE
)
_INNER = re.compile(r"^[+*○◦]")


@register.filter
def prose(text):
    """Plain text of officials as paragraphs: lines that begin with a dash, number or letter hang in."""
    lines = [line for line in str(text).split("\n") if line.strip()]
    return format_html_join("\n", "<p{}>{}</p>", ((_hanging(line), line) for line in lines))


def _hanging(line):
    if not _BULLET.match(line):
        return ""
    depth = "inner" if _INNER.match(line) else "item"
    return format_html(' class="prose__{}"', depth)


@register.filter
def marked(segments):
    """Text in segments (text, is_match) with the matches marked."""
    return mark_safe(
        "".join(
            f"<mark>{escape(text)}</mark>" if is_match else escape(text)
            for text, is_match in segments
        )
    )
