"""What stays behind in places that no address shows: mails, logs, jobs, sessions, caches, files, reports of errors."""

import logging
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.signals import got_request_exception
from django.views.debug import ExceptionReporter
from procrastinate.contrib.django.models import ProcrastinateJob

from feedback.drill.report import as_reference, nobody
from feedback.drill.visiting import words_in_file
from portal.models import OutgoingMail

# What only a developer's DEBUG writes, and no portal that is in use: statements with all that they carry, templates
# with all that they are given, each tag of a picture as it is read. They would name every canary.
LEFT_OUT = ("django.db.backends", "django.template", "asyncio", "PIL")


class Listener(logging.Handler):
    """Hears what any logger says, at every level, with the traces of errors."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.said = []

    def emit(self, record):
        if not record.name.startswith(LEFT_OUT):
            self.said.append(self.format(record))


@contextmanager
def listening():
    """All that is logged meanwhile; the loggers are then as they were."""
    listener, root = Listener(), logging.getLogger()
    named = root.manager.loggerDict.items()
    loggers = [
        one
        for name, one in named
        if isinstance(one, logging.Logger) and not name.startswith(LEFT_OUT)
    ]
    too_much = [logging.getLogger(name) for name in LEFT_OUT]
    before = [(one, one.level, one.disabled) for one in [root, *loggers, *too_much]]
    apart = [root, *(one for one in loggers if not one.propagate)]
    for one, _level, _disabled in before:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    for one in too_much:
        one.setLevel(logging.INFO)
    for one in apart:
        one.addHandler(listener)
    try:
        yield listener
    finally:
        for one in apart:
            one.removeHandler(listener)
        for one, level, disabled in before:
            one.setLevel(level)
            one.disabled = disabled


def look_at_logs(report, listener):
    for line in listener.said:
        report.look(line, f"nhật ký máy chủ, {line.split()[0]}", as_reference, "dòng nhật ký")


def look_at_database(report, during=""):
    """What the portal keeps for its own work."""
    during = f" ({during})" if during else ""
    for mail in OutgoingMail.objects.all():
        words = f"{mail.subject}\n{mail.body}"
        report.look(words, f"thư gửi đi, {mail.key.partition(':')[0]}{during}", as_reference, "thư")
    for job in ProcrastinateJob.objects.all():
        words = f"{job.args} {job.lock} {job.queueing_lock}"
        report.look(words, f"việc chạy nền {job.task_name}{during}", nobody, "việc chạy nền")
    for entry in LogEntry.objects.all():
        words = f"{entry.object_repr} {entry.change_message}"
        report.look(words, f"nhật ký quản trị{during}", as_reference, "dòng nhật ký quản trị")
    for session in Session.objects.all():
        # A session is its owner's own, and outlives what they may see.
        report.look(
            str(session.get_decoded()), f"phiên đăng nhập{during}", nobody, "phiên đăng nhập"
        )


def look_at_caches(report):
    """What this process keeps in memory; a cache elsewhere would hold the same."""
    for alias in settings.CACHES:
        for key, value in getattr(caches[alias], "_cache", {}).items():
            content = value if isinstance(value, bytes) else str(value).encode()
            report.look(
                key.encode() + content, f"bộ nhớ đệm “{alias}”", nobody, "mục trong bộ nhớ đệm"
            )


def look_at_files(report, folder):
    """Names, bytes and what programs read in them, of everything that was kept or has just arrived."""
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            place = f"tệp đã lưu, thư mục {path.relative_to(folder).parts[0]}"
            said = path.name.encode() + content + words_in_file(content).encode()
            report.look(said, place, nobody, "tệp")


class Fault(Exception):
    """Raised where the portal is made to fail."""


@contextmanager
def failing(module, name):
    """A function that the portal relies on fails meanwhile; yields what the portal would report of it."""
    reports, kept = [], getattr(module, name)

    def fail(*args, **options):
        raise Fault

    def take_report(sender, request, **options):
        reporter = ExceptionReporter(request, *sys.exc_info(), is_email=True)
        reports.append(f"{reporter.get_traceback_text()}\n{reporter.get_traceback_html()}")

    setattr(module, name, fail)
    got_request_exception.connect(take_report)
    try:
        yield reports
    finally:
        setattr(module, name, kept)
        got_request_exception.disconnect(take_report)
