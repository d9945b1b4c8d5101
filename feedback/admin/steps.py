"""The steps that the page of a ticket offers: which, to whom, and the service behind each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils import timezone

from feedback import apology, handling, joining, merged, retention
from feedback.admin import step_forms as forms
from feedback.models import Ticket
from feedback.rights import may
from feedback.ticket_work import VIEWS
from feedback.workflow import can_move

S = Ticket.Status
CLASSIFY, ANSWER = "classify_ticket", "answer_ticket"
HOLD = "place_legal_hold"
ANSWERED = {S.ANSWERED, S.PUBLISHED}


@dataclass(frozen=True)
class Step:
    """`name` stands in its address; `done` is said when it is taken."""

    name: str
    label: str
    form: type[forms.StepForm]
    take: Callable
    rights: tuple[str, ...]
    fits: Callable[[Ticket], bool]
    done: str


@dataclass(frozen=True)
class Offer:
    """A step as this page shows it, with its form; open where it is the natural one, or came back with a fault."""

    step: Step
    form: forms.StepForm
    is_open: bool


def is_restricted(ticket):
    return ticket.kind == Ticket.Kind.DENUNCIATION


def _may_be_closed(ticket):
    needs_no_answer = not ticket.has_clock or ticket.runs_by_other_law
    return needs_no_answer and ticket.status not in ANSWERED and can_move(ticket, S.CLOSED)


def _may_be_returned(ticket):
    is_elsewhere = ticket.handling_agency_id != ticket.receiving_agency_id
    return (
        ticket.receiving_agency_id is not None
        and is_elsewhere
        and not is_restricted(ticket)
        and can_move(ticket, S.TRANSFERRED)
    )


def _may_be_split(ticket):
    has_words = not ticket.is_ended and not ticket.content_erased_at
    return has_words and joining.may_be_split(ticket)


def _may_be_extended(ticket):
    deadline = handling.answer_deadline(ticket)
    return deadline is not None and not deadline.extended_at and not ticket.answer_is_late


def _is_held(ticket):
    """Asked by two steps, and read once."""
    prefetch_related_objects([ticket], "legal_holds")
    return any(hold.lifted_at is None for hold in ticket.legal_holds.all())


STEPS = {
    step.name: step
    for step in [
        Step(
            "phan-loai",
            "Phân loại",
            forms.ClassifyForm,
            handling.classify_ticket,
            (CLASSIFY,),
            lambda ticket: ticket.status == S.RECEIVED,
            "Đã phân loại và vào sổ.",
        ),
        Step(
            "chuyen",
            "Chuyển cơ quan",
            forms.TransferForm,
            handling.transfer_ticket,
            (CLASSIFY,),
            lambda ticket: can_move(ticket, S.TRANSFERRED) and ticket.kind != Ticket.Kind.COMPLAINT,
            "Đã chuyển.",
        ),
        Step(
            "bat-dau",
            "Bắt đầu xử lý",
            forms.StartForm,
            handling.start_ticket,
            (CLASSIFY, ANSWER),
            lambda ticket: can_move(ticket, S.IN_PROGRESS) and ticket.kind != Ticket.Kind.COMPLAINT,
            "Đã ghi là đang xử lý.",
        ),
        Step(
            "tra-loi",
            "Trả lời",
            forms.AnswerForm,
            handling.answer_ticket,
            (ANSWER,),
            lambda ticket: can_move(ticket, S.ANSWERED) and not ticket.runs_by_other_law,
            "Đã trả lời người gửi.",
        ),
        Step(
            "hoi",
            "Hỏi thêm người gửi",
            forms.AskForm,
            handling.ask_sender,
            (CLASSIFY, ANSWER),
            lambda ticket: not ticket.is_ended and ticket.status not in ANSWERED,
            "Đã gửi câu hỏi.",
        ),
        Step(
            "thu-thap",
            "Thu thập thêm căn cứ",
            forms.CollectForm,
            handling.collect,
            (ANSWER,),
            lambda ticket: can_move(ticket, S.COLLECTING),
            "Đã ghi là đang thu thập thêm căn cứ.",
        ),
        Step(
            "gia-han",
            "Gia hạn trả lời",
            forms.ReasonForm,
            handling.extend_ticket,
            (ANSWER,),
            _may_be_extended,
            "Đã gia hạn.",
        ),
        Step(
            "thu-xin-loi",
            "Thư xin lỗi",
            forms.ApologyForm,
            apology.apologise,
            (ANSWER,),
            lambda ticket: apology.broken_promise(ticket) is not None,
            "Đã báo người gửi. Thư để in ở mục Thư xin lỗi.",
        ),
        Step(
            "tra-lai",
            "Trả lại nơi tiếp nhận",
            forms.ReturnForm,
            handling.transfer_ticket,
            (ANSWER,),
            _may_be_returned,
            "Đã trả lại nơi tiếp nhận.",
        ),
        Step(
            "ket-thuc",
            "Kết thúc",
            forms.ReasonForm,
            handling.close_ticket,
            (CLASSIFY, ANSWER),
            _may_be_closed,
            "Đã kết thúc phiếu.",
        ),
        Step(
            "tu-choi",
            "Không xử lý",
            forms.RejectForm,
            handling.reject_ticket,
            (CLASSIFY,),
            lambda ticket: can_move(ticket, S.REJECTED),
            "Đã ghi là không xử lý.",
        ),
        Step(
            "gop",
            "Gộp vào phiếu khác",
            forms.MergeForm,
            joining.merge_ticket,
            (CLASSIFY,),
            joining.may_be_merged,
            "Đã gộp.",
        ),
        Step(
            "thoi-gop",
            "Thôi gộp",
            forms.UnmergeForm,
            joining.unmerge_ticket,
            (CLASSIFY,),
            lambda ticket: ticket.merged_into_id and ticket.status not in merged.SETTLED,
            "Đã thôi gộp: phiếu lại được giải quyết riêng.",
        ),
        Step(
            "tach",
            "Tách một việc thành phiếu riêng",
            forms.SplitForm,
            joining.split_ticket,
            (CLASSIFY,),
            _may_be_split,
            "Đã tách một việc thành phiếu riêng.",
        ),
        Step(
            "doi-loai",
            "Đổi loại",
            forms.ChangeKindForm,
            handling.change_kind,
            (CLASSIFY,),
            lambda ticket: (
                not ticket.is_ended and (is_restricted(ticket) or ticket.status != S.RECEIVED)
            ),
            "Đã đổi loại.",
        ),
        Step(
            "la-to-cao",
            "Đây là tố cáo",
            forms.MarkDenunciationForm,
            handling.change_kind,
            (CLASSIFY,),
            lambda ticket: not ticket.is_ended and not is_restricted(ticket),
            "Đã chuyển cho người được giao xử lý.",
        ),
        Step(
            "can-bo",
            "Cán bộ liên quan",
            forms.ConcernedStaffForm,
            handling.set_concerned_staff,
            (CLASSIFY,),
            lambda ticket: True,
            "Đã ghi cán bộ liên quan.",
        ),
        Step(
            "giu-du-lieu",
            "Giữ dữ liệu",
            forms.HoldForm,
            retention.place_hold,
            (HOLD,),
            lambda ticket: not _is_held(ticket),
            "Đã giữ dữ liệu: không ai xóa được người gửi và tệp.",
        ),
        Step(
            "thoi-giu",
            "Thôi giữ dữ liệu",
            forms.ReleaseForm,
            retention.lift_hold,
            (HOLD,),
            _is_held,
            "Đã thôi giữ dữ liệu.",
        ),
        Step(
            "ghi-chu",
            "Ghi chú nội bộ",
            forms.NoteForm,
            handling.add_note,
            (CLASSIFY, ANSWER),
            lambda ticket: True,
            "Đã ghi chú.",
        ),
    ]
}
# With a ticket that was merged everything else is done where it was merged into; its sender's promise stands, though.
FOR_MERGED = {"thoi-gop", "hoi", "thu-xin-loi", "can-bo", "ghi-chu", "giu-du-lieu", "thoi-giu"}
# The step that one mostly comes for.
NATURAL = {
    S.RECEIVED: "phan-loai",
    S.CLASSIFIED: "chuyen",
    S.TRANSFERRED: "bat-dau",
    S.IN_PROGRESS: "tra-loi",
    S.COLLECTING: "tra-loi",
    S.REOPENED: "bat-dau",
}


def offers(user, ticket, *, refused=None) -> list[Offer]:
    """The steps that this person may take now; `refused` is the name and the form of one that came back."""
    name, form = refused or (None, None)
    seen = newest_event(ticket)
    natural = NATURAL.get(ticket.status) if name is None else name
    found = [
        Offer(
            step,
            form if step.name == name else step.form(step.name, ticket, user),
            step.name == natural,
        )
        for step in STEPS.values()
        if step.name == name or (may(user, ticket, *step.rights) and is_open(step, ticket))
    ]
    for offer in found:
        # A form that came back has been read with what is new on the page.
        offer.form.shown_seen = seen
    return sorted(found, key=lambda offer: not offer.is_open)


def is_open(step, ticket) -> bool:
    """Whether a step leads on from where the ticket stands."""
    return bool(step.fits(ticket)) and not _is_done_elsewhere(step, ticket)


def _is_done_elsewhere(step, ticket):
    return ticket.merged_into_id is not None and step.name not in FOR_MERGED


def newest_event(ticket):
    done = (event.pk for event in ticket.events.all() if event.type not in VIEWS)
    return max(done, default=None)


def take(step, form, ticket, by):
    """Take a step with a ticket that is locked; refuse where something has happened that was not on the page."""
    if form.cleaned_data["seen"] != newest_event(ticket):
        raise ValidationError(
            "Phiếu vừa có diễn biến mới sau khi ông/bà mở trang. Xin xem lại, rồi bấm lần nữa nếu vẫn đúng."
        )
    if _is_done_elsewhere(step, ticket):
        raise ValidationError("Phiếu này đã gộp: xin làm ở phiếu kia, hoặc thôi gộp trước.")
    step.take(ticket=ticket, by=by, **form.arguments())


def is_answer_late(ticket, now=None) -> bool:
    deadline = handling.answer_deadline(ticket)
    at = ticket.paused_at or now or timezone.now()
    return deadline is not None and deadline.is_overdue(at)
