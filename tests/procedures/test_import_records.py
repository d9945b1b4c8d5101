"""From one line of text to content, or to the reason why not."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.importing.content import Content
from procedures.importing.errors import Refused
from procedures.importing.records import digest_of, load, read_content
from tests.procedures.source_records import (
    as_line,
    make_method_row,
    make_paper_row,
    make_record,
)


def read(**keys) -> Content:
    return read_content(load(as_line(make_record(**keys))))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"code": "1.000001", ', "Không phải JSON hợp lệ"),
        ("<html>", "Không phải JSON hợp lệ (lỗi ở ký tự thứ 1)"),
        ('{"popular": NaN}', "Không phải JSON hợp lệ"),
        ('{"popular": 1e999}', "Không phải JSON hợp lệ"),
        ("[" * 100_000, "Không phải JSON hợp lệ"),
        ('{"n": ' + "9" * 5000 + "}", "Không phải JSON hợp lệ"),
        ("[1, 2]", "Bản ghi không phải một đối tượng JSON {…}"),
        ("null", "Bản ghi không phải một đối tượng JSON {…}"),
        (b'{"code": "\xff\xfe"}', "Không phải chữ UTF-8 (lỗi ở byte thứ 11)"),
        ('{"a": "' + "x" * 2**21 + '"}', "Bản ghi quá lớn (trên 2 MB)"),
    ],
)
def test_a_line_that_is_no_record_is_refused(line, reason):
    with pytest.raises(Refused, match="^" + reason.split("(")[0].strip()) as refusal:
        load(line)

    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"code": None}, "Không có mã thủ tục"),
        ({"code": " \u200b "}, "Không có mã thủ tục"),
        ({"code": "1.01"}, "Mã “1.01” không đúng dạng"),
        ({"code": "1.000001 OR 1=1"}, "không đúng dạng"),
        ({"code": 1.000001}, "Mục “code” phải là chữ"),
        ({"name": ""}, "Không có tên thủ tục"),
        ({"name": ["Tên"]}, "Mục “name” phải là chữ"),
        ({"name": "x" * 2001}, "Tên thủ tục dài 2001 ký tự, tối đa 2000"),
        ({"field": "x" * 301}, "Lĩnh vực dài 301 ký tự, tối đa 300"),
        ({"levels": ["thon"]}, "Cấp thực hiện “thon” không có trong danh mục"),
        ({"levels": "xa"}, "Cấp thực hiện: mục “levels” không đúng kiểu"),
        ({"levels": [1]}, "Cấp thực hiện: mục “levels” không đúng kiểu"),
        ({"steps": ["Bước 1"]}, "Mục “steps” phải là chữ"),
        ({"methods": {}}, "Cách thức thực hiện: mục “methods” không đúng kiểu"),
        ({"methods": ["Trực tiếp"]}, "Cách thức thực hiện: mục “methods” không đúng kiểu"),
        ({"methods": [make_method_row(channel="Bồ câu")]}, "Hình thức nộp “Bồ câu” không có trong danh mục"),
        ({"methods": [make_method_row(channel=None)]}, "Hình thức nộp “” không có trong danh mục"),
        ({"methods": [make_method_row(time=5)]}, "Thời hạn: mục “time” phải là chữ"),
        ({"methods": [make_method_row(fees=[{"text": 5}])]}, "Phí, lệ phí: mục “text” phải là chữ"),
        ({"dossier": [make_paper_row(originals="1")]}, "Số lượng giấy tờ “1” không hợp lệ"),
        ({"dossier": [make_paper_row(originals=True)]}, "Số lượng giấy tờ “True” không hợp lệ"),
        ({"dossier": [make_paper_row(copies=-1)]}, "Số lượng giấy tờ “-1” không hợp lệ"),
        ({"dossier": [make_paper_row(copies=10**9)]}, "Số lượng giấy tờ “1000000000” không hợp lệ"),
        ({"dossier": [make_paper_row()] * 2001}, "Thành phần hồ sơ: 2001 dòng, tối đa 2000"),
        ({"raw": "chữ"}, "Mục “raw” phải là một đối tượng JSON"),
        ({"source_url": "javascript:alert(1)"}, "Địa chỉ trang nguồn không phải địa chỉ http(s) hợp lệ"),
        ({"source_url": "https://a.vn/" + "x" * 500}, "Địa chỉ trang nguồn dài"),
        ({"online_level": "mức độ 4"}, "Mức trực tuyến “mức độ 4” không có trong danh mục"),
        ({"online_level": "partial"}, "Trực tuyến một phần phải nêu lý do"),
        ({"popular": 0}, "Mục “popular” phải là số từ 1 đến 100"),
        ({"popular": True}, "Mục “popular” phải là số từ 1 đến 100"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_stored_is_refused_with_its_reason(keys, reason):
    with pytest.raises(Refused) as refusal:
        read(**keys)

    assert reason in str(refusal.value)


@given(
    st.dictionaries(
        st.sampled_from([*make_record(), "popular", "online_level", "summary"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*make_method_row(), *make_paper_row(), "title", "number", "text", "dossier"]),
                inner,
                max_size=4,
            ),
            max_leaves=8,
        ),
        max_size=4,
    )
)  # fmt: skip
def test_whatever_a_record_holds_it_is_read_or_refused(keys):
    try:
        content = read(**keys)
    except Refused:
        return
    assert content.code
    assert content.name


def test_a_byte_order_mark_is_no_part_of_a_record():
    assert load(b"\xef\xbb\xbf" + as_line(make_record()).encode())["code"] == "1.000001"
    assert load("\ufeff" + as_line(make_record()))["code"] == "1.000001"


def test_nul_and_halves_of_characters_are_removed_from_what_is_kept():
    raw = load(json.dumps({"na\0me": ["a\0b", {"c": "x\ud800y"}]}))

    assert raw == {"name": ["ab", {"c": "x\ufffdy"}]}


def test_the_order_of_keys_is_no_difference():
    record = make_record()

    assert digest_of(record) == digest_of(dict(reversed(record.items())))
    assert digest_of(record) != digest_of(record | {"name": "Khác"})


def test_texts_are_cleaned_and_names_stand_on_one_line():
    content = read(
        name=" Cấp\u00a0giấy  phép\nxây dựng\u200b", conditions="\uf0fc Đủ tuổi</p>\tCó hộ khẩu"
    )

    assert content.name == "Cấp giấy phép xây dựng"
    assert content.requirements == "- Đủ tuổi\nCó hộ khẩu"


def test_levels_stand_in_one_order_and_come_from_the_words_when_the_key_is_empty():
    assert read(levels=["xa", "bo"]).levels == ("ministry", "commune")
    assert read(levels=[], level_text="Cấp Tỉnh, Cơ quan khác").levels == ("province", "other")
    assert read(levels=[], level_text=None).levels == ()


def test_cases_stand_in_the_order_of_their_first_paper():
    papers = [
        make_paper_row(name="A", case="Cấp mới"),
        make_paper_row(name="B", case="Cấp lại"),
        make_paper_row(name="C", case="Cấp mới"),
        make_paper_row(name="D"),
    ]

    cases = read(dossier=papers).cases

    assert [(case.name, [paper.name for paper in case.papers]) for case in cases] == [
        ("Cấp mới", ["A", "C"]),
        ("Cấp lại", ["B"]),
        ("", ["D"]),
    ]


def test_only_rows_without_a_letter_are_left_out_and_their_case_stays():
    papers = [make_paper_row(name="--"), make_paper_row(name="****", case="Cấp lại")]

    assert [(case.name, case.papers) for case in read(dossier=papers).cases] == [("Cấp lại", ())]


def test_quantities_forms_and_notes_of_papers():
    (case,) = read(
        dossier=[
            make_paper_row(originals=2, copies=1, photocopies=3, form="Mau 01.docx"),
            make_paper_row(name="Lưu ý: không thu bản chính", originals=0),
            make_paper_row(name="Đơn", form="https://dichvucong.gov.vn/mau.docx"),
            make_paper_row(name="", form="Mau 02.docx"),
            make_paper_row(name="ĐơnMau 03.docx", form_unsplit=True),
        ]
    ).cases
    first, note, linked, nameless, glued = case.papers

    assert (first.original_qty, first.copy_qty, first.photocopy_qty) == (2, 1, 3)
    assert (first.form_name, first.is_note) == ("Mau 01.docx", False)
    assert note.is_note
    assert (linked.form_name, linked.form_url) == ("", "https://dichvucong.gov.vn/mau.docx")
    assert nameless.name == "Mau 02.docx"
    assert glued.name == "ĐơnMau 03.docx"


def test_the_number_of_sets_is_taken_from_a_note_that_names_it():
    note = make_paper_row(name="* Số lượng hồ sơ: 02 (bộ)", originals=0)

    assert read(dossier=[make_paper_row(), note]).sets_required == 2
    assert read(dossier=[note, make_paper_row(name="Số lượng hồ sơ: 01 bộ")]).sets_required is None
    assert read().sets_required is None


def test_what_fits_no_part_stays_readable_in_the_description():
    content = read(description="Mô tả.", executing_agency="chứng thực tiến hành chụp, ký tên")

    assert content.executing == ()
    assert content.description == (
        "Mô tả.\n\nCơ quan thực hiện (chữ của nguồn): chứng thực tiến hành chụp, ký tên"
    )


def test_a_table_of_methods_in_one_string_is_given_to_its_channels_unread():
    table = "Hình thức nộpThời gianPhí, lệ phíMô tảTrực tuyến120 VNĐ(một tờ khai)Trực tiếp120 VNĐ"

    online, direct = read(methods=None, raw={"methods": table}).methods

    assert (online.kind, direct.kind) == ("online", "direct")
    assert online.description.endswith(": 120 VNĐ(một tờ khai)")
    assert online.fees == ()
    assert (online.duration.value, online.duration.unit) == (None, "")


def test_other_tables_in_one_string_stand_in_their_part():
    content = read(
        methods=None,
        dossier=None,
        legal_basis=None,
        results=[],
        raw={
            "methods": "Gửi thư",
            "dossier": "Đơn1 bản chính",
            "legal_basis": "Luật 54",
            "result": "Giấy",
        },
    )

    assert content.description == "Cách thức thực hiện (chữ của nguồn): Gửi thư"
    assert [(paper.name, paper.is_note) for paper in content.cases[0].papers] == [
        ("Đơn1 bản chính", True)
    ]
    assert [(basis.text, basis.number) for basis in content.legal_bases] == [("Luật 54", "")]
    assert [result.name for result in content.results] == ["Giấy"]


def test_a_table_that_was_split_is_not_told_twice():
    content = read(raw={"dossier": "Tờ khai1 bản chính", "methods": "Trực tiếp5 Ngày"})

    assert len(content.methods) == len(content.cases) == 1


def test_bases_with_and_without_a_certain_number():
    full, junk, empty = (
        {"title": "Luật Hộ tịch", "number": "Luật 60/2014/QH13", "issued_on": "20-11-2014", "issuer": "Quốc hội"},
        {"title": "Luật Hải quan", "number": "54", "issued_on": "23-06-2014", "issuer": "Quốc hội"},
        {"title": " ", "number": None},
    )  # fmt: skip

    certain, doubtful = read(legal_basis=[full, junk, empty]).legal_bases

    assert (certain.number, certain.doc_type, certain.issuer) == (
        "60/2014/QH13",
        "Luật",
        "Quốc hội",
    )
    assert certain.text == "Luật Hộ tịch"
    assert certain.signed_on.isoformat() == "2014-11-20"
    assert (doubtful.number, doubtful.text) == ("", "Luật Hải quan (54, 23-06-2014, Quốc hội)")


def test_the_additional_keys_of_sample_records():
    content = read(
        summary="Việc\ngì",
        keywords="khai sinh",
        online_level="partial",
        partial_reason="Nộp bản chính",
        popular=1,
    )

    assert (content.summary, content.keywords, content.popularity) == ("Việc\ngì", "khai sinh", 99)
    assert (content.online_level, content.partial_reason) == ("partial", "Nộp bản chính")
    assert read(popular=None).popularity == 0


def test_methods_keep_their_time_and_their_fees():
    (method,) = read(
        methods=[
            make_method_row(
                time="3", fees=[{"text": "70,000 VNĐ", "note": "mỗi lần"}], description="Tại nơi ở"
            )
        ]
    ).methods

    assert (method.duration.value, method.duration.note) == (None, "3")
    assert method.fees[0].amount == Decimal(70_000)
    assert method.description == "Tại nơi ở"
