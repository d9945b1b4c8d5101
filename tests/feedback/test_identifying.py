"""What in a text tells who somebody is: found however it is written, and nothing else with it."""

from time import process_time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from feedback.identifying import findings, masked

SURNAMES = "Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Lâm Mai Cao Quách Thạch Danh Lưu Thái"
GIVEN = "An Bé Cường Diễm Đông Em Giàu Hạnh Khởi Lành Mười Nhẫn Út Phượng Quí Sang Tèo Uyên Vẹn Xuyến Yến Ái Ửng"
TITLES = "ông bà anh chị cô chú em bác cháu thầy Ông Bà Anh Chị"


def words(text):
    return some.sampled_from(text.split())


def digits(count):
    return some.text("0123456789", min_size=count, max_size=count)


def shaped(*shapes, **parts):
    """One of these ways to write it, with parts that are drawn."""
    return some.builds(
        lambda shape, drawn: shape.format(**drawn),
        some.sampled_from(shapes),
        some.fixed_dictionaries(parts),
    )


FULL_NAMES = shaped(
    "{a} {m} {b}", "{a} {m} {c} {b}", a=words(SURNAMES), m=words("Văn Thị"), b=words(GIVEN), c=words(GIVEN)
)  # fmt: skip
PRIVATE = {
    "name": some.one_of(
        FULL_NAMES,
        FULL_NAMES.map(str.upper),
        FULL_NAMES.map(str.lower),
        shaped("{a} {b}", a=words("Nguyễn Trần Lê Phạm Huỳnh"), b=words(GIVEN)),
    ),
    "phone": some.one_of(
        shaped(
            "0{n}{a}{b}{c}", "0{n}{a} {b} {c}", "0{n}{a}.{b}.{c}", "0{n}{a}-{b}-{c}", "+84{n}{a}{b}{c}",
            "+84 {n}{a} {b} {c}", "(+84) {n}{a}.{b}.{c}", "84{n}{a}{b}{c}", "0{n} {a} {b} {c}",
            n=words("3 5 7 8 9"), a=digits(2), b=digits(3), c=digits(3),
        ),
        shaped("0290 {b} {c}", "0290.{b}.{c}", "0290{b}{c}", "(0290) {b} {c}", b=digits(3), c=digits(4)),
    ),
    "identity": shaped(
        "0{b}{a}{a}{c}", "0{b} {a} {a} {c}", "CCCD số 0{b}.{a}.{a}.{c}", "{a}{a}{c}", "{a} {a} {c}", "CMND: {a}.{a}.{c}",
        a=digits(3).filter(lambda group: group[0] in "23"), b=digits(2), c=digits(3),
    ),
    "plate": shaped(
        "{p}-{s}{n} {a}.{b}", "{p}{s}-{a}.{b}", "{p}{s} {a}{b}", "{p}-{s}{n} {a}{b}", "{p}{s}{n}-{a}.{b}", "{p}-{s}{n} {a}{n}",
        p=words("69 94 65 51 29"), s=words("A B C D H K"), n=words("1 2 9"), a=digits(3), b=digits(2),
    ),
    "mail": shaped("{a}.{b}@example.vn", "{a}{b}@mail.example.com", a=words("thu hoa tran le"), b=digits(2)),
    "dossier": shaped(
        "H12.34-{d}-{n}", "000.00.33.H12-{d}-{n}", "số biên nhận {n}/{d}", "mã hồ sơ: BN{d}", d=digits(6), n=digits(4)
    ),
    "address": shaped(
        "số nhà {n}", "hẻm {n}/{n}", "tổ {n}", "khóm {n}", "ấp {n}", "ấp Cái Nước", "số {n} đường Lý Bôn",
        "{n}/{n} đường Nguyễn Trãi", "số {n} Lý Thường Kiệt", n=some.integers(1, 99),
    ),
    "land": shaped("thửa đất số {n}, tờ bản đồ số {n}", "thửa {n} tờ {n}", n=some.integers(1, 999)),
    "account": shaped("STK {a}{a}{b}", "số tài khoản: {a} {a} {b}", a=digits(4), b=digits(3)),
    "birth": shaped("sinh ngày 0{n}/1{n}/198{n}", "sinh năm 198{n}", "ngày sinh: {n}-{n}-197{n}", "SN 196{n}", n=words("1 2")),
    "link": shaped("https://www.facebook.com/{n}", "zalo.me/{n}", "fb.com/{n}", n=digits(6)),
}  # fmt: skip
SENTENCES = [
    "Hôm qua {} đến quầy số 2 từ 7 giờ 30.",
    "{}",
    "Theo tờ khai ({}), lệ phí là 8.000 đồng.",
    "Nộp lần đầu ngày 12/10/2026;\n{}, chưa có kết quả.",
]


@pytest.mark.parametrize("kind", PRIVATE)
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_what_is_planted_is_found_and_its_mask_leaves_nothing(kind, data):
    planted = data.draw(PRIVATE[kind])
    before, after = data.draw(some.sampled_from(SENTENCES)).split("{}")

    text = f"{before}{planted}{after}"
    hidden = masked(text, findings(text))

    # Words such as "số nhà", "CCCD số" may stay: the numbers and names may not.
    assert hidden.startswith(before)
    assert hidden.endswith(after)
    rest = hidden[len(before) : len(hidden) - len(after)]
    assert not any(letter.isdigit() for letter in rest)
    assert planted not in hidden
    assert findings(hidden) == []


@settings(max_examples=60, deadline=None)
@given(title=words(TITLES), name=words(GIVEN).filter(lambda name: name != "Em"))
def test_a_given_name_is_found_after_the_word_that_goes_before_names(title, name):
    text = f"Tôi đã gặp {title} {name} ở quầy."

    assert [finding.text for finding in findings(text)] == [name]
    assert masked(text, findings(text)) == f"Tôi đã gặp {title} {name[0]} ở quầy."


@pytest.mark.parametrize(
    "sentence",
    [
        "Lệ phí 1.500.000 đồng, nộp thêm 150000000 đồng hoặc 381 234 567 đồng trước ngày 31/12/2026.",
        "Theo Nghị định số 118/2025/NĐ-CP ngày 09/06/2025 và khoản 2 Điều 15 Luật số 72/2020/QH14.",
        "Quyết định số 1500/QĐ-UBND ngày 02.09.2025, 10 giờ; Công văn số 45/SNV-CCHC.",
        "Thủ tục 1.001193 và 2.000635.000.00.00.H12 làm trong 05 ngày làm việc, từ 7 giờ 30 đến 11 giờ 00.",
        "Ủy ban nhân dân phường An Xuyên, UBND xã Trần Văn Thời và Trung tâm Phục vụ hành chính công tỉnh Cà Mau.",
        "Trường Tiểu học Phan Ngọc Hiển ở đường Nguyễn Trãi, gần chợ Lê Lợi, thành phố Hồ Chí Minh.",
        "Đăng ký khai sinh năm 2025, cấp Phiếu lý lịch tư pháp số 1 và số 2, học sinh năm 2026.",
        "Ông/bà vui lòng chờ; bà con Khmer, anh chị em công nhân, các cô chú đều được hỗ trợ.",
        "Từ Cà Mau đi Hà Nội, Cao Bằng, Lâm Đồng, Thái Nguyên, Kiên Giang, Bà Rịa - Vũng Tàu.",
        "Gọi tổng đài 1022 hoặc 1900 1234 trong giờ hành chính, quầy số 2, bàn số 5, mẫu số 01.",
        "Ông Chủ tịch, bà Phó Giám đốc Sở Nội vụ, anh Công an và chị Văn thư đã tiếp.",
        "HỒ SƠ ĐĂNG KÝ, LÝ DO TỪ CHỐI, ĐÀO TẠO NGHỀ, CAO TUỔI, TÊN THỦ TỤC HÀNH CHÍNH.",
        "Năm 2024 2025 2026 có 12 345 hồ sơ, đạt 98,5 %, giảm 1.234 hồ sơ; thời hạn 15 ngày.",
        "Bộ phận Một cửa, Sở Nông nghiệp và Môi trường, Văn phòng đăng ký đất đai Chi nhánh Năm Căn.",
        "Tổ công nghệ số cộng đồng gồm 5 người; mỗi ấp có một tổ, mỗi hẻm có 2 camera.",
        "Bản sao chứng thực 2 bản, ảnh 4x6, tờ khai theo mẫu; hồ sơ gồm 01 bộ, có 3 giấy tờ.",
        "Vợ Việt Nam, chồng Hàn Quốc; Bà mẹ Việt Nam anh hùng; tên Công ty; tài khoản VNeID mức 2.",
        "[tên người], [số điện thoại], ông N.V.A và chị H đã chờ ở [địa chỉ].",
    ],
)
def test_ordinary_sentences_raise_no_alarm(sentence):
    assert [finding.text for finding in findings(sentence)] == []


def test_the_senders_own_words_are_found_however_they_are_written():
    sender = SimpleNamespace(
        name="Lê Thị Thử",
        organisation_name="Cơ sở Hoa Sen",
        address="12/3 Bông Văn Dĩa, Ấp Láng Tròn, xã Tân Thuận",
        phone="+84912345678",
        email="thu@example.vn",
    )
    text = "Toi la le thi thu, hộ lang tròn tại Tân Thuận; mẹ của Thử mở CƠ SỞ HOA SEN, số 912 345 678. Thử lại."

    found = findings(text, sender=sender)

    assert [finding.text for finding in found] == [
        "le thi thu",
        "Thử",
        "CƠ SỞ HOA SEN",
        "912 345 678",
    ]
    assert found[0].suggestion == "[tên người]"
    near = findings("ở ap lang tron đó", sender=sender)
    assert [(finding.kind, finding.text) for finding in near] == [("address", "ap lang tron")]


def test_the_code_of_the_dossier_and_of_a_ticket_are_found():
    found = findings("Hồ sơ abc 12 và phiếu K7QM-4RXP-9TCW.", dossier_code="ABC 12")

    assert [finding.text for finding in found] == ["abc 12", "K7QM-4RXP-9TCW"]


def test_the_parts_of_one_address_are_one_finding_and_the_commune_stays():
    text = "Nhà tôi ở số nhà 12, tổ 5, ấp Cái Nước, xã Tân Thuận."

    assert masked(text, findings(text)) == "Nhà tôi ở [địa chỉ], xã Tân Thuận."


@pytest.mark.parametrize(
    "piece", ["0", "Nguyễn ", "ông ", "a.", "@", "12/", "số 1 A", "A", "sinh ", "\n", "tài khoản Aa "]
)  # fmt: skip
def test_a_text_of_a_hundred_thousand_characters_is_read_in_a_second(piece):
    text = (piece * 100_000)[:100_000]
    start = process_time()

    findings(text)

    assert process_time() - start < 1
