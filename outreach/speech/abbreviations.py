"""Short forms in capitals, Roman numbers and letters by their names."""

import re
import unicodedata
from itertools import takewhile

from outreach.speech.numbers import in_words, ordinal, roman_value

LETTER_NAMES = {
    "a": "a",
    "ă": "á",
    "â": "ớ",
    "b": "bê",
    "c": "xê",
    "d": "dê",
    "đ": "đê",
    "e": "e",
    "ê": "ê",
    "f": "ép",
    "g": "giê",
    "h": "hát",
    "i": "i",
    "j": "gi",
    "k": "ca",
    "l": "lờ",
    "m": "mờ",
    "n": "nờ",
    "o": "o",
    "ô": "ô",
    "ơ": "ơ",
    "p": "pê",
    "q": "quy",
    "r": "rờ",
    "s": "ét",
    "t": "tê",
    "u": "u",
    "ư": "ư",
    "v": "vê",
    "w": "vê-kép",
    "x": "ích",
    "y": "y",
    "z": "dét",
}
_NUMBERED = r"khóa|khoá|đại hội|lần thứ|thứ|thế kỷ|chương|phần|mục|phụ lục|hạng|loại|nhóm|cấp|bậc|kỳ|tập|vùng|kỳ họp|mẫu|phụ biểu"
_ROMAN = r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN_IN_PLACE = re.compile(
    rf"(?<!\w)((?i:{_NUMBERED})(?: số)?\s+)({_ROMAN}(?:(?:, | và |-){_ROMAN})*)(?![\w-])"
)
# Alone, one letter may be a name, and V, X, L begin other short forms.
_ROMAN_ALONE = re.compile(
    r"(?<![\w.-])(?<!quý )(?<!Quý )(?:I{2,3}|I[VX]|VI{1,3}|X[IVX]{1,4})(?![\w-]|\.\w)"
)
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐ](?:&?[A-ZĐ])+(?!\w)")
# What could be a syllable; one of a headline in capitals has no accent now and then.
_SYLLABLE = re.compile(
    r"(?:NGH?|GI|QU|[CGKNPT]H|TR|[BCDĐGHKLMNPQRSTVX])?[AEIOUY]{1,3}(?:CH|NG|NH|[CMNPT])?"
)


def letters_in_words(letters: str) -> str:
    """The names, bound together so that they are heard as one: xê-ca."""
    return "-".join(LETTER_NAMES[letter] for letter in letters.lower() if letter in LETTER_NAMES)


def say_roman_numbers(text: str) -> str:
    text = _ROMAN_IN_PLACE.sub(_roman_in_place, text)
    return _ROMAN_ALONE.sub(lambda found: in_words(roman_value(found[0])), text)


def say_forms(text: str, forms: dict[str, str]) -> str:
    """What staff have noted, the longest first: "NĐ-CP" before "CP"."""
    if not forms:
        return text
    known = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{known})(?!\w)", lambda found: _form(found, forms), text)


def unknown_capitals(text: str) -> list[re.Match]:
    """Short forms of capitals alone that nobody has explained. A headline in capitals holds words, not short forms."""
    return [found for found in _CAPITALS.finditer(text) if not _is_word(found)]


def say_unknown(text: str) -> str:
    for found in reversed(unknown_capitals(text)):
        text = text[: found.start()] + letters_in_words(found[0]) + text[found.end() :]
    return text


def drop_repeated(text: str, forms: dict[str, str]) -> str:
    """Without "(TTHC)" after the words for which it stands: they would be said twice."""
    return _IN_BRACKETS.sub(lambda found: "" if _repeats(found, forms) else found[0], text)


_IN_BRACKETS = re.compile(
    r"\s*\((?:(?:sau đây )?(?:gọi|viết) tắt là:?\s+|gọi là\s+)?[“\"]?(?P<short>[\w-]*[A-ZĐ][\w-]*[A-ZĐ][\w-]*)[”\"]?\)"
)


# Alone they are too short to tell a word said twice from two words.
_SAID_TWICE = {"bộ", "giấy", "luật", "mã", "sở", "số"}


def _form(found, forms):
    """Without what the writer says before it: "tin nhắn SMS", "giấy GCN"."""
    words = forms[found[0]].split()
    before = found.string[: found.start()].casefold().split()[-len(words) :]
    for count in range(len(words), 0, -1):
        said = [word.casefold() for word in words[:count]]
        if before[-count:] == said and (count > 1 or said[0] in _SAID_TWICE):
            return " ".join(words[count:])
    return " ".join(words)


def _repeats(found, forms):
    before = found.string[: found.start()].casefold()
    short = found["short"]
    if forms.get(short) and before.endswith(forms[short].casefold()):
        return True
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", before)[-len(short) :])
    return initials == short.casefold()


def _roman_in_place(found):
    said = ordinal if found[1].casefold().endswith("thứ ") else in_words
    return found[1] + re.sub(_ROMAN, lambda one: said(roman_value(one[0])), found[2])


def _is_word(found):
    """Whether it stands in a row of capitals that has accents: a headline, not short forms."""
    if not _SYLLABLE.fullmatch(found[0]):
        return False
    before = reversed(found.string[: found.start()].split())
    after = found.string[found.end() :].split()
    row = [*takewhile(_is_shouted, before), *takewhile(_is_shouted, after)]
    return any(unicodedata.normalize("NFD", word) != word for word in row)


def _is_shouted(word):
    return word.strip('“”"(),.:;').isupper()
