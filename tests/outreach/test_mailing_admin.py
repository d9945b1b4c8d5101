"""The pages from which staff have an issue mailed, and see to it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from outreach.mailing import steering
from outreach.mailing.letter import key_of, message_id
from outreach.mailing.sending import begin
from outreach.models import BulletinIssue, Delivery, Mailing
from tests import bulletins as make
from tests.factories import make_staff
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

State = Delivery.State
ALL = ("view_bulletinissue", "mail_bulletinissue")
LONG_AGO = timezone.now() - timedelta(days=1)


@pytest.fixture
def staff(client):
    """Somebody who may mail issues and nothing else, logged in."""
    user = make_staff("nguoi-gui", *ALL, email="nguoi-gui@example.vn")
    client.force_login(user)
    return user


def address(issue, name="", *args):
    suffix = f"_{name}" if name else ""
    return reverse(f"admin:outreach_bulletinissue_mailing{suffix}", args=[issue.pk, *args])


def page_of(client, issue):
    return " ".join(client.get(address(issue)).content.decode().split())


def post(client, issue, name, *args, **data):
    return client.post(address(issue, name, *args), data, follow=True)


def make_mailing(count=2):
    for _reader in range(count):
        make.make_subscriber()
    issue = make.make_issue(pieces=[make.own_words()])
    return begin(issue, by=None, per_minute=3000)


def test_an_issue_is_tried_out_and_then_mailed_to_all_readers(client, staff, mail_server):
    issue = make.make_issue()
    for number in range(3):
        make.make_subscriber(f"nguoi-{number}@example.vn")
    page = page_of(client, issue)
    assert "<strong>3</strong> người nhận bản tin" in page
    assert "nguoi-gui@example.vn</textarea>" in page

    post(client, issue, "trial", addresses="nguoi-gui@example.vn\nhai@example.vn")
    assert [mail["To"] for mail in mail_server.mails] == ["nguoi-gui@example.vn", "hai@example.vn"]
    assert not Mailing.objects.exists()
    post(client, issue, "begin", per_minute="600", is_sure="on")

    mailing = Mailing.objects.get()
    assert (mailing.started_by, mailing.per_minute) == (staff, 600)
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")] == [
        "Gửi thử: 2/2 thư.",
        "Bắt đầu gửi cho 3 người, 600 thư mỗi phút.",
    ]
    assert "0/3 thư, 0 %" in page_of(client, issue)
    run_jobs()
    page = page_of(client, issue)
    assert "3/3 thư, 100 %" in page
    assert "Đã gửi xong lúc" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"per_minute": "600"}, "Xin đánh dấu là đã đọc thư"),
        ({"per_minute": "0", "is_sure": "on"}, "lớn hơn hoặc bằng với 1"),
        ({"per_minute": "30000", "is_sure": "on"}, "nhỏ hơn hoặc bằng với 3000"),
    ],
)
def test_a_mailing_begins_only_when_somebody_is_sure(client, staff, data, words):
    make.make_subscriber()

    response = post(client, make.make_issue(), "begin", **data)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Mailing.objects.exists()


@pytest.mark.parametrize(
    "addresses", ["", "khong-phai-thu", "\n".join(f"a{number}@example.vn" for number in range(6))]
)
def test_a_trial_goes_to_a_few_true_addresses(client, staff, addresses, mail_server):
    response = post(client, make.make_issue(), "trial", addresses=addresses)

    assert response.status_code == 422
    assert mail_server.mails == []


def test_a_draft_can_be_tried_out_but_not_mailed(client, staff, mail_server):
    make.make_subscriber()
    issue = make.make_draft_issue()

    assert "Chỉ gửi được khi số đã được người khác duyệt" in page_of(client, issue)
    post(client, issue, "trial", addresses="nguoi-gui@example.vn")
    post(client, issue, "begin", per_minute="60", is_sure="on")

    assert len(mail_server.mails) == 1
    assert not Mailing.objects.exists()


def test_the_page_of_a_running_mailing_renews_itself_and_says_so(client, staff):
    mailing = make_mailing()

    response = client.get(address(mailing.issue))
    assert response.headers["Refresh"] == "10"
    assert "tự tải lại sau mỗi 10 giây" in response.content.decode()
    assert "Refresh" not in client.get(address(mailing.issue) + "?dung").headers
    steering.pause(mailing)
    assert "Refresh" not in client.get(address(mailing.issue)).headers


def test_staff_pause_change_the_pace_go_on_and_cancel(client, staff):
    mailing = make_mailing()

    post(client, mailing.issue, "pause")
    assert "Đang tạm dừng từ" in page_of(client, mailing.issue)
    post(client, mailing.issue, "pace", per_minute="120")
    post(client, mailing.issue, "resume")
    mailing.refresh_from_db()
    assert (mailing.is_running, mailing.per_minute) == (True, 120)
    assert post(client, mailing.issue, "pace", per_minute="0").status_code == 422
    assert (
        "không bao giờ được gửi nữa"
        in client.get(address(mailing.issue, "cancel")).content.decode()
    )
    post(client, mailing.issue, "cancel")
    response = post(client, mailing.issue, "cancel")

    assert "Đợt gửi đã sang tình trạng khác." in response.content.decode()
    assert mailing.deliveries.filter(state=State.CANCELLED).count() == 2
    page = page_of(client, mailing.issue)
    assert "Đã thôi gửi lúc" in page
    assert "<progress" not in page
    assert LogEntry.objects.count() == 4


def test_the_page_says_why_the_portal_paused_and_why_mails_were_refused(client, staff):
    mailing = make_mailing(3)
    Mailing.objects.update(paused_at=timezone.now(), pause_reason="554 5.7.1")
    mailing.deliveries.update(state=State.REFUSED, error="550 5.1.1")

    page = page_of(client, mailing.issue)

    assert "máy chủ thư không nhận thư của Cổng (554 5.7.1)" in page
    assert "<td>Không có hộp thư này (550 5.1.1)</td><td>3</td>" in page


def test_uncertain_mails_are_listed_by_their_message_id_and_settled_by_staff(client, staff):
    mailing = make_mailing(2)
    mailing.deliveries.update(state=State.HANDED_OVER, handed_over_at=LONG_AGO)
    first, second = mailing.deliveries.order_by("pk")
    page = page_of(client, mailing.issue)
    for delivery in (first, second):
        name = message_id(key_of(delivery.pk))
        assert name.replace("<", "&lt;").replace(">", "&gt;") in page

    post(client, mailing.issue, "settle", first.pk, **{"may-chu": "da-nhan"})
    post(client, mailing.issue, "settle", second.pk, **{"may-chu": "khong-nhan"})
    again = post(client, mailing.issue, "settle", first.pk, **{"may-chu": "khong-nhan"})

    assert "không còn ở tình trạng chưa rõ" in again.content.decode()
    states = mailing.deliveries.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.SENT, State.WAITING]
    decided = LogEntry.objects.filter(user=staff).order_by("pk")
    assert [entry.get_change_message() for entry in decided] == [
        f"Thư số {first.pk}: máy chủ thư đã nhận.",
        f"Thư số {second.pk}: máy chủ thư không nhận, gửi lại.",
    ]


def test_the_letter_stands_in_a_frame_in_which_nothing_runs(client, staff):
    mailing = make_mailing()

    letter = client.get(address(mailing.issue, "letter"))

    policy = letter.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "no-store" in letter.headers["Cache-Control"]
    assert "/thoi/" not in letter.content.decode()


@pytest.mark.parametrize(
    ("rights", "sees", "steers"),
    [
        (ALL, True, True),
        (("view_bulletinissue", "view_mailing"), True, False),
        (("view_bulletinissue", "change_bulletinissue", "approve_bulletinissue"), False, False),
        (("view_mailing",), False, False),
    ],
)
def test_who_sees_a_mailing_and_who_steers_it(client, rights, sees, steers):
    client.force_login(make_staff("can-bo", *rights))
    make.make_subscriber()
    waiting, mailing = make.make_issue(), make_mailing()
    mailing.deliveries.update(state=State.HANDED_OVER, handed_over_at=LONG_AGO)
    delivery = mailing.deliveries.first().pk

    for name in ("", "letter"):
        assert client.get(address(mailing.issue, name)).status_code == (200 if sees else 403)
    page = client.get(address(mailing.issue)).content.decode()
    assert ("Máy chủ thư đã nhận" in page) == ("Tạm dừng</button>" in page) == steers
    assert client.post(address(waiting, "begin"), {}).status_code == (422 if steers else 403)
    assert client.post(address(waiting, "trial"), {}).status_code == (422 if steers else 403)
    for name, *args in [("pace",), ("pause",), ("resume",), ("cancel",), ("settle", delivery)]:
        status = client.post(address(mailing.issue, name, *args)).status_code
        assert (status != 403) == steers


def test_the_home_counts_mailings_that_wait_for_staff_and_leads_to_them(client):
    client.force_login(make_staff("can-bo", "view_bulletinissue", "view_mailing"))
    paused, running, uncertain = (make_mailing(1) for _ in range(3))
    steering.pause(paused)
    uncertain.deliveries.update(state=State.HANDED_OVER, handed_over_at=LONG_AGO)

    home = client.get(reverse("admin:index")).content.decode()

    [row] = [part for part in home.split("<tr") if "Đợt gửi bản tin" in part]
    assert '<td class="queues__count">2</td>' in row
    issues = steering.needing_staff(BulletinIssue.objects.all())
    assert set(issues) == {paused.issue, uncertain.issue} != {running.issue}
    list_page = client.get(
        reverse("admin:outreach_bulletinissue_changelist") + "?gui-thu=cho-xu-ly"
    )
    assert set(list_page.context["cl"].queryset) == set(issues)
