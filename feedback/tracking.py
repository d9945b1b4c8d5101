"""What the sender sees of an opened ticket: everything that was said to them, and nothing else."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from feedback import masking, sender_steps, timeline
from feedback.models import ConsentText, DataSubjectRequest, Ticket, TicketEvent
from procedures.deadlines import explanation

ABOUT = (
    "procedure",
    "agency_concerned",
    "service_point",
    "handling_agency",
    "sender",
    "split_from",
)
DATA_KINDS = DataSubjectRequest.Kind
Purpose = ConsentText.Purpose


@dataclass(frozen=True)
class Part:
    """A matter that was split off the message: the sender opens it with the same secret."""

    code: str
    subject: str
    standing: timeline.Standing


@dataclass(frozen=True)
class AskedAboutData:
    """A request about personal data with why its two days are these."""

    row: DataSubjectRequest
    reply_sentences: list[str]
    action_sentences: list[str]


class TrackedTicket:
    """A ticket as the page shows it. Steps that are not open to the sender now are not offered."""

    def __init__(self, pk, *, now):
        self.row = Ticket.everything.select_related(*ABOUT).get(pk=pk)
        self.now = now

    @property
    def is_merged(self):
        """Whether it is handled together with what others reported. Of them nothing is told here."""
        return self.row.merged_into_id is not None

    @cached_property
    def parts(self):
        rows = Ticket.everything.filter(split_from=self.row).order_by("pk")
        return [Part(row.written_code, row.subject, timeline.standing(row)) for row in rows]

    @property
    def split_from(self):
        """The message that this was a part of. That a denunciation was one is told nowhere but on its own page."""
        whole = self.row.split_from
        return whole if whole and whole.kind != Ticket.Kind.DENUNCIATION else None

    @cached_property
    def standing(self):
        return timeline.standing(self.row)

    @cached_property
    def promise(self):
        return timeline.promise(self.row, now=self.now)

    @cached_property
    def steps(self):
        return timeline.steps(self.row, self.standing, self.promise)

    @cached_property
    def answers(self):
        rows = self.row.answers.select_related("agency", "rating")
        return list(rows.prefetch_related("legal_documents").order_by("-round"))

    @property
    def last_answer(self):
        return self.answers[0] if self.answers else None

    @cached_property
    def attachments(self):
        return list(self.row.attachments.order_by("number"))

    @property
    def first_files(self):
        """Those that came with the ticket itself."""
        return [file for file in self.attachments if file.message_id is None]

    @property
    def kept_files(self):
        return [file for file in self.attachments if file.purged_at is None]

    @property
    def own_messages(self):
        return [message for message in self.messages if message.by == TicketEvent.By.SENDER]

    @cached_property
    def messages(self):
        """Both ways, the newest first, each with its files."""
        rows = list(self.row.messages.order_by("-sent_at", "-pk"))
        for row in rows:
            row.files = [file for file in self.attachments if file.message_id == row.pk]
        return rows

    @property
    def earlier_messages(self):
        """What was said before the office's last questions, the newest first."""
        return self.messages[len(self.questions) :]

    @cached_property
    def questions(self):
        """What the office wrote since the sender last did, the oldest first, while it can be answered."""
        asked = []
        for message in self.messages if self.may_reply else ():
            if message.by == TicketEvent.By.SENDER:
                break
            asked.append(message)
        return asked[::-1]

    @property
    def may_reply(self):
        return sender_steps.may_reply(self.row)

    @property
    def may_withdraw(self):
        return sender_steps.may_withdraw(self.row)

    @property
    def may_rate(self):
        return sender_steps.may_rate(self.row, self.last_answer)

    @cached_property
    def reopen_until(self) -> date | None:
        """The last day on which "not solved" can be said; None where it cannot."""
        if not sender_steps.may_reopen(self.row, self.last_answer, now=self.now):
            return None
        return sender_steps.reopen_until(self.last_answer).due_on

    @cached_property
    def kept_identity(self):
        sender = getattr(self.row, "sender", None)
        return masking.kept_identity(sender) if sender else []

    @cached_property
    def consents(self):
        return list(self.row.consents.select_related("text").order_by("given_at", "pk"))

    @cached_property
    def ending_at_once(self):
        """The purposes of consents that the sender can take back by themselves."""
        return [
            (record.text.purpose, record.text.get_purpose_display())
            for record in self.consents
            if record.withdrawn_at is None and record.text.purpose != Purpose.INTAKE
        ]

    @cached_property
    def data_requests(self):
        return [
            AskedAboutData(
                row, explanation(row.reply_explanation), explanation(row.action_explanation)
            )
            for row in self.row.data_requests.order_by("-received_at", "-pk")
        ]

    @property
    def data_kinds(self):
        """What can be asked for now, each with what it means: not the same twice while it is open."""
        is_open = sender_steps.REQUEST_IS_OPEN
        taken = {asked.row.kind for asked in self.data_requests if asked.row.state in is_open}
        return [
            (kind, f"{kind.label}: {MEANINGS[kind]}") for kind in DATA_KINDS if kind not in taken
        ]


MEANINGS = {
    DATA_KINDS.VIEW: _("cơ quan cho ông/bà xem đủ những gì Cổng giữ về ông/bà."),
    DATA_KINDS.CORRECT: _("ghi chỗ nào sai và ghi lại cho đúng."),
    DATA_KINDS.DELETE: _(
        "xóa tên, địa chỉ, điện thoại, thư điện tử; cơ quan có thể không liên hệ được nữa."
    ),
    DATA_KINDS.RESTRICT: _(
        "cơ quan chỉ giữ, không dùng vào việc gì khác cho đến khi ông/bà đồng ý lại."
    ),
    DATA_KINDS.OBJECT: _("cơ quan thôi dùng dữ liệu vào việc mà ông/bà nêu."),
    DATA_KINDS.WITHDRAW: _(
        "không đồng ý để cơ quan giữ và dùng thông tin của ông/bà nữa; phiếu có thể không giải quyết"
        " tiếp được."
    ),
}
