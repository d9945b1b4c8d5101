"""Mails that the portal owes: written with what they tell of, sent once by whoever comes first, never in vain for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingMail
from tests.jobs import run_jobs, waiting_jobs
from tests.processes import free_port, wait_until

pytestmark = pytest.mark.django_db

ADDRESS = "nguyen.van.mau@example.vn"


def promise(key="feedback.received:1", to=ADDRESS, subject="Phản ánh đã được nhận", **fields):
    body = "Xem tại https://cchc.example.vn/phan-anh/tra-cuu/"
    outbox.promise_mail(key=key, to=to, subject=subject, **{"body": body} | fields)
    return OutgoingMail.objects.get(key=key)


def later(mail):
    """The row as it is now."""
    mail.refresh_from_db()
    return mail


def test_a_mail_arrives_with_all_that_other_mail_servers_ask_for(mail_server, settings):
    settings.DEFAULT_FROM_EMAIL = "Cổng cải cách hành chính <cong@example.vn>"
    settings.SITE_URL = "https://cchc.example.vn"
    mail = promise()

    assert run_jobs() == 1

    [got] = mail_server.mails
    assert (got["To"], got["Subject"]) == (ADDRESS, "Phản ánh đã được nhận")
    assert got["From"] == "Cổng cải cách hành chính <cong@example.vn>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"].endswith("@cchc.example.vn>")
    assert "feedback.received" not in got["Message-ID"]
    assert got["Date"].datetime == mail.created_at.replace(microsecond=0)
    assert got.get_content_type() == "text/plain"
    assert got.get_content().strip() == mail.body


def test_what_is_sent_keeps_no_address_and_is_not_sent_again(mail_server):
    mail = promise()
    run_jobs()

    assert later(mail).sent_at
    assert mail.to == ""
    outbox.deliver(mail.pk, now=timezone.now() + timedelta(days=1))
    outbox.sweep(now=timezone.now() + timedelta(days=1))
    assert waiting_jobs() == []
    assert len(mail_server.mails) == 1


def test_the_same_thing_is_told_once(mail_server):
    first = promise()

    promise(subject="Phản ánh đã được nhận lần nữa")
    run_jobs()

    assert later(first).subject == "Phản ánh đã được nhận"
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("address", ["", "khong-phai-thu", "a@b.vn\nBcc: c@d.vn", None])
def test_a_promise_to_no_address_is_refused_without_repeating_it(address):
    with pytest.raises(ValueError, match=r"^No mail can go to what was given as an address\.$"):
        promise(to=address)

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("subject", ["", "Một dòng\nBcc: c@d.vn"])
def test_a_subject_is_one_line(subject):
    with pytest.raises(ValueError, match="one line"):
        promise(subject=subject)


def test_what_is_rolled_back_leaves_neither_mail_nor_job():
    with transaction.atomic():
        promise()
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()
    assert waiting_jobs() == []


def test_a_mail_that_was_sent_without_our_knowing_goes_out_again_as_the_same_mail(mail_server):
    mail = promise()
    run_jobs()
    # As if the database had gone away between the server's yes and our note of it.
    OutgoingMail.objects.update(sent_at=None, to=ADDRESS)

    outbox.deliver(mail.pk, now=timezone.now() + timedelta(days=1))

    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_a_mail_is_tried_ever_more_seldom_for_about_three_days_and_then_given_up(mail_server):
    mail_server.to_recipient = "451 4.3.0 Try again"
    mail = promise()
    began = now = timezone.now()
    pauses = []

    while not later(mail).given_up_at:
        outbox.sweep(now=now)
        outbox.deliver(mail.pk, now=now)
        pauses.append(later(mail).next_attempt_at - now)
        now = mail.next_attempt_at

    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes[:6] == [1, 5, 25, 125, 360, 360]
    assert timedelta(days=2.5) < now - pauses[-1] - began < timedelta(days=3.5)
    assert mail.to == ""
    assert mail.last_error == "SMTPRecipientsRefused 451"
    assert list(outbox.undeliverable(OutgoingMail.objects)) == [mail]


def test_it_is_not_tried_before_its_time(mail_server):
    mail_server.to_mail = "451 4.3.0 Try again"
    mail = promise()
    run_jobs()
    mail_server.to_mail = "250 OK"

    outbox.sweep(now=timezone.now() + timedelta(seconds=50))
    outbox.deliver(mail.pk, now=timezone.now() + timedelta(seconds=50))
    assert (waiting_jobs(), mail_server.mails) == ([], [])

    outbox.deliver(mail.pk, now=timezone.now() + timedelta(seconds=61))
    assert later(mail).sent_at
    assert mail.last_error == ""


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [
        ("550 5.1.1 No such user", True),
        ("550 no such user", True),
        # Our own relay does not know us: for staff to mend, and then all goes out.
        ("554 5.7.1 Relay access denied", False),
        ("450 4.2.1 Greylisted", False),
    ],
)
def test_an_address_that_is_refused_for_good_is_given_up_at_once(mail_server, answer, is_final):
    mail_server.to_recipient = answer
    mail = promise()

    run_jobs()

    assert bool(later(mail).given_up_at) is is_final
    assert mail.to == ("" if is_final else ADDRESS)


@pytest.mark.parametrize("answer", [f"451 4.3.0 {ADDRESS} later", f"550 5.1.1 {ADDRESS} unknown"])
def test_neither_log_nor_note_names_the_address(mail_server, caplog, answer):
    caplog.set_level("DEBUG")
    mail_server.to_recipient = answer
    mail = promise()

    run_jobs()

    # All that was said but by the mail server of the test.
    said = [entry.getMessage() for entry in caplog.records if entry.name != "mail.log"]
    assert any("SMTPRecipientsRefused" in line for line in said)
    assert not any(ADDRESS in line for line in said)
    assert ADDRESS not in str(mail)
    assert later(mail).last_error in {"SMTPRecipientsRefused 451", "SMTPRecipientsRefused 550"}


def test_a_mail_server_that_is_down_only_delays(settings, mail_server):
    settings.EMAIL_PORT = free_port()
    mail = promise()
    run_jobs()
    assert later(mail).last_error == "ConnectionRefusedError"

    settings.EMAIL_PORT = mail_server.port
    outbox.try_now(OutgoingMail.objects.all())
    run_jobs()

    assert later(mail).sent_at
    assert mail.attempt_count == 2


def test_whoever_promises_a_mail_does_not_speak_to_the_mail_server(mail_server):
    mail_server.hangs = True

    mail = promise()

    assert not mail_server.is_spoken_to
    assert later(mail).attempt_count == 0


def test_a_mail_server_that_hangs_is_left_after_its_time(settings, mail_server):
    settings.EMAIL_TIMEOUT = 0.2
    mail_server.hangs = True
    mail = promise()

    run_jobs()

    assert later(mail).last_error == "SMTPServerDisconnected"
    assert mail.next_attempt_at > timezone.now()


def test_a_mail_whose_job_was_lost_gets_one_again():
    promise("a")
    promise("b")
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where queueing_lock like %s", ["%"])
    assert waiting_jobs() == []

    outbox.sweep()
    outbox.sweep()

    assert [name for name, _keys in waiting_jobs()] == ["portal.tasks.send_mail"] * 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_send_the_same_mail_at_once(mail_server):
    mail_server.hangs = True
    mail = promise()
    tomorrow = timezone.now() + timedelta(days=1)

    def deliver():
        outbox.deliver(mail.pk)
        connection.close()

    first = threading.Thread(target=deliver)
    first.start()
    wait_until(lambda: later(mail).attempt_count)
    wait_until(lambda: mail_server.is_spoken_to)
    outbox.deliver(mail.pk, now=tomorrow)
    assert outbox.stop(OutgoingMail.objects.all()) == []
    mail_server.hangs = False
    first.join()

    assert len(mail_server.mails) == 1
    assert later(mail).attempt_count == 1
    assert mail.sent_at
