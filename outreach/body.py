"""The text of an article as its page shows it: cleaned again, with what the place, the screen and the reader need."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from django.urls import get_script_prefix
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override

from portal.richtext import clean_html
from portal.text import slugify, written_size

# The renditions that show a whole picture.
WHOLE = ["w640.webp", "w1280.webp"]
SIZES = "(min-width: 45rem) 42rem, 100vw"
LOOKS = {"figcaption": "figure__caption", "figure": "figure", "blockquote": "quote"}
_PICTURE = re.compile(r"/hinh-anh/([a-z0-9]{16})/")
_FILE = re.compile(r"/tep/([a-z0-9]{16})/")


@dataclass(frozen=True)
class Body:
    html: SafeString
    headings: list[tuple[str, str]]


def render_body(version) -> Body:
    """The text with its headings of the second level; asks for the pictures and files that stand in it."""
    renderer = _Renderer(
        pictures={picture.key: picture for picture in version.pictures.all()},
        files={file.key: file for file in version.linked_files.all()},
    )
    with override(version.article.language):
        renderer.feed(clean_html(version.body))
        renderer.close()
    # Safe: cleaned above, and every attribute is escaped when it is written.
    return Body(mark_safe("".join(renderer.parts)), renderer.headings)


def picture_attributes(picture) -> dict[str, str]:
    """What lets a browser choose a size, and keep the place free before the picture is there."""
    sizes = {name: picture.rendition_size(name) for name in WHOLE}
    width, height = sizes[WHOLE[-1]]
    widths = {size[0]: picture.get_rendition_url(name) for name, size in sizes.items()}
    return {
        "src": picture.get_rendition_url(WHOLE[-1]),
        "srcset": ", ".join(f"{address} {width}w" for width, address in widths.items()),
        "sizes": SIZES,
        "width": str(width),
        "height": str(height),
    }


def file_facts(file) -> str:
    """What opens, said before it opens: PDF, 35 KB."""
    return f"{file_type(file)}, {written_size(file.size)}"


def file_type(file) -> str:
    return file.file.name.rpartition(".")[2].upper()


class _Renderer(HTMLParser):
    """Writes clean HTML anew, element by element."""

    def __init__(self, *, pictures, files):
        super().__init__(convert_charrefs=False)
        self.pictures, self.files = pictures, files
        self.parts, self.headings = [], []
        self.anchors, self.table_count = set(), 0
        self.tables, self.heading_at, self.caption_id, self.file = [], None, None, None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if look := LOOKS.get(tag):
            attributes["class"] = look
        if tag in {"h2", "h3"}:
            self.heading_at = len(self.parts)
        elif tag == "table":
            self._open_table()
            attributes["class"] = "table"
        elif tag == "caption" and self.tables:
            attributes["id"] = self.caption_id = f"bang-{self.table_count}"
        elif tag == "img":
            attributes = self._picture(attributes)
        elif tag == "a":
            attributes = self._link(attributes)
        self._write_tag(tag, attributes)

    def handle_endtag(self, tag):
        if tag == "a" and self.file:
            self.parts.append(
                format_html(' <span class="file-link__facts">({})</span>', file_facts(self.file))
            )
            self.file = None
        self.parts.append(f"</{tag}>")
        if tag in {"h2", "h3"}:
            self._close_heading(tag)
        elif tag == "table":
            self._close_table()

    def handle_data(self, data):
        self.parts.append(data)

    def handle_entityref(self, name):
        self.parts.append(f"&{name};")

    def handle_charref(self, name):
        self.parts.append(f"&#{name};")

    def _write_tag(self, tag, attributes):
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        self.parts.append(f"<{tag}{written}>")

    def _close_heading(self, tag):
        """Give the heading the anchor that its words make: it stays when something is written before it."""
        start, self.heading_at = self.heading_at, None
        html = "".join(self.parts[start + 1 : -1])
        text = " ".join(re.sub("<[^>]*>", " ", html).split())
        base = anchor = f"muc-{slugify(unescape(text))}".rstrip("-")
        number = 2
        while anchor in self.anchors:
            anchor, number = f"{base}-{number}", number + 1
        self.anchors.add(anchor)
        self.parts[start] = f'<{tag} id="{anchor}">'
        if tag == "h2" and text:
            # Safe: what stands between tags is escaped already.
            self.headings.append((anchor, mark_safe(text)))

    def _open_table(self):
        """Keep the place of the frame in which a wide table scrolls; its name may still come."""
        if not self.tables:
            self.table_count += 1
            self.caption_id = None
        self.tables.append(len(self.parts))
        self.parts.append("")

    def _close_table(self):
        place = self.tables.pop()
        if self.tables:
            return
        if self.caption_id:
            name = f'aria-labelledby="{self.caption_id}"'
        else:
            words = gettext("Bảng %(number)s") % {"number": self.table_count}
            name = f'aria-label="{escape(words)}"'
        self.parts[place] = f'<div class="table-wrap" role="region" {name} tabindex="0">'
        self.parts.append("</div>")

    def _picture(self, attributes):
        key = _PICTURE.match(attributes.get("src", ""))
        picture = key and self.pictures.get(key[1])
        if picture:
            told = {name: attributes[name] for name in ("alt", "role") if name in attributes}
            attributes = picture_attributes(picture) | told
        return attributes | {"class": "figure__picture", "loading": "lazy"}

    def _link(self, attributes):
        address = attributes.get("href", "")
        key = _FILE.match(address)
        self.file = self.files.get(key[1]) if key else None
        if address.startswith("/"):
            attributes["href"] = get_script_prefix().rstrip("/") + address
        return attributes
