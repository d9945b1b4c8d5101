"""Numbers in words, against a second reader that shares nothing with the first but the language."""

import re
from contextlib import suppress
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.speech.numbers import decimal_in_words, digits_in_words, in_words, ordinal, parse

# The second reader never calculates: it writes every digit with its place, then mends the words as a schoolbook does.
_PLACES = ["", " mươi", " trăm"]
_GROUPS = ["", "nghìn", "triệu", "tỷ", "nghìn", "triệu"]
_NAMES = dict(zip("0123456789", "không một hai ba bốn năm sáu bảy tám chín".split(), strict=True))
_MENDED = [
    (re.compile(wrong), right)
    for wrong, right in [
        # Thousands of nothing are named where hundreds follow, which would pass for thousands.
        (r"không trăm không mươi không nghìn (?!không trăm)(?=\S+ trăm)", "kkk nghìn "),
        # Any other group of nothing is passed over with its name.
        (r"không trăm không mươi không( nghìn| triệu)?", ""),
        (r"không mươi không", ""),
        (r"không mươi", "linh"),
        (r"một mươi không", "mười"),
        (r"một mươi năm", "mười lăm"),
        (r"một mươi", "mười"),
        (r"mươi không", "mươi"),
        (r"mươi một", "mươi mốt"),
        (r"mươi bốn", "mươi tư"),
        (r"mươi năm", "mươi lăm"),
        (r"^(\s|không trăm|linh|tỷ)+", ""),
        (r"kkk", "không"),
        (r"\s+", " "),
    ]
]


def spelled_out(digits):
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = re.findall("...", digits)
    words = []
    for place, group in zip(reversed(range(len(groups))), groups, strict=True):
        words += [f"{_NAMES[digit]}{_PLACES[2 - at]}" for at, digit in enumerate(group)]
        words.append(_GROUPS[place])
    text = " ".join(word for word in words if word)
    for wrong, right in _MENDED:
        text = wrong.sub(right, text)
    return text.strip() or "không"


def test_the_second_reader_reads_what_schoolbooks_print():
    assert spelled_out("1485") == "một nghìn bốn trăm tám mươi lăm"
    assert spelled_out("15") == "mười lăm"
    assert spelled_out("0") == "không"
    assert spelled_out("1000000000") == "một tỷ"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (1005, "một nghìn không trăm linh năm"),
        (1485, "một nghìn bốn trăm tám mươi lăm"),
        (2014, "hai nghìn không trăm mười bốn"),
        (10_000, "mười nghìn"),
        (16_928, "mười sáu nghìn chín trăm hai mươi tám"),
        (1_000_500, "một triệu không nghìn năm trăm"),
        (1_000_500_000, "một tỷ năm trăm nghìn"),
        (1_000_001, "một triệu không trăm linh một"),
        (1_050_000, "một triệu không trăm năm mươi nghìn"),
        (1_000_000_000, "một tỷ"),
        (1_500_000_000_000, "một nghìn năm trăm tỷ"),
        (10**15, "một triệu tỷ"),
        (-25, "âm hai mươi lăm"),
    ],
)
def test_numbers_are_read_as_announcers_of_the_north_read_them(number, words):
    assert in_words(number) == words
    assert parse(words) == number


def test_a_number_beyond_a_million_billions_is_refused():
    with pytest.raises(ValueError, match="too large"):
        in_words(10**15 + 1)


def test_all_numbers_below_a_hundred_thousand_agree():
    wrong = [n for n in range(100_000) if in_words(n) != spelled_out(str(n))]

    assert not wrong


def test_all_numbers_below_ten_thousand_and_their_thousandfold_come_back():
    wrong = [n for n in range(10_000) for m in (n, n * 1000, n * 10**6) if parse(in_words(m)) != m]

    assert not wrong


# Whatever a group of three digits can do to its neighbours.
GROUPS = [0, 1, 4, 5, 10, 11, 14, 15, 20, 21, 24, 25, 100, 101, 104, 105, 110, 115, 204, 555, 999]


def test_groups_of_every_kind_beside_each_other_agree_and_come_back():
    for groups in product(GROUPS, repeat=3):
        number = int("".join(f"{group:03}" for group in groups))
        words = in_words(number)
        assert words == spelled_out(str(number)), number
        assert parse(words) == number


@given(st.integers(0, 999_999_999))
@example(999_999_999)
def test_any_number_of_nine_digits_agrees_and_comes_back(number):
    words = in_words(number)

    assert words == spelled_out(str(number))
    assert parse(words) == number


@given(st.integers(-(10**15), 10**15))
def test_any_number_comes_back(number):
    assert parse(in_words(number)) == number


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6))
def test_any_decimal_comes_back(whole, fraction):
    words = decimal_in_words(f"{whole},{fraction}")

    assert parse(words) == Decimal(f"{whole}.{fraction}")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("99,88", "chín mươi chín phẩy tám mươi tám"),
        ("0,05", "không phẩy không năm"),
        ("1,5", "một phẩy năm"),
        ("7,10", "bảy phẩy mười"),
        ("12,345", "mười hai phẩy ba bốn năm"),
        ("3,14159", "ba phẩy một bốn một năm chín"),
        ("1.485,25", "một nghìn bốn trăm tám mươi lăm phẩy hai mươi lăm"),
        ("-0,5", "âm không phẩy năm"),
    ],
)
def test_a_short_fraction_is_a_number_and_a_long_one_is_dictated(written, words):
    assert decimal_in_words(written) == words
    assert parse(words) == Decimal(written.replace(".", "").replace(",", "."))


@pytest.mark.parametrize("words", ["", "mười hồ sơ", "phẩy năm", "ba phẩy", "một phẩy hai phẩy ba"])
def test_other_words_are_no_number(words):
    with pytest.raises(ValueError, match="umber word"):
        parse(words)


WORDS = st.sampled_from(
    [*_NAMES.values(), *"mười mươi trăm nghìn triệu tỷ linh phẩy âm tư".split()]
)


@given(st.lists(WORDS, max_size=12))
@example(["mươi"])
def test_number_words_in_any_order_are_a_number_or_refused(words):
    with suppress(ValueError):
        assert isinstance(parse(" ".join(words)), Decimal)


def test_digits_are_dictated_and_ordinals_have_words_of_their_own():
    assert digits_in_words("0290") == "không hai chín không"
    assert [ordinal(n) for n in (1, 2, 4, 5, 14, 24)] == [
        "nhất",
        "hai",
        "tư",
        "năm",
        "mười bốn",
        "hai mươi tư",
    ]
