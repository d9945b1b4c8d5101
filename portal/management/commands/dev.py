import errno
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections, transaction
from django.db.models import Q

HOST = "127.0.0.1"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SAMPLE_PASSWORDS = {
    "quantri": "quantri-mau",
    "canbo": "canbo-mau",
    "duyetbai": "duyetbai-mau",
    "tiepnhan": "tiepnhan-mau",
    "xuly": "xuly-mau",
    "duyetpakn": "duyetpakn-mau",
    "tocao": "tocao-mau",
    "kiemtra": "kiemtra-mau",
    "khaosat": "khaosat-mau",
    "nhapphieu": "nhapphieu-mau",
}
# Rows inside a page that an editor corrects; whole procedures, agencies, sectors and pages stay.
ROWS_THAT_EDITORS_REMOVE = [
    "procedurestep",
    "submissionmethod",
    "fee",
    "dossiercase",
    "requireddocument",
    "procedureresult",
    "legalbasis",
    "procedureagency",
    "openinghours",
    "synonym",
    "translatedtext",
    "termtranslation",
    "handbookentry",
    "contactchannel",
    "informationsection",
    "notice",
    "materialversion",
    "readingpointholding",
    "bulletinitem",
    "broadcastevidence",
    "spokenform",
]
# What one person writes another stands for: editors have none of these, approvers little else.
RIGHTS_OF_APPROVERS = [
    "approve_article",
    "approve_bulletinissue",
    "publish_material",
    "change_material",
    "change_comment",
]
SAMPLE_ROLES = {
    "quantri": "quản trị",
    "canbo": "biên tập nội dung",
    "duyetbai": "duyệt tin bài",
    "tiepnhan": "tiếp nhận phản ánh",
    "xuly": "xử lý, trả lời phản ánh",
    "duyetpakn": "duyệt trả lời, công khai",
    "tocao": "xử lý tố cáo",
    "kiemtra": "kiểm tra, giám sát",
    "khaosat": "làm khảo sát",
    "nhapphieu": "nhập phiếu khảo sát",
}
# Groups that every portal has after `migrate`; by their names, as the floor imports no domain.
GROUPS_OF_STAFF = {
    "tiepnhan": "Tiếp nhận phản ánh",
    "xuly": "Xử lý phản ánh",
    "duyetpakn": "Duyệt trả lời, công khai",
    "tocao": "Xử lý tố cáo",
    "kiemtra": "Kiểm tra, giám sát",
    "khaosat": "Khảo sát",
    "nhapphieu": "Nhập phiếu khảo sát",
}
# Whose tickets they see: the intake those of the portal's owner, the handler those of a department.
AGENCIES_OF_STAFF = {
    "tiepnhan": Q(owns_portal=True),
    "xuly": Q(slug="so-tu-phap"),
    "duyetpakn": Q(owns_portal=True) | Q(slug="so-tu-phap"),
}


class Command(BaseCommand):
    help = "Chạy cổng trên máy này: cơ sở dữ liệu, nội dung mẫu và máy chủ web. Ctrl-C để dừng."

    def add_arguments(self, parser):
        parser.add_argument(
            "--port",
            type=int,
            default=os.environ.get("PORT") or 8000,
            help="cổng mạng; mặc định là biến PORT, hoặc 8000",
        )
        parser.add_argument(
            "--no-sample",
            action="store_false",
            dest="sample",
            help="không nạp nội dung mẫu và tài khoản mẫu",
        )
        parser.add_argument(
            "--end-with-parent",
            action="store_true",
            help="dừng khi tiến trình đã gọi lệnh này dừng (dành cho make)",
        )

    def handle(self, *, port, sample, end_with_parent, **options):
        if settings.PRODUCTION:
            raise CommandError("Lệnh dev chỉ dùng khi ENVIRONMENT là development.")
        require_free(port)
        parent = os.getppid() if end_with_parent else None
        for number in STOP_SIGNALS:
            signal.signal(number, signal.default_int_handler)
        try:
            with static_files() as static_environment:
                self.prepare_database(sample)
            stop = noted_signals()
            with web_server(port, static_environment, stop) as server, worker(port) as jobs:
                self.announce(port)
                self.wait(server, jobs, parent, stop)
        except KeyboardInterrupt:
            self.stdout.write("\nĐã dừng.")
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            connections.close_all()
            leave_database()

    def prepare_database(self, sample):
        self.stdout.write("Mở cơ sở dữ liệu…")
        self.stdout.flush()
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"Không mở được cơ sở dữ liệu. {error}") from error
        call_command("migrate", interactive=False, verbosity=0)
        for warning in run_checks(tags=[Tags.database], databases=["default"]):
            self.stderr.write(f"{warning.msg} {warning.hint or ''}")
        # The sample staff come last, so they tell that the sample has been loaded.
        if sample and not sample_staff().exists():
            self.stdout.write("Nạp nội dung mẫu…")
            self.stdout.flush()
            call_command("seed_procedures", stdout=self.stdout)
            call_command("seed_outreach", stdout=self.stdout)
            call_command("seed_feedback", with_tickets=True, stdout=self.stdout)
            create_sample_staff()

    def announce(self, port):
        home = f"http://{HOST}:{port}/"
        lines = [
            "",
            "Cổng đang chạy. Bấm Ctrl-C để dừng.",
            f"  Trang cho người dân: {home}",
            f"  Trang quản trị:      {home}{settings.ADMIN_PATH}",
        ]
        for username in sample_staff().values_list("username", flat=True):
            password, role = SAMPLE_PASSWORDS[username], SAMPLE_ROLES[username]
            lines.append(f"  Tài khoản mẫu:       {username} / {password} ({role})")
        connections.close_all()
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def wait(self, server, jobs, parent, stop):
        jobs_are_done = True
        while server.poll() is None:
            if stop or parent and is_ending(parent):
                raise KeyboardInterrupt
            if jobs_are_done and jobs.poll() is not None:
                jobs_are_done = False
                self.stderr.write(
                    f"Tiến trình chạy nền đã tự dừng (mã {jobs.returncode}). Các trang vẫn chạy; thư và việc định kỳ"
                    " chờ tới lần chạy sau."
                )
            time.sleep(0.1)
        raise CommandError(f"Máy chủ web đã tự dừng (mã {server.returncode}).")


def noted_signals():
    """A list to which each signal to stop is added from now on.

    An exception out of nowhere, in the middle of Popen.poll, would leave its lock taken, and nobody could wait
    for that process any more.
    """
    noted = []
    for number in STOP_SIGNALS:
        signal.signal(number, lambda number, frame: noted.append(number))
    return noted


def require_free(port):
    """Refuse a port in use. The web server itself would share it: it listens with SO_REUSEPORT."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                reason = "đang có chương trình khác dùng"
            else:
                reason = f"không mở được ({error})"
            raise CommandError(
                f"Cổng mạng {port} {reason}. Hãy chọn cổng khác, ví dụ: make run PORT=8080"
            ) from error


def sample_staff():
    return get_user_model().objects.filter(username__in=SAMPLE_PASSWORDS).order_by("pk")


@transaction.atomic
def create_sample_staff():
    users = get_user_model().objects
    users.create_superuser("quantri", password=SAMPLE_PASSWORDS["quantri"])
    permissions = Permission.objects.filter(content_type__app_label__in=["procedures", "outreach"])
    writing = permissions.exclude(codename__startswith="delete_").exclude(
        codename__in=set(RIGHTS_OF_APPROVERS) - {"change_material"}
    )
    removing = [f"delete_{part}" for part in ROWS_THAT_EDITORS_REMOVE]
    editors = {
        "canbo": ("Biên tập nội dung", writing | permissions.filter(codename__in=removing)),
        "duyetbai": (
            "Duyệt tin bài",
            permissions.filter(
                Q(codename__startswith="view_") | Q(codename__in=RIGHTS_OF_APPROVERS)
            ),
        ),
    }
    for username, (group_name, rights) in editors.items():
        group, _ = Group.objects.get_or_create(name=group_name)
        group.permissions.set(rights)
        create_sample_user(username, group)
    for username, group_name in GROUPS_OF_STAFF.items():
        user = create_sample_user(username, Group.objects.get(name=group_name))
        if username in AGENCIES_OF_STAFF:
            assign(user, AGENCIES_OF_STAFF[username])


def create_sample_user(username, group):
    users = get_user_model().objects
    user = users.create_user(username, password=SAMPLE_PASSWORDS[username], is_staff=True)
    user.groups.add(group)
    return user


def assign(user, agencies):
    # By their names: the floor imports no domain.
    assignments = apps.get_model("feedback", "Assignment").objects
    for agency in apps.get_model("procedures", "Agency").objects.filter(agencies):
        assignments.create(user=user, agency=agency)


@contextmanager
def static_files():
    """Collect the static files while the block runs; yield what the server must know of them.

    They are hashed and compressed as in production, which takes seconds: only when one has changed.
    With DEBUG on they stay as they are, so that a change shows at once.
    """
    if settings.DEBUG:
        yield {}
        return
    folder = settings.DATA_DIR / "static"
    environment = {"STATIC_COLLECTED": "true", "STATIC_ROOT": str(folder)}
    collected, fingerprint = folder / "fingerprint", fingerprint_of_static_files()
    if collected.exists() and collected.read_text() == fingerprint:
        yield environment
        return
    collecting = subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        process_group=0,
    )
    try:
        yield environment
        if collecting.wait():
            raise CommandError("Không chuẩn bị được các tệp giao diện.")
    finally:
        collecting.kill()
        collecting.wait()
    collected.write_text(fingerprint)


def fingerprint_of_static_files():
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            with storage.open(name) as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


@contextmanager
def web_server(port, environment, stop):
    command = [sys.executable, "-m", "portal.development_server", str(port)]
    with companion(command, environment | {"PORT": str(port)}) as server:
        wait_until_it_listens(server, port, stop)
        yield server


def worker(port):
    """Does the jobs; it starts when the pages can be seen already, as nobody waits for it."""
    command = [sys.executable, "manage.py", "worker", "--end-with-input"]
    return companion(command, {"PORT": str(port)})


@contextmanager
def companion(command, environment):
    """A process that runs while the block runs, and ends with this one, however it ends."""
    process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        # Its own group: Ctrl-C reaches this command alone, which ends the process in order.
        process_group=0,
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        # Whoever of the group is left, were the process killed before its workers.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()


def wait_until_it_listens(server, port, stop):
    while server.poll() is None:
        if stop:
            raise KeyboardInterrupt
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise CommandError("Máy chủ web không khởi động được.")


def is_ending(parent):
    if os.getppid() != parent:
        return True
    # GNU make, interrupted alone, does not pass the signal on: it waits for us, and meanwhile blocks that signal.
    try:
        status = Path(f"/proc/{parent}/status").read_text()
    except OSError:
        return False
    blocked = re.search(r"^SigBlk:\s*(\w+)", status, re.MULTILINE)
    return bool(int(blocked[1], 16) & 1 << signal.SIGINT - 1)


def leave_database():
    if settings.DATABASES["default"]["ENGINE"] == "portal.local_postgres":
        connection.leave_server()
