"""The codes that the portal draws, read back by a decoder."""

import math
import random
import re
from io import BytesIO

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from portal.qr import QUIET_ZONE, qr_matrix, qr_png, qr_svg
from procedures.models.qr import ALPHABET

# A domain of 25 characters, as long as a province's may be.
HOST = "thutuc.tinhcamau.gov.vnvn"
URL = f"https://{HOST}/q/abcdefg"
CAPTION = [f"{HOST}/q/abcdefg", "1.001193"]


def addresses(count):
    """The same at every run."""
    draw = random.Random(count)
    return [f"https://{HOST}/q/{''.join(draw.choices(ALPHABET, k=7))}" for _ in range(count)]


def printed(url, **options):
    return Image.open(BytesIO(qr_png(url, CAPTION, **options))).convert("L")


def read(image):
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_an_address_of_a_long_domain_fits_a_small_code():
    at_level_q = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q)
    at_level_q.add_data(URL)
    at_level_q.make(fit=True)

    drawn = len(qr_matrix(URL)) - 2 * QUIET_ZONE

    assert len(HOST) == 25
    assert at_level_q.version <= 4
    # A module of half a millimetre is what a cheap phone and a cheap printer still agree on.
    assert 25 / drawn >= 0.5


@pytest.mark.parametrize("side_mm", [25, 40, 50, 60, 75, 100])
def test_a_picture_is_as_wide_on_paper_as_asked(side_mm):
    image = Image.open(BytesIO(qr_png(URL, CAPTION, side_mm=side_mm)))

    dpi = image.info["dpi"][0]
    modules = len(qr_matrix(URL))
    dots, rest = divmod(image.width, modules)
    code_mm = dots * (modules - 2 * QUIET_ZONE) / dpi * 25.4
    assert rest == 0
    assert dots % 8 != 0
    assert side_mm <= code_mm <= side_mm * 1.15
    assert round(dpi) == 300


def test_a_hundred_codes_read_back_as_their_addresses():
    for url in addresses(100):
        assert read(printed(url)) == [url]


SPOILT = {
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(4)),
    "turned": lambda image: image.rotate(7, expand=True, fillcolor=255),
    "pale": lambda image: ImageEnhance.Contrast(image).enhance(0.25),
    "small": lambda image: image.resize((image.width // 3, image.height // 3)),
}


@pytest.mark.parametrize("way", SPOILT)
def test_a_code_is_read_when_the_print_is(way):
    for url in addresses(20):
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
    for url in addresses(40):
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
    svg = qr_svg(URL, ["một <hai> & ba"], title="Mã “QR” <1>")

    assert "Mã “QR” &lt;1&gt;" in svg
    assert svg.count("một &lt;hai&gt; &amp; ba") == 2


def test_an_svg_is_as_wide_on_paper_as_asked():
    svg = qr_svg(URL, CAPTION, title="Mã QR", side_mm=40)

    modules = len(qr_matrix(URL))
    width_mm = float(re.search(r'width="([\d.]+)mm"', svg)[1])
    assert width_mm == pytest.approx(40 * modules / (modules - 2 * QUIET_ZONE), abs=0.01)


@pytest.mark.parametrize(
    "host", ["tthc.vn", HOST, "caicachhanhchinh.camau.gov.vn", "tthc.camau.gov.vn/cong"]
)
def test_the_address_under_the_code_is_large_enough_to_read(host):
    svg = qr_svg(f"https://{host}/q/abcdefg", [f"{host}/q/abcdefg", "1.001193"], title="Mã QR")

    width, width_mm = (
        float(re.search(p, svg)[1]) for p in ('viewBox="0 0 ([\\d.]+)', 'width="([\\d.]+)mm')
    )
    lines = re.findall(r'font-size="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]+)<', svg)
    points = {text: float(size) * width_mm / width / 25.4 * 72 for size, _, text in lines}
    assert "".join(points) == f"{host}/q/abcdefg1.001193"
    assert all(float(length) < width for _, length, _ in lines)
    # The letters of the token are what has to be typed.
    assert next(size for text, size in points.items() if "/q/abcdefg" in text) >= 5
    assert min(points.values()) >= 4.5


def test_an_svg_is_read_from_the_screen(new_page, tmp_path):
    page = new_page()
    page.set_content(qr_svg(URL, CAPTION, title="Mã QR", side_mm=60))

    shot = page.screenshot(path=tmp_path / "code.png")

    assert read(Image.open(BytesIO(shot))) == [URL]
