"""Jobs of the queue, whoever does them, and what staff see of it."""

import re
import signal
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from portal import admin_jobs, jobs, outbox
from portal.models import BackgroundJob, OutgoingMail
from tests.jobs import real_worker, run_jobs, waiting_jobs
from tests.processes import wait_until

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")
JOBS = reverse("admin:portal_backgroundjob_changelist")
MAILS = reverse("admin:portal_outgoingmail_changelist")
NO_WORKER = "Ông/bà báo người quản trị máy chủ chạy lại dịch vụ"


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def make_worker(*, silent_for=0):
    """A worker that signed so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (clock_timestamp() - make_interval(secs => %s)) returning id",
            [silent_for],
        )
        return cursor.fetchone()[0]


def make_job(status="todo", *, mail_id=1, worker=None, attempts=0, once=None):
    """A job in that state; its events are written by the database."""
    jobs.defer("portal.tasks.send_mail", once=once, mail_id=mail_id)
    job = BackgroundJob.objects.latest("pk")
    execute(
        "update procrastinate_jobs set status = %s::procrastinate_job_status, worker_id = %s,"
        " attempts = %s where id = %s",
        *(status, worker, attempts, job.pk),
    )
    return BackgroundJob.objects.get(pk=job.pk)


def promise(key="a", to="nguyen.van.mau@example.vn"):
    outbox.promise_mail(key=key, to=to, subject="Phản ánh đã được nhận", body="Xem trên Cổng.")
    return OutgoingMail.objects.get(key=key)


def state_of(job):
    return BackgroundJob.objects.values_list("status", "attempts").get(pk=job.pk)


# The queue


def test_with_a_name_a_job_waits_once():
    jobs.defer("portal.tasks.send_mail", once="mail 7", mail_id=7)
    jobs.defer("portal.tasks.send_mail", once="mail 7", mail_id=7)

    assert waiting_jobs() == [("portal.tasks.send_mail", {"mail_id": 7})]


def test_a_task_that_does_not_exist_is_refused_where_it_is_asked_for():
    with pytest.raises(LookupError, match="send_letter"):
        jobs.defer("portal.tasks.send_letter", mail_id=7)


def test_also_within_a_job_what_is_rolled_back_defers_nothing():
    # A worker gives the app a connection of its own, on which Django's transaction does not live.
    with (
        app.replace_connector(app.connector.get_worker_connector()),
        transaction.atomic(),
    ):
        promise()
        transaction.set_rollback(True)

    assert waiting_jobs() == []


def test_a_job_of_a_dead_worker_goes_back_to_the_queue_and_that_of_a_living_one_stays():
    lost = make_job("doing", worker=make_worker(silent_for=90))
    orphaned = make_job("doing")
    kept = make_job("doing", worker=make_worker())

    jobs.return_stalled()
    jobs.return_stalled()

    assert state_of(lost) == state_of(orphaned) == ("todo", 1)
    assert state_of(kept) == ("doing", 0)


def test_a_job_that_its_worker_lost_sight_of_goes_back_after_an_hour():
    job = make_job("doing", worker=make_worker())
    execute("update procrastinate_events set at = at - interval '61 minutes'")

    jobs.return_stalled()

    assert state_of(job) == ("todo", 1)


def test_a_job_that_kills_its_workers_is_not_tried_for_ever():
    job = make_job("doing", attempts=jobs.MOST_ATTEMPTS)

    jobs.return_stalled()

    assert state_of(job)[0] == "failed"


def test_a_stalled_job_whose_like_waits_already_makes_room_for_it():
    stalled = make_job("doing", once="mail 1")
    waiting = make_job(once="mail 1")

    jobs.return_stalled()

    assert list(BackgroundJob.objects.values_list("pk", flat=True)) == [waiting.pk] != [stalled.pk]


def test_what_ended_a_month_ago_is_forgotten_and_what_waits_is_not():
    failed, waiting = make_job("failed"), make_job()
    recent = make_job("failed")
    execute(
        "update procrastinate_events set at = at - interval '31 days' where job_id <> %s", recent.pk
    )

    jobs.forget_ended()

    assert set(BackgroundJob.objects.all()) == {waiting, recent} != {failed}


def test_every_periodic_task_can_be_done_twice_and_has_words_for_staff():
    declared = app.periodic_registry.periodic_tasks.values()

    for periodic in declared:
        for _ in range(2):
            app.tasks[periodic.task.name](timestamp=0)

    names = {periodic.task.name for periodic in declared}
    assert {"portal.tasks.sweep_mail", "portal.tasks.return_stalled_jobs"} <= names
    assert [name for name in names if jobs.in_words(name) == name] == []


# Whether a worker lives


def test_the_check_for_monitoring_tells_whether_a_worker_lives(capsys):
    with pytest.raises(CommandError, match="Chưa có tiến trình chạy nền nào"):
        call_command("worker", check=True)
    make_worker(silent_for=90)
    with pytest.raises(CommandError, match=r"Không có tiến trình chạy nền từ \d\d:\d\d ngày"):
        call_command("worker", check=True)

    make_worker(silent_for=50)
    call_command("worker", check=True)

    assert "đang hoạt động" in capsys.readouterr().out


def test_a_worker_that_ended_in_order_is_missed_from_its_last_periodic_job():
    moment = timezone.now() - timedelta(minutes=20)
    execute(
        "insert into procrastinate_periodic_defers (task_name, defer_timestamp) values ('x', %s)",
        int(moment.timestamp()),
    )

    life = jobs.worker_life()

    assert not life.is_alive
    assert life.last_seen_at == moment.replace(microsecond=0)


def log_in(client, *codenames):
    user = User.objects.create_user("canbo", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def test_all_staff_are_told_that_no_worker_lives_and_only_some_see_the_mails(client):
    log_in(client, "view_procedure")

    page = client.get(HOME).content.decode()
    assert NO_WORKER in page
    assert "chưa hoạt động lần nào" in page
    assert "Thư không gửi được" not in page
    assert client.get(MAILS).status_code == client.get(JOBS).status_code == 403

    make_worker()
    assert NO_WORKER not in client.get(HOME).content.decode()


def test_the_home_counts_what_needs_a_person_and_leads_there(admin_client):
    gone, stopped = promise("a"), promise("b")
    outbox.stop(OutgoingMail.objects.filter(pk=stopped.pk))
    OutgoingMail.objects.filter(pk=gone.pk).update(
        given_up_at=timezone.now() - timedelta(days=3), to="", last_error="TimeoutError"
    )
    make_job("failed")
    make_worker()

    page = admin_client.get(HOME).content.decode()

    for label, age in [("Thư không gửi được", "3 ngày"), ("Việc chạy nền bị hỏng", "hôm nay")]:
        [row] = [part for part in page.split("<tr") if label in part]
        assert '<td class="queues__count">1</td>' in row
        assert age in row
        address = re.search(r'href="([^"]+)"', row)[1]
        assert admin_client.get(address).context["cl"].result_count == 1
    mails = admin_client.get(f"{MAILS}?tinh-trang=khong-gui-duoc").content.decode()
    assert "máy chủ thư không trả lời" in mails


# The lists of the admin


def test_the_lists_say_in_words_what_is_done_and_hide_whose_mailbox_it_is(admin_client):
    mail = promise(to="nguyen.van.mau@example.vn")

    listed = admin_client.get(JOBS).content.decode()
    mails = admin_client.get(MAILS).content.decode()
    alone = admin_client.get(
        reverse("admin:portal_outgoingmail_change", args=[mail.pk])
    ).content.decode()

    for words in ["Gửi thư", f"số {mail.pk}", "chờ làm", "chưa đầy 1 phút"]:
        assert words in listed
    for page in [mails, alone]:
        assert "***@example.vn" in page
        assert "nguyen.van.mau" not in page
        assert "chờ gửi" in page


def choose(client, address, action, *rows):
    page = client.post(
        address, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True
    )
    return [str(message) for message in page.context["messages"]]


def test_a_failed_job_is_done_again_or_dropped_as_staff_choose(admin_client):
    failed, running = make_job("failed", mail_id=1), make_job("doing", mail_id=2)

    said = choose(admin_client, JOBS, "run_again", failed, running)

    assert said == ["1 việc đã vào lại hàng đợi.", "1 mục đã sang tình trạng khác, không đổi gì."]
    assert state_of(failed)[0] == "todo"

    broken = make_job("failed", mail_id=3)
    choose(admin_client, JOBS, "drop", failed, running, broken)

    assert list(BackgroundJob.objects.all()) == [running]


def test_a_mail_is_sent_now_or_no_more_as_staff_choose(admin_client, mail_server):
    wanted, unwanted = promise("a"), promise("b")
    OutgoingMail.objects.update(next_attempt_at=timezone.now() + timedelta(hours=6))
    run_jobs()
    assert mail_server.mails == []

    assert choose(admin_client, MAILS, "stop", unwanted) == ["Thôi gửi: 1 thư."]
    assert choose(admin_client, MAILS, "try_now", wanted, unwanted) == [
        "Thử gửi lại ngay: 1 thư.",
        "1 mục đã sang tình trạng khác, không đổi gì.",
    ]
    run_jobs()

    assert len(mail_server.mails) == 1
    unwanted.refresh_from_db()
    assert (unwanted.to, bool(unwanted.given_up_at)) == ("", True)


def test_who_may_only_look_changes_nothing(client):
    log_in(client, "view_backgroundjob", "view_outgoingmail")
    mail = promise()
    failed = make_job("failed")

    choose(client, JOBS, "drop", failed)
    choose(client, MAILS, "stop", mail)

    assert state_of(failed)[0] == "failed"
    mail.refresh_from_db()
    assert mail.given_up_at is None


def test_the_english_pages_of_the_queue_are_not_there(admin_client):
    assert admin_client.get("/quan-tri/procrastinate/procrastinatejob/").status_code == 404


def test_a_list_asks_as_often_for_many_rows_as_for_one(
    admin_client, django_assert_num_queries, django_assert_max_num_queries
):
    promise("a")
    for address in [JOBS, MAILS]:
        with django_assert_max_num_queries(8) as one:
            admin_client.get(address)
        for number in range(3):
            promise(f"{address} {number}")
        with django_assert_num_queries(len(one)):
            admin_client.get(address)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.5, "chưa đầy 1 phút"),
        (59, "59 phút"),
        (60, "1 giờ"),
        (47 * 60, "47 giờ"),
        (2880, "2 ngày"),
    ],
)
def test_an_age_is_told_in_words(minutes, words):
    now = timezone.now()

    assert admin_jobs.age_in_words(now - timedelta(minutes=minutes), now) == words


# The database keeps what it confirms


def test_a_database_that_may_forget_what_it_confirmed_is_told():
    execute("set local synchronous_commit = on")
    before = {warning.msg for warning in database_warnings()}
    execute("set local synchronous_commit = off")

    [new] = [warning for warning in database_warnings() if warning.msg not in before]

    assert "synchronous_commit = off" in new.msg
    assert "synchronous_commit = on" in new.hint


def database_warnings():
    return [
        warning
        for warning in run_checks(tags=[Tags.database], databases=["default"])
        if warning.id == "portal.W001"
    ]


# A real worker


@contextmanager
def worker(mail_server):
    """A worker that is killed at last."""
    try:
        with real_worker(mail_server) as process:
            yield process
    finally:
        # What it was killed in the middle of holds locks until the database notices.
        end_other_connections()


def end_other_connections():
    execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_mail_survives_a_killed_worker_and_a_worker_its_lost_connections(mail_server):
    mail_server.hangs = True
    mail = promise("a")
    with worker(mail_server) as first:
        wait_until(lambda: mail_server.is_spoken_to, seconds=60)
        # In the middle of the job: the attempt is counted, nothing is sent.
        first.send_signal(signal.SIGKILL)
        first.wait()
    mail.refresh_from_db()
    assert (mail.attempt_count, mail.sent_at) == (1, None)
    assert BackgroundJob.objects.filter(task_name="portal.tasks.send_mail", status="doing").exists()

    # A minute later.
    mail_server.hangs = False
    OutgoingMail.objects.update(next_attempt_at=timezone.now())
    execute("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'")
    execute("delete from procrastinate_periodic_defers")
    with worker(mail_server) as second:
        wait_until(lambda: OutgoingMail.objects.exclude(sent_at=None).exists(), seconds=60)
        wait_until(lambda: not BackgroundJob.objects.exists(), seconds=60)
        assert len(mail_server.mails) == 1

        # As when the database restarts: all connections go at once.
        end_other_connections()
        promise("b")
        wait_until(lambda: len(mail_server.mails) == 2, seconds=60)
        # It listens again: sooner than it would ask by itself, every thirty seconds.
        promise("c")
        wait_until(lambda: len(mail_server.mails) == 3, seconds=20)
        assert jobs.worker_life().is_alive

        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=60) == 0
    wait_until(lambda: not BackgroundJob.objects.exists(), seconds=60)
    assert OutgoingMail.objects.filter(sent_at=None).count() == 0
