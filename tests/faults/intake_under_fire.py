"""Thousands of messages at once, while the server's workers are killed and the database crashes.

    .venv/bin/python tests/faults/intake_under_fire.py [messages] [senders]

Each sender does what a person does: opens the form, writes, sends, and when no answer comes sends the same page
again. Every third message brings a photograph; every tenth is sent twice on purpose. In between two workers are
killed and the database is stopped twice, once as by a power cut. In the end every number that was shown must stand
in the database once, whole, with its photograph and its receipt, and open with the secret that was shown; nothing
may stand there twice. Says what it measured; ends with 1 if anything was lost, doubled or changed.
"""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"

import django  # noqa: E402
from PIL import Image  # noqa: E402

from tests.processes import data_folder, environment, free_port, processes_of  # noqa: E402

FORM = "/phan-anh/"
# A page younger than this is taken for a program's.
SECONDS_TO_WRITE = 3.2
FORMS_AT_ONCE = 10
PATIENCE_SECONDS = 180
WORDS = "chờ lâu, hồ sơ trả chậm, cán bộ hướng dẫn chưa rõ, thiếu ghế ngồi, mạng chậm".split(", ")


class Sender:
    """One person's browser: it keeps the cookie of the form and nothing else."""

    def __init__(self, port):
        self.port, self.cookies = port, SimpleCookie()

    def ask(self, method, path, body=None, headers=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            cookie = "; ".join(f"{name}={kept.value}" for name, kept in self.cookies.items())
            connection.request(
                method, path, body=body, headers={"Cookie": cookie} | (headers or {})
            )
            response = connection.getresponse()
            text = response.read().decode()
            for value in response.headers.get_all("Set-Cookie") or ():
                self.cookies.load(value)
            return response.status, text
        finally:
            connection.close()

    def open_form(self):
        """The hidden fields of a new form, and the box by which its sender agrees."""
        while True:
            try:
                status, html = self.ask("GET", FORM)
            except (OSError, HTTPException):
                status = 0
            if status == 200:
                form = next(
                    part for part in html.split("<form")[1:] if 'name="stamp"' in part
                ).split("</form")[0]
                return prepared_fields(form)
            time.sleep(0.3)


def prepared_fields(html):
    fields = {}
    for tag in re.findall(r"<input[^>]*>", html):
        if 'type="hidden"' not in tag and 'name="consent_intake"' not in tag:
            continue
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        fields[name[1]] = value[1] if value else ""
    return fields


def photograph(number):
    shade = (number * 7 % 256, number * 13 % 256, number * 29 % 256)
    content = BytesIO()
    Image.new("RGB", (320, 240), shade).save(content, "JPEG")
    return content.getvalue()


def multipart(fields, files):
    boundary = f"----{random.getrandbits(64):x}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, filename, content in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


class Run:
    def __init__(self, port, messages, senders):
        self.port, self.messages, self.senders = port, messages, senders
        self.shown = {}
        self.seconds, self.answers = [], Counter()
        self.doubled = self.differing = 0
        self.lock = threading.Lock()

    def go(self):
        rounds = range(0, self.messages, FORMS_AT_ONCE)
        with ThreadPoolExecutor(self.senders) as pool:
            list(pool.map(self.send_round, rounds))

    def send_round(self, first):
        """Several forms are opened and written first, so that their sending comes at once."""
        numbers = range(first, min(first + FORMS_AT_ONCE, self.messages))
        sender = Sender(self.port)
        forms = [(number, self.write(sender, number)) for number in numbers]
        time.sleep(SECONDS_TO_WRITE)
        for number, (body, headers) in forms:
            self.send(sender, number, body, headers)

    def write(self, sender, number):
        fields = sender.open_form() | {
            "declared_kind": "reflection",
            "subject": f"Việc số {number}",
            "body": f"Dấu {number:06}: {random.choice(WORDS)} ở quầy, mong được xem xét sớm.",
            "naming": "named",
            "name": f"Người gửi {number}",
            "address": "Ấp 3, xã Tân Thuận",
        }
        files = [("files", "anh.jpg", photograph(number))] if number % 3 == 0 else []
        return multipart(fields, files)

    def send(self, sender, number, body, headers):
        first = self.insist(sender, body, headers)
        with self.lock:
            self.shown[number] = first
        if number % 10 == 0:
            again = self.insist(sender, body, headers)
            with self.lock:
                self.doubled += 1
                self.differing += again != first

    def insist(self, sender, body, headers):
        """Send until a receipt is shown, as a patient person does; return its number and secret."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            started = time.perf_counter()
            try:
                status, html = sender.ask("POST", FORM, body, headers)
            except (OSError, HTTPException) as failure:
                status, html = type(failure).__name__, ""
            words = re.findall(r'<dd class="receipt__code">([0-9A-Z-]{14})</dd>', html)
            with self.lock:
                self.answers[f"{status}{'' if words else ' without receipt'}"] += 1
                if words:
                    self.seconds.append(time.perf_counter() - started)
            if len(words) == 2:
                return tuple(words)
            time.sleep(random.uniform(0.2, 1))
        raise SystemExit(
            f"No receipt in {PATIENCE_SECONDS} s; last answer {status}: {html[-2000:]}"
        )


class Saboteur(threading.Thread):
    """Kills and stops at given parts of the way."""

    def __init__(self, run, data, server):
        super().__init__(daemon=True)
        self.run_, self.data, self.server, self.done = run, data, server, []

    def run(self):
        for part, deed in (
            (0.15, self.kill_worker),
            (0.35, self.crash_database),
            (0.6, self.kill_worker),
            (0.8, self.restart_database),
        ):
            while len(self.run_.shown) < part * self.run_.messages:
                time.sleep(0.02)
            deed()
            self.done.append(f"{deed.__name__} at {len(self.run_.shown)}")

    def kill_worker(self):
        parent = self.server.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        workers = [
            int(pid)
            for pid in children
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
            or b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        os.kill(random.choice(workers), signal.SIGKILL)

    def crash_database(self):
        os.kill(self.postmaster(), signal.SIGQUIT)

    def restart_database(self):
        os.kill(self.postmaster(), signal.SIGINT)

    def postmaster(self):
        return int((self.data / "postgres/postmaster.pid").read_text().split()[0])


def serve(port, **variables):
    """As the unit in deploy/ does, with three workers that are started anew when one is killed."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
            *("--workers", "3", "--blocking-threads", "1", "--backpressure", "64"),
            *("--respawn-failed-workers", "--respawn-interval", "1", "--log-level", "error"),
            "portal.wsgi:application",
        ],
        env=environment(PORT=str(port), **variables),
    )


def judge(run):
    """What the database holds against what was shown."""
    from django.core.files.storage import storages

    from feedback import codes
    from feedback.models import LedgerEntry, Ticket

    faults = Counter()
    kept = {}
    for ticket in Ticket.everything.prefetch_related("attachments").iterator(500):
        number = int(re.match(r"Dấu (\d{6})", ticket.body)[1])
        faults["doubled"] += number in kept
        kept[number] = ticket
    for number, (code, secret) in run.shown.items():
        ticket = kept.get(number)
        if ticket is None:
            faults["lost"] += 1
            continue
        code, secret = codes.read(code), codes.read(secret)
        faults["another number was shown"] += ticket.code != code
        faults["the secret does not open it"] += not codes.opens(
            secret, code=ticket.code, secret_hash=ticket.secret_hash
        )
        files = list(ticket.attachments.all())
        faults["photograph lost"] += (number % 3 == 0) != (len(files) == 1)
        for file in files:
            faults["photograph not on the disk"] += not storages["default"].exists(file.file.name)
    faults["receipts differ from tickets"] += LedgerEntry.objects.count() != len(kept)
    return kept, +faults


def main(messages=2000, senders=32):
    with data_folder() as data:
        os.environ |= environment(PORTAL_DATA=str(data)) | {
            "RATE_LIMIT_EXEMPT": "127.0.0.0/8",
            "DATABASE_URL": "",
        }
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        # Of a server that is about to be stopped.
        connections.close_all()
        port = free_port()
        server = serve(port, PORTAL_DATA=str(data), RATE_LIMIT_EXEMPT="127.0.0.0/8")
        try:
            run = Run(port, messages, senders)
            saboteur = Saboteur(run, data, server)
            saboteur.start()
            started = time.monotonic()
            run.go()
            took = time.monotonic() - started
        finally:
            server.terminate()
            server.wait()
        kept, faults = judge(run)
        cuts = quantiles(run.seconds, n=100)
        print(
            f"{len(run.shown)} receipts shown to {senders} senders in {took:.0f} s; {len(kept)} tickets"
        )
        print(f"answers: {dict(run.answers)}")
        print(f"{run.doubled} sent twice on purpose, {run.differing} of them answered differently")
        print(f"seconds to a receipt: p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, p99 {cuts[98]:.2f}")
        print(f"done meanwhile: {', '.join(saboteur.done)}")
        print(f"faults: {dict(faults) or 'none'}")
        call_command("verify_ledger")
        assert processes_of(data)
    if faults or run.differing or len(saboteur.done) < 4:
        sys.exit(1)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
