"""Jobs in tests: done in the test's own transaction by the test itself, or by a real worker."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from procrastinate import sql
from procrastinate.contrib.django import app

from portal.models import BackgroundJob


def run_jobs():
    """Do all jobs that are due, as the worker would, and those that they defer; return how many.

    What fails is raised, and leaves its job as one that has begun.
    """
    count = 0
    while (job := _next_job())["id"] is not None:
        app.tasks[job["task_name"]](**json.loads(job["args"]))
        app.connector.execute_query(
            sql.queries["finish_job"], job_id=job["id"], status="succeeded", delete_job=True
        )
        count += 1
    return count


def waiting_jobs():
    """The names of the tasks that wait, with their arguments, in the order in which they came."""
    jobs = BackgroundJob.objects.filter(status="todo").order_by("pk")
    return [(job.task_name, job.args) for job in jobs]


def empty_queue(**options):
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_periodic_defers")
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("delete from procrastinate_workers")


def _next_job():
    return app.connector.execute_query_one(sql.queries["fetch_job"], queues=None, worker_id=None)


@contextmanager
def real_worker(mail_server, *, ended_by=signal.SIGKILL):
    """`manage.py worker` on the database of the tests, ended at last by that signal."""
    where = connection.get_connection_params()
    user = ":".join(filter(None, [where.get("user"), where.get("password")]))
    # The host may be the folder of a socket, which stands in no other place of an address.
    server = urlencode({name: where[name] for name in ("host", "port") if name in where})
    url = f"postgres://{user}@/{where['dbname']}?{server}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(ended_by)
        try:
            process.wait(60)
        finally:
            # Also one that does not obey is gone when the test ends.
            process.kill()
