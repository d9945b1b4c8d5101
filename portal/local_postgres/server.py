"""A PostgreSQL server of this checkout's own, started by whoever needs it first."""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from portal.local_postgres import keeper
from portal.local_postgres.programs import (
    Account,
    LocalPostgresError,
    environment,
    find_programs,
    major_version,
)

SUPERUSER = "postgres"
PORT = 5432
# The address of a Unix socket holds 104 bytes on macOS and 108 on Linux; the socket's name takes 14 of them.
LONGEST_SOCKET_FOLDER = 88
SHORT_FOLDERS = Path("/tmp")
# Where root's server keeps its data when the account it runs as cannot enter the checkout.
SYSTEM_FOLDER = Path("/var/lib")
PATIENCE = 60  # seconds to start, including recovery after a crash
NO_PROCESS = "2147483647"


class LocalPostgres:
    """The server whose data lies in one folder.

    In that folder: `postgres` (the cluster, or a link to it), `postgres.log` (since the last start),
    `postgres.start` (locked by who is starting the server) and `postgres.users` (locked by who uses it).
    """

    def __init__(self, data, database):
        self.data = Path(data).absolute()
        self.database = database
        self._use = None
        self._keeper = None

    def use(self):
        """Have the server run until this process ends or calls `leave`; return where it listens."""
        if self._use is None:
            self.data.mkdir(parents=True, exist_ok=True)
            # While a keeper stops the server, this waits.
            self._use = take_lock(self.data / "postgres.users", fcntl.LOCK_SH)
            self._ensure_database()
        elif not self._answers():
            self._ensure_database()
        return {"host": str(self._socket_folder), "port": PORT, "user": SUPERUSER}

    def leave(self):
        """Use the server no longer. If nobody else does, return when it has stopped."""
        if self._use is None:
            return
        self._use.close()
        self._use = None
        with open(self.data / "postgres.users") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # The keeper is stopping the server, and this waits for it; or others use it, and this does not wait.
                fcntl.flock(lock, fcntl.LOCK_SH)
            else:
                self._stop()
        if self._keeper and not self._postmaster_is_alive():
            self._keeper.wait()

    @property
    def _cluster(self):
        return (self.data / "postgres").resolve()

    @property
    def _socket_folder(self):
        path = os.fsencode(self._cluster)
        if len(path) <= LONGEST_SOCKET_FOLDER:
            return self._cluster
        return SHORT_FOLDERS / f"portal-{hashlib.sha256(path).hexdigest()[:16]}"

    def _answers(self):
        if not self._cluster.exists() or not self._socket_folder.exists():
            return False
        require_private(self._socket_folder, owner=self._cluster.stat().st_uid)
        address = make_conninfo(host=str(self._socket_folder), port=PORT)
        return pq.PGconn.ping(address.encode()) == pq.Ping.OK

    def _ensure_database(self):
        with take_lock(self.data / "postgres.start", fcntl.LOCK_EX):
            if not self._answers():
                self._start()
            self._create_database()

    def _create_database(self):
        with psycopg.connect(
            host=str(self._socket_folder),
            port=PORT,
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            known = connection.execute(
                "select 1 from pg_database where datname = %s", [self.database]
            )
            if not known.fetchone():
                name = sql.Identifier(self.database)
                connection.execute(sql.SQL("create database {}").format(name))

    def _start(self):
        if not self._cluster.exists():
            self._initialise()
        account = Account.owning(self._cluster)
        if self._comes_up_by_itself():
            return
        programs = account.runnable(find_programs(), home=self._cluster.parent)
        self._require_matching(programs)
        if not self._socket_folder.exists():
            account.make_folder(self._socket_folder)
        self._disown_pid_files()
        # After a kill -9 the old server's processes take a moment to notice and let go of the memory they share.
        for pause in (0.2, 0.5, 1, 2, 4, 8, None):
            if self._launch(programs, account):
                return
            log = self._log.read_text(errors="replace")
            if pause is None or "is still in use" not in log:
                raise LocalPostgresError(f"PostgreSQL did not start:\n{log[-2000:]}")
            time.sleep(pause)

    def _launch(self, programs, account):
        """Start a keeper with its server; return whether the server answers."""
        if self._keeper:
            self._keeper.wait()  # It ends after its server, which is gone.
        self._log.unlink(missing_ok=True)
        with open(self._log, "wb") as log:
            self._keeper = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", keeper.__file__),
                    *(self.data / "postgres.users", json.dumps(account.rights)),
                    *(programs / "postgres", "-D", self._cluster),
                    *("-k", self._socket_folder, "-p", str(PORT)),
                    *("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
                # Out of reach of Ctrl-C in the terminal.
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._keeper.poll() is not None:
                return False
            if time.monotonic() > deadline:
                self._keeper.terminate()
                return False
            time.sleep(0.02)
        return True

    def _stop(self):
        deadline = time.monotonic() + PATIENCE
        if self._postmaster_is_alive():
            os.kill(self._postmaster_pid(), keeper.FAST_SHUTDOWN)
        while self._postmaster_is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _initialise(self):
        account = Account.for_new_data()
        home = self.data
        if not account.can_enter(home):
            home = Path(tempfile.mkdtemp(prefix="portal-", dir=SYSTEM_FOLDER))
            home.chmod(0o755)
        programs = account.runnable(find_programs(), home)
        # Under another name until it is complete: a kill in between leaves nothing that looks like a cluster.
        unfinished = home / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        account.make_folder(unfinished)
        result = account.run(
            *(programs / "initdb", "-D", unfinished, "-U", SUPERUSER, "-E", "UTF8"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            *locale_options(major_version(programs)),
        )
        if result.returncode != 0:
            raise LocalPostgresError(f"PostgreSQL's initdb failed:\n{result.stdout[-2000:]}")
        here = self.data / "postgres"
        here.unlink(missing_ok=True)  # a link to nowhere
        unfinished.rename(home / "postgres")
        if home != self.data:
            here.symlink_to(home / "postgres")

    def _require_matching(self, programs):
        made_by = (self._cluster / "PG_VERSION").read_text().strip()
        if made_by != str(major_version(programs)):
            raise LocalPostgresError(
                f"{self._cluster} was made by PostgreSQL {made_by}, and {programs} is another version. Set PG_BIN to"
                f" the programs of version {made_by}, or remove {self.data / 'postgres'} and its sample content."
            )

    @property
    def _log(self):
        return self.data / "postgres.log"

    def _comes_up_by_itself(self):
        """Wait for a server whose starter was killed, or that is just stopping; return whether it answers."""
        deadline = time.monotonic() + PATIENCE
        while self._postmaster_is_alive():
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise LocalPostgresError(
                    f"PostgreSQL (process {self._postmaster_pid()}) runs on {self._cluster} and does not answer."
                )
            time.sleep(0.05)
        return False

    def _postmaster_pid(self):
        try:
            first_line, *_ = (self._cluster / "postmaster.pid").read_text().split("\n", 1)
        except FileNotFoundError:
            return None
        return int(first_line) if first_line.isdigit() else None

    def _postmaster_is_alive(self):
        """Return whether the pid file names a server of this cluster, and not a zombie or a stranger."""
        pid = self._postmaster_pid()
        return pid is not None and os.fsencode(self._cluster) in command_line(pid)

    def _disown_pid_files(self):
        """Keep PostgreSQL from taking a zombie, or a stranger with its old number, for a running server.

        The pid file stays, with an impossible number: it also names the shared memory by which the new server
        sees whether processes of the old one are still at work.
        """
        pid_file = self._cluster / "postmaster.pid"
        if self._postmaster_pid() is None:
            pid_file.unlink(missing_ok=True)
        else:
            _, rest = pid_file.read_text().split("\n", 1)
            pid_file.write_text(f"{NO_PROCESS}\n{rest}")
        (self._socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def take_lock(path, kind):
    """Wait for the lock; closing the returned file, or the end of the process, lets go of it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise LocalPostgresError(
            f"{path} is not ours to open. Run this as the user who ran it first, or choose another folder with"
            " PORTAL_DATA."
        ) from error
    fcntl.flock(descriptor, kind)
    return open(descriptor)


def require_private(folder, *, owner):
    """Refuse a socket folder that someone else could have put in our way."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise LocalPostgresError(
            f"{folder} is not a private folder of user number {owner}; remove it."
        )


def locale_options(major):
    """Return the options for text in UTF-8 whose letters fold (`lower('Đ')`) without ICU."""
    if major >= 17:
        return (
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
    return ("--locale=C.UTF-8",)


def command_line(pid):
    """Return the command line of a process; that of a zombie or of none is empty."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return b""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
