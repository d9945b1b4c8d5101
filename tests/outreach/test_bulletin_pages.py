"""What the public sees of the e-bulletin: its archive, an issue, the feed, the home page."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from outreach import bulletins, publishing
from outreach.models import BulletinIssue, Figure
from tests import factories as make
from tests.bulletins import make_draft_issue, make_figure, make_issue, own_words

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://tthc.example.vn"


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def short(number, **fields):
    return make_issue(number=number, pieces=[own_words()], **fields)


# Các số đã ra


def test_the_archive_tells_the_newest_first_year_by_year(client):
    for year, number in [(2025, 12), (2026, 2), (2026, 10)]:
        short(number, year=year, title=f"Chủ đề {number}")

    page = read(client, "/ban-tin/")

    assert re.findall(r">(Năm \d+|Chủ đề \d+)<", page) == [
        "Năm 2026",
        "Chủ đề 10",
        "Chủ đề 2",
        "Năm 2025",
        "Chủ đề 12",
    ]
    assert "Số 10/2026" in page
    assert 'href="/ban-tin/2026/10/ban-in.pdf"' in page


def test_an_archive_without_issues_leads_on(client):
    page = read(client, "/ban-tin/")

    assert "Chưa có số nào ra." in page
    assert 'action="/dang-ky-nhan-tin/gui/"' in page


def test_old_issues_stand_on_further_pages(client):
    short(1, title="Chủ đề 1")
    out = {"approved_at": timezone.now(), "public_from": timezone.now()}
    BulletinIssue.objects.bulk_create(
        BulletinIssue(year=2027, number=number, title=f"Chủ đề {number}", lead="Lời.", **out)
        for number in range(2, 26)
    )

    assert "Chủ đề 1<" not in read(client, "/ban-tin/")
    assert "Chủ đề 1<" in read(client, "/ban-tin/?trang=2")


def test_issues_in_another_language_are_marked_on_an_english_page(client):
    short(1, title="Khai sinh tại bệnh viện")
    short(2, title="Births", lead="Three new things.", language="en")

    page = read(client, "/en/ban-tin/")

    assert '<a href="/en/ban-tin/2026/1/" lang="vi">Khai sinh tại bệnh viện</a>' in page
    assert '<a href="/en/ban-tin/2026/2/">Births</a>' in page


# Ai xem được


@pytest.mark.parametrize("state", ["draft", "waiting", "future", "withdrawn"])
def test_only_an_issue_that_is_out_is_seen(client, state):
    picture = make.make_picture()
    short(1, title="Số đã ra")
    fields = {"cover": picture, "cover_alt": "Quầy", "number": 2, "title": "Số chưa ai thấy"}
    if state == "future":
        make_issue(**fields, publish_at=timezone.now() + timedelta(hours=1))
    elif state == "withdrawn":
        bulletins.withdraw(make_issue(**fields))
    else:
        issue = make_draft_issue(**fields)
        if state == "waiting":
            bulletins.submit(issue, by=None)

    for path in (
        "/ban-tin/2026/2/",
        "/ban-tin/2026/2/ban-in.pdf",
        picture.get_rendition_url("w640.webp"),
    ):
        assert client.get(path).status_code == 404
    for path in ("/", "/ban-tin/", "/ban-tin/2026/1/", "/ban-tin/atom.xml", "/sitemap.xml"):
        page = read(client, path)
        assert "Số chưa ai thấy" not in page
        assert "/ban-tin/2026/2/" not in page
    assert client.get("/ban-tin/so-moi-nhat/").headers["Location"] == "/ban-tin/2026/1/"


def test_the_cover_of_an_issue_that_is_out_is_public(client):
    picture = make.make_picture()
    short(1, cover=picture, cover_alt="Quầy tiếp nhận")

    assert client.get(picture.get_rendition_url("w640.webp")).getvalue()[:4] == b"RIFF"
    assert 'alt="Quầy tiếp nhận"' in read(client, "/ban-tin/2026/1/")


def test_the_address_of_the_newest_issue_leads_to_the_archive_while_there_is_none(client):
    assert client.get("/ban-tin/so-moi-nhat/").headers["Location"] == "/ban-tin/"


def test_a_number_that_no_issue_can_have_is_not_found(client):
    assert client.get(f"/ban-tin/{'9' * 40}/{'9' * 40}/").status_code == 404


# Một số


def test_an_issue_is_read_in_the_order_of_its_pieces(client):
    issue = make_issue(number=3, is_sample=True)

    page = read(client, "/ban-tin/2026/3/")

    body = page[page.index('class="document__body"') :]
    words = [
        "Việc mới",
        "Khai sinh tại bệnh viện",
        "Tờ gấp khai sinh",
        "Hồ sơ giải quyết đúng hạn",
        "73,73\xa0%",
        "(1.485/2.014 hồ sơ)",
        "Từ 01/10/2026 đến 31/10/2026.",
        "Báo cáo tháng 10/2026",
        "Mời ông/bà góp ý.",
    ]
    assert [body.index(word) for word in words] == sorted(body.index(word) for word in words)
    assert "Số 3/2026" in page
    assert "Nội dung mẫu" in page
    contents = re.search(r'<nav class="contents".*?</nav>', page, re.DOTALL)[0]
    anchors = re.findall(r'href="#([^"]+)"', contents)
    assert anchors == [f"phan-{item.pk}" for item in issue.items.all()]
    assert all(f'id="{anchor}"' in body for anchor in anchors)


def test_a_piece_leads_to_its_source_only_while_that_is_public(client):
    version = make.make_article("Thư xin lỗi")
    make_issue(number=1, pieces=[lambda issue: bulletins.article_item(issue, version.article)])
    assert '<a href="/tin-tuc/thu-xin-loi/">Thư xin lỗi</a>' in read(client, "/ban-tin/2026/1/")

    publishing.withdraw(version.article)

    page = read(client, "/ban-tin/2026/1/")
    assert "/tin-tuc/thu-xin-loi/" not in page
    assert ">Thư xin lỗi</h2>" in page


def test_a_figure_that_was_replaced_says_so(client):
    figure = make_figure()
    make_issue(number=1, pieces=[lambda issue: bulletins.figure_item(issue, figure)])
    assert "về sau đã được thay" not in read(client, "/ban-tin/2026/1/")

    Figure.objects.filter(pk=figure.pk).update(replaced_by=make_figure(part=1484))

    page = read(client, "/ban-tin/2026/1/")
    assert "(1.485/2.014 hồ sơ)" in page
    assert "về sau đã được thay" in page


def test_a_correction_stands_on_top_and_in_the_feed(client):
    issue = short(1, lead="Lời ngỏ của số.", title="Tên <b>lạ</b>")
    bulletins.correct(issue, words="Thời hạn là 3 ngày.")

    page = read(client, "/ban-tin/2026/1/")

    assert page.index("Thời hạn là 3 ngày.") < page.rindex("Lời ngỏ của số.")
    assert "<b>lạ</b>" not in page
    assert "Đính chính: Thời hạn là 3 ngày." in read(client, "/ban-tin/atom.xml")


def test_an_issue_read_in_english_keeps_its_words_and_its_figures(client):
    make_issue(number=1)

    page = read(client, "/en/ban-tin/2026/1/")

    assert '<header class="document__head" lang="vi">' in page
    assert "73,73\xa0%" in page
    assert "73.73" not in page
    assert '<link rel="canonical" href="https://tthc.example.vn/ban-tin/2026/1/">' in page


def test_an_issue_leads_to_its_neighbours_over_the_turn_of_the_year(client):
    for year, number in [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]:
        short(number, year=year)

    page = read(client, "/ban-tin/2026/1/")

    assert 'rel="prev" href="/ban-tin/2025/12/"' in page
    assert 'rel="next" href="/ban-tin/2026/2/"' in page


def test_search_engines_read_what_the_issue_is(client):
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    short(7, title="Khai sinh & khai tử </script>")

    page = read(client, "/ban-tin/2026/7/")

    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert data["@type"] == "PublicationIssue"
    assert data["issueNumber"] == "7/2026"
    assert data["name"] == "Bản tin số 7/2026: Khai sinh & khai tử </script>"
    assert data["url"] == "https://tthc.example.vn/ban-tin/2026/7/"
    assert data["publisher"]["name"] == "Ủy ban nhân dân tỉnh Cà Mau"


# Nơi khác trên Cổng


def test_the_home_page_tells_the_newest_issue_by_its_first_sentence(client):
    short(1, title="Số cũ")
    short(2, title="Số mới", lead="Có ba việc mới, từ ngày 1.10 trở đi. Cuối số có tài liệu.")

    page = read(client, "/")

    assert "Số mới" in page
    assert "từ ngày 1.10 trở đi.</p>" in page
    assert "Cuối số" not in page
    assert "Số cũ" not in page


def test_the_feed_tells_each_issue_once_in_its_language(client):
    short(1, title="Số một")
    short(2, title="Number two", language="en", lead="In English.")

    feed = ElementTree.fromstring(client.get("/ban-tin/atom.xml").content)

    language = "{http://www.w3.org/XML/1998/namespace}lang"
    entries = [
        (entry.get(language), entry.findtext(f"{ATOM}id")) for entry in feed.iter(f"{ATOM}entry")
    ]
    assert entries == [
        ("en", "https://tthc.example.vn/en/ban-tin/2026/2/"),
        ("vi", "https://tthc.example.vn/ban-tin/2026/1/"),
    ]
    link = 'type="application/atom+xml" title="Bản tin điện tử"'
    assert link in read(client, "/ban-tin/")
    assert link in read(client, "/ban-tin/2026/1/")


def test_machines_find_the_issues(client):
    short(1)

    page = read(client, "/sitemap.xml")

    assert "<loc>https://tthc.example.vn/ban-tin/</loc>" in page
    assert "<loc>https://tthc.example.vn/ban-tin/2026/1/</loc>" in page
    assert 'href="/ban-tin/"' in read(client, "/so-do-trang/")
    assert "https://tthc.example.vn/ban-tin/atom.xml" in read(client, "/nguon-tin/")
    assert BulletinIssue.objects.public().count() == 1
