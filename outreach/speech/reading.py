"""Written Vietnamese as it is said: what an announcer reads at sight, and a machine voice without stumbling.

    spoken("Có 1.485/2.014 hồ sơ TTHC.", spoken_forms())
    "Có một nghìn bốn trăm tám mươi lăm trên tổng số hai nghìn không trăm mười bốn hồ sơ thủ tục hành chính."

What is spoken already stays as it is.
"""

import re
import unicodedata
from itertools import takewhile

from outreach.speech import abbreviations
from outreach.speech.abbreviations import LETTER_NAMES
from outreach.speech.addresses import say_addresses
from outreach.speech.dates import say_dates
from outreach.speech.documents import say_documents
from outreach.speech.numbers import in_words, ordinal
from outreach.speech.quantities import say_quantities
from outreach.speech.sentences import count_syllables, sentences
from outreach.speech.telephones import say_telephones
from portal.text import clean_text

__all__ = ["seconds", "sentences", "spoken", "unknown_abbreviations"]

# Pauses included. Six television hosts said 3.7 to 5.5 syllables a second, 4.4 on the average; who reads a prepared
# text aloud 5.2 without the pauses (Pellegrino, Coupé, Marsico 2011). A loudspeaker in the open asks for less.
SYLLABLES_A_MINUTE = 210


def spoken(text: str, forms: dict[str, str]) -> str:
    """The whole text for the ear, paragraph by paragraph."""
    lines = _count_items(clean_text(text).split("\n"))
    return "\n".join(_say_line(line, forms) for line in lines).strip()


def unknown_abbreviations(text: str, forms: dict[str, str]) -> list[str]:
    """Short forms in capitals that are spelled letter by letter, because no form says what they mean."""
    found = {}
    for line in clean_text(text).split("\n"):
        for one in abbreviations.unknown_capitals(_in_words(line, forms)):
            found.setdefault(one[0])
    return list(found)


def seconds(text: str) -> int:
    """How long an announcer needs."""
    syllables = sum(count_syllables(line) for line in spoken(text, {}).split("\n"))
    return round(syllables * 60 / SYLLABLES_A_MINUTE)


# From writing to words. The order matters: a rule finds digits and signs, and leaves words behind.


def _say_line(line, forms):
    line = abbreviations.say_unknown(_in_words(line, forms))
    return _begin_in_capitals(_end_with_stop(_say_signs(line)))


def _in_words(line, forms):
    """All but short forms that nobody knows, and signs."""
    line = say_addresses(_plain_signs(line))
    line = abbreviations.drop_repeated(line, forms)
    line = say_documents(line)
    line = abbreviations.say_roman_numbers(line)
    # "02A.ĐKT": the parts of a form's number.
    line = re.sub(r"(\d[A-Za-zĐđ]?)\.(?=[A-ZĐ]{2})", r"\1 ", line)
    line = _part_capitals(line, forms)
    line = abbreviations.say_forms(line, forms)
    line = say_dates(say_telephones(line))
    return say_quantities(line)


def _plain_signs(line):
    """One kind of quotes and blanks; no pictures, no notes in brackets."""
    line = re.sub(r"\[\d+\]|(?<!m)[¹²³]|[“”„\"«»‘’]", "", line.replace("\u00a0", " "))
    # Only between numbers a sum; else it begins an item.
    line = re.sub(r"(?<!\d)\s*\++\s*(?=[^\W\d])|^\++(?!\d)\s*", "; ", line)
    kept = (
        " "
        if unicodedata.category(sign) in {"So", "Sk", "Cs", "Co", "Cn"} and sign != "°"
        else sign
        for sign in line
    )
    return re.sub(r" +", " ", "".join(kept)).strip()


def _part_capitals(line, forms):
    """ "TT-BTP" where no form knows it whole: two short forms beside each other."""
    return re.sub(
        r"(?<!\w)[A-ZĐ]{2,}(?:-[A-ZĐ]{2,})+(?!\w)",
        lambda found: found[0] if found[0] in forms else found[0].replace("-", " "),
        line,
    )


_PERIODS = r"năm|tháng|tuần|ngày|giờ|quý|lần|người|bản|trang|hồ sơ|trường hợp|hộ"
_SIGNS = [
    # "đồng/m²": a measure without its number.
    (re.compile(r"\bkm²"), "ki-lô-mét vuông"),
    (re.compile(r"\bm²"), "mét vuông"),
    (re.compile(r"\bm³"), "mét khối"),
    (re.compile(r"[²³]"), ""),
    (re.compile(r"v\.\s?v\.*(?=\W|$)"), "vân vân."),
    (re.compile(r"[*_#|~^`\\]"), ""),
    (re.compile(r"\s*(?:…|\.{3,})"), "."),
    (re.compile(r"và\s?/\s?hoặc"), "hoặc"),
    (re.compile(r"\b(ông|anh|cô)\s?/\s?(bà|chị|chú)\b", re.IGNORECASE), r"\1 \2"),
    (re.compile(r"(?i)(?<=đồng|trăm)\s?/\s?(?=\w)"), " mỗi "),
    (
        re.compile(rf"\b(lần|ngày|giờ|buổi|suất|bộ|bản|đồng|lượt)\s?/\s?(?=(?:{_PERIODS})\b)"),
        r"\1 mỗi ",
    ),
    (re.compile(r"(?<=\w)\s?/\s?(?=\w)"), " hoặc "),
    (re.compile(r"\s?/\s?"), " "),
    (re.compile(r"\s?&\s?"), " và "),
    (re.compile(r"\s?≥\s?"), " ít nhất "),
    (re.compile(r"\s?≤\s?"), " nhiều nhất "),
    (re.compile(r"\s?>\s?"), " trên "),
    (re.compile(r"\s?<\s?"), " dưới "),
    (re.compile(r"\s?=\s?"), " bằng "),
    (re.compile(r"\s?\+\s?"), " cộng "),
    (re.compile(r"\s?[%]"), " phần trăm"),
    (re.compile(r"@"), " a còng "),
    (re.compile(r"\s*[–—→⇒]\s*|\s+-\s+|\s*--\s*"), ", "),
    (re.compile(r"\s*[(\[{]\s*"), ", "),
    (re.compile(r"\s*[)\]}]"), ","),
    # What these leave behind.
    (re.compile(r"(?<!\w)-+|-+(?!\w)"), " "),
    (re.compile(r"\s+(?=[,.;:!?])"), ""),
    (re.compile(r"(?:,\s*)+(?=[,.;:!?])"), ""),
    (re.compile(r"([.;:!?])(?:\s*[,;:])+"), r"\1"),
    (re.compile(r"([.!?])(?:\s*\.)+"), r"\1"),
    (re.compile(r",(?=[^\s\d])"), ", "),
    (re.compile(r"^[-\s,;:.]+"), ""),
    (re.compile(r"\s+"), " "),
]


def _say_signs(line):
    for pattern, said in _SIGNS:
        line = pattern.sub(said, line)
    return line.strip()


def _end_with_stop(line):
    line = re.sub(r"[,;\s]+$", "", line)
    return line if not line or line[-1] in ".!?:" else f"{line}."


def _begin_in_capitals(line):
    return re.sub(r"(?:^|(?<=[.!?]\s))\w(?!\w*[A-ZĐ])", lambda found: found[0].upper(), line)


# Lists

_ITEM = re.compile(r"^\s*([-–—•*▪◦·●○■+]|[\ue000-\uf8ff])\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*(\d{1,2})[.)]\s+(?=\D)")
_LETTERED = re.compile(r"^\s*([a-zđ])\)\s+(?=\S)")
_PARTED = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2})+)\.?\s+(?=[^\W\d])")


def _count_items(lines):
    """Items are counted aloud: "Thứ nhất…", and those below others "Một là…"."""
    has_numbers = any(_NUMBERED.match(line) for line in lines)
    # Of the lists that are open, by their marks: how many items were read.
    counts = {}
    for at, line in enumerate(lines):
        if found := _ITEM.match(line):
            yield _counted(
                line[found.end() :], _place(counts, found[1], lines[at + 1 :], has_numbers)
            )
            continue
        if line.strip():
            counts = {}
        if found := _NUMBERED.match(line):
            yield _counted(line[found.end() :], f"Thứ {ordinal(int(found[1]))}, ")
        elif found := _LETTERED.match(line):
            yield _counted(line[found.end() :], f"Điểm {LETTER_NAMES[found[1]]}, ")
        elif found := _PARTED.match(line):
            yield _counted(line[found.end() :], f"Mục {found[1]}, ")
        else:
            yield line


def _place(counts, mark, following, has_numbers):
    """How the item is announced; one alone is not."""
    depth = list(counts).index(mark) if mark in counts else len(counts)
    for inner in list(counts)[depth + 1 :]:
        del counts[inner]
    counts[mark] = counts.get(mark, 0) + 1
    if counts[mark] == 1 and not _another_follows(mark, following):
        return ""
    if has_numbers or depth:
        return f"{in_words(counts[mark]).capitalize()} là "
    return f"Thứ {ordinal(counts[mark])}, "


def _another_follows(mark, lines):
    items = takewhile(lambda line: not line.strip() or _ITEM.match(line), lines)
    return any(line.strip() and _ITEM.match(line)[1] == mark for line in items)


def _counted(words, count):
    """A capital that only begins the item goes; one of a name, which has another behind it, stays."""
    first, second = (words.split() + ["", ""])[:2]
    if first.istitle() and second[:1].islower():
        words = words[0].lower() + words[1:]
    return count + words
