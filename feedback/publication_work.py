"""What waits to be published, approved or looked at again: queues of the staff home and filters of the lists."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from feedback.models import FrequentQuestion, PublicDraft, Ticket, TicketAnswer
from feedback.publication import ANSWERED
from feedback.review import needing_review
from portal.work_queues import work_queue

# What nobody made public by then, nobody wanted to.
RECENT = timedelta(days=60)
WRITE, APPROVE = ("answer_ticket", "classify_ticket"), ("approve_publication",)
WRITE_QUESTIONS = ("add_frequentquestion", "change_frequentquestion")
FILTER = "cong-khai"


def has_any(user, rights) -> bool:
    return any(user.has_perm(f"feedback.{right}") for right in rights)


def unpublished(tickets, user):
    """Answered of late, of the kinds whose answers the law wants public."""
    answers = TicketAnswer.objects.filter(
        ticket=OuterRef("pk"), answered_at__gte=timezone.now() - RECENT
    )
    return tickets.filter(
        Exists(answers),
        kind__in=Ticket.WITH_SENDER,
        status__in=ANSWERED,
        is_anonymous=False,
        public_state=Ticket.PublicState.PRIVATE,
    )


def to_approve(items, user):
    """With a text that somebody else wrote."""
    drafts = PublicDraft.objects.filter(**{_owner(items.model): OuterRef("pk")})
    drafts = drafts.filter(decision=PublicDraft.Decision.WAITING).exclude(written_by=user)
    oldest = drafts.values("written_at")[:1]
    return items.filter(Exists(drafts)).annotate(waiting_since=oldest)


class Work(NamedTuple):
    """Tickets or questions that wait for one thing, since a moment of theirs, for who has one of these rights."""

    label: str
    rows: Callable
    since: str
    rights: tuple[str, ...]


REVIEW = "Trả lời công khai cần xem lại (thủ tục đã đổi)"
# What the address of a list asks for.
TICKET_WORK = {
    "chua-co": Work("Trả lời chưa có bản công khai", unpublished, "status_at", WRITE),
    "cho-duyet": Work("Bản công khai chờ duyệt", to_approve, "waiting_since", APPROVE),
    "xem-lai": Work(REVIEW, needing_review, "procedure__updated_at", (*WRITE, *APPROVE)),
}
QUESTION_WORK = {
    "cho-duyet": Work("Hỏi đáp chờ duyệt", to_approve, "waiting_since", APPROVE),
    "xem-lai": Work(
        "Hỏi đáp cần xem lại (thủ tục đã đổi)",
        needing_review,
        "procedure__updated_at",
        (*WRITE_QUESTIONS, *APPROVE),
    ),
}


def publication_queues(user, *, tickets=None, questions=None):
    """Of the tickets and questions that this person may see."""
    return [
        work_queue(work.label, work.rows(items, user), filters={FILTER: name}, since=work.since)
        for items, works in [(tickets, TICKET_WORK), (questions, QUESTION_WORK)]
        if items is not None
        for name, work in works.items()
        if has_any(user, work.rights)
    ]


def _owner(model):
    return "question" if model is FrequentQuestion else "ticket"
