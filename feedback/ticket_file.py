"""All that hangs on one ticket, fetched in one query for the page that shows all of it."""

from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from feedback.models import (
    ApologyLetter,
    DataSubjectRequest,
    LegalHold,
    PublicDraft,
    Ticket,
    TicketAnswer,
    TicketAttachment,
    TicketDeadline,
    TicketEvent,
    TicketMessage,
    TicketPause,
    TicketRating,
)
from procedures.models import Agency, LegalDocument

User = get_user_model()
# Of those who only stand beside a row, what the page says of them.
PERSON = (User, ["id", "username", "first_name", "last_name"])
OFFICE = (Agency, ["id", "name", "short_name"])


@dataclass(frozen=True)
class Rows:
    """Rows under the name that they have at the ticket, in their order, each with whom and what it names."""

    queryset: QuerySet
    named: dict = field(default_factory=dict)


PARTS = {
    "deadlines": Rows(TicketDeadline.objects.order_by("round", "due_at", "pk")),
    "pauses": Rows(TicketPause.objects.order_by("started_at", "pk")),
    "events": Rows(
        TicketEvent.objects.order_by("at", "pk"),
        {"actor": PERSON, "from_agency": OFFICE, "to_agency": OFFICE},
    ),
    "messages": Rows(TicketMessage.objects.order_by("sent_at", "pk"), {"author": PERSON}),
    "attachments": Rows(TicketAttachment.objects.order_by("number")),
    "answers": Rows(
        TicketAnswer.objects.order_by("round"),
        {
            "agency": OFFICE,
            "written_by": PERSON,
            "rating": (TicketRating, [f.attname for f in TicketRating._meta.concrete_fields]),
        },
    ),
    "apology_letters": Rows(ApologyLetter.objects.order_by("number")),
    "data_requests": Rows(DataSubjectRequest.objects.order_by("-received_at", "-pk")),
    "public_drafts": Rows(
        PublicDraft.objects.order_by("-pk"), {"written_by": PERSON, "decided_by": PERSON}
    ),
    "legal_holds": Rows(LegalHold.objects.order_by("pk")),
}
DOCUMENT_FIELDS = [f.attname for f in LegalDocument._meta.concrete_fields]


# What is told of other tickets.
BESIDE = ["id", "code", "subject", "kind", "status", "merged_into_id", "split_from_id"]


def fetch_file(ticket, **beside):
    """Lay the rows of its file at the ticket, where `ticket.events.all()` and the others find them.

    `beside` are other tickets, each lot under the name by which it is laid there, with what was annotated.
    """
    documents = LegalDocument.objects.filter(ticket_answers__ticket=OuterRef("pk"))
    columns = {name: _array(part) for name, part in PARTS.items()} | {
        "documents": _objects(
            documents.order_by("pk"), DOCUMENT_FIELDS, {"answer": F("ticket_answers__pk")}
        ),
        "concerned": _objects(User.objects.filter(tickets_about=OuterRef("pk")), PERSON[1]),
        "agencies": _objects(Agency.objects.current().in_name_order(), OFFICE[1]),
        "staff": _objects(choosable_staff(), PERSON[1]),
        **{
            name: _objects(rows, [*BESIDE, *rows.query.annotations])
            for name, rows in beside.items()
        },
    }
    found = (
        Ticket.everything.filter(pk=ticket.pk)
        .values(**{f"_{k}": v for k, v in columns.items()})
        .get()
    )
    for name, part in PARTS.items():
        rows = [_instance(part.queryset.model, row, part.named) for row in found[f"_{name}"] or []]
        for row in rows:
            row.ticket = ticket
        _lay(ticket, name, rows)
    _lay(ticket, "about_staff", [_instance(User, row) for row in found["_concerned"] or []])
    for message in ticket.messages.all():
        files = [file for file in ticket.attachments.all() if file.message_id == message.pk]
        _lay(message, "attachments", files)
    for answer in ticket.answers.all():
        cited = [row for row in found["_documents"] or [] if row["answer"] == answer.pk]
        _lay(answer, "legal_documents", [_instance(LegalDocument, row) for row in cited])
    ticket.choosable_agencies = [_instance(Agency, row) for row in found["_agencies"] or []]
    ticket.choosable_staff = [_instance(User, row) for row in found["_staff"] or []]
    for name, rows in beside.items():
        setattr(ticket, name, [_ticket_beside(row, rows) for row in found[f"_{name}"] or []])


def choosable_staff():
    """Whom a ticket may be about."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    return staff.order_by("last_name", "first_name", "username")


def _array(part):
    names = [f.attname for f in part.queryset.model._meta.concrete_fields]
    named = {
        name: JSONObject(**{attname: F(f"{name}__{attname}") for attname in columns})
        for name, (_model, columns) in part.named.items()
    }
    return _objects(part.queryset.filter(ticket=OuterRef("pk")), names, named)


def _objects(queryset, names, more=None):
    columns = {name: F(name) for name in names} | (more or {})
    return ArraySubquery(queryset.values(row=JSONObject(**columns)))


def _instance(model, row, named=None):
    fields = [f for f in model._meta.concrete_fields if f.attname in row]
    values = [f.to_python(row[f.attname]) for f in fields]
    instance = model.from_db(None, [f.attname for f in fields], values)
    for name, (other, _columns) in (named or {}).items():
        there = row[name] if row[name]["id"] is not None else None
        instance._state.fields_cache[name] = there and _instance(other, there)
    return instance


def _ticket_beside(row, rows):
    ticket = _instance(Ticket, row)
    for name in rows.query.annotations:
        setattr(ticket, name, row[name])
    return ticket


def _lay(instance, name, rows):
    """As `prefetch_related` does it."""
    found = getattr(instance, name).all()
    found._result_cache, found._prefetch_done = rows, True
    instance.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
