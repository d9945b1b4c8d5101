"""An issue of the e-bulletin on A4: cover, contents with page numbers, sections, who answers for it.

It is made when it is asked for; the same contents give the same bytes.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from outreach.issue_contents import contents, days_of, imprint
from outreach.models import BulletinItem
from portal import typesetting
from portal.qr import qr_svg
from portal.site import absolute_url
from procedures.deadline_words import full_day
from procedures.models import Agency
from procedures.terms import portal_name, present_terms

TEMPLATE = Path(__file__).with_suffix(".typ")
EMBLEM = settings.BASE_DIR / "static/img/emblem.svg"
QR_SIDE_MM = 25
# A few hundred kilobytes each.
KEPT_IN_MEMORY = 8
_PAGES = re.compile(rb"/Type\s*/Pages\b.*?/Count (\d+)", re.DOTALL)


@dataclass(frozen=True)
class Sheet:
    """The printed issue as a file."""

    content: bytes
    page_count: int

    @property
    def size(self):
        return len(self.content)


@dataclass(frozen=True)
class IssuePrint:
    """What is going to be printed: the words as JSON, and the picture of the cover."""

    words: str
    picture: bytes

    @classmethod
    def of(cls, issue, sections=None):
        """With the sections that were read for the page already, or with its own look at them."""
        with override(issue.language):
            words = json.dumps(_words(issue, sections or contents(issue)), ensure_ascii=False)
        return cls(words, _picture(issue))

    @property
    def etag(self) -> str:
        """Whether the file would be another one is known before it is made."""
        parts = TEMPLATE.read_bytes() + self.words.encode() + self.picture
        return f'"{hashlib.sha256(parts).hexdigest()[:32]}"'

    @property
    def sheet(self) -> Sheet:
        return _typeset(self.words, self.picture)


def issue_pdf(issue) -> bytes:
    return IssuePrint.of(issue).sheet.content


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _typeset(words, picture):
    data = json.loads(words)
    # Typst takes bytes in its data only as numbers.
    data["picture"] = list(picture)
    address = data["page"]["target"]
    data["qr"] = qr_svg(address, [], title=data["qr_words"], side_mm=QR_SIDE_MM)
    data["emblem"] = EMBLEM.read_text()
    content = typesetting.compile(TEMPLATE.read_text(), data)
    return Sheet(content, int(_PAGES.search(content)[1]))


def _picture(issue):
    """In the shape that is shared, wide and of one size; a JPEG is taken into the file as it is."""
    if not issue.cover:
        return b""
    try:
        with issue.cover.rendition_file("og.jpg").open() as file:
            return file.read()
    except FileNotFoundError:
        # An issue is printed without its picture rather than not at all.
        return b""


def _words(issue, sections):
    owner, terms = Agency.objects.portal_owner(), present_terms()
    address = absolute_url(issue.get_absolute_url())
    number = _("Số %(number)s/%(year)s") % {"number": issue.number, "year": issue.year}
    day = full_day(localdate(issue.public_from)) if issue.public_from else _("bản xem trước")
    return {
        "language": issue.language,
        "title": f"{_('Bản tin điện tử cải cách hành chính')} {number}: {issue.title}",
        "owner": _named(owner.name, terms) if owner else None,
        "portal": portal_name(owner, terms),
        "masthead": [_("Bản tin điện tử"), _("cải cách hành chính")],
        "numbered": f"{number} · {day}",
        "running": f"{_('Bản tin điện tử cải cách hành chính')} · {number}",
        "sample": _("Nội dung mẫu để trình bày Cổng. Ông/bà không dùng làm căn cứ.")
        if issue.is_sample
        else "",
        "sample_short": _("Nội dung mẫu") if issue.is_sample else "",
        "heading": issue.title,
        "lead": _lines(issue.lead),
        "cover_alt": issue.cover_alt,
        "cover_credit": _("Ảnh: %(credit)s") % {"credit": issue.cover.credit}
        if issue.cover and issue.cover.credit
        else "",
        "qr_words": _("Mã QR mở trang của số bản tin này"),
        "read_label": _("Đọc số này trên mạng, có đường dẫn đến bài đầy đủ và tài liệu:"),
        "page": _address(address),
        "page_word": _("Trang"),
        "contents_label": _("Trong số này"),
        "correction_label": _("Đính chính"),
        "correction": _lines(issue.correction),
        "imprint": _imprint(owner, terms),
        "sections": [
            {
                "heading": section.heading,
                "pieces": [_piece(piece) for piece in section.pieces],
            }
            for section in sections
        ],
    }


def _piece(piece):
    words = {"title": piece.title, "paragraphs": piece.paragraphs, "number": "", "kind": ""}
    if piece.path:
        words["address"] = _address(absolute_url(piece.path))
        words["address_label"] = _ADDRESS_LABELS[piece.kind]()
    if piece.figure:
        words |= _figure(piece.figure)
    if piece.item.material:
        words["kind"] = str(piece.item.material.get_kind_display())
    return words


def _figure(figure):
    return {
        "number": figure.written_share if figure.is_share else figure.written,
        "parts": figure.written_parts if figure.is_share else "",
        "days": days_of(figure),
        "source": _("Nguồn: %(source)s") % {"source": figure.source},
        "replaced": _("Số liệu này về sau đã được thay.") if figure.replaced_by_id else "",
    }


_ADDRESS_LABELS = {
    BulletinItem.Kind.ARTICLE: lambda: _("Đọc cả bài:"),
    BulletinItem.Kind.MATERIAL: lambda: _("Xem, tải tài liệu:"),
    BulletinItem.Kind.FIGURE: lambda: _("Xem số liệu:"),
}


def _imprint(owner, terms):
    if owner is None:
        return []
    facts = [(_("Cơ quan chủ quản"), owner.name), *imprint(owner)]
    return [(label, _named(fact, terms)) for label, fact in facts]


def _named(text, terms):
    """A name in the language of the issue, or in Vietnamese where nobody has translated it."""
    translated = terms.get(text)
    return {"words": translated or text, "language": get_language() if translated else "vi"}


def _address(address):
    """Where a link leads, and how people type it."""
    return {"target": address, "written": address.partition("://")[2].rstrip("/")}


def _lines(text):
    return [line for line in text.split("\n") if line.strip()]
