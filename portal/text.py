"""Vietnamese text: one spelling stored, one folding for search, one order for lists, one way to an address."""

import re
import unicodedata
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.text import slugify as ascii_slugify

# Characters that nobody sees though Unicode takes them for letters, marks or signs: fillers, variation
# selectors, the blank of Braille, and the two that stand for what was lost.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
_BLANKS = re.compile(r"[^\S\n]+")
# Anything that cleaning would change but composing: most text has none of it, and is left at once.
_UNCLEAN = re.compile(
    r"[^\n -~\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2190-\u2328]"
    r"|^\s|\s\Z| \s|\n |\n{3}"
)
# Vietnamese letters are composed and carry none; Thai has two on a letter, Khmer signs fill more places.
_MOST_STACKED_MARKS = 2
_MOST_MARKS = 6
_COMBINING = re.compile("[\u0300-\u036f]")

# Both ways to place the tone on oa, oe, uy are in use: "hòa" and "hoà" are one word.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_EARLY_TONE = re.compile(
    f"(o)([{_TONES}])([ae])(?![{_TONES}])|(?<!q)(u)([{_TONES}])(y)(?![{_TONES}])", re.I
)


def nfc(text: str) -> str:
    """Compose accents: the same word typed on a Mac and on Windows becomes the same characters."""
    return unicodedata.normalize("NFC", text)


def clean_text(text: str) -> str:
    """Several lines as they may be stored: NFC, nothing invisible, blanks single, no blank at a line's ends."""
    if not _UNCLEAN.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    text = keep_visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    """One line as it may be stored: as `clean_text`, line breaks turned into blanks."""
    return " ".join(clean_text(text).split())


def keep_visible(text: str) -> str:
    """Composed text without what is invisible, unassigned or broken; blanks stay where they are."""
    return nfc(_bound_marks(nfc(text.translate(_AsStored()))))


class _AsStored:
    """For `str.translate`: what becomes of a character."""

    def __getitem__(self, code):
        return _stored(code)


@lru_cache(maxsize=4096)
def _stored(code):
    char = chr(code)
    category = unicodedata.category(char)
    if char == "\n" or category in {"Zl", "Zp"}:
        return "\n"
    if category in {"Zs", "Cc"}:
        return " "
    if "\ue000" <= char <= "\uf8ff":
        # Word's bullets live in the private use area and show as empty boxes.
        return "-"
    is_unseen = category in {"Cf", "Cn", "Co", "Cs", "Me"} or _INVISIBLE.match(char)
    return None if is_unseen else char


def _bound_marks(text):
    """Drop marks that have no letter to stand on, and those that pile up."""
    kept = []
    marks = stacked = _MOST_MARKS
    for char in text:
        if char.isspace():
            marks = stacked = _MOST_MARKS
        elif unicodedata.category(char)[0] != "M":
            marks = stacked = 0
        else:
            marks += 1
            stacked += unicodedata.combining(char) != 0
            if marks > _MOST_MARKS or stacked > _MOST_STACKED_MARKS:
                continue
        kept.append(char)
    return "".join(kept)


def fold(text: str) -> str:
    """Lower case without accents, for search: "Đăng ký" gives "dang ky". Keeps the length of NFC text."""
    decomposed = unicodedata.normalize("NFD", nfc(text).lower())
    return nfc(_COMBINING.sub("", decomposed)).replace("đ", "d")


def settle_tones(text: str) -> str:
    """Lower case with one placement of tones: "Hòa" and "hoà" both give "hoà"."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    moved = _EARLY_TONE.sub(
        lambda m: f"{m[1]}{m[3]}{m[2]}" if m[1] else f"{m[4]}{m[6]}{m[5]}", decomposed
    )
    return nfc(moved)


_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("A") + place) for place, letter in enumerate(_ALPHABET)}
# Level, huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries.
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SYLLABLE = re.compile(r"\d+|[^\W\d_]+")


def sort_key(text: str) -> str:
    """A key whose plain byte order is the Vietnamese order: a ă â b c d đ e ê…, then tones, numbers by value."""
    return " ".join(_syllable_key(s) for s in _SYLLABLE.findall(settle_tones(text)))[:400]


def _syllable_key(syllable: str) -> str:
    if syllable.isdigit():
        return syllable.zfill(9)
    letters, tone = [], "0"
    for char in syllable:
        base = unicodedata.normalize("NFD", char)
        tone = next((_TONE_RANK[mark] for mark in base if mark in _TONE_RANK), tone)
        letter = nfc("".join(mark for mark in base if mark not in _TONE_RANK))
        letters.append(_RANK.get(letter, letter))
    return f"{''.join(letters)}!{tone}"


def slugify(text: str, max_length: int = 80) -> str:
    """An address part: ASCII, hyphens, cut at a word. Django's own loses the đ."""
    slug = ascii_slugify(fold(text))
    if len(slug) > max_length:
        slug = slug[: max_length + 1].rsplit("-", 1)[0][:max_length]
    return slug


def tel_link(phone: str) -> str:
    """The address that calls a number: "0290 0000.001" becomes tel:02900000001."""
    return "tel:" + re.sub(r"[^\d+]", "", phone)


def written_size(size: int) -> str:
    """How large a file is: 35840 as 35 KB, 1572864 as 1,5 MB. The blank does not break."""
    if size < 1024 * 1000:
        return f"{max(1, round(size / 1024))}\u00a0KB"
    megabytes = round(size / 1024**2, 1)
    decimals = 1 if megabytes < 10 and megabytes % 1 else 0
    return f"{number_format(megabytes, decimals)}\u00a0MB"
