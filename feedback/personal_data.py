"""What is taken away or changed of a sender's data: files, the identity, the words; and the requests that ask for it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback import notifications, publication, workflow
from feedback.models import (
    DataSubjectRequest,
    Ticket,
    TicketAttachment,
    TicketEvent,
    TicketMessage,
    TicketRating,
    TicketSender,
)
from procedures.deadline_words import term_of
from procedures.deadlines import Term, deadline
from procedures.models import TermRule

Kind = DataSubjectRequest.Kind
State = DataSubjectRequest.State
ENDED = (State.DONE, State.REFUSED)
# What others who were given the data must be told to stop, too.
MAY_CONCERN_OTHERS = (Kind.WITHDRAW, Kind.RESTRICT, Kind.OBJECT)


def refuse_while_held(ticket):
    """Of a ticket that is held for the law nothing is taken away, whoever asks."""
    if ticket.legal_holds.in_force().exists():
        raise ValidationError(
            "Dữ liệu của phiếu đang được giữ theo yêu cầu pháp lý: chưa xóa, sửa được gì cho đến khi thôi giữ."
        )


@transaction.atomic
def purge_attachment(*, attachment, by=None, reason="", now=None):
    """Remove a file for good, such as a picture of an identity card; that there was one stays."""
    now = now or timezone.now()
    ticket = workflow.lock(attachment.ticket)
    attachment = TicketAttachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.purged_at:
        raise ValidationError("Tệp này đã xóa.")
    refuse_while_held(ticket)
    _purge(attachment, by, now)
    workflow.note(
        ticket,
        type=TicketEvent.Type.PURGED,
        **_acting(by, now),
        internal_note=f"Tệp {attachment.number}. {reason}".strip(),
    )
    return attachment


@transaction.atomic
def erase_sender(*, ticket, by=None, erase_text=False, now=None):
    """Erase who sent a ticket, with all files; with `erase_text` also what they wrote. It cannot be taken back."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    refuse_while_held(ticket)
    empty = dict.fromkeys(TicketSender.IDENTITY, "")
    TicketSender.objects.filter(ticket=ticket, erased_at=None).update(**empty, erased_at=now)
    for attachment in ticket.attachments.filter(purged_at=None):
        _purge(attachment, by, now)
    # What they wrote about their data, and the consent to mail, speak of nobody any more.
    ticket.data_requests.update(details="")
    ticket.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    publication.forget_name(ticket)
    if erase_text:
        _erase_text(ticket, now)
    workflow.note(
        ticket,
        type=TicketEvent.Type.ERASED,
        **_acting(by, now),
        internal_note="Xóa cả nội dung." if erase_text else "Giữ nội dung phiếu.",
    )
    return ticket


@transaction.atomic
def correct_sender(*, ticket, by, now=None, **fields):
    """Put right what a sender asked to have put right; which fields, is kept, not what stood or stands there."""
    ticket = workflow.lock(ticket)
    sender = TicketSender.objects.select_for_update().get(ticket=ticket)
    if sender.erased_at:
        raise ValidationError("Thông tin người gửi đã xóa, không sửa được.")
    refuse_while_held(ticket)
    changed = [name for name, value in fields.items() if getattr(sender, name) != value]
    for name in changed:
        setattr(sender, name, fields[name])
    sender.save(update_fields=changed)
    if changed:
        copies = TicketSender.objects.filter(ticket__in=with_parts(ticket), erased_at=None)
        copies.update(**{name: fields[name] for name in changed})
    labels = ", ".join(TicketSender._meta.get_field(name).verbose_name for name in changed)
    workflow.note(
        ticket,
        type=TicketEvent.Type.NOTE,
        **_acting(by, now or timezone.now()),
        internal_note=f"Sửa thông tin người gửi theo yêu cầu: {labels or 'không có gì khác'}.",
    )
    return sender


@transaction.atomic
def answer_data_request(
    *, request, by, state, reply, erase_text=False, third_party=False, now=None
):
    """Reply to what a sender asked about their data, and say whether it is done.

    What the request asks for is done in the same breath where the portal can do it: to erase, to restrict, to take
    consent back. With `third_party` others must stop, too, and the law gives more days for that.
    """
    now = now or timezone.now()
    ticket = workflow.lock(request.ticket)
    request = DataSubjectRequest.objects.select_for_update().get(pk=request.pk)
    if request.state in ENDED or (request.state, state) == (State.REPLIED, State.REPLIED):
        raise ValidationError(f"Yêu cầu này đang là “{request.get_state_display()}”. Xin xem lại.")
    request.state, request.reply = state, reply
    request.replied_at = request.replied_at or now
    request.ended_at = now if state in ENDED else None
    request.save(update_fields=["state", "reply", "replied_at", "ended_at"])
    if third_party and not request.third_party_at:
        _give_days_for_others(request, now)
    done = TicketEvent.Type.RIGHTS_DONE if request.ended_at else TicketEvent.Type.NOTE
    note = f"{request}: {request.get_state_display()}."
    workflow.note(ticket, type=done, **_acting(by, now), internal_note=note)
    if state == State.DONE:
        _do(request, ticket, by, erase_text, now)
    notifications.data_request_answered(request)
    return request


@transaction.atomic
def extend_data_request(*, request, by, days, reason, now=None):
    """Take more days to do what a sender asked: once, before the first day is over, with a reason that they read."""
    now = now or timezone.now()
    ticket = workflow.lock(request.ticket)
    request = DataSubjectRequest.objects.select_for_update().get(pk=request.pk)
    if request.state in ENDED or request.extended_at:
        raise ValidationError("Yêu cầu này đã xong, hoặc đã gia hạn một lần rồi.")
    if request.action_due_on < timezone.localdate(now):
        raise ValidationError("Hạn thực hiện đã qua, không gia hạn được nữa.")
    if not 1 <= days <= longest_extension():
        raise ValidationError({"days": f"Gia hạn nhiều nhất {longest_extension()} ngày."})
    request.extended_at, request.extension_days, request.extension_reason = now, days, reason
    term = term_of(request.action_explanation)
    _count_action(request, Term(term.value + days, term.unit))
    request.save(update_fields=["extended_at", "extension_days", "extension_reason"])
    note = f"{request}: gia hạn thực hiện đến {request.action_due_on:%d/%m/%Y}."
    workflow.note(ticket, type=TicketEvent.Type.NOTE, **_acting(by, now), internal_note=note)
    notifications.data_request_extended(request)
    return request


def longest_extension() -> int:
    return int(TermRule.objects.term("data.extension").value)


@transaction.atomic
def lift_restriction(*, ticket, by, reason, now=None):
    """Use the sender's data again, as they agreed to, or as a law wants it."""
    ticket = workflow.lock(ticket)
    restricted = TicketSender.objects.filter(
        ticket__in=with_parts(ticket), restricted_at__isnull=False
    )
    if not restricted.update(restricted_at=None):
        raise ValidationError("Dữ liệu người gửi không bị hạn chế.")
    workflow.note(
        ticket,
        type=TicketEvent.Type.NOTE,
        **_acting(by, now or timezone.now()),
        internal_note=f"Thôi hạn chế dùng dữ liệu người gửi: {reason}",
    )
    return ticket


def _give_days_for_others(request, now):
    request.third_party_at = now
    term = TermRule.objects.term("data.act_third_party")
    _count_action(request, Term(term.value + request.extension_days, term.unit))
    request.save(update_fields=["third_party_at"])


def _count_action(request, term):
    """The day by which it must be done, counted anew from its receipt."""
    found = deadline(request.received_at, term)
    request.action_due_on, request.action_explanation = found.due_on, found.as_json()
    request.save(update_fields=["action_due_on", "action_explanation"])


def with_parts(ticket):
    """Of a message that was split its parts, too: they have copies of the sender."""
    parts = Ticket.everything.filter(split_from=ticket, is_anonymous=ticket.is_anonymous)
    return [ticket, *parts.order_by("pk")]


def _do(request, ticket, by, erase_text, now):
    for each in with_parts(ticket):
        match request.kind:
            case Kind.DELETE:
                erase_sender(ticket=each, by=by, erase_text=erase_text, now=now)
            case Kind.WITHDRAW:
                each.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
                publication.forget_name(each)
            case Kind.RESTRICT | Kind.OBJECT:
                kept = TicketSender.objects.filter(ticket=each, erased_at=None)
                kept.filter(restricted_at=None).update(restricted_at=now)
                publication.forget_name(each)


def _purge(attachment, by, now):
    name, storage = attachment.file.name, attachment.file.storage
    attachment.file, attachment.purged_at, attachment.purged_by = "", now, by
    attachment.save(update_fields=["file", "purged_at", "purged_by"])
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def _erase_text(ticket, now):
    ticket.subject = ticket.body = ""
    ticket.content_erased_at = now
    ticket.save(update_fields=["subject", "body", "content_erased_at"])
    TicketMessage.objects.filter(ticket=ticket, by=TicketEvent.By.SENDER).update(body="")
    TicketRating.objects.filter(answer__ticket=ticket).update(comment="")


def _acting(by, now):
    return {
        "by": TicketEvent.By.STAFF if by else TicketEvent.By.PORTAL,
        "actor": by,
        "now": now,
    }
