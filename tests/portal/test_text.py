"""Vietnamese text: one spelling stored, one folding for search, one order for lists."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import clean_line, clean_text, fold, settle_tones, slugify, sort_key

VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)
words = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " ", max_size=40)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng ký kết hôn", "dang ky ket hon"),
        ("ĐƯỜNG THUỶ", "duong thuy"),
        (unicodedata.normalize("NFD", "Giấy khai sinh"), "giay khai sinh"),
        ("1.001193", "1.001193"),
    ],
)
def test_folding_takes_accents_and_the_stroke_of_d_away(typed, folded):
    assert fold(typed) == folded


@given(words)
def test_folding_keeps_the_length_of_composed_text(text):
    composed = unicodedata.normalize("NFC", text)

    assert len(fold(composed)) == len(composed)


@given(words)
def test_folding_is_the_same_for_composed_and_decomposed_text(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("one", "other"),
    [("hòa giải", "hoà giải"), ("thủy sản", "thuỷ sản"), ("Khoẻ", "khỏe"), ("hoá đơn", "HÓA ĐƠN")],
)
def test_both_ways_to_place_a_tone_are_one_word(one, other):
    assert settle_tones(one) == settle_tones(other)


@pytest.mark.parametrize(
    ("one", "other"), [("má", "mã"), ("quý", "quỳ"), ("của", "cưa"), ("mùa", "muà")]
)
def test_words_that_differ_stay_apart(one, other):
    assert settle_tones(one) != settle_tones(other)


def test_lists_follow_the_vietnamese_alphabet_then_the_tones():
    ordered = [
        "An Biên", "Ánh", "Ăn", "Âu", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Cà Mau", "Da", "Đa",
        "Em", "Ê", "Oanh", "Ông", "Ở", "Uy", "Ứng", "Xã 2", "Xã 10", "Y tế",
    ]  # fmt: skip

    assert sorted(set(ordered), key=sort_key) == ordered


@given(words, words)
def test_a_word_sorts_before_its_continuation(one, rest):
    start = sort_key(one)

    assert start <= sort_key(f"{one} {rest}")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Đất đai", "dat-dai"),
        ("Hàng hải và đường thủy nội địa", "hang-hai-va-duong-thuy-noi-dia"),
        ("Thi đua – Khen thưởng", "thi-dua-khen-thuong"),
    ],
)
def test_an_address_keeps_every_letter_of_the_name(name, slug):
    assert slugify(name) == slug


def test_a_long_address_is_cut_between_words():
    slug = slugify("Giấy chứng nhận quyền sử dụng đất và tài sản gắn liền", max_length=20)

    assert slug == "giay-chung-nhan"


def test_stored_text_is_composed_and_holds_nothing_invisible():
    dirty = unicodedata.normalize("NFD", "Ti\u200bếng\u00a0 Việt\u202e\x00") + "\tsạch\uf0fc"

    assert clean_line(dirty) == "Tiếng Việt sạch-"


def test_stored_text_keeps_its_lines_and_loses_only_blank_runs():
    assert clean_text("một \r\n\r\n\r\n\r\n  hai\u2028ba ") == "một\n\nhai\nba"


@given(st.text(alphabet="aẤ\u0301 \n\t\u00a0\u200b\ue000\u2028\x00", max_size=12))
def test_text_left_as_it_is_had_nothing_to_clean(text):
    cleaned = clean_text(text)

    assert not any(
        unicodedata.category(char) in {"Cc", "Cf", "Co", "Zl"} for char in cleaned if char != "\n"
    )
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(line == " ".join(line.split()) for line in cleaned.split("\n"))


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
