"""What everybody may read of answers: the one door through which public pages reach tickets.

Rows come from PublicText, which exists only for what is public, and only the columns of their public words are
read: neither what a sender wrote nor who they are ever leaves the database here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate

from feedback import review
from feedback.models import FrequentQuestion, PublicText, Ticket, TicketAnswer
from procedures.models import Agency, LegalDocument, Procedure

Kind = Ticket.Kind


@dataclass(frozen=True, kw_only=True)
class PublicLine:
    """One of them in a line: enough for a link."""

    number: int
    kind: str
    subject: str
    published_at: datetime
    # A frequent question was written by staff: nobody sent it.
    is_from_ticket: bool
    is_sample: bool

    @property
    def published_on(self) -> date:
        return localdate(self.published_at)

    @property
    def kind_label(self):
        return Kind(self.kind).label

    @property
    def is_question(self) -> bool:
        """Whether it stands among the questions and answers."""
        return self.kind == Kind.QUESTION

    def get_absolute_url(self):
        name = "public_answer" if self.is_from_ticket else "question"
        return reverse(f"feedback:{name}", args=[self.number])


@dataclass(frozen=True, kw_only=True)
class PublicItem(PublicLine):
    body: str
    answer: str
    # Of a sender who agreed to be named; mostly empty.
    sender_name: str
    agency: Agency
    # Of a frequent question there is no day but that of its publication.
    answered_at: datetime | None
    # Empty for a frequent question.
    outcome: str
    # The sender says that it is not settled, and no newer answer is public yet.
    is_reopened: bool
    # When somebody last said that the text is right, and whether what it speaks of has changed since.
    checked_at: datetime
    may_have_changed: bool
    # Only where its page is public.
    procedure: Procedure | None
    legal_documents: tuple[LegalDocument, ...]

    @property
    def answered_on(self) -> date:
        return localdate(self.answered_at or self.published_at)

    @property
    def outcome_label(self):
        return TicketAnswer.Outcome(self.outcome).label if self.outcome else ""

    @property
    def procedure_changed_on(self) -> date | None:
        """The day on which its procedure ended or was edited, if that is what has changed."""
        if not self.may_have_changed or not self.procedure:
            return None
        if self.procedure.is_expired and self.procedure.expired_on > localdate(self.checked_at):
            return self.procedure.expired_on
        is_edited = self.procedure.updated_at > self.checked_at
        return localdate(self.procedure.updated_at) if is_edited else None


def published():
    """Rows of all that is public; newest first with `newest_first`, read with `lines` or `items`."""
    state = Ticket.PublicState.PUBLISHED
    texts = PublicText.objects.filter(
        Q(ticket__public_state=state) | Q(question__public_state=state)
    )
    return texts.exclude(ticket__kind__in=Ticket.BY_OTHER_LAW).annotate(
        number=_of_either("public_number"),
        kind=Coalesce("ticket__kind", Value(Kind.QUESTION.value)),
        subject=_of_either("public_subject"),
    )


def answered():
    """Rows of tickets."""
    return published().filter(ticket__isnull=False)


def questions():
    """Rows of the questions that staff wrote and of those that people sent."""
    return published().filter(kind=Kind.QUESTION)


def frequent_questions():
    """Rows of the questions that staff wrote."""
    return published().filter(question__isnull=False)


def find_answer(number) -> PublicItem | None:
    return _only(answered().filter(ticket__public_number=number))


def find_question(number) -> PublicItem | None:
    return _only(frequent_questions().filter(question__public_number=number))


def _only(texts):
    return next(iter(items(texts, with_grounds=True)), None)


def with_agency(texts):
    """Rows with the key of the agency that answered."""
    own = Coalesce(_of_answer("agency"), "question__agency", output_field=BigIntegerField())
    return texts.annotate(agency_id=own)


def newest_first(texts):
    return texts.order_by("-published_at", "-pk")


def lines(texts) -> list[PublicLine]:
    """In one query, in the order of the rows."""
    return [PublicLine(**_shown(row)) for row in _rows(texts)]


def begun(*, after, until) -> list[tuple[datetime, PublicLine]]:
    """What came before the public in (after, until], oldest first, each with that moment; corrections begin nothing."""
    texts = published().filter(public_since__gt=after, public_since__lte=until)
    rows = _rows(texts.order_by("public_since", "pk"), "public_since")
    return [(row["public_since"], PublicLine(**_shown(row))) for row in rows]


def lines_about(procedure, most) -> list[PublicLine]:
    """The newest about a procedure, in one query: each half found by an index of its own."""
    halves = (
        answered().filter(ticket__procedure=procedure),
        frequent_questions().filter(question__procedure=procedure),
    )
    tickets, asked = (_rows(newest_first(half))[:most] for half in halves)
    found = [PublicLine(**row) for row in tickets.union(asked, all=True)]
    return sorted(found, key=lambda line: line.published_at, reverse=True)[:most]


def lists_of(lines) -> dict[str, bool]:
    """In which of the two lists more of them stand; a question that somebody sent stands in both."""
    return {
        "has_more_answers": any(line.is_from_ticket for line in lines),
        "has_more_questions": any(line.is_question for line in lines),
    }


def items(texts, *, with_grounds=False) -> list[PublicItem]:
    """The whole of them, in the order of the rows and always by the same number of queries."""
    rows = list(
        _rows(
            with_agency(texts),
            "agency_id",
            "question",
            body=_of_either("public_body"),
            answer=_of_either("public_answer"),
            sender_name=Coalesce("ticket__public_sender_name", Value("")),
            checked_at=_of_either("public_checked_at"),
            status=F("ticket__status"),
            reopened_at=F("ticket__reopened_at"),
            may_have_changed=Coalesce(
                _changed(Ticket, "ticket"), _changed(FrequentQuestion, "question")
            ),
            procedure_id=_of_either("procedure"),
            answer_id=_of_answer("pk"),
            answered_at=_of_answer("answered_at"),
            outcome=Coalesce(_of_answer("outcome"), Value("")),
        )
    )
    agencies = Agency.objects.in_bulk({row["agency_id"] for row in rows})
    procedures = _procedures({row["procedure_id"] for row in rows})
    of_answers, of_questions = _grounds(rows) if with_grounds else ({}, {})
    return [
        PublicItem(
            **_shown(row),
            **{name: row[name] for name in ITEM_FIELDS},
            is_reopened=_is_reopened(row),
            agency=agencies[row["agency_id"]],
            procedure=procedures.get(row["procedure_id"]),
            legal_documents=tuple(
                of_answers.get(row["answer_id"], ()) or of_questions.get(row["question"], ())
            ),
        )
        for row in rows
    ]


def _is_reopened(row):
    said_at = row["reopened_at"]
    return bool(said_at and said_at > row["checked_at"] and row["status"] not in Ticket.ENDED)


LINE_FIELDS = ("number", "kind", "subject", "published_at", "is_sample", "is_from_ticket")
ITEM_FIELDS = (
    "body",
    "answer",
    "sender_name",
    "checked_at",
    "may_have_changed",
    "answered_at",
    "outcome",
)


def _rows(texts, *fields, **more):
    return texts.annotate(
        is_sample=_of_either("is_sample"),
        is_from_ticket=Q(ticket__isnull=False),
        **more,
    ).values(*fields, *LINE_FIELDS, *more)


def _shown(row):
    return {name: row[name] for name in LINE_FIELDS}


def _of_either(field):
    return Coalesce(F(f"ticket__{field}"), F(f"question__{field}"))


def _of_answer(field):
    """Of the answer that the public text tells: a later one waits until somebody has approved a text of it."""
    answers = TicketAnswer.objects.filter(
        ticket=OuterRef("ticket"), answered_at__lte=OuterRef("ticket__public_checked_at")
    )
    return Subquery(answers.order_by("-round").values(field)[:1])


def _changed(model, name):
    item = review.may_have_changed(model._base_manager.filter(pk=OuterRef(name)))
    return Subquery(item.values("may_have_changed"))


def _procedures(pks):
    procedures = Procedure.objects.published().with_translated_name().select_related("sector")
    return {procedure.pk: procedure for procedure in procedures.filter(pk__in=pks)}


def _grounds(rows):
    """The acts that each answer and each question rests on, in two queries."""
    of_answers = TicketAnswer.legal_documents.through.objects.filter(
        ticketanswer__in=[row["answer_id"] for row in rows if row["answer_id"]]
    )
    of_questions = FrequentQuestion.legal_documents.through.objects.filter(
        frequentquestion__in=[row["question"] for row in rows if row["question"]]
    )
    return (
        _by_owner(of_answers, "ticketanswer_id"),
        _by_owner(of_questions, "frequentquestion_id"),
    )


def _by_owner(links, owner):
    documents = {}
    for link in links.select_related("legaldocument").order_by("pk"):
        documents.setdefault(getattr(link, owner), []).append(link.legaldocument)
    return documents
