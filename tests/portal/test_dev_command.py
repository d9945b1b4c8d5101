import os
import re
import signal
import socket
import subprocess
import sys
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.processes import (
    DEV,
    SECONDS_TO_END,
    environment,
    needs_proc,
    processes_of,
    started,
    wait_until,
    wait_until_all_have_ended,
)

pytestmark = [needs_proc, pytest.mark.slow]


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

        assert first.wait(timeout=SECONDS_TO_END) == 0
        assert not processes_of(empty_data)
        assert status(port) is None
        said = first.said + first.stdout.read()
    assert f"Trang cho người dân: http://127.0.0.1:{port}/\n" in said
    assert f"Trang quản trị:      http://127.0.0.1:{port}/{settings.ADMIN_PATH}\n" in said
    assert re.search(r"Tài khoản mẫu: +quantri / \S+", said)
    staff = (
        "canbo",
        "duyetbai",
        "tiepnhan",
        "xuly",
        "duyetpakn",
        "tocao",
        "kiemtra",
        "khaosat",
        "nhapphieu",
    )
    for username in staff:
        assert re.search(rf"Tài khoản mẫu: +{username} / {username}-mau \(", said)
    assert "Nạp nội dung mẫu" in said

    with started(*DEV, port=port) as second:
        # As Ctrl-C does: to the whole group of the terminal.
        os.killpg(second.pid, signal.SIGINT)

        assert second.wait(timeout=SECONDS_TO_END) == 0
        assert not processes_of(empty_data)
        assert "Nạp nội dung mẫu" not in second.said


def test_after_kill_9_all_ends_and_the_next_start_works(used_data, port):
    with started(*DEV, "--no-sample", port=port) as process:
        process.kill()
        process.wait()

        wait_until_all_have_ended(used_data)
    with started(*DEV, "--no-sample", port=port) as process:
        assert status(port) == 200
        server = min(
            pid for pid, line in processes_of(used_data).items() if "development_server" in line
        )

        os.kill(server, signal.SIGKILL)

        assert process.wait(timeout=SECONDS_TO_END) == 1
        assert "Máy chủ web đã tự dừng" in process.stdout.read()
        assert not processes_of(used_data)


def worker_of(data):
    lines = processes_of(data).items()
    return next((pid for pid, line in lines if "manage.py worker" in line), None)


def says_that_a_worker_lives():
    check = [sys.executable, "manage.py", "worker", "--check"]
    done = subprocess.run(check, cwd=settings.BASE_DIR, env=environment(), capture_output=True)
    return done.returncode == 0


def test_the_worker_runs_beside_the_pages_which_go_on_without_it(used_data, port):
    with started(*DEV, "--no-sample", port=port) as process:
        wait_until(says_that_a_worker_lives)

        os.kill(worker_of(used_data), signal.SIGKILL)

        assert "Tiến trình chạy nền đã tự dừng (mã -9)" in process.stdout.readline()
        assert status(port) == 200
        assert worker_of(used_data) is None
        process.terminate()
        assert process.wait(timeout=SECONDS_TO_END) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_make_that_runs_it(used_data, port, number, tmp_path):
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {' '.join(DEV)} --no-sample --end-with-parent\n")
    with started("make", "-f", str(makefile), port=port) as make:
        make.send_signal(number)

        make.wait(timeout=SECONDS_TO_END)
        wait_until_all_have_ended(used_data)


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
