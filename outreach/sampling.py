"""Sample pages about the portal. A page that is already there stays as staff left it."""

import re
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from outreach.models import InformationPage, InformationSection

FOLDER = Path(__file__).resolve().parent / "sample"
SLUGS = ["gioi-thieu", "tro-nang", "du-lieu-ca-nhan"]


@transaction.atomic
def load_sample() -> int:
    """Add the pages that are missing, in every language they are written in; say how many."""
    known = set(InformationPage.objects.values_list("slug", "language"))
    added = 0
    for place, slug in enumerate(SLUGS, start=1):
        for path in sorted(FOLDER.glob(f"{slug}.*.md")):
            language = path.suffixes[0][1:]
            if (slug, language) not in known:
                _add_page(path, slug=slug, language=language, order=place * 10)
                added += 1
    return added


def _add_page(path, **fields):
    text = path.read_text(encoding="utf-8")
    head, *parts = re.split("^## ", text, flags=re.MULTILINE)
    title, lead = _headed(head.removeprefix("# "))
    # To the minute, as the boxes of the admin take it: an untouched form changes nothing.
    now = timezone.now().replace(second=0, microsecond=0)
    page = InformationPage.objects.create(
        title=title, lead=lead, is_sample=True, published_at=now, **fields
    )
    for place, part in enumerate(parts, start=1):
        heading, body = _headed(part)
        InformationSection.objects.create(page=page, heading=heading, body=body, order=place)


def _headed(text):
    heading, _, body = text.partition("\n")
    return heading.strip(), body.strip()
