"""What is taken away or changed of a sender's data: files, the identity, the words; and the requests that ask for it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback import notifications, publication, workflow
from feedback.models import (
    DataSubjectRequest,
    TicketAttachment,
    TicketEvent,
    TicketMessage,
    TicketRating,
    TicketSender,
)

State = DataSubjectRequest.State
ENDED = (State.DONE, State.REFUSED)


@transaction.atomic
def purge_attachment(*, attachment, by=None, reason="", now=None):
    """Remove a file for good, such as a picture of an identity card; that there was one stays."""
    now = now or timezone.now()
    ticket = workflow.lock(attachment.ticket)
    attachment = TicketAttachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.purged_at:
        raise ValidationError("Tệp này đã xóa.")
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
    changed = [name for name, value in fields.items() if getattr(sender, name) != value]
    for name in changed:
        setattr(sender, name, fields[name])
    sender.save(update_fields=changed)
    labels = ", ".join(TicketSender._meta.get_field(name).verbose_name for name in changed)
    workflow.note(
        ticket,
        type=TicketEvent.Type.NOTE,
        **_acting(by, now or timezone.now()),
        internal_note=f"Sửa thông tin người gửi theo yêu cầu: {labels or 'không có gì khác'}.",
    )
    return sender


@transaction.atomic
def answer_data_request(*, request, by, state, reply, erase_text=False, now=None):
    """Reply to what a sender asked about their data, and say whether it is done.

    What the request asks for is done in the same breath where the portal can do it: to erase, to take consent back.
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
    done = TicketEvent.Type.RIGHTS_DONE if request.ended_at else TicketEvent.Type.NOTE
    note = f"{request}: {request.get_state_display()}."
    workflow.note(ticket, type=done, **_acting(by, now), internal_note=note)
    if state == State.DONE:
        _do(request, ticket, by, erase_text, now)
    notifications.data_request_answered(request)
    return request


def _do(request, ticket, by, erase_text, now):
    if request.kind == DataSubjectRequest.Kind.DELETE:
        erase_sender(ticket=ticket, by=by, erase_text=erase_text, now=now)
    elif request.kind == DataSubjectRequest.Kind.WITHDRAW:
        ticket.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
        publication.forget_name(ticket)


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
