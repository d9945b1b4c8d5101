"""What is printed of one text: the announcer's script, the leaflet and the poster, as PDF/UA.

`words` of every channel are plain text. In leaflets and posters a blank line ends a block; the first line of a block
that has others after it is its heading, and a line that begins with a hyphen is an item of a list.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from outreach.channel_texts.writing import minutes_in_words
from outreach.speech import reading
from portal import typesetting
from portal.qr import qr_svg
from procedures.models import QrTarget

FOLDER = Path(__file__).parent
POSTER_SIDE_MM, LEAFLET_SIDE_MM = 75, 26
_ITEM = re.compile(r"^[-–•*]\s+")


@dataclass(frozen=True)
class Block:
    heading: str
    # (whether it is an item of a list, its words)
    lines: list[tuple[bool, str]]


def blocks(body) -> list[Block]:
    """A text as people type it, taken apart at its blank lines."""
    parts = [
        [line.strip() for line in part.split("\n") if line.strip()]
        for part in re.split(r"\n\s*\n", body)
    ]
    return [_block(part) for part in parts if part]


def script_pdf(source, words) -> bytes:
    """Large type with room between the lines, for who reads it aloud; sentences keep together on a page."""
    return _pdf(
        "script",
        source,
        title=words.title,
        length=minutes_in_words(reading.seconds(words.body)),
        paragraphs=[line.strip() for line in words.body.split("\n") if line.strip()],
    )


def leaflet_pdf(source, words) -> bytes:
    return _pdf(
        "leaflet", source, title=words.title, **_body(words), **_code(source, LEAFLET_SIDE_MM)
    )


def poster_pdf(source, words) -> bytes:
    return _pdf(
        "poster", source, title=words.title, **_body(words), **_code(source, POSTER_SIDE_MM)
    )


def _block(lines):
    has_heading = len(lines) > 1 and not _ITEM.match(lines[0])
    heading, rest = (lines[0], lines[1:]) if has_heading else ("", lines)
    return Block(
        heading.rstrip(":"), [(bool(_ITEM.match(line)), _ITEM.sub("", line)) for line in rest]
    )


def _body(words):
    return {
        "blocks": [
            {
                "heading": block.heading,
                "lines": [{"is_item": is_item, "text": text} for is_item, text in block.lines],
            }
            for block in blocks(words.body)
        ]
    }


def _code(source, side_mm):
    """The printed code leads to the page of the source, in its own language, for good."""
    target = QrTarget.objects.get_or_make(source.row.get_own_url())
    return {
        "address": target.readable_address,
        "qr": qr_svg(target.address, [], title="Mã QR", side_mm=side_mm),
    }


def _pdf(template, source, **data):
    with override(source.language):
        today = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
        marks = [
            _("In ngày %(day)s") % {"day": today},
            _("Nội dung mẫu") if source.row.is_sample else "",
        ]
        data |= {
            "language": source.language,
            "owner": source.owner.name if source.owner else "",
            "phone": source.phone,
            "marks": " · ".join(filter(None, marks)),
            "page_label": _("Trang"),
            "read_more": _("Đọc đầy đủ: quét mã bằng máy ảnh điện thoại, hoặc gõ"),
            "ask": _("Hỏi thêm:"),
            "code_words": _("Mã QR mở trang nói rõ việc này, địa chỉ %(address)s")
            % {"address": data.get("address", "")},
        }
    return typesetting.compile((FOLDER / f"{template}.typ").read_text(), data)
