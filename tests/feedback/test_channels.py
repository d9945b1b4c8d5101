"""The page of channels, and the channels at the foot of every page."""

import re
from datetime import datetime, time
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from feedback.counters import counters
from procedures.models import ContactChannel, ServicePoint
from tests import factories as make

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def words(html):
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def sections(client, path="/kenh-tiep-nhan/"):
    """The words and the links of each section, by its anchor."""
    html = client.get(path).content.decode()
    parts = re.findall(r'<section aria-labelledby="([^"]+)">(.*?)</section>', html, re.DOTALL)
    return {
        name: (words(part), re.findall(r'<a [^>]*href="([^"]+)"', part)) for name, part in parts
    }


def test_each_way_stands_under_what_a_person_wants(client):
    owner = make.make_agency(
        "Ủy ban nhân dân tỉnh",
        owns_portal=True,
        phone="0290 000 0001",
        email="thu@example.vn",
        address="Số 1",
        postal_address="Hộp thư 9",
    )
    for kind, value, hours in [
        ("hotline", "1900 0000", "cả ngày"),
        ("zalo", "0912.345 678", ""),
        ("national_portal", "https://dichvucong.example/", ""),
        ("counter", "Phòng Tiếp công dân", "sáng thứ Năm"),
        ("fanpage", "Nhóm của tỉnh", ""),
    ]:
        owner.channels.create(kind=kind, value=value, hours=hours)

    page = sections(client)

    text, links = page["noi-ngay"]
    assert "Đường dây nóng 1900 0000 cả ngày" in text
    assert links == ["tel:19000000", "https://zalo.me/0912345678", "tel:02900000001"]
    text, links = page["viet"]
    assert "Bưu điện Ủy ban nhân dân tỉnh Hộp thư 9" in text
    assert "Trang mạng xã hội Nhóm của tỉnh" in text
    assert links == ["/phan-anh/", "mailto:thu@example.vn", "https://dichvucong.example/"]
    assert "Phòng Tiếp công dân sáng thứ Năm" in page["den-noi"][0]
    assert "/phan-anh/tra-cuu/" in page["theo-doi"][1]
    assert page["khieu-nai-to-cao"][1] == ["/phan-anh/khieu-nai/", "/phan-anh/to-cao/"]
    assert "co-quan-khac" not in page


def test_other_agencies_show_their_public_channels_while_they_exist(client):
    make.make_agency("Ủy ban nhân dân tỉnh", owns_portal=True)
    for name, is_public, fields in [
        ("Ủy ban nhân dân xã", True, {"kind": "commune"}),
        ("Sở Y tế", True, {"kind": "province"}),
        ("Sở Kín", False, {}),
        ("Sở Cũ", True, {"valid_to": "2025-07-01"}),
    ]:
        agency = make.make_agency(name, **fields)
        agency.channels.create(kind="hotline", value=f"Số của {name}", is_public=is_public)

    text, _links = sections(client)["co-quan-khac"]

    assert re.findall("Số của (Sở Y tế|Ủy ban nhân dân xã|Sở Kín|Sở Cũ)", text) == [
        "Sở Y tế",
        "Ủy ban nhân dân xã",
    ]


def test_the_page_stands_before_anything_was_entered(client):
    text, links = sections(client)["noi-ngay"]

    assert "Chưa có số điện thoại nào được công bố." in text
    assert links == []


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("2026-03-02", 6, ("paused", "Đang đóng, mở cửa lúc 07:00")),
        ("2026-03-02", 10, ("current", "Đang mở cửa, đến 11:00")),
        ("2026-03-02", 12, ("paused", "Đang đóng, mở cửa lúc 13:00")),
        ("2026-03-02", 18, ("ended", "Hôm nay đã hết giờ")),
        ("2026-03-03", 10, ("ended", "Hôm nay không làm việc")),
        ("2026-03-09", 10, ("ended", "Nghỉ Ngày thử")),
    ],
)
def test_a_counter_says_whether_it_is_open(day, hour, said):
    point = make.make_service_point()
    make.make_opening_hours(point)
    make.make_opening_hours(point, opens_at=time(13), closes_at=time(17))
    make.make_calendar_exception("2026-03-09", note="Ngày thử")
    now = datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZONE)

    [counter] = counters(ServicePoint.objects.with_hours(), now=now)

    assert (counter.kind, counter.words) == said


def test_a_counter_without_hours_does_not_pretend_to_be_closed():
    make.make_service_point()

    [counter] = counters(ServicePoint.objects.with_hours())

    assert counter.words == "Chưa có giờ làm việc"


@pytest.mark.parametrize(
    ("kind", "value", "link"),
    [
        ("zalo", "+84 912 345 678", "https://zalo.me/84912345678"),
        ("zalo", "https://zalo.me/123", "https://zalo.me/123"),
        ("zalo", "Nhóm Zalo khóm 3", ""),
        ("hotline", "0290 000.0001", "tel:02900000001"),
        ("email", "a@example.vn", "mailto:a@example.vn"),
        ("web", "http://example.vn", ""),
        ("web", "javascript:alert(1)", ""),
        ("counter", "Quầy số 3", ""),
    ],
)
def test_a_channel_opens_what_it_says_and_nothing_else(kind, value, link):
    assert ContactChannel(kind=kind, value=value).link == link


def test_every_page_leads_to_the_channels_and_to_writing(client):
    html = client.get("/khong-co-trang-nay/").content.decode()

    menu = re.search(r'<nav class="menu".*?</nav>', html, re.DOTALL)[0]
    foot = html.partition('<footer class="footer">')[2]
    assert 'href="/phan-anh/"' in menu
    for path in ("/kenh-tiep-nhan/", "/phan-anh/tra-cuu/", "/phan-anh/so-bien-nhan/"):
        assert f'href="{path}"' in foot


def test_both_site_maps_name_the_pages_that_people_write_on(client):
    paths = ["/phan-anh/", "/phan-anh/tra-cuu/", "/phan-anh/so-bien-nhan/", "/kenh-tiep-nhan/"]

    for_people = client.get("/so-do-trang/").content.decode()
    for_machines = client.get("/sitemap.xml").content.decode()

    assert all(f'href="{path}"' in for_people for path in paths)
    assert all(f"{path}</loc>" in for_machines for path in paths)
    assert "/phan-anh/bien-nhan/" not in for_people + for_machines
