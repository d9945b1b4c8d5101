"""One ticket on its way: every step as staff or sender take it, with canaries in all that is written."""

import secrets
from datetime import timedelta

from django.utils import timezone

from feedback import handling, personal_data, publication, sender_steps, workflow
from feedback.drill.canaries import Audience
from feedback.intake import submit_ticket
from feedback.models import (
    ApologyLetter,
    ConsentText,
    LegalHold,
    Ticket,
    TicketAnswer,
    TicketEvent,
)
from procedures.models import Agency

A, S, Type = Audience, Ticket.Status, TicketEvent.Type
# Of a denunciation the services know no answer; the database would take one.
FORCED = {
    "answer": (S.ANSWERED, Type.ANSWERED),
    "publish": (S.PUBLISHED, Type.PUBLISHED),
    "reopen": (S.REOPENED, Type.REOPENED),
    "close": (S.CLOSED, Type.CLOSED),
}


class Course:
    def __init__(self, case, canaries, people, about):
        self.case, self.canaries, self.people, self.about = case, canaries, people, about
        self.by = people.officer

    def go(self):
        """Send the ticket and take every step of its way."""
        self._send()
        for step in self.case.way:
            if self._is_denunciation and step in (*FORCED, "rate"):
                self._force(step)
            else:
                getattr(self, f"_{step}")()
        if self.case.speaks_of_official:
            handling.set_concerned_staff(
                ticket=self.ticket, by=self.by, users=[self.people.official]
            )

    @property
    def ticket(self):
        return Ticket.everything.get(pk=self.case.pk)

    @property
    def _is_denunciation(self):
        return self.case.kind == Ticket.Kind.DENUNCIATION

    def _text(self, field, audience, rest="chữ riêng"):
        return self.canaries.text(f"feedback.{field}", audience, self.case, rest)

    def _of_sender(self, field):
        """Words that go with the sender, when they are erased."""
        return self._text(field, A.NOBODY if self.case.is_erased else A.SENT)

    def _identity(self):
        erased, case = self.case.is_erased, self.case
        audience = A.NOBODY if erased else A.IDENTITY
        named = audience
        if "publish" in case.way and not self._is_denunciation and "unpublish" not in case.way:
            named = A.PUBLIC
        elif "propose_named" in case.way or "unpublish" in case.way:
            named = A.OFFICE
        return {
            "name": self._text("TicketSender.name", named, "tên"),
            "address": self._text("TicketSender.address", audience, "ấp"),
            "phone": self.canaries.phone("feedback.TicketSender.phone", audience, case),
            "email": self.canaries.mail("feedback.TicketSender.email", audience, case),
            "organisation_name": self._text("TicketSender.organisation_name", audience, "tổ chức"),
        }

    def _send(self):
        case, key = self.case, secrets.token_urlsafe(24)
        purposes = [ConsentText.objects.present(purpose) for purpose in ConsentText.Purpose]
        about = {} if self._is_denunciation else self.about
        receipt = submit_ticket(
            form_key=key,
            declared_kind=case.kind,
            subject=self._of_sender("Ticket.subject"),
            body=self._of_sender("Ticket.body"),
            sender=None if case.is_anonymous else self._identity(),
            consents=[] if case.is_anonymous else purposes,
            now=timezone.now() - timedelta(hours=2),
            dossier_code=self._text("Ticket.dossier_code", A.SENT, ""),
            **about,
        )
        case.pk, case.code, case.secret = receipt.ticket.pk, receipt.ticket.code, receipt.secret
        Ticket.everything.filter(pk=case.pk).update(
            source_reference=self._text("Ticket.source_reference", A.OFFICE, "")
        )
        made = self.canaries.made_by_portal
        made(case.code, "feedback.Ticket.code", A.REFERENCE, case)
        made(case.secret, "mã bí mật", A.SECRET, case)
        for name in ("secret_hash", "form_hash"):
            made(getattr(receipt.ticket, name), f"feedback.Ticket.{name}", A.NOBODY, case)

    def _notes(self):
        return {
            "note": self._text("TicketEvent.note", A.SENT),
            "internal_note": self._text("TicketEvent.internal_note", A.OFFICE),
        }

    def _take(self, step, **fields):
        return step(ticket=self.ticket, by=self.by, **fields)

    def _classify(self):
        self._take(handling.classify_ticket, kind=self.case.kind, **self._notes())

    def _reject(self):
        self._take(handling.reject_ticket, reason="not_clear", **self._notes())

    def _withdraw(self):
        sender_steps.withdraw(ticket=self.ticket)

    def _transfer(self):
        agency = self.people.agencies[self.case.agency]
        self._take(handling.transfer_ticket, agency=agency, **self._notes())

    def _start(self):
        self._take(handling.start_ticket, **self._notes())

    def _collect(self):
        self._take(handling.collect, **self._notes())

    def _extend(self):
        self._take(handling.extend_ticket, **self._notes())

    def _ask(self):
        self._take(handling.ask_sender, body=self._text("TicketMessage.body", A.SENT))
        self._take(
            handling.add_note, internal_note=self._text("TicketEvent.internal_note", A.OFFICE)
        )
        words = self._of_sender("TicketMessage.body")
        message = sender_steps.reply(
            ticket=self.ticket, form_key=secrets.token_urlsafe(24), body=words
        )
        label = "feedback.TicketMessage.form_hash"
        self.canaries.made_by_portal(message.form_hash, label, A.NOBODY, self.case)

    def _answer(self):
        self._take(handling.answer_ticket, outcome="resolved", **self._answer_words())

    def _answer_words(self):
        return {
            name: self._text(f"TicketAnswer.{name}", A.SENT, "")
            for name in ("body", "signer", "document_number")
        }

    def _rate(self):
        comment = self._of_sender("TicketRating.comment")
        sender_steps.rate(ticket=self.ticket, score=2, comment=comment)

    def _close(self):
        handling.close_ticket(ticket=self.ticket)

    def _end(self):
        self._take(handling.close_ticket, **self._notes())

    def _reopen(self):
        reason = self._of_sender("TicketMessage.body")
        sender_steps.reopen(ticket=self.ticket, form_key=secrets.token_urlsafe(24), reason=reason)

    def _force(self, step):
        if step == "rate":
            return
        status, type = FORCED[step]
        if step == "answer":
            TicketAnswer.objects.create(
                ticket=self.ticket,
                outcome="resolved",
                agency=self.people.agencies[self.case.agency],
                written_by=self.by,
                **self._answer_words(),
            )
        acting = {"by": TicketEvent.By.STAFF, "actor": self.by}
        workflow.move(self.ticket, status, type=type, **acting, **self._notes())

    # Công khai

    def _draft(self, audience=A.OFFICE, names_sender=False):
        table = "Ticket.public_" if audience is A.PUBLIC else "PublicDraft."
        words = {name: self._text(table + name, audience) for name in ("subject", "body", "answer")}
        return publication.propose(
            item=self.ticket, by=self.people.writer, names_sender=names_sender, **words
        )

    def _propose(self):
        self._draft()

    def _propose_named(self):
        self._draft(names_sender=True)

    def _publish(self, names_sender=True):
        """After a text that came back and one that its writer put another in the place of."""
        reason = self._text("PublicDraft.reason", A.OFFICE)
        publication.send_back(draft=self._draft(), by=self.people.approver, reason=reason)
        self._draft()
        audience = A.OFFICE if "unpublish" in self.case.way else A.PUBLIC
        draft = self._draft(audience, names_sender)
        publication.approve(draft=draft, by=self.people.approver)

    def _publish_unnamed(self):
        self._publish(names_sender=False)

    def _unpublish(self):
        reason = self._text("TicketEvent.internal_note", A.OFFICE)
        publication.withdraw(item=self.ticket, by=self.people.approver, reason=reason)

    # Giấy tờ, dữ liệu cá nhân

    def _apologise(self):
        today = timezone.localdate()
        ApologyLetter.objects.create(
            ticket=self.ticket,
            number=1,
            promised_on=today,
            new_due_on=today + timedelta(days=7),
            agency=Agency.objects.get(pk=self.people.agencies[self.case.agency].pk),
            written_by=self.by,
            **{
                name: self._text(f"ApologyLetter.{name}", A.SENT, "")
                for name in ("document_number", "reason", "signer")
            },
        )

    def _hold(self):
        words = {
            name: self._text(f"LegalHold.{name}", A.OFFICE)
            for name in ("reason", "document_number")
        }
        LegalHold.objects.create(ticket=self.ticket, placed_by=self.by, **words)

    def _data_request(self):
        request = sender_steps.request_about_data(
            ticket=self.ticket,
            kind="view",
            form_key=secrets.token_urlsafe(24),
            details=self._of_sender("DataSubjectRequest.details"),
        )
        label = "feedback.DataSubjectRequest.form_hash"
        self.canaries.made_by_portal(request.form_hash, label, A.NOBODY, self.case)
        words = {
            name: self._text(f"DataSubjectRequest.{name}", A.SENT)
            for name in ("extension_reason", "reply")
        }
        acting = {"request": request, "by": self.by}
        personal_data.extend_data_request(**acting, days=3, reason=words["extension_reason"])
        personal_data.answer_data_request(**acting, state="replied", reply=words["reply"])

    def _erase(self):
        personal_data.erase_sender(ticket=self.ticket, by=self.by, erase_text=True)
