import sys
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from outreach.returned_mail import Outcome, take
from portal.bounces import MOST_BYTES

# By this a mail server knows that it should try again later (EX_TEMPFAIL of sysexits.h).
TRY_LATER = 75


class Command(BaseCommand):
    help = (
        "Đọc thư mà máy chủ thư trả lại và báo cáo thư rác, rồi ngừng gửi tới hộp thư không còn. Không có tham số thì"
        " đọc một thư ở đầu vào, như khi máy chủ thư chuyển tới lệnh này. Chỉ in số lượng, không in địa chỉ nào."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--maildir", type=Path, help="Hộp thư dạng Maildir: đọc thư mới rồi chuyển sang “cur”."
        )

    def handle(self, *, maildir, **options):
        counts = Counter()
        try:
            for outcome in self._outcomes(maildir):
                counts[outcome] += 1
        except (OperationalError, InterfaceError):
            raise CommandError(
                "Cơ sở dữ liệu không trả lời; thư chưa đọc vẫn còn đó.", returncode=TRY_LATER
            ) from None
        self.stdout.write(f"Đã đọc {counts.total()} thư.")
        for outcome in Outcome:
            if counts[outcome]:
                self.stdout.write(f"{counts[outcome]} {outcome}.")

    def _outcomes(self, maildir):
        if maildir is None:
            # The rest is taken from the mail server, which would take an early end for a fault.
            raw = sys.stdin.buffer.read(MOST_BYTES)
            while sys.stdin.buffer.read(MOST_BYTES):
                pass
            yield take(raw)
        elif not all((maildir / name).is_dir() for name in ("new", "cur")):
            raise CommandError(f"{maildir} không phải Maildir: không có thư mục new và cur.")
        else:
            for path in sorted((maildir / "new").iterdir()):
                yield self._take_file(path, maildir / "cur" / f"{path.name}:2,S")

    def _take_file(self, path, place):
        with path.open("rb") as file:
            outcome = take(file.read(MOST_BYTES))
        path.rename(place)
        return outcome
