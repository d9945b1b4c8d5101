"""Numbers in Vietnamese words as announcers of the North say them, and back again.

in_words(1485)               một nghìn bốn trăm tám mươi lăm
decimal_in_words("99,88")    chín mươi chín phẩy tám mươi tám
parse("hai mươi tư")         Decimal("24")
"""

import re
from decimal import Decimal

DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
LARGEST = 10**15
_BILLION = 10**9
_SCALES = [(10**6, "triệu"), (10**3, "nghìn"), (1, "")]
# How a unit changes after "mươi": hai mươi mốt, hai mươi tư, hai mươi lăm.
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_LONGEST_FRACTION_AS_NUMBER = 2


def in_words(n: int) -> str:
    if abs(n) > LARGEST:
        raise ValueError("A number too large to be said.")
    if n < 0:
        return f"âm {in_words(-n)}"
    return " ".join(_words(n, is_inner=False)) or DIGITS[0]


def decimal_in_words(written: str) -> str:
    """A number as it is written here: "1.485", "99,88", "-0,05". A short fraction is said as a number."""
    whole, _comma, fraction = written.replace(".", "").partition(",")
    sign = "âm " if whole.startswith("-") else ""
    words = sign + in_words(int(whole.lstrip("-")))
    if not fraction:
        return words
    is_number = len(fraction) <= _LONGEST_FRACTION_AS_NUMBER and fraction[0] != "0"
    said = in_words(int(fraction)) if is_number else digits_in_words(fraction)
    return f"{words} phẩy {said}"


def digits_in_words(digits: str) -> str:
    """One by one, as numbers are dictated."""
    return " ".join(DIGITS[int(digit)] for digit in digits)


def ordinal(n: int) -> str:
    """After "thứ": nhất, hai, ba, tư, năm."""
    return {1: "nhất", 4: "tư"}.get(n) or in_words(n)


def parse(words: str) -> Decimal:
    """What number words say, as `in_words` and `decimal_in_words` write them. Raises ValueError for anything else."""
    whole, comma, fraction = words.partition(" phẩy ")
    sign, whole = (-1, whole[3:]) if whole.startswith("âm ") else (1, whole)
    value = Decimal(_parsed(whole.split()))
    if comma:
        value += Decimal(f"0.{_fraction_digits(fraction.split())}")
    return sign * value


def _words(n, *, is_inner):
    billions, rest = divmod(n, _BILLION)
    if billions:
        yield from _words(billions, is_inner=is_inner)
        yield "tỷ"
        is_inner = True
    for size, name in _SCALES:
        group, rest = divmod(rest, size)
        if group:
            yield from _group(group, is_inner=is_inner)
            yield from [name] if name else []
            is_inner = True
        elif is_inner and size == 1000 and rest >= 100:
            # "Một triệu năm trăm" would be taken for 1.500.000.
            yield "không nghìn"


def _group(group, *, is_inner):
    """Up to three digits; after a larger group the hundreds are always said."""
    hundreds, rest = divmod(group, 100)
    tens, unit = divmod(rest, 10)
    has_hundreds = hundreds or is_inner
    if has_hundreds:
        yield from [DIGITS[hundreds], "trăm"]
    if tens > 1:
        yield from [DIGITS[tens], "mươi"]
    elif tens == 1:
        yield "mười"
    elif unit and has_hundreds:
        yield "linh"
    if unit:
        yield _unit(unit, tens)


def _unit(unit, tens):
    if tens > 1:
        return _AFTER_TENS.get(unit, DIGITS[unit])
    return "lăm" if tens == 1 and unit == 5 else DIGITS[unit]


_VALUES = {word: value for value, word in enumerate(DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
_FACTORS = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}


def _parsed(words):
    """The value, built from the left: what is open belongs to the next larger word."""
    total = group = 0
    last = None
    for word in words:
        if word == "tỷ":
            total, group = (total + group) * _BILLION, 0
        elif word in _FACTORS:
            total, group = total + group * _FACTORS[word], 0
        elif word == "trăm":
            group *= 100
        elif word == "mười":
            group += 10
        elif word == "mươi" and last:
            group += 9 * last
        elif word in _VALUES:
            last = _VALUES[word]
            group += last
        elif word != "linh":
            raise ValueError(f"Not a number word: {word!r}")
    if not words:
        raise ValueError("No number words.")
    return total + group


def _fraction_digits(words):
    if {"mười", "mươi"} & set(words):
        return str(_parsed(words))
    return "".join(str(_parsed([word])) for word in words)


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
ROMAN = re.compile(r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def roman_value(written: str) -> int:
    values = [_ROMAN[letter] for letter in written]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
