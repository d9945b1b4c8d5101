"""The newest items in the sites of others: a page for a frame, data for programs, and the page that explains both."""

import html
import json
import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from outreach import publishing
from tests import axe
from tests import factories as make

pytestmark = pytest.mark.django_db

SITE = "https://tthc.example.vn"


@pytest.fixture
def site(settings):
    settings.SITE_URL = SITE


def items(client, query=""):
    return json.loads(client.get(f"/tin-tuc/tin-moi.json{query}").content)["items"]


def links(client, query=""):
    page = client.get(f"/tin-tuc/nhung/{query}").content.decode()
    return re.findall(r'class="embed__link" href="([^"]+)"', page)


def test_only_this_page_may_be_framed_by_others(client):
    framed, other = client.get("/tin-tuc/nhung/"), client.get("/nguon-tin/")

    assert "X-Frame-Options" not in framed.headers
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "default-src 'self'" in framed.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/tin-tuc/nhung/", "/tin-tuc/tin-moi.json"])
def test_what_others_include_is_kept_for_five_minutes_and_knows_nobody(client, address):
    make.make_article()

    response = client.get(address)

    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert client.post(address).status_code == 405


def test_the_list_links_to_the_portal_in_a_window_of_its_own(client, site):
    make.make_article("<b>Tin</b> nóng", slug="tin-nong")

    page = client.get("/tin-tuc/nhung/").content.decode()

    assert f'href="{SITE}/tin-tuc/tin-nong/" target="_blank" rel="noopener"' in page
    assert "&lt;b&gt;Tin&lt;/b&gt; nóng" in page
    assert '<html lang="vi">' in page
    assert "<script" not in page
    assert 'href="/tin-tuc' not in page


def test_data_have_the_keys_that_the_guide_names(client, site):
    category = make.make_category("Chính sách mới")
    version = make.make_article("Tin nóng", slug="tin-nong", category=category, is_sample=True)

    response = client.get("/tin-tuc/tin-moi.json")

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    data = json.loads(response.content)
    moment = data["items"][0].pop("published_at")
    assert datetime.fromisoformat(moment) == version.published_at
    assert moment.endswith("+07:00")
    assert data == {
        "language": "vi",
        "items": [
            {
                "title": "Tin nóng",
                "url": f"{SITE}/tin-tuc/tin-nong/",
                "lead": "Lời dẫn của bài.",
                "category": "Chính sách mới",
                "is_sample": True,
            }
        ],
    }
    guide = client.get("/nguon-tin/").content.decode()
    for key in ("language", "items", "published_at", *data["items"][0]):
        assert f"<code>{key}</code>" in guide


def test_as_many_items_are_shown_as_were_asked_for_within_reason(client):
    category = make.make_category()
    for number in range(21):
        make.make_article(f"Bài {number}", category=category)
    within_reason = {"": 5, "?so-tin=2": 2, "?so-tin=0": 1, "?so-tin=-7": 1, "?so-tin=99999": 20}
    odd = {f"?so-tin={odd}": 5 for odd in ("hai", "%00", "1e3", "9" * 5000, "")}

    for asked, shown in (within_reason | odd).items():
        assert len(items(client, asked)) == shown
        assert len(links(client, asked)) == shown


def test_a_category_is_chosen_by_its_address(client):
    category = make.make_category("Chính sách mới")
    make.make_article("Tin của chuyên mục", slug="tin-mot", category=category)
    make.make_article("Tin khác", category=make.make_category())

    assert [one["title"] for one in items(client, "?chuyen-muc=chinh-sach-moi")] == [
        "Tin của chuyên mục"
    ]
    assert [link.split("/")[-2] for link in links(client, "?chuyen-muc=chinh-sach-moi")] == [
        "tin-mot"
    ]


@pytest.mark.parametrize("odd", ["khong-co", "%00x", "x" * 9000, "%27%3B--", "😀"])
def test_an_unknown_category_is_said_plainly(client, odd):
    make.make_article("Tin")

    page = client.get(f"/tin-tuc/nhung/?chuyen-muc={odd}")
    data = client.get(f"/tin-tuc/tin-moi.json?chuyen-muc={odd}")

    # A page of errors would not show in a frame.
    assert page.status_code == 200
    assert "Không có chuyên mục này" in page.content.decode()
    assert "embed__link" not in page.content.decode()
    assert data.status_code == 404
    assert json.loads(data.content) == {"error": "Không có chuyên mục này."}
    assert data.headers["Access-Control-Allow-Origin"] == "*"


def test_nothing_private_is_given_to_others(client):
    hour, now = timedelta(hours=1), timezone.now()
    make.make_article("Đang đăng", slug="dang-dang")
    make.make_draft("Bản nháp")
    make.make_article("Hẹn giờ", publish_at=now + hour)
    make.make_article("Hết hạn", at=now - 3 * hour, expires_at=now - hour)
    publishing.withdraw(make.make_article("Đã gỡ").article)
    make.make_article("In English", slug="in-english", language="en")

    assert [one["title"] for one in items(client)] == ["Đang đăng"]
    assert [link.split("/")[-2] for link in links(client)] == ["dang-dang"]
    english = json.loads(client.get("/en/tin-tuc/tin-moi.json").content)
    assert [one["title"] for one in english["items"]] == ["In English"]


def test_many_items_cost_as_many_questions_as_one(client, django_assert_num_queries):
    make.make_article()
    with django_assert_num_queries(2):
        links(client, "?so-tin=20")
    for _ in range(12):
        make.make_article(category=make.make_category())

    with django_assert_num_queries(2):
        assert len(links(client, "?so-tin=20")) == 13
    with django_assert_num_queries(1):
        assert len(items(client, "?so-tin=20")) == 13


# Trang chỉ dẫn


def test_what_the_guide_gives_to_copy_works(client, site):
    make.make_article(category=make.make_category("Chính sách mới"))

    page = client.get("/nguon-tin/").content.decode()

    given = re.findall(r"<code>(.*?)</code>", page, re.DOTALL)
    frame = html.unescape(next(one for one in given if "iframe" in one))
    address = re.fullmatch(r'<iframe src="([^"]+)" title="Tin mới" [^>]+></iframe>', frame.strip())[
        1
    ]
    data = next(one for one in given if ".json" in one)
    feeds = re.findall(
        r'<link rel="alternate" type="application/(?:atom|rss)[^>]+href="([^"]+)"', page
    )
    assert len(feeds) == 3
    for given_address in [address, html.unescape(data), *feeds]:
        assert given_address.startswith(f"{SITE}/")
        assert client.get(given_address.removeprefix(SITE)).status_code == 200
        assert html.escape(given_address) in page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_list_stands_well_in_a_frame_of_another_site(
    new_page, live_server, transactional_db, theme
):
    category = make.make_category("Chính sách, văn bản mới")
    make.make_article(
        "Cấp đổi giấy phép lái xe không phải nộp giấy khám sức khỏe", category=category
    )
    page = new_page(width=320, theme=theme, bypass_csp=True)
    # By another name the same server is another site to the browser.
    page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/nguon-tin/")
    page.evaluate(
        """address => {
            const frame = document.createElement("iframe");
            Object.assign(frame, {src: address, title: "Tin mới", width: 260});
            document.querySelector("main").append(frame);
        }""",
        f"{live_server.url}/tin-tuc/nhung/",
    )

    frame = page.frames[1]
    frame.wait_for_selector(".embed__link")

    assert axe.faults(frame) == []
    assert frame.evaluate("document.documentElement.scrollWidth") <= 260
