"""Sample tickets that live as real ones do: sent, handled, answered, published by the same steps, in the order of
their days."""

import json
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model

from feedback import apology, codes, handling, joining, publication, sender_steps
from feedback.intake import submit_ticket
from feedback.models import ConsentText, Ticket
from procedures.models import Agency, Procedure, ServicePoint

STORIES = Path(__file__).resolve().parent / "sample" / "tickets.json"
# The ticket that a newcomer is shown how to look up: one that waits for an answer.
SHOWN = "hoi-them"
WRITER, APPROVER = "can-bo-mau", "duyet-mau"


def add_tickets(*, now):
    """Let the stories happen, from the oldest day to this moment; how many tickets came of it.

    They stay in the register and in the ledger for good, so none is added where there are tickets already.
    """
    if Ticket.everything.exists():
        return 0
    stories = json.loads(STORIES.read_text(encoding="utf-8"))
    stage = Stage(writer=sample_staff(WRITER), approver=sample_staff(APPROVER))
    for moment, name, act in sorted(_acts(stories, now), key=lambda row: row[0]):
        stage.play(name, act, moment)
    return Ticket.everything.count()


def shown_pair():
    """The code and the secret of a sample ticket, as on its receipt; None where there is none."""
    ticket = Ticket.objects.filter(form_hash=codes.hash_form_key(_form_key(SHOWN))).first()
    return ticket and (ticket.written_code, codes.written(codes.secret_for(_form_key(SHOWN))))


def _acts(stories, now):
    """Each thing that happens: when, with which ticket, what."""
    for story in stories:
        sent_at = now - (timedelta(days=story["days_ago"]) or timedelta(hours=2))
        yield sent_at, story["name"], {"do": "send"} | story
        for step in story["steps"]:
            moment = sent_at + timedelta(days=step["after_days"], hours=1)
            yield min(moment, now), step.get("of", story["name"]), step


class Stage:
    """The tickets of the stories by their names, and the two who work on them."""

    def __init__(self, *, writer, approver):
        self.writer, self.approver = writer, approver
        self.tickets = {}

    def play(self, name, act, now):
        getattr(self, f"_{act['do']}")(name, act, now)

    def _ticket(self, name):
        return Ticket.everything.get(pk=self.tickets[name])

    def _by_staff(self, name, now):
        return {"ticket": self._ticket(name), "by": self.writer, "now": now}

    def _by_sender(self, name, now):
        return {"ticket": self._ticket(name), "now": now}

    def _send(self, name, story, now):
        channel = story.get("channel", Ticket.Channel.WEB)
        purposes = [ConsentText.Purpose.INTAKE]
        if story.get("publish_name"):
            purposes.append(ConsentText.Purpose.PUBLISH_NAME)
        receipt = submit_ticket(
            form_key=_form_key(name),
            declared_kind=story["kind"],
            subject=story["subject"],
            body=story["body"],
            sender=story["sender"],
            consents=[ConsentText.objects.present(purpose) for purpose in purposes]
            if story["sender"]
            else (),
            channel=channel,
            entered_by=None if channel == Ticket.Channel.WEB else self.writer,
            now=now,
            procedure=Procedure.objects.published().filter(code=story.get("procedure")).first(),
            service_point=ServicePoint.objects.filter(slug=story.get("service_point")).first(),
            dossier_code=story.get("dossier_code", ""),
            source_reference=story.get("source_reference", ""),
            is_sample=True,
        )
        self.tickets[name] = receipt.ticket.pk

    def _classify(self, name, step, now):
        staff = self._by_staff(name, now)
        handling.classify_ticket(**staff, kind=staff["ticket"].kind, note=step.get("note", ""))

    def _transfer(self, name, step, now):
        handling.transfer_ticket(
            **self._by_staff(name, now), agency=agency_named(step["agency"]), note=step["note"]
        )

    def _start(self, name, step, now):
        handling.start_ticket(**self._by_staff(name, now), note=step.get("note", ""))

    def _ask(self, name, step, now):
        handling.ask_sender(**self._by_staff(name, now), body=step["body"])

    def _collect(self, name, step, now):
        handling.collect(**self._by_staff(name, now), note=step["note"])

    def _extend(self, name, step, now):
        handling.extend_ticket(**self._by_staff(name, now), note=step["note"])

    def _answer(self, name, step, now):
        names = ("body", "outcome", "signer", "late_reason", "shared_body")
        words = {name: step[name] for name in names if name in step}
        handling.answer_ticket(**self._by_staff(name, now), **words)

    def _apologise(self, name, step, now):
        words = {"reason": step["reason"], "signer": step["signer"]}
        day = apology.usual_new_day(now)
        apology.apologise(**self._by_staff(name, now), new_due_on=day, **words)

    def _reject(self, name, step, now):
        words = {"reason": step["reason"], "note": step["note"]}
        handling.reject_ticket(**self._by_staff(name, now), **words)

    def _close(self, name, step, now):
        handling.close_ticket(**self._by_staff(name, now), note=step["note"])

    def _end(self, name, step, now):
        """What the portal does by itself, when the time to say "not solved" is over."""
        handling.close_ticket(ticket=self._ticket(name), now=now)

    def _merge(self, name, step, now):
        into = self._ticket(step["into"])
        joining.merge_ticket(**self._by_staff(name, now), into=into, note=step["note"])

    def _split(self, name, step, now):
        words = {key: step[key] for key in ("kind", "subject", "body", "note")}
        part = joining.split_ticket(
            **self._by_staff(name, now), agency=agency_named(step["agency"]), **words
        )
        self.tickets[step["name"]] = part.pk

    def _propose(self, name, step, now):
        words = {key: step[key] for key in ("subject", "body", "answer")}
        publication.propose(
            item=self._ticket(name),
            by=self.writer,
            names_sender=step.get("names_sender", False),
            now=now,
            **words,
        )

    def _approve(self, name, step, now):
        publication.approve(draft=self._draft(name), by=self.approver, now=now)

    def _return(self, name, step, now):
        publication.send_back(
            draft=self._draft(name), by=self.approver, reason=step["reason"], now=now
        )

    def _confirm(self, name, step, now):
        """At the end: the procedures of the sample are all as new as the sample."""
        publication.confirm(item=self._ticket(name), by=self.writer, now=now)

    def _unpublish(self, name, step, now):
        item = self._ticket(name)
        publication.withdraw(item=item, by=self.approver, reason=step["reason"], now=now)

    def _draft(self, name):
        return self._ticket(name).public_drafts.get(decision="waiting")

    def _rate(self, name, step, now):
        words = {"score": step["score"], "comment": step["body"]}
        sender_steps.rate(**self._by_sender(name, now), **words)

    def _reopen(self, name, step, now):
        key = _form_key(f"{name}:mo-lai")
        sender_steps.reopen(**self._by_sender(name, now), form_key=key, reason=step["body"])

    def _withdraw(self, name, step, now):
        sender_steps.withdraw(**self._by_sender(name, now))


def agency_named(name):
    return Agency.objects.get(slug=Agency.slug_for(name))


def _form_key(name):
    """The same at every run, so that the pair to try is the same, too."""
    return f"sample:{name}"


def sample_staff(username):
    """Who handled the sample tickets: accounts that nobody can log in with."""
    staff, is_new = get_user_model().objects.get_or_create(
        username=username, defaults={"first_name": "Cán bộ mẫu", "is_active": False}
    )
    if is_new:
        staff.set_unusable_password()
        staff.save(update_fields=["password"])
    return staff
