"""The pages of subscribing: they tell nobody who subscribed, and do nothing by being opened."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import limits
from portal.models import OutgoingMail, Subscriber, SubscriptionRequest
from portal.subscriptions import addresses, ending, managing, requesting
from portal.subscriptions.forms import ManageLinkForm, SubscribeForm
from tests import axe
from tests.bulletins import make_subscriber
from tests.factories import make_category

pytestmark = pytest.mark.django_db

ADDRESS = "nguyen.van.mau@example.vn"
SUBSCRIBE, SENT = "/dang-ky-nhan-tin/", "/dang-ky-nhan-tin/da-gui/"
QUICK, MANAGE = "/dang-ky-nhan-tin/gui/", "/dang-ky-nhan-tin/quan-ly/"
LIST = reverse("admin:portal_subscriber_changelist")
SUMMARY = reverse("admin:portal_subscriber_summary")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def strict():
    """A client that is refused what Django's own would let pass: posts without their token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def category():
    return make_category("Khai sinh", slug="khai-sinh")


def stamp(form=SubscribeForm):
    return form.new_stamp(timezone.now() - timedelta(minutes=1))


def filled_in(**fields):
    topics = ["ban-tin:", "chuyen-muc:khai-sinh"]
    typed = {"email": ADDRESS, "topics": topics, "frequency": "weekly", "stamp": stamp()}
    return typed | fields


def link_in_mail(name):
    body = OutgoingMail.objects.get(key__startswith=f"subscriptions.{name}:").body
    return re.search(r"https?://[^/]+(/\S+)", body)[1]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def is_private(response):
    headers = response.headers
    return (headers["Cache-Control"], headers["Referrer-Policy"], headers["X-Robots-Tag"]) == (
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    ) and not response.cookies


def test_from_the_form_to_the_mail_the_button_and_the_page_of_ones_own(client, strict):
    assert client.post(SUBSCRIBE, filled_in())["Location"] == SENT
    link = link_in_mail("confirm")

    opened = strict.get(link)
    assert "Khai sinh" in text_of(opened)
    assert "mỗi tuần một thư" in text_of(opened)
    assert is_private(opened)
    assert not Subscriber.objects.exists()

    done = strict.post(link)
    assert "đã đăng ký nhận tin" in text_of(done)
    assert is_private(done)
    subscriber = Subscriber.objects.get()
    assert managing.values_of(subscriber) == ["ban-tin:", "chuyen-muc:khai-sinh"]

    own = strict.get(re.search(r'href="(/dang-ky-nhan-tin/quan-ly/[^"]+)"', str(done.content))[1])
    assert ADDRESS in text_of(own)
    assert is_private(own)

    used = strict.post(link)
    assert used.status_code == 410
    assert "đã dùng rồi hoặc đã hết hạn" in text_of(used)
    assert is_private(used)


def test_whoever_asks_in_english_gets_the_mail_and_the_links_in_english(client):
    client.post(f"/en{SUBSCRIBE}", filled_in())

    link = link_in_mail("confirm")
    client.post(link)

    assert link.startswith("/en/")
    assert Subscriber.objects.get().language == "en"
    assert "/en/" in addresses.unsubscribe_url(Subscriber.objects.get(), ending.NEWS)


@pytest.mark.parametrize("who", ["unknown", "known", "stopped", "asked just now"])
def test_the_answer_does_not_tell_who_subscribed(client, who):
    def answers():
        posted = [
            client.post(SUBSCRIBE, filled_in()),
            client.post(MANAGE, {"email": ADDRESS, "stamp": stamp(ManageLinkForm)}),
        ]
        pages = [client.get(response["Location"]) for response in posted]
        return [
            (response.status_code, response["Location"], page.content)
            for response, page in zip(posted, pages, strict=True)
        ]

    # What comes first is the answer for somebody whom nobody knows.
    first = answers()
    OutgoingMail.objects.all().delete()
    if who != "asked just now":
        SubscriptionRequest.objects.all().delete()
    if who in {"known", "stopped"}:
        make_subscriber(ADDRESS, stopped_at=timezone.now() if who == "stopped" else None)

    assert answers() == first
    letters = {"unknown": 1, "known": 2, "stopped": 2, "asked just now": 0}
    assert OutgoingMail.objects.count() == letters[who]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "không phải địa chỉ",
        "a@b",
        f"{ADDRESS}\r\nBcc: x@example.vn",
        f"{ADDRESS},x@example.vn",
        f"Mẫu <{ADDRESS}>",
        "người.dùng@example.vn",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.vn",
        "x" * 100_000,
        f"{ADDRESS}\x00",
    ],
)
@pytest.mark.parametrize("path", [SUBSCRIBE, QUICK])
def test_what_is_no_address_is_refused_with_words_and_stays_typed(client, path, typed):
    response = client.post(path, filled_in(email=typed))

    assert response.status_code == 200
    assert "Có 1 chỗ cần sửa" in text_of(response)
    assert f'action="{SUBSCRIBE}"' in response.content.decode()
    assert 'value="ban-tin:" id="id_topics_0" checked' in re.sub(
        r' (class|aria-\w+)="[^"]*"', "", response.content.decode()
    )
    assert not OutgoingMail.objects.exists()


def test_one_field_on_a_cached_page_asks_for_the_bulletin_without_cookie_or_token(strict):
    response = strict.post(QUICK, {"email": "Nguyen.Van.Mau@example.vn", "website": ""})

    assert response["Location"] == SENT
    assert not response.cookies
    asked = SubscriptionRequest.objects.get()
    assert (asked.email, asked.topics, asked.frequency) == (ADDRESS, [["ban-tin", ""]], "")


def test_one_field_takes_nothing_from_programs_and_other_sites(strict):
    trapped = strict.post(QUICK, {"email": ADDRESS, "website": "https://x.example"})
    foreign = strict.post(QUICK, {"email": ADDRESS}, headers={"Sec-Fetch-Site": "cross-site"})

    assert "ô ẩn" in text_of(trapped)
    assert ADDRESS in trapped.content.decode()
    assert foreign.status_code == 403
    assert not SubscriptionRequest.objects.exists()


@pytest.mark.parametrize("path", [SUBSCRIBE, QUICK])
def test_who_has_to_wait_keeps_what_was_typed(client, settings, path, monkeypatch):
    monkeypatch.setattr(
        "portal.subscriptions.views.ASK_LIMIT", {"limit": 0, "overall": 9, "seconds": 60}
    )

    response = client.post(path, filled_in())

    assert response.status_code == 429
    assert response.headers["Retry-After"]
    assert ADDRESS in response.content.decode()
    assert 'value="ban-tin:"' in response.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_database_that_is_away_is_told_as_such(client, monkeypatch):
    def away(*args, **options):
        raise OperationalError

    monkeypatch.setattr(limits, "spend", away)
    client.raise_request_exception = False

    assert client.post(SUBSCRIBE, filled_in()).status_code == 503


def test_a_link_may_tick_topics_and_one_that_is_not_offered(client, monkeypatch):
    monkeypatch.setattr("outreach.topics.CategoryTopics.offered", lambda source: [])

    query = "?chu-de=chuyen-muc:khai-sinh&chu-de=chuyen-muc:khong-co&chu-de=la:x&chu-de=%22"
    page = client.get(f"{SUBSCRIBE}{query}").content.decode()
    client.post(SUBSCRIBE, filled_in(topics=["chuyen-muc:khai-sinh"]))

    assert page.count("checked") == 2
    assert re.search(r'value="chuyen-muc:khai-sinh"[^>]*checked', page)
    assert SubscriptionRequest.objects.get().topics == [["chuyen-muc", "khai-sinh"]]


@pytest.mark.parametrize(
    "topics", [[], ["chuyen-muc:khong-co"], ["chuyen-muc:\x00"], ["x" * 9000], ["la:x"] * 300]
)
def test_topics_that_do_not_exist_are_refused(client, topics):
    response = client.post(SUBSCRIBE, filled_in(topics=topics))

    assert "Có 1 chỗ cần sửa" in text_of(response)
    assert not SubscriptionRequest.objects.exists()


def test_the_owner_changes_what_comes_and_when(strict):
    subscriber = make_subscriber(ADDRESS, ("ban-tin", ""))
    page = addresses.manage_page_url(managing.new_pass(subscriber), "vi")
    sent = {"topics": ["chuyen-muc:khai-sinh"], "frequency": "at_once", "language": "en"}

    saved = strict.post(page, sent)
    refused = strict.post(page, sent | {"topics": []})

    assert "Đã lưu." in text_of(saved)
    assert "Đánh dấu ít nhất một chủ đề." in text_of(refused)
    subscriber.refresh_from_db()
    assert managing.values_of(subscriber) == ["chuyen-muc:khai-sinh"]
    assert (subscriber.frequency, subscriber.language) == ("at_once", "en")


def test_the_owner_sees_takes_along_and_erases_all_that_is_kept(strict):
    days = [timezone.now() - timedelta(days=days) for days in (9, 8, 7, 6)]
    moments = dict(
        zip(["confirmed_at", "told_until", "bounced_at", "stopped_at"], days, strict=True)
    )
    subscriber = make_subscriber(ADDRESS, ("chuyen-muc", "khai-sinh"), bounce_count=37, **moments)
    page = addresses.manage_page_url(managing.new_pass(subscriber), "vi")
    words = text_of(strict.get(page))
    taken = strict.get(f"{page}du-lieu.json")

    shown = {"frequency": "Mỗi ngày một thư", "language": "Tiếng Việt"}
    for field in Subscriber._meta.concrete_fields[1:]:
        value = getattr(subscriber, field.name)
        if isinstance(value, datetime):
            value = f"{timezone.localtime(value):%H:%M %d/%m/%Y}"
        assert shown.get(field.name, str(value)) in words
    assert "Khai sinh" in words
    assert set(taken.json().values()) >= {ADDRESS, subscriber.key}
    assert is_private(taken)

    unsure = strict.post(page, {"xoa": "co"})
    assert "Đánh dấu ô này" in text_of(unsure)
    assert Subscriber.objects.exists()

    erased = strict.post(page, {"xoa": "co", "is_sure": "on"})
    assert "không còn nhận thư nào" in text_of(erased)
    assert not Subscriber.objects.exists()
    assert strict.get(page).status_code == 410
    assert strict.get(f"{page}du-lieu.json").status_code == 404


def test_the_managing_link_comes_by_mail_to_subscribers_only_and_not_too_often(client):
    make_subscriber(ADDRESS)
    for _ in range(3):
        client.post(MANAGE, {"email": ADDRESS.upper(), "stamp": stamp(ManageLinkForm)})
    client.post(MANAGE, {"email": "khac@example.vn", "stamp": stamp(ManageLinkForm)})

    assert ADDRESS in text_of(client.get(link_in_mail("manage")))


def test_opening_the_unsubscribing_link_changes_nothing_and_shows_the_choice(strict):
    subscriber = make_subscriber(ADDRESS, ("ban-tin", ""), ("chuyen-muc", "khai-sinh"))
    link = addresses.unsubscribe_url(subscriber, ending.BULLETIN)

    opened = strict.get(link)

    assert re.findall(r'name="viec" value="([^"]+)"', opened.content.decode()) == [
        "ban-tin",
        "tin-moi",
        "tat-ca",
    ]
    assert ADDRESS not in opened.content.decode()
    assert is_private(opened)
    assert subscriber.subscriptions.count() == 2


def test_one_click_of_a_mail_program_ends_that_part_at_once_and_again_in_vain(strict):
    """RFC 8058: a POST with that body alone; no cookie, no redirect."""
    subscriber = make_subscriber(ADDRESS, ("ban-tin", ""), ("chuyen-muc", "khai-sinh"))
    link = addresses.unsubscribe_url(subscriber, ending.BULLETIN)

    first = strict.post(link, ONE_CLICK)
    assert (first.status_code, not first.cookies) == (200, True)
    assert managing.values_of(subscriber) == ["chuyen-muc:khai-sinh"]

    again = strict.post(link, ONE_CLICK)
    assert again.content == first.content

    link = addresses.unsubscribe_url(subscriber, ending.NEWS)
    last = strict.post(link, ONE_CLICK)
    assert last.status_code == 200
    assert not Subscriber.objects.exists()
    assert strict.post(link, ONE_CLICK).content == last.content
    assert strict.get(link).status_code == 200


@pytest.mark.parametrize(
    ("pressed", "left"),
    [("ban-tin", ["chuyen-muc:khai-sinh"]), ("tin-moi", ["ban-tin:"]), ("tat-ca", None), ("x", 2)],
)
def test_each_button_ends_what_it_says(strict, pressed, left):
    subscriber = make_subscriber(ADDRESS, ("ban-tin", ""), ("chuyen-muc", "khai-sinh"))

    response = strict.post(addresses.unsubscribe_url(subscriber, ending.NEWS), {"viec": pressed})

    assert response.status_code == 200
    if left is None:
        assert not Subscriber.objects.exists()
    elif left == 2:
        assert subscriber.subscriptions.count() == 2
    else:
        assert managing.values_of(subscriber) == left


def test_an_unsubscribing_link_of_another_part_does_not_exist(client):
    assert client.get(reverse("subscriptions:unsubscribe", args=["k", "khac"])).status_code == 404


def test_words_of_the_mail_are_not_escaped(client, category):
    category.name = "Đất đai & nhà ở"
    category.save()

    client.post(SUBSCRIBE, filled_in())

    assert "Đất đai & nhà ở" in OutgoingMail.objects.get().body
    assert str(requesting.MINUTES_BETWEEN) in text_of(client.get(SENT))


def test_staff_see_how_many_want_what_and_no_address(client, admin_client):
    make_subscriber(ADDRESS, ("chuyen-muc", "khai-sinh"))
    make_subscriber("khac@thu.example.vn", ("chuyen-muc", "khai-sinh"), stopped_at=timezone.now())

    listed = admin_client.get(LIST).content.decode()
    counted = text_of(admin_client.get(SUMMARY))

    assert "***@thu.example.vn" in listed
    assert "khac@" not in listed + counted
    assert "1 người đang nhận tin; 1 người ngừng gửi" in counted
    assert "Khai sinh 1 " in counted
    assert admin_client.get(f"{LIST}?tinh-trang=ngung").context["cl"].result_count == 1
    assert client.get(SUMMARY).status_code == 302


def test_staff_erase_an_address_on_request_and_the_log_does_not_name_it(admin_client):
    make_subscriber(ADDRESS)

    done = admin_client.post(SUMMARY, {"email": ADDRESS.upper()}, follow=True)
    unknown = admin_client.post(SUMMARY, {"email": ADDRESS}, follow=True)

    assert "Đã xóa hết dữ liệu" in text_of(done)
    assert "không giữ gì về địa chỉ này" in text_of(unknown)
    assert not Subscriber.objects.exists()
    assert [str(entry) for entry in LogEntry.objects.all()] != []
    assert ADDRESS not in str(list(LogEntry.objects.values()))


def test_who_may_only_look_erases_nothing(client):
    staff = User.objects.create_user("canbo", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="view_subscriber"))
    client.force_login(staff)
    make_subscriber(ADDRESS)

    assert "Xóa hết" not in text_of(client.get(SUMMARY))
    assert client.post(SUMMARY, {"email": ADDRESS}).status_code == 403
    assert Subscriber.objects.exists()


def test_axe_finds_nothing_on_the_way_of_a_subscriber_through_their_mails(
    transactional_db, new_page, monkeypatch
):
    """With the keyboard, on the narrowest telephone."""
    monkeypatch.setattr(SubscribeForm, "LEAST_SECONDS", 0)
    page = new_page(width=320)

    def looked_at():
        for theme in ["dark", "light"]:
            page.emulate_media(color_scheme=theme)
            assert axe.faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

    def press(words):
        page.get_by_role("button", name=words, exact=True).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        looked_at()

    page.goto(SUBSCRIBE)
    page.get_by_label("Địa chỉ thư điện tử", exact=True).focus()
    page.keyboard.type(ADDRESS)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("Khai sinh").check()
    press("Đăng ký")
    page.goto(link_in_mail("confirm"))
    looked_at()
    press("Tôi muốn nhận")
    page.get_by_role("link", name="Xem và đổi việc nhận tin").click()
    looked_at()
    press("Lưu")
    page.goto(
        reverse("subscriptions:unsubscribe", args=[Subscriber.objects.get().key, ending.NEWS])
    )
    looked_at()
    press("Thôi nhận tin mới")
    press("Thôi nhận tất cả và xóa địa chỉ")
    assert not Subscriber.objects.exists()
