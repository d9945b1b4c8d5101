"""`manage.py generate_procedures N`: a large invented catalogue, to measure with."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procedures.generating import generate_procedures
from procedures.models import Procedure

MOST = 999_999


class Command(BaseCommand):
    help = "Sinh N thủ tục giả để đo tốc độ. Chỉ dùng trên cơ sở dữ liệu dành cho việc đo."

    def add_arguments(self, parser):
        parser.add_argument("number", metavar="N", type=int, help="Số thủ tục cần sinh")
        parser.add_argument(
            "--beside-real", action="store_true", help="Sinh cả khi đã có thủ tục khác"
        )

    def handle(self, *, number, beside_real, **options):
        if settings.PRODUCTION:
            raise CommandError("Không sinh thủ tục giả trên cổng đang phục vụ người dân.")
        if not 1 <= number <= MOST:
            raise CommandError(f"N từ 1 đến {MOST}.")
        if Procedure.objects.filter(code__startswith="9.").exists():
            raise CommandError(
                "Đã có thủ tục giả (mã bắt đầu bằng 9). Hãy dùng một cơ sở dữ liệu trống."
            )
        if Procedure.objects.exists() and not beside_real:
            raise CommandError(
                "Cơ sở dữ liệu đã có thủ tục. Nếu đây là nơi để đo, thêm --beside-real."
            )
        generate_procedures(number, on_progress=self._report)
        self.stdout.write(f"Đã sinh {number} thủ tục giả.")

    def _report(self, done):
        if done % 10_000 == 0:
            self.stdout.write(f"{done}…")
