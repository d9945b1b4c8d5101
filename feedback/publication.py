"""How an answer becomes public: one person writes a text of its own, another approves it; and how it is taken back.

Of a ticket only that text is ever public. What its sender wrote, who they are, and the answer as they got it stay
where they are.
"""

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max, Value
from django.utils import timezone

from feedback import workflow
from feedback.models import (
    ConsentText,
    FrequentQuestion,
    PublicDraft,
    PublicText,
    Ticket,
    TicketEvent,
)
from portal.text import fold

PublicState = Ticket.PublicState
Decision = PublicDraft.Decision
Type = TicketEvent.Type
ANSWERED = (Ticket.Status.ANSWERED, Ticket.Status.PUBLISHED, Ticket.Status.CLOSED)
# An advisory lock: public numbers are given one after the other.
NUMBERS_LOCK = 0x7075626C


def may_become_public(ticket) -> bool:
    """Whether there is an answer, and no law or wish of the sender against telling it to all."""
    return (
        ticket.kind not in Ticket.BY_OTHER_LAW
        and not ticket.is_anonymous
        and ticket.status in ANSWERED
        and ticket.answers.exists()
    )


def consented_name(ticket) -> str:
    """The sender's name, if they agreed to be named in public and have not taken it back; empty otherwise."""
    agreed = ticket.consents.filter(
        text__purpose=ConsentText.Purpose.PUBLISH_NAME, withdrawn_at=None
    )
    sender = getattr(ticket, "sender", None)
    if sender is None or sender.restricted_at or not agreed.exists():
        return ""
    return sender.organisation_name if sender.is_organisation else sender.name


@transaction.atomic
def propose(*, item, by, subject, body, answer, names_sender=False, now=None) -> PublicDraft:
    """Write, or write anew, what is to be public of a ticket or a frequent question; it waits for another person."""
    now = now or timezone.now()
    item = lock(item)
    name = ""
    if isinstance(item, Ticket):
        if not may_become_public(item):
            raise ValidationError(
                "Chỉ công khai phiếu đã trả lời, có ghi tên, không phải khiếu nại, tố cáo."
            )
        name = consented_name(item) if names_sender else ""
        if names_sender and not name:
            raise ValidationError("Người gửi không đồng ý nêu tên, hoặc đã rút lại.")
    item.public_drafts.filter(decision=Decision.WAITING).update(
        decision=Decision.REPLACED, decided_by=by, decided_at=now
    )
    draft = PublicDraft.objects.create(
        **_of(item),
        subject=subject,
        body=body,
        answer=answer,
        sender_name=name,
        written_by=by,
        written_at=now,
    )
    if not item.is_published:
        _set(item, public_state=PublicState.PROPOSED)
    _note(item, Type.PROPOSED, by, now, f"Bản công khai số {draft.pk}.")
    return draft


@transaction.atomic
def send_back(*, draft, by, reason, now=None) -> PublicDraft:
    """Say that a proposed text is not to be public as it is; what is public already stays."""
    now = now or timezone.now()
    item, draft = _waiting(draft)
    if not reason.strip():
        raise ValidationError({"reason": "Xin ghi vì sao trả lại, để người viết sửa."})
    _decide(draft, Decision.RETURNED, by, now, reason=reason)
    if not item.is_published:
        _set(item, public_state=_state_before(item))
    _note(item, Type.RETURNED, by, now, reason)
    return draft


@transaction.atomic
def approve(*, draft, by, now=None):
    """Make a proposed text public, in the place of what was public before."""
    now = now or timezone.now()
    item, draft = _waiting(draft)
    if draft.written_by_id == by.pk:
        raise ValidationError("Người duyệt công khai phải khác người viết.")
    if isinstance(item, Ticket):
        if not may_become_public(item):
            raise ValidationError("Phiếu này không còn công khai được. Xin mở lại phiếu để xem.")
        if draft.sender_name and draft.sender_name != consented_name(item):
            raise ValidationError("Người gửi đã rút lại sự đồng ý nêu tên. Xin viết lại bản khác.")
    _decide(draft, Decision.APPROVED, by, now)
    _set(
        item,
        public_state=PublicState.PUBLISHED,
        public_number=item.public_number or _next_number(type(item)),
        public_subject=draft.subject,
        public_body=draft.body,
        public_answer=draft.answer,
        public_written_by=draft.written_by,
        public_approved_by=by,
        published_at=item.published_at or now,
        public_checked_at=now,
        **({"public_sender_name": draft.sender_name} if isinstance(item, Ticket) else {}),
    )
    _index(item, now)
    if isinstance(item, Ticket) and item.status == Ticket.Status.ANSWERED:
        acting = {"by": TicketEvent.By.STAFF, "actor": by, "now": now}
        workflow.move(item, Ticket.Status.PUBLISHED, type=Type.PUBLISHED, **acting)
    else:
        _note(item, Type.PUBLISHED, by, now)
    return item


@transaction.atomic
def withdraw(*, item, by, reason, now=None):
    """Take a published text back: from this moment it stands nowhere in public."""
    now = now or timezone.now()
    item = lock(item)
    if not item.is_published:
        raise ValidationError("Không có gì đang công khai để gỡ.")
    if not reason.strip():
        raise ValidationError({"reason": "Xin ghi vì sao gỡ."})
    PublicText.objects.filter(**_of(item)).delete()
    _set(item, public_state=PublicState.WITHDRAWN)
    _note(item, Type.UNPUBLISHED, by, now, reason)
    return item


@transaction.atomic
def confirm(*, item, by, now=None):
    """Say that a published text is right as it is, though its procedure has changed since."""
    now = now or timezone.now()
    item = lock(item)
    if not item.is_published:
        raise ValidationError("Không có gì đang công khai để xem lại.")
    _set(item, public_checked_at=now)
    _note(item, Type.CHECKED, by, now)
    return item


@transaction.atomic
def forget(ticket):
    """After a change to a kind that never becomes public: nothing of the ticket is public, or waits to be."""
    PublicText.objects.filter(ticket=ticket).delete()
    ticket.public_drafts.filter(decision=Decision.WAITING).update(decision=Decision.REPLACED)
    forget_name(ticket)
    _set(ticket, public_state=PublicState.PRIVATE)


def forget_name(ticket):
    """The sender agrees no more to be named, or is erased: their name stands nowhere in public, nor in a draft."""
    ticket.public_drafts.exclude(sender_name="").update(sender_name="")
    if ticket.public_sender_name:
        _set(ticket, public_sender_name="")


def lock(item):
    """The ticket or question as it stands, held until the transaction ends."""
    if isinstance(item, Ticket):
        return workflow.lock(item)
    return FrequentQuestion.objects.select_for_update(of=["self"]).get(pk=item.pk)


def _waiting(draft):
    item = lock(draft.ticket or draft.question)
    draft = PublicDraft.objects.select_for_update(of=["self"]).get(pk=draft.pk)
    if draft.decision != Decision.WAITING:
        raise ValidationError(
            f"Bản này đang là “{draft.get_decision_display()}”. Xin mở lại trang."
        )
    return item, draft


def _of(item):
    return {"ticket": item} if isinstance(item, Ticket) else {"question": item}


def _decide(draft, decision, by, now, reason=""):
    draft.decision, draft.decided_by, draft.decided_at, draft.reason = decision, by, now, reason
    draft.save(update_fields=["decision", "decided_by", "decided_at", "reason"])


def _set(item, **changes):
    for name, value in changes.items():
        setattr(item, name, value)
    item.save(update_fields=list(changes))


def _state_before(item):
    return PublicState.WITHDRAWN if item.public_number else PublicState.PRIVATE


def _note(item, type, by, now, internal_note=""):
    if isinstance(item, Ticket):
        acting = {"by": TicketEvent.By.STAFF, "actor": by, "now": now}
        workflow.note(item, type=type, **acting, internal_note=internal_note)


def _next_number(model):
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])
    # Denunciations never have one, so it does not matter which manager counts.
    last = model._base_manager.aggregate(last=Max("public_number"))["last"]
    return (last or 0) + 1


def _index(item, now):
    """Let the search find it: words with accents and without, those of the subject first."""
    vector = sum(
        (
            SearchVector(Value(f"{text.lower()} {fold(text)}"), weight=weight, config="simple")
            for text, weight in [(item.public_body, "B"), (item.public_answer, "D")]
        ),
        SearchVector(
            Value(f"{item.public_subject.lower()} {fold(item.public_subject)}"),
            weight="A",
            config="simple",
        ),
    )
    texts = PublicText.objects.filter(**_of(item))
    public_since = texts.values_list("public_since", flat=True).first() or now
    texts.delete()
    PublicText.objects.create(
        **_of(item), vector=vector, published_at=item.published_at, public_since=public_since
    )
