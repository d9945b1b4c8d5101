"""The mail of each working morning: what waits for one staff member, in counts and codes.

Who may see which ticket is asked of the tickets themselves, anew every morning; denunciations stand in no mail.
"""

from typing import NamedTuple

from django.utils import timezone

from feedback import notifications
from feedback.codes import written
from feedback.models import DataSubjectRequest, PublicDraft, Ticket
from feedback.rights import holders
from feedback.ticket_work import SOME_WORK, WORK, with_due
from procedures.deadlines import Calendar


class Waiting(NamedTuple):
    """What waits for anybody, read once for all; each row with the key of its ticket, None for a question of ours."""

    codes: dict[int, str]
    # What is to be done, with the keys of its tickets, the oldest first.
    work: dict[str, list[int]]
    # Of proposed texts: the ticket, the number of the question, the writer, who is not to approve it.
    drafts: list[tuple]
    requests: list[int]


def send_digests(now=None):
    """Tell each of the staff what waits for them; nothing on days off, and nothing where nothing waits."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    if not Calendar.load().is_working_day(today):
        return
    waiting = waiting_at(now)
    for user in holders("view_ticket", with_administrators=True).exclude(email=""):
        if sections := digest_of(user, waiting):
            notifications.work_waits(user, today, sections)


def waiting_at(now) -> Waiting:
    tickets = with_due(Ticket.objects.filter(SOME_WORK), now)
    work = {
        row.label: list(
            tickets.filter(row.rows).order_by(row.since, "pk").values_list("pk", flat=True)
        )
        for row in WORK.values()
    }
    drafts = PublicDraft.objects.filter(decision=PublicDraft.Decision.WAITING).order_by("pk")
    soon = timezone.localdate(now) + DataSubjectRequest.SOON
    requests = DataSubjectRequest.objects.due_by(soon).order_by("action_due_on", "pk")
    waiting = Waiting(
        codes={},
        work=work,
        drafts=list(drafts.values_list("ticket", "question", "written_by")),
        requests=list(requests.values_list("ticket", flat=True)),
    )
    keys = {pk for keys in work.values() for pk in keys} | set(waiting.requests)
    keys |= {ticket for ticket, _question, _writer in waiting.drafts if ticket}
    # Of a denunciation no code is read, so that none is told.
    waiting.codes.update(Ticket.objects.filter(pk__in=keys).values_list("pk", "code"))
    return waiting


def digest_of(user, waiting: Waiting) -> list[tuple[str, list[str]]]:
    """What waits for this person: for each kind of work its words and the codes of what they may see."""
    seen = set(
        Ticket.objects.visible_to(user).filter(pk__in=waiting.codes).values_list("pk", flat=True)
    )
    sections = [(label, keys) for label, keys in waiting.work.items()]
    if user.has_perm("feedback.approve_publication"):
        drafts = [ticket for ticket, _question, writer in waiting.drafts if writer != user.pk]
        sections.append(("Bản công khai chờ ông/bà duyệt", drafts))
    if user.has_perm("feedback.view_datasubjectrequest"):
        sections.append(("Yêu cầu về dữ liệu cá nhân đến hạn", waiting.requests))
    told = [
        (label, [written(waiting.codes[pk]) for pk in keys if pk in seen])
        for label, keys in sections
    ]
    if user.has_perm("feedback.approve_publication"):
        questions = [
            f"số {question}"
            for _ticket, question, writer in waiting.drafts
            if question and writer != user.pk
        ]
        told.append(("Hỏi đáp chờ ông/bà duyệt", questions))
    return [(label, codes) for label, codes in told if codes]
