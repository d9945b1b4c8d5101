import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.processes import data_folder, needs_proc, processes_of, wait_until

pytestmark = [needs_proc, pytest.mark.slow]
DEV = [sys.executable, "manage.py", "dev"]


@pytest.fixture(scope="module")
def cluster(cluster):
    """The new database, migrated, and the static files, collected: what the first start leaves."""
    with data_folder(like=cluster) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_DATA", str(folder))
        with started(*DEV, "--no-sample", port=free_port()) as process:
            process.terminate()
            process.wait(timeout=60)
        wait_until(lambda: not processes_of(folder))
        yield folder


@pytest.fixture
def port():
    return free_port()


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


def status(port):
    try:
        return urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20).status
    except HTTPError as error:
        return error.code
    except URLError:
        return None


def test_it_shows_the_portal_with_sample_content_and_ends_in_order(empty_data, port):
    with started(*DEV, port=port) as first:
        assert status(port) == 200

        first.send_signal(signal.SIGTERM)

        assert first.wait(timeout=30) == 0
        assert not processes_of(empty_data)
        assert status(port) is None
        said = first.said + first.stdout.read()
    assert f"Trang cho người dân: http://127.0.0.1:{port}/\n" in said
    assert f"Trang quản trị:      http://127.0.0.1:{port}/{settings.ADMIN_PATH}\n" in said
    assert re.search(r"Tài khoản mẫu: +quantri / \S+", said)
    assert re.search(r"Tài khoản mẫu: +canbo / \S+", said)
    assert re.search(r"Tài khoản mẫu: +duyetbai / \S+", said)
    assert "Nạp nội dung mẫu" in said

    with started(*DEV, port=port) as second:
        # As Ctrl-C does: to the whole group of the terminal.
        os.killpg(second.pid, signal.SIGINT)

        assert second.wait(timeout=30) == 0
        assert not processes_of(empty_data)
        assert "Nạp nội dung mẫu" not in second.said


def test_after_kill_9_all_ends_and_the_next_start_works(data, port):
    with started(*DEV, "--no-sample", port=port) as process:
        process.kill()
        process.wait()

        wait_until(lambda: not processes_of(data))
    with started(*DEV, "--no-sample", port=port) as process:
        assert status(port) == 200
        server = min(
            pid for pid, line in processes_of(data).items() if "development_server" in line
        )

        os.kill(server, signal.SIGKILL)

        assert process.wait(timeout=30) == 1
        assert "Máy chủ web đã tự dừng" in process.stdout.read()
        assert not processes_of(data)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_make_that_runs_it(data, port, number, tmp_path):
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {' '.join(DEV)} --no-sample --end-with-parent\n")
    with started("make", "-f", str(makefile), port=port) as make:
        make.send_signal(number)

        make.wait(timeout=30)
        wait_until(lambda: not processes_of(data))


def test_a_busy_port_is_named_and_nothing_is_started(empty_data, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        result = subprocess.run(
            [*DEV, "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment(),
            capture_output=True,
            text=True,
        )

    assert result.returncode == 1
    assert f"Cổng mạng {port} đang có chương trình khác dùng." in result.stderr
    assert "Traceback" not in result.stderr
    assert not (empty_data / "postgres").exists()


def test_a_database_that_cannot_be_reached_is_told_without_a_traceback(empty_data, port):
    result = subprocess.run(
        [*DEV, "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment(DATABASE_URL="postgres://nobody@127.0.0.1:1/none"),
        capture_output=True,
        text=True,
    )

    assert result.returncode == 1
    assert "Không mở được cơ sở dữ liệu" in result.stderr
    assert "Traceback" not in result.stderr
