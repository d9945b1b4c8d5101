"""Numbers that are dialled or copied, not counted: one digit after the other, in groups with a pause between."""

import re

from outreach.speech.numbers import digits_in_words

_AHEAD, _BEHIND = r"(?<![\w.,/+])", r"(?![\w/]|[.,]\d)"
# The code of a region may stand in brackets.
_TELEPHONE = re.compile(
    rf"{_AHEAD}(?:\(0\d{{2,3}}\)|\(?\+84\)?[\s.-]?\(?0?\d{{2,3}}\)?|0\d{{1,3}})(?:[\s.-]?\d{{2,7}}){{1,3}}{_BEHIND}"
)
_HOTLINE = re.compile(rf"{_AHEAD}1[89]00(?:[\s.-]?\d{{2,4}}){{1,2}}{_BEHIND}")
_CALLED = (
    r"tổng đài|đường dây nóng|hotline|số máy|máy lẻ|nhánh|phím|gọi|gọi (?:số|đến|tới)|điện thoại"
)
_SHORT = re.compile(
    rf"(\b(?:{_CALLED})(?: (?:số|là))?:?\s+)(\d{{3,8}}(?:(?:, | hoặc | và )\d{{3,4}})*){_BEHIND}",
    re.IGNORECASE,
)
# Of an account, an identity card. Who writes a number of so many digits to be counted parts it with dots.
_LONG = re.compile(rf"{_AHEAD}\d{{9,}}{_BEHIND}")


def say_telephones(text: str) -> str:
    text = _TELEPHONE.sub(_telephone, text)
    text = _HOTLINE.sub(lambda found: _grouped(found[0]), text)
    text = _SHORT.sub(
        lambda found: found[1] + re.sub(r"\d+", lambda one: digits_in_words(one[0]), found[2]),
        text,
    )
    return _LONG.sub(lambda found: _grouped(found[0]), text)


def _telephone(found):
    written = re.sub(r"^\(?\+84\)?[\s.-]?\(?0?", "0", found[0])
    return _grouped(written) if 9 <= len(re.sub(r"\D", "", written)) <= 12 else found[0]


def _grouped(written):
    groups = re.findall(r"\d+", written)
    if len(groups) == 1:
        groups = _parted(groups[0])
    return ", ".join(map(digits_in_words, groups))


def _parted(digits):
    """By threes, what is over in fours at the beginning: 0912 345 678."""
    fours = len(digits) % 3
    sizes = [4] * fours + [3] * ((len(digits) - 4 * fours) // 3)
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    return [digits[end - size : end] for size, end in zip(sizes, ends, strict=True)]
