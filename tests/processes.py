"""Data folders of their own for tests, and what runs on them: the processes with that PORTAL_DATA."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings

# PostgreSQL ends when all is on the disk: 17 seconds on one of 10 MB/s that others kept busy.
SECONDS_TO_END = 120
DEV = [sys.executable, "manage.py", "dev"]
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="Processes are looked up in Linux's /proc."
)


@contextmanager
def data_folder(*, like=None):
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    # When root runs the tests, the server runs as another user and must get in.
    folder.chmod(0o755)
    try:
        if like:
            subprocess.run(["cp", "-a", *like.iterdir(), folder], check=True)
        yield folder
    finally:
        # Who is killed may have been about to start another, and writes until it is gone.
        while left := processes_of(folder):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        shutil.rmtree(folder)


def processes_of(data):
    """Return {process id: command line} of the living ones; a zombie has no environment any more."""
    mark = b"PORTAL_DATA=" + os.fsencode(data) + b"\0"
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes():
                command = (folder / "cmdline").read_bytes()
                found[int(folder.name)] = command.replace(b"\0", b" ").decode()
    return found


def wait_until(condition, *, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


def wait_until_all_have_ended(data):
    try:
        wait_until(lambda: not processes_of(data), seconds=SECONDS_TO_END)
    except AssertionError as error:
        raise AssertionError(f"Still running: {processes_of(data)}") from error


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**variables):
    left_out = {"CI", "DATABASE_URL", "SITE_URL", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"DATABASE_URL": "", "ENVIRONMENT": "development"} | variables


@contextmanager
def started(*command, port):
    """Start the command in a session of its own, as a terminal does, and wait until it says that it is ready."""
    with subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=environment(PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Who runs the tests in the background of a script has made them deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            process.said = ""
            while "Trang quản trị" not in process.said:
                line = process.stdout.readline()
                assert line, process.said
                process.said += line
            yield process
        finally:
            # Whatever the test has shown, nothing is left waiting.
            process.kill()
