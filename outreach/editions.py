"""What becomes of the file of a material: its number among the editions, a picture of how it looks."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from PIL import Image

from outreach.models import Material
from portal import pdf
from portal.images import draw_anew

# Twice as wide as a page shows it.
WIDTH, HEIGHT = 480, 720
QUALITY = 78


@transaction.atomic
def save_edition(edition):
    """Keep a new edition as the newest of its material, with a picture of its first page."""
    Material.objects.select_for_update().get(pk=edition.material_id)
    last = edition.material.versions.aggregate(last=Max("number"))["last"] or 0
    edition.number = last + 1
    if picture := _first_page(edition):
        edition.first_page.save("trang-dau.webp", ContentFile(_as_webp(picture)), save=False)
    edition.save()
    return edition


def _first_page(edition):
    """How a PDF or a picture begins; None for what cannot be drawn here."""
    if edition.content_type == "application/pdf":
        drawn = pdf.draw_first_page(edition.file.file, width=WIDTH, height=HEIGHT)
        return drawn and Image.open(BytesIO(drawn))
    if edition.content_type.startswith("image/"):
        return _small_picture(edition.file.file)
    return None


def _small_picture(file):
    try:
        drawn, _width, _height = draw_anew(file, longest=HEIGHT)
    except ValidationError:
        return None
    return Image.open(drawn)


def _as_webp(picture):
    drawn = BytesIO()
    picture.save(drawn, "WEBP", quality=QUALITY)
    return drawn.getvalue()
