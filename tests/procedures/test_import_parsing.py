"""Every parser against a table of what the real file holds, and against made-up odd input."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import fold
from procedures.importing import cleaning, parsing
from procedures.importing.fees import parse_fees, read_amount
from procedures.importing.parsing import (
    is_note,
    parse_act,
    parse_agencies,
    parse_applicants,
    parse_channel,
    parse_date,
    parse_decision,
    parse_duration,
    parse_level,
    parse_steps,
)


@pytest.mark.parametrize(
    ("text", "value", "unit", "note"),
    [
        ("5 Ngày làm việc", 5, "working_day", ""),
        ("03 ngày làm việc", 3, "working_day", ""),
        ("30 Ngày", 30, "day", ""),
        ("01 Giờ", 1, "hour", ""),
        ("12 Tháng", 12, "month", ""),
        ("1.5 Ngày làm việc", "1.5", "working_day", ""),
        ("1,5 ngày", "1.5", "day", ""),
        ("0.5 Giờ", "0.5", "hour", ""),
        # Words that say more stay beside the value.
        (
            "Không quá 10 ngày làm việc",
            10,
            "working_day",
            "Không quá 10 ngày làm việc",
        ),
        (
            "3 ngày làm việc kể từ ngày nhận đủ hồ sơ",
            3,
            "working_day",
            "3 ngày làm việc kể từ ngày nhận đủ hồ sơ",
        ),
        ("8 giờ làm việc", 8, "hour", "8 giờ làm việc"),
        ("Giải quyết ngay", None, "immediate", "Giải quyết ngay"),
        ("Ngay trong ngày làm việc", None, "immediate", "Ngay trong ngày làm việc"),
        # What cannot be read stays words.
        ("3", None, "", "3"),
        ("10-25", None, "", "10-25"),
        ("0 Giờ", None, "", "0 Giờ"),
        ("Không quy định", None, "", "Không quy định"),
        ("15 ngày, trường hợp phức tạp 30 ngày", None, "", "15 ngày, trường hợp phức tạp 30 ngày"),
        ("10 - 15 ngày", None, "", "10 - 15 ngày"),
        ("0,25 ngày", None, "", "0,25 ngày"),
        ("123456 ngày", None, "", "123456 ngày"),
        ("Chậm nhất là ngay trước khi tàu rời cảng", None, "", "Chậm nhất là ngay trước khi tàu rời cảng"),
        # The source's words for nothing are no words.
        ("Không có thông tin", None, "", ""),
        ("không có thông tin.", None, "", ""),
        ("", None, "", ""),
        (None, None, "", ""),
    ],
)  # fmt: skip
def test_a_time_limit_is_read_or_kept_in_words(text, value, unit, note):
    duration = parse_duration(text)

    assert duration.value == (None if value is None else Decimal(str(value)))
    assert (duration.unit, duration.note) == (unit, note)


@pytest.mark.parametrize(
    ("text", "note", "amount", "currency"),
    [
        ("Miễn phí", "", 0, "VND"),
        ("Miễn phí", "Không quy định.", 0, "VND"),
        ("Miễn phí", "- Miễn lệ phí (Thông tư số 47/2019/TT-BTC).", 0, "VND"),
        ("Phí: 0 VNĐ", "", 0, "VND"),
        ("Phí : 0 Đồng", "", 0, "VND"),
        ("Phí : Không Đồng", "", 0, "VND"),
        ("Không thu phí", "", 0, "VND"),
        ("70,000 VNĐ", "", 70_000, "VND"),
        ("70.000 đồng", "", 70_000, "VND"),
        ("20000 Đồng", "", 20_000, "VND"),
        ("9,000,000 Việt Nam Đồng", "", 9_000_000, "VND"),
        ("70,000 VNĐ", "70.000 đồng/giấy", 70_000, "VND"),
        ("70,000 VNĐ", "/hồ sơ (Thông tư số 61/2023/TT-BTC)", 70_000, "VND"),
        ("2,000,000 VNĐ", "Theo Thông tư 25/2022/TT-BTC: 02 triệu đồng/lần cấp.", 2_000_000, "VND"),
        ("50.000đ/giấy", "", 50_000, "VND"),
        ("10 USD", "10USD/giấy", 10, "USD"),
        ("1.5 USD", "", "1.5", "USD"),
        # As odd as it is, it is what the text says.
        ("90 VNĐ", "", 90, "VND"),
        ("1 Việt Nam Đồng", "Đăng ký qua mạng được miễn lệ phí", 1, "VND"),
        # Unknown is not free.
        ("Không có thông tin", "", None, "VND"),
        ("Phí :  Đồng", "", None, "VND"),
        ("Phí: ĐồngXem chi tiết", "", None, "VND"),
        ("Theo quy định của Hội đồng nhân dân cấp tỉnh", "", None, "VND"),
        ("Bằng 50% mức thu phí tại Thông tư 249/2016/TT-BTC", "", None, "VND"),
        # A note that says otherwise leaves no amount.
        ("Miễn phí", "Mức lệ phí do Hội đồng nhân dân cấp tỉnh quy định", None, "VND"),
        ("Miễn phí", "190.000 đồng/sổ", None, "VND"),
        ("Miễn phí", "Miễn lệ phí cho người thuộc hộ nghèo", None, "VND"),
        ("Miễn phí", "Chưa quy định.", None, "VND"),
        ("Phí : 0 Đồng (công bố nội dung: 100.000 đồng/lần)", "", None, "VND"),
        ("50 VNĐ", "50.000đ/giấy thông hành", None, "VND"),
        ("145 VNĐ", "145 USD/thẻ", None, "VND"),
        ("1,000,000 VNĐ", "Áp dụng mức phí: 500.000 đồng đến hết ngày 31/12/2026", None, "VND"),
        ("140,000,000 VNĐ", "đến hết ngày 31/12/2026 bằng 50% mức phí nêu trên", None, "VND"),
        ("5,000,000 VNĐ", "Miễn phí từ ngày 07/4/2026 đến 30/6/2026", None, "VND"),
        ("150,000 VNĐ", "Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định", None, "VND"),
        ("50.000 đồng/hồ sơ. Riêng năng khiếu: 120.000 đồng/hồ sơ", "", None, "VND"),
        # Not written as sums are.
        ("15.000.0000 đồng", "", None, "VND"),
        ("1.00.000 đồng", "", None, "VND"),
        ("99999999999999 đồng", "", None, "VND"),
    ],
)  # fmt: skip
def test_an_amount_is_read_only_where_no_word_contradicts_it(text, note, amount, currency):
    (fee,) = parse_fees(text, note)

    assert fee.amount == (None if amount is None else Decimal(str(amount)))
    assert fee.currency == currency
    assert fee.note == note
    assert fee.source_text == cleaning.fee_text(text)


def test_several_fees_of_one_cell_become_rows_of_their_kind():
    charge, levy = parse_fees(
        "Phí : 0.5 USD (dưới 16 tuổi)\nLệ phí : 01 USD (từ 16 tuổi)", "Thu một lần"
    )

    assert (charge.kind, charge.amount, charge.note) == ("charge", Decimal("0.5"), "")
    assert (levy.kind, levy.amount, levy.note) == ("levy", Decimal(1), "Thu một lần")
    assert charge.source_text == "Phí : 0.5 USD (dưới 16 tuổi)"


def test_a_line_without_a_fee_of_its_own_stays_with_the_fee_before_it():
    fees = parse_fees("Phí : Đồng (Theo quy định)\nFile đính kèm: 62.pdf\nPhí : 5.000 Đồng")

    assert [fee.amount for fee in fees] == [None, 5000]
    assert fees[0].source_text == "Phí : Đồng (Theo quy định)\nFile đính kèm: 62.pdf"


def test_a_note_without_a_fee_is_kept():
    (fee,) = parse_fees("", "Theo thông báo")

    assert (fee.amount, fee.source_text, fee.note) == (None, "", "Theo thông báo")
    assert parse_fees("", "") == ()


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("1421/QĐ-BTC", "1421/QĐ-BTC", ""),
        ("105a/QĐ-NHNN", "105a/QĐ-NHNN", ""),
        ("885/QĐ-BCA-C06", "885/QĐ-BCA-C06", ""),
        ("1505/QĐ-TTg", "1505/QĐ-TTg", ""),
        ("Quyết định số 6225/QĐ-BQP", "6225/QĐ-BQP", "Quyết định số 6225/QĐ-BQP"),
        ("SỐ 2345/QĐ-NHNN", "2345/QĐ-NHNN", "SỐ 2345/QĐ-NHNN"),
        ("3713/QD-BTP", "3713/QĐ-BTP", "3713/QD-BTP"),
        ("3980 /QĐ-BQP", "3980/QĐ-BQP", "3980 /QĐ-BQP"),
        ("2267./QĐ-BXD", "2267/QĐ-BXD", "2267./QĐ-BXD"),
        ("QĐ/1234-BCA", "QĐ/1234-BCA", ""),
        ("QĐ2338-BTP", "QĐ2338-BTP", ""),
        ("Quyết định số 4777", "Quyết định số 4777", ""),
        ("Demo/QĐ-BCA", "Demo/QĐ-BCA", ""),
        ("1681", "1681", ""),
        ("", "", ""),
    ],
)
def test_a_decision_number_is_settled_where_it_is_certain(text, number, words):
    assert parse_decision(text) == (number, words)


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("118/2025/NĐ-CP", "118/2025/NĐ-CP", "Nghị định"),
        ("10/2022/tt-nhnn", "10/2022/TT-NHNN", "Thông tư"),
        ("Thông tư số 03/2023/TT-BTP", "03/2023/TT-BTP", "Thông tư"),
        ("số75/2013/TT-BTC", "75/2013/TT-BTC", "Thông tư"),
        ("Luật số: 59/2020/QH14", "59/2020/QH14", "Luật"),
        ("60/2014/QH13", "60/2014/QH13", ""),
        ("31/2025/QĐ-TTg", "31/2025/QĐ-TTg", "Quyết định"),
        ("66.7/2025/NQ-CP", "66.7/2025/NQ-CP", "Nghị quyết"),
        ("2026.55/2026/TT-BTC", "55/2026/TT-BTC", "Thông tư"),
        ("18/2021/ND-CP", "18/2021/NĐ-CP", "Nghị định"),
        ("21/2008/TTLT- BQP-BLĐTBXH-BTC", "21/2008/TTLT-BQP-BLĐTBXH-BTC", "Thông tư liên tịch"),
        ("191/2005/TTLT/BQP-BTC", "191/2005/TTLT/BQP-BTC", "Thông tư liên tịch"),
        ("26/2005/PL-UBTVQH11", "26/2005/PL-UBTVQH11", "Pháp lệnh"),
        ("Nghị quyết số 111/2025/UBTVQH15", "111/2025/UBTVQH15", "Nghị quyết"),
        ("2222/QĐ-BHXH", "2222/QĐ-BHXH", "Quyết định"),
        # These could be many acts.
        ("54", "", ""),
        ("225/NĐ-CP", "", ""),
        ("2010/TT-BTP", "", ""),
        ("Thông tư số 85/2024/TT-B", "", ""),
        ("48/VBHN-VPQH", "", ""),
        ("34/2023", "", ""),
        ("BỘ LUẬT  HÀNG HẢI VIỆT NAM", "", ""),
        ("", "", ""),
    ],
)
def test_an_act_is_known_by_a_full_number_only(text, number, kind):
    assert parse_act(text) == (number, kind)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bộ Tư pháp", ["Bộ Tư pháp"]),
        ("Cục Thuế - Bộ tài chính, Thuế tỉnh, thành phố, Thuế cơ sở",
         ["Cục Thuế - Bộ tài chính", "Thuế tỉnh, thành phố", "Thuế cơ sở"]),
        ("Ủy ban nhân dân cấp xã\nỦy ban nhân dân cấp xã", ["Ủy ban nhân dân cấp xã"]),
        ("\nSở Tư Pháp\n\nSở Tư pháp", ["Sở Tư Pháp"]),
        ("Cục Chất lượng, Chế biến và Phát triển thị trường - Bộ NN và MT, Bộ Y tế",
         ["Cục Chất lượng, Chế biến và Phát triển thị trường - Bộ NN và MT", "Bộ Y tế"]),
        ("Cục Đo đạc, Bản đồ và Thông tin địa lý", ["Cục Đo đạc, Bản đồ và Thông tin địa lý"]),
        ("Ban quản lý khu công nghiệp, khu kinh tế các tỉnh, thành phố, Sở Tài chính",
         ["Ban quản lý khu công nghiệp, khu kinh tế các tỉnh, thành phố", "Sở Tài chính"]),
        ("Bộ, cơ quan ngang Bộ, cơ quan thuộc Chính phủ", ["Bộ, cơ quan ngang Bộ, cơ quan thuộc Chính phủ"]),
        ("Cơ sở đăng kiểm (xe cơ giới, Xe máy, Cục X), Bộ Công an",
         ["Cơ sở đăng kiểm (xe cơ giới, Xe máy, Cục X)", "Bộ Công an"]),
        ("Bệnh viện theo quy định; Hội đồng xác nhận; ; Hội đồng Giám định y khoa.",
         ["Bệnh viện theo quy định", "Hội đồng xác nhận", "Hội đồng Giám định y khoa"]),
        ("", []),
    ],
)  # fmt: skip
def test_agencies_are_divided_where_a_name_begins(text, names):
    assert parse_agencies(text) == (tuple(names), "")


@pytest.mark.parametrize(
    "text",
    [
        "chứng thực tiến hành chụp từ bản chính, Bộ Tư pháp",
        "Bộ Tư pháp\n* Ký, ghi rõ họ tên",
        "Cơ quan " + "rất dài " * 100,
    ],
)
def test_words_that_are_no_agency_make_none(text):
    assert parse_agencies(text) == ((), text)


@given(st.lists(st.sampled_from(["Bộ Y tế", "Sở Xây dựng", "Thuế tỉnh, thành phố"]), max_size=6))
def test_joined_agencies_equal_the_source_up_to_repeats(names):
    found, rest = parse_agencies(", ".join(names))

    assert (found, rest) == (tuple(dict.fromkeys(names)), "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Công dân Việt Nam", ["Công dân Việt Nam"]),
        ("Tổ chức (không bao gồm doanh nghiệp, HTX), Công dân Việt Nam, Cán bộ, công chức, viên chức",
         ["Tổ chức (không bao gồm doanh nghiệp, HTX)", "Công dân Việt Nam", "Cán bộ, công chức, viên chức"]),
        ("Doanh nghiệp, Doanh nghiệp có vốn đầu tư nước ngoài, Doanh nghiệp",
         ["Doanh nghiệp", "Doanh nghiệp có vốn đầu tư nước ngoài"]),
        ("công dân việt nam\nHợp tác xã", ["Công dân Việt Nam", "Hợp tác xã"]),
        ("Công dân Việt Nam, Chủ tàu, thuyền trưởng, Hợp tác xã",
         ["Công dân Việt Nam", "Chủ tàu, thuyền trưởng", "Hợp tác xã"]),
        ("Người nước ngoài cư trú tại Việt Nam", ["Người nước ngoài cư trú tại Việt Nam"]),
        ("", []),
    ],
)  # fmt: skip
def test_applicants_are_told_apart_by_what_is_known(text, names):
    assert parse_applicants(text) == tuple(names)


@given(st.lists(st.sampled_from(parsing.APPLICANTS), unique=True))
def test_every_list_of_known_applicants_is_read_back(names):
    assert parse_applicants(", ".join(names)) == tuple(names)


def test_steps_are_divided_at_their_numbers():
    steps = parse_steps(
        "Chuẩn bị.\n- Bước 1: Nộp.\n+ Bước 2. Nhận. b) Bước 3: Trả kết quả ở Bước 2."
    )

    assert [(step.title, step.body) for step in steps] == [
        ("", "Chuẩn bị."),
        ("Bước 1", "Nộp."),
        ("Bước 2", "Nhận."),
        ("b) Bước 3", "Trả kết quả ở Bước 2."),
    ]


def test_a_heading_between_two_counts_stands_on_its_own():
    steps = parse_steps("Bước 1: Nộp.\nTrường hợp cấp lại:\nBước 1: Nộp lại.")

    assert [(step.title, step.body) for step in steps] == [
        ("Bước 1", "Nộp."),
        ("", "Trường hợp cấp lại:"),
        ("Bước 1", "Nộp lại."),
    ]


@pytest.mark.parametrize("text", ["Nộp hồ sơ rồi chờ.", "a) Nộp\nb) Nhận", ""])
def test_steps_without_numbers_stay_whole(text):
    assert [step.body for step in parse_steps(text)] == ([text] if text else [])


@given(st.text(alphabet="Bước 123456789:.\n-+ab)Nộp", max_size=200))
def test_no_letter_of_the_steps_is_lost(text):
    text = cleaning.prose(text)
    kept = "".join(step.title + step.body for step in parse_steps(text))

    assert _letters(kept) == _letters(text)


@pytest.mark.parametrize(
    ("name", "quantities", "form", "expected"),
    [
        ("Lưu ý: nộp bản sao có chứng thực", (0, 0, 0), "", True),
        ("- Giấy tờ phải xuất trình:", (0, 0, 0), "", True),
        ("Trường hợp nộp trực tuyến thì ký số", (0, 0, None), "", True),
        ("* Số lượng hồ sơ: 01 (bộ)", (0, 0, 0), "", True),
        ("+ Tờ khai hải quan: 02 bản chính", (0, 0, 0), "", False),
        ("b) Giấy phép nhập khẩu", (None, None, None), "", False),
        ("Lưu ý", (1, 0, 0), "", False),
        ("Trường hợp khác", (0, 0, 0), "mau.doc", False),
    ],
)
def test_a_note_between_papers_is_told_from_a_paper(name, quantities, form, expected):
    assert is_note(name, quantities, form) is expected


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("bo", "ministry"), ("tinh", "province"), ("huyen", "district"), ("xa", "commune"), ("khac", "other"),
        ("Cấp bộ", "ministry"), ("Cấp Tỉnh", "province"), ("Cơ quan khác", "other"), ("thôn", None), ("", None),
    ],
)  # fmt: skip
def test_levels_are_known_by_key_and_by_words(word, level):
    assert parse_level(word) == level


def test_channels_are_known_by_their_words():
    words = ["Trực tiếp", "trực tuyến", "Dịch vụ bưu chính", "Bồ câu"]

    assert [parse_channel(word) for word in words] == ["direct", "online", "postal", None]


def test_dates_are_read_day_first():
    assert parse_date("19-02-2016") == date(2016, 2, 19)
    assert parse_date("2/9/2026") == date(2026, 9, 2)
    assert parse_date("31-02-2016") is None
    assert parse_date("năm 2016") is None


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Nộp hồ sơ.</p>\n<p>Nhận</p>", "Nộp hồ sơ.\n\nNhận"),
        ("Một<br/>hai<strong class='x'> ba</strong>", "Một\nhai ba"),
        ("Tàu <500 GT và <họ tên>", "Tàu <500 GT và <họ tên>"),
        ("A &amp; B&nbsp;C", "A & B C"),
        ("R&D và AT&T;", "R&D và AT&T;"),
        ("gạch\uf0fc \u200bđầu\u202e\tdòng\u00a0", "gạch- đầu dòng"),
        ("Ha\u0300 No\u0323\u0302i", "Hà Nội"),
    ],
)
def test_remnants_of_web_pages_are_removed_and_words_are_not(text, clean):
    assert cleaning.prose(text) == clean


@given(st.text(max_size=300))
def test_any_text_may_stand_in_any_cell(text):
    cleaned = cleaning.prose(cleaning.storable(text))
    for parse in (
        parse_duration,
        parse_fees,
        parse_steps,
        parse_agencies,
        parse_applicants,
        parse_act,
    ):
        parse(cleaned)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000, "1,000" * 20_000, "Bước 1" * 15_000, ", Bộ" * 25_000, " " * 100_000, "(" * 100_000,
        "<p " * 30_000, "Phí :" * 20_000, "mien " * 20_000, "a) " * 30_000, ";\n" * 50_000, "-" * 100_000,
    ],
)  # fmt: skip
def test_long_odd_cells_take_no_time(text):
    start = time.perf_counter()
    cleaned = cleaning.prose(text)
    for parse in (
        parse_duration,
        parse_fees,
        parse_steps,
        parse_agencies,
        parse_applicants,
        parse_act,
        parse_decision,
    ):
        parse(cleaned)
    is_note(cleaned, (0,), "")
    read_amount(cleaned, cleaned)

    assert time.perf_counter() - start < 5


def _letters(text):
    return "".join(char for char in fold(text) if char.isalnum())
