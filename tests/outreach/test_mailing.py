"""An issue on its way to its subscribers, over a real mail server: each gets it once, and whoever left gets none."""

import threading
from contextlib import closing
from datetime import timedelta
from time import monotonic

import pytest
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from outreach import bulletins
from outreach.mailing import sending, steering, trial
from outreach.mailing.sending import address_hash, begin, send
from outreach.models import Delivery, Mailing
from portal import outbox
from portal.models import Subscriber, Subscription
from tests import bulletins as make
from tests.jobs import run_jobs, waiting_jobs
from tests.processes import free_port, wait_until

pytestmark = pytest.mark.django_db

State = Delivery.State
# As fast as the mail server takes them.
FASTEST = 3000


def make_mailing(count=3, *, per_minute=FASTEST, **fields):
    for number in range(count):
        make.make_subscriber(f"nguoi-{number}@example.vn")
    return begin(make.make_issue(**fields), by=None, per_minute=per_minute)


def states(mailing):
    """The state of each mail, in the order of the addresses; together they are as many as there were readers."""
    rows = mailing.deliveries.order_by("pk").values_list("state", flat=True)
    return [State(state) for state in rows]


def let_time_pass(mailing):
    """As if all pauses were over."""
    past = timezone.now() - timedelta(hours=7)
    Delivery.objects.filter(mailing=mailing).update(next_attempt_at=past)
    Delivery.objects.filter(mailing=mailing, handed_over_at__isnull=False).update(
        handed_over_at=past
    )
    Mailing.objects.filter(pk=mailing.pk).update(next_mail_at=past)


def read_by(mail_server):
    return sorted(mail["To"] for mail in mail_server.mails)


# Who gets it, and what


def test_an_issue_that_is_out_goes_to_all_who_want_the_bulletin_now(mail_server):
    make.make_subscriber("chuyen-muc@example.vn", ("chuyen-muc", "tin-tuc"))
    make.make_subscriber("ngung@example.vn", stopped_at=timezone.now())
    mailing = make_mailing(3)

    run_jobs()

    assert read_by(mail_server) == [f"nguoi-{number}@example.vn" for number in range(3)]
    assert states(mailing) == [State.SENT] * 3
    mailing.refresh_from_db()
    assert mailing.finished_at
    assert mail_server.connection_count == 1
    assert waiting_jobs() == []


def test_a_mail_has_what_mail_programs_and_servers_ask_for(mail_server, settings):
    settings.SITE_URL = "https://cchc.example.vn"
    settings.DEFAULT_FROM_EMAIL = "Cổng cải cách hành chính <cong@example.vn>"
    settings.BOUNCE_ADDRESS = "tra-lai@example.vn"
    mailing = make_mailing(1)
    [delivery] = mailing.deliveries.all()

    run_jobs()

    [got] = mail_server.mails
    key = delivery.subscriber.key
    own = f"https://cchc.example.vn/dang-ky-nhan-tin/thoi/{key}/ban-tin/"
    assert got["From"] == "Cổng cải cách hành chính <cong@example.vn>"
    assert got["Subject"].strip() == mailing.subject
    assert got["Message-ID"] == outbox.message_id(f"outreach.delivery:{delivery.pk}")
    assert got["List-Unsubscribe"].strip() == f"<{own}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["List-Id"] == "<ban-tin.cchc.example.vn>"
    assert (got["Precedence"], got["Content-Language"]) == ("bulk", "vi")
    assert got["Date"].datetime - timezone.now() < timedelta(minutes=1)
    assert mail_server.senders == ["tra-lai@example.vn"]
    html, text = mailing.html, mailing.text
    assert own in got.get_body(["html"]).get_content()
    assert own in got.get_body(["plain"]).get_content()
    assert html.partition("<h1")[0] in got.get_body(["html"]).get_content().replace("\r\n", "\n")
    assert text.partition("\n")[0] in got.get_body(["plain"]).get_content()


@pytest.mark.parametrize("what", ["draft", "timed", "withdrawn", "mailed"])
def test_only_an_issue_that_is_out_is_sent_and_only_once(what):
    make.make_subscriber()
    tomorrow = timezone.now() + timedelta(days=1)
    issue = (
        make.make_draft_issue()
        if what == "draft"
        else make.make_issue(publish_at=tomorrow if what == "timed" else None)
    )
    if what == "withdrawn":
        bulletins.withdraw(issue)
    if what == "mailed":
        begin(issue, by=None, per_minute=60)

    with pytest.raises(ValidationError):
        begin(issue, by=None, per_minute=60)

    assert Mailing.objects.count() == (1 if what == "mailed" else 0)


def test_an_issue_that_nobody_wants_is_kept_for_those_who_come():
    issue = make.make_issue()

    with pytest.raises(ValidationError, match="Chưa có ai đăng ký"):
        begin(issue, by=None, per_minute=60)

    assert not Mailing.objects.exists()


def test_rows_hold_no_address_and_five_thousand_are_written_at_once():
    Subscriber.objects.bulk_create(
        Subscriber(email=f"nguoi-{number}@example.vn", notice_version="thử")
        for number in range(5000)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, kind="ban-tin")
        for subscriber in Subscriber.objects.all()
    )
    issue = make.make_issue()
    began = monotonic()

    mailing = begin(issue, by=None, per_minute=60)

    assert monotonic() - began < 5
    assert mailing.deliveries.count() == 5000
    hashes = mailing.deliveries.values_list("address_hash", flat=True)
    assert address_hash("Nguoi-7@example.vn") in set(hashes)


# Who has left meanwhile


@pytest.mark.parametrize("how", ["unsubscribed", "erased", "stopped"])
def test_whoever_left_before_their_mail_gets_none(mail_server, how):
    mailing = make_mailing(2)
    reader = Subscriber.objects.get(email="nguoi-0@example.vn")
    if how == "unsubscribed":
        reader.subscriptions.all().delete()
    elif how == "erased":
        reader.delete()
    else:
        Subscriber.objects.filter(pk=reader.pk).update(stopped_at=timezone.now())

    run_jobs()

    assert read_by(mail_server) == ["nguoi-1@example.vn"]
    assert states(mailing) == [State.SKIPPED, State.SENT]


def test_whoever_leaves_while_their_mail_is_offered_gets_none(mail_server, monkeypatch):
    mailing = make_mailing(2)
    offer = sending.Courier.offer

    def offer_while_they_leave(courier, message):
        offer(courier, message)
        Subscription.objects.filter(subscriber__email=message.to[0]).filter(
            subscriber__email="nguoi-0@example.vn"
        ).delete()

    monkeypatch.setattr(sending.Courier, "offer", offer_while_they_leave)

    run_jobs()
    let_time_pass(mailing)
    send(mailing.pk)

    assert read_by(mail_server) == ["nguoi-1@example.vn"]
    assert states(mailing) == [State.SKIPPED, State.SENT]


# What mail servers answer


def test_a_mailbox_that_does_not_exist_is_refused_and_counts_as_a_bounce(mail_server, caplog):
    caplog.set_level("DEBUG")
    mail_server.to_address["nguoi-1@example.vn"] = "550 5.1.1 <nguoi-1@example.vn> unknown"
    mailing = make_mailing(3)

    run_jobs()

    assert states(mailing) == [State.SENT, State.REFUSED, State.SENT]
    assert mailing.deliveries.get(state=State.REFUSED).error == "550 5.1.1"
    assert Subscriber.objects.get(email="nguoi-1@example.vn").stopped_at
    said = [entry.getMessage() for entry in caplog.records if entry.name != "mail.log"]
    assert not any("nguoi-1@" in line for line in said)


def test_a_mail_that_is_put_off_is_sent_later_and_given_up_in_the_end(mail_server):
    mail_server.to_address["nguoi-0@example.vn"] = "451 4.3.0 Later"
    mailing = make_mailing(2)
    run_jobs()
    assert states(mailing) == [State.WAITING, State.SENT]
    mailing.refresh_from_db()
    assert not mailing.finished_at

    send(mailing.pk)
    assert mailing.deliveries.first().attempt_count == 1
    for _attempt in range(sending.MOST_ATTEMPTS):
        let_time_pass(mailing)
        send(mailing.pk)

    assert states(mailing) == [State.REFUSED, State.SENT]
    assert mailing.deliveries.first().attempt_count == sending.MOST_ATTEMPTS
    mailing.refresh_from_db()
    assert mailing.finished_at
    assert not Subscriber.objects.filter(stopped_at__isnull=False).exists()


def test_a_mail_put_off_after_its_last_line_waits_again(mail_server):
    mail_server.to_mail = "452 4.3.1 Disk full"
    mailing = make_mailing(1)
    send(mailing.pk, seconds=0.1)
    [delivery] = mailing.deliveries.all()
    assert (delivery.state, delivery.handed_over_at) == (State.WAITING, None)

    mail_server.to_mail = "250 OK"
    let_time_pass(mailing)
    send(mailing.pk)

    assert states(mailing) == [State.SENT]
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("fault", ["down", "5.7", "sender", "content"])
def test_when_the_server_takes_nothing_the_mailing_pauses_and_says_why(
    mail_server, settings, fault
):
    if fault == "down":
        settings.EMAIL_PORT = free_port()
    elif fault == "5.7":
        mail_server.to_recipient = "554 5.7.1 Relay access denied"
    elif fault == "sender":
        mail_server.to_sender = "530 5.7.0 Authentication required"
    else:
        mail_server.to_mail = "554 5.6.0 No"
    mailing = make_mailing(20)

    for _pause in range(sending.MOST_TROUBLES):
        assert Mailing.objects.running().exists()
        let_time_pass(mailing)
        send(mailing.pk, seconds=0.1)

    mailing.refresh_from_db()
    assert mailing.paused_at
    reasons = {
        "down": "ConnectionRefusedError",
        "5.7": "554 5.7.1",
        "sender": "530 5.7.0",
        "content": "554 5.6.0",
    }
    assert mailing.pause_reason == reasons[fault]
    assert set(states(mailing)) == {State.WAITING}
    assert not Subscriber.objects.filter(stopped_at__isnull=False).exists()

    settings.EMAIL_PORT = mail_server.port
    mail_server.to_recipient = mail_server.to_sender = mail_server.to_mail = "250 OK"
    let_time_pass(mailing)
    steering.resume(mailing)
    run_jobs()

    assert len(set(read_by(mail_server))) == len(mail_server.mails) == 20


def test_a_server_that_knows_no_address_at_all_is_not_believed_for_ever(mail_server):
    mail_server.to_recipient = "550 No such user"
    mailing = make_mailing(sending.MOST_REFUSALS + 5)

    run_jobs()

    mailing.refresh_from_db()
    assert mailing.pause_reason == "550"
    assert states(mailing).count(State.WAITING) == 5


def test_a_server_that_ends_the_connection_is_called_again(mail_server):
    mail_server.mails_of_a_connection = 2
    mailing = make_mailing(5)

    for _connection in range(4):
        let_time_pass(mailing)
        send(mailing.pk, seconds=0.5)

    assert read_by(mail_server) == [f"nguoi-{number}@example.vn" for number in range(5)]
    assert states(mailing) == [State.SENT] * 5


# Where nobody can know


def test_a_mail_without_an_answer_is_sent_by_nobody_until_staff_decide(mail_server):
    mail_server.answers_no_mail = True
    mailing = make_mailing(2)
    send(mailing.pk, seconds=0.1)
    mail_server.answers_no_mail = False
    let_time_pass(mailing)

    send(mailing.pk)

    assert states(mailing) == [State.HANDED_OVER, State.SENT]
    [uncertain] = Delivery.objects.uncertain()
    mailing.refresh_from_db()
    assert mailing.finished_at
    steering.settle(uncertain, was_received=False)
    assert states(mailing) == [State.WAITING, State.SENT]
    run_jobs()
    assert states(mailing) == [State.SENT] * 2
    with pytest.raises(ValidationError):
        steering.settle(uncertain, was_received=False)


def test_a_mail_that_the_server_has_is_settled_as_sent(mail_server):
    mailing = make_mailing(1)
    mailing.deliveries.update(state=State.HANDED_OVER, handed_over_at=timezone.now())
    [delivery] = mailing.deliveries.all()
    with pytest.raises(ValidationError):
        steering.settle(delivery, was_received=True)

    let_time_pass(mailing)
    steering.settle(delivery, was_received=True)
    run_jobs()

    assert states(mailing) == [State.SENT]
    assert mail_server.mails == []


def test_who_is_too_late_gives_no_last_line(mail_server):
    """Two have taken the same mail, as when one of them was thought to be dead."""
    mailing = make_mailing(1)
    [late] = mailing.deliveries.select_related("subscriber")
    late.attempt_count = 1
    Delivery.objects.update(attempt_count=2)

    with closing(sending.Courier()) as courier:
        courier.connect()
        courier.offer(sending._letter(mailing, late))
        sending._complete(courier, mailing, late)

    assert states(mailing) == [State.WAITING]
    assert mail_server.mails == []


# What staff decide


def test_a_pause_and_a_cancellation_take_effect_before_the_next_mail(mail_server, monkeypatch):
    mailing = make_mailing(4)
    complete = sending.Courier.complete

    def complete_and_pause(courier):
        answer = complete(courier)
        steering.pause(mailing)
        return answer

    monkeypatch.setattr(sending.Courier, "complete", complete_and_pause)
    run_jobs()
    assert len(mail_server.mails) == 1
    steering.resume(mailing)
    run_jobs()
    assert len(mail_server.mails) == 2
    assert not steering.resume(Mailing(pk=0))

    assert steering.cancel(mailing)
    steering.resume(mailing)
    run_jobs()

    assert states(mailing).count(State.CANCELLED) == 2
    assert len(mail_server.mails) == 2
    assert not steering.cancel(mailing)


def test_what_comes_back_to_a_cancelled_mailing_is_not_sent(mail_server):
    mailing = make_mailing(2)
    steering.cancel(mailing)
    first = mailing.deliveries.first()
    Delivery.objects.filter(pk=first.pk).update(state=State.WAITING, ended_at=None)

    sending.sweep()
    run_jobs()

    assert states(mailing) == [State.CANCELLED] * 2
    assert mail_server.mails == []


def test_every_recipient_is_counted_in_exactly_one_state(mail_server):
    mail_server.to_address["nguoi-0@example.vn"] = "550 5.1.1 unknown"
    mail_server.to_address["nguoi-1@example.vn"] = "451 4.3.0 later"
    mailing = make_mailing(5)
    Subscriber.objects.get(email="nguoi-2@example.vn").delete()

    run_jobs()

    progress = steering.progress(mailing)
    assert progress.total == 5
    assert sum(progress.counts.values()) == 5
    assert progress.percent == 80
    assert progress.last_minute == 2
    assert progress.ends_at


# A trial


def test_a_trial_goes_to_who_is_named_from_a_draft_too_and_leaves_nothing(mail_server, rf):
    issue = make.make_draft_issue()

    taken = trial.send_trial(issue, ["can-bo@example.vn"], request=rf.get("/"))

    [got] = mail_server.mails
    assert taken == [True]
    assert got["Subject"].strip().startswith("[Thử] Bản tin số")
    assert got["List-Unsubscribe"] is None
    assert "/thoi/" not in got.get_body(["html"]).get_content()
    assert not Delivery.objects.exists()


def test_a_trial_says_which_addresses_were_refused(mail_server, rf):
    mail_server.to_address["sai@example.vn"] = "550 5.1.1 unknown"

    taken = trial.send_trial(
        make.make_issue(), ["sai@example.vn", "dung@example.vn"], request=rf.get("/")
    )

    assert taken == [False, True]


def test_backends_of_development_get_whole_mails(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailing = make_mailing(2)

    run_jobs()

    assert [mail.to for mail in django_mail.outbox] == [
        ["nguoi-0@example.vn"],
        ["nguoi-1@example.vn"],
    ]
    assert states(mailing) == [State.SENT] * 2


# Several at once


def in_thread(function, *args, **options):
    def run():
        try:
            function(*args, **options)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_the_pace_together_and_send_nothing_twice(mail_server):
    mailing = make_mailing(30, per_minute=600)

    threads = [in_thread(send, mailing.pk, seconds=30) for _ in range(2)]
    for thread in threads:
        thread.join()

    assert len(set(read_by(mail_server))) == len(mail_server.mails) == 30
    # One each tenth of a second, the first at once.
    moments = mailing.deliveries.values_list("handed_over_at", flat=True)
    assert timedelta(seconds=2.8) < max(moments) - min(moments) < timedelta(seconds=5)
    assert states(mailing) == [State.SENT] * 30


@pytest.mark.django_db(transaction=True)
def test_a_second_job_leaves_the_mailing_to_the_first(mail_server):
    mail_server.seconds_for_a_mail = 1
    mailing = make_mailing(1)
    thread = in_thread(sending.work, mailing.pk)
    wait_until(lambda: mailing.deliveries.filter(state=State.HANDED_OVER).exists())

    sending.work(mailing.pk)

    # The first is still at it, so the second has not waited for it.
    assert states(mailing) == [State.HANDED_OVER]
    thread.join()
    assert len(mail_server.mails) == 1
