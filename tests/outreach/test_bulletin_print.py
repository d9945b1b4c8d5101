"""The issue on A4: its words in their order, its code, its contents; set only when something has changed."""

import pypdfium2
import pytest

from outreach import bulletins, issue_print
from outreach.models import BulletinItem
from tests import factories as make
from tests.bulletins import make_figure, make_issue, own_words
from tests.pdfs import codes_in, text_of

pytestmark = pytest.mark.django_db

PDF = "/ban-tin/2026/4/ban-in.pdf"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://tthc.example.vn"


@pytest.fixture
def owner():
    return make.make_agency(
        "Ủy ban nhân dân tỉnh Cà Mau",
        owns_portal=True,
        address="Số 1, phường Tân Thành",
        phone="0290 000 0000",
        responsible_person="Nguyễn Văn Mẫu",
    )


def in_order(text, words):
    """Whether the words follow each other; each is looked for behind the one before."""
    place = 0
    for word in words:
        place = text.find(word, place)
        assert place >= 0, word
        place += len(word)


def long_issue(pieces):
    def text_piece(number):
        def piece(issue):
            return BulletinItem(
                issue=issue,
                kind=BulletinItem.Kind.TEXT,
                section=f"Mục {number // 5}",
                title=f"Phần {number:02} của số",
                text="Ông/bà nộp hồ sơ ở nơi nào trong tỉnh cũng được. " * 12,
            )

        return piece

    return make_issue(number=4, pieces=[text_piece(number) for number in range(pieces)])


def test_the_print_is_read_in_the_order_of_the_issue(owner):
    issue = make_issue(
        "Khai sinh tại bệnh viện <b>",
        number=4,
        is_sample=True,
        cover=make.make_picture(size=(1200, 800), credit="Báo Cà Mau"),
        cover_alt="Quầy tiếp nhận",
    )
    issue = bulletins.correct(issue, words="Thời hạn là 3 ngày.")

    pdf = issue_print.issue_pdf(issue)

    in_order(
        text_of(pdf),
        [
            "Ủy ban nhân dân tỉnh Cà Mau",
            "BẢN TIN ĐIỆN TỬ CẢI CÁCH HÀNH CHÍNH",
            "Số 4/2026",
            "Nội dung mẫu",
            "Báo Cà Mau",
            "Khai sinh tại bệnh viện <b>",
            "Tháng này có ba việc mới.",
            "tthc.example.vn/ban-tin/2026/4",
            "Đính chính",
            "Thời hạn là 3 ngày.",
            "Trong số này",
            "Tờ gấp khai sinh",
            "Chịu trách nhiệm: Nguyễn Văn Mẫu",
            "0290 000 0000",
            "Trang 2/3",
            "Việc mới",
            "Khai sinh tại bệnh viện",
            "tthc.example.vn/tin-tuc/",
            "Tờ gấp khai sinh",
            "Hồ sơ giải quyết đúng hạn",
            "73,73 %",
            "1.485/2.014 hồ sơ",
            "từ 01/10/2026 đến 31/10/2026",
            "Nguồn: Báo cáo tháng 10/2026",
            "Mời ông/bà góp ý.",
            "Trang 3/3",
        ],
    )
    assert codes_in(pdf) == ["https://tthc.example.vn/ban-tin/2026/4/"]


def test_the_contents_name_the_page_of_each_piece():
    pdf = issue_print.issue_pdf(long_issue(20))

    pages = pypdfium2.PdfDocument(pdf)
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in pages]
    bookmarks = {mark.get_title(): mark.get_dest().get_index() for mark in pages.get_toc()}
    for number in range(20):
        title = f"Phần {number:02} của số"
        place = bookmarks[title]
        assert title in texts[place]
        line = texts[1][texts[1].index(title) + len(title) :]
        assert line.lstrip(" .").startswith(str(place + 1))
    assert len(pages) > 4


def test_a_print_of_many_pages_counts_them():
    sheet = issue_print.IssuePrint.of(long_issue(120)).sheet

    assert sheet.page_count == len(pypdfium2.PdfDocument(sheet.content)) > 20


def test_an_issue_in_english_is_printed_in_english(owner):
    issue = make_issue("Births", number=4, language="en", lead="New.", pieces=[own_words("Write.")])

    text = text_of(issue_print.issue_pdf(issue))

    assert "tthc.example.vn/en/ban-tin/2026/4" in text
    assert "Page 2/3" in text


def test_an_issue_without_its_picture_is_still_printed():
    picture = make.make_picture()
    issue = make_issue(number=4, cover=picture, cover_alt="Quầy", pieces=[own_words()])
    picture.rendition_file("og.jpg").delete(save=False)

    assert "Mời ông/bà góp ý." in text_of(issue_print.issue_pdf(issue))


def test_nothing_is_set_again_while_nothing_has_changed(client, monkeypatch):
    issue = make_issue(number=4, pieces=[own_words()])
    first = client.get(PDF)
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Cache-Control"] == "public, max-age=600"
    issue_print._typeset.cache_clear()

    with monkeypatch.context() as patch:
        patch.setattr(issue_print.typesetting, "compile", None)
        again = client.get(PDF, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(PDF).content == first.content

    bulletins.correct(issue, words="Thời hạn là 3 ngày.")
    changed = client.get(PDF, headers={"if-none-match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Thời hạn là 3 ngày." in text_of(changed.content)


def test_the_page_says_how_large_the_print_is(client):
    figure = make_figure("Thủ tục", value=2014, unit="thủ tục", starts_on=None)
    make_issue(number=4, pieces=[lambda issue: bulletins.figure_item(issue, figure)])

    page = client.get("/ban-tin/2026/4/").content.decode()

    assert f'href="{PDF}"' in page
    assert "(PDF, 3 trang, " in page
