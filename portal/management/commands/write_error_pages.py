from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.http import HttpRequest

from portal.views import proxy_error_pages


class Command(BaseCommand):
    help = "Ghi trang lỗi 413 và 503 thành tệp trong STATIC_ROOT, để máy chủ trung gian đưa ra khi Cổng không trả lời."

    def handle(self, **options):
        folder = Path(settings.STATIC_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        for name, html in proxy_error_pages(HttpRequest()):
            (folder / name).write_text(html, encoding="utf-8")
            self.stdout.write(f"Đã ghi {folder / name}")
