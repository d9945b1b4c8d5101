"""Work that nobody waits for: jobs in the database, done by `manage.py worker`. See docs/decisions/0010.

In `<app>/tasks.py`, which the worker finds by its name:

    @jobs.task("Vẽ lại ảnh")
    def draw(picture): …

    @jobs.periodic("Nhắc việc sắp quá hạn", "*/10 * * * *")
    def remind(): …

and wherever the work arises, within the transaction of what it belongs to:

    jobs.defer("outreach.tasks.draw", picture=picture.pk)

A worker can be killed in the middle of a job, and the job is then done once more: whatever a task does must be right
to do twice. Arguments are keys of rows and nothing else, because they are shown to staff and written to logs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.sql import queries
from procrastinate.tasks import configure_task

from portal.models import BackgroundJob

# Whoever was not heard of for so long does not live: a living worker signs every ten seconds.
SILENCE = timedelta(minutes=1)
# A job that was returned so often kills its workers.
MOST_ATTEMPTS = 5
DAYS_TO_KEEP_ENDED = 30
# What passes by itself: the database restarts, a row is locked. After 3, 9, 27, 81 and 243 seconds.
PASSING_FAULTS = RetryStrategy(
    max_attempts=MOST_ATTEMPTS,
    exponential_wait=3,
    retry_exceptions=[OperationalError, InterfaceError],
)

# Django's connection, also within a job, where the app itself has the worker's: only so is a job part of the transaction.
_connector = DjangoConnector()
_manager = JobManager(_connector)
_words = {}


def task(words):
    """Declare a task; `words` say to staff what it does."""

    def declare(function):
        declared = app.task(retry=PASSING_FAULTS)(function)
        _words[declared.name] = words
        return declared

    return declare


def periodic(words, cron):
    """Declare a task that every worker knows and one of them does at these times, which are UTC.

    What was missed for less than a day, because no worker ran, is done once by the next.
    """

    def declare(function):
        @wraps(function)
        def run(timestamp):
            function()

        declared = task(words)(run)
        app.periodic(cron=cron, queueing_lock=declared.name)(declared)
        return function

    return declare


def in_words(task_name):
    return _words.get(task_name, task_name)


def defer(task_name, *, once=None, priority=0, **keys):
    """Have a task done after the present transaction, if that is not rolled back.

    With `once`, nothing is added while a job of that name waits.
    """
    if task_name not in app.tasks:
        raise LookupError(f"There is no task {task_name}.")
    job = configure_task(
        name=task_name, job_manager=_manager, queueing_lock=once, priority=priority
    )
    try:
        with transaction.atomic():
            job.defer(**keys)
    except exceptions.AlreadyEnqueued:
        pass


def retry(job):
    """Let a job that failed, or lost its worker, wait for a worker again."""
    try:
        with transaction.atomic():
            _manager.retry_job_by_id(job.pk, timezone.now())
    except exceptions.UniqueViolation:
        # Another of that name waits already and will do the work.
        BackgroundJob.objects.filter(pk=job.pk).delete()


def drop(job):
    """Take a job out that waits or has failed; return whether it was one of these."""
    if job.status == Status.FAILED.value:
        return BackgroundJob.objects.filter(pk=job.pk, status=job.status).delete()[0] > 0
    return _manager.cancel_job_by_id(job.pk, delete_job=True)


@transaction.atomic
def return_stalled():
    """Return to the queue what a worker had begun when it was killed."""
    for job in BackgroundJob.objects.stalled(SILENCE).select_for_update(
        skip_locked=True, of=("self",)
    ):
        if job.attempts < MOST_ATTEMPTS:
            retry(job)
        else:
            _connector.execute_query(
                queries["finish_job"], job_id=job.pk, status="failed", delete_job=False
            )


def forget_ended():
    """Remove jobs that ended long ago; those that succeed go at once."""
    _connector.execute_query(
        queries["delete_old_jobs"],
        nb_hours=24 * DAYS_TO_KEEP_ENDED,
        queue=None,
        statuses=["succeeded", "failed", "cancelled", "aborted"],
    )


@dataclass(frozen=True)
class WorkerLife:
    """Whether a worker lives, and when one was last heard of; None if never."""

    is_alive: bool
    last_seen_at: datetime | None


def worker_life():
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, [SILENCE])
        return WorkerLife(*cursor.fetchone())


# A worker that ends in order takes its row along; the minute of the last periodic job stays.
_LIFE = """
select coalesce(last_seen_at > clock_timestamp() - %s, false), last_seen_at from (
    select greatest(
        (select max(last_heartbeat) from procrastinate_workers),
        (select to_timestamp(max(defer_timestamp)) from procrastinate_periodic_defers)
    ) as last_seen_at
) as life
"""
