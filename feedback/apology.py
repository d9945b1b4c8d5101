"""Saying sorry for a day that was promised and not kept: the letter, and its page as a file."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from feedback import notifications, workflow
from feedback.models import ApologyLetter, TicketDeadline, TicketEvent
from portal import typesetting
from portal.site import absolute_url
from procedures.deadline_words import full_day
from procedures.deadlines import Calendar, Term, deadline

TEMPLATE = Path(__file__).with_name("apology.typ")
# What is mostly enough to end what is late already.
USUAL_TERM = Term(5, "working_day")
# What a page of a letter reads.
LETTER_PARTS = ("ticket", "agency__admin_unit", "agency__parent__admin_unit")


@dataclass(frozen=True)
class BrokenPromise:
    """A day that passed without its answer, and the day on which the answer came in the end."""

    promised_on: date
    answered_on: date | None


def broken_promise(ticket, *, now=None) -> BrokenPromise | None:
    """What there is to be sorry for: once for each day, be it the first one or one that a letter named."""
    if ticket.runs_by_other_law or ticket.is_ended:
        return None
    now = now or timezone.now()
    row = max(_promises(ticket), key=lambda row: row.round, default=None)
    if row is None or not row.is_overdue(row.met_at or _stopped_at(ticket) or now):
        return None
    letters = [one for one in ticket.apology_letters.all() if one.promised_on >= row.due_on]
    promised_on = max((one.new_due_on for one in letters), default=row.due_on)
    answered_on = timezone.localdate(row.met_at) if row.met_at else None
    if promised_on >= (answered_on or timezone.localdate(now)):
        return None
    return BrokenPromise(promised_on, answered_on)


def usual_new_day(now=None) -> date:
    return deadline(now or timezone.now(), USUAL_TERM, calendar=Calendar.load()).due_on


@transaction.atomic
def apologise(*, ticket, by, reason, signer, new_due_on=None, document_number="", now=None):
    """Write the letter, and let the sender know. A ticket that has its answer gets no new day."""
    now = now or timezone.now()
    ticket = workflow.lock(ticket)
    promise = broken_promise(ticket, now=now)
    agency_id = ticket.handling_agency_id or ticket.receiving_agency_id
    if promise is None:
        raise ValidationError("Phiếu không chậm so với ngày đã hẹn, hoặc đã có thư xin lỗi.")
    if agency_id is None:
        raise ValidationError(
            "Chưa rõ cơ quan nào giữ phiếu. Xin chuyển phiếu tới một cơ quan trước."
        )
    new_day = promise.answered_on or _checked_new_day(new_due_on, now)
    letter = ApologyLetter.objects.create(
        ticket=ticket,
        number=ticket.apology_letters.count() + 1,
        document_number=document_number,
        promised_on=promise.promised_on,
        reason=reason,
        new_due_on=new_day,
        agency_id=agency_id,
        signer=signer,
        written_by=by,
        written_at=now,
    )
    ending = "" if promise.answered_on else f"\nHẹn lại: {full_day(new_day)}."
    workflow.note(
        ticket,
        type=TicketEvent.Type.APOLOGISED,
        by=TicketEvent.By.STAFF,
        actor=by,
        now=now,
        note=f"{reason}{ending}",
    )
    notifications.ticket_apologised(ticket, letter)
    return letter


def _promises(ticket):
    return [
        row
        for row in ticket.deadlines.all()
        if row.kind == TicketDeadline.Kind.ANSWER and row.dropped_at is None
    ]


def _stopped_at(ticket):
    """While the sender is waited for, no day goes by."""
    open_pauses = (pause for pause in ticket.pauses.all() if pause.ended_at is None)
    return next((pause.started_at for pause in open_pauses), None)


def _checked_new_day(day, now):
    calendar = Calendar.load()
    if day is None or day <= timezone.localdate(now):
        raise ValidationError({"new_due_on": "Ngày hẹn lại phải sau hôm nay."})
    if off := calendar.reason_off(day):
        raise ValidationError(
            {"new_due_on": f"{full_day(day)} là ngày nghỉ ({off.words}). Chọn một ngày làm việc."}
        )
    return day


@dataclass(frozen=True)
class LetterPage:
    """A letter as it is printed, laid out as Decree 30/2020 wants official letters; in Vietnamese on every page."""

    letter: ApologyLetter
    # Empty where who prints it may not know who sent the ticket.
    recipient: str = ""

    @property
    def filename(self):
        return f"thu-xin-loi-{self.letter.ticket.written_code}-{self.letter.number}.pdf"

    def as_response(self):
        """A file that is taken along."""
        return HttpResponse(
            self.as_pdf(),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{self.filename}"'},
        )

    def as_pdf(self) -> bytes:
        with translation.override(settings.LANGUAGE_CODE):
            return typesetting.compile(TEMPLATE.read_text(), self._printed())

    @property
    def written_on(self):
        return timezone.localdate(self.letter.written_at)

    @property
    def is_answered(self):
        """Whether the answer was there when it was written, so that it names no new day."""
        return self.letter.new_due_on <= self.written_on

    def _printed(self):
        letter, day = self.letter, self.written_on
        code, kind = letter.ticket.written_code, letter.ticket.get_kind_display().lower()
        signer, _comma, position = letter.signer.partition(",")
        parent = letter.agency.parent
        return {
            "title": f"Thư xin lỗi, phiếu {code}",
            "parent": parent.name if parent else "",
            "agency": letter.agency.name,
            "number": letter.document_number,
            "place": _place_of(letter.agency),
            # The first days and months have two digits, so that none can be put before them.
            "date": f"ngày {day:%d} tháng {day.month:0{2 if day.month < 3 else 1}d} năm {day.year}",
            "about": f"Về việc chậm trả lời phiếu {kind}",
            "recipient": self.recipient or f"Người gửi phiếu {code}",
            "paragraphs": list(self._paragraphs(code, kind)),
            "position": position.strip(),
            "signer": signer.strip(),
        }

    def _paragraphs(self, code, kind):
        letter, agency = self.letter, self.letter.agency.name
        received_on = timezone.localdate(letter.ticket.received_at)
        end = letter.new_due_on if self.is_answered else self.written_on
        days = (end - letter.promised_on).days
        yield (
            f"Ngày {_short(received_on)}, ông/bà gửi một {kind}, được cấp mã phiếu {code}. {agency} đã hẹn trả lời"
            f" ông/bà chậm nhất vào ngày {_short(letter.promised_on)}."
        )
        if self.is_answered:
            yield f"Đến ngày {_short(end)} ông/bà mới có trả lời, chậm {days} ngày so với ngày đã hẹn."
        else:
            yield f"Đến hôm nay ông/bà vẫn chưa có trả lời, chậm {days} ngày so với ngày đã hẹn."
        yield f"Lý do: {letter.reason}"
        yield f"{agency} thành thật xin lỗi ông/bà về sự chậm trễ này."
        if not self.is_answered:
            new_day = full_day(letter.new_due_on)
            yield f"{agency} hẹn trả lời ông/bà chậm nhất vào {new_day}."
        yield (
            f"Ông/bà xem phiếu và trả lời ở {_lookup_address()}, bằng mã phiếu và mã bí mật ghi trên biên nhận."
        )
        yield f"{agency} trân trọng cảm ơn ông/bà đã góp ý."


def recipient_of(ticket) -> str:
    """How the sender is addressed; empty where nobody knows any more who it was."""
    sender = getattr(ticket, "sender", None)
    if sender is None or sender.erased_at or sender.restricted_at:
        return ""
    return sender.organisation_name or (f"Ông/bà {sender.name}" if sender.name else "")


def _place_of(agency):
    unit = agency.admin_unit or (agency.parent and agency.parent.admin_unit)
    return unit.name if unit else ""


def _short(day):
    return f"{day:%d/%m/%Y}"


def _lookup_address():
    return absolute_url(reverse("feedback:lookup")).partition("://")[2]
