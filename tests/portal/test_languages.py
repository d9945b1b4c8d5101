"""Every page in every language: its address, its marks for machines, its switch, and how a language is added."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, urlsplit

import polib
import pytest
from django.test import Client
from django.urls import clear_url_caches, resolve, reverse
from django.utils import translation

from portal.languages import found_in, own_name
from procedures.models import QrTarget
from tests.pages import PAGES

pytestmark = pytest.mark.django_db

VIETNAMESE = [page for page in PAGES if not page.path.startswith("/en/")]
FOUND = [page for page in VIETNAMESE if page.status == 200]


@pytest.fixture
def content(settings, page_content):
    settings.SITE_URL = "https://tthc.example.vn"
    return page_content


def in_english(path):
    return f"/en{path}"


class _Head(HTMLParser):
    """What a page says of itself to machines, and its switch of languages."""

    def __init__(self, html):
        super().__init__()
        self.lang, self.canonical, self.alternates, self.switch = None, None, {}, {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "html":
            self.lang = attributes["lang"]
        if tag == "link" and attributes.get("rel") == "canonical":
            self.canonical = attributes["href"]
        if tag == "link" and attributes.get("rel") == "alternate" and "hreflang" in attributes:
            self.alternates[attributes["hreflang"]] = attributes["href"]
        if tag == "a" and attributes.get("rel") == "alternate":
            self.switch[attributes["hreflang"]] = attributes["href"]


def head(client, path):
    return _Head(client.get(path).content.decode())


@pytest.mark.parametrize("page", VIETNAMESE, ids=str)
def test_a_page_exists_in_english(client, content, page):
    response = client.get(in_english(page.path))

    assert response.status_code == page.status
    assert response.headers["Content-Language"] == "en"
    assert _Head(response.content.decode()).lang == "en"


@pytest.mark.parametrize("page", FOUND, ids=str)
def test_versions_name_each_other_with_full_addresses(client, content, page):
    vietnamese, english = head(client, page.path), head(client, in_english(page.path))

    assert vietnamese.alternates == english.alternates
    assert all(url.startswith("https://tthc.example.vn/") for url in english.alternates.values())
    if len(english.alternates) > 1:
        assert set(english.alternates) == {"vi", "en", "x-default"}
        assert english.alternates["x-default"] == english.alternates["vi"]
        assert "/en/" not in english.alternates["vi"]
        assert english.alternates["en"].startswith("https://tthc.example.vn/en/")


def test_what_the_pair_names_are_the_pages_themselves(client, content):
    english = head(client, "/en/thu-tuc/1.001193/")

    assert english.alternates["vi"] == "https://tthc.example.vn/thu-tuc/1.001193/"
    assert english.alternates["en"] == "https://tthc.example.vn/en/thu-tuc/1.001193/"
    assert english.canonical == english.alternates["en"]
    assert head(client, "/thu-tuc/1.001193/").canonical == english.alternates["vi"]


def test_a_procedure_that_nobody_translated_has_one_address_for_machines(client, content):
    vietnamese, english = (head(client, path + "thu-tuc/1.000008/") for path in ("/", "/en/"))

    assert english.canonical == vietnamese.canonical == "https://tthc.example.vn/thu-tuc/1.000008/"
    assert vietnamese.alternates == english.alternates == {}


@pytest.mark.parametrize("page", FOUND, ids=str)
def test_the_switch_stays_on_the_page_with_its_query(client, content, page):
    path = quote(page.path, safe="/?&=+")
    to_english = urlsplit(head(client, path).switch["en"])
    back = urlsplit(head(client, in_english(path)).switch["vi"])
    here = urlsplit(path)

    assert (to_english.path, back.path) == (in_english(here.path), here.path)
    assert parse_qs(to_english.query) == parse_qs(back.query) == parse_qs(here.query)


@pytest.mark.parametrize("path", ["/", "/en/", "/thu-tuc/1.001193/", "/en/thu-tuc/"])
def test_what_a_browser_wishes_changes_nothing(client, content, path):
    plain = client.get(path)
    wishing = Client(headers={"accept-language": "en-GB,en;q=0.9,km;q=0.8"})
    wishing.cookies["django_language"] = "en" if not path.startswith("/en/") else "vi"

    wished = wishing.get(path)

    assert wished.status_code == 200
    assert _without_the_minute(wished) == _without_the_minute(plain)
    assert "Language" not in wished.headers.get("Vary", "")
    assert "Cookie" not in wished.headers.get("Vary", "")


def _without_the_minute(response):
    """The page without the time of day at which it was made, which it bears for print."""
    return re.sub(rb"\b\d\d:\d\d\b", b"", response.content)


def test_a_printed_code_leads_to_the_vietnamese_page(client, content):
    token = QrTarget.objects.get(procedure=content).token

    response = client.get(f"/q/{token}", headers={"accept-language": "en"})

    assert response.headers["Location"] == "/thu-tuc/1.001193/"


def test_the_admin_speaks_vietnamese(client, content):
    html = client.get("/quan-tri/login/", headers={"accept-language": "en"}).content.decode()

    assert 'lang="vi"' in html
    assert "Mật khẩu" in html


def test_every_language_is_called_by_its_own_name(client, content):
    assert (own_name("vi"), own_name("en")) == ("Tiếng Việt", "English")
    assert re.search(r'hreflang="en"[^>]*>.*?English</span></a>', client.get("/").content.decode())
    assert re.search(
        r'lang="vi"[^>]*>.*?Tiếng Việt</span></a>', client.get("/en/").content.decode()
    )


@pytest.fixture
def khmer(tmp_path, settings):
    """A folder with one more catalogue, of two words: nothing else is changed to add the language."""
    messages = tmp_path / "km" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    catalogue.append(polib.POEntry(msgid="Tiếng Việt", msgstr="ខ្មែរ"))
    catalogue.append(polib.POEntry(msgid="Tất cả thủ tục", msgstr="នីតិវិធីទាំងអស់"))
    catalogue.save_as_mofile(str(messages / "django.mo"))
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    settings.LANGUAGES = [*settings.LANGUAGES, found_in(tmp_path)[1]]
    clear_url_caches()
    yield tmp_path
    clear_url_caches()
    own_name.cache_clear()


def test_a_folder_with_a_catalogue_is_a_language(khmer):
    assert found_in(khmer) == [
        ("vi", "Tiếng Việt"),
        ("km", translation.get_language_info("km")["name_local"]),
    ]


def test_a_third_language_answers_under_its_prefix(client, content, khmer):
    response = client.get("/km/thu-tuc/1.001193/")
    html = response.content.decode()

    assert response.status_code == 200
    assert '<html lang="km"' in html
    assert "នីតិវិធីទាំងអស់" in html
    assert '<h1 class="procedure__name" lang="vi">Thủ tục đăng ký khai sinh</h1>' in html
    assert set(_Head(html).switch) == {"vi", "en"}
    assert head(client, "/").switch == {"en": "/en/", "km": "/km/"}
    assert "ខ្មែរ</span></a>" in client.get("/").content.decode()
    with translation.override("km"):
        assert reverse("procedures:procedure_list") == "/km/thu-tuc/"
        assert resolve("/km/thu-tuc/").view_name == "procedures:procedure_list"
