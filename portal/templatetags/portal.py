"""How the portal writes dates, numbers, long texts and icons."""

import json
import re

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe

from portal.site import absolute_url

register = template.Library()


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
