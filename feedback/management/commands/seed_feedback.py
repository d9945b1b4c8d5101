from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from feedback.sampling import load_sample
from feedback.stories import shown_pair


class Command(BaseCommand):
    help = (
        "Nạp kênh liên hệ, đường khiếu nại, tố cáo, phiếu phản ánh và hỏi đáp mẫu. "
        "Chỉ thêm những gì còn thiếu; không sửa những gì đã có. "
        "Phiếu mẫu nằm mãi trong sổ đăng ký và sổ biên nhận, nên chỉ thêm trên máy phát triển hoặc khi có "
        "--with-tickets, và không thêm khi đã có phiếu thật."
    )

    def add_arguments(self, parser):
        parser.add_argument("--with-tickets", action="store_true", help="Thêm cả phiếu mẫu.")

    def handle(self, *, verbosity, with_tickets, **options):
        with_tickets = with_tickets or settings.DEBUG
        loaded = load_sample(with_tickets=with_tickets)
        added = {label: count for label, count in loaded.items() if count}
        if verbosity == 0:
            return
        if not added:
            self.stdout.write("Nội dung mẫu về phản ánh, kiến nghị đã đủ, không thêm gì.")
        for label, count in added.items():
            self.stdout.write(f"Đã thêm {count} {label}.")
        if with_tickets and (pair := shown_pair()):
            code, secret = pair
            self.stdout.write(
                f"Tra cứu thử ở {reverse('feedback:lookup')}: {code}, mã bí mật {secret}"
            )
