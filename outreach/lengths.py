"""How long something lasts: as people type it, as they read it, in seconds between."""

import re

from django.utils.translation import gettext as _

LONGEST = 24 * 60 * 60

_WITH_COLONS = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):([0-5]\d)", re.ASCII)
_WITH_WORDS = re.compile(
    r"(?:(\d{1,2})\s*(?:giờ|tiếng|g|h))?\s*"
    r"(?:(\d{1,4})\s*(?:phút|ph|p|'|’|′))?\s*"
    # "5p20" goes without a word for its seconds; "20" alone is minutes.
    r"(?:(\d{1,5})\s*(?(2)(?:giây|s|\"|”|″)?|(?:giây|s|\"|”|″)))?",
    re.ASCII,
)
_MINUTES_ALONE = re.compile(r"\d{1,4}", re.ASCII)


def seconds_from(text: str) -> int | None:
    """What somebody typed: "5" and "5 phút" are minutes, "5:20" and "5 phút 20 giây" minutes and seconds.

    None where it tells no length that one airing can have.
    """
    text = text.strip().lower()
    if _MINUTES_ALONE.fullmatch(text):
        parts = [None, text, None]
    elif match := _WITH_COLONS.fullmatch(text) or _WITH_WORDS.fullmatch(text):
        parts = match.groups()
    else:
        return None
    hours, minutes, seconds = (int(part or 0) for part in parts)
    total = (hours * 60 + minutes) * 60 + seconds
    return total if 0 < total <= LONGEST else None


def written_length(seconds: int | None) -> str:
    """320 as "5 phút 20 giây"; nothing for what has no length."""
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        _("%(count)s giờ") % {"count": hours} if hours else "",
        _("%(count)s phút") % {"count": minutes} if minutes else "",
        _("%(count)s giây") % {"count": rest} if rest else "",
    ]
    return " ".join(filter(None, parts))
