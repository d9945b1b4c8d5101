"""What all channels tell from: an article or an issue of the bulletin, taken apart into plain words and figures."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from html.parser import HTMLParser

from django.utils import timezone
from django.utils.translation import gettext, override

from outreach.issue_contents import contents, days_of
from outreach.models import Article, ArticleVersion, BulletinIssue, Figure
from portal.site import absolute_url
from procedures.models import Agency, QrTarget


@dataclass(frozen=True)
class Told:
    """A figure under the name that its source gives it."""

    title: str
    figure: Figure
    # What was written beside it.
    note: str = ""

    def __str__(self):
        return f"{self.title}: {self.figure.written}"

    @property
    def days(self):
        return days_of(self.figure)


class Row(str):
    """A row of a table as a line: "- Việc: Khai sinh; Thời hạn: 1 ngày"."""

    def __new__(cls, cells):
        line = super().__new__(cls, f"- {'; '.join(cells)}")
        line.cells = cells
        return line


@dataclass(frozen=True)
class Part:
    """A heading, which may be empty, with what stands under it.

    A line of a list begins with a hyphen, or with its number where the order matters; a line may be a `Row`.
    """

    heading: str
    lines: list[str]
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    article: Article | None
    issue: BulletinIssue | None
    title: str
    lead: str
    parts: list[Part]
    language: str
    # Of the article the one that is told from.
    version: ArticleVersion | None = None

    @property
    def row(self):
        return self.article or self.issue

    @property
    def is_public(self):
        return (self.version or self.issue).is_public(timezone.now())

    @property
    def name(self):
        """What kind of thing it is, where that is more than its title: "Bản tin số 3/2026"."""
        if self.issue is None:
            return ""
        return gettext("Bản tin số %(number)s/%(year)s") % {
            "number": self.issue.number,
            "year": self.issue.year,
        }

    @property
    def full_title(self):
        return ": ".join(filter(None, [self.name, self.title]))

    @property
    def told(self) -> list[Told]:
        return [told for part in self.parts for told in part.told]

    @property
    def figures(self) -> list[Figure]:
        return [told.figure for told in self.told]

    @property
    def paragraphs(self) -> list[str]:
        """All that it says, line by line, headings among them."""
        with override(self.language):
            return [line for part in self.parts for line in _lines(part)]

    @property
    def text(self):
        with override(self.language):
            return "\n".join(filter(None, [self.full_title, self.lead, *self.paragraphs]))

    @property
    def address(self):
        return absolute_url(self.row.get_own_url())

    @property
    def digest(self):
        """Another one means that it says something else."""
        said = [self.language, self.title, self.lead]
        said += [
            [part.heading, part.lines, [_said_of(told) for told in part.told]]
            for part in self.parts
        ]
        return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @cached_property
    def code(self) -> QrTarget:
        """Its address is short enough for a message or a poster; once made it leads there for good."""
        return QrTarget.objects.get_or_make(self.row.get_own_url())

    @cached_property
    def owner(self) -> Agency | None:
        return Agency.objects.portal_owner()

    @property
    def phone(self):
        return self.owner.number_to_call if self.owner else ""


def source_of_article(article, version=None) -> Source:
    """The version given, else what the public reads, else what was saved last."""
    version = version or _version(article)
    return Source(
        article=article,
        issue=None,
        title=version.title,
        lead=version.lead,
        parts=parts_of_html(version.body),
        language=article.language,
        version=version,
    )


def source_of_issue(issue) -> Source:
    correction = [line for line in issue.correction.split("\n") if line.strip()]
    with override(issue.language):
        parts = [Part(gettext("Đính chính"), correction)] if correction else []
        for section in contents(issue):
            parts += _parts_of_section(section)
    return Source(
        article=None,
        issue=issue,
        title=issue.title,
        lead=issue.lead,
        parts=parts,
        language=issue.language,
    )


def parts_of_html(html) -> list[Part]:
    """The words of a cleaned body: headings, paragraphs, items of lists, rows of tables. Pictures say nothing here."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return [Part(heading, lines) for heading, lines in reader.parts if heading or lines]


def _version(article):
    return (
        ArticleVersion.objects.public(timezone.now()).filter(article=article).first()
        or article.versions.order_by("-number").first()
    )


def _parts_of_section(section):
    """Figures that follow each other stand together under the heading of their section."""
    parts = []
    for piece in section.pieces:
        if piece.figure is None:
            parts.append(Part(piece.title, piece.paragraphs))
            continue
        told = Told(piece.title, piece.figure, " ".join(piece.paragraphs))
        if parts and parts[-1].told:
            parts[-1].told.append(told)
        else:
            parts.append(Part(section.heading or gettext("Số liệu"), [], [told]))
    return parts


def _lines(part):
    if part.heading:
        yield part.heading
    yield from part.lines
    for told in part.told:
        source = f"{gettext('Nguồn')}: {told.figure.source}."
        yield " ".join(filter(None, [f"- {told}, {told.days}.", told.note, source]))


def _said_of(told):
    figure = told.figure
    numbers = [figure.value, figure.part, figure.whole, figure.starts_on, figure.as_of]
    # A number just read from a form has fewer zeros than the same one from the database.
    return [told.title, told.note, figure.unit, figure.source, *(_plain(one) for one in numbers)]


def _plain(number):
    return f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)


class _Reader(HTMLParser):
    HEADINGS = {"h2", "h3", "h4"}
    BLOCKS = HEADINGS | {"p", "li", "ul", "ol", "blockquote", "figure", "figcaption", "caption"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = [("", [])]
        self.text, self.kind = [], "p"
        # Of each open list the number of its last item, None where its items are not numbered.
        self.lists = []
        self.columns, self.row, self.in_cell, self.figures = [], [], False, 0

    def handle_starttag(self, tag, attributes):
        begins_item = tag == "p" and self.kind == "li" and not "".join(self.text).strip()
        if tag in self.BLOCKS and not self.in_cell and not begins_item:
            self.end_block()
            self.kind = tag
        if tag in {"ul", "ol"}:
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "figure":
            self.figures += 1
        elif tag == "table":
            self.end_block()
            self.columns = []
        elif tag == "tr":
            self.row = []
        elif tag in {"td", "th"}:
            self.in_cell, self.text = True, []
            self.row.append([tag, ""])
        elif tag in {"br", "p"}:
            self.text.append(" " if self.in_cell else "\n")

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self.in_cell:
            self.row[-1][1] = " ".join("".join(self.text).split())
            self.in_cell, self.text = False, []
        elif tag == "tr":
            self._end_row()
        elif tag in self.BLOCKS and not self.in_cell:
            self.end_block()
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag == "figure":
            self.figures = max(0, self.figures - 1)

    def handle_data(self, data):
        self.text.append(data)

    def end_block(self):
        lines = [" ".join(line.split()) for line in "".join(self.text).split("\n")]
        lines = [line for line in lines if line]
        self.text, kind = [], self.kind
        self.kind = "p"
        if not lines or self.figures:
            return
        if kind in self.HEADINGS:
            self.parts.append((" ".join(lines), []))
        elif kind == "caption":
            self.parts[-1][1].append(f"{lines[0].rstrip('.:')}:")
        else:
            self.parts[-1][1].extend(self._marked(lines, kind))

    def _marked(self, lines, kind):
        """A paragraph within an item belongs to it; only the item's beginning is marked."""
        if kind != "li" or not self.lists:
            return lines
        mark = "-"
        if self.lists[-1] is not None:
            self.lists[-1] += 1
            mark = f"{self.lists[-1]}."
        return [f"{mark} {' '.join(lines)}"]

    def _end_row(self):
        if not self.row:
            return
        cells = [text for _tag, text in self.row]
        if all(tag == "th" for tag, _text in self.row):
            self.columns = cells
        else:
            named = [
                f"{column}: {text}" if column else text
                for column, text in zip(self._names(len(cells)), cells, strict=True)
                if text
            ]
            self.parts[-1][1].append(Row(named))
        self.row = []

    def _names(self, count):
        return self.columns if len(self.columns) == count else [""] * count
