"""Pictures: measured before they are decoded, drawn anew without what cameras write beside the pixels."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, PngImagePlugin

from portal import images
from portal.images import RENDITIONS, draw_anew, draw_renditions, rendition_path
from tests import file_samples as sample

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def drawn(content, **options):
    """The picture as it is kept, and what it says of itself."""
    file, width, height = draw_anew(ContentFile(content, name="anh"), **options)
    image = Image.open(file)
    image.load()
    assert image.size == (width, height)
    return image


def photo(kind, *, orientation=1):
    """Red on the left, blue on the right; taken somewhere by somebody."""
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (40, 0, 80, 40))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "Máy của Nam"
    exif.get_ifd(GPS)[2] = (9.0, 10.0, 36.0)
    options = {
        "exif": exif,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if kind == "JPEG":
        options |= {"comment": b"nha ba Nam", "quality": 95}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", "nha ba Nam")
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", "<x>nha ba Nam</x>")
    else:
        options["xmp"] = b"<x>nha ba Nam</x>"
    content = BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize("kind", images.FORMATS)
def test_nothing_but_the_pixels_of_a_photo_is_kept(kind):
    sent = photo(kind)
    assert b"nha ba Nam" in sent
    assert Image.open(BytesIO(sent)).getexif().get_ifd(GPS)

    file, _width, _height = draw_anew(ContentFile(sent))

    content = file.read()
    kept = Image.open(BytesIO(content))
    assert kept.format == kind
    assert not kept.getexif()
    assert not set(kept.info) & {
        "exif",
        "icc_profile",
        "xmp",
        "comment",
        "Author",
        "XML:com.adobe.xmp",
    }
    for trace in (b"nha ba Nam", b"Exif", b"eXIf", b"xmp", b"ICC", b"iCCP", b"tEXt"):
        assert trace not in content


@pytest.mark.parametrize("kind", images.FORMATS)
def test_a_photo_stands_upright(kind):
    image = drawn(photo(kind, orientation=6)).convert("RGB")

    assert image.size == (40, 80)
    top, bottom = image.getpixel((20, 15)), image.getpixel((20, 65))
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


@pytest.mark.parametrize(
    ("sent", "mode", "pixel"),
    [
        (sample.picture("JPEG", mode="CMYK", colour=(0, 255, 255, 0)), "RGB", (255, 0, 0)),
        (sample.picture("PNG", mode="I;16", colour=32768), "RGB", (128, 128, 128)),
        (sample.picture("PNG", mode="L", colour=90), "RGB", (90, 90, 90)),
        (sample.picture("PNG", mode="LA", colour=(90, 40)), "RGBA", (90, 90, 90, 40)),
        (sample.picture("PNG", mode="1", colour=1), "RGB", (255, 255, 255)),
        (sample.picture("PNG", mode="P", colour=0, transparency=0), "RGBA", (0, 0, 0, 0)),
        (sample.picture("PNG", size=(1, 1), colour=(1, 2, 3)), "RGB", (1, 2, 3)),
    ],
    ids="cmyk sixteen-bit gray gray-alpha two-colour palette one-pixel".split(),
)
def test_every_kind_of_colours_becomes_that_of_screens(sent, mode, pixel):
    image = drawn(sent)

    assert image.mode == mode
    found = image.getpixel((0, 0))
    assert all(abs(one - other) <= 3 for one, other in zip(found, pixel, strict=True))


def test_a_colour_profile_is_applied_before_it_goes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")

    red, blue, unread = (
        drawn(sample.picture("PNG", colour=(255, 0, 0), icc_profile=said)).getpixel((0, 0))
        for said in (profile, swapped, b"no profile")
    )

    assert (red, blue, unread) == ((255, 0, 0), (0, 0, 255), (255, 0, 0))


def test_a_wide_strip_is_kept_whole_and_made_smaller():
    image = drawn(sample.picture("JPEG", size=(12_000, 100)))

    assert image.size == (2400, 20)
    assert drawn(sample.picture("JPEG", size=(3000, 10)), longest=images.MAX_SIDE).width == 3000


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (sample.bomb(60_000), "quá nhiều điểm ảnh"),
        (sample.bomb(10_000), "quá nhiều điểm ảnh"),
        (sample.bomb(7_000), "hỏng"),
        (sample.picture("PNG", size=(20_001, 1)), "mỗi chiều"),
        (sample.moving_picture("PNG"), "ảnh động"),
        (sample.moving_picture("WEBP"), "ảnh động"),
        (sample.moving_picture("GIF"), "không phải ảnh"),
        (sample.picture("JPEG", size=(300, 300))[:-200], "hỏng"),
        (sample.picture("PNG")[:40], "hỏng"),
        (sample.picture("TIFF"), "không phải ảnh"),
        (b"", "hỏng"),
    ],
    ids="bomb large short-of-pixels long moving-png moving-webp gif cut-jpeg cut-png tiff empty".split(),
)
def test_what_is_no_picture_for_a_page_is_refused_with_a_reason(sent, why):
    with pytest.raises(ValidationError, match=why):
        draw_anew(ContentFile(sent))


def test_a_picture_is_weighed_before_it_is_opened():
    sent = ContentFile(b"")
    sent.size = images.MAX_BYTES + 1

    with pytest.raises(ValidationError, match="15 MB"):
        draw_anew(sent)


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((2400, 1200), [(640, 320), (1280, 640), (640, 427), (1200, 630)]),
        ((300, 400), [(300, 400), (300, 400), (300, 200), (300, 158)]),
        ((2400, 20), [(640, 5), (1280, 11), (30, 20), (38, 20)]),
        ((1, 1), [(1, 1)] * 4),
    ],
)
def test_renditions_are_cut_and_made_smaller_never_larger(size, sizes):
    sent = BytesIO(sample.picture("JPEG", size=size))

    made = {name: Image.open(content) for name, content in draw_renditions(sent, (50, 50))}

    assert [made[name].size for name in RENDITIONS] == sizes
    assert [rendition.drawn_size(*size) for rendition in RENDITIONS.values()] == sizes
    assert {image.format for name, image in made.items() if name != "og.jpg"} == {"WEBP"}
    assert made["og.jpg"].format == "JPEG"


@pytest.mark.parametrize(
    ("focal_point", "colour"), [((0, 50), "red"), ((100, 50), "blue"), ((10, 0), "red")]
)
def test_a_cut_keeps_the_focal_point(focal_point, colour):
    image = Image.new("RGB", (900, 300), "red")
    image.paste("blue", (450, 0, 900, 300))
    content = BytesIO()
    image.save(content, "PNG")

    cut = dict(draw_renditions(content, focal_point))["c640.webp"]

    pixels = Image.open(cut).convert("RGB")
    wanted = {"red": 0, "blue": 2}[colour]
    for place in ((5, 5), (pixels.width - 5, pixels.height - 5)):
        assert pixels.getpixel(place)[wanted] > 200


def test_a_clear_picture_is_shared_on_white():
    content = BytesIO(sample.picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)))

    made = dict(draw_renditions(content, (50, 50)))

    assert Image.open(made["og.jpg"]).getpixel((0, 0)) == (255, 255, 255)
    assert Image.open(made["w640.webp"]).mode == "RGBA"


def test_renditions_lie_beside_their_picture():
    assert rendition_path("picture/ab/abcd.jpg", "w640.webp") == "picture/ab/abcd.w640.webp"
