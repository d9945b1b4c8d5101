"""One tap under a page says whether it was of use: counted by the day, without identity, and looked at by staff."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from feedback import page_ratings
from feedback.models import PageRating, RatedPage
from feedback.page_ratings import Rated
from feedback.views.page_ratings import RATING_LIMIT
from feedback.work_queues import feedback_queues
from tests import factories as make

QUEUE = "Trang nhiều người thấy chưa hữu ích"
BIRTH = Rated("procedure", "1.001193", "Thủ tục đăng ký khai sinh")


def form_of(client, address):
    """Where the form of a page sends, and what it says of the page."""
    html = client.get(address).content.decode()
    form = re.search(r'<form class="rating .*?</form>', html, re.DOTALL)
    if form is None:
        return None
    action = re.search(r'action="([^"]+)"', form[0])[1]
    return action, re.search(r'name="trang" value="([^"]+)"', form[0])[1]


def tap(client, form, said, **headers):
    action, value = form
    return client.post(action, {"trang": value, "tra-loi": said}, headers=headers)


def rate_often(rated, *, useful=0, not_useful=0, day=None):
    page, _is_new = RatedPage.objects.get_or_create(
        kind=rated.kind, key=rated.key, defaults={"title": rated.title}
    )
    day = day or timezone.localdate()
    PageRating.objects.create(page=page, day=day, useful=useful, not_useful=not_useful)
    return page


@pytest.mark.django_db
def test_a_tap_is_counted_and_thanked_for_with_a_way_to_say_more_and_a_way_back(client):
    make.make_procedure(code="1.001193", name=BIRTH.title)
    form = form_of(client, "/en/thu-tuc/1.001193/")

    tap(client, form, "co")
    answer = tap(client, form, "chua")
    thanks = client.get(answer.headers["Location"])

    assert (answer.status_code, answer.cookies) == (303, {})
    assert RatedPage.objects.get().title == BIRTH.title
    counted = PageRating.objects.get()
    assert (counted.day, counted.useful, counted.not_useful) == (timezone.localdate(), 1, 1)
    assert thanks.headers["Cache-Control"] == "public, max-age=60"
    html = thanks.content.decode()
    assert 'href="/en/phan-anh/?loai=comment&amp;thu-tuc=1.001193"' in html
    assert 'href="/en/thu-tuc/1.001193/"' in html


@pytest.mark.django_db
def test_an_article_leads_to_its_comments_where_it_takes_any(client):
    make.make_article("Tin mở", slug="tin-mo")
    make.make_article("Tin đóng", slug="tin-dong", comments_enabled=False)

    ways = {}
    for slug in ("tin-mo", "tin-dong"):
        answer = tap(client, form_of(client, f"/tin-tuc/{slug}/"), "chua")
        html = client.get(answer.headers["Location"]).content.decode()
        ways[slug] = (f"/tin-tuc/{slug}/y-kien/" in html, "/phan-anh/?loai=comment" in html)
        assert f'href="/tin-tuc/{slug}/"' in html

    assert ways == {"tin-mo": (True, False), "tin-dong": (False, True)}
    assert set(RatedPage.objects.values_list("kind", "key", "title")) == {
        ("article", "tin-mo", "Tin mở"),
        ("article", "tin-dong", "Tin đóng"),
    }


@pytest.mark.django_db
def test_the_page_stays_the_same_for_everybody_and_asks_nothing_of_a_procedure_that_has_ended(
    client,
):
    make.make_procedure(code="1.001193")
    make.make_procedure(code="1.000009", status="expired", expired_on="2025-07-01")

    first, second = (client.get("/thu-tuc/1.001193/") for _ in range(2))

    assert first.headers["ETag"] == second.headers["ETag"]
    assert form_of(client, "/thu-tuc/1.000009/") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"trang": page_ratings.signed(BIRTH).replace("1.001193", "1.001194")}, 400),
        ({"trang": "procedure|1.001193|0|Thủ tục"}, 400),
        ({"trang": ""}, 400),
        ({"tra-loi": "khong"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_words_and_not_counted(client, changed, status):
    sent = {"trang": page_ratings.signed(BIRTH), "tra-loi": "co", "Sec-Fetch-Site": "same-origin"}
    sent |= changed
    site = sent.pop("Sec-Fetch-Site")

    answer = client.post("/huu-ich/", sent, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()
    assert not PageRating.objects.exists()
    assert client.get("/huu-ich/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_one_address_may_tap_so_often_in_an_hour_and_no_more(client):
    form = ("/huu-ich/", page_ratings.signed(BIRTH))

    statuses = [tap(client, form, "chua").status_code for _ in range(RATING_LIMIT["limit"] + 1)]

    assert statuses == [303] * RATING_LIMIT["limit"] + [429]
    assert PageRating.objects.get().not_useful == RATING_LIMIT["limit"]


@pytest.mark.django_db(transaction=True)
def test_two_who_tap_at_once_count_as_two():
    def one(is_useful):
        try:
            page_ratings.rate(BIRTH, is_useful=is_useful)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, [True, False] * 8))

    counted = PageRating.objects.get()
    assert (counted.useful, counted.not_useful) == (8, 8)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["../../q/a", "a b", "<script>", "tin.html"])
def test_thanks_link_to_pages_of_ours_and_to_nothing_else(client, key):
    html = client.get("/huu-ich/cam-on/", {"bai": key, "tra-loi": "chua"}).content.decode()

    assert f'href="/tin-tuc/{key}' not in html
    assert "/phan-anh/?loai=comment" in html


@pytest.mark.django_db
def test_a_page_waits_for_staff_from_five_who_missed_something_and_three_in_ten():
    day = timezone.localdate()
    cases = {
        "4-0": (4, 0, None),
        "5-11": (5, 11, None),
        "5-12": (5, 12, None),
        "xem": (9, 0, day),
        "xem-lai": (6, 0, day - timedelta(days=1)),
    }
    for key, (not_useful, useful, reviewed_on) in cases.items():
        page = rate_often(Rated("article", key, key), not_useful=not_useful, useful=useful)
        RatedPage.objects.filter(pk=page.pk).update(reviewed_on=reviewed_on)
    old = rate_often(Rated("article", "cu", "cu"), not_useful=9, day=day - timedelta(days=3))
    RatedPage.objects.filter(pk=old.pk).update(reviewed_on=day - timedelta(days=3))

    waiting = page_ratings.waiting_for_review()

    assert {page.key for page in waiting} == {"5-11", "xem-lai"}
    assert {page.waits_since for page in waiting} == {day}


@pytest.mark.django_db
def test_staff_see_the_queue_look_at_the_page_and_empty_it(client, rf):
    page = rate_often(BIRTH, useful=3, not_useful=6, day=date(2026, 3, 2))
    staff = make.make_staff("bientap", "view_ratedpage", "change_ratedpage")
    client.force_login(staff)
    request = rf.get("/")
    request.user = staff
    [queue] = [queue for queue in feedback_queues(request) if queue.label == QUEUE]

    listed = client.get(queue.address).content.decode()
    change = reverse("admin:feedback_ratedpage_change", args=[page.pk])
    empty = client.post(change, {"note": " "})
    done = client.post(change, {"note": "Thêm mẫu đơn."})

    assert (queue.count, queue.oldest_on) == (1, date(2026, 3, 2))
    assert BIRTH.title in listed
    assert "%" not in re.search(r'class="field-share[^>]*>([^<]*)', listed)[1]
    assert (empty.status_code, done.status_code) == (200, 302)
    page.refresh_from_db()
    assert (page.reviewed_by, page.note) == (staff, "Thêm mẫu đơn.")
    assert page.reviewed_on == timezone.localdate()
    assert LogEntry.objects.get().change_message == "Đã xem lại: Thêm mẫu đơn."
    assert not page_ratings.waiting_for_review().exists()
    assert "field-title" not in client.get(queue.address).content.decode()


@pytest.mark.django_db
def test_the_page_of_which_most_people_missed_something_stands_first(admin_client):
    for key, not_useful in (("it", 5), ("nhieu", 40), ("vua", 12)):
        rate_often(Rated("article", key, f"Bài {key}"), useful=1, not_useful=not_useful)

    html = admin_client.get(reverse("admin:feedback_ratedpage_changelist")).content.decode()

    assert re.findall(r">Bài (\w+)</a>", html) == ["nhieu", "vua", "it"]
    # Of forty-one a share is told, of six none.
    shares = re.findall(r'class="field-share[^>]*>([^<]*)', html)
    assert shares == ["97,6%", "dưới 30 lượt", "dưới 30 lượt"]


@pytest.mark.django_db
def test_who_may_only_look_cannot_say_that_a_page_was_looked_at(client):
    page = rate_often(BIRTH, not_useful=6)
    client.force_login(make.make_staff("xem", "view_ratedpage"))
    change = reverse("admin:feedback_ratedpage_change", args=[page.pk])

    assert client.get(change).status_code == 200
    assert client.post(change, {"note": "Xong."}).status_code == 403
    assert client.post(reverse("admin:feedback_ratedpage_add")).status_code == 403
    page.refresh_from_db()
    assert page.reviewed_on is None
