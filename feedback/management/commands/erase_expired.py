from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback import retention
from feedback.models import Ticket


class Command(BaseCommand):
    help = (
        "Xóa tên, liên hệ người gửi và tệp của các phiếu đã kết thúc quá thời hạn giữ (Thời hạn của Cổng)."
        " Nội dung và trả lời còn lại; phiếu đang giữ theo yêu cầu pháp lý hoặc có yêu cầu về dữ liệu chưa"
        " xong thì không xóa. Chạy lại không sao. Khiếu nại, tố cáo chỉ in số lượng."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Chỉ in, không xóa.")

    def handle(self, *, dry_run, **options):
        now = timezone.now()
        term = retention.Rule.at(now).term
        try:
            if dry_run:
                tickets, done = list(retention.expired(now)), "Sẽ xóa"
            else:
                tickets, done = [row.ticket for row in retention.erase_expired(now)], "Đã xóa"
        except retention.NotErased as fault:
            raise CommandError(f"{fault}; các phiếu khác đã xóa, xem nhật ký.") from None
        ordinary = [ticket for ticket in tickets if not ticket.runs_by_other_law]
        for ticket in ordinary:
            ended = f"{timezone.localtime(ticket.status_at):%d/%m/%Y}"
            self.stdout.write(f"{ticket}: kết thúc {ended}, đã giữ đủ {term}.")
        self.stdout.write(f"{done} dữ liệu của {len(ordinary)} phiếu.")
        if others := len(tickets) - len(ordinary):
            self.stdout.write(f"{done} dữ liệu của {others} phiếu khiếu nại, tố cáo.")
        kept = retention.kept_longer(now).exclude(kind__in=Ticket.BY_OTHER_LAW)
        for ticket in kept:
            self.stdout.write(f"{ticket}: chưa xóa, {_obstacle(ticket)}.")


def _obstacle(ticket):
    if ticket.legal_holds.in_force().exists():
        return "đang giữ theo yêu cầu pháp lý"
    return "có yêu cầu về dữ liệu chưa xong"
