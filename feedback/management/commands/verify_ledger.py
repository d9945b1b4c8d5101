from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from feedback import verifying
from feedback.models import LedgerEntry


class Command(BaseCommand):
    help = (
        "Đối chiếu sổ biên nhận với phiếu, tệp và dấu cuối ngày. Mỗi chỗ không khớp in một dòng, không in"
        " nội dung. Có chỗ không khớp thì kết thúc với mã lỗi 1."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--witness",
            type=Path,
            metavar="TỆP",
            help="Bản lưu dấu cuối ngày (CSV hoặc Atom) mà ai đó đã giữ ngoài Cổng.",
        )
        parser.add_argument(
            "--from",
            dest="start",
            type=int,
            default=1,
            metavar="SỐ",
            help="Chỉ đối chiếu từ biên nhận có số này.",
        )

    def handle(self, *, start, witness, **options):
        if start != 1 and not LedgerEntry.objects.filter(position=start).exists():
            raise CommandError(f"Sổ không có biên nhận số {start}.")
        heads = _read(witness) if witness else ()
        count = 0
        for finding in verifying.findings(start=start, witness=heads):
            self.stdout.write(str(finding))
            count += 1
        if count:
            raise CommandError(f"Sổ biên nhận có {count} chỗ không khớp.")
        self.stdout.write("Sổ biên nhận khớp.")


def _read(witness):
    try:
        heads = verifying.read_witness(witness.read_text(errors="replace"))
    except (OSError, ValueError) as error:
        raise CommandError(f"Không đọc được bản lưu: {error}") from error
    if not heads:
        raise CommandError("Bản lưu không có dấu cuối ngày nào.")
    return heads
