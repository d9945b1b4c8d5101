"""What is written, for the ear."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from outreach.models import SpokenForm
from outreach.speech.forms import spoken_forms
from outreach.speech.reading import seconds, sentences, spoken, unknown_abbreviations
from tests import factories as make

FORMS = {
    "CCCD": "căn cước công dân",
    "GCN": "giấy chứng nhận",
    "NĐ": "nghị định",
    "NĐ-CP": "nghị định của Chính phủ",
    "QR": "quy-a",
    "SMS": "tin nhắn",
    "TP.": "thành phố",
    "TTHC": "thủ tục hành chính",
    "UBND": "Ủy ban nhân dân",
    "VNeID": "vê-nê-i-đê",
    "Đề án 06": "Đề án không sáu",
}
YEAR = "năm hai nghìn không trăm hai mươi sáu"

SAID = {
    "shares and parts of a whole": [
        ("99,88 %", "chín mươi chín phẩy tám mươi tám phần trăm"),
        ("99.99%", "chín mươi chín phẩy chín mươi chín phần trăm"),
        ("30-40 %", "ba mươi đến bốn mươi phần trăm"),
        (
            "1.485/2.014",
            "một nghìn bốn trăm tám mươi lăm trên tổng số hai nghìn không trăm mười bốn",
        ),
        ("9/10 xã", "chín trên tổng số mười xã"),
        ("2/3 số dân", "hai phần ba số dân"),
        ("3/4 chặng đường", "ba phần tư chặng đường"),
        ("đứng thứ 4/34 tỉnh", "đứng thứ tư trên tổng số ba mươi tư tỉnh"),
        # Digits and the same in words are said once, unless they differ.
        ("trong 03 (ba) ngày làm việc", "trong ba ngày làm việc"),
        ("1.000.000 đồng (Bằng chữ: Một triệu đồng chẵn)", "một triệu đồng"),
        ("75.000đ (bảy mươi lăm nghìn đồng)", "bảy mươi lăm nghìn đồng"),
        ("05 (ba) ngày", "năm, ba, ngày"),
        ("02 (mươi) bản", "hai, mươi, bản"),
        ("10 (mười) bản, 5 (giấy)", "mười bản, năm, giấy"),
        ("97,5/100 điểm", "chín mươi bảy phẩy năm trên một trăm điểm"),
        ("tỷ lệ 1/500", "tỷ lệ một trên năm trăm"),
        (
            "đạt 99,88 % (1.485/2.014 hồ sơ)",
            "đạt chín mươi chín phẩy tám mươi tám phần trăm, một nghìn bốn trăm tám mươi lăm"
            " trên tổng số hai nghìn không trăm mười bốn hồ sơ",
        ),
    ],
    "days, months, years": [
        ("ngày 22/11/2026", f"ngày hai mươi hai tháng mười một {YEAR}"),
        ("từ 01/7", "từ ngày mùng một tháng bảy"),
        ("nghỉ 30/4-1/5", "nghỉ ngày ba mươi tháng tư đến ngày mùng một tháng năm"),
        ("dịp 2/9 cơ quan nghỉ", "dịp ngày mùng hai tháng chín cơ quan nghỉ"),
        (
            "dịp 30/4-1/5 cơ quan nghỉ",
            "dịp ngày ba mươi tháng tư đến ngày mùng một tháng năm cơ quan nghỉ",
        ),
        ("ngày 5/6 hồ sơ được trả", "ngày mùng năm tháng sáu hồ sơ được trả"),
        (
            "từ 5/6 - 9/6 hồ sơ được nhận",
            "từ ngày mùng năm tháng sáu đến ngày mùng chín tháng sáu hồ sơ được nhận",
        ),
        ("đến 9/10 xã", "đến chín trên tổng số mười xã"),
        ("lần thứ I, lần thứ XIV", "lần thứ nhất, lần thứ mười bốn"),
        ("dịp 2/9", "dịp ngày mùng hai tháng chín"),
        ("02/9", "ngày mùng hai tháng chín"),
        ("ngày 5 tháng 4", "ngày mùng năm tháng tư"),
        ("ngày: 12/02", "ngày: mười hai tháng hai"),
        ("01-05/7/2026", f"ngày mùng một đến ngày mùng năm tháng bảy {YEAR}"),
        ("từ 16 đến 20/02", "từ ngày mười sáu đến ngày hai mươi tháng hai"),
        ("11/2026", f"tháng mười một {YEAR}"),
        ("quý IV/2026", f"quý bốn {YEAR}"),
        ("bản tin số 11/2026", f"bản tin số mười một {YEAR}"),
        (
            "giai đoạn 2021-2025",
            "giai đoạn hai nghìn không trăm hai mươi mốt đến hai nghìn không trăm hai mươi lăm",
        ),
        ("thứ 2 đến thứ 4", "thứ hai đến thứ tư"),
    ],
    "times": [
        ("17h30", "mười bảy giờ ba mươi phút"),
        ("8 giờ 05", "tám giờ năm phút"),
        ("07:00", "bảy giờ"),
        ("7h-11h30", "bảy giờ đến mười một giờ ba mươi phút"),
        ("07:00 – 17:00", "bảy giờ đến mười bảy giờ"),
        ("24/7", "hai mươi tư trên bảy"),
    ],
    "money, measures, ranges": [
        ("8.000 đ", "tám nghìn đồng"),
        ("8.000đ/bản", "tám nghìn đồng mỗi bản"),
        ("1,5 tỷ đồng", "một phẩy năm tỷ đồng"),
        ("50.000 VNĐ", "năm mươi nghìn đồng"),
        # Who groups as in English does not mean ten dong.
        ("10,000 đồng", "mười nghìn đồng"),
        ("3–5 ngày", "ba đến năm ngày"),
        (
            "5.197 km²",
            "năm nghìn một trăm chín mươi bảy ki-lô-mét vuông",
        ),
        ("120 m2", "một trăm hai mươi mét vuông"),
        ("60 km/h", "sáu mươi ki-lô-mét một giờ"),
        ("5 MB", "năm mê-ga-bai"),
        ("-5 °C", "âm năm độ xê"),
        ("ảnh 4x6 cm", "ảnh bốn nhân sáu xăng-ti-mét"),
        ("64 xã, 05 phường", "sáu mươi tư xã, năm phường"),
        ("2 lần/năm", "hai lần mỗi năm"),
    ],
    "documents": [
        (
            "Nghị định 118/2025/NĐ-CP",
            "Nghị định số một trăm mười tám năm hai nghìn không trăm hai mươi lăm của Chính phủ",
        ),
        (
            "Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ",
            "Nghị định số một trăm mười tám năm hai nghìn không trăm hai mươi lăm ngày mùng chín"
            " tháng sáu năm hai nghìn không trăm hai mươi lăm của Chính phủ",
        ),
        ("Quyết định số 163/QĐ-BTP", "Quyết định số một trăm sáu mươi ba của Bộ Tư pháp"),
        (
            "QĐ 1739/KH-UBND",
            "quyết định số một nghìn bảy trăm ba mươi chín, kế hoạch của Ủy ban nhân dân",
        ),
        (
            "66.7/2025/NQ-CP",
            "nghị quyết số sáu mươi sáu chấm bảy năm hai nghìn không trăm hai mươi lăm của Chính phủ",
        ),
        (
            "Luật Hộ tịch số 60/2014/QH13",
            "Luật Hộ tịch số sáu mươi năm hai nghìn không trăm mười bốn của Quốc hội khóa mười ba",
        ),
        (
            "Nghị định 61/2018",
            "Nghị định số sáu mươi mốt năm hai nghìn không trăm mười tám",
        ),
        ("45/UBND-NC", "công văn số bốn mươi lăm của Ủy ban nhân dân"),
        ("điểm b khoản 2 Điều 5", "điểm bê khoản hai Điều năm"),
        ("khóa XVI, Phụ lục II", "khóa mười sáu, Phụ lục hai"),
        ("Mẫu số 01", "Mẫu số không một"),
        ("1.001193", "một chấm không không một, một chín ba"),
    ],
    "to dial and to type": [
        ("1900 1234", "một chín không không, một hai ba bốn"),
        ("0290.383.1234", "không hai chín không, ba tám ba, một hai ba bốn"),
        ("+84 912 345 678", "không chín một hai, ba bốn năm, sáu bảy tám"),
        ("tổng đài 1022", "tổng đài một không hai hai"),
        (
            "CCCD 096012345678",
            "căn cước công dân không chín sáu, không một hai, ba bốn năm, sáu bảy tám",
        ),
        ("https://dichvucong.gov.vn/", "dichvucong chấm gov chấm vn"),
        ("hotro@camau.gov.vn", "hotro a còng camau chấm gov chấm vn"),
    ],
    "short forms and signs": [
        ("TTHC của UBND", "thủ tục hành chính của Ủy ban nhân dân"),
        # Once is enough.
        ("thủ tục hành chính (TTHC)", "thủ tục hành chính"),
        ("tổ công nghệ số cộng đồng (TCNSCĐ)", "tổ công nghệ số cộng đồng"),
        ("giấy GCN, tin nhắn SMS", "giấy chứng nhận, tin nhắn"),
        ("Đề án 06", "Đề án không sáu"),
        ("UBND TP. Cà Mau", "Ủy ban nhân dân thành phố Cà Mau"),
        ("ông/bà và/hoặc cá nhân/tổ chức", "ông bà hoặc cá nhân hoặc tổ chức"),
        ("Ông/Bà mang theo căn cước", "Ông Bà mang theo căn cước"),
        ("“một cửa” – nhanh, gọn… 👍", "một cửa, nhanh, gọn"),
        ("XYZ, tờ khai CT01, giấy A4", "ích-y-dét, tờ khai xê-tê không một, giấy a bốn"),
        ("CẢI CÁCH TRONG NĂM MỚI", "CẢI CÁCH TRONG NĂM MỚI"),
    ],
}


@pytest.mark.parametrize(
    ("written", "said"), [pair for pairs in SAID.values() for pair in pairs], ids=lambda one: one
)
def test_it_is_said_in_words(written, said):
    assert spoken(written, FORMS) == f"{said[0].upper()}{said[1:]}."


# Read aloud and found good; each has what was read badly before.
APPROVED = [
    (
        "Quý III/2026, 64/64 xã, phường trả lời 1.485/2.014 phản ánh đúng hạn, đạt 73,73 %.",
        "Quý ba năm hai nghìn không trăm hai mươi sáu, sáu mươi tư trên tổng số sáu mươi tư xã, phường trả lời"
        " một nghìn bốn trăm tám mươi lăm trên tổng số hai nghìn không trăm mười bốn phản ánh đúng hạn,"
        " đạt bảy mươi ba phẩy bảy mươi ba phần trăm.",
    ),
    (
        "Từ 01/7/2026, lệ phí cấp bản sao là 8.000đ/bản (mã thủ tục 2.000635).",
        f"Từ ngày mùng một tháng bảy {YEAR}, lệ phí cấp bản sao là tám nghìn đồng mỗi bản,"
        " mã thủ tục hai chấm không không không, sáu ba năm.",
    ),
    (
        "Bà con mang theo:\n- CCCD còn hạn\n- Tờ khai theo Mẫu số 02A.ĐKT\n- 02 ảnh 3x4 cm",
        "Bà con mang theo:\nThứ nhất, căn cước công dân còn hạn.\n"
        "Thứ hai, tờ khai theo Mẫu số không hai a đê-ca-tê.\nThứ ba, hai ảnh ba nhân bốn xăng-ti-mét.",
    ),
    (
        "1. Chụp giấy tờ\n- Đặt trên nền tối\n- Tệp dưới 5 MB\n2. Gửi hồ sơ trước 17h ngày 4/4",
        "Thứ nhất, chụp giấy tờ.\nMột là đặt trên nền tối.\nHai là tệp dưới năm mê-ga-bai.\n"
        "Thứ hai, gửi hồ sơ trước mười bảy giờ ngày mùng bốn tháng tư.",
    ),
    (
        "Thực hiện Quyết định số 766/QĐ-TTg ngày 23/6/2022 của Thủ tướng, UBND tỉnh ban hành KH"
        " 1739/KH-UBND.",
        "Thực hiện Quyết định số bảy trăm sáu mươi sáu ngày hai mươi ba tháng sáu năm hai nghìn không trăm hai"
        " mươi hai của Thủ tướng, Ủy ban nhân dân tỉnh ban hành kế hoạch số một nghìn bảy trăm ba mươi chín"
        " của Ủy ban nhân dân.",
    ),
    (
        "Cần hỏi: gọi 1022 hoặc 0290 3831 234 (7h–17h, thứ 2 – thứ 6), vào dichvucong.gov.vn, quét mã QR.",
        "Cần hỏi: gọi một không hai hai hoặc không hai chín không, ba tám ba một, hai ba bốn,"
        " bảy giờ đến mười bảy giờ, thứ hai, thứ sáu, vào dichvucong chấm gov chấm vn, quét mã quy-a.",
    ),
]


@pytest.mark.parametrize(("written", "said"), APPROVED)
def test_scripts_that_were_approved_stay_as_they_are(written, said):
    assert spoken(written, FORMS) == said


def test_what_is_spoken_is_spoken_already():
    for written in [one for one, _said in APPROVED] + [
        w for pairs in SAID.values() for w, _ in pairs
    ]:
        once = spoken(written, FORMS)
        assert spoken(once, FORMS) == once


@given(st.text("0123456789.,/-:% hđTCV()\n", max_size=40))
def test_nothing_that_is_typed_leaves_a_digit_or_stops_the_reader(text):
    said = spoken(text, FORMS)

    assert not any(sign.isdigit() or sign in "%/()" for sign in said)
    assert spoken(said, FORMS) == said


def test_staff_are_told_of_capitals_that_nobody_explained():
    text = "UBND xã và TCNSCĐ hướng dẫn VNeID; hạn mức 5 MB, 100 USD, quý IV, Nghị định 5/2026/NĐ-CP, CỔNG DỊCH VỤ"

    assert unknown_abbreviations(text, FORMS) == ["TCNSCĐ"]


@pytest.mark.django_db
def test_the_portal_begins_with_the_short_forms_of_administrative_reform():
    forms = spoken_forms()

    assert len(forms) >= 60
    assert spoken("TTHC, CCHC, HĐND, BHYT", forms) == (
        "Thủ tục hành chính, cải cách hành chính, Hội đồng nhân dân, bảo hiểm y tế."
    )
    # No form needs another form, or is read in another way the second time.
    assert {said for said in forms.values() if spoken(said, forms)[1:-1] != said[1:]} == set()


@pytest.mark.django_db
def test_what_staff_note_is_read():
    SpokenForm.objects.create(written="TCNSCĐ", spoken="tổ công nghệ số cộng đồng")

    assert spoken("Gặp TCNSCĐ", spoken_forms()) == "Gặp tổ công nghệ số cộng đồng."


def test_a_long_sentence_is_parted_where_a_speaker_breathes():
    text = (
        "Khi nhận đủ giấy tờ của bà con, cán bộ ở quầy ghi giấy hẹn có ngày trả; nếu thiếu giấy tờ thì cán bộ"
        " nói rõ một lần còn thiếu gì, đồng thời hướng dẫn bà con làm lại cho đúng và hẹn ngày đến nộp."
    )

    assert sentences(text) == [
        "Khi nhận đủ giấy tờ của bà con, cán bộ ở quầy ghi giấy hẹn có ngày trả.",
        "Nếu thiếu giấy tờ thì cán bộ nói rõ một lần còn thiếu gì.",
        "Đồng thời hướng dẫn bà con làm lại cho đúng và hẹn ngày đến nộp.",
    ]


def test_no_sentence_ends_within_a_number_or_a_name():
    number = "không hai chín không, ba tám ba, một hai ba bốn"
    office = "Sở Văn hóa, Thể thao và Du lịch"
    text = (
        f"Bà con ở xa muốn hỏi về việc tổ chức lễ hội ở ấp thì gọi đến {office} theo số máy {number}, có người trực"
        " cả ngày thứ bảy, hoặc đến gặp cán bộ văn hóa ở xã."
    )

    parts = sentences(text)

    assert len(parts) > 1
    assert any(number in part for part in parts)
    assert any(office in part for part in parts)
    assert " ".join(parts).replace(",", "") == text.replace(",", "")


def test_the_length_is_that_of_an_announcer():
    minute = "Kính thưa bà con, mời bà con nghe tin. " * 21

    assert seconds(minute) == pytest.approx(54, abs=1)
    assert seconds("1.485/2.014") == pytest.approx(4, abs=1)
    assert seconds("") == 0


@pytest.mark.django_db
def test_staff_mend_a_reading_in_the_list(client):
    client.force_login(make.make_officer("outreach"))
    form = SpokenForm.objects.get(written="PCI")
    address = reverse("admin:outreach_spokenform_changelist") + "?q=pci"
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Lưu"}

    answer = client.post(address, sent | {"form-0-id": form.pk, "form-0-spoken": "pi-xi-ai"})

    assert answer.status_code == 302
    assert spoken("Chỉ số PCI", spoken_forms()) == "Chỉ số pi-xi-ai."
