"""What the sender may do with a ticket of theirs: answer, add, withdraw, rate, reopen, ask about their data.

Each step holds the ticket, so that of two sent at once the second sees what the first has done; a form that is sent
again changes nothing and is answered as before.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback import clocks, codes, merged, notifications, personal_data, publication, workflow
from feedback.models import (
    ConsentRecord,
    ConsentText,
    DataSubjectRequest,
    Ticket,
    TicketDeadline,
    TicketEvent,
    TicketMessage,
    TicketRating,
)
from procedures.deadlines import Calendar, deadline
from procedures.models import TermRule

S = Ticket.Status
E = TicketEvent.Type
SENDER, PORTAL = TicketEvent.By.SENDER, TicketEvent.By.PORTAL

# What the office did not ask for; an answer to a question always goes.
MOST_UNASKED_A_DAY = 5
RATED_IN = (S.ANSWERED, S.PUBLISHED, S.CLOSED)
REQUEST_IS_OPEN = (DataSubjectRequest.State.RECEIVED, DataSubjectRequest.State.REPLIED)
# Without this consent the ticket cannot be worked on, so staff decide what follows.
INTAKE = ConsentText.Purpose.INTAKE


class Refused(ValidationError):
    """The ticket stands where this step is not to be taken; the sentence is for the sender."""


# Which steps stand open


def is_asked(ticket) -> bool:
    """Whether the last word in the conversation is the office's."""
    last = ticket.messages.order_by("-sent_at", "-pk").values_list("by", flat=True).first()
    return last == TicketEvent.By.STAFF


def may_reply(ticket) -> bool:
    return not ticket.is_ended


def may_withdraw(ticket) -> bool:
    return workflow.can_move(ticket, S.WITHDRAWN)


def last_answer(ticket):
    return ticket.answers.select_related("rating").order_by("-round").first()


def may_rate(ticket, answer) -> bool:
    return answer is not None and ticket.status in RATED_IN and not hasattr(answer, "rating")


def reopen_until(answer):
    """The last day on which "not solved" can be said of an answer, with all that explains it."""
    return deadline(answer.answered_at, TermRule.objects.term("feedback.reopen"))


def may_reopen(ticket, answer, *, now=None) -> bool:
    if answer is None or not workflow.can_move(ticket, S.REOPENED):
        return False
    return (now or timezone.now()) < reopen_until(answer).due_at


# The steps


@transaction.atomic
def reply(*, ticket, form_key, body="", attach=None, now=None) -> TicketMessage:
    """Keep what the sender writes or adds; where they were asked, let the clock run on.

    `attach(ticket, message)` keeps the files.
    """
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    form_hash = _form_hash(ticket, form_key)
    if sent := ticket.messages.filter(form_hash=form_hash).first():
        return sent
    if not may_reply(ticket):
        raise Refused(_("Phiếu đã kết thúc nên không nhận thêm tin. Việc mới thì gửi phiếu mới."))
    if not is_asked(ticket) and _sent_lately(ticket, now) >= MOST_UNASKED_A_DAY:
        raise Refused(
            _("Hôm nay phiếu đã nhận đủ số tin. Ông/bà gửi tiếp vào ngày mai, hoặc gọi cơ quan.")
        )
    message = _keep_message(ticket, form_hash, body, now)
    if attach:
        attach(ticket, message)
    was_waited_for = ticket.pauses.filter(ended_at=None).exists()
    moved = clocks.resume(ticket, now=now)
    if was_waited_for and ticket.status == S.COLLECTING:
        workflow.move(ticket, S.IN_PROGRESS, type=E.REPLIED, by=SENDER, now=now)
    else:
        workflow.note(ticket, type=E.REPLIED, by=SENDER, now=now)
    for row in moved:
        if row.kind == TicketDeadline.Kind.ANSWER:
            words = f"Hạn trả lời mới: {row.due_on:%d/%m/%Y}."
            workflow.note(ticket, type=E.RECOUNTED, by=PORTAL, now=now, note=words)
    notifications.sender_replied(ticket, message)
    return message


@transaction.atomic
def withdraw(*, ticket, now=None) -> Ticket:
    """Take the ticket back; nothing more is promised."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if ticket.status == S.WITHDRAWN:
        return ticket
    if not may_withdraw(ticket):
        raise Refused(_("Phiếu đã được trả lời hoặc đã kết thúc nên không rút được nữa."))
    clocks.drop(ticket, now=now)
    workflow.move(ticket, S.WITHDRAWN, type=E.WITHDRAWN, by=SENDER, now=now)
    merged.set_all_apart(ticket, now=now)
    return ticket


@transaction.atomic
def rate(*, ticket, score, comment="", now=None) -> TicketRating:
    """Keep how satisfied the sender is with the newest answer: once for each."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    answer = last_answer(ticket)
    rating = getattr(answer, "rating", None)
    if rating and (rating.score, rating.comment) == (score, comment):
        return rating
    if rating:
        raise Refused(_("Ông/bà đã đánh giá trả lời này. Mỗi trả lời được đánh giá một lần."))
    if not may_rate(ticket, answer):
        raise Refused(_("Phiếu chưa có trả lời để đánh giá."))
    rating = TicketRating.objects.create(answer=answer, score=score, comment=comment, rated_at=now)
    workflow.note(ticket, type=E.RATED, by=SENDER, now=now)
    return rating


@transaction.atomic
def reopen(*, ticket, form_key, reason, now=None) -> TicketMessage:
    """Say once that the answer has not solved it: the ticket is open again, with a clock of its own."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    form_hash = _form_hash(ticket, form_key)
    if sent := ticket.messages.filter(form_hash=form_hash).first():
        return sent
    if ticket.reopened_at:
        raise Refused(_("Phiếu đã được mở lại một lần nên không mở lại nữa."))
    answer = last_answer(ticket)
    if answer is None or not workflow.can_move(ticket, S.REOPENED):
        raise Refused(_("Chỉ mở lại được phiếu đã có trả lời và chưa kết thúc."))
    if not may_reopen(ticket, answer, now=now):
        raise Refused(_("Đã quá hạn báo “chưa giải quyết”. Ông/bà gửi phiếu mới về việc này."))
    message = _keep_message(ticket, form_hash, reason, now)
    workflow.move(ticket, S.REOPENED, type=E.REOPENED, by=SENDER, now=now)
    merged.set_apart(ticket, by=SENDER, now=now)
    if ticket.has_clock:
        clocks.start_clocks(ticket, now=now, kinds=[TicketDeadline.Kind.ANSWER], round=2)
    notifications.ticket_reopened(ticket)
    return message


@transaction.atomic
def request_about_data(*, ticket, kind, form_key, details="", now=None) -> DataSubjectRequest:
    """Keep what the sender asks about their own data, with the two days that the law gives."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    form_hash = _form_hash(ticket, form_key)
    requests = ticket.data_requests
    if sent := requests.filter(form_hash=form_hash).first():
        return sent
    if requests.filter(kind=kind, state__in=REQUEST_IS_OPEN).exists():
        raise Refused(_("Yêu cầu này đã gửi và đang được giải quyết; kết quả hiện ở đây."))
    calendar = Calendar.load()
    reply_by, act_by = (
        deadline(now, TermRule.objects.term(key), calendar=calendar)
        for key in ("data.reply", "data.act")
    )
    request = requests.create(
        kind=kind,
        details=details,
        form_hash=form_hash,
        received_at=now,
        reply_due_on=reply_by.due_on,
        action_due_on=act_by.due_on,
        reply_explanation=reply_by.as_json(),
        action_explanation=act_by.as_json(),
    )
    workflow.note(ticket, type=E.RIGHTS_REQUEST, by=SENDER, now=now)
    notifications.data_requested(request)
    return request


@transaction.atomic
def withdraw_consent(*, ticket, purpose, now=None) -> bool:
    """Take back a consent that the work does not need: it ends at once. Whether there was one."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if purpose == INTAKE:
        raise ValueError("Staff decide what follows when this consent ends.")
    parts = personal_data.with_parts(ticket)
    given = ConsentRecord.objects.filter(ticket__in=parts, text__purpose=purpose, withdrawn_at=None)
    if not given.update(withdrawn_at=now):
        return False
    if purpose == ConsentText.Purpose.PUBLISH_NAME:
        for part in parts:
            publication.forget_name(part)
    workflow.note(ticket, type=E.RIGHTS_DONE, by=SENDER, now=now, note=_CONSENT_ENDED[purpose])
    return True


_CONSENT_ENDED = {
    ConsentText.Purpose.MAIL: "Ông/bà thôi nhận tin qua thư điện tử.",
    ConsentText.Purpose.PUBLISH_NAME: "Ông/bà thôi đồng ý nêu tên khi công khai kết quả.",
}


def _form_hash(ticket, form_key):
    """Of this form for this ticket: a page of another ticket answers for that one alone."""
    return codes.hash_form_key(f"{ticket.pk}\n{form_key}")


def _keep_message(ticket, form_hash, body, now):
    return ticket.messages.create(by=SENDER, body=body, form_hash=form_hash, sent_at=now)


def _sent_lately(ticket, now):
    return ticket.messages.filter(by=SENDER, sent_at__gt=now - timedelta(days=1)).count()
