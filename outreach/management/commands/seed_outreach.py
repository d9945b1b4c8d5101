from django.core.management.base import BaseCommand

from outreach.sampling import load_sample


class Command(BaseCommand):
    help = (
        "Nạp các trang mẫu về Cổng: giới thiệu, khả năng tiếp cận, dữ liệu cá nhân. "
        "Chỉ thêm trang còn thiếu; không sửa trang đã có."
    )

    def handle(self, *, verbosity, **options):
        added = load_sample()
        if verbosity == 0:
            return
        if added:
            self.stdout.write(f"Đã thêm {added} trang về Cổng.")
        else:
            self.stdout.write("Các trang về Cổng đã đủ, không thêm gì.")
