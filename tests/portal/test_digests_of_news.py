"""Mails of what is new: each piece once to each who wants it, whatever is killed in the middle."""

import threading
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from feedback import verifying
from outreach import publishing
from outreach.models import Category
from portal import jobs
from portal.models import OutgoingMail, Subscriber, Subscription
from portal.subscriptions import digests
from tests import factories as make
from tests.bulletins import make_subscriber
from tests.jobs import run_jobs, waiting_jobs
from tests.processes import wait_until

pytestmark = pytest.mark.django_db

SITE = "https://cchc.example.vn"
# A Wednesday, ten o'clock in Vietnam.
NOW = timezone.make_aware(timezone.datetime(2026, 3, 4, 10))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CATEGORY = ("chuyen-muc", "chinh-sach-moi")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture(autouse=True)
def category(db):
    return make.make_category("Chính sách mới")


def subscribe(
    email="nguoi-doc@example.vn", *topics, frequency="at_once", since=NOW - DAY, **fields
):
    subscriber = make_subscriber(
        email, *(topics or [CATEGORY]), frequency=frequency, **{"told_until": since} | fields
    )
    subscriber.subscriptions.update(since=since)
    return subscriber


def publish(title="Khai sinh tại bệnh viện", *, at=NOW - HOUR, **fields):
    fields.setdefault("category", Category.objects.get(slug="chinh-sach-moi"))
    return make.make_article(title, at=at, **fields)


def send(now=NOW):
    """What is promised by that to each address."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    digests.send_digests(now)
    mails = OutgoingMail.objects.exclude(pk__in=before)
    assert mails.values("to").distinct().count() == len(mails)
    return {mail.to: mail for mail in mails}


def told(now=NOW):
    """What the one subscriber is told."""
    mails = send(now)
    assert len(mails) <= 1
    return [
        line.removeprefix("- ")
        for mail in mails.values()
        for line in mail.body.splitlines()
        if line.startswith("- ")
    ]


def test_a_mail_tells_what_is_new_where_to_read_it_and_how_to_end_it(mail_server):
    subscriber = subscribe("a@example.vn", CATEGORY, ("linh-vuc", "ho-tich"))
    publish("Khai sinh tại bệnh viện")
    publish("Nộp thuế & phí", at=NOW - HOUR / 2, is_sample=True)
    publish("Bài của chuyên mục khác", category=make.make_category("Chuyên mục khác"))

    [mail] = send().values()
    run_jobs()

    [got] = mail_server.mails
    assert got["Subject"] == "2 tin mới, ngày 04/03/2026"
    assert (
        got["List-Unsubscribe"].strip()
        == f"<{SITE}/dang-ky-nhan-tin/thoi/{subscriber.key}/tin-moi/>"
    )
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.body == (
        "Tin tức theo chuyên mục: Chính sách mới\n\n"
        "- Nộp thuế & phí (nội dung mẫu)\n"
        f"  {SITE}/tin-tuc/nop-thue-phi/\n\n"
        "- Khai sinh tại bệnh viện\n"
        f"  {SITE}/tin-tuc/khai-sinh-tai-benh-vien/\n\n\n"
        "-- \n"
        "Ông/bà nhận thư này vì đã đăng ký nhận tin của Cổng cải cách hành chính.\n\n"
        "Thôi nhận tin mới:\n"
        f"{SITE}/dang-ky-nhan-tin/thoi/{subscriber.key}/tin-moi/\n\n"
        "Đổi chủ đề, ngôn ngữ, khi nào nhận:\n"
        f"{SITE}/dang-ky-nhan-tin/quan-ly/\n"
    )


def test_one_piece_of_news_is_the_subject_however_long_it_is(category):
    subscribe()
    publish("Khai sinh " * 19)

    [mail] = send().values()

    assert mail.subject.startswith("Khai sinh Khai sinh")
    assert len(mail.subject) == digests.LONGEST_SUBJECT


def test_mail_that_somebody_waits_for_goes_first():
    subscribe()
    publish()

    [mail] = send().values()
    OutgoingMail.objects.create(key="feedback.received:1", to="b@example.vn", subject="a", body="a")

    assert waiting_jobs() == [("portal.tasks.send_mail", {"mail_id": mail.pk})]
    [job] = jobs.BackgroundJob.objects.all()
    assert job.priority < -10


@pytest.mark.parametrize(
    ("frequency", "tuesday", "wednesday", "next_monday"),
    [
        ("at_once", True, False, False),
        ("daily", False, True, False),
        ("weekly", False, False, True),
    ],
)
def test_news_come_when_they_are_wanted(frequency, tuesday, wednesday, next_monday):
    subscribe(frequency=frequency, since=NOW - 2 * DAY)
    publish(at=NOW - DAY)

    assert bool(told(NOW - DAY + HOUR)) is tuesday
    assert told(NOW.replace(hour=7)) == []
    assert bool(told(NOW.replace(hour=7, minute=5))) is wednesday
    assert told(NOW + 4 * DAY) == []
    assert bool(told(NOW + 5 * DAY)) is next_monday
    assert told(NOW + 20 * DAY) == []


def test_what_was_there_before_a_topic_was_chosen_is_no_news():
    subscriber = subscribe(since=NOW - DAY)
    subscriber.subscriptions.update(since=NOW - 2 * HOUR)
    publish("Trước", at=NOW - 3 * HOUR)
    publish("Sau", at=NOW - HOUR)

    assert told() == ["Sau"]


def test_without_news_there_is_no_mail_but_the_next_begins_later():
    subscriber = subscribe()

    assert send() == {}

    subscriber.refresh_from_db()
    assert subscriber.told_until == NOW - digests.SETTLED_AFTER


def test_nothing_goes_to_a_mailbox_that_takes_none_nor_to_readers_of_the_bulletin_alone():
    subscribe("dung@example.vn", stopped_at=NOW)
    subscribe("ban-tin@example.vn", ("ban-tin", ""))
    publish()

    assert send() == {}


def test_what_is_not_seen_yet_though_its_moment_has_come_is_told_by_the_next():
    """A row gets its moment before its transaction ends."""
    subscribe()
    send(NOW)

    publish("Ghi muộn", at=NOW - timedelta(minutes=1))

    assert told(NOW + timedelta(minutes=5)) == ["Ghi muộn"]


def test_a_long_list_ends_with_how_many_more_there_are():
    subscribe()
    for number in range(digests.MOST_LISTED + 2):
        publish(f"Tin số {number}", at=NOW - HOUR + timedelta(seconds=number))

    [mail] = send().values()

    assert mail.body.count("\n- ") == digests.MOST_LISTED
    assert f"và 2 tin khác:\n  {SITE}/\n" in mail.body
    assert "Tin số 1\n" not in mail.body


def test_after_a_long_time_without_a_worker_one_mail_tells_what_is_still_news():
    subscribe(since=NOW - 90 * DAY)
    publish("Cũ", at=NOW - 40 * DAY)
    publish("Còn mới", at=NOW - 20 * DAY)

    assert told() == ["Còn mới"]
    assert told(NOW + HOUR) == []


def test_each_reads_the_news_of_their_language():
    make.make_term("Chính sách mới", "New policies")
    subscribe("vi@example.vn")
    english = subscribe("en@example.vn", language="en")
    publish("Khai sinh tại bệnh viện")
    publish("Birth registration", language="en")

    mails = send()

    assert "- Khai sinh" in mails["vi@example.vn"].body
    assert "Birth" not in mails["vi@example.vn"].body
    assert "New policies" in mails["en@example.vn"].body
    assert f"{SITE}/en/tin-tuc/birth-registration/" in mails["en@example.vn"].body
    assert "Khai sinh" not in mails["en@example.vn"].body
    assert f"/en/dang-ky-nhan-tin/thoi/{english.key}/" in mails["en@example.vn"].unsubscribe_url


def test_a_kept_mail_is_a_witness_of_the_ledger():
    subscribe("a@example.vn", ("so-bien-nhan", ""))
    head = make.make_ledger_day("2026-03-03", closed_at=NOW - HOUR)

    [mail] = send().values()

    assert verifying.read_witness(mail.body) == [(date(2026, 3, 3), head.hash)]


# Bị ngắt giữa chừng


def test_whoever_is_killed_in_the_middle_loses_nothing_and_repeats_nothing(monkeypatch):
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    emails = [subscribe(f"nguoi-{number}@example.vn").email for number in range(5)]
    publish()
    promise, promised = digests.promise_mail, []

    def killed_at_the_fourth(**mail):
        if len(promised) == 3:
            raise OperationalError("server closed the connection unexpectedly")
        promised.append(mail["to"])
        promise(**mail)

    with monkeypatch.context() as killing:
        killing.setattr(digests, "promise_mail", killed_at_the_fourth)
        with pytest.raises(OperationalError):
            digests.send_digests(NOW)
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == emails[:2]

    assert sorted(send(NOW + HOUR)) == emails[2:]
    assert send(NOW + 2 * HOUR) == {}


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_once(monkeypatch):
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    emails = {subscribe(f"nguoi-{number}@example.vn").email for number in range(6)}
    publish()
    begun, other_waits = threading.Event(), threading.Event()
    promise = digests.promise_mail

    def slow(**mail):
        begun.set()
        assert other_waits.wait(10)
        promise(**mail)

    def work(now):
        digests.send_digests(now)
        connection.close()

    monkeypatch.setattr(digests, "promise_mail", slow)
    first = threading.Thread(target=work, args=[NOW])
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=work, args=[NOW + timedelta(seconds=1)])
    second.start()
    wait_until(_somebody_waits_for_a_lock)
    other_waits.set()
    first.join()
    second.join()

    told_to = list(OutgoingMail.objects.values_list("to", flat=True))
    assert sorted(told_to) == sorted(emails)


def _somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def test_whoever_changes_to_a_quicker_frequency_meanwhile_misses_nothing(monkeypatch):
    subscribe("luon@example.vn", since=NOW - HOUR / 2)
    weekly = subscribe("tuan@example.vn", frequency="weekly", since=NOW - DAY)
    publish(at=NOW - HOUR)
    news = digests._news

    def news_and_then_a_change(*span):
        found = news(*span)
        Subscriber.objects.filter(pk=weekly.pk).update(frequency="at_once")
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(digests, "_news", news_and_then_a_change)
        assert send() == {}

    assert list(send(NOW + HOUR)) == ["tuan@example.vn"]


def test_thousands_cost_as_many_questions_as_their_news_and_their_batches(
    django_assert_max_num_queries,
):
    subscribe()
    publish("Tin một")
    publish("Tin hai")
    readers = [
        Subscriber(email=f"{number}@example.vn", frequency="at_once", told_until=NOW - DAY)
        for number in range(250)
    ]
    Subscriber.objects.bulk_create(readers)
    Subscription.objects.bulk_create(
        Subscription(subscriber=reader, kind="linh-vuc", key="ho-tich", since=NOW - DAY)
        for reader in readers
    )

    # Three batches and an empty one, and what is asked once.
    with django_assert_max_num_queries(45):
        digests.send_digests(NOW)

    assert OutgoingMail.objects.count() == 1
    assert set(Subscriber.objects.values_list("told_until", flat=True)) == {
        NOW - digests.SETTLED_AFTER
    }


def test_a_withdrawn_article_is_not_told():
    subscribe()
    version = publish()
    publishing.withdraw(version.article, now=NOW - HOUR / 2)

    assert told() == []
