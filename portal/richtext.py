"""The HTML that staff may write: structure without looks, and nothing that runs."""

import nh3

TAGS = set(
    "p br h2 h3 h4 ul ol li strong em a blockquote figure figcaption img"
    " table caption thead tbody tr th td".split()
)
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"https", "http", "mailto", "tel"}


def clean_html(html: str) -> str:
    """HTML of the elements above alone; what is not allowed goes, its text stays."""
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
