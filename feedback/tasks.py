"""What the portal does with tickets and surveys by itself. Each may be done twice, and by two workers at once."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from feedback import clocks, digests, escalation, handling, ledger, retention, verifying, workflow
from feedback.models import LedgerDay, Ticket, TicketAnswer, TicketDeadline, TicketEvent
from feedback.surveys import doubts, improving, invitations
from feedback.surveys import verifying as survey_verifying
from portal import jobs
from procedures.deadlines import Calendar, deadline
from procedures.models import TermRule

logger = logging.getLogger(__name__)

TICKETS_AT_ONCE = 500
# What is read anew every night; all of it, once a week.
DAYS_VERIFIED_NIGHTLY = 30
FINDINGS_LOGGED = 20


class LedgerDisagrees(Exception):
    """Fails the job, so that it stands among the failed jobs on the staff's first page until the ledger agrees."""


class TalliesDisagree(Exception):
    """Fails the job as above, until somebody runs `verify_survey_tallies --mend`."""


@jobs.periodic("Chốt dấu cuối ngày của sổ biên nhận", "5 * * * *")
def close_ledger_day():
    ledger.close_day()


@jobs.periodic("Tính lại thời hạn khi lịch nghỉ thay đổi", "*/10 * * * *")
def recount_deadlines():
    calendar = Calendar.load()
    outdated = TicketDeadline.objects.running().filter(calendar_revision__lt=calendar.revision)
    tickets = Ticket.everything.filter(pk__in=outdated.values("ticket")).order_by("pk")
    for ticket in tickets[:TICKETS_AT_ONCE]:
        recount_ticket(ticket, calendar)


@jobs.periodic("Kết thúc phiếu đã trả lời và hết thời gian mở lại", "25 17 * * *")
def close_answered_tickets():
    close_answered(now=timezone.now())


@jobs.periodic("Báo hạn đã quá cho người duyệt, trong giờ làm việc", "*/30 * * * *")
def tell_of_days_that_are_over():
    escalation.escalate()


# In Vietnam: at seven in the morning.
@jobs.periodic("Gửi thư việc chờ cho cán bộ, sáng ngày làm việc", "0 0 * * *")
def send_digests():
    digests.send_digests()


# At night in Vietnam.


@jobs.periodic("Xóa người gửi và tệp của phiếu đã hết hạn giữ", "20 18 * * *")
def erase_expired():
    retention.erase_expired()


@jobs.periodic(
    "Đối chiếu sổ biên nhận 30 ngày gần đây (lỗi: người quản trị chạy verify_ledger)", "40 18 * * *"
)
def verify_newest_receipts():
    verify_from(_first_position_of_days(DAYS_VERIFIED_NIGHTLY))


@jobs.periodic(
    "Đối chiếu toàn bộ sổ biên nhận (lỗi: người quản trị chạy verify_ledger)", "10 19 * * 6"
)
def verify_all_receipts():
    verify_from(1)


# Surveys


@jobs.periodic("Quên phiếu khảo sát của ngày đã qua được gửi từ đâu", "5 17 * * *")
def forget_survey_senders():
    doubts.forget_senders()


@jobs.periodic("Xóa thư mời khảo sát đã gửi, vì thư có mã phiếu mời", "15 17 * * *")
def forget_sent_invitations():
    invitations.forget_sent()


@jobs.periodic(
    "Đếm lại phiếu khảo sát (lỗi: người quản trị chạy verify_survey_tallies)", "30 19 * * *"
)
def verify_survey_tallies():
    """Log where the counts are not those of the sheets, and fail."""
    findings = survey_verifying.findings(survey_verifying.opened_versions())
    _log_and_fail(findings, "Số đếm khảo sát không khớp: %s", TalliesDisagree)


@jobs.periodic("Tìm nơi phục vụ có tỷ lệ hài lòng giảm", "50 18 * * *")
def find_survey_concerns():
    improving.find_all_concerns()


@transaction.atomic
def recount_ticket(ticket, calendar):
    """Count the running deadlines anew; where a day moved, tell the sender, who sees it as long as it stands."""
    ticket = workflow.lock(ticket)
    before = dict(ticket.deadlines.running().values_list("pk", "due_on"))
    moved = clocks.recount(ticket, calendar=calendar)
    if moved:
        changes = [
            f"Hạn {row.get_kind_display()}: {before[row.pk]:%d/%m/%Y} thành {row.due_on:%d/%m/%Y}."
            for row in moved
        ]
        workflow.note(
            ticket,
            type=TicketEvent.Type.RECOUNTED,
            by=TicketEvent.By.PORTAL,
            note=" ".join(["Lịch nghỉ có thay đổi nên thời hạn được tính lại.", *changes]),
        )


def close_answered(*, now):
    """End the tickets whose senders have had their time to say that nothing was solved."""
    calendar = Calendar.load()
    term = TermRule.objects.term("feedback.close")
    answered = Ticket.everything.filter(
        status__in=[Ticket.Status.ANSWERED, Ticket.Status.PUBLISHED]
    ).order_by("pk")
    for ticket in answered.iterator(chunk_size=TICKETS_AT_ONCE):
        with transaction.atomic():
            if _may_be_closed(workflow.lock(ticket), term, calendar, now):
                handling.close_ticket(ticket=ticket, now=now)


def _may_be_closed(ticket, term, calendar, now):
    if ticket.status not in {Ticket.Status.ANSWERED, Ticket.Status.PUBLISHED}:
        return False
    answer = TicketAnswer.objects.filter(ticket=ticket).order_by("-round").first()
    return answer and deadline(answer.answered_at, term, calendar=calendar).due_at <= now


def verify_from(start):
    """Log where the ledger does not agree, by places alone, and fail."""
    findings = verifying.findings(start=start)
    _log_and_fail(findings, "Sổ biên nhận không khớp: %s", LedgerDisagrees)


def _log_and_fail(findings, words, failure):
    count = 0
    for count, finding in enumerate(findings, 1):
        if count <= FINDINGS_LOGGED:
            logger.error(words, finding)
    if count:
        raise failure(f"{count} chỗ không khớp")


def _first_position_of_days(count):
    """From which position on the receipts of so many days and more stand."""
    before = timezone.localdate() - timedelta(days=count)
    head = LedgerDay.objects.filter(day__lt=before).order_by("-position").first()
    return head.position + 1 if head else 1
