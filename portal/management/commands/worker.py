import asyncio
import signal
from contextlib import suppress

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import OperationalError

from portal import jobs
from portal.lifeline import end_with_the_input

SECONDS_BETWEEN_ATTEMPTS = 3
OPTIONS = {
    # Threads: while one waits for a mail server that hangs, others do the rest.
    "concurrency": 4,
    "delete_jobs": "successful",
    # The database tells of new jobs; asking is for those whose time has come, and for what was not heard.
    "fetch_job_polling_interval": 30,
    "stalled_worker_timeout": jobs.SILENCE.total_seconds(),
    # The command itself listens to signals, also between two attempts to reach the database.
    "install_signal_handlers": False,
}


class Command(BaseCommand):
    help = (
        "Làm các việc chạy nền: gửi thư, việc định kỳ. Ctrl-C hoặc SIGTERM thì xong việc đang làm mới dừng;"
        " cơ sở dữ liệu ngừng rồi chạy lại thì làm tiếp."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="không làm gì, chỉ cho biết có tiến trình nào đang chạy nền; không có thì thoát với mã 1",
        )
        parser.add_argument(
            "--end-with-input",
            action="store_true",
            help="dừng khi bên kia của đầu vào đóng lại (dành cho lệnh dev)",
        )

    def handle(self, *, check, end_with_input, **options):
        if check:
            self.say_whether_one_lives()
            return
        if end_with_input:
            end_with_the_input()
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
        with app.replace_connector(connector):
            asyncio.run(self.work())

    def say_whether_one_lives(self):
        life = jobs.worker_life()
        if life.is_alive:
            self.stdout.write("Có tiến trình chạy nền đang hoạt động.")
        elif life.last_seen_at:
            moment = timezone.localtime(life.last_seen_at)
            raise CommandError(f"Không có tiến trình chạy nền từ {moment:%H:%M ngày %d/%m/%Y}.")
        else:
            raise CommandError("Chưa có tiến trình chạy nền nào hoạt động.")

    async def work(self):
        """Work until a signal comes; a worker that lost the database is followed by another."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        while not stop.is_set():
            try:
                async with app.open_async():
                    await run_until(stop)
            except (ConnectorException, OperationalError) as error:
                self.stderr.write(f"Mất kết nối với cơ sở dữ liệu ({type(error).__name__}).")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), SECONDS_BETWEEN_ATTEMPTS)


async def run_until(stop):
    worker = asyncio.create_task(app.run_worker_async(**OPTIONS))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    # If it still works: it finishes the jobs that it has begun.
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
