"""The parts of an article's HTML that a check asks about: headings, pictures, links, tables, text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Image:
    src: str
    alt: str
    is_decorative: bool


@dataclass(frozen=True)
class Link:
    href: str
    text: str


@dataclass(frozen=True)
class Table:
    has_headers: bool
    caption: str


@dataclass
class Structure:
    headings: list[Heading] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    bold_paragraphs: list[str] = field(default_factory=list)
    # Every piece of text that begins on a line of its own, and those of them that are sentences.
    blocks: list[str] = field(default_factory=list)
    sentences_of: list[str] = field(default_factory=list)

    @property
    def text(self):
        return "\n".join(self.blocks)


def read_structure(html: str) -> Structure:
    reader = _Reader()
    reader.feed(html or "")
    reader.close()
    reader.end_block()
    return reader.structure


BLOCKS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
RUNNING = {"p", "li", "blockquote"}
# A line break that the writer wanted, unlike those of the source.
BREAK = "\u2028"


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.structure = Structure()
        self._text, self._bold = [], []
        self._kind = "p"
        self._strong = 0
        self._link = None
        self._table = None

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        if tag in BLOCKS:
            self.end_block()
            self._kind = tag
        if tag == "br":
            self._text.append(BREAK)
        elif tag == "strong":
            self._strong += 1
        elif tag == "img":
            self._add_image(attributes)
        elif tag == "a" and "href" in attributes:
            self._link = (attributes["href"].strip(), [])
        elif tag == "table":
            self._table = {"has_headers": False, "caption": ""}
        elif tag == "th" and self._table:
            self._table["has_headers"] = True

    def handle_endtag(self, tag):
        if tag == "strong":
            self._strong = max(0, self._strong - 1)
        elif tag == "a" and self._link:
            href, words = self._link
            self.structure.links.append(Link(href, _joined(words)))
            self._link = None
        if tag in BLOCKS:
            self.end_block()
        if tag == "table" and self._table:
            self.structure.tables.append(Table(**self._table))
            self._table = None

    def handle_data(self, data):
        self._text.append(data)
        if self._strong:
            self._bold.append(data)
        if self._link:
            self._link[1].append(data)

    def end_block(self):
        """Keep the text since the last border of a block, under the element that it stood in."""
        lines = (_joined([line]) for line in "".join(self._text).split(BREAK))
        text = "\n".join(line for line in lines if line)
        if self._kind in ("h2", "h3", "h4"):
            self.structure.headings.append(Heading(int(self._kind[1]), text))
        elif self._kind == "caption" and self._table:
            self._table["caption"] = text
        elif self._kind == "p" and text and _joined(self._bold) == text and text[-1] not in ".!?…":
            self.structure.bold_paragraphs.append(text)
        if text:
            self.structure.blocks.append(text)
            if self._kind in RUNNING and not self._table:
                self.structure.sentences_of.append(text)
        self._text, self._bold, self._kind = [], [], "p"

    def _add_image(self, attributes):
        image = Image(
            src=attributes.get("src", ""),
            alt=attributes.get("alt", "").strip(),
            is_decorative=attributes.get("role") == "presentation",
        )
        self.structure.images.append(image)
        # The words of a linked picture are those that stand for it.
        if self._link:
            self._link[1].append(image.alt)


def _joined(parts):
    return " ".join("".join(parts).split())
