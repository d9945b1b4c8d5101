"""The codes that the portal draws, read back by a decoder."""

import math
import random
from io import BytesIO

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from portal.qr import QUIET_ZONE, qr_matrix, qr_png, qr_svg
from procedures.models.qr import new_token

# A domain of 25 characters, as long as a province's may be.
HOST = "thutuc.tinhcamau.gov.vnvn"
CAPTION = [f"{HOST}/q/abcdefg", "1.001193"]


def address():
    return f"https://{HOST}/q/{new_token()}"


def printed(url, **options):
    return Image.open(BytesIO(qr_png(url, CAPTION, **options))).convert("L")


def read(image):
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_an_address_of_a_long_domain_fits_a_small_code():
    url = address()
    at_level_q = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q)
    at_level_q.add_data(url)
    at_level_q.make(fit=True)

    drawn = len(qr_matrix(url))

    assert len(HOST) == 25
    assert at_level_q.version <= 4
    # A module of half a millimetre is what a cheap phone and a cheap printer still agree on.
    assert 25 / drawn >= 0.5


@pytest.mark.parametrize("side_mm", [25, 40, 60, 100])
def test_a_picture_is_as_wide_on_paper_as_asked(side_mm):
    image = Image.open(BytesIO(qr_png(address(), CAPTION, side_mm=side_mm)))

    dpi = image.info["dpi"][0]
    width_mm = image.width / dpi * 25.4
    assert side_mm <= width_mm <= side_mm * 1.15
    assert round(dpi) == 300


def test_a_hundred_codes_read_back_as_their_addresses():
    for url in (address() for _ in range(100)):
        assert read(printed(url)) == [url]


SPOILT = {
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(3)),
    "turned": lambda image: image.rotate(7, expand=True, fillcolor=255),
    "pale": lambda image: ImageEnhance.Contrast(image).enhance(0.25),
    "small": lambda image: image.resize((image.width // 3, image.height // 3)),
}


@pytest.mark.parametrize("way", SPOILT)
def test_a_code_is_read_when_the_print_is(way):
    for _ in range(10):
        url = address()

        assert read(SPOILT[way](printed(url))) == [url]


def coffee(image, draw_stain):
    """A stain that one can see the print through, with a soft edge."""
    stain = Image.new("L", image.size, 255)
    draw_stain(ImageDraw.Draw(stain), 90)
    return ImageChops.multiply(image, stain.filter(ImageFilter.GaussianBlur(4)))


def ink(image, draw_stain):
    """A stain that hides what is under it."""
    draw_stain(ImageDraw.Draw(image), 0)
    return image


@pytest.mark.parametrize(("spill", "share"), [(coffee, 0.20), (ink, 0.15)])
def test_a_stained_code_is_read(spill, share):
    place = random.Random(20)
    for _ in range(20):
        url = address()

        assert read(spill(printed(url), _stain(url, place, share))) == [url]


def _stain(url, place, share):
    """A round stain over that share of the code's area, anywhere that leaves its three finders free."""
    modules = len(qr_matrix(url))
    image_side = printed(url).width
    module = image_side / modules
    wide = (modules - 2 * QUIET_ZONE) * module * math.sqrt(share * 4 / math.pi)
    first, last = (QUIET_ZONE + 8) * module, image_side - QUIET_ZONE * module - wide
    left, top = place.uniform(first, last), place.uniform(first, last)
    return lambda draw, shade: draw.ellipse((left, top, left + wide, top + wide), fill=shade)


def test_an_svg_carries_its_title_and_readable_address():
    svg = qr_svg(address(), ["một <hai> & ba"], title="Mã “QR” <1>")

    assert "Mã “QR” &lt;1&gt;" in svg
    assert "một &lt;hai&gt; &amp; ba" in svg


def test_an_svg_is_read_from_the_screen(new_page, tmp_path):
    url = address()
    page = new_page()
    page.set_content(qr_svg(url, CAPTION, title="Mã QR", side_mm=60))

    shot = page.screenshot(path=tmp_path / "code.png")

    assert read(Image.open(BytesIO(shot))) == [url]
