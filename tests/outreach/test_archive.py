"""Lists of the news: newest first, by category and tag, by year, month and day."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from outreach import publishing
from outreach.archive import PAGE_SIZE
from tests import factories

pytestmark = pytest.mark.django_db

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def at(*moment):
    return datetime(*moment, tzinfo=VIETNAM)


def titles(response):
    return [version.title for version in response.context["page"].object_list]


def test_the_list_shows_what_is_public_newest_first(client):
    now = timezone.now()
    factories.make_article("Cũ", at=now - timedelta(days=3))
    factories.make_article("Mới", at=now - timedelta(days=1))
    factories.make_draft("Bản thảo")
    factories.make_article("Hẹn giờ", publish_at=now + timedelta(hours=1))
    factories.make_article("Hết hạn", at=now - timedelta(days=2), expires_at=now)
    publishing.withdraw(factories.make_article("Đã gỡ").article)

    assert titles(client.get("/tin-tuc/")) == ["Mới", "Cũ"]


def test_pages_of_the_list_follow_each_other_without_a_gap(client):
    moment = timezone.now() - timedelta(days=1)
    for number in range(PAGE_SIZE + 2):
        factories.make_article(f"Tin {number}", at=moment)

    pages = [client.get(f"/tin-tuc/?trang={number}") for number in (1, 2)]

    first, second = (titles(page) for page in pages)
    assert (len(first), len(second)) == (PAGE_SIZE, 2)
    assert not set(first) & set(second)
    assert "trang=2" in re.search('rel="canonical"[^>]*', pages[1].content.decode())[0]


def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    client, django_assert_max_num_queries
):
    tag = factories.make_tag(slug="the")
    category = factories.make_category(slug="muc")
    for number in range(PAGE_SIZE + 1):
        cover = (
            {"cover": factories.make_picture(size=(9, 6)), "cover_alt": "Ảnh"} if number < 3 else {}
        )
        factories.make_article(
            at=at(2026, 3, 1 + number), category=category, parts={"tags": [tag]}, **cover
        )

    for path in ("", "?trang=2", "chuyen-muc/muc/", "the/the/", "2026/3/", "2026/3/5/", "2026/"):
        client.get(f"/tin-tuc/{path}")
        with django_assert_max_num_queries(12):
            client.get(f"/tin-tuc/{path}")


def test_a_category_and_a_tag_show_their_own(client):
    category = factories.make_category("Chính sách mới")
    tag = factories.make_tag("khai sinh")
    factories.make_article("Trong mục", category=category)
    factories.make_article("Có thẻ", category=factories.make_category(), parts={"tags": [tag]})

    assert titles(client.get("/tin-tuc/chuyen-muc/chinh-sach-moi/")) == ["Trong mục"]
    assert titles(client.get("/tin-tuc/the/khai-sinh/")) == ["Có thẻ"]
    assert client.get("/tin-tuc/chuyen-muc/khong-co/").status_code == 404
    assert client.get("/tin-tuc/the/khong-co/").status_code == 404


@pytest.mark.parametrize("path", ["/tin-tuc/", "/tin-tuc/chuyen-muc/muc/", "/tin-tuc/2026/3/"])
def test_a_list_shows_its_own_language_and_offers_the_vietnamese_one(client, path):
    category = factories.make_category(slug="muc")
    factories.make_article("Tin tiếng Việt", category=category, at=at(2026, 3, 2))
    factories.make_article("News", category=category, at=at(2026, 3, 2), language="en")

    vietnamese, english = client.get(path), client.get(f"/en{path}")

    assert titles(vietnamese) == ["Tin tiếng Việt"]
    assert titles(english) == ["News"]
    assert f'<a href="{path}" hreflang="vi">' in english.content.decode()


def test_days_begin_and_end_at_midnight_in_viet_nam(client):
    factories.make_article("Cuối ngày", at=at(2026, 3, 1, 23, 59))
    factories.make_article("Đầu ngày", at=at(2026, 3, 2, 0, 0))
    factories.make_article("Cuối năm", at=at(2025, 12, 31, 23, 59))

    assert titles(client.get("/tin-tuc/2026/3/1/")) == ["Cuối ngày"]
    assert titles(client.get("/tin-tuc/2026/3/2/")) == ["Đầu ngày"]
    assert titles(client.get("/tin-tuc/2025/12/31/")) == ["Cuối năm"]
    assert client.get("/tin-tuc/2026/").context["months"][0][1] == 2


def test_a_month_is_a_table_whose_days_with_news_are_links(client):
    factories.make_article("Một", at=at(2026, 3, 2))
    factories.make_article("Hai", at=at(2026, 3, 2))
    factories.make_article("Ba", at=at(2026, 3, 15))

    html = client.get("/tin-tuc/2026/3/").content.decode()
    table = re.search(r"<table.*?</table>", html, re.S)[0]

    assert re.findall(r'href="/tin-tuc/2026/3/(\d+)/"', table) == ["2", "15"]
    assert '2<span class="visually-hidden">: 2 tin</span>' in table
    assert table.count("<tr>") == 7
    # March 2026 begins on a Sunday, the last column.
    assert re.search(r"<tbody>\s*<tr>(<td></td>){6}<td>1</td></tr>", table)


def test_months_lead_only_to_months_with_news(client):
    factories.make_article("Cũ", at=at(2025, 10, 2))
    factories.make_article("Mới", at=at(2026, 3, 2))

    def steps(path):
        html = client.get(path).content.decode()
        return set(re.findall(r'<a rel="(?:prev|next)" href="([^"]*)"', html))

    assert steps("/tin-tuc/2026/3/") == {"/tin-tuc/2025/10/"}
    assert steps("/tin-tuc/2025/12/") == {"/tin-tuc/2025/10/", "/tin-tuc/2026/3/"}
    assert steps("/tin-tuc/2026/3/2/") == {"/tin-tuc/2025/10/", "/tin-tuc/2025/10/2/"}
    assert steps("/tin-tuc/2026/") == {"/tin-tuc/2025/"}


def test_an_empty_month_says_so_and_is_kept_from_search_engines(client):
    html = client.get("/tin-tuc/2025/12/").content.decode()

    assert "Tháng này không có tin" in html
    assert '<meta name="robots" content="noindex">' in html
    assert not re.search(r'href="/tin-tuc/\d{4}/\d+/\d+/"', html)


@pytest.mark.parametrize(
    "path",
    [
        "2026/13/",
        "2026/0/",
        "2026/2/30/",
        "2026/3/0/",
        "0/",
        "1/1/1/",
        "99999/",
        "9999/1/",
        "9" * 400 + "/",
    ],
)
def test_a_date_that_cannot_be_is_not_found(client, path):
    assert client.get(f"/tin-tuc/{path}").status_code == 404


def test_the_site_map_names_public_articles_in_their_own_language(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    factories.make_article("Công khai", slug="cong-khai")
    factories.make_article("News", slug="news", language="en")
    factories.make_draft("Bản thảo", slug="ban-thao")
    publishing.withdraw(factories.make_article("Đã gỡ", slug="da-go").article)

    text = client.get("/sitemap.xml").content.decode()

    assert "<loc>https://tthc.example.vn/tin-tuc/cong-khai/</loc>" in text
    assert "<loc>https://tthc.example.vn/en/tin-tuc/news/</loc>" in text
    assert "ban-thao" not in text
    assert "da-go" not in text
