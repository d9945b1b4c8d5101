"""Sample channels, legal routes and tickets. What is already there stays as staff left it."""

import json
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from feedback import codes, handling, sender_steps
from feedback.intake import submit_ticket
from feedback.models import ConsentText, LegalRoute, Ticket
from procedures.models import (
    Agency,
    ContactChannel,
    LegalDocument,
    Procedure,
    ServicePoint,
    TermTranslation,
)

FOLDER = Path(__file__).resolve().parent / "sample"
# The ticket that a newcomer is shown how to look up: one that waits for an answer.
SHOWN = "hoi-them"


def load_sample(*, with_tickets=False, now=None) -> dict[str, int]:
    """Add what is missing; say how many rows of each kind were added."""
    with transaction.atomic():
        added = {
            "kênh liên hệ": add_channels(),
            "đường khiếu nại, tố cáo": add_legal_routes(),
        }
    if with_tickets:
        # Each in transactions of its own, as they come in life.
        added["phiếu mẫu"] = add_tickets(now=now or timezone.now())
    return added


def add_channels():
    """The kinds of channels that the portal's owner has none of, with their English names."""
    owner = Agency.objects.portal_owner()
    if owner is None:
        return 0
    known = set(owner.channels.values_list("kind", flat=True))
    rows = [row for row in _read("channels.json") if row["kind"] not in known]
    for place, row in enumerate(rows, start=1):
        for original, text in row.pop("en").items():
            TermTranslation.objects.get_or_create(
                language="en", original=original, defaults={"text": text}
            )
        ContactChannel.objects.create(agency=owner, order=place * 10, **row)
    return len(rows)


def add_legal_routes():
    known = set(LegalRoute.objects.values_list("kind", flat=True))
    rows = [row for row in _read("legal_routes.json") if row["kind"] not in known]
    agency = Agency.objects.filter(slug=Agency.slug_for("Ban Tiếp công dân tỉnh Cà Mau")).first()
    for row in rows:
        acts = LegalDocument.objects.filter(number__in=row.pop("acts"))
        route = LegalRoute.objects.create(
            **row,
            agency=agency,
            address=agency.address if agency else "",
            phone=agency.phone if agency else "",
            hours="7 giờ đến 11 giờ, 13 giờ đến 17 giờ, ngày làm việc (mẫu)",
            is_sample=True,
        )
        route.legal_documents.set(acts)
    return len(rows)


# Tickets


def add_tickets(*, now):
    """The sample tickets, sent and handled as real ones, in the order of their days.

    They stay in the register and in the ledger for good, so none is added where people have written already.
    """
    if Ticket.everything.filter(is_sample=False).exists():
        return 0
    officer = _sample_officer()
    return sum(_add_ticket(story, officer, now) for story in _read("tickets.json"))


def shown_pair():
    """The code and the secret of a sample ticket, as on its receipt; None where there is none."""
    form_hash = codes.hash_form_key(_form_key(SHOWN))
    ticket = Ticket.objects.filter(form_hash=form_hash).first()
    return ticket and (ticket.written_code, codes.written(codes.secret_for(_form_key(SHOWN))))


def _add_ticket(story, officer, now):
    sent_at = now - (timedelta(days=story["days_ago"]) or timedelta(hours=2))
    channel = story.get("channel", Ticket.Channel.WEB)
    receipt = submit_ticket(
        form_key=_form_key(story["name"]),
        declared_kind=story["kind"],
        subject=story["subject"],
        body=story["body"],
        sender=story["sender"],
        consents=_consents() if story["sender"] else (),
        channel=channel,
        entered_by=None if channel == Ticket.Channel.WEB else officer,
        now=sent_at,
        procedure=Procedure.objects.published().filter(code=story.get("procedure")).first(),
        service_point=ServicePoint.objects.filter(slug=story.get("service_point")).first(),
        dossier_code=story.get("dossier_code", ""),
        is_sample=True,
    )
    if receipt.is_repeat:
        return 0
    for step in story["steps"]:
        moment = sent_at + timedelta(days=step["after_days"], hours=1)
        _take_step(receipt.ticket, step, officer, min(moment, now))
    return 1


def _take_step(ticket, step, officer, now):
    staff = {"ticket": ticket, "by": officer, "now": now}
    sender = {"ticket": ticket, "now": now}
    note = step.get("note", "")
    match step["do"]:
        case "classify":
            handling.classify_ticket(**staff, kind=ticket.kind, note=note)
        case "transfer":
            agency = Agency.objects.filter(slug=Agency.slug_for(step["agency"])).first()
            if agency:
                handling.transfer_ticket(**staff, agency=agency, note=note)
        case "start":
            handling.start_ticket(**staff, note=note)
        case "ask":
            handling.ask_sender(**staff, body=step["body"])
        case "answer":
            given = {name: step[name] for name in ("body", "outcome", "signer")}
            handling.answer_ticket(**staff, **given)
        case "close":
            handling.close_ticket(**staff, note=note)
        case "reject":
            handling.reject_ticket(**staff, reason=step["reason"], note=note)
        case "rate":
            sender_steps.rate(**sender, score=step["score"], comment=step["body"])
        case "reopen":
            key = _form_key(ticket.code)
            sender_steps.reopen(**sender, form_key=key, reason=step["body"])


def _form_key(name):
    """The same at every run, so that no ticket comes twice."""
    return f"sample:{name}"


def _consents():
    return [ConsentText.objects.present(ConsentText.Purpose.INTAKE)]


def _sample_officer():
    """Who handled the sample tickets: an account that nobody can log in with."""
    officer, is_new = get_user_model().objects.get_or_create(
        username="can-bo-mau", defaults={"first_name": "Cán bộ mẫu", "is_active": False}
    )
    if is_new:
        officer.set_unusable_password()
        officer.save(update_fields=["password"])
    return officer


def _read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
