from datetime import date, timedelta
from time import perf_counter

import pytest
from django.urls import clear_script_prefix, set_script_prefix
from django.utils import timezone

from outreach.checking import findings
from outreach.models import Article, ArticleVersion
from outreach.reading import count_syllables, reading_ease
from outreach.structure import read_structure
from procedures.models import Procedure
from tests import factories as make

pytestmark = pytest.mark.django_db


def checked(body="", **fields):
    """What is found in a version that was not saved, as "error: …" or "warning: …"."""
    language = fields.pop("language", "vi")
    fields = {"title": "Tên bài", "lead": "Lời dẫn.", "body": body} | fields
    version = ArticleVersion(article=Article(language=language), **fields)
    return [f"{finding.level}: {finding.text}" for finding in findings(version)]


def test_a_plain_article_gives_nothing_to_say():
    body = (
        "<p>Ông/bà nộp hồ sơ tại xã.</p><h2>Giấy tờ</h2><ul><li>Tờ khai</li></ul>"
        "<h3>Lệ phí</h3><table><caption>Mức thu</caption><tbody><tr><th>Bản sao</th>"
        "<td>8.000 đồng</td></tr></tbody></table><h2>Trả kết quả</h2><p>Trong một ngày.</p>"
    )

    assert checked(body) == []


def test_a_picture_needs_words_or_is_decoration():
    assert checked('<figure><img src="https://a.vn/1.png" alt=" "></figure>') == [
        "error: Ảnh thứ 1 trong bài chưa có mô tả."
    ]
    assert checked('<img src="https://a.vn/1.png" alt="" role="presentation">') == []


def test_a_cover_needs_words_or_is_decoration():
    cover = make.make_picture()

    assert checked(cover=cover) == ["error: Ảnh đầu bài chưa có mô tả."]
    assert checked(cover=cover, cover_alt="Quầy tiếp nhận") == []
    assert checked(cover=cover, cover_is_decorative=True) == []


def test_headings_begin_at_the_second_level_and_skip_none():
    assert checked("<h3>Hồ sơ</h3>") == ["error: Đề mục đầu tiên “Hồ sơ” ở cấp 3."]
    assert checked("<h2>Một</h2><h4>Hai</h4>") == ["error: Đề mục “Hai” nhảy từ cấp 2 xuống cấp 4."]
    assert checked("<h2>Một</h2><h3>Hai</h3><h2>Ba</h2>") == []


def test_a_heading_without_words_is_found():
    assert checked("<h2> </h2><h2>Một</h2>") == ["error: Có một đề mục trống (cấp 2)."]


def test_text_is_read_by_blocks():
    structure = read_structure(
        "<p>Một<br>hai</p><ul><li>Ba<ul><li><p>Bốn</p></li></ul></li></ul>"
        "<table><tbody><tr><td><p>Năm</p></td></tr></tbody></table><blockquote>Sáu</blockquote>"
    )

    assert structure.blocks == ["Một\nhai", "Ba", "Bốn", "Năm", "Sáu"]
    assert structure.sentences_of == ["Một\nhai", "Ba", "Bốn", "Sáu"]


def test_a_bold_paragraph_is_no_heading():
    assert checked("<p><strong>Thành phần hồ sơ</strong></p>") == [
        "warning: Đoạn “Thành phần hồ sơ” in đậm cả đoạn, trông như đề mục."
    ]
    assert checked("<p><strong>Xin lưu ý.</strong></p><p>Có <strong>ba</strong> bước</p>") == []


def test_a_long_article_wants_headings():
    assert checked("<p>Ông/bà đến xã nộp đơn.</p>" * 100) == [
        "warning: Bài dài hơn 400 tiếng mà không có đề mục nào."
    ]


def test_a_table_needs_headers_and_a_name():
    bare = "<table><tbody><tr><td>1</td></tr></tbody></table>"

    assert checked(bare) == [
        "error: Bảng thứ 1 không có ô tiêu đề.",
        "warning: Bảng thứ 1 chưa có tên bảng.",
    ]


@pytest.mark.parametrize("text", ["tại đây", "Xem thêm…", "Click here", "» chi tiết"])
def test_a_link_says_where_it_leads(text):
    assert checked(f'<p><a href="https://a.vn/">{text}</a></p>') == [
        f"error: Liên kết “{text}” không nói dẫn tới đâu."
    ]


def test_a_link_has_words_and_shows_no_address():
    assert checked(
        '<p><a href="https://a.vn/"></a> <a href="https://b.vn/">https://b.vn</a></p>'
    ) == [
        "error: Liên kết tới https://a.vn/ không có chữ.",
        "warning: Liên kết hiện nguyên địa chỉ https://b.vn.",
    ]
    assert (
        checked('<p><a href="https://a.vn/"><img src="https://a.vn/1.png" alt="Sơ đồ"></a></p>')
        == []
    )


def test_the_same_words_lead_to_one_place():
    links = '<p><a href="https://a.vn/">Mẫu đơn</a> và <a href="https://b.vn/">mẫu đơn</a></p>'

    assert checked(links) == ["warning: Liên kết “Mẫu đơn” dùng cho 2 nơi khác nhau."]


def test_links_of_the_portal_lead_somewhere():
    make.make_procedure(code="1.001193")
    document = make.make_legal_document("118/2025/NĐ-CP")
    good = '<a href="/thu-tuc/1.001193/">khai sinh</a> <a href="/en/thu-tuc/1.001193/">birth</a>'
    law = f'<a href="/van-ban/{document.slug}/">nghị định</a>'

    assert (
        checked(f"<p>{good} {law} <a href='/thu-tuc/'>danh mục</a> <a href='#phi'>phí</a></p>")
        == []
    )
    assert checked(
        '<p><a href="/thu-tuc/9.999999/">thủ tục</a> <a href="/khong-co/">trang</a></p>'
    ) == [
        "error: Liên kết “trang” dẫn tới /khong-co/: trên Cổng không có trang này.",
        "error: Liên kết “thủ tục” dẫn tới /thu-tuc/9.999999/: trên Cổng không có trang này.",
    ]


def test_a_whole_address_of_the_portal_is_checked_too(settings):
    settings.SITE_URL = "https://cchc.camau.gov.vn"
    set_script_prefix("/cong/")

    def leading_to(path):
        return checked(f'<p><a href="https://cchc.camau.gov.vn{path}">danh mục</a></p>')

    try:
        assert leading_to("/cong/thu-tuc/") == []
        assert len(leading_to("/cong/khong-co/")) == 1
    finally:
        clear_script_prefix()


def test_a_link_with_half_an_address_is_found():
    assert checked('<p><a href="dichvucong.gov.vn">Cổng quốc gia</a></p>') == [
        "error: Liên kết “Cổng quốc gia” có địa chỉ không đầy đủ: dichvucong.gov.vn."
    ]


def test_a_link_to_what_is_not_public_yet_is_told():
    make.make_procedure(code="1.000001", status=Procedure.Status.DRAFT)
    tomorrow = timezone.now() + timedelta(days=1)
    make.make_draft("Bài sau", publish_at=tomorrow)
    body = '<p><a href="/thu-tuc/1.000001/">thủ tục</a> <a href="/tin-tuc/bai-sau/">bài sau</a></p>'

    assert checked(body) == [
        "warning: Liên kết “thủ tục” dẫn tới trang chưa công khai vào lúc bài này đăng.",
        "warning: Liên kết “bài sau” dẫn tới trang chưa công khai vào lúc bài này đăng.",
    ]


def test_a_link_to_what_will_be_public_in_time_is_fine():
    soon = timezone.now() + timedelta(days=1)
    make.make_material("Tờ rơi mới", published_at=soon)
    body = '<p><a href="/tai-lieu/to-roi-moi/">tờ rơi</a></p>'

    assert len(checked(body)) == 1
    assert checked(body, publish_at=soon + timedelta(minutes=1)) == []


def test_a_material_on_a_private_shelf_is_no_place_to_lead_to():
    make.make_material("Nội bộ", collection=make.make_collection(is_private=True))

    assert checked('<p><a href="/tai-lieu/noi-bo/">tài liệu</a></p>') == [
        "error: Liên kết “tài liệu” dẫn tới /tai-lieu/noi-bo/: trên Cổng không có trang này."
    ]


def test_pictures_and_files_of_the_library_are_known():
    picture, file = make.make_picture(), make.make_library_file()
    body = (
        f'<figure><img src="{picture.get_rendition_url("w1280.webp")}" alt="Sơ đồ"></figure>'
        f'<p><a href="{file.get_absolute_url()}">Tờ khai</a></p>'
    )

    assert checked(body) == []
    assert len(checked(body.replace(picture.key, "2" * 16).replace(file.key, "3" * 16))) == 2


def test_links_are_checked_with_few_queries(django_assert_max_num_queries):
    codes = [make.make_procedure().code for _ in range(20)]
    links = "".join(f'<p><a href="/thu-tuc/{code}/">Thủ tục {code}</a></p>' for code in codes)

    with django_assert_max_num_queries(3):
        assert checked(links) == []


def test_an_address_without_encryption_is_told():
    assert checked('<p><a href="http://a.gov.vn/">Báo cáo</a></p>') == [
        "warning: Liên kết “Báo cáo” dẫn tới địa chỉ http không bảo mật."
    ]


def test_law_that_has_ended_is_named_with_what_replaced_it():
    new = make.make_legal_document("118/2025/NĐ-CP")
    old = make.make_legal_document("61/2018/NĐ-CP", expired_on=date(2025, 7, 1), replaced_by=new)
    version = make.make_draft(body="<p>Bài này.</p>", parts={"legal_documents": [old]})

    found = findings(ArticleVersion(article=Article(), body="<p>Theo Nghị định 61/2018/NĐ-CP.</p>"))

    assert [f.text for f in found] == ["Bài nhắc 61/2018/NĐ-CP, đã hết hiệu lực từ 01/07/2025."]
    assert "118/2025/NĐ-CP" in found[0].hint
    assert [f.text for f in findings(version)] == [
        "Mục văn bản liên quan có 61/2018/NĐ-CP, đã hết hiệu lực từ 01/07/2025."
    ]


def test_a_related_procedure_that_has_ended_is_told():
    ended = make.make_procedure(
        code="1.000009", status=Procedure.Status.EXPIRED, expired_on=date(2025, 7, 1)
    )
    version = make.make_draft(parts={"procedures": [ended, make.make_procedure()]})

    assert [f.text for f in findings(version)] == [
        "Thủ tục liên quan 1.000009 chưa công khai hoặc đã hết hiệu lực."
    ]


@pytest.mark.parametrize(
    "text", ["dịch vụ công mức độ 4", "xếp hạng CPI", "Bộ phận Một cửa cấp huyện", "Công an quận"]
)
def test_words_of_yesterday_are_told(text):
    assert len(checked(f"<p>Hồ sơ về {text}.</p>")) == 1


@pytest.mark.parametrize("text", ["dịch vụ công chủ động mức độ 4", "chợ huyện cũ", "mức độ 02"])
def test_words_that_only_look_old_are_left(text):
    assert checked(f"<p>Hồ sơ về {text}.</p>") == []


def test_an_abbreviation_is_explained_where_it_is_first_used():
    assert checked("<p>Mỗi TTHC đều miễn phí.</p>") == [
        "warning: “TTHC” viết tắt mà chưa giải thích."
    ]
    assert checked("<p>Thủ tục hành chính (TTHC) nay gọn. TTHC miễn phí.</p>") == []
    assert checked("<p>Kế hoạch 1739/KH-UBND đã có.</p>") == []
    assert checked("<p>TTHC means procedure.</p>", language="en") == []


def test_shouting_is_told():
    assert checked("<p>Xin CHÚ Ý MANG THEO GIẤY TỜ nhé.</p>") == [
        "warning: Đoạn “CHÚ Ý MANG THEO GIẤY TỜ” viết hoa toàn bộ."
    ]


def test_a_long_lead_is_told():
    assert checked(lead="Từ nay ông/bà nộp ở xã. " * 20) == ["warning: Lời dẫn dài 120 tiếng."]


def test_errors_come_before_warnings():
    found = checked("<h3>Hồ sơ</h3>", lead="Từ nay ông/bà nộp ở xã. " * 20)

    assert [one.split(":")[0] for one in found] == ["error", "warning"]


def test_long_sentences_are_quoted_with_their_length():
    sentence = "Ông/bà " + "nộp hồ sơ " * 14 + "tại xã."

    found = checked(f"<p>{sentence}</p><ul><li>Ngắn gọn.</li></ul>")

    assert len(found) == 1
    assert found[0].startswith("warning: Câu dài 45 tiếng: “Ông/bà nộp hồ sơ")


def test_sentences_long_on_average_are_graded():
    assert checked("<p>" + "Nộp hồ sơ tại xã " * 7 + ".</p>", lead="") == [
        "warning: Bài khó đọc: trung bình 35,0 tiếng một câu."
    ]


def test_reading_ease_counts_syllables_by_sentence():
    ease = reading_ease(["Mức thu 1.485 đồng theo 118/2025/NĐ-CP. Miễn phí!", "Có – không"])

    assert count_syllables("Ông/bà – nộp 2 bản.") == 4
    assert (round(ease.average, 2), ease.grade, ease.longest) == (3.33, "dễ đọc", [])


@pytest.mark.parametrize(
    ("length", "grade"), [(22, "dễ đọc"), (23, "hơi khó đọc"), (30, "hơi khó đọc"), (31, "khó đọc")]
)
def test_grades_of_reading_ease(length, grade):
    assert reading_ease(["nộp " * length]).grade == grade


@pytest.mark.parametrize(
    "body",
    [
        "<p>😀 <a href='//['>x</a><a href='/thu-tuc/%00/'>y</a></p>",
        "<h2><h3><table><th></h2><a><img>",
        "<a href='/hinh-anh/\u202e/'>\u0300</a>" + "<b>" * 500,
        "&#0; &lt;script&gt; <![CDATA[ <!-- ",
    ],
)
def test_odd_text_breaks_nothing(body):
    version = ArticleVersion(article=Article(), title="\u200b", lead="\x00", body=body)

    assert isinstance(findings(version), list)


def test_five_thousand_words_are_checked_at_once():
    part = "<h2>Phần</h2><p>" + "Ông/bà nộp hồ sơ tại xã và chờ. " * 62 + "</p>"
    version = ArticleVersion(article=Article(), title="Bài", lead="Lời dẫn.", body=part * 10)
    assert count_syllables(version.body) > 4900

    started = perf_counter()
    findings(version)

    assert perf_counter() - started < 0.2
