from django.core.management.base import BaseCommand

from outreach.sampling import load_sample


class Command(BaseCommand):
    help = (
        "Nạp nội dung mẫu: trang về Cổng, chuyên mục, tin bài, tài liệu, điểm đọc tài liệu, bản tin. "
        "Chỉ thêm những gì còn thiếu; không sửa những gì đã có. "
        "Chạy sau seed_procedures để tin bài, tài liệu gắn được với thủ tục, văn bản và xã, phường."
    )

    def handle(self, *, verbosity, **options):
        added = {label: count for label, count in load_sample().items() if count}
        if verbosity == 0:
            return
        if not added:
            self.stdout.write("Nội dung mẫu về tin bài, tài liệu đã đủ, không thêm gì.")
        for label, count in added.items():
            self.stdout.write(f"Đã thêm {count} {label}.")
