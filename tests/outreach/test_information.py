"""Pages about the portal itself, and the foot of every page."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from outreach.models import InformationPage
from outreach.sampling import add_pages
from procedures.models import ContactChannel
from tests import factories as make

pytestmark = pytest.mark.django_db

ADDRESS = "/ve-cong/tro-nang/"


def make_page(title="Tuyên bố về khả năng tiếp cận", **fields):
    return make.make_information_page(title, **{"slug": "tro-nang"} | fields)


def make_translation(title="Accessibility statement", **fields):
    return make_page(title, language="en", **fields)


def html(client, path=ADDRESS):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def alternates(page):
    return dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)"', page))


def footer(page):
    return page.split("<footer")[1]


def words(page):
    return " ".join(re.sub("<[^>]+>", " ", page).split())


# Trang về Cổng


def test_a_page_shows_its_sections_and_when_it_was_changed(client):
    page = make_page(lead="Ai cũng dùng được.", headings=["Tiêu chuẩn", "Báo khó khăn"])
    page.updated_at = timezone.now() - timedelta(days=40)
    page.save()
    make.make_procedure()

    answer = html(client)

    assert "<h1>Tuyên bố về khả năng tiếp cận</h1>" in answer
    assert "Ai cũng dùng được." in answer
    assert re.findall(r'<h2 id="muc-\d+">([^<]+)</h2>', answer) == ["Tiêu chuẩn", "Báo khó khăn"]
    assert '<p class="prose__item">- Một ý.</p>' in answer
    day = timezone.localtime(page.updated_at).strftime("%d/%m/%Y")
    assert f"Cập nhật ngày {day}." in answer
    assert f"Cập nhật lần cuối: {day}" in words(footer(answer))
    assert re.search(r"In ngày \d\d/\d\d/\d{4} từ http\S+/ve-cong/tro-nang/", answer)


def test_a_long_page_has_a_list_of_contents_and_a_short_one_has_none(client):
    make_page(headings=["Một", "Hai", "Ba", "Bốn"])
    make.make_information_page("Giới thiệu", slug="gioi-thieu", headings=["Một", "Hai", "Ba"])

    contents = re.findall(r'<li><a href="#(muc-\d+)">', html(client))

    assert len(contents) == 4
    assert all(f'id="{anchor}"' in html(client) for anchor in contents)
    assert 'id="muc-luc"' not in html(client, "/ve-cong/gioi-thieu/")


def test_a_draft_is_not_found_and_named_nowhere(client):
    make_page("Còn đang viết", published_at=None)

    assert client.get(ADDRESS).status_code == 404
    assert "Còn đang viết" not in html(client, "/") + html(client, "/so-do-trang/")
    assert "tro-nang" not in client.get("/sitemap.xml").content.decode()


def test_a_page_becomes_public_at_its_moment():
    moment = timezone.now() + timedelta(days=3)
    page = make_page(published_at=moment)

    assert not InformationPage.objects.published(moment - timedelta(minutes=1))
    assert list(InformationPage.objects.published(moment)) == [page]


def test_a_sample_says_so(client):
    page = make_page(is_sample=True)
    assert "Nội dung mẫu để trình bày Cổng" in html(client)

    page.is_sample = False
    page.save()

    assert "Nội dung mẫu" not in html(client)


def test_what_staff_write_is_never_markup(client):
    make_page("Trang <b>", lead="<script>alert(1)</script>", headings=["<i>"])

    answer = html(client)

    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert(1)" in answer
    assert "<h1>Trang &lt;b&gt;</h1>" in answer


# Ngôn ngữ


def test_a_translation_is_read_at_its_own_address(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    make_page(headings=["Tiêu chuẩn"])
    make_translation(headings=["Standard"])

    vietnamese, english = html(client), html(client, "/en" + ADDRESS)

    for answer in (vietnamese, english):
        found = alternates(answer)
        assert found["vi"] == "https://tthc.example.vn/ve-cong/tro-nang/"
        assert found["en"] == "https://tthc.example.vn/en/ve-cong/tro-nang/"
    assert "Standard" in english
    assert "Tiêu chuẩn" not in english
    assert '<article class="document" data-read>' in english
    assert '<link rel="canonical" href="https://tthc.example.vn/en/ve-cong/tro-nang/">' in english
    assert "chưa có bản dịch" not in vietnamese


def test_a_page_that_nobody_translated_stands_in_vietnamese_and_says_so(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    make_page()
    make_translation(published_at=None)

    answer = html(client, "/en" + ADDRESS)

    assert '<html lang="en"' in answer
    assert re.search(
        r'<article class="document" lang="vi".*<h1>Tuyên bố về khả năng tiếp cận</h1>',
        answer,
        re.S,
    )
    assert '<p class="notice">' in answer
    assert list(alternates(answer)) == []
    assert '<link rel="canonical" href="https://tthc.example.vn/ve-cong/tro-nang/">' in answer
    assert '<p class="notice">' not in html(client)


def test_a_translation_is_not_public_before_its_original(client):
    make_page(published_at=None)
    make_translation()

    assert client.get("/en" + ADDRESS).status_code == 404


def test_a_translation_needs_an_original():
    alone = InformationPage(slug="tro-nang", language="en", title="Accessibility")

    with pytest.raises(ValidationError, match="Chưa có trang tiếng Việt"):
        alone.full_clean()


def test_machines_are_told_of_every_version(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    make_page()
    make_translation()
    make.make_information_page("Giới thiệu", slug="gioi-thieu")

    places = {
        element.text
        for element in ElementTree.fromstring(client.get("/sitemap.xml").content).iter()
        if element.tag.endswith("loc")
    }

    assert {place for place in places if "/ve-cong/" in place} == {
        "https://tthc.example.vn/ve-cong/tro-nang/",
        "https://tthc.example.vn/en/ve-cong/tro-nang/",
        "https://tthc.example.vn/ve-cong/gioi-thieu/",
    }


# Cuối trang


def test_the_foot_names_pages_in_order_and_in_the_language_of_the_page(client):
    make_page(order=2)
    make_translation(order=2)
    make.make_information_page("Giới thiệu", slug="gioi-thieu", order=1)
    make.make_information_page("Chỉ ở sơ đồ trang", slug="khac", is_in_footer=False)

    links = re.compile(r'<a href="(\S*/ve-cong/\S+)"( lang="vi")?>([^<]+)</a>')

    assert links.findall(footer(html(client, "/"))) == [
        ("/ve-cong/gioi-thieu/", "", "Giới thiệu"),
        ("/ve-cong/tro-nang/", "", "Tuyên bố về khả năng tiếp cận"),
    ]
    assert links.findall(footer(html(client, "/en/"))) == [
        ("/en/ve-cong/gioi-thieu/", ' lang="vi"', "Giới thiệu"),
        ("/en/ve-cong/tro-nang/", "", "Accessibility statement"),
    ]
    assert "Chỉ ở sơ đồ trang" in html(client, "/so-do-trang/")


def test_a_page_stands_in_the_menu_when_staff_say_so(client):
    make.make_information_page("Giới thiệu", slug="gioi-thieu", is_in_menu=True)
    make_page()

    menu = html(client, "/").partition('<nav class="menu"')[2].partition("</nav>")[0]

    assert "Giới thiệu</a>" in menu
    assert "Tuyên bố về khả năng tiếp cận" not in menu
    assert re.search(r'aria-current="true"[^>]*>Giới thiệu', html(client, "/ve-cong/gioi-thieu/"))


def test_the_portal_is_called_as_its_owner_says(client):
    assert "<title>Trang chủ | Cổng cải cách hành chính</title>" in html(client, "/")
    make_owner(portal_name="Cổng một cửa Cà Mau")

    page = html(client, "/")

    assert "<title>Trang chủ | Cổng một cửa Cà Mau</title>" in page
    assert '<span class="brand__name">Cổng một cửa Cà Mau</span>' in page
    assert '<span class="brand__name" lang="vi">Cổng một cửa Cà Mau</span>' in html(client, "/en/")


def make_owner(**fields):
    return make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, **fields)


def test_the_foot_shows_every_way_to_reach_the_owner(client):
    owner = make_owner(
        address="Số 1, đường Mẫu",
        postal_address="Hộp thư số 9",
        phone="0290 111 2222",
        email="lienhe@example.vn",
        website="https://ubnd.example.vn",
        responsible_person="Nguyễn Văn Mẫu, Chánh Văn phòng",
    )
    for order, (kind, value) in enumerate(
        [("zalo", "https://zalo.example/camau"), ("hotline", "1022"), ("counter", "Quầy số 3")]
    ):
        ContactChannel.objects.create(agency=owner, kind=kind, value=value, order=order)
    make.make_procedure()

    foot = footer(html(client, "/"))

    assert re.search(
        "Ủy ban nhân dân tỉnh Cà Mau Chịu trách nhiệm Nguyễn Văn Mẫu, Chánh Văn phòng"
        " Địa chỉ Số 1, đường Mẫu Địa chỉ nhận thư Hộp thư số 9 Điện thoại 0290 111 2222"
        " Thư điện tử lienhe@example.vn Trang thông tin ubnd.example.vn"
        " Zalo zalo.example/camau Đường dây nóng 1022 Tại quầy Quầy số 3 .*"
        r"Cập nhật lần cuối: \d\d/\d\d/\d{4}",
        words(foot),
    )
    assert 'href="tel:' in foot
    assert 'href="mailto:lienhe@example.vn"' in foot
    assert 'href="https://zalo.example/camau"' in foot


def test_a_changed_row_changes_every_page(client):
    owner = make_owner(phone="0290 111 2222", responsible_person="Nguyễn Văn Mẫu")
    channel = ContactChannel.objects.create(agency=owner, kind="hotline", value="1022")
    before = html(client, "/")

    owner.name, owner.phone, owner.responsible_person = (
        "Văn phòng tỉnh",
        "0290 333 4444",
        "Trần Mẫu",
    )
    owner.save()
    channel.value = "1900 5555"
    channel.save()

    after = html(client, "/")
    for old in ("Ủy ban nhân dân tỉnh Cà Mau", "0290 111 2222", "Nguyễn Văn Mẫu", "1022"):
        assert old in before
        assert old not in after
    for new in ("Văn phòng tỉnh", "0290 333 4444", "Trần Mẫu", "1900 5555"):
        assert new in footer(after)


def test_only_public_channels_are_shown_in_their_order(client):
    owner = make_owner()
    for kind, value, order, is_public in [
        ("hotline", "1900 0002", 2, True),
        ("hotline", "1900 0001", 1, True),
        ("hotline", "1900 0003", 3, False),
    ]:
        ContactChannel.objects.create(
            agency=owner, kind=kind, value=value, order=order, is_public=is_public
        )

    assert re.findall(r">(1900 000\d)<", footer(html(client, "/"))) == ["1900 0001", "1900 0002"]


def test_a_portal_whose_owner_is_not_named_yet_works(client):
    make_page()

    answer = html(client)

    assert "brand__owner" not in answer
    assert "footer__owner" not in answer
    assert "Chịu trách nhiệm" not in answer


# Nội dung mẫu


def test_the_sample_stands_in_vietnamese_and_english_and_is_marked(client):
    assert add_pages() == 6

    for slug in ("gioi-thieu", "tro-nang", "du-lieu-ca-nhan"):
        vietnamese, english = (html(client, f"{start}/ve-cong/{slug}/") for start in ("", "/en"))
        assert 'id="muc-luc"' in vietnamese
        assert vietnamese.count("<h2 id=") == english.count("<h2 id=")
        assert '<article class="document" data-read>' in english
        assert "Nội dung mẫu để trình bày Cổng" in vietnamese
    assert set(InformationPage.objects.values_list("is_sample", flat=True)) == {True}


def test_the_sample_names_the_law_and_the_standard(client):
    add_pages()

    privacy, access = html(client, "/ve-cong/du-lieu-ca-nhan/"), html(client)

    assert "91/2025/QH15" in privacy
    assert "356/2025/NĐ-CP" in privacy
    assert "2 ngày làm việc" in privacy
    assert "26/2020/TT-BTTTT" in access
    assert "WCAG 2.2" in access


def test_loading_again_adds_nothing_and_leaves_what_staff_wrote():
    add_pages()
    page = InformationPage.objects.get(slug="tro-nang", language="vi")
    page.title, page.published_at = "Cán bộ đã sửa", None
    page.save()
    page.sections.first().delete()
    sections = page.sections.count()
    InformationPage.objects.get(slug="tro-nang", language="en").delete()

    assert add_pages() == 1
    assert add_pages() == 0

    page.refresh_from_db()
    assert (page.title, page.published_at) == ("Cán bộ đã sửa", None)
    assert page.sections.count() == sections
