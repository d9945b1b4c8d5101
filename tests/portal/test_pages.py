"""What holds for every page of the portal."""

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.urls import get_resolver, resolve
from django.urls.resolvers import URLPattern
from django.utils.translation import override

from tests.pages import PAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(page_content):
    return page_content


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_answers_with_its_status_and_a_cookie_for_a_form_only(client, content, page):
    response = client.get(page.path)

    assert response.status_code == page.status
    assert set(response.cookies) == ({"csrftoken"} if page.is_form else set())
    assert ("Cookie" in response.headers.get("Vary", "")) == page.is_form


@pytest.mark.parametrize("page", [p for p in PAGES if p.status == 200 and not p.is_form], ids=str)
def test_a_public_page_may_be_kept_for_a_minute(client, content, page):
    response = client.get(page.path)

    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["ETag"]
    assert (
        client.get(page.path, headers={"if-none-match": response.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_asks_the_database_a_bounded_number_of_questions(
    client, content, page, django_assert_max_num_queries
):
    client.get(page.path)

    with django_assert_max_num_queries(page.queries):
        client.get(page.path)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_carries_the_security_headers(client, content, page):
    headers = client.get(page.path).headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


class _Outline(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.headings, self.ids, self.links, self.lang = [], [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes.get("href"))
        if tag == "html":
            self.lang = attributes.get("lang")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_well_built(client, content, page):
    outline = _Outline(client.get(page.path).content.decode())

    assert outline.lang == page.language
    assert outline.headings.count(1) == 1
    assert outline.headings[0] == 1 or page.name == "home"
    assert all(
        next_ - this <= 1
        for this, next_ in zip(outline.headings, outline.headings[1:], strict=False)
    )
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.links[0] == "#noi-dung"


def test_no_link_of_any_page_leads_nowhere(client, content):
    seen, waiting, broken = set(), ["/"], []
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.status_code >= 400:
            broken.append(path)
        content = response.getvalue()
        if "html" not in response.headers.get("Content-Type", "") or len(seen) > 400:
            continue
        for link in _Outline(content.decode()).links:
            link = link.split("#")[0]
            target = link if link.startswith("/") else path.split("?")[0] + link
            if link and not link.startswith(("http", "tel:", "mailto:")) and target not in seen:
                seen.add(target)
                waiting.append(target)

    assert broken == []
    assert "/thu-tuc/1.001193/" in seen


def test_every_named_page_stands_in_the_list():
    listed = {_view_name(page) for page in PAGES if page.name != "not found"}
    public = {
        name for name in _public_names(get_resolver().url_patterns) if not name.endswith("None")
    }
    # Not pages for people: pictures, files, data, what machines ask and what other sites frame.
    machines = {
        "procedures:procedure_qr_svg",
        "procedures:procedure_qr_png",
        "procedures:deadline_ics",
        "search_json",
        "outreach:news_feed",
        "outreach:news_rss",
        "outreach:category_feed",
        "outreach:embedded_news",
        "outreach:news_json",
        "outreach:material_file",
        "outreach:material_captions",
        "outreach:material_first_page",
        "outreach:bulletin_feed",
        "outreach:bulletin_issue_pdf",
        "outreach:broadcast_csv",
        # Leads on to the newest issue.
        "outreach:bulletin_newest",
        "feedback:ledger_feed",
        "feedback:ledger_heads",
        "feedback:ticket_statistics_csv",
        "feedback:survey_result_csv",
        "feedback:public_answer_csv",
        "feedback:public_answer_feed",
        "feedback:question_feed",
        "georeport:discovery",
        "georeport:services",
        "georeport:service",
        "georeport:requests",
        "georeport:request",
        # Only sent to; what they answer with is looked at in tests/feedback/.
        "feedback:receipt_slip",
        "feedback:lookup_message",
        "feedback:lookup_withdraw",
        "feedback:lookup_rate",
        "feedback:lookup_reopen",
        "feedback:lookup_data_request",
        "feedback:lookup_file",
        "feedback:page_rating",
        "feedback:lookup_letter",
        # At random addresses, for those who were given one: see tests/outreach/test_previews.py.
        "outreach:preview",
        "outreach:preview_picture",
        "outreach:preview_file",
        # The same, for the screens at counters: see tests/feedback/test_kiosk.py.
        "feedback:kiosk",
        "feedback:kiosk_thanks",
        "feedback:kiosk_worker",
        # Only sent to, and for those who have a link from a mail: see tests/portal/test_subscription_pages.py.
        "subscriptions:quick",
        "subscriptions:confirm",
        "subscriptions:manage",
        "subscriptions:kept_data",
        "subscriptions:unsubscribe",
        "picture",
        "library_file",
        "procedures:legal_document_file",
        "sitemap",
        "robots",
        "health",
        "readiness",
    }

    assert public - machines <= listed


def _view_name(page):
    with override(page.language):
        return resolve(page.path.split("?")[0]).view_name


def _public_names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        elif pattern.namespace != "admin":
            inner = f"{pattern.namespace}:" if pattern.namespace else prefix
            yield from _public_names(pattern.url_patterns, inner)


@pytest.mark.parametrize(
    "path",
    [
        "/thu-tuc/?trang=-1",
        "/thu-tuc/?trang=0",
        "/thu-tuc/?trang=99999999999999999999",
        "/thu-tuc/?trang=hai",
        "/thu-tuc/?linh-vuc=khong-co&cap=%00&co-quan=%27%22%3Cb%3E",
        "/thu-tuc/?nhom=" + "x" * 5000,
        "/tim-kiem/?q=" + "a" * 10_000,
        "/tim-kiem/?q=" + "đăng+ký+" * 2_000,
        "/tim-kiem/?q=%00%01khai%00sinh",
        "/tim-kiem/?q=%EF%BF%BF%F0%9F%98%80%E2%80%AE",
        "/tim-kiem/?q=%27%3B+drop+table+procedures_procedure%3B--",
        "/tim-kiem/?q=%26%7C%21%28%29%3A%2A%3C-%3E",
        "/tim-kiem/?q=%ff%fe",
        "/tim-kiem/?q=khai+sinh&trang=abc",
        "/tim-kiem/?q=khai+sinh&trang=99999&cap=%00",
        "/tim-kiem.json?q=%00",
        "/tim-kiem.json?q=" + "%F0%9F%98%80" * 3_000,
        "/noi-nop-ho-so/?q=%00&thu-tuc=%00",
        "/noi-nop-ho-so/?thu-tuc=" + "1" * 10_000,
    ],
)
def test_odd_input_gets_a_page_and_never_an_error(client, content, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/thu-tuc/9.999999/",
        "/thu-tuc/khong-co-ma/",
        "/thu-tuc/%00/",
        "/thu-tuc/1.001193%00/",
        "/thu-tuc/" + "1" * 5_000 + "/",
        "/linh-vuc/khong-co/",
        "/co-quan/khong-co/",
        "/noi-nop-ho-so/khong-co/",
        "/q/%00",
        "/q/" + "a" * 3_000,
        "/%ff%fe/",
    ],
)
def test_an_address_that_does_not_exist_gets_the_vietnamese_page(client, content, path):
    response = client.get(path)

    assert response.status_code == 404
    assert 'lang="vi"' in response.content.decode()


@pytest.mark.parametrize("path", ["/thu-tuc/", "/thu-tuc/1.001193/", "/tim-kiem/?q=khai+sinh"])
def test_pages_are_only_read(client, content, path):
    assert client.post(path).status_code == 405


def test_a_forged_host_is_refused(client, content):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_the_site_map_for_machines_lists_every_published_procedure(client, content, settings):
    settings.SITE_URL = "https://tthc.example.vn"

    response = client.get("/sitemap.xml")

    places = {
        e.text for e in ElementTree.fromstring(response.content).iter() if e.tag.endswith("loc")
    }
    assert "https://tthc.example.vn/thu-tuc/1.001193/" in places
    assert "https://tthc.example.vn/thu-tuc/1.000008/" in places
    assert "https://tthc.example.vn/thu-tuc/1.000009/" not in places
    assert all(place.startswith("https://tthc.example.vn/") for place in places)


def test_robots_are_told_where_the_site_map_is(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"

    text = client.get("/robots.txt").content.decode()

    assert "Sitemap: https://tthc.example.vn/sitemap.xml" in text
    assert "Disallow: /q/" in text


def test_health_needs_no_database_and_readiness_does(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"

    assert client.get("/readyz").content == b"ready"


def test_search_results_are_the_same_for_programs(client, content):
    body = json.loads(client.get("/tim-kiem.json?q=khai+sinh").content)

    assert body["q"] == "khai sinh"
    assert body["results"][0]["code"] == "1.001193"
    assert body["results"][0]["url"].endswith("/thu-tuc/1.001193/")


def test_a_page_travels_compressed(client, content):
    plain = client.get("/thu-tuc/1.001193/")
    packed = client.get("/thu-tuc/1.001193/", headers={"accept-encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 3
