"""Jobs in tests: done in the test's own transaction, by the test itself."""

import json

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
