"""How long a short message is, as operators count it and bill it."""

import re
import unicodedata
from dataclasses import dataclass

# 3GPP TS 23.038, section 6.2.1: the default alphabet, and what takes two places as it follows an escape.
_GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_ESCAPED = set("^{}\\[~]|€\f")
# Of one message alone, and of each part of a longer one, which gives some room to what joins them.
GSM_7_PLACES = (160, 153)
UCS_2_PLACES = (70, 67)

_PLAIN_SIGNS = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
    | dict.fromkeys("\u00a0\u202f\u2009", " ")
)
_MARKS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class SmsLength:
    characters: int
    segments: int
    has_accents: bool


def sms_length(text) -> SmsLength:
    """With one character outside the default alphabet the whole message takes two bytes a character."""
    is_plain = set(text) <= _GSM_7 | _GSM_7_ESCAPED
    if is_plain:
        sizes = [2 if char in _GSM_7_ESCAPED else 1 for char in text]
    else:
        sizes = [len(char.encode("utf-16-be")) // 2 for char in text]
    alone, joined = GSM_7_PLACES if is_plain else UCS_2_PLACES
    return SmsLength(len(text), _segments(sizes, alone, joined), not is_plain)


def without_accents(text) -> str:
    """The same words in plain letters, capitals kept: what most phones get cheapest."""
    letters = unicodedata.normalize("NFD", text.translate(_PLAIN_SIGNS))
    return _MARKS.sub("", letters)


def _segments(sizes, alone, joined):
    if sum(sizes) <= alone:
        return 1
    count, room = 1, joined
    for size in sizes:
        # What takes two places is never parted.
        if size > room:
            count, room = count + 1, joined
        room -= size
    return count
