"""The book of what was told on the air, as staff keep it."""

from datetime import date, time, timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from outreach.channel_texts import texts
from outreach.channel_texts.sources import source_of_article
from outreach.models import BroadcastEvidence, BroadcastItem, BroadcastStation
from tests import bulletins as issues
from tests import factories as make
from tests import file_samples
from tests.outreach.test_admin import change_page, filled
from tests.outreach.test_materials import content_of
from tests.procedures.test_admin import errors_of

pytestmark = pytest.mark.django_db

LIST = reverse("admin:outreach_broadcastitem_changelist")
ADD = reverse("admin:outreach_broadcastitem_add")
RIGHTS = [f"{step}_broadcastitem" for step in ("add", "change", "delete", "view")]


@pytest.fixture
def officer(client):
    client.force_login(make.make_staff("phat-thanh", *RIGHTS, "view_broadcastevidence"))
    return client


@pytest.fixture
def column():
    return issues.make_station().columns.create(name="Một cửa", schedule="5 giờ 30 thứ Hai")


def no_evidence(**fields):
    return {"evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0"} | fields


def entry(**fields):
    defaults = {"title": "Khai sinh", "aired_on": "02/03/2026", "starts_at": "17:00"}
    return no_evidence(**defaults | fields)


# Ghi vào sổ


def test_an_airing_is_noted_by_its_column_with_a_length_as_people_write_it(officer, column):
    response = officer.post(ADD, entry(column=column.pk, duration="5 phút 20 giây"))

    assert response.status_code == 302
    item = BroadcastItem.objects.get()
    assert (item.station, item.duration) == (column.station, 320)
    page = officer.get(change_page(item))
    assert 'value="5 phút 20 giây"' in page.content.decode()
    officer.post(change_page(item), filled(page))
    item.refresh_from_db()
    assert item.duration == 320


def test_what_does_not_fit_is_refused_at_its_field(officer, column):
    paper = issues.make_station("Báo của tỉnh", channel="press")

    wrong_length = officer.post(ADD, entry(column=column.pk, duration="lâu lắm"))
    other_column = officer.post(ADD, entry(column=column.pk, station=paper.pk))
    timed_paper = officer.post(ADD, entry(station=paper.pk, duration="5"))
    no_title = officer.post(ADD, entry(column=column.pk, title=""))
    no_station = officer.post(ADD, entry())

    assert "Không hiểu độ dài này" in errors_of(wrong_length)
    assert "Chuyên mục này là của Đài truyền thanh xã Tân Thuận" in errors_of(other_column)
    assert "Báo, mạng xã hội không có độ dài" in errors_of(timed_paper)
    assert "Xin ghi tên." in errors_of(no_title)
    assert "Xin chọn đài, báo, kênh" in errors_of(no_station)
    assert not BroadcastItem.objects.exists()


@pytest.mark.parametrize("starts_at", ["17:00", ""])
def test_the_same_airing_is_not_noted_twice(officer, column, starts_at):
    given = entry(column=column.pk, starts_at=starts_at)
    officer.post(ADD, given)

    second = officer.post(ADD, given)

    moment = "17:00 ngày 02/03/2026" if starts_at else "ngày 02/03/2026"
    said = f"Lần phát {moment} của Đài truyền thanh xã Tân Thuận đã được ghi trong sổ"
    assert errors_of(second).count(said) == 1
    assert BroadcastItem.objects.count() == 1


def test_the_script_is_taken_from_an_article_by_a_button(officer, column):
    article = make.make_article(
        "Khai sinh tại bệnh viện", body="<p>Cha mẹ nhận giấy ngay tại bệnh viện.</p>"
    ).article
    spoken = texts.current(source_of_article(article), "loudspeaker").body
    given = entry(column=column.pk, title="", article=article.pk, script="Lời cũ")

    kept = officer.post(ADD, given | {"_save": "Lưu"})
    item = BroadcastItem.objects.get()
    assert (item.title, item.script) == ("Khai sinh tại bệnh viện", "Lời cũ")
    taken = officer.post(
        change_page(item), filled(officer.get(change_page(item))) | {"_take_script": "Lấy"}
    )

    assert kept.url == LIST
    assert taken.url == change_page(item)
    item.refresh_from_db()
    assert item.script == spoken
    assert "nhận giấy ngay tại bệnh viện" in item.script


def test_a_script_of_nothing_is_not_taken(officer, column):
    english = make.make_article("Births", language="en").article
    given = entry(column=column.pk, _take_script="Lấy")

    assert "Xin chọn tin bài hoặc số bản tin" in errors_of(officer.post(ADD, given))
    in_english = officer.post(ADD, given | {"article": english.pk})
    assert "không viết bằng tiếng Việt" in errors_of(in_english)


# Phát lại


def repeat_page(item):
    return reverse("admin:outreach_broadcastitem_repeat", args=[item.pk])


def test_several_repeats_are_noted_by_one_form(officer, column):
    first = issues.make_broadcast(station=column.station, column=column, duration=320)
    again = issues.make_broadcast(station=column.station, repeat_of=first, aired_on="2026-03-03")
    lines = "05/03/2026 17:00\n\n06/03/2026 5h30\n7/3/2026"

    response = officer.post(
        repeat_page(again), {"station": column.station.pk, "moments": lines}, follow=True
    )

    assert "Đã ghi 3 lần phát lại" in response.content.decode()
    rows = first.repeats.exclude(pk=again.pk).order_by("aired_on")
    assert [(row.aired_on, row.starts_at) for row in rows] == [
        (date(2026, 3, 5), time(17)),
        (date(2026, 3, 6), time(5, 30)),
        (date(2026, 3, 7), None),
    ]
    assert {(row.title, row.column, row.duration, row.script) for row in rows} == {
        (first.title, column, 320, "")
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("05/03/2026 17:00\n31/02/2026 17:00", "Không hiểu dòng “31/02/2026 17:00”"),
        ("05/03/2026 chiều", "Không hiểu dòng “05/03/2026 chiều”"),
        ("05/03/2026 25:00", "Không hiểu dòng “05/03/2026 25:00”"),
        ("05/03/2026 17:00\n05/03/2026 17h", "đã được ghi trong sổ"),
        ("01/03/2026 17:00", "Lần phát đầu là ngày 02/03/2026"),
        ("", "Xin ghi ít nhất một ngày."),
    ],
)
def test_of_repeats_that_cannot_be_noted_none_is(officer, lines, said):
    first = issues.make_broadcast()

    page = officer.post(repeat_page(first), {"station": first.station.pk, "moments": lines})

    assert said in page.content.decode()
    assert not first.repeats.exists()


def test_a_repeat_names_the_first_airing_and_a_first_one_stays_first(officer):
    first = issues.make_broadcast()
    again = issues.make_broadcast("Lần hai", station=first.station, repeat_of=first)
    other = issues.make_broadcast("Bài khác", station=first.station)

    third = entry(station=first.station.pk, title="Lần ba", repeat_of=again.pk)
    officer.post(ADD, third)
    turned = officer.post(
        change_page(first), filled(officer.get(change_page(first))) | {"repeat_of": other.pk}
    )
    early = officer.post(ADD, third | {"title": "Sớm", "aired_on": "01/03/2026"})

    assert BroadcastItem.objects.get(title="Lần ba").repeat_of == first
    assert "Đây là lần phát đầu" in errors_of(turned)
    assert "Lần phát đầu là ngày 02/03/2026" in errors_of(early)


# Danh sách, minh chứng, quyền


def test_the_list_says_its_totals_and_finds_what_has_no_evidence(officer):
    item = issues.make_broadcast("Có sổ", duration=90)
    issues.make_evidence(item)
    issues.make_broadcast("Chưa có sổ", station=item.station, duration=100)
    later = timezone.localdate() + timedelta(days=3)
    issues.make_broadcast("Hẹn sau", station=item.station, duration=999, aired_on=later)

    page = officer.get(LIST).content.decode()
    without = officer.get(LIST, {"minh-chung": "chua"})

    assert "2 lượt, 2 nội dung, 3 phút" in page
    assert {row.title for row in without.context["cl"].result_list} == {"Chưa có sổ", "Hẹn sau"}
    assert "1 lượt, 1 nội dung, 2 phút" in without.content.decode()


def test_evidence_is_judged_kept_and_opened_by_staff_alone(client, column):
    rights = [f"{step}_broadcastevidence" for step in ("add", "view")]
    client.force_login(make.make_staff("phat-thanh", *RIGHTS, *rights))
    row = {"evidence-TOTAL_FORMS": "1", "evidence-0-title": ""}

    false = ContentFile(b"<html>", name="so.pdf")
    refused = client.post(ADD, entry(column=column.pk, **row) | {"evidence-0-file": false})
    assert refused.status_code == 200
    assert not BroadcastItem.objects.exists()
    sheet = ContentFile(file_samples.picture(), name="so_phat_thanh.png")
    client.post(ADD, entry(column=column.pk, **row) | {"evidence-0-file": sheet})

    evidence = BroadcastEvidence.objects.get()
    address = reverse("admin:outreach_broadcastitem_evidence", args=[evidence.pk])
    assert evidence.title == "so phat thanh"
    assert address in client.get(change_page(evidence.item)).content.decode()
    assert content_of(client.get(address))
    client.force_login(make.make_staff("nguoi-khac", "view_article"))
    assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302


def test_who_may_only_look_notes_nothing(client):
    item = issues.make_broadcast()
    client.force_login(make.make_staff("chi-xem", "view_broadcastitem"))

    assert client.get(change_page(item)).status_code == 200
    assert client.get(repeat_page(item)).status_code == 403
    assert client.get(ADD).status_code == 403


def test_a_station_is_kept_with_its_columns(client):
    rights = [
        f"{step}_broadcast{model}" for step in ("add", "view") for model in ("station", "column")
    ]
    client.force_login(make.make_staff("dai", *rights))

    client.post(
        reverse("admin:outreach_broadcaststation_add"),
        {
            "channel": "loudspeaker",
            "name": "Đài truyền thanh xã U Minh",
            "columns-TOTAL_FORMS": "1",
            "columns-INITIAL_FORMS": "0",
            "columns-0-name": "Một cửa gần dân",
            "columns-0-schedule": "5 giờ 30 sáng thứ Hai",
        },
    )

    station = BroadcastStation.objects.get()
    assert station.slug == "dai-truyen-thanh-xa-u-minh"
    assert station.columns.get().schedule == "5 giờ 30 sáng thứ Hai"
