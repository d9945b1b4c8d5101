from django.core.management.base import BaseCommand, CommandError

from feedback.surveys import verifying


class Command(BaseCommand):
    help = (
        "Đếm lại mọi phiếu khảo sát và đối chiếu với số đếm mà các trang kết quả đọc. Mỗi chỗ không khớp in một"
        " dòng: khảo sát, bản, nhóm, câu, trị, số đang ghi, số đúng. Có chỗ không khớp thì kết thúc với mã lỗi 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("--survey", default="", metavar="TÊN", help="Chỉ khảo sát có tên này.")
        parser.add_argument(
            "--mend",
            action="store_true",
            help="Sửa số đếm theo các phiếu; in những gì đã sửa và kết thúc với mã 0.",
        )

    def handle(self, *, survey, mend, **options):
        versions = verifying.opened_versions(survey)
        if survey and not versions:
            raise CommandError(f"Không có khảo sát nào đã mở tên là {survey}.")
        found = _mended(versions) if mend else verifying.findings(versions)
        count = 0
        for finding in found:
            self.stdout.write(str(finding))
            count += 1
        if count and not mend:
            raise CommandError(f"Số đếm khảo sát có {count} chỗ không khớp.")
        self.stdout.write(f"Đã sửa {count} chỗ." if count else "Số đếm khảo sát khớp.")


def _mended(versions):
    for version in versions:
        yield from verifying.mend(version)
