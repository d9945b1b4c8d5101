"""Who gets mail: asked for by anybody, confirmed from the mailbox alone, ended by one click, and then nothing is left."""

import re
import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingMail, Subscriber, SubscriptionRequest
from portal.subscriptions import ending, managing, requesting, topics
from portal.subscriptions.topics import Topic
from tests.bulletins import make_subscriber

pytestmark = pytest.mark.django_db

ADDRESS = "nguyen.van.mau@example.vn"
BULLETIN, BIRTHS, LAND = ["ban-tin", ""], ["chuyen-muc", "khai-sinh"], ["chuyen-muc", "dat-dai"]


class FakeBulletin:
    kind = "ban-tin"
    is_mailed_apart = True

    def heading(self):
        return "Bản tin"

    def offered(self):
        return [Topic(self.kind, "", "Bản tin điện tử")]

    def topic(self, key):
        return None if key else self.offered()[0]


class FakeCategories(FakeBulletin):
    kind = "chuyen-muc"
    is_mailed_apart = False

    def heading(self):
        return "Chuyên mục"

    def offered(self):
        return [Topic(self.kind, "khai-sinh", "Khai sinh"), Topic(self.kind, "dat-dai", "Đất đai")]

    def topic(self, key):
        return next((topic for topic in self.offered() if topic.key == key), None)


@pytest.fixture(autouse=True)
def two_sources(settings):
    names = ["FakeBulletin", "FakeCategories"]
    settings.SUBSCRIPTION_SOURCES = [f"{__name__}.{name}" for name in names]
    topics.sources.cache_clear()
    yield
    topics.sources.cache_clear()


def ask(*wanted, email=ADDRESS, frequency="weekly", **options):
    """Ask for these, and give the token that came by mail, or None if no mail came."""
    known = set(OutgoingMail.objects.values_list("pk", flat=True))
    options = {"topics": wanted or [BULLETIN], "frequency": frequency, "language": "vi"} | options
    requesting.ask(email=email, **options)
    mail = OutgoingMail.objects.exclude(pk__in=known).first()
    return mail and re.search(r"/xac-nhan/([\w-]+)/", mail.body)[1]


def wants(subscriber):
    return sorted(managing.values_of(subscriber))


def in_threads(deed, times=2):
    start = threading.Barrier(times)

    def run():
        start.wait()
        try:
            deed()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_nobody_subscribes_until_the_mailbox_says_yes():
    token = ask(BULLETIN, BIRTHS)

    [mail] = OutgoingMail.objects.all()
    assert mail.to == ADDRESS
    assert "- Bản tin điện tử\n- Chuyên mục: Khai sinh\n" in mail.body
    assert "mỗi tuần một thư" in mail.body
    assert token not in str(SubscriptionRequest.objects.values())
    assert not Subscriber.objects.exists()

    subscriber = requesting.confirm(token)

    assert (subscriber.email, subscriber.frequency) == (ADDRESS, "weekly")
    assert subscriber.notice_version
    assert wants(subscriber) == ["ban-tin:", "chuyen-muc:khai-sinh"]
    assert not SubscriptionRequest.objects.exists()
    assert not OutgoingMail.objects.filter(body__contains=token).exists()


def test_a_token_is_good_once_and_for_two_days():
    now = timezone.now()
    token = ask(now=now)

    assert requesting.confirm(token, now=now + timedelta(hours=48)) is None
    assert requesting.confirm(f"{token}x", now=now) is None
    assert requesting.confirm(token, now=now + timedelta(hours=47))
    assert requesting.confirm(token, now=now) is None


def test_a_new_confirmation_adds_topics_takes_none_away_and_starts_mail_again():
    long_ago = timezone.now() - timedelta(days=30)
    kept = make_subscriber(
        ADDRESS, LAND, frequency="daily", bounce_count=5, stopped_at=long_ago, told_until=long_ago
    )

    same = requesting.confirm(ask(BULLETIN, LAND, language="en"))

    assert same.pk == kept.pk
    assert wants(same) == ["ban-tin:", "chuyen-muc:dat-dai"]
    assert (same.frequency, same.language) == ("weekly", "en")
    assert (same.bounce_count, same.stopped_at) == (0, None)
    assert same.told_until > long_ago


def test_who_asks_for_the_bulletin_alone_keeps_the_rhythm_of_the_news():
    make_subscriber(ADDRESS, LAND, frequency="at_once")

    assert requesting.confirm(ask(BULLETIN, frequency="")).frequency == "at_once"
    assert requesting.confirm(ask(BULLETIN, frequency="", email="khac@example.vn")).frequency


def test_what_no_longer_exists_is_neither_shown_nor_kept():
    token = ask(BULLETIN, ["chuyen-muc", "da-bo"], ["la", "x"])

    assert "da-bo" not in OutgoingMail.objects.get().body
    assert wants(requesting.confirm(token)) == ["ban-tin:"]


def test_one_mailbox_gets_one_mail_in_ten_minutes_and_three_a_day():
    now = timezone.now()
    minutes = [0, 9, 11, 22, 33, 24 * 60 + 1]

    sent = [bool(ask(now=now + timedelta(minutes=after))) for after in minutes]

    assert sent == [True, False, True, True, False, True]
    assert ask(email="khac@example.vn", now=now)


def test_a_form_sent_twice_asks_once_and_with_a_corrected_address_asks_there_too():
    now = timezone.now()
    ask(form_key="k", now=now)

    assert ask(form_key="k", now=now + timedelta(minutes=11)) is None
    assert ask(form_key="k", email="khac@example.vn", now=now)


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_twice_at_once_asks_once_and_confirms_once():
    in_threads(
        lambda: requesting.ask(email=ADDRESS, topics=[BULLETIN], frequency="", language="vi")
    )
    token = re.search(r"/xac-nhan/([\w-]+)/", OutgoingMail.objects.get().body)[1]
    SubscriptionRequest.objects.update(created_at=timezone.now() - timedelta(hours=1))
    other = ask(LAND)
    tokens = [token, token, other]

    in_threads(lambda: requesting.confirm(tokens.pop()), times=3)

    assert wants(Subscriber.objects.get()) == ["ban-tin:", "chuyen-muc:dat-dai"]


def test_ending_one_part_leaves_the_other_and_ending_the_last_erases():
    subscriber = make_subscriber(ADDRESS, BULLETIN, BIRTHS, LAND)

    ending.unsubscribe(subscriber.key, ending.NEWS)
    assert wants(subscriber) == ["ban-tin:"]

    ending.unsubscribe(subscriber.key, ending.NEWS)
    assert wants(subscriber) == ["ban-tin:"]

    ending.unsubscribe(subscriber.key, ending.BULLETIN)
    assert not Subscriber.objects.exists()
    ending.unsubscribe(subscriber.key, ending.BULLETIN)


def test_who_ended_everything_may_come_back_as_if_for_the_first_time():
    first = make_subscriber(ADDRESS, BULLETIN)
    ending.unsubscribe(first.key, ending.BULLETIN)

    again = requesting.confirm(ask(LAND))

    assert wants(again) == ["chuyen-muc:dat-dai"]
    assert again.key != first.key


def test_nothing_is_left_of_whoever_is_erased_but_what_they_are_owed_for_other_reasons():
    subscriber = make_subscriber(ADDRESS, BULLETIN)
    ask(LAND)
    managing.send_link(ADDRESS, language="vi")
    outbox.promise_mail(
        key="so:1", to=ADDRESS, subject="Tin mới", body="…", unsubscribe_url="https://x.vn/thoi/"
    )
    outbox.promise_mail(key="feedback.answered:1", to=ADDRESS, subject="Phiếu", body="…")
    make_subscriber("nguoi.khac@example.vn")
    assert len(places_of(ADDRESS)) == 6

    ending.erase(subscriber)

    assert places_of(ADDRESS) == ["feedback.answered:1"]
    assert Subscriber.objects.count() == 1


def places_of(address):
    """Where a table of the portal has an address in any of its columns, in whatever case."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"select * from {table} as row where row::text ilike %s", [f"%{address}%"]
            )
            names = [column.name for column in cursor.description]
            found += [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row.get("key") for row in found]


def test_what_nobody_confirmed_and_who_is_long_unreachable_is_cleaned_away():
    now = timezone.now()
    ask(email="cu@example.vn", now=now - timedelta(hours=49))
    OutgoingMail.objects.update(created_at=now - timedelta(hours=49))
    fresh = ask(email="moi@example.vn", now=now)
    gone = make_subscriber("mat@example.vn", stopped_at=now - timedelta(days=91))
    stopped = make_subscriber("ngung@example.vn")
    ending.stop(stopped, "550", now=now - timedelta(days=89))

    ending.clean(now)

    assert [row.email for row in SubscriptionRequest.objects.all()] == ["moi@example.vn"]
    assert requesting.request_of(fresh)
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["moi@example.vn"]
    assert [row.pk for row in Subscriber.objects.all()] == [stopped.pk]
    assert not Subscriber.objects.filter(pk=gone.pk).exists()


def test_a_stopped_mailbox_is_stopped_once():
    first = timezone.now() - timedelta(days=3)
    subscriber = make_subscriber(ADDRESS)

    ending.stop(subscriber, "550", now=first)
    ending.stop(subscriber, "550")

    assert Subscriber.objects.get().stopped_at == first


def test_the_managing_link_ends_after_a_day_and_with_the_subscriber():
    now = timezone.now()
    subscriber = make_subscriber(ADDRESS)
    link = managing.new_pass(subscriber, now)

    assert managing.subscriber_with(link, now + timedelta(hours=23)) == subscriber
    assert managing.subscriber_with(link, now + timedelta(hours=24)) is None
    assert managing.subscriber_with(f"{link}x", now) is None
    assert managing.subscriber_with(subscriber.key, now) is None
    ending.erase(subscriber)
    assert managing.subscriber_with(link, now) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mau@Example.VN", "mau@example.vn"),
        ("mau+tin@example.vn", "mau+tin@example.vn"),
        ("mau@ví-dụ.vn", "mau@xn--v-d-rma6749a.vn"),
        ("mau@vi\u0301-du\u0323.vn", "mau@xn--v-d-rma6749a.vn"),
    ],
)
def test_one_mailbox_has_one_spelling(typed, kept):
    assert requesting.normal_address(typed) == kept
