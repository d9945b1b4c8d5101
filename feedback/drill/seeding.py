"""A portal full of canaries: tickets in every state, what waits elsewhere, and what came through the public doors."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import handling, joining, publication
from feedback.drill import samples
from feedback.drill.canaries import Audience, Canaries, Case
from feedback.drill.cases import HERE, all_cases
from feedback.drill.course import Course
from feedback.drill.people import People, gather
from feedback.drill.readers import leave_readers
from feedback.drill.surveys import SLUG, ask_in_a_survey
from feedback.forms import TicketForm
from feedback.models import (
    ConsentText,
    FrequentQuestion,
    IntakeSettings,
    Ticket,
    TicketAttachment,
)
from portal.models import FormDraft, HeldFile
from procedures.models import Procedure, ServicePoint

A = Audience
LONG_AGO = timedelta(minutes=1)


@dataclass
class World:
    canaries: Canaries
    people: People
    cases: list[Case]
    about: dict
    # What was sent at the door, and the stamp that gives its receipt.
    sent: Case | None = None
    stamp: str = ""
    receipt: bytes = b""
    public_pages: list[str] = field(default_factory=list)


def seed() -> World:
    """Fill a database that has public content already: agencies, procedures, articles."""
    canaries = Canaries()
    people = gather(canaries)
    IntakeSettings.objects.update_or_create(pk=1, defaults={"takes_denunciations": True})
    about = {
        "procedure": Procedure.objects.published().order_by("pk").first(),
        "agency_concerned": people.agencies[HERE],
        "service_point": ServicePoint.objects.order_by("pk").first(),
    }
    world = World(canaries, people, all_cases(), about)
    for case in world.cases:
        Course(case, canaries, people, about).go()
    _join(world)
    _ask_frequently(world)
    _leave_elsewhere(world)
    ask_in_a_survey(world)
    leave_readers(canaries)
    _send_at_the_door(world)
    world.public_pages = [row.get_absolute_url() for row in about.values() if row]
    world.public_pages.append(reverse("feedback:survey_thanks", args=[SLUG]))
    return world


def _join(world):
    """Two senders of one matter: each reads their own words and the answer that both got."""
    pair = [
        Case(name, Ticket.Kind.REFLECTION.value, ("classify", "transfer", "start"), HERE)
        for name in ("phiếu nhận phiếu khác gộp vào", "phiếu đã gộp")
    ]
    target, merged = pair
    for case in pair:
        Course(case, world.canaries, world.people, world.about).go()
    world.cases += pair
    by = world.people.officer
    joining.merge_ticket(
        ticket=_ticket(merged),
        by=by,
        into=_ticket(target),
        internal_note=_of(world, merged, "TicketEvent.internal_note", A.OFFICE),
    )
    handling.answer_ticket(
        ticket=_ticket(target),
        by=by,
        outcome="resolved",
        body=_of(world, target, "TicketAnswer.body", A.SENT),
        shared_body=_of(world, merged, "TicketAnswer.body", A.SENT),
    )


def _ticket(case):
    return Ticket.everything.get(pk=case.pk)


def _of(world, case, field, audience):
    return world.canaries.text(f"feedback.{field}", audience, case)


def _ask_frequently(world):
    """A question that is public with a newer text waiting, and one that nobody has approved."""
    people = world.people
    for published in (True, False):
        question = FrequentQuestion.objects.create(agency=people.agencies[HERE])
        if published:
            words = _question(world, "FrequentQuestion.public_", A.PUBLIC)
            draft = publication.propose(item=question, by=people.writer, **words)
            publication.approve(draft=draft, by=people.approver)
        words = _question(world, "PublicDraft.", A.DESK)
        publication.propose(item=question, by=people.writer, **words)


def _question(world, table, audience):
    names = ("subject", "body", "answer")
    return {name: world.canaries.text(f"feedback.{table}{name}", audience) for name in names}


def _leave_elsewhere(world):
    """What waits in other domains: articles nobody has approved, comments nobody has read, words half typed."""
    people, canaries = world.people, world.canaries

    def editorial(label):
        return canaries.text(f"outreach.{label}", A.EDITORIAL)

    category = apps.get_model("outreach", "Category").objects.order_by("pk").first()
    for place, state in enumerate(("draft", "returned")):
        article = apps.get_model("outreach", "Article").objects.create(slug=f"drill-{place}")
        facts = (
            {} if state == "draft" else _returned(people, editorial("ArticleVersion.return_reason"))
        )
        apps.get_model("outreach", "ArticleVersion").objects.create(
            article=article,
            number=1,
            category=category,
            title=editorial("ArticleVersion.title"),
            lead=editorial("ArticleVersion.lead"),
            body=f"<p>{editorial('ArticleVersion.body')}</p>",
            **facts,
        )
    shown = apps.get_model("outreach", "Article").objects.published().order_by("pk").first()
    apps.get_model("outreach", "Comment").objects.create(
        article=shown,
        name=editorial("Comment.name"),
        email=canaries.mail("outreach.Comment.email", A.EDITORIAL),
        body=editorial("Comment.body"),
        form_key="drill",
    )
    typed = canaries.text("portal.FormDraft.fields", A.NOBODY)
    FormDraft.objects.create(
        user=people.writer, form="outreach.article:", fields={"title": [typed]}
    )


def _returned(people, reason):
    now = timezone.now()
    return {
        "submitted_at": now - LONG_AGO,
        "submitted_by": people.writer,
        "returned_at": now,
        "returned_by": people.approver,
        "return_reason": reason,
    }


def _send_at_the_door(world):
    """Through the public form, as a browser sends it: files that tell too much, and one that waits for a correction."""
    case = Case("phiếu gửi qua trang", Ticket.Kind.REFLECTION.value, agency="")
    files = [samples.photo(world.canaries, case), samples.document(world.canaries, case)]
    words = {
        "stamp": TicketForm.new_stamp(timezone.now() - LONG_AGO),
        "declared_kind": case.kind,
        "subject": _of(world, case, "Ticket.subject", A.SENT),
        "body": _of(world, case, "Ticket.body", A.SENT),
        "naming": "named",
        "name": _of(world, case, "TicketSender.name", A.IDENTITY),
        "address": _of(world, case, "TicketSender.address", A.IDENTITY),
        "consent_intake": str(ConsentText.objects.present("intake").pk),
    }
    address = reverse("feedback:ticket_new")
    uploads = {"files": [SimpleUploadedFile(name, content) for name, content in files]}
    answer = Client().post(address, words | uploads)
    ticket = Ticket.objects.filter(subject=words["subject"]).first()
    if ticket is None:
        raise RuntimeError(f"The form was not taken: {answer.status_code}.")
    case.pk, case.code = ticket.pk, ticket.code
    world.canaries.made_by_portal(case.code, "feedback.Ticket.code", A.REFERENCE, case)
    world.cases.append(case)
    world.sent, world.stamp, world.receipt = case, words["stamp"], answer.content
    name, content = samples.photo(world.canaries, case)
    held = words | {
        "stamp": TicketForm.new_stamp(timezone.now() - LONG_AGO),
        "body": "",
        "files": [SimpleUploadedFile(name, content)],
    }
    Client().post(address, held)
    for row in HeldFile.objects.all():
        label = "portal.HeldFile.form_hash"
        world.canaries.made_by_portal(row.form_hash, label, A.NOBODY, case)


def file_count():
    """How many sent files lie on the disk: without any, nothing is proved of them."""
    return TicketAttachment.objects.filter(purged_at=None).count() + HeldFile.objects.count()
