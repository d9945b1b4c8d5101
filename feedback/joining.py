"""What several people report is handled together; what one message says of two matters becomes two tickets.

Every ticket keeps its code, its sender and its promise. Nothing that one sender wrote is shown to another.
"""

import re
from datetime import timedelta
from itertools import combinations
from secrets import token_urlsafe

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from feedback import clocks, codes, concerned, handling, ledger, merged, notifications, workflow
from feedback.models import ConsentRecord, Ticket, TicketEvent, TicketSender
from portal.text import fold

S, Type, By = Ticket.Status, TicketEvent.Type, TicketEvent.By
SIMILAR_WITHIN = timedelta(days=60)
MOST_SIMILAR = 5
# Of the subject; any two of them make another message similar.
MOST_WORDS = 8
ABOUT = ("procedure_id", "service_point_id", "agency_concerned_id")
# What a part keeps of the message that it was a part of.
KEPT = (
    *ABOUT,
    "dossier_code",
    "incident_on",
    "channel",
    "entered_by_id",
    "source_reference",
    "received_at",
    "is_anonymous",
)
MERGED_NOTE = "Nhiều người cùng báo việc này nên cơ quan giải quyết chung và trả lời từng người."
SPLIT_NOTE = "Phiếu có nhiều việc nên cơ quan tách một việc thành phiếu riêng."
PART_NOTE = "Phiếu này là một việc tách từ phiếu khác của ông/bà."


# Merging


@transaction.atomic
def merge_ticket(*, ticket, by, into, note="", internal_note="", now=None):
    """Handle a ticket together with another: it goes where that one goes, and is answered when that one is.

    Its sender reads `note`. The promise to them stands as it is.
    """
    now = now or timezone.now()
    ticket, into = lock_both(ticket, into)
    _refuse_target(into, ticket, by)
    _refuse_source(ticket, into)
    _refuse_of_other(note, into)
    if ticket.status == S.RECEIVED:
        handling.classify_ticket(ticket=ticket, by=by, kind=ticket.kind, now=now)
        ticket.refresh_from_db()
    agencies = {
        "from_agency_id": ticket.handling_agency_id,
        "to_agency_id": into.handling_agency_id,
    }
    ticket.merged_into = into
    ticket.save(update_fields=["merged_into"])
    acting = {"by": By.STAFF, "actor": by, "now": now}
    event = workflow.note(
        ticket,
        type=Type.MERGED,
        **acting,
        **(agencies if ticket.handling_agency_id != into.handling_agency_id else {}),
        note=note.strip() or MERGED_NOTE,
        internal_note=_lines(f"Gộp vào phiếu {into}.", internal_note),
    )
    workflow.note(
        into,
        type=Type.MERGED,
        **acting,
        note="Có người khác cùng báo việc này.",
        internal_note=_lines(f"Phiếu {ticket} gộp vào phiếu này.", internal_note),
    )
    if into.handling_agency_id:
        _bring_along(ticket, into, acting)
    notifications.ticket_merged(ticket, event)
    return ticket


def _bring_along(ticket, into, acting):
    """Have the agency that handles the other one handle this one, too."""
    changes = {"handling_agency_id": into.handling_agency_id}
    if workflow.can_move(ticket, S.IN_PROGRESS):
        workflow.move(ticket, S.IN_PROGRESS, type=Type.STARTED, **acting, changes=changes)
    else:
        ticket.handling_agency_id = into.handling_agency_id
        ticket.save(update_fields=["handling_agency"])
    clocks.meet(ticket, handling.Clock.TRANSFER, now=acting["now"])


@transaction.atomic
def unmerge_ticket(*, ticket, by, note="", internal_note="", now=None):
    """Let a merged ticket be handled on its own again, where it stands."""
    now = now or timezone.now()
    ticket, target = lock_with_target(ticket)
    if target is None:
        raise ValidationError("Phiếu này không gộp vào phiếu nào.")
    if ticket.status in merged.SETTLED:
        raise ValidationError("Phiếu đã được trả lời chung hoặc đã kết thúc, không tách ra nữa.")
    acting = {"by": By.STAFF, "actor": by, "now": now}
    gone = _lines(f"Thôi gộp vào phiếu {target}.", internal_note)
    merged.set_apart(ticket, **acting, note=note, internal_note=gone)
    left = f"Phiếu {ticket} thôi gộp vào phiếu này."
    workflow.note(target, type=Type.NOTE, **acting, internal_note=left)
    return ticket


def lock_both(one, other):
    """Two tickets, held until the transaction ends; in one order, so that nobody waits for who waits for them."""
    found = Ticket.everything.select_for_update(of=["self"]).filter(pk__in=[one.pk, other.pk])
    held = {ticket.pk: ticket for ticket in found.order_by("pk")}
    return held[one.pk], held[other.pk]


def lock_with_target(ticket):
    """A ticket with the one that it is merged into, which is held first, as `feedback.merged` has it."""
    target = Ticket.everything.filter(merged_tickets=ticket).first()
    target = target and workflow.lock(target)
    ticket = workflow.lock(ticket)
    return ticket, target if target and ticket.merged_into_id == target.pk else None


def may_be_merged(ticket) -> bool:
    """Whether it waits for an answer and nothing about itself stands against a shared one."""
    is_apart = ticket.runs_by_other_law or ticket.reopened_at or ticket.merged_into_id
    return ticket.status not in merged.SETTLED and not is_apart


def _refuse_target(into, ticket, by):
    if into.pk == ticket.pk:
        raise ValidationError({"into": "Không gộp phiếu vào chính nó. Xin ghi mã của phiếu kia."})
    if into.runs_by_other_law:
        raise ValidationError({"into": "Khiếu nại, tố cáo không gộp với phiếu khác."})
    if into.merged_into_id:
        its_own = Ticket.objects.visible_to(by).filter(pk=into.merged_into_id).first()
        better = f" {its_own}" if its_own else " khác"
        raise ValidationError(
            {"into": f"Phiếu kia đã gộp vào phiếu{better}: xin gộp vào phiếu ấy."}
        )
    if into.status in merged.SETTLED:
        raise ValidationError(
            {"into": "Phiếu kia đã trả lời hoặc đã kết thúc, không gộp vào được."}
        )
    if into.status == S.RECEIVED:
        raise ValidationError({"into": "Phiếu kia chưa phân loại. Xin phân loại phiếu ấy trước."})


def _refuse_source(ticket, into):
    if ticket.runs_by_other_law:
        raise ValidationError("Khiếu nại, tố cáo không gộp với phiếu khác.")
    if ticket.merged_into_id:
        raise ValidationError("Phiếu này đã gộp rồi. Muốn gộp vào phiếu khác, xin thôi gộp trước.")
    if ticket.status in merged.SETTLED:
        raise ValidationError("Phiếu này đã trả lời hoặc đã kết thúc, không gộp được.")
    if ticket.reopened_at:
        raise ValidationError("Phiếu mà người gửi báo chưa giải quyết thì giải quyết riêng.")
    if ticket.merged_tickets.exists():
        raise ValidationError(
            "Có phiếu khác đã gộp vào phiếu này. Xin gộp phiếu kia vào phiếu này, hoặc thôi gộp trước."
        )
    if not into.handling_agency_id and ticket.status not in {S.RECEIVED, S.CLASSIFIED}:
        raise ValidationError(
            "Phiếu này đã giao cơ quan, phiếu kia thì chưa. Xin gộp phiếu kia vào phiếu này."
        )


def _refuse_of_other(note, into):
    """What one sender reads tells nothing of another."""
    if into.code in re.sub(r"\W", "", note.upper()) or handling.tells_who(note, into):
        raise ValidationError(
            {
                "note": "Câu này có mã phiếu kia hoặc cho biết ai gửi phiếu ấy: người gửi không được biết."
            }
        )


def similar_tickets(ticket, among, now=None):
    """Of these, the open ones of late that say much the same about the same thing, the closest first."""
    words = dict.fromkeys(re.findall(r"[^\W_]{3,}", fold(ticket.subject)))
    # One word in common is chance.
    pairs = combinations(list(words)[:MOST_WORDS], 2)
    asked = " | ".join(f"'{one}' & '{other}'" for one, other in pairs)
    about = Q()
    for name in ABOUT:
        if value := getattr(ticket, name):
            about |= Q(**{name: value})
    if not (asked and about):
        return among.none()
    query = SearchQuery(asked, config="simple", search_type="raw")
    is_closed = Q(status__in=[*merged.SETTLED, S.RECEIVED])
    found = among.filter(
        about,
        words__vector=query,
        merged_into=None,
        received_at__gt=(now or timezone.now()) - SIMILAR_WITHIN,
    ).exclude(is_closed | Q(kind__in=Ticket.BY_OTHER_LAW) | Q(pk=ticket.pk))
    ranked = found.annotate(closeness=SearchRank(F("words__vector"), query))
    return ranked.order_by("-closeness", "-pk")[:MOST_SIMILAR]


# Splitting


@transaction.atomic
def split_ticket(*, ticket, by, kind, subject, body, agency=None, note="", now=None):
    """Make one matter of a message a ticket of its own, with a number of its own; the message stays as it was sent.

    The part belongs to the same sender, opens with the same secret, and its clocks count from the same receipt. A
    part of a denunciation has nothing of it but the words that the office wrote anew: it is a message without a
    sender that has come now, and nothing about it says from where.
    """
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    is_restricted = ticket.kind == Ticket.Kind.DENUNCIATION
    _refuse_split(ticket, kind, subject, body, is_restricted)
    if is_restricted:
        if agency:
            raise ValidationError({"agency": "Phần tách từ tố cáo do người phân loại chuyển."})
        part = _restricted_part(ticket, kind, subject, body, now)
    else:
        part = _ordinary_part(ticket, kind, subject, body, by, now)
    event = workflow.note(
        ticket,
        type=Type.SPLIT,
        by=By.STAFF,
        actor=by,
        now=now,
        note=note.strip() or SPLIT_NOTE,
    )
    notifications.ticket_split(ticket, event)
    if not is_restricted:
        handling.classify_ticket(ticket=part, by=by, kind=kind, now=now)
    if agency:
        reason = "Việc này thuộc thẩm quyền của cơ quan nhận phiếu."
        handling.transfer_ticket(ticket=part, by=by, agency=agency, note=reason, now=now)
    # Last, as others wait for its lock.
    ledger.append(
        code=part.code,
        at=now,
        digest=ledger.content_digest(
            declared_kind=part.declared_kind,
            subject=part.subject,
            body=part.body,
            file_digests=(),
            received_at=part.received_at,
        ),
    )
    part.refresh_from_db()
    return part


def _refuse_split(ticket, kind, subject, body, is_restricted):
    if ticket.is_ended or ticket.merged_into_id:
        raise ValidationError("Phiếu đã kết thúc hoặc đã gộp, không tách được.")
    if ticket.content_erased_at:
        raise ValidationError("Nội dung phiếu đã xóa, không còn gì để tách.")
    if kind == Ticket.Kind.DENUNCIATION:
        raise ValidationError(
            {"kind": "Không tách thành tố cáo được: xin đánh dấu cả phiếu là tố cáo trước."}
        )
    if not may_be_split(ticket):
        raise ValidationError("Phiếu này đã là một phần tách ra: xin tách tiếp từ phiếu gốc.")
    for name, text in {"subject": subject, "body": body}.items():
        if not text.strip():
            raise ValidationError({name: "Xin ghi nội dung của phần tách ra."})
        if is_restricted:
            handling.refuse_identity(ticket, name, text)


def may_be_split(ticket) -> bool:
    """Whether it is no part already. That it is one of a denunciation is not to be noticed, so that is none."""
    whole = ticket.split_from
    return whole is None or (whole.kind == Ticket.Kind.DENUNCIATION and not whole.split_from_id)


def _new_part(ticket, *, now, **fields):
    return Ticket.everything.create(
        **fields,
        declared_kind=fields["kind"],
        split_from=ticket,
        # Whoever opens the message opens its parts; see `feedback.opening`.
        secret_hash=ticket.secret_hash,
        form_hash=codes.hash_form_key(token_urlsafe(24)),
        receiving_agency_id=ticket.receiving_agency_id,
        is_sample=ticket.is_sample,
        status_at=now,
    )


def _ordinary_part(ticket, kind, subject, body, by, now):
    kept = {name: getattr(ticket, name) for name in KEPT}
    part = _new_part(ticket, now=now, kind=kind, subject=subject, body=body, **kept)
    part.about_staff.set(ticket.about_staff.all())
    _copy_sender(ticket, part)
    if part.has_clock:
        clocks.start_clocks(part, now=part.received_at)
    workflow.note(
        part,
        type=Type.RECEIVED,
        by=By.STAFF if part.entered_by_id else By.SENDER,
        actor=part.entered_by,
        now=part.received_at,
        to_status=part.status,
    )
    workflow.note(part, type=Type.SPLIT, by=By.STAFF, actor=by, now=now, note=PART_NOTE)
    return part


def _restricted_part(ticket, kind, subject, body, now):
    """No officer is named in it either: who handles denunciations is known."""
    if kind in Ticket.BY_OTHER_LAW:
        raise ValidationError({"kind": "Phần tách từ tố cáo không ghi tên, không thành khiếu nại."})
    words = {"kind": kind, "subject": subject, "body": body}
    part = _new_part(ticket, now=now, **words, is_anonymous=True, received_at=now)
    workflow.note(part, type=Type.RECEIVED, by=By.PORTAL, now=now, to_status=part.status)
    concerned.keep_from_staff_named(part, now=now)
    notifications.new_ticket_for_staff(part)
    return part


def _copy_sender(ticket, part):
    sender = TicketSender.objects.filter(ticket=ticket).first()
    if sender:
        sender.pk, sender.ticket, sender._state.adding = None, part, True
        sender.save()
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            ticket=part,
            text_id=consent.text_id,
            given_at=consent.given_at,
            withdrawn_at=consent.withdrawn_at,
        )
        for consent in ticket.consents.all()
    )


def _lines(*texts):
    return "\n".join(filter(None, texts))
