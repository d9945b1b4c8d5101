"""Mail that comes back: who is sent nothing more, by the word of a server that had the mail, and of nobody else."""

import io
import sys
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from outreach.mailing.letter import key_of, message_id
from outreach.mailing.sending import begin
from outreach.management.commands import take_bounces
from outreach.returned_mail import Outcome, take
from portal import bounces, outbox
from portal.models import OutgoingMail, Subscriber
from portal.subscriptions import bouncing, requesting
from portal.subscriptions.addresses import unsubscribe_url
from tests import bulletins as make
from tests.jobs import run_jobs
from tests.returned_mails import COMPLAINT, EXIM, FAILURES, POSTFIX

pytestmark = pytest.mark.django_db

ADDRESS = "nguoi-doc@example.vn"
DAY = timedelta(days=1)


@pytest.fixture
def subscriber():
    return make.make_subscriber(ADDRESS, ("ban-tin", ""), ("tra-loi", ""))


def returned(subscriber, form=POSTFIX, *, url=None, name="<x@cchc.example.vn>", **words):
    """The bytes of a report about a mail to them."""
    url = url or unsubscribe_url(subscriber, "tin-moi")
    headers = "\n".join(
        [
            "From: Cong <cong@cchc.example.vn>",
            f"Message-ID: {name}",
            "List-Unsubscribe: ",
            f" <{url}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    )
    defaults = {
        "action": "failed",
        "code": "550",
        "status": "5.1.1",
        "words": "User unknown",
        "kind": "abuse",
    }
    return form.format(headers=headers, **defaults | words).encode()


def now_of(subscriber):
    return Subscriber.objects.filter(pk=subscriber.pk).first()


def is_stopped(subscriber):
    return now_of(subscriber).stopped_at is not None


# Các dạng thư báo


@pytest.mark.parametrize("server", FAILURES)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_every_server_is_understood(subscriber, server, line_end):
    raw = returned(subscriber, FAILURES[server]).replace(b"\n", line_end)

    assert take(raw) == Outcome.RETURNED
    assert is_stopped(subscriber)


@pytest.mark.parametrize(
    ("status", "becomes_of_it"),
    [
        ("5.1.1", "stopped"),
        ("5.1.10", "stopped"),
        ("5.2.1", "stopped"),
        ("5.2.2", "counted"),
        ("5.5.0", "counted"),
        ("5.0.0", "counted"),
        # About us, not about the mailbox.
        ("5.1.8", "nothing"),
        ("5.7.1", "nothing"),
        ("4.2.2", "nothing"),
        ("4.4.7", "nothing"),
    ],
)
def test_what_becomes_of_each_status(subscriber, status, becomes_of_it):
    take(returned(subscriber, status=status, words="Không nhận"))

    subscriber = now_of(subscriber)
    assert bool(subscriber.stopped_at) is (becomes_of_it == "stopped")
    assert subscriber.bounce_count == (becomes_of_it != "nothing")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_reports_no_failure_changes_nothing(subscriber, action):
    assert take(returned(subscriber, action=action)) == Outcome.NO_REPORT
    assert now_of(subscriber).bounce_count == 0


def test_the_third_in_a_row_ends_it_not_the_third_of_a_day_and_not_one_now_and_then(subscriber):
    begun = timezone.now()
    full = returned(subscriber, status="5.2.2", words="Mailbox full")

    for hours in (0, 1, 2, 19):
        take(full, now=begun + timedelta(hours=hours))
    assert now_of(subscriber).bounce_count == 1
    take(full, now=begun + DAY)
    take(full, now=begun + 60 * DAY)
    assert now_of(subscriber).bounce_count == 1

    take(full, now=begun + 90 * DAY)
    assert not is_stopped(subscriber)
    take(full, now=begun + 120 * DAY)
    assert is_stopped(subscriber)


def test_whoever_confirms_anew_begins_anew(subscriber):
    take(returned(subscriber))
    assert list(Subscriber.objects.reachable()) == []
    requesting.ask(email=ADDRESS, topics=[["tra-loi", ""]], frequency="daily", language="vi")
    token = OutgoingMail.objects.get().body.partition("/xac-nhan/")[2].partition("/")[0]

    requesting.confirm(token)

    [again] = Subscriber.objects.reachable()
    assert again.bounce_count == 0
    take(returned(again, status="5.2.2"), now=timezone.now() + DAY)
    assert not is_stopped(again)


def test_a_mail_of_a_mailing_is_marked_once(subscriber):
    other = make.make_subscriber("khac@example.vn")
    mailing = begin(make.make_issue(), by=None, per_minute=60)
    own, others = (mailing.deliveries.get(subscriber=one) for one in (subscriber, other))
    first = timezone.now()

    # By the name of another's mail nothing of that other is touched.
    take(returned(subscriber, name=message_id(key_of(others.pk))), now=first)
    assert not mailing.deliveries.exclude(bounced_at=None).exists()
    report = returned(subscriber, name=message_id(key_of(own.pk)))
    take(report, now=first)
    take(report, now=first + DAY)

    own.refresh_from_db()
    assert own.bounced_at == first
    assert not is_stopped(other)


# Báo thư rác


@pytest.mark.parametrize(("part", "left"), [("tin-moi", {"ban-tin"}), ("ban-tin", {"tra-loi"})])
def test_a_complaint_ends_such_mails_at_once(subscriber, part, left):
    url = unsubscribe_url(subscriber, part)

    assert take(returned(subscriber, COMPLAINT, url=url)) == Outcome.COMPLAINT

    assert set(subscriber.subscriptions.values_list("kind", flat=True)) == left
    assert not is_stopped(subscriber)


def test_that_a_mail_is_no_spam_is_no_complaint(subscriber):
    assert take(returned(subscriber, COMPLAINT, kind="not-spam")) == Outcome.NO_REPORT
    assert subscriber.subscriptions.count() == 2


# Thư giả, thư hỏng


@pytest.mark.parametrize("form", [*FAILURES.values(), COMPLAINT])
def test_whoever_knows_the_address_alone_changes_nothing(subscriber, form):
    forged = {
        "another key": unsubscribe_url(SimpleNamespace(key="x" * 32, language="vi"), "tin-moi"),
        "the address": f"https://cchc.example.vn/{ADDRESS}/",
        "all keys": "https://cchc.example.vn/thoi/%/tin-moi/",
    }

    for url in forged.values():
        assert take(returned(subscriber, form, url=url)) == Outcome.OF_NOBODY

    assert (now_of(subscriber).bounce_count, subscriber.subscriptions.count()) == (0, 2)


def test_a_reply_that_quotes_our_mail_is_no_report(subscriber):
    quoted = returned(subscriber, "From: a@example.vn\nSubject: Re: 2 tin mới\n\n> {headers}\n")

    assert take(quoted) == Outcome.NO_REPORT


def hostile_messages(report):
    deep = b"".join(
        b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (level, level)
        for level in range(5000)
    )
    return {
        "nothing": b"",
        "no text": bytes(range(256)) * 1000,
        "cut off": report[: len(report) // 2],
        "parts in parts": deep,
        "mails in mails": b"Content-Type: message/rfc822\n\n" * 20000,
        "many lines": b'Content-Type: multipart/report; boundary="a"\n\n' + b"a\n" * 500_000,
        "one long line": b"List-Unsubscribe: <" + b"https://" * 500_000,
        "long header": b"Content-Type: multipart/report; " + b'a*0*="b";' * 30_000 + b"\n\n",
        "unknown charset": b"X-Failed-Recipients: a\nContent-Type: text/plain; charset=x\n\n5.1.1",
        "broken encoding": b"X-Failed-Recipients: =?x?b?a?=\nContent-Transfer-Encoding: base64\n\n=",
        "many boundaries": b'Content-Type: multipart/report; boundary="a"\n\n'
        + b"--a\n\n" * 60_000,
    }


def test_no_message_takes_long_or_fails(subscriber):
    for name, raw in hostile_messages(returned(subscriber, EXIM)).items():
        begun = monotonic()

        assert take(raw) in {Outcome.NO_REPORT, Outcome.OF_NOBODY}, name
        assert monotonic() - begun < 3, name

    assert now_of(subscriber).bounce_count == 0


def test_the_report_is_found_before_a_whole_bulletin_that_came_back(subscriber):
    long = returned(subscriber, EXIM).replace("Nội dung".encode(), b"a" * 70 + b"\n" * 900_000)
    assert len(long) > 2 * bounces.MOST_BYTES

    assert take(long) == Outcome.RETURNED


# Từ chối ngay khi gửi


@pytest.mark.parametrize(
    ("answer", "stopped", "count"),
    [
        ("550 5.1.1 No such user", True, 1),
        ("550 mailbox unavailable", False, 1),
        ("554 5.7.1 Relay access denied", False, 0),
        ("450 4.2.1 Greylisted", False, 0),
    ],
)
def test_a_server_that_refuses_the_address_at_once_is_believed(
    subscriber, mail_server, answer, stopped, count
):
    mail_server.to_recipient = answer
    url = unsubscribe_url(subscriber, "tin-moi")
    outbox.promise_mail(key="a", to=ADDRESS, subject="a", body="a", unsubscribe_url=url)
    outbox.promise_mail(key="b", to=ADDRESS, subject="b", body="b")

    run_jobs()

    assert is_stopped(subscriber) is stopped
    assert now_of(subscriber).bounce_count == count


def test_news_go_out_under_the_address_to_which_they_come_back(subscriber, mailoutbox, settings):
    settings.BOUNCE_ADDRESS = "tra-thu@cchc.example.vn"
    settings.DEFAULT_FROM_EMAIL = "Cong <cong@cchc.example.vn>"
    url = unsubscribe_url(subscriber, "tin-moi")
    outbox.promise_mail(key="a", to=ADDRESS, subject="a", body="a", unsubscribe_url=url)
    outbox.promise_mail(key="b", to=ADDRESS, subject="b", body="b")

    run_jobs()

    news, other = sorted(mailoutbox, key=lambda mail: mail.subject)
    sender = "Cong <cong@cchc.example.vn>"
    assert (news.from_email, other.from_email) == ("tra-thu@cchc.example.vn", sender)
    assert news.message()["From"] == other.message()["From"] == sender


# Lệnh


def test_the_command_reads_a_mailbox_once_and_names_nobody(subscriber, tmp_path, caplog):
    caplog.set_level("DEBUG")
    for folder in ("new", "cur"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1.mx").write_bytes(returned(subscriber))
    (tmp_path / "new" / "2.mx").write_bytes(b"Subject: Xin chao\n\nChao.")
    said = io.StringIO()

    call_command("take_bounces", f"--maildir={tmp_path}", stdout=said)
    call_command("take_bounces", f"--maildir={tmp_path}", stdout=said)

    assert is_stopped(subscriber)
    assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["1.mx:2,S", "2.mx:2,S"]
    assert said.getvalue().splitlines() == [
        "Đã đọc 2 thư.",
        "1 thư bị trả lại.",
        "1 không phải thư báo của máy chủ thư.",
        "Đã đọc 0 thư.",
    ]
    assert ADDRESS not in said.getvalue() + caplog.text
    assert subscriber.key not in said.getvalue() + caplog.text


def test_a_folder_that_is_no_mailbox_is_said_to_be_none(tmp_path):
    with pytest.raises(CommandError, match="không phải Maildir"):
        call_command("take_bounces", f"--maildir={tmp_path}")


def test_the_command_takes_one_message_from_a_mail_server(subscriber, monkeypatch, capsys):
    raw = io.BytesIO(returned(subscriber) + b"\n" * bounces.MOST_BYTES * 3)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=raw))

    call_command("take_bounces")

    assert is_stopped(subscriber)
    assert raw.read() == b""
    assert capsys.readouterr().out.splitlines() == ["Đã đọc 1 thư.", "1 thư bị trả lại."]


def test_without_a_database_the_mail_server_is_to_try_again(monkeypatch):
    def no_database(raw):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(take_bounces, "take", no_database)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Subject: a\n\n")))

    with pytest.raises(CommandError) as stopped:
        call_command("take_bounces")

    assert stopped.value.returncode == 75


def test_a_status_is_read_out_of_words():
    assert bouncing.status_in("5.1.1 No such user") == "5.1.1"
    assert bouncing.status_in("no such user") == "5.0.0"
