"""What an issue of the e-bulletin says, read once for all its shapes: page, print, mail, loudspeaker, short messages."""

from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from outreach.models import ArticleVersion, BulletinItem, Material


@dataclass(frozen=True)
class Piece:
    """One item in words. `path` leads to its source in the issue's language; empty where nobody may open that now."""

    item: BulletinItem
    path: str = ""

    @property
    def kind(self):
        return self.item.kind

    @property
    def title(self):
        return self.item.title

    @property
    def text(self):
        return self.item.text

    @property
    def paragraphs(self):
        return [line for line in self.item.text.split("\n") if line.strip()]

    @property
    def figure(self):
        return self.item.figure

    @property
    def written(self):
        """The figure as every channel writes it; empty for other kinds."""
        return self.figure.written if self.figure else ""

    @property
    def anchor(self):
        return f"phan-{self.item.pk}"


@dataclass(frozen=True)
class Section:
    """Neighbouring pieces under one heading, which may be empty."""

    heading: str
    pieces: list[Piece]


def contents(issue, at=None) -> list[Section]:
    """The pieces in their order, under their headings. Two queries more than the items themselves."""
    items = list(issue.items.select_related("article", "material", "figure"))
    open_sources = _open_sources(items, at or timezone.now())
    with override(issue.language):
        pieces = [Piece(item, _path(item, open_sources)) for item in items]
    return [
        Section(heading, list(group))
        for heading, group in groupby(pieces, key=lambda piece: piece.item.section)
    ]


def days_of(figure) -> str:
    """The span of a figure in words: "từ 01/10/2026 đến 31/10/2026", "đến hết ngày 31/10/2026"."""
    until = date_format(figure.as_of, "SHORT_DATE_FORMAT")
    if figure.starts_on:
        return f"từ {date_format(figure.starts_on, 'SHORT_DATE_FORMAT')} đến {until}"
    return f"đến hết ngày {until}"


def imprint(owner) -> list[tuple[str, str]]:
    """Who answers for the bulletin, and where they are reached: a label and what is known, in the present language."""
    facts = [
        (gettext("Chịu trách nhiệm"), owner.responsible_person),
        (gettext("Địa chỉ"), owner.address),
        (gettext("Điện thoại"), owner.phone),
        (gettext("Thư điện tử"), owner.email),
    ]
    return [(label, fact) for label, fact in facts if fact]


def differences(issue, at=None) -> list[str]:
    """Where the sources of an issue say something else by now than when its pieces were taken from them."""
    return [words for found in differences_of_pieces(issue, at).values() for words in found]


def differences_of_pieces(issue, at=None) -> dict[int, list[str]]:
    """The same by the key of each piece, in the order of the pieces."""
    at = at or timezone.now()
    items = list(issue.items.select_related("article_version", "figure", "material"))
    public = dict(
        ArticleVersion.objects.public(at)
        .filter(article__in=[item.article_id for item in items if item.article_id])
        .values_list("article", "pk")
    )
    materials = set(
        Material.objects.published(at)
        .filter(pk__in=[item.material_id for item in items if item.material_id])
        .values_list("pk", flat=True)
    )
    return {item.pk: list(_difference(item, public, materials)) for item in items}


def _difference(item, public, materials):
    if item.article_id and item.article_id not in public:
        yield f"“{item.title}”: bài này không còn đăng trên Cổng."
    elif item.article_id and public[item.article_id] != item.article_version_id:
        yield f"“{item.title}”: bài gốc đã có bản mới, xin lấy lại lời hoặc xác nhận giữ nguyên."
    if item.material_id and item.material_id not in materials:
        yield f"“{item.title}”: tài liệu này không còn công khai."
    if item.figure_id and item.figure.replaced_by_id:
        yield f"“{item.title}”: số liệu đã được thay, xin lấy số mới."


def _open_sources(items, at):
    articles = [item.article_id for item in items if item.article_id]
    materials = [item.material_id for item in items if item.material_id]
    return {
        "article": set(
            ArticleVersion.objects.public(at)
            .filter(article__in=articles)
            .values_list("article", flat=True)
        )
        if articles
        else set(),
        "material": set(
            Material.objects.published(at).filter(pk__in=materials).values_list("pk", flat=True)
        )
        if materials
        else set(),
    }


def _path(item, open_sources):
    if item.article_id in open_sources["article"] and item.article_id:
        return item.article.get_own_url()
    if item.material_id in open_sources["material"] and item.material_id:
        return item.material.get_absolute_url()
    if item.figure and item.figure.source_url.startswith("/"):
        return item.figure.source_url
    return ""
