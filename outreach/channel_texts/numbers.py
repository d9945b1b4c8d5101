"""The numbers that a text tells, so that words which staff changed can be held against their source.

A warning, not a proof: what is written out in the source ("ba ngày") counts only where it is heard, and of single
words those that mean more than a number are passed over.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import override

from outreach.channel_texts.texts import fresh
from outreach.models import ChannelText
from outreach.speech import numbers as words_of
from outreach.speech import reading
from outreach.speech.forms import spoken_forms
from portal.figures import written_number

# 1.485 · 99,88 · 22/11/2026 · 1.485/2.014. What hangs on a letter is part of a name or of an address.
_WRITTEN = re.compile(r"(?<![^\W_])\d+(?:[.,]\d+)*(?:/\d+(?:[.,]\d+)*)*")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"\d+(?:,\d+)?")
_ADDRESS = re.compile(r"https?://\S+")

_WORD = re.compile(r"[^\W\d_]+|[^\w\s]")
# As people type them, beside the forms of `outreach.speech.numbers`.
_OTHER_FORMS = {"ngàn": "nghìn", "tỉ": "tỷ", "lẻ": "linh"}
_JOINING = {"mốt", "tư", "lăm", "mười", "mươi", "trăm", "nghìn", "triệu", "tỷ", "linh", "phẩy"}
_NUMBER_WORDS = set(words_of.DIGITS) | _JOINING
# "không phải", "một cửa", "năm nay", "tư pháp", "hàng nghìn": alone they tell no number for sure.
_OFTEN_NO_NUMBER = {"không", "một", "năm", "tư", "mốt", "lăm", "linh", "phẩy"}


@dataclass(frozen=True)
class Number:
    """A number as it is written, and what it says: of 22/11/2026 the three numbers in their order."""

    written: str
    values: tuple


@dataclass(frozen=True)
class Differences:
    # Numbers that the source does not have, as they are written.
    foreign: list[str]
    # Figures that the fresh words tell and these do not, in full.
    missing: list[str]


def missing_or_foreign(source, channel, body) -> Differences:
    read = _reader_for(source, channel)
    with override(source.language):
        written_anew = fresh(source, channel)
        told = {str(told): read(str(told)) for told in source.told}
        known = read(source.text)
        anew = read(f"{written_anew.title}\n{written_anew.body}")
        here = read(body)
    foreign = [one.written for one in here if not _stands_in(one, [*known, *anew])]
    missing = [
        name
        for name, its in told.items()
        if all(_stands_in(one, anew) for one in its)
        and not all(_stands_in(one, here) for one in its)
    ]
    return Differences(list(dict.fromkeys(foreign)), missing)


def numbers_written(text) -> list[Number]:
    """Those in digits. Leading zeros of days and dots between thousands make no difference."""
    found = _WRITTEN.findall(_ADDRESS.sub(" ", text))
    return [Number(one, tuple(map(_value, one.split("/")))) for one in found]


def numbers_heard(text) -> list[Number]:
    """Those in words, of a text that has been made for the ear."""
    found, run = [], []
    for word in [*_WORD.findall(text.lower()), ""]:
        word = _OTHER_FORMS.get(word, word)
        if word in _NUMBER_WORDS:
            run.append(word)
        else:
            found += _numbers_of_run(run)
            run = []
    return found


def _reader_for(source, channel):
    known_signs = [source.code.readable_address, source.code.address, source.address, source.phone]

    def in_digits(text):
        for sign in filter(None, known_signs):
            text = text.replace(sign, " ")
        return numbers_written(text)

    if channel != ChannelText.Channel.LOUDSPEAKER:
        return in_digits
    forms = spoken_forms()

    def aloud(text):
        said = reading.spoken(text, forms)
        return [*numbers_heard(said), *in_digits(said)]

    return aloud


def _stands_in(number, others):
    """A day without its year, or a part without its whole, says nothing else than the source."""
    length = len(number.values)
    return any(
        other.values[start : start + length] == number.values
        for other in others
        for start in range(len(other.values) - length + 1)
    )


def _value(written):
    if _GROUPED.fullmatch(written) or _PLAIN.fullmatch(written):
        return Decimal(written.replace(".", "").replace(",", "."))
    # The code of a procedure, a version of something.
    return written


def _numbers_of_run(run):
    """A run of number words may hold several numbers: "tháng mười một năm hai nghìn…"."""
    if len(run) > 2 and all(word in words_of.DIGITS for word in run):
        digits = "".join(str(words_of.DIGITS.index(word)) for word in run)
        return [Number(digits, (digits,))]
    found = []
    while run:
        length, value = _longest_number(run)
        is_sure = length > 1 or run[0] not in _OFTEN_NO_NUMBER
        if value is not None and is_sure:
            found.append(Number(written_number(value), (value,)))
        run = run[length:]
    return found


def _longest_number(run):
    for length in range(len(run), 0, -1):
        said = " ".join(run[:length])
        try:
            value = words_of.parse(said)
        except ValueError:
            continue
        if _in_one_form(_says(value)) == _in_one_form(said):
            return length, value
    return 1, None


def _says(value):
    return words_of.decimal_in_words(f"{value:f}".replace(".", ","))


def _in_one_form(said):
    """Hundreds may go without being said, and "tư" is "bốn" in the South."""
    return said.replace("không trăm ", "").replace("mươi bốn", "mươi tư")
