"""The catalogue in English: what is translated, what stays Vietnamese and is marked so."""

import json
import re
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from procedures.models import Procedure
from procedures.services import complete_procedures
from tests import factories
from tests.pages import PAGES

pytestmark = pytest.mark.django_db

# Letters that English does not have: those of Vietnamese alone, and vowels with a tone.
VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)
VIETNAMESE_PAGES = [page for page in PAGES if not page.path.startswith("/en/")]
SAID_ALOUD = ("aria-label", "alt", "title", "placeholder")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Words(HTMLParser):
    """The words of a page, those of its attributes too, each with the language it is marked with.

    Apart from them the title and the description, which take no mark.
    """

    def __init__(self, html):
        super().__init__()
        self.open, self.said, self.head = [], [], []
        self.feed(html)

    @property
    def language(self):
        return next((lang for _tag, lang in reversed(self.open) if lang), None)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.open.append((tag, attributes.get("lang")))
        said = [attributes[name] for name in SAID_ALOUD if attributes.get(name)]
        if attributes.get("name") == "description":
            self.head.append(attributes["content"])
        self.said += [(self.language, text) for text in said]
        if tag in VOID:
            self.open.pop()

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag = self.open[-1][0] if self.open else None
        if tag == "title":
            self.head.append(data.split(" | ")[0])
        elif tag not in {None, "script", "style"} and data.strip():
            self.said.append((self.language, " ".join(data.split())))


def words_of(client, path):
    return Words(client.get(path).content.decode()).said


def unmarked(client, path):
    """Vietnamese words that a page gives out as English; what the reader typed is the reader's own."""
    query = parse_qs(urlsplit(path).query).get("q", [""])[0]
    words = Words(client.get(path).content.decode())
    shown = [text for language, text in words.said if language != "vi"]
    return [text for text in shown if VIETNAMESE.search(text.replace(query, ""))]


def unmarked_in_head(client, path):
    """Vietnamese in the title or description, unless just that stands on the page as Vietnamese."""
    query = parse_qs(urlsplit(path).query).get("q", [""])[0]
    words = Words(client.get(path).content.decode())
    marked = {text for language, text in words.said if language == "vi"}
    return [
        text
        for text in words.head
        if VIETNAMESE.search(text.replace(query, "")) and text not in marked
    ]


def text_of(client, path):
    return " ".join(text for _language, text in words_of(client, path))


TERMS = {
    "Ủy ban nhân dân tỉnh Cà Mau": "Ca Mau Provincial People’s Committee",
    "Nguyễn Văn Mẫu, Chánh Văn phòng": "Nguyen Van Mau, Chief of Office",
    "Cà Mau": "Ca Mau",
    "Ủy ban nhân dân cấp xã": "Commune People’s Committee",
    "Hộ tịch": "Civil status",
    "Công dân Việt Nam": "Vietnamese citizens",
    "Sinh con": "Having a child",
    "Khi có con.": "When a child is born.",
    "Xã Tân Thuận": "Tan Thuan commune",
    "Xã Tân Hải": "Tan Hai commune",
    "Trung tâm Phục vụ hành chính công xã Tân Thuận": "Tan Thuan Public Administration Service Centre",
    "Trụ sở Ủy ban nhân dân xã": "Office of the Commune People’s Committee",
}


@pytest.fixture
def terms():
    for original, text in TERMS.items():
        factories.make_term(original, text)


@pytest.fixture
def procedure(page_content):
    procedure = page_content
    Procedure.objects.filter(pk=procedure.pk).update(partial_reason="Phải ký tại quầy.")
    factories.make_method(
        procedure,
        kind="postal",
        duration_note="Theo lịch của bưu điện.",
        description="Gửi qua bưu điện.",
        order=2,
    )
    return procedure


@pytest.fixture
def untranslated(procedure):
    procedure.translations.all().delete()
    return procedure


def translate(procedure, **fields):
    procedure.translations.all().delete()
    return factories.make_translation(
        procedure,
        **{
            "name": "Birth registration",
            "summary": "Get a birth certificate for your child.",
            "bring_note": "Bring your passport.",
            "time_note": "Ask for the certificate on the same day.",
            "fee_note": "Free if you register within 60 days.",
            "where_note": "Go where the mother or father lives.",
            "online_note": "The website is in Vietnamese.",
            "texts": {
                "Tờ khai đăng ký khai sinh": "Birth registration form",
                "Cha mẹ có đăng ký kết hôn": "Parents who are married",
                "Giấy khai sinh": "Birth certificate",
                "- Trẻ sinh ra ở Việt Nam.": "The child was born in Viet Nam.",
            },
        }
        | fields,
    )


@pytest.mark.parametrize("page", VIETNAMESE_PAGES, ids=str)
def test_what_stays_vietnamese_is_marked_as_such(client, procedure, terms, page):
    assert unmarked(client, f"/en{page.path}") == []
    assert unmarked_in_head(client, f"/en{page.path}") == []


@pytest.mark.parametrize("page", VIETNAMESE_PAGES, ids=str)
def test_names_that_nobody_has_translated_are_marked_too(client, procedure, page):
    assert unmarked(client, f"/en{page.path}") == []


def test_no_part_of_a_vietnamese_page_is_marked(client, procedure, terms):
    translate(procedure)

    # These show words of several languages on purpose.
    several = ("/kieu-dang/", "/handbook/", "/ve-cong/")
    for page in [page for page in VIETNAMESE_PAGES if not page.path.startswith(several)]:
        body = client.get(page.path).content.decode().partition("<body>")[2]
        assert ' lang="vi"' not in body
        assert "Civil status" not in body
        assert "Birth registration" not in body


def test_translated_names_stand_wherever_the_words_stand(client, procedure, terms):
    for path in ["thu-tuc/", "linh-vuc/", "linh-vuc/ho-tich/", "thu-tuc/1.001193/", "so-do-trang/"]:
        assert ("en", "Civil status") in words_of(client, f"/en/{path}"), path
    assert "Sector: Civil status" in text_of(client, "/en/linh-vuc/ho-tich/")
    assert "Covers the former area of Tan Hai commune." in text_of(
        client, "/en/noi-nop-ho-so/trung-tam-xa-tan-thuan/"
    )


def test_filters_offer_names_in_english(client, procedure, terms):
    factories.make_procedure(sector=factories.make_sector("Đất đai"), levels=["province"])

    html = client.get("/en/thu-tuc/?linh-vuc=ho-tich").content.decode()

    assert '<option value="ho-tich" selected>Civil status (1)</option>' in html
    assert '<option value="dat-dai" lang="vi">Đất đai (1)</option>' in html
    assert "Level of government" in html
    assert '<option value="xa">Commune (' in html
    assert "Sector: Civil status" in text_of(client, "/en/thu-tuc/?linh-vuc=ho-tich")


def test_a_translated_procedure_reads_in_english(client, procedure, terms):
    translate(procedure)

    said = words_of(client, "/en/thu-tuc/1.001193/")

    for text in [
        "Birth registration",
        "Get a birth certificate for your child.",
        "Bring your passport.",
        "Ask for the certificate on the same day.",
        "Free if you register within 60 days.",
        "Go where the mother or father lives.",
        "The website is in Vietnamese.",
        "Birth registration form",
        "Parents who are married",
        "Birth certificate",
        "The child was born in Viet Nam.",
    ]:
        assert ("en", text) in said, text
    assert ("vi", "Thủ tục đăng ký khai sinh") in said
    assert ("vi", "Tờ khai đăng ký khai sinh") in said
    assert ("vi", "Lưu ý: xuất trình căn cước.") in said
    assert unmarked(client, "/en/thu-tuc/1.001193/") == []


def test_figures_come_from_the_procedure_and_are_written_in_english(client, procedure, terms):
    text = text_of(client, "/en/thu-tuc/1.001193/")

    assert "1 document, in 1 set" in text
    assert "1 working day" in text
    assert "1 working days" not in text
    assert "8,000 VND" in text
    assert "Free of charge" in text
    assert "1 commune centre" in text
    assert "Yes, applications are accepted online" in text
    assert ("vi", "Theo lịch của bưu điện.") in words_of(client, "/en/thu-tuc/1.001193/")


def test_a_procedure_without_translation_says_so(client, untranslated):
    html = client.get("/en/thu-tuc/1.001193/").content.decode()

    assert "This procedure has not been translated yet; the text below is in Vietnamese." in html
    assert '<h1 class="procedure__name" lang="vi">Thủ tục đăng ký khai sinh</h1>' in html
    assert "<title>Procedure 1.001193 (in Vietnamese) |" in html
    assert "has not been translated" not in client.get("/thu-tuc/1.001193/").content.decode()


def test_a_translation_older_than_its_original_warns_with_both_dates(client, procedure):
    made = translate(procedure)
    assert "The Vietnamese version has changed" not in text_of(client, "/en/thu-tuc/1.001193/")

    made.made_from = timezone.make_aware(datetime(2026, 3, 5, 9))
    made.save()
    Procedure.objects.filter(pk=procedure.pk).update(
        updated_at=timezone.make_aware(datetime(2026, 9, 2, 9))
    )

    html = client.get("/en/thu-tuc/1.001193/").content.decode()
    assert (
        "This translation was made from the Vietnamese version of 5 March 2026."
        " The Vietnamese version has changed since, on 2 September 2026."
    ) in html
    assert '<a href="/thu-tuc/1.001193/" hreflang="vi">See the Vietnamese page</a>' in html


def structured_data(client, path):
    html = client.get(path).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


def test_machines_are_told_the_language_and_the_name_in_it(client, untranslated, terms, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    before = structured_data(client, "/en/thu-tuc/1.001193/")
    translate(untranslated)

    vietnamese = structured_data(client, "/thu-tuc/1.001193/")
    english = structured_data(client, "/en/thu-tuc/1.001193/")

    assert before == vietnamese
    assert (vietnamese["inLanguage"], vietnamese["name"]) == ("vi", "Thủ tục đăng ký khai sinh")
    assert (english["inLanguage"], english["name"]) == ("en", "Birth registration")
    assert english["url"] == "https://tthc.example.vn/en/thu-tuc/1.001193/"
    assert english["@id"] == vietnamese["@id"] == "https://tthc.example.vn/thu-tuc/1.001193/"
    assert english["serviceType"] == "Civil status"
    assert english["serviceOutput"] == [{"@type": "Thing", "name": "Birth certificate"}]
    assert english["availableChannel"][0]["description"] == "1 working day"


def found(client, path):
    html = client.get(path).content.decode()
    return re.findall(r'card__title"><a href="/en/thu-tuc/([\d.]+)/"', html)


def test_a_procedure_is_found_by_its_english_name(client, procedure):
    other = factories.make_procedure(code="1.000100", name="Thủ tục đăng ký kết hôn")
    complete_procedures([other.pk])
    translate(procedure)
    factories.make_translation(other, name="Marriage registration", summary="For two people.")

    assert found(client, "/en/tim-kiem/?q=registering+a+birth") == ["1.001193"]
    assert found(client, "/en/tim-kiem/?q=Registration") == ["1.000100", "1.001193"]
    assert found(client, "/en/tim-kiem/?q=certificate+child") == ["1.001193"]
    assert "No procedure found" not in text_of(client, "/en/tim-kiem/?q=registering+a+birth")
    assert "Nothing matches exactly" not in text_of(client, "/en/tim-kiem/?q=registering+a+birth")


def test_words_that_were_asked_for_are_marked_in_english_names(client, procedure):
    translate(procedure, name="Registration of a birth")

    html = client.get("/en/tim-kiem/?q=a+birth+of+a+child").content.decode()

    assert "Registration of a <mark>birth</mark></a>" in html


def test_what_has_only_some_of_the_english_words_is_called_near(client, procedure):
    translate(procedure)

    text = text_of(client, "/en/tim-kiem/?q=birth+of+a+lottery")

    assert found(client, "/en/tim-kiem/?q=birth+of+a+lottery") == ["1.001193"]
    assert "Nothing matches exactly" in text


def test_vietnamese_words_and_codes_are_found_on_english_pages_too(client, procedure):
    translate(procedure)

    assert found(client, "/en/tim-kiem/?q=dang+ky+khai+sinh")[0] == "1.001193"
    assert found(client, "/en/tim-kiem/?q=1001193") == ["1.001193"]
    assert ("en", "Birth") in words_of(client, "/en/tim-kiem/?q=birth")


def test_english_words_are_not_looked_for_on_vietnamese_pages(client, procedure):
    translate(procedure)

    assert (
        'href="/thu-tuc/1.001193/"' not in client.get("/tim-kiem/?q=certificate").content.decode()
    )


@pytest.mark.parametrize(
    "query", ["the+of", "or+or+or", "%22%26%7C%21%28", "a" * 5000, "%00", "+".join(["birth"] * 300)]
)
def test_odd_english_queries_get_a_page(client, procedure, query):
    translate(procedure)

    assert client.get(f"/en/tim-kiem/?q={query}").status_code == 200


@pytest.mark.parametrize("path", ["/en/thu-tuc/", "/en/tim-kiem/?q=registration", "/en/"])
def test_a_longer_english_list_asks_no_more_questions(
    client, procedure, path, django_assert_max_num_queries
):
    translate(procedure)
    client.get(path)
    with django_assert_max_num_queries(45) as few:
        client.get(path)

    for number in range(12):
        made = factories.make_complete_procedure(popularity=number)
        factories.make_translation(made, name=f"Registration {number}")
    with django_assert_max_num_queries(len(few)):
        client.get(path)


@pytest.mark.parametrize("page", VIETNAMESE_PAGES, ids=str)
def test_english_costs_few_questions_more(client, procedure, page, django_assert_max_num_queries):
    translate(procedure)
    with django_assert_max_num_queries(60) as vietnamese:
        client.get(page.path)

    # Terms, translated names, and on one page the translation with its texts, on another the search for words.
    with django_assert_max_num_queries(len(vietnamese) + 4):
        client.get(f"/en{page.path}")


@pytest.mark.parametrize(
    ("value", "unit", "vietnamese", "english"),
    [
        (1, "working_day", "1 ngày làm việc", "1 working day"),
        (3, "working_day", "3 ngày làm việc", "3 working days"),
        ("1.5", "working_day", "1,5 ngày làm việc", "1.5 working days"),
        (1, "hour", "1 giờ", "1 hour"),
        (24, "hour", "24 giờ", "24 hours"),
        (15, "day", "15 ngày", "15 days"),
        (1, "month", "1 tháng", "1 month"),
        (6, "month", "6 tháng", "6 months"),
        (None, "immediate", "Giải quyết ngay", "On the spot"),
    ],
)
def test_times_are_told_in_each_language_s_own_way(client, value, unit, vietnamese, english):
    procedure = factories.make_procedure()
    factories.make_method(procedure, duration_value=value, duration_unit=unit)

    assert f"Thời hạn {vietnamese} Phí" in text_of(client, procedure.get_absolute_url())
    assert f"Time limit {english} Fees" in text_of(client, f"/en{procedure.get_absolute_url()}")


@pytest.mark.parametrize(
    ("fees", "vietnamese", "english"),
    [
        ([{"amount": 0}], "Miễn phí", "Free of charge"),
        ([{"amount": 8000}], "8.000 đồng", "8,000 VND"),
        ([{"amount": 10, "currency": "USD"}], "10 đô la Mỹ", "10 USD"),
        (
            [{"amount": 50_000}, {"amount": 1_500_000}],
            "Từ 50.000 đến 1.500.000 đồng, tùy trường hợp",
            "From 50,000 to 1,500,000 VND, depending on the case",
        ),
        ([{"amount": None}], "Không có thông tin", "No information"),
    ],
)
def test_money_is_told_in_each_language_s_own_way(client, fees, vietnamese, english):
    procedure = factories.make_procedure()
    method = factories.make_method(procedure)
    for fee in fees:
        factories.make_fee(method, **fee)

    assert f"Phí, lệ phí {vietnamese} Nộp ở đâu" in text_of(client, procedure.get_absolute_url())
    assert f"Fees {english} Where" in text_of(client, f"/en{procedure.get_absolute_url()}")


@pytest.mark.parametrize(
    ("language", "day", "moment", "number"),
    [
        ("vi", "02/09/2026", "13:05 02/09/2026", "1.485"),
        ("en", "2 September 2026", "13:05, 2 September 2026", "1,485"),
    ],
)
def test_dates_and_numbers_are_written_in_each_language_s_own_way(language, day, moment, number):
    at = timezone.make_aware(datetime(2026, 9, 2, 13, 5))
    template = Template(
        '{{ at|date:"SHORT_DATE_FORMAT" }}/{{ at|date:"SHORT_DATETIME_FORMAT" }}/{{ n|grouped }}'
    )

    with translation.override(language):
        assert template.render(Context({"at": at, "n": 1485})) == f"{day}/{moment}/{number}"


def test_dates_on_pages_leave_no_doubt_which_is_the_month(client, procedure):
    coming = timezone.localdate() + timedelta(days=30)
    future = factories.make_procedure(effective_on=coming)

    english = text_of(client, f"/en{future.get_absolute_url()}")

    assert f"In force from {coming.day} {coming:%B} {coming.year}." in english
    assert "No longer in force since 1 July 2025" in text_of(client, "/en/thu-tuc/1.000009/")
    assert "Hết hiệu lực từ 01/07/2025" in text_of(client, "/thu-tuc/1.000009/")


def test_a_name_that_stands_in_markup_is_shown_as_text():
    factories.make_term("Hộ tịch", "<b>Civil</b> status")
    request = RequestFactory().get("/en/")
    template = Template("{% load procedures %}{% term name %}|{% terms names %}")

    with translation.override("en"):
        shown = template.render(
            RequestContext(request, {"name": "Hộ tịch", "names": ["Hộ tịch", "<i>x"]})
        )

    assert "<b>" not in shown
    assert '<span lang="vi">&lt;i&gt;x</span>' in shown
