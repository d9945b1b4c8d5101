"""Syllables, slips and phrases: what the search makes of text before it looks anything up."""

import pytest

from procedures.models import SearchTerm, codes_meant_by
from procedures.searching.mending import slips_of, without_residue
from procedures.searching.words import is_syllable, keys_of, phrase_key, words_of
from procedures.services import complete_procedures
from tests.factories import make_procedure, make_synonym


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Đăng ký", ["dang", "ki"]),
        ("ĐĂNG KÍ", ["dang", "ki"]),
        ("hòa, hoà", ["hoa", "hoa"]),
        ("quý; thuỷ", ["quy", "thuy"]),
        ("mức độ 02", ["muc", "do", "2"]),
        ("xe-máy/ô_tô", ["xe", "may", "o", "to"]),
        ("đó\u0302ng", ["dong"]),
        ("", []),
    ],
)
def test_words_are_compared_without_accents_and_spellings(text, keys):
    assert keys_of(text) == keys


def test_accents_are_kept_beside():
    assert [found.accented for found in words_of("Hòa hoà")] == ["hoà", "hoà"]
    assert [found.has_marks for found in words_of("thuế xe")] == [True, False]


def test_one_phrase_has_one_key():
    assert phrase_key("Sổ  ĐỎ") == phrase_key("so do") == "so do"


@pytest.mark.parametrize(
    "key", ["nghieng", "quyen", "khuyu", "giay", "y", "oan", "thuong", "xoong"]
)
def test_vietnamese_syllables_are_told(key):
    assert is_syllable(key)


@pytest.mark.parametrize("key", ["qian", "thhanh", "nfoai", "wifi", "chung1", "k", "giiay"])
def test_what_is_no_syllable_is_told(key):
    assert not is_syllable(key)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dduowngf", "duong"),
        ("hoaf", "hoa"),
        ("laij", "lai"),
        ("kys", "ki"),
        ("beenhj", "benh"),
        ("tieesng", "tieng"),
        ("thoong", "thong"),
    ],
)
def test_telex_keys_left_in_a_word_are_undone(typed, meant):
    assert meant in without_residue(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thuog", "thuong"),
        ("thuonng", "thuong"),
        ("thunog", "thuong"),
        ("thuohg", "thuong"),
        ("thuonh", "thuong"),
    ],
)
def test_a_slip_leads_back_to_the_word(typed, meant):
    assert (meant,) in slips_of(typed)


def test_a_lost_blank_leads_back_to_two_words():
    assert ("khai", "sinh") in slips_of("khaisinh")


def test_likelier_slips_cost_less():
    slips = slips_of("sinj")

    assert slips["sinh",] < slips["sina",]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("1.012753.H19", ["1.012753.H19", "1.012753"]),
        ("1.010039.01", ["1.010039"]),
        ("1-003650", ["1.003650"]),
        ("1_003650", ["1.003650"]),
        ("mã 1 . 009454 ạ", ["1.009454"]),
        ("２００１４２８", ["2.001428"]),
        ("0912345678", []),
        ("1.0011", []),
        ("không có mã", []),
    ],
)
def test_codes_are_read_from_what_is_typed(typed, codes):
    assert codes_meant_by(typed) == codes


@pytest.mark.django_db
def test_terms_are_counted_once_a_procedure():
    procedures = [
        make_procedure(name="Đăng ký khai sinh, khai sinh lưu động"),
        make_procedure(name="Khai sinh", keywords="khai sinh"),
    ]

    complete_procedures([procedure.pk for procedure in procedures])

    row = SearchTerm.objects.get(term="khai_sinh")
    assert (row.in_titles, row.anywhere) == (2, 2)
    assert SearchTerm.objects.get(term=SearchTerm.objects.TOTAL).anywhere == 2


@pytest.mark.django_db
def test_a_synonym_keeps_its_key_in_step():
    synonym = make_synonym("Sổ Đỏ")

    synonym.term = "Sổ hồng"
    synonym.save()

    synonym.refresh_from_db()
    assert synonym.folded_term == "so hong"
