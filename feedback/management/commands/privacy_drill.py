import signal

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from feedback.drill.running import run
from feedback.drill.scratch import scratch_database, scratch_settings


class Command(BaseCommand):
    help = (
        "Diễn tập bảo mật: nạp một cơ sở dữ liệu thử đầy chữ dò vào mọi trường riêng tư, đi mọi trang công khai và"
        " quản trị, xem thư, nhật ký, tệp, rồi báo chữ dò nào lọt ra chỗ không được có. Không đụng đến dữ liệu thật,"
        " không gửi thư. Mã kết thúc 1 nếu thấy rò rỉ."
    )

    def handle(self, *, verbosity, **options):
        tell = self.stderr.write if verbosity else lambda words: None
        # Whoever stops it leaves nothing behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with scratch_database() as name, scratch_settings() as folder:
                tell(f"Dựng cơ sở dữ liệu thử {name}…")
                fill_with_public_content()
                report = run(folder, tell=tell)
        except KeyboardInterrupt:
            raise CommandError("Đã dừng; cơ sở dữ liệu thử đã xóa.", returncode=130) from None
        self.stdout.write("\n".join(report.lines()))
        if not report.is_clean:
            raise CommandError("Có chỗ cần xem, ghi ở trên.")


def fill_with_public_content():
    """What anybody may read, as in a portal that is in use."""
    call_command("migrate", interactive=False, verbosity=0)
    for name in ("seed_procedures", "seed_outreach", "seed_feedback"):
        call_command(name, verbosity=0)
