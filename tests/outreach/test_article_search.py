"""The news and the materials in the portal's search."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from outreach import publishing
from outreach.models import ArticleVersion
from outreach.search import SHOWN_AMONG_PROCEDURES, find_articles, find_materials
from procedures.services import complete_procedures
from tests import factories

pytestmark = pytest.mark.django_db


def found(text, language="vi"):
    titles = dict(ArticleVersion.objects.values_list("pk", "title"))
    return [titles[pk] for pk in find_articles(text, language)]


def test_an_article_is_found_with_and_without_accents_in_title_and_text():
    factories.make_article("Đăng ký khai sinh")
    factories.make_article("Tin khác", body="<p>Ông/bà đăng ký khai sinh ở xã.</p>")
    factories.make_article("Không liên quan")

    assert found("dang ky khai sinh") == found("ĐĂNG KÝ khai sinh")
    assert found("đăng ký khai sinh") == ["Đăng ký khai sinh", "Tin khác"]


def test_the_very_accents_come_before_the_same_letters_with_others():
    now = timezone.now()
    factories.make_article("Má và con", slug="ma-1", at=now - timedelta(days=3))
    factories.make_article("Mã và con", slug="ma-2", at=now - timedelta(days=2))
    factories.make_article("Ma và con", slug="ma-3", at=now - timedelta(days=1))

    assert found("má con")[0] == "Má và con"
    assert set(found("ma con")) == {"Má và con", "Mã và con", "Ma và con"}


def test_the_title_comes_before_the_text_and_newer_before_older():
    now = timezone.now()
    factories.make_article("Hộ tịch", at=now - timedelta(days=9))
    factories.make_article("Hộ tịch số", at=now - timedelta(days=8))
    factories.make_article("Tin khác", body="<p>Về hộ tịch.</p>", at=now - timedelta(days=1))

    assert found("hộ tịch") == ["Hộ tịch số", "Hộ tịch", "Tin khác"]


def test_only_what_is_public_in_the_language_is_found():
    factories.make_draft("Khai sinh bản thảo")
    factories.make_article("Khai sinh hẹn giờ", publish_at=timezone.now() + timedelta(hours=1))
    publishing.withdraw(factories.make_article("Khai sinh đã gỡ").article)
    corrected = factories.make_article("Khai sinh cũ")
    newer = factories.make_draft("Khai sinh mới", article=corrected.article)
    publishing.approve(publishing.submit(newer, by=None), by=None)
    factories.make_article("Khai sinh in English", language="en")

    assert found("khai sinh") == ["Khai sinh mới"]
    assert found("khai sinh", "en") == ["Khai sinh in English"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "&|!():*<->",
        "'; drop table x; --",
        "\\",
        "a:*",
        "😀",
        "%",
        "x" * 5_000,
        "hồ " * 900,
    ],
)
def test_hostile_queries_find_nothing_and_are_no_error(client, text):
    factories.make_article("Khai sinh")
    factories.make_material("Tờ rơi")

    assert find_articles(text, "vi") == []
    assert find_materials(text, "vi") == []
    assert client.get("/tin-tuc/", {"q": text}).status_code == 200
    assert client.get("/tim-kiem/", {"q": text}).status_code == 200


def test_materials_are_found_by_title_and_summary_and_private_ones_are_not():
    leaflet = factories.make_material("Tờ rơi khai sinh")
    told = factories.make_material("Sổ tay", summary="Cách đăng ký khai sinh.")
    foreign = factories.make_material("Khai sinh leaflet", language="en")
    private = factories.make_collection(is_private=True)
    factories.make_material("Khai sinh nội bộ", collection=private)
    factories.make_material("Khai sinh sắp ra", published_at=timezone.now() + timedelta(days=1))
    factories.make_material("Khai sinh chưa có tệp", content=None)

    assert find_materials("khai sinh", "vi") == [leaflet.pk, told.pk, foreign.pk]
    assert find_materials("KHAI SINH", "en")[0] == foreign.pk


def test_the_search_page_shows_a_few_after_the_procedures_and_leads_to_all(client):
    complete_procedures([factories.make_procedure(name="Đăng ký khai sinh").pk])
    for number in range(SHOWN_AMONG_PROCEDURES + 1):
        factories.make_article(f"Tin khai sinh {number}")
        factories.make_material(f"Tờ rơi khai sinh {number}")

    html = client.get("/tim-kiem/?q=khai+sinh").content.decode()

    headings = re.findall(r'<h2 id="([^"]*)"', html)
    assert headings[-2:] == ["tin-tim-thay", "tai-lieu-tim-thay"]
    assert html.index("Đăng ký") < html.index('id="tin-tim-thay"')
    assert html.count("/tin-tuc/tin-khai-sinh-") == SHOWN_AMONG_PROCEDURES
    assert html.count("/tai-lieu/to-roi-khai-sinh-") == SHOWN_AMONG_PROCEDURES
    assert 'href="/tin-tuc/?q=khai%20sinh"' in html
    assert 'href="/tai-lieu/?q=khai%20sinh"' in html


def test_news_are_shown_also_where_no_procedure_answers(client):
    factories.make_article("Lịch nghỉ lễ")

    html = client.get("/tim-kiem/?q=lịch+nghỉ+lễ").content.decode()

    assert "Chưa tìm thấy thủ tục nào" in html
    assert "/tin-tuc/lich-nghi-le/" in html


def test_the_list_of_news_searches_and_keeps_the_words_while_leafing(client):
    for number in range(21):
        factories.make_article(f"Khai sinh {number}")
    factories.make_article("Tin khác")

    html = client.get("/tin-tuc/?q=khai+sinh").content.decode()

    assert "<strong>21</strong> tin có đủ các chữ “khai sinh”" in html
    assert "<mark>Khai sinh</mark>" in html
    assert "?q=khai+sinh&amp;trang=2" in html
    assert "Tin khác" not in html
    assert '<meta name="robots" content="noindex">' in html


def test_programs_get_news_and_materials_after_the_procedures(client):
    complete_procedures([factories.make_procedure(name="Đăng ký khai sinh").pk])
    factories.make_article("Tin khai sinh")
    factories.make_material("Tờ rơi khai sinh")

    body = json.loads(client.get("/tim-kiem.json?q=khai+sinh").content)

    assert [item["name"] for item in body["results"]] == [
        "Đăng ký khai sinh",
        "Tin khai sinh",
        "Tờ rơi khai sinh",
    ]
    assert len({tuple(item) for item in body["results"]}) == 1
    assert body["total"] == 3
    later = json.loads(client.get("/tim-kiem.json?q=khai+sinh&trang=2").content)
    assert "Tin khai sinh" not in [item["name"] for item in later["results"]]
