"""The HTML that staff may write: structure without looks, and nothing that runs.

What is typed or pasted is parsed as a browser would, filtered by a list of elements, and written anew in one
spelling, so that cleaning twice is cleaning once. Paragraphs, headings, lists, quotes, tables and figures
stay; of everything else the text stays.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import groupby

import nh3

from portal.text import clean_line, keep_visible, nfc

LONGEST = 200_000

HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
MARKS = {"a": "a", "strong": "strong", "b": "strong", "em": "em", "i": "em"}
CONTAINERS = set("blockquote ul ol li table tr th td".split())
# They end a paragraph, and leave nothing else behind.
BREAKS = set(
    "p div section article header footer main aside nav address dl dt dd pre center details summary"
    " figure thead tbody tfoot".split()
)
TAGS = {*HEADINGS, *MARKS, *CONTAINERS, *BREAKS, "br", "img", "caption", "figcaption"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "role"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"https", "http", "mailto", "tel"}
# What stands in these is not text of the page.
LEFT_OUT = set(
    "script style title xml template iframe object noscript noembed noframes svg math select textarea"
    " button".split()
)
SCOPES = {"row", "col"}
# The one order in which marks stand in each other.
NESTED = ["a", "strong", "em"]
# Their end tags may be left out, or they have none.
ENDED_BY_OTHERS = set(
    "p li dt dd tr td th thead tbody tfoot option colgroup col br hr img input meta link wbr base area embed"
    " param source track".split()
)
DEEPEST = 300
DEEPEST_LIST = 5
MOST_COLUMNS = 50

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_END_OF_COMMENT = re.compile(r"\A-?>|--!?>")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_PICTURE = re.compile(r"/hinh-anh/[a-z0-9]{16}/[a-z0-9]{1,10}\.(webp|jpg)")
_ADDRESS = re.compile(
    r"""/(?![/\\])|\#.|https?://[^/\\@:?\#%]+(:\d+)?([/?\#]|\Z)|mailto:[^@]+@[^@]+\Z|tel:\+?[\d.()-]+\Z""",
    re.VERBOSE,
)
_LONGEST_ADDRESS = 2000


def clean_html(html: str) -> str:
    """HTML of the elements above alone, in one spelling; text typed without any element becomes paragraphs."""
    html = _NOT_TEXT.sub("", html)
    if _is_too_deep(html):
        html = re.sub("<[^>]*>", " ", html).replace("<", "&lt;")
    if "<" not in html:
        html = "".join(f"<p>{part}" for part in re.split(r"\n\s*\n", html))
    writer = _Writer()
    writer.feed(
        nh3.clean(
            html,
            tags=TAGS,
            clean_content_tags=LEFT_OUT,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel=None,
        )
    )
    writer.close()
    return writer.written()


def _is_too_deep(html):
    """Whether more elements stand in each other than in any text: parsing them takes quadratic time."""
    before, *comments = html.split("<!--")
    seen = "".join([before, *(part for c in comments for part in _END_OF_COMMENT.split(c, 1)[1:])])
    open_tags, depth = Counter(), 0
    for end, name in _TAG.findall(seen):
        name = name.lower()
        if name in ENDED_BY_OTHERS:
            continue
        if not end:
            open_tags[name] += 1
            depth += 1
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            return True
    return False


@dataclass
class Element:
    tag: str
    attributes: dict = field(default_factory=dict)
    # Of paragraphs, headings and captions, as HTML that is ready; all others have children.
    text: str = ""
    children: list = field(default_factory=list)

    def written(self):
        if self.tag == "table":
            self._arrange_rows()
        shown = [(child, child.written()) for child in self.children]
        inner = self.text + self._joined([(child, html) for child, html in shown if html])
        if not inner and self.tag not in {"img", "th", "td"}:
            return ""
        attributes = "".join(f' {name}="{escape(v)}"' for name, v in self.attributes.items())
        end = "" if self.tag == "img" else f"</{self.tag}>"
        return f"<{self.tag}{attributes}>{inner}{end}"

    def _joined(self, shown):
        """The children, without the paragraph that is all the text of an item or a cell."""
        tags = [child.tag for child, _html in shown]
        lists = {"ul", "ol"} if self.tag == "li" else set()
        if self.tag in {"li", "th", "td"} and tags[:1] == ["p"] and lists.issuperset(tags[1:]):
            return shown[0][0].text + "".join(html for _child, html in shown[1:])
        return "".join(html for _child, html in shown)

    def _arrange_rows(self):
        """Rows of headers alone stand first, in the head; each header says what it heads."""
        captions = [child.text for child in self.children if child.tag == "caption"]
        rows = [row for row in self.children if row.tag == "tr" and row.children]
        cells = [cell for row in rows for cell in row.children]
        if not any(child.written() for cell in cells for child in cell.children):
            self.children = []
            return
        headed = [all(cell.tag == "th" for cell in row.children) for row in rows]
        height = 1 if all(headed) else headed.index(False)
        head, body = (
            Element("thead", children=rows[:height]),
            Element("tbody", children=rows[height:]),
        )
        for part, scope in [(head, "col"), (body, "row")]:
            for number, row in enumerate(part.children):
                for cell in row.children:
                    cell.limit_cell(scope, len(part.children) - number)
        self.children = [Element("caption", {}, " ".join(captions)), head, body]

    def limit_cell(self, scope, rows_left):
        sent = self.attributes
        self.attributes = {}
        if self.tag == "th":
            self.attributes["scope"] = sent["scope"] if sent.get("scope") in SCOPES else scope
        for name, most in [("colspan", MOST_COLUMNS), ("rowspan", rows_left)]:
            if (span := min(_number(sent.get(name)), most)) > 1:
                self.attributes[name] = str(span)


class _Writer(HTMLParser):
    """Takes well-formed HTML and keeps what may stand where."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        # The elements that are open, the first being the root; and for each tag of a container in what was
        # read, the element that it opened, if it did.
        self.stack = [self.root]
        self.opened = []
        self.tables = 0
        # Headings and captions that are open.
        self.kinds = []
        self.links = []
        self.depth = {"strong": 0, "em": 0}
        # Text and its marks since the last paragraph ended.
        self.runs = []

    def written(self):
        self.flush()
        return "".join(child.written() for child in self.root.children)

    # What is read

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in MARKS:
            self.mark(MARKS[tag], attributes)
        elif tag == "br":
            self.runs.append(("\n", None))
        elif tag == "img":
            self.picture(attributes)
        else:
            self.flush()
            self.tables += tag == "table"
            if tag in CONTAINERS:
                self.opened.append(self.container(tag, attributes))
            elif tag not in BREAKS:
                self.kinds.append(HEADINGS.get(tag, tag))

    def handle_endtag(self, tag):
        if tag == "a":
            self.links.pop()
        elif tag in MARKS:
            self.depth[MARKS[tag]] -= 1
        else:
            self.flush()
            self.tables -= tag == "table"
            if tag in CONTAINERS:
                self.close_element(self.opened.pop())
            elif tag not in BREAKS:
                self.kinds.pop()

    def handle_data(self, data):
        link = self.links[-1] if self.links else None
        self.runs.append((data, (link, self.depth["strong"] > 0, self.depth["em"] > 0)))

    def mark(self, mark, attributes):
        if mark == "a":
            self.links.append(_address(attributes.get("href") or ""))
        else:
            self.depth[mark] += 1

    def picture(self, attributes):
        if "caption" in self.kinds or not _PICTURE.fullmatch(attributes.get("src") or ""):
            return
        self.flush()
        alt = clean_line(attributes.get("alt") or "")
        shown = {"src": attributes["src"], "alt": alt}
        # An empty description is a decision only with this mark; without it, it was forgotten.
        if not alt and attributes.get("role") in {"presentation", "none"}:
            shown["role"] = "presentation"
        self.place(Element("figure", children=[Element("img", shown)]))

    # What is open

    def container(self, tag, attributes):
        """Open an element if it may stand here, and say which."""
        tags = [element.tag for element in self.stack]
        if self.kinds:
            return None
        if tag == "blockquote":
            return self.open_element(tag) if tags == ["root"] else None
        if tag in {"ul", "ol"}:
            if sum(t in {"ul", "ol"} for t in tags) >= DEEPEST_LIST:
                return None
            self.make_room(in_list=True)
            start = _number(attributes.get("start")) if tag == "ol" else 1
            return self.open_element(tag, {"start": str(start)} if start > 1 else {})
        if tag == "li":
            return self.open_in({"ul", "ol"}, tag)
        if tag == "table":
            if self.is_in("table"):
                return None
            self.make_room()
            return self.open_element(tag)
        # Of a table within a table the text alone stays.
        if self.tables != 1:
            return None
        if tag == "tr":
            return self.open_in({"table"}, tag)
        if not self.is_in("tr"):
            self.open_in({"table"}, "tr")
        return self.open_in({"tr"}, tag, attributes)

    def is_in(self, tag):
        return any(element.tag == tag for element in self.stack)

    def open_element(self, tag, attributes=None):
        element = Element(tag, attributes or {})
        self.stack[-1].children.append(element)
        self.stack.append(element)
        return element

    def open_in(self, parents, tag, attributes=None):
        """Open a part of the nearest list, table or row, ending what is open within it."""
        places = [place for place, element in enumerate(self.stack) if element.tag in parents]
        if not places:
            return None
        del self.stack[places[-1] + 1 :]
        return self.open_element(tag, attributes)

    def close_element(self, element):
        places = [place for place, one in enumerate(self.stack) if one is element]
        if places:
            del self.stack[places[0] :]

    # What is written

    def flush(self):
        """End the paragraph, heading or caption."""
        runs, self.runs = self.runs, []
        kind = self.kinds[-1] if self.kinds else "p"
        top = self.stack[-1]
        if kind == "caption" and top.tag == "table":
            for text in _paragraphs(runs, is_line=True):
                top.children.append(Element("caption", {}, text))
        elif kind == "figcaption" and top.children and _lacks_caption(top.children[-1]):
            for text in _paragraphs(runs, is_line=True):
                top.children[-1].children.append(Element("figcaption", {}, text))
        elif kind in HEADINGS and top is self.root:
            for text in _paragraphs(runs, is_line=True, is_bold=False):
                self.place(Element(kind, {}, text))
        else:
            # A heading in a list or a cell is bold text there; a header cell is bold as it is.
            is_bold = False if self.is_in("th") else True if kind in HEADINGS else None
            for text in _paragraphs(runs, is_bold=is_bold):
                self.place(Element("p", {}, text))

    def place(self, element):
        self.make_room()
        self.stack[-1].children.append(element)

    def make_room(self, *, in_list=False):
        """Open the item or cell that is missing where text, a figure or a list stands between them."""
        top = self.stack[-1]
        if top.tag in {"ul", "ol"}:
            if in_list and top.children:
                self.stack.append(top.children[-1])
            else:
                self.open_element("li")
        if top.tag == "table":
            self.open_element("tr")
        if self.stack[-1].tag == "tr":
            self.open_element("td")


def _lacks_caption(element):
    return element.tag == "figure" and len(element.children) == 1


def _number(value):
    return int(value) if re.fullmatch(r"[0-9]{1,4}", value or "") else 1


def _address(href):
    """Where a link may lead: a page of the portal, a place on the page, the web, a mailbox, a telephone."""
    href = clean_line(href[: _LONGEST_ADDRESS + 1]).replace(" ", "%20")
    scheme, colon, rest = href.partition(":")
    if colon and scheme.lower() in SCHEMES:
        rest = rest.replace("%20", "") if scheme.lower() == "tel" else rest
        href = f"{scheme.lower()}:{rest}"
    return href if len(href) <= _LONGEST_ADDRESS and _ADDRESS.match(href) else None


def _paragraphs(runs, *, is_line=False, is_bold=None):
    """The HTML of each paragraph that the runs make: two line breaks in a row begin another one."""
    lines = [[]]
    for text, marks in _tidied(runs):
        if marks is None and is_line:
            marks, text = (None, False, False), " "
        if marks is None:
            lines.append([])
        else:
            link, strong, em = marks
            lines[-1].append((text, (link, strong if is_bold is None else is_bold, em)))
    written = [_written_line(line) for line in lines]
    for has_text, group in groupby(written, bool):
        if has_text:
            yield "<br>".join(group)


def _tidied(runs):
    """Runs of the same marks as one, of visible characters."""
    for marks, group in groupby(runs, lambda run: run[1]):
        if marks is None:
            yield from group
        else:
            yield keep_visible("".join(text for text, _marks in group)), marks


def _written_line(line):
    kept = []
    for text, marks in line:
        text = re.sub(r"\s+", " ", text)
        if not kept or kept[-1][0].endswith(" "):
            text = text.removeprefix(" ")
        if text == " ":
            marks = (None, False, False)
        if text and kept and kept[-1][1] == marks:
            kept[-1] = (nfc(kept[-1][0] + text), marks)
        elif text:
            kept.append((text, marks))
    if kept:
        text, marks = kept.pop()
        if text := text.removesuffix(" "):
            kept.append((text, marks))
    return _nested(kept, 0)


def _nested(runs, level):
    if level == len(NESTED):
        return "".join(escape(text, quote=False) for text, _marks in runs)
    html = ""
    for mark, group in groupby(runs, lambda run: run[1][level]):
        inner = _nested(list(group), level + 1)
        if level == 0 and mark:
            html += f'<a href="{escape(mark)}">{inner}</a>'
        else:
            html += f"<{NESTED[level]}>{inner}</{NESTED[level]}>" if mark else inner
    return html
