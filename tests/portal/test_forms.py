"""What people see of a form: names, hints and errors tied to their fields, and one list of what to correct."""

import re
from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from portal.forms import DayField, PhoneField, UploadField


class Letter(forms.Form):
    name = forms.CharField(
        label="Họ và tên",
        help_text="Ghi như trong căn cước.",
        error_messages={"required": "Ghi họ và tên."},
    )
    phone = PhoneField(label="Số điện thoại", required=False)
    kind = forms.ChoiceField(
        label="Ông/bà muốn gửi gì?",
        help_text="Chọn một.",
        choices=[("a", "Phản ánh"), ("b", "Kiến nghị")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một trong hai."},
    )
    consent = forms.BooleanField(
        label="Tôi đồng ý", error_messages={"required": "Đánh dấu nếu đồng ý."}
    )
    token = forms.CharField(widget=forms.HiddenInput)


def tag(html, name):
    """The first tag that has the name or the id."""
    return re.search(rf'<\w+[^>]*\b(?:id|name)="{name}"[^>]*>', html)[0]


def test_a_field_is_named_and_its_hint_is_tied_to_it():
    html = str(Letter())

    assert re.search(r'<label class="field__label" for="id_name">Họ và tên\s*</label>', html)
    assert 'aria-describedby="id_name_helptext"' in tag(html, "id_name")
    assert "Ghi như trong căn cước." in re.search(r'id="id_name_helptext">([^<]*)<', html)[1]
    assert "aria-invalid" not in html


def test_a_wrong_field_says_what_to_do_and_is_tied_to_it():
    html = str(Letter({"token": "x"}))

    control = tag(html, "id_name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in control
    assert 'aria-invalid="true"' in control
    assert "Ghi họ và tên." in html.split('id="id_name_error"')[1].split("<input")[0]


def test_choices_stand_in_a_group_with_a_name_a_hint_and_an_error():
    html = str(Letter({"token": "x"}))

    group = re.search(r"<fieldset[^>]*>.*?</fieldset>", html, re.DOTALL)[0]
    assert 'aria-describedby="id_kind_helptext id_kind_error"' in group.split(">")[0]
    assert re.search(r"<legend[^>]*>Ông/bà muốn gửi gì\?\s*</legend>", group)
    assert "Chọn một trong hai." in group
    assert group.count('type="radio"') == 2
    assert '<label class="choice__label" for="id_kind_1">Kiến nghị</label>' in group


def test_a_box_to_tick_stands_before_its_words():
    html = str(Letter())

    assert html.index('id="id_consent"') < html.index('for="id_consent"')


def test_only_what_may_be_left_empty_is_marked():
    html = str(Letter())

    assert html.count("không bắt buộc") == 1
    assert "không bắt buộc" in re.search(r'for="id_phone">[^/]*</span>', html)[0]


def test_what_is_to_be_corrected_is_listed_first_with_links_to_the_fields():
    html = str(Letter({"token": "x", "phone": "12"}))

    summary = html[: html.index("</section>")]
    assert "Có 4 chỗ cần sửa" in summary
    assert re.findall(r'href="#([^"]+)"', summary) == [
        "id_name",
        "id_phone",
        "id_kind_0",
        "id_consent",
    ]
    assert all(f'id="{target}"' in html for target in re.findall(r'href="#([^"]+)"', summary))
    assert "Ghi họ và tên." in summary


def test_a_hidden_field_that_is_wrong_is_not_hidden_from_people():
    html = str(Letter({"name": "Bảy", "kind": "a", "consent": "on"}))

    summary = html[: html.index("</section>")]
    assert "Có 1 chỗ cần sửa" in summary
    assert "bắt buộc" in summary
    assert "<a" not in summary


def test_a_right_form_lists_nothing():
    html = str(Letter({"token": "x", "name": "Bảy", "kind": "a", "consent": "on"}))

    assert "cần sửa" not in html


def test_forms_speak_the_language_of_the_page():
    with translation.override("en"):
        html = str(Letter({"token": "x"}))

    assert "cần sửa" not in html
    assert "không bắt buộc" not in html


@pytest.mark.django_db
def test_the_staff_pages_keep_their_own_forms(client, admin_user):
    html = client.get("/quan-tri/login/", follow=True).content.decode()

    assert "field__" not in html
    assert 'id="id_username"' in html


@pytest.mark.parametrize(
    "typed", ["2/9/1985", "02/09/1985", "02-09-1985", "2.9.1985", "02 09 1985", "02091985"]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_day_is_read_day_first_in_every_language(language, typed):
    with translation.override(language):
        assert DayField().clean(typed) == date(1985, 9, 2)


@pytest.mark.parametrize("typed", ["31/02/1985", "hôm qua", "1985", "2/9/85", "9" * 5_000])
def test_what_is_no_day_is_refused_with_an_example(typed):
    with pytest.raises(forms.ValidationError, match="02/09/1985"):
        DayField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912 345 678", "+84912345678"),
        ("(0290) 3831.234", "+842903831234"),
        ("+84 912-345-678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("+855 12 345 678", "+85512345678"),
    ],
)
def test_a_telephone_number_is_kept_in_its_international_form(typed, kept):
    assert PhoneField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "912345678", "091234567", "0912345678x", "+12"])
def test_what_is_no_telephone_number_is_refused_with_an_example(typed):
    with pytest.raises(forms.ValidationError, match="0912 345 678"):
        PhoneField().clean(typed)


def test_a_file_field_says_which_files_it_takes():
    field = UploadField(types=["pdf", "jpg"], megabytes=10)

    assert str(field.help_text) == "Nhận tệp PDF, JPG, không quá 10\u00a0MB."
    assert field.widget.attrs["accept"] == ".pdf,.jpg"


def test_a_file_of_another_type_or_too_large_is_refused():
    field = UploadField(types=["pdf"], megabytes=1)

    with pytest.raises(forms.ValidationError, match="thuộc loại PDF"):
        field.clean(SimpleUploadedFile("a.exe", b"x"))
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(SimpleUploadedFile("a.pdf", b"x" * 1_572_864))
    assert refusal.value.messages == ["Tệp nặng 1,5\u00a0MB. Chọn tệp không quá 1\u00a0MB."]
    assert field.clean(SimpleUploadedFile("A.PDF", b"x")).name == "A.PDF"
