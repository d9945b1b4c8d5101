"""What staff do with a ticket: each step in one transaction, on the locked row, with its event, clocks and mail.

Whether this person may take a step is asked where the step is offered (`feedback.admin.steps`); what must hold
whoever asks stands here. `by` is a staff member, None where the portal itself acts.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback import clocks, merged, notifications, publication, register, workflow
from feedback.models import (
    Ticket,
    TicketAnswer,
    TicketDeadline,
    TicketEvent,
    TicketMessage,
    TicketSender,
    may_handle_denunciations,
)
from feedback.rights import denunciation_officers
from portal.text import fold
from procedures.models import TermRule

S, Type = Ticket.Status, TicketEvent.Type
Clock = TicketDeadline.Kind
# A place or an organisation may be what an answer is about.
UNIQUE = ("name", "phone", "email")
GOES_ALONG = "Phiếu được giải quyết chung với phiếu khác cùng việc, nên cùng chuyển theo."


@transaction.atomic
def classify_ticket(*, ticket, by, kind, note="", internal_note="", now=None):
    """Accept a ticket as what it is: from here on it stands in the register."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if (kind == Ticket.Kind.DENUNCIATION) != _is_restricted(ticket):
        raise ValidationError("Đổi sang tố cáo, hoặc tố cáo sang loại khác, là một bước riêng.")
    before = ticket.kind
    place = register.next_place(is_restricted=_is_restricted(ticket), now=now)
    workflow.move(
        ticket,
        S.CLASSIFIED,
        type=Type.CLASSIFIED,
        **_acting(by, now),
        changes=place | {"kind": kind},
        note=note,
        internal_note=_with_kinds(before, kind, internal_note),
    )
    clocks.meet(ticket, Clock.CLASSIFY, now=now)
    _fit_clocks(ticket, before, now)
    notifications.ticket_classified(ticket)
    return ticket


@transaction.atomic
def reject_ticket(*, ticket, by, reason, note="", internal_note="", now=None):
    """Refuse a ticket for one of the listed reasons, and tell the sender which."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    workflow.move(
        ticket,
        S.REJECTED,
        type=Type.REJECTED,
        **_acting(by, now),
        changes={"reject_reason": reason},
        note=note,
        internal_note=internal_note,
    )
    clocks.meet(ticket, Clock.CLASSIFY, Clock.FIRST_HANDLING, now=now)
    clocks.drop(ticket, now=now)
    merged.set_all_apart(ticket, now=now)
    notifications.ticket_rejected(ticket)
    return ticket


@transaction.atomic
def transfer_ticket(*, ticket, by, agency, note, internal_note="", now=None):
    """Pass a ticket to the agency whose matter it is; the sender reads `note`, the reason.

    Of a denunciation nothing goes along but `internal_note`: its text written anew, without who sent it. Tickets that
    were merged into this one go along, without words of its sender.
    """
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if ticket.kind == Ticket.Kind.COMPLAINT:
        raise ValidationError("Khiếu nại không chuyển trên Cổng: hướng dẫn người gửi theo luật.")
    if agency.pk == ticket.handling_agency_id:
        raise ValidationError({"agency": "Phiếu đang ở chính cơ quan này."})
    if not note.strip():
        raise ValidationError({"note": "Xin ghi lý do chuyển: người gửi đọc được câu này."})
    if _is_restricted(ticket):
        refuse_identity(ticket, "internal_note", internal_note)
    event = workflow.move(
        ticket,
        S.TRANSFERRED,
        type=Type.TRANSFERRED,
        **_acting(by, now),
        from_agency_id=ticket.handling_agency_id or ticket.receiving_agency_id,
        to_agency=agency,
        changes={"handling_agency": agency},
        note=note,
        internal_note=internal_note,
    )
    clocks.resume(ticket, now=now)
    clocks.meet(ticket, Clock.TRANSFER, Clock.FIRST_HANDLING, now=now)
    notifications.ticket_transferred(ticket, event)
    notifications.ticket_came_to_agency(ticket, event)
    for other in merged.locked(ticket):
        if other.handling_agency_id != agency.pk:
            transfer_ticket(ticket=other, by=by, agency=agency, note=GOES_ALONG, now=now)
    return ticket


@transaction.atomic
def start_ticket(*, ticket, by, note="", internal_note="", now=None):
    """Begin the work, or go on with it once there are grounds; what nobody else has, its receiver handles."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if ticket.kind == Ticket.Kind.COMPLAINT:
        raise ValidationError(
            "Khiếu nại không giải quyết trên Cổng: hướng dẫn người gửi theo luật."
        )
    agency = ticket.handling_agency_id or ticket.receiving_agency_id
    if agency is None:
        raise ValidationError("Chưa rõ cơ quan nào xử lý. Xin chuyển phiếu tới một cơ quan trước.")
    workflow.move(
        ticket,
        S.IN_PROGRESS,
        type=Type.STARTED,
        **_acting(by, now),
        changes={"handling_agency_id": agency},
        note=note,
        internal_note=internal_note,
    )
    clocks.meet(ticket, Clock.TRANSFER, Clock.FIRST_HANDLING, now=now)
    for other in merged.locked(ticket):
        if workflow.can_move(other, S.IN_PROGRESS):
            start_ticket(ticket=other, by=by, now=now)
    return ticket


@transaction.atomic
def collect(*, ticket, by, note, internal_note="", now=None):
    """Say that there are not grounds enough yet, and what is being done about it. The clock runs on."""
    ticket = workflow.lock(ticket)
    workflow.move(
        ticket,
        S.COLLECTING,
        type=Type.COLLECTING,
        **_acting(by, now or timezone.now()),
        note=note,
        internal_note=internal_note,
    )
    return ticket


@transaction.atomic
def ask_sender(*, ticket, by, body, stops_clock=True, now=None):
    """Ask the sender something; with `stops_clock` no day counts until they answer."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if ticket.is_ended or ticket.status in {S.ANSWERED, S.PUBLISHED}:
        raise ValidationError("Phiếu đã trả lời hoặc đã kết thúc, không hỏi thêm người gửi được.")
    message = TicketMessage.objects.create(
        ticket=ticket,
        by=TicketEvent.By.STAFF,
        author=by,
        body=body,
        stops_clock=stops_clock,
        sent_at=now,
    )
    workflow.note(ticket, type=Type.ASKED, **_acting(by, now))
    if stops_clock and ticket.deadlines.running().exists():
        clocks.pause(ticket, now=now)
    notifications.sender_asked(ticket, message)
    return message


@transaction.atomic
def extend_ticket(*, ticket, by, note, internal_note="", now=None):
    """Promise a later day for the answer: once, with a reason that the sender reads, before the first one is over."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    deadline = answer_deadline(ticket)
    rule = TermRule.objects.get(key="feedback.extension")
    if deadline is None or deadline.extended_at:
        raise ValidationError("Hạn trả lời không có, hoặc đã gia hạn một lần rồi.")
    if deadline.is_overdue(now):
        raise ValidationError("Hạn trả lời đã qua, không gia hạn được nữa.")
    if rule.unit != deadline.term_unit:
        raise ValidationError("Thời gian gia hạn và hạn trả lời phải cùng một đơn vị ngày.")
    deadline.term_value += rule.value
    deadline.extended_at = now
    deadline.save(update_fields=["term_value", "extended_at"])
    clocks.recount(ticket)
    event = workflow.note(
        ticket, type=Type.EXTENDED, **_acting(by, now), note=note, internal_note=internal_note
    )
    notifications.ticket_extended(ticket, event)
    return ticket


@transaction.atomic
def answer_ticket(
    *,
    ticket,
    by,
    body,
    outcome,
    shared_body="",
    agency=None,
    signer="",
    document_number="",
    legal_documents=(),
    late_reason="",
    now=None,
):
    """Give the official answer. A late one says why it is late, and the sender reads that, too.

    Those whose tickets were merged into this one get `shared_body`: the same answer without words that are for this
    sender alone, each late or in time by the day that was promised to them.
    """
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    if ticket.merged_into_id:
        raise ValidationError("Phiếu đã gộp: trả lời ở phiếu kia, hoặc thôi gộp trước.")
    if ticket.runs_by_other_law:
        raise ValidationError("Khiếu nại, tố cáo giải quyết theo luật riêng, không trả lời ở đây.")
    if not workflow.can_move(ticket, S.ANSWERED):
        raise workflow.WrongStep(ticket, S.ANSWERED)
    others = merged.locked(ticket)
    if others:
        _refuse_in_shared(shared_body, [ticket, *others])
    handler = ticket.handling_agency_id or ticket.receiving_agency_id
    common = {
        "by": by,
        "outcome": outcome,
        "agency_id": agency.pk if agency else handler,
        "signer": signer,
        "legal_documents": legal_documents,
        "late_reason": late_reason.strip(),
        "now": now,
    }
    answer = _answer(ticket, body=body, document_number=document_number, **common)
    for other in others:
        _answer(other, body=shared_body, **common)
    return answer


def _answer(ticket, *, by, agency_id, legal_documents, late_reason, now, **words):
    """Answer one locked ticket."""
    clocks.resume(ticket, now=now)
    deadline = answer_deadline(ticket)
    is_late = deadline is not None and deadline.is_overdue(now)
    if is_late and not late_reason:
        raise ValidationError({"late_reason": "Đã quá hạn: xin ghi vì sao trả lời muộn."})
    answer = TicketAnswer.objects.create(
        ticket=ticket,
        round=2 if ticket.reopened_at else 1,
        agency_id=agency_id,
        written_by=by,
        answered_at=now,
        **words,
    )
    answer.legal_documents.set(legal_documents)
    note = late_reason if is_late else ""
    workflow.move(ticket, S.ANSWERED, type=Type.ANSWERED, **_acting(by, now), note=note)
    clocks.meet(ticket, *Clock.values, now=now)
    notifications.ticket_answered(ticket, answer)
    return answer


@transaction.atomic
def close_ticket(*, ticket, by=None, note="", internal_note="", now=None):
    """End a ticket.

    The portal ends what was answered, when the sender has had the time to say that nothing was solved. Staff end
    what gets no answer here: praise, comments, unsigned messages, and what goes by other laws.
    """
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    is_answered = ticket.status in {S.ANSWERED, S.PUBLISHED}
    if by is not None and (is_answered or ticket.has_clock and not ticket.runs_by_other_law):
        raise ValidationError("Phiếu này phải được trả lời; trả lời xong, Cổng tự kết thúc phiếu.")
    if by is None and not is_answered:
        raise ValidationError("Cổng chỉ tự kết thúc phiếu đã trả lời.")
    workflow.move(
        ticket,
        S.CLOSED,
        type=Type.CLOSED,
        **_acting(by, now),
        note=note,
        internal_note=internal_note,
    )
    clocks.meet(ticket, Clock.FIRST_HANDLING, now=now)
    clocks.drop(ticket, now=now)
    merged.set_all_apart(ticket, now=now)
    if by is not None:
        notifications.ticket_closed(ticket)
    return ticket


@transaction.atomic
def change_kind(*, ticket, by, kind, internal_note="", now=None):
    """Say that a ticket is of another kind; the kind that its sender chose stays beside it.

    To a denunciation any officer who classifies may turn it, and sees it no more; from one only who may handle them.
    """
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    before, old_entry = ticket.kind, ticket.register_entry
    if kind == before:
        raise ValidationError({"kind": "Phiếu đã là loại này."})
    if ticket.is_ended:
        raise ValidationError("Phiếu đã kết thúc, không đổi loại được.")
    if before == Ticket.Kind.DENUNCIATION and not may_handle_denunciations(by):
        raise ValidationError("Chỉ người được giao xử lý tố cáo mới đổi loại phiếu này.")
    changes = {"kind": kind} | register.place_after_change(ticket, kind, now=now)
    if kind in Ticket.BY_OTHER_LAW:
        publication.forget(ticket)
        merged.set_apart(ticket, **_acting(by, now))
        merged.set_all_apart(ticket, now=now)
    if kind == Ticket.Kind.DENUNCIATION:
        _refuse_without_officer(ticket)
        changes["handling_agency"] = None
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(changes))
    workflow.note(
        ticket,
        type=Type.KIND_CHANGED,
        **_acting(by, now),
        internal_note=_with_kinds(before, kind, _gap_note(old_entry, changes), internal_note),
    )
    _fit_clocks(ticket, before, now)
    return ticket


@transaction.atomic
def set_concerned_staff(*, ticket, by, users, now=None):
    """Keep a ticket from the people whom it is about: they open it nowhere."""
    ticket = workflow.lock(ticket)
    if _is_restricted(ticket):
        _refuse_without_officer(ticket, besides=users)
    ticket.about_staff.set(users)
    workflow.note(
        ticket,
        type=Type.NOTE,
        **_acting(by, now or timezone.now()),
        internal_note="Ghi lại cán bộ mà phiếu nói tới.",
    )
    return ticket


@transaction.atomic
def add_note(*, ticket, by, internal_note, now=None):
    ticket = workflow.lock(ticket)
    acting = _acting(by, now or timezone.now())
    return workflow.note(ticket, type=Type.NOTE, **acting, internal_note=internal_note)


def answer_deadline(ticket):
    """The running promise of an answer, if there is one."""
    promised = [
        row
        for row in ticket.deadlines.all()
        if row.kind == Clock.ANSWER and not row.met_at and not row.dropped_at
    ]
    return max(promised, key=lambda row: row.round, default=None)


def _acting(by, now):
    return {"by": TicketEvent.By.STAFF if by else TicketEvent.By.PORTAL, "actor": by, "now": now}


def _is_restricted(ticket):
    return ticket.kind == Ticket.Kind.DENUNCIATION


def _with_kinds(before, after, *notes):
    """The office's note, with the change of kind before it."""
    change = "" if before == after else f"{_label(before)} → {_label(after)}."
    return "\n".join(filter(None, [change, *notes]))


def _label(kind):
    return Ticket.Kind(kind).label


def _gap_note(old_entry, changes):
    if "register_number" not in changes or not old_entry:
        return ""
    new_entry = f"{changes['register_number']}/{changes['register_year']}"
    return f"Số {old_entry} của sổ cũ từ nay để trống; số ở sổ mới là {new_entry}."


def _fit_clocks(ticket, kind_before, now):
    """After a change of kind: stop the clocks that this kind does not know, start those that are missing.

    They count from the receipt, whenever staff found out what the message is.
    """
    restricted = (ticket.kind == Ticket.Kind.DENUNCIATION, kind_before == Ticket.Kind.DENUNCIATION)
    if not ticket.has_clock or restricted[0] != restricted[1]:
        clocks.drop(ticket, now=now)
    if not ticket.has_clock or ticket.status in {S.ANSWERED, S.PUBLISHED}:
        return
    rules = clocks.RESTRICTED_RULES if restricted[0] else clocks.RULES
    there = set(ticket.deadlines.values_list("kind", flat=True))
    done = {Clock.CLASSIFY} if ticket.status != S.RECEIVED else set()
    if missing := set(rules) - there - done:
        clocks.start_clocks(ticket, now=ticket.received_at, kinds=missing)
    dropped = ticket.deadlines.filter(kind__in=set(rules) & there, dropped_at__isnull=False)
    if dropped.update(dropped_at=None):
        clocks.recount(ticket)


def _refuse_without_officer(ticket, besides=()):
    """A denunciation that nobody may open would be lost."""
    concerned = Q(pk__in=[user.pk for user in besides]) | Q(tickets_about=ticket)
    if not denunciation_officers().exclude(concerned).exists():
        raise ValidationError(
            "Chưa có ai được giao xử lý tố cáo mà xem được phiếu này. Xin báo người quản trị hệ thống"
            " giao quyền “Xử lý tố cáo” cho một người trước."
        )


def refuse_identity(ticket, field, text):
    """What is passed on of a denunciation names its sender in no way that can be found."""
    if not text.strip():
        raise ValidationError(
            {field: "Xin viết lại nội dung để chuyển, không có gì cho biết ai gửi."}
        )
    if tells_who(text, ticket, TicketSender.IDENTITY, least=1):
        raise ValidationError(
            {field: "Nội dung để chuyển còn họ tên, địa chỉ hoặc số của người gửi."}
        )


def _refuse_in_shared(text, tickets):
    """What several senders read says of none of them who they are."""
    if not text.strip():
        raise ValidationError(
            {"shared_body": "Xin viết trả lời cho người gửi các phiếu đã gộp, không nhắc tới ai."}
        )
    if any(tells_who(text, ticket) for ticket in tickets):
        raise ValidationError(
            {"shared_body": "Trả lời chung còn họ tên, số hoặc thư điện tử của một người gửi."}
        )


def tells_who(text, ticket, names=UNIQUE, least=6):
    """Whether a text holds one of these words about the sender; shorter ones than `least` stand in other words, too."""
    sender = getattr(ticket, "sender", None)
    if sender is None:
        return False
    digits = "".join(filter(str.isdigit, text))
    words = [value for name in names if len(value := fold(getattr(sender, name))) >= least]
    phone = "".join(filter(str.isdigit, sender.phone))[-9:]
    return any(word in fold(text) for word in words) or bool(phone and phone in digits)
