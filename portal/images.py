"""Pictures that people send: measured before they are decoded, then drawn anew from their pixels alone.

Nothing of the sent file is kept but what the eye sees: no EXIF, no place, no comment, no colour profile.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
# The longest side of what the library keeps; twice the widest column of a page.
LONGEST = 2400

# What Pillow calls them, and the ending of each.
FORMATS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_SAVING = {
    "JPEG": {"quality": 88, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 88, "method": 4},
}

BROKEN = "Không mở được ảnh này: tệp hỏng hoặc không phải ảnh JPEG, PNG, WebP."
TOO_MANY_PIXELS = "Ảnh có quá nhiều điểm ảnh. Xin thu nhỏ ảnh: không quá 50 triệu điểm ảnh, mỗi chiều không quá 20.000."


@dataclass(frozen=True)
class Rendition:
    """A size in which a picture is handed out. One without a height keeps the picture whole."""

    width: int
    height: int | None = None

    def drawn_size(self, width: int, height: int) -> tuple[int, int]:
        """How large it becomes of a picture of that size. No picture is ever drawn larger than it is."""
        if self.height:
            width, height = self._cut_size(width, height)
        scale = min(1, self.width / width)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def draw(self, image, focal_point):
        size = self.drawn_size(*image.size)
        box = self._cut_box(image.size, focal_point) if self.height else None
        return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3)

    def _cut_size(self, width, height):
        ratio = self.width / self.height
        return max(1, min(width, round(height * ratio))), max(1, min(height, round(width / ratio)))

    def _cut_box(self, size, focal_point):
        """The largest piece of this shape, as near to the focal point as the edges allow."""
        cut = self._cut_size(*size)
        left, top = (
            min(max(0, round(side * percent / 100 - piece / 2)), side - piece)
            for side, piece, percent in zip(size, cut, focal_point, strict=True)
        )
        return left, top, left + cut[0], top + cut[1]


RENDITIONS = {
    "w640.webp": Rendition(640),
    "w1280.webp": Rendition(1280),
    "c640.webp": Rendition(640, 427),
    "og.jpg": Rendition(1200, 630),
}


def draw_anew(upload, *, longest=LONGEST):
    """The picture as a new file of the same kind, upright and in sRGB, with its width and height.

    Refuses, with a message for the field, what is no picture, moves, or is larger than allowed.
    """
    with _opened(upload) as image:
        # A telephone's JPEG that brings a second, smaller one is still one picture.
        format = "JPEG" if image.format == "MPO" else image.format
        try:
            image.draft(None, (longest, longest))
            drawn = _upright_srgb(image, longest)
        # Pillow raises whatever it stumbles over.
        except Exception as failure:
            raise ValidationError(BROKEN) from failure
    content = _saved(drawn, format, **_SAVING[format])
    return ContentFile(content, name=f"anh{FORMATS[format]}"), *drawn.size


def measure(upload):
    """The size of a picture that may be decoded; the others are refused as by `draw_anew`."""
    with _opened(upload) as image:
        return image.size


def draw_renditions(file, focal_point):
    """Each rendition's name and its file, of a picture that was drawn anew before."""
    with Image.open(file, formats=tuple(FORMATS)) as image:
        image.load()
        for name, rendition in RENDITIONS.items():
            drawn = rendition.draw(image, focal_point)
            if name.endswith(".jpg"):
                content = _saved(_on_white(drawn), "JPEG", quality=82, progressive=True)
            else:
                content = _saved(drawn, "WEBP", quality=78, method=4)
            yield name, ContentFile(content)


def rendition_path(path: str, rendition: str) -> str:
    """Where a rendition lies: beside the picture, under its name."""
    return str(PurePosixPath(path).with_suffix(f".{rendition}"))


def _opened(upload):
    """The picture with its header read and judged, nothing of it decoded."""
    if upload.size > MAX_BYTES:
        raise ValidationError("Ảnh quá nặng. Xin chọn ảnh không quá 15 MB.")
    upload.seek(0)
    try:
        image = Image.open(upload, formats=tuple(FORMATS))
        moves = getattr(image, "is_animated", False) and image.format != "MPO"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as failure:
        raise ValidationError(TOO_MANY_PIXELS) from failure
    except Exception as failure:
        raise ValidationError(BROKEN) from failure
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise ValidationError(TOO_MANY_PIXELS)
    if moves:
        raise ValidationError("Cổng không nhận ảnh động. Xin chọn một ảnh đứng yên.")
    return image


def _upright_srgb(image, longest):
    profile = image.info.get("icc_profile")
    # A palette has no colours between its colours, and sixteen bits are more than screens show.
    if image.mode in {"1", "P", "PA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(image, in_place=True)
    return _in_srgb(image, profile)


def _in_srgb(image, profile):
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if mode == "RGBA":
        image = image.convert(mode)
    if profile:
        try:
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode,
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile that does not fit its picture says nothing about its colours.
            pass
    return image.convert(mode)


def _on_white(image):
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def _saved(image, format, **options):
    # Whatever stood beside the pixels.
    image.info.clear()
    content = BytesIO()
    image.save(content, format, **options)
    return content.getvalue()
