"""Reading points: where paper is, what is there, and when somebody last looked."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outreach.models import ReadingPoint
from outreach.views.reading_points import Share
from tests import factories as make
from tests.outreach.test_admin import change_page

pytestmark = pytest.mark.django_db

CHANGELIST = reverse("admin:outreach_readingpoint_changelist")


def page_of(client, path):
    return client.get(path).content.decode()


def names(client, query=""):
    page = page_of(client, f"/diem-doc/{query}")
    return re.findall(r'<h2 class="card__title"><a [^>]*>([^<]+)', page)


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def test_a_place_is_found_by_its_present_and_by_its_former_name(client):
    old = make.make_admin_unit("Tân Hải", valid_to="2025-07-01")
    unit = make.make_admin_unit("Phú Tân", valid_from="2025-07-01")
    old.successors.add(unit, through_defaults={"effective_on": "2025-07-01"})
    make.make_reading_point("Bưu điện Cái Đôi", admin_unit=unit)
    make.make_reading_point("Thư viện tỉnh", kind="library")

    assert names(client, "?q=phu+tan") == ["Bưu điện Cái Đôi"]
    assert names(client, "?q=TAN+HAI") == ["Bưu điện Cái Đôi"]
    assert "Gồm địa bàn trước đây của Xã Tân Hải." in page_of(client, "/diem-doc/?q=tan+hai")
    assert names(client, "?loai=library") == ["Thư viện tỉnh"]
    assert names(client, "?loai=khong-co&q=th%C6%B0+vi%E1%BB%87n") == ["Thư viện tỉnh"]
    assert names(client, "?q=ha+noi") == []


def test_places_stand_in_the_order_of_their_communes(client, django_assert_num_queries):
    for commune in ["Đất Mũi", "An Xuyên", "Đá Bạc"]:
        unit = make.make_admin_unit(commune)
        make.make_reading_point(f"Bưu điện {commune}", admin_unit=unit)
    client.get("/diem-doc/")

    with django_assert_num_queries(8):
        assert names(client) == ["Bưu điện An Xuyên", "Bưu điện Đá Bạc", "Bưu điện Đất Mũi"]

    for number in range(5):
        make.make_reading_point(f"Điểm {number}", admin_unit=unit)
    with django_assert_num_queries(8):
        assert len(names(client)) == 8


def test_the_share_of_post_offices_counts_public_paper_that_is_there(client):
    leaflet = make.make_material()
    private = make.make_material(collection=make.make_collection(is_private=True))
    holding, empty, hiding, bare = (make.make_reading_point() for _ in range(4))
    make.make_holding(holding, leaflet)
    make.make_holding(holding, make.make_material())
    make.make_holding(empty, leaflet, copies=0)
    make.make_holding(hiding, private)
    make.make_holding(make.make_reading_point("Thư viện", kind="library"), leaflet)

    page = page_of(client, "/diem-doc/")

    assert "<strong>1/4</strong> điểm Bưu điện văn hóa xã có tài liệu (25%)" in page
    assert bare.name in page


def test_without_a_post_office_no_share_is_told(client):
    make.make_reading_point("Thư viện tỉnh", kind="library")

    assert "%)" not in page_of(client, "/diem-doc/").split("<main")[1]


@pytest.mark.parametrize(
    ("part", "whole", "percentage"),
    [(64, 64, "100%"), (63, 64, "98,43%"), (9999, 10_001, "99,98%"), (1, 2, "50%"), (0, 3, "0%")],
)
def test_a_share_is_whole_only_when_nobody_is_missing(part, whole, percentage):
    assert Share(part, whole).percentage == percentage


def test_a_place_says_what_it_holds_and_when_it_was_counted(client):
    point = make.make_reading_point(
        "Thư viện tỉnh", hours="7:30 đến 17:00", phone="0290 000 0005", checked_on=ago(9)
    )
    make.make_holding(point, make.make_material("Tờ rơi mới"), copies=1200, checked_on=ago(10))
    make.make_holding(
        point, make.make_material("Living here", language="en"), copies=0, checked_on=ago(184)
    )
    make.make_holding(point, make.make_material("Chưa công khai", published_at=None))

    page = page_of(client, "/diem-doc/thu-vien-tinh/")

    assert 'href="tel:02900000005"' in page
    new, old = page.split("<tbody>")[1].split("Tờ rơi mới")[1], page.split("<tbody>")[1]
    assert f"kiểm tra ngày {ago(10):%d/%m/%Y}" in new
    assert "1.200" in new
    assert '<a href="/tai-lieu/living-here/" lang="en">Living here</a>' in old
    assert f"chưa kiểm tra lại từ {ago(184):%d/%m/%Y}" in old
    assert "đã hết" in old
    assert "Chưa công khai" not in page


def test_what_nobody_has_looked_at_for_half_a_year_is_due():
    today = date(2026, 11, 22)
    fresh = make.make_reading_point("Mới", checked_on=date(2026, 11, 1))
    make.make_holding(fresh, make.make_material(), checked_on=date(2026, 6, 1))
    shelf = make.make_reading_point("Kệ cũ", checked_on=date(2026, 11, 1))
    make.make_holding(shelf, make.make_material(), checked_on=date(2026, 5, 1))
    make.make_holding(shelf, make.make_material(), checked_on=date(2026, 11, 1))
    make.make_reading_point("Nơi cũ", checked_on=date(2026, 5, 1))
    make.make_reading_point("Chưa bao giờ")

    due = ReadingPoint.objects.overdue_for_check(today)

    assert set(due.values_list("name", flat=True)) == {"Kệ cũ", "Nơi cũ", "Chưa bao giờ"}
    assert due.get(name="Kệ cũ").oldest_check == date(2026, 5, 1)


def test_staff_see_how_long_ago_and_choose_what_is_due(client):
    client.force_login(make.make_officer("outreach"))
    make.make_reading_point("Mới", checked_on=ago(20))
    make.make_reading_point("Cũ", checked_on=ago(220))
    make.make_reading_point("Chưa bao giờ")

    rows = page_of(client, CHANGELIST).split("<tbody")[1]
    due = client.get(f"{CHANGELIST}?kiem-tra=qua-han").context["cl"].queryset

    ages = re.findall(r'/change/">([^<]+)</a>.*?field-last_check[^>]*>([^<]+)<', rows, re.DOTALL)
    assert dict(ages) == {"Mới": "20 ngày", "Cũ": "7 tháng", "Chưa bao giờ": "chưa kiểm tra"}
    assert {point.name for point in due} == {"Cũ", "Chưa bao giờ"}


def test_staff_note_a_place_and_what_they_counted_there(client):
    client.force_login(make.make_officer("outreach"))
    unit, material = make.make_admin_unit(), make.make_material()
    data = {
        "name": "Điểm Bưu điện văn hóa xã Tân Thuận",
        "kind": "post_office",
        "admin_unit": unit.pk,
        "address": "Ấp 1",
        "holdings-TOTAL_FORMS": "1",
        "holdings-INITIAL_FORMS": "0",
        "holdings-0-material": material.pk,
        "holdings-0-copies": "40",
        "holdings-0-checked_on": "02/03/2026",
    }

    response = client.post(reverse("admin:outreach_readingpoint_add"), data)

    assert response.status_code == 302
    point = ReadingPoint.objects.get()
    assert point.slug == "diem-buu-dien-van-hoa-xa-tan-thuan"
    holding = point.holdings.get()
    assert (holding.material, holding.copies) == (material, 40)
    assert holding.checked_on == date(2026, 3, 2)
    assert material.title in page_of(client, change_page(point))
