from django.core.management.base import BaseCommand

from procedures.sampling import load_sample


class Command(BaseCommand):
    help = (
        "Nạp đơn vị hành chính, cơ quan, văn bản, nơi nộp hồ sơ và thủ tục mẫu của tỉnh Cà Mau. "
        "Chỉ thêm những gì còn thiếu; không sửa những gì đã có. "
        "Chạy lại sau khi nhập thủ tục để các nơi nộp hồ sơ mẫu tiếp nhận thêm lĩnh vực mới; "
        "nơi đã bỏ dấu “nội dung mẫu” được để yên."
    )

    def handle(self, *, verbosity, **options):
        added = {label: count for label, count in load_sample().items() if count}
        if verbosity == 0:
            return
        if not added:
            self.stdout.write("Nội dung mẫu đã đủ, không thêm gì.")
        for label, count in added.items():
            self.stdout.write(f"Đã thêm {count} {label}.")
