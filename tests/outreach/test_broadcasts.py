"""What was told on the air: what readers find of it, and figures that another count confirms."""

import csv
import random
import re
from collections import defaultdict
from datetime import date, timedelta
from io import StringIO

import pytest
from django.utils import timezone

from outreach.broadcasting import repeat, total, totals
from outreach.lengths import seconds_from, written_length
from outreach.models import BroadcastItem
from tests import bulletins as issues
from tests import factories as make

LIST = "/phat-thanh/"


def page_of(client, path=LIST):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def titles(client, query=""):
    return re.findall(r'<h2 class="card__title"><a [^>]*>([^<]+)', page_of(client, LIST + query))


# Độ dài


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("5", 300),
        ("5:20", 320),
        ("1:05:20", 3920),
        ("5 phút 20 giây", 320),
        ("5 PHÚT", 300),
        ("5p20", 320),
        ("5'20\"", 320),
        ("45 giây", 45),
        ("90 phút", 5400),
        ("1 giờ 5 phút", 3900),
        ("1h", 3600),
    ],
)
def test_a_length_is_understood_as_people_write_it(typed, seconds):
    assert seconds_from(typed) == seconds


@pytest.mark.parametrize("typed", ["", "0", "0:00", "năm phút", "5,5", "-5", "5:75", "25 giờ", "٥"])
def test_what_is_no_length_is_refused(typed):
    assert seconds_from(typed) is None


def test_every_length_that_is_written_is_read_again():
    lengths = [*range(1, 4000), *range(4000, 86401, 997), 86400]

    assert [seconds_from(written_length(length)) for length in lengths] == lengths


# Số liệu


def make_random_book(seed, today):
    """Stations of all kinds, airings around today, some of them repeats and some without a length."""
    chance = random.Random(seed)
    stations = [
        issues.make_station(f"Đài số {number}", channel=channel)
        for number, channel in enumerate(["radio", "tv", "loudspeaker", "loudspeaker", "press"])
    ]
    firsts = []
    for number in range(120):
        station = chance.choice(stations)
        is_repeat = firsts and chance.random() < 0.4
        item = issues.make_broadcast(
            f"Bài số {number}",
            station=station,
            aired_on=today - timedelta(days=chance.randint(-30, 900)),
            duration=chance.choice([None, 1, 29, 30, 61, 320]) if station.is_timed else None,
            repeat_of=chance.choice(firsts) if is_repeat else None,
        )
        if not is_repeat:
            firsts.append(item)


def counted_slowly(today, group_of):
    """Each group with its airings, scripts and seconds, counted row by row."""
    found = defaultdict(lambda: [0, set(), 0])
    for item in BroadcastItem.objects.all():
        if item.aired_on > today:
            continue
        figures = found[group_of(item)]
        figures[0] += 1
        figures[1].add(item.repeat_of_id or item.pk)
        figures[2] += item.duration or 0
    return {group: (airings, len(ids), s) for group, (airings, ids, s) in found.items()}


@pytest.mark.django_db
def test_totals_are_those_of_a_count_row_by_row():
    today = timezone.localdate()
    make_random_book(8, today)
    groups = {
        "year": lambda item: f"Năm {item.aired_on.year}",
        "quarter": lambda item: (
            f"Quý {(item.aired_on.month - 1) // 3 + 1} năm {item.aired_on.year}"
        ),
        "month": lambda item: f"{item.aired_on:Tháng %m/%Y}",
        "station": lambda item: item.station.name,
        "channel": lambda item: str(item.station.get_channel_display()),
    }
    items = BroadcastItem.objects.newest_first()

    for by, group_of in groups.items():
        rows = {row.label: (row.airings, row.scripts, row.seconds) for row in totals(items, by)}
        assert rows == counted_slowly(today, group_of), by
    whole = total(items)
    assert {"": (whole.airings, whole.scripts, whole.seconds)} == counted_slowly(
        today, lambda _: ""
    )
    assert 0 < whole.scripts < whole.airings < BroadcastItem.objects.count()


@pytest.mark.django_db
def test_minutes_are_rounded_once_of_all_seconds_together():
    station = issues.make_station()
    for number in range(3):
        issues.make_broadcast(f"Tin {number}", station=station, duration=20)
    issues.make_broadcast("Chưa ghi độ dài", station=station, duration=None)
    issues.make_broadcast("Báo", station=issues.make_station("Báo", channel="press"), duration=None)

    whole = total(BroadcastItem.objects.all())

    assert (whole.minutes, whole.unmeasured) == (1, 1)
    assert [row.minutes for row in totals(BroadcastItem.objects.all(), "channel")] == [1, 0]


# Người đọc


@pytest.mark.django_db
def test_a_plan_is_neither_shown_nor_counted_before_its_day(client):
    today = timezone.localdate()
    aired = issues.make_broadcast("Đã phát", aired_on=today)
    tomorrow = today + timedelta(days=1)
    plan = issues.make_broadcast("Sẽ phát mai", station=aired.station, aired_on=tomorrow)

    assert titles(client) == ["Đã phát"]
    assert "<strong>1</strong> lượt phát, đăng" in page_of(client)
    assert client.get(plan.get_absolute_url()).status_code == 404
    assert plan.get_absolute_url() not in client.get("/sitemap.xml").content.decode()


@pytest.mark.django_db
def test_filters_and_words_leave_what_was_asked_for(client):
    radio = issues.make_station("Đài của tỉnh", channel="radio", slug="dai-cua-tinh")
    issues.make_broadcast("Tết đến", station=radio, aired_on="2025-02-03")
    first = issues.make_broadcast("Làm giấy khai sinh")
    repeat(first, [(date(2026, 8, 4), None)], station=radio)
    BroadcastItem.objects.filter(pk=first.pk).update(script="Bà con mang giấy chứng sinh.")

    assert titles(client) == ["Làm giấy khai sinh", "Làm giấy khai sinh", "Tết đến"]
    assert titles(client, "?nam=2026&ky=q1") == ["Làm giấy khai sinh"]
    assert titles(client, "?ky=02") == ["Tết đến"]
    assert titles(client, "?dai=dai-cua-tinh&nam=2026") == ["Làm giấy khai sinh"]
    assert titles(client, "?loai=loudspeaker") == ["Làm giấy khai sinh"]
    # The repeat has the words of what it repeats.
    assert len(titles(client, "?q=CHUNG+sinh")) == 2
    assert titles(client, "?q=vietlott") == []
    assert "Không có lượt phát, đăng nào khớp" in page_of(client, f"{LIST}?q=vietlott")
    assert "Đã bỏ qua điều kiện" in page_of(client, f"{LIST}?nam=abcd&ky=q9")


@pytest.mark.django_db
def test_an_empty_book_says_so_and_still_names_the_stations(client):
    station = issues.make_station()
    station.columns.create(name="Một cửa gần dân", schedule="5 giờ 30 sáng thứ Hai")
    station.columns.create(name="Đã thôi", schedule="thứ Ba", ended_on="2026-01-01")

    page = page_of(client)

    assert "Chưa ghi lượt phát, đăng nào" in page
    assert "5 giờ 30 sáng thứ Hai" in page
    assert "Đã thôi" not in page


@pytest.mark.django_db
def test_a_repeat_tells_what_its_first_airing_tells(client):
    article = make.make_article("Khai sinh tại bệnh viện").article
    first = issues.make_broadcast(
        article=article, script="Kính thưa bà con.\nMang giấy chứng sinh."
    )
    again, tomorrow = repeat(
        first,
        [(date(2026, 3, 5), None), (timezone.localdate() + timedelta(days=1), None)],
        station=first.station,
    )

    page = page_of(client, again.get_absolute_url())

    assert "<p>Mang giấy chứng sinh.</p>" in page
    assert article.get_absolute_url() in page
    assert first.get_absolute_url() in page
    assert tomorrow.get_absolute_url() not in page


@pytest.mark.django_db
def test_sources_that_are_not_public_are_not_named(client):
    hidden = make.make_draft("Bài còn kín").article
    material = make.make_material("Tệp còn kín", published_at=None)
    issue = issues.make_draft_issue("Số còn kín")
    item = issues.make_broadcast("Tên đã đọc", article=hidden, material=material, issue=issue)

    assert "còn kín" not in page_of(client, item.get_absolute_url())


@pytest.mark.django_db
def test_evidence_is_counted_and_nothing_more_of_it_is_public(client):
    item = issues.make_broadcast()
    issues.make_evidence(item, title="Trang sổ bí mật")
    issues.make_evidence(item, title="Ảnh bí mật")

    page = page_of(client, item.get_absolute_url())

    assert "Có 2 minh chứng lưu tại cơ quan." in page
    assert "bí mật" not in page + page_of(client)


@pytest.mark.django_db
def test_the_host_of_another_site_is_named_before_it_is_followed(client):
    station = issues.make_station("Báo", channel="press")
    item = issues.make_broadcast(
        station=station, duration=None, script="", url="https://bao.example.vn/1"
    )

    page = page_of(client, item.get_absolute_url())

    assert "Bài này ở trang <strong>bao.example.vn</strong>, không thuộc Cổng." in page
    assert 'rel="external noopener noreferrer">Mở trang bao.example.vn<' in page
    assert "Độ dài" not in page


@pytest.mark.django_db
def test_the_file_has_the_figures_of_the_same_choice(client):
    station = issues.make_station("=Đài", channel="radio")
    first = issues.make_broadcast(station=station, duration=320)
    repeat(first, [(date(2026, 5, 5), None)], station=station)
    issues.make_broadcast("Bài khác", station=station, aired_on="2025-01-01")

    response = client.get("/phat-thanh/so-lieu.csv?nam=2026")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[1] == ["Tất cả", "", "2", "1", "640", "11", "0"]
    assert ["Quý", "Quý 1 năm 2026", "1", "1", "320", "5", "0"] in rows
    assert rows[-1] == ["Đài, báo, kênh", "'=Đài", "2", "1", "640", "11", "0"]
    assert "2025" not in text
