"""`manage.py refresh_search`: read all procedures into the search anew, after its code changed."""

from django.core.management.base import BaseCommand

from procedures.models import Procedure, SearchEntry, SearchTerm


class Command(BaseCommand):
    help = "Lập lại toàn bộ chỉ mục tìm kiếm. Chỉ cần sau khi mã nguồn của phần tìm kiếm thay đổi."

    def handle(self, **options):
        procedures = list(Procedure.objects.values_list("pk", flat=True))
        SearchEntry.objects.refresh(procedures)
        SearchTerm.objects.recount()
        self.stdout.write(f"Đã lập lại chỉ mục của {len(procedures)} thủ tục.")
