"""Sample channels, legal routes, tickets and surveys. What is already there stays as staff left it."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from feedback import publication, stories
from feedback.models import AnswerTemplate, FrequentQuestion, LegalRoute
from feedback.surveys.sampling import add_surveys
from procedures.models import (
    Agency,
    ContactChannel,
    LegalDocument,
    Procedure,
    TermTranslation,
)

FOLDER = Path(__file__).resolve().parent / "sample"


def load_sample(*, with_tickets=False, now=None) -> dict[str, int]:
    """Add what is missing; say how many rows of each kind were added."""
    now = now or timezone.now()
    with transaction.atomic():
        added = {
            "kênh liên hệ": add_channels(),
            "đường khiếu nại, tố cáo": add_legal_routes(),
        }
    if with_tickets:
        # Each in transactions of its own, as they come in life.
        added["phiếu mẫu"] = stories.add_tickets(now=now)
        with transaction.atomic():
            added["hỏi đáp mẫu"] = add_questions(now=now)
            added["mẫu trả lời"] = add_templates()
        added["khảo sát mẫu"] = add_surveys(
            _read("surveys.json"), by=stories.sample_staff(stories.WRITER), now=now
        )
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


# Questions and templates


def add_questions(*, now):
    """Frequent questions, written and approved as real ones; none where there are some."""
    if FrequentQuestion.objects.exists():
        return 0
    writer, approver = stories.sample_staff(stories.WRITER), stories.sample_staff(stories.APPROVER)
    rows = _read("questions.json")
    for row in rows:
        question = FrequentQuestion.objects.create(
            agency=stories.agency_named(row["agency"]),
            procedure=Procedure.objects.published().filter(code=row.get("procedure")).first(),
            created_by=writer,
            is_sample=True,
        )
        question.legal_documents.set(LegalDocument.objects.filter(number__in=row.get("acts", [])))
        at = now - timedelta(days=row["days_ago"])
        words = {name: row[name] for name in ("subject", "body", "answer")}
        draft = publication.propose(item=question, by=writer, now=at, **words)
        publication.approve(draft=draft, by=approver, now=at + timedelta(days=1))
        publication.confirm(item=question, by=writer, now=now)
    return len(rows)


def add_templates():
    """Beginnings of answers, until the province has its own."""
    if AnswerTemplate.objects.exists():
        return 0
    rows = _read("answer_templates.json")
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(**row, order=place * 10, is_sample=True)
        for place, row in enumerate(rows, start=1)
    )
    return len(rows)


def _read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
