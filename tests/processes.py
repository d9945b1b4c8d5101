"""Data folders of their own for tests, and what runs on them: the processes with that PORTAL_DATA."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

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
