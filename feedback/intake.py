"""How a message becomes a ticket: once, whole, and with a receipt that holds."""

import hashlib
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from feedback import clocks, codes, concerned, ledger, notifications, workflow
from feedback.models import (
    ConsentRecord,
    IntakeSettings,
    LedgerEntry,
    Ticket,
    TicketAttachment,
    TicketDeadline,
    TicketEvent,
    TicketSender,
)
from procedures.models import Agency


@dataclass(frozen=True)
class Receipt:
    """What a sender takes home."""

    ticket: Ticket
    entry: LedgerEntry
    # Empty when it has been shown and the time to see it again is over. Reports of errors do not show it.
    secret: str = field(repr=False)
    promised: TicketDeadline | None
    is_repeat: bool = False


def submit_ticket(
    *,
    form_key,
    declared_kind,
    subject,
    body,
    sender=None,
    consents=(),
    attach=None,
    entered_by=None,
    channel=Ticket.Channel.WEB,
    received_at=None,
    now=None,
    **about,
) -> Receipt:
    """Keep a message with everything that belongs to it, in one transaction; return once it is on the disk.

    `form_key` is the key of the form that was sent: the same key again, even at the same moment, gets the first
    one's receipt. `sender` holds the fields of TicketSender, None for who gives no name. `consents` are the
    ConsentTexts that were ticked. `attach(ticket)` keeps the files and returns their rows. `about` holds what the
    ticket is about: procedure, agency_concerned, service_point, dossier_code, incident_on.

    What came by another way names in `entered_by` the officer who wrote it down, and in `received_at` when it came:
    from there the clocks run. Its receipt proves that moment, too.
    """
    now = now or timezone.now()
    repeated = receipt_for(form_key, now=now)
    if repeated:
        return repeated
    code, secret = codes.new_code(), codes.secret_for(form_key)
    try:
        with transaction.atomic(durable=True):
            ticket = Ticket.everything.create(
                code=code,
                secret_hash=codes.hash_secret(code, secret),
                form_hash=codes.hash_form_key(form_key),
                declared_kind=declared_kind,
                kind=declared_kind,
                subject=subject,
                body=body,
                is_anonymous=sender is None,
                channel=channel,
                entered_by=entered_by,
                received_at=received_at or now,
                status_at=now,
                receiving_agency=_receiving_agency(),
                **about,
            )
            if sender is not None:
                TicketSender.objects.create(ticket=ticket, **sender)
            ConsentRecord.objects.bulk_create(
                ConsentRecord(ticket=ticket, text=text, given_at=now) for text in consents
            )
            files = attach(ticket) if attach else []
            deadlines = _start_clocks(ticket)
            workflow.note(
                ticket,
                type=TicketEvent.Type.RECEIVED,
                by=TicketEvent.By.STAFF if entered_by else TicketEvent.By.SENDER,
                actor=entered_by,
                now=now,
                to_status=ticket.status,
            )
            concerned.keep_from_staff_named(ticket, now=now)
            notifications.ticket_received(ticket)
            notifications.new_ticket_for_staff(ticket)
            # Last, as others wait for its lock.
            entry = ledger.append(
                code=code,
                at=now,
                digest=ledger.content_digest(
                    declared_kind=declared_kind,
                    subject=ticket.subject,
                    body=ticket.body,
                    file_digests=[file.digest for file in files],
                    received_at=ticket.received_at if entered_by else None,
                ),
            )
    except IntegrityError:
        # The same form was sent twice at the same moment, and the other one was first.
        repeated = receipt_for(form_key, now=now)
        if repeated is None:
            raise
        return repeated
    return Receipt(ticket, entry, secret, _answer_deadline(deadlines))


def keep_files(form, ticket, message=None):
    """Keep the files of an AttachedFilesForm with a ticket, or with a later message; return their rows."""
    last = ticket.attachments.aggregate(last=Max("number"))["last"] or 0
    return form.attach_to(
        TicketAttachment,
        facts=lambda file, place: {"number": last + place, "digest": _digest_of(file.file)},
        ticket=ticket,
        message=message,
    )


def _digest_of(file):
    digest = hashlib.sha256()
    with file.open():
        for chunk in file.chunks():
            digest.update(chunk)
    return digest.hexdigest()


SECRET_SHOWN_FOR_MINUTES = 30


def receipt_for(form_key, *, now=None) -> Receipt | None:
    """The receipt of a form that was sent before.

    Within half an hour with its secret, for a double click, a retry or a lost answer; later without: the page may
    still lie open on a computer that others use.
    """
    ticket = Ticket.everything.filter(form_hash=codes.hash_form_key(form_key)).first()
    if ticket is None:
        return None
    entry = LedgerEntry.objects.get(code_hash=ledger.sha256(ticket.code))
    age = (now or timezone.now()) - entry.at
    is_fresh = age.total_seconds() < SECRET_SHOWN_FOR_MINUTES * 60
    return Receipt(
        ticket,
        entry,
        codes.secret_for(form_key) if is_fresh else "",
        _answer_deadline(ticket.deadlines.all()),
        is_repeat=True,
    )


def _start_clocks(ticket):
    return clocks.start_clocks(ticket, now=ticket.received_at) if ticket.has_clock else []


def _answer_deadline(deadlines):
    kinds = (TicketDeadline.Kind.ANSWER, TicketDeadline.Kind.FIRST_HANDLING)
    return next((row for row in deadlines if row.kind in kinds), None)


def _receiving_agency():
    chosen = IntakeSettings.present().receiving_agency
    return chosen or Agency.objects.filter(owns_portal=True).first()
