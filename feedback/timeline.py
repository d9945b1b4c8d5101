"""Where a ticket stands, in words that its sender understands: what was done, what is done now, what comes."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models import Ticket, TicketDeadline, TicketEvent
from procedures.deadline_words import explanation, full_day

S = Ticket.Status
E = TicketEvent.Type

TITLES = {
    E.RECEIVED: _("Cổng đã nhận phiếu"),
    E.CLASSIFIED: _("Cán bộ đã đọc và phân loại"),
    E.REJECTED: _("Phiếu không được xử lý"),
    E.TRANSFERRED: _("Đã chuyển đến cơ quan có thẩm quyền"),
    E.STARTED: _("Cơ quan bắt đầu giải quyết"),
    E.COLLECTING: _("Cơ quan thu thập thêm căn cứ"),
    E.ASKED: _("Cơ quan hỏi thêm ông/bà"),
    E.REPLIED: _("Ông/bà đã nhắn cho cơ quan"),
    E.EXTENDED: _("Cơ quan gia hạn trả lời"),
    E.APOLOGISED: _("Cơ quan xin lỗi vì chậm và hẹn lại ngày"),
    E.ANSWERED: _("Cơ quan đã trả lời"),
    E.PUBLISHED: _("Kết quả đã công khai trên Cổng"),
    E.UNPUBLISHED: _("Kết quả không còn công khai trên Cổng"),
    E.REOPENED: _("Ông/bà báo chưa giải quyết, phiếu được mở lại"),
    E.CLOSED: _("Phiếu đã kết thúc"),
    E.WITHDRAWN: _("Ông/bà đã rút phiếu"),
    E.RATED: _("Ông/bà đã đánh giá trả lời"),
    E.RIGHTS_REQUEST: _("Ông/bà gửi yêu cầu về dữ liệu cá nhân"),
    E.RIGHTS_DONE: _("Xong một yêu cầu về dữ liệu cá nhân"),
    E.RECOUNTED: _("Tính lại hạn trả lời"),
    E.MERGED: _("Gộp với phiếu khác cùng việc"),
    E.UNMERGED: _("Phiếu lại được giải quyết riêng"),
    E.SPLIT: _("Tách một việc thành phiếu riêng"),
    E.PURGED: _("Cơ quan đã xóa một tệp đính kèm"),
    E.ERASED: _("Đã xóa thông tin về người gửi"),
}


@dataclass(frozen=True)
class Step:
    """One point of the timeline."""

    title: str
    state: str = "done"
    at: datetime | None = None
    # In time: the last day that is promised for it.
    until: date | None = None
    agency: str = ""
    # What staff say to the sender, in Vietnamese on every page.
    note: str = ""


@dataclass(frozen=True)
class Standing:
    """How a ticket stands now; `kind` is one of components/status.html."""

    kind: str
    label: str
    words: str
    coming: tuple[str, ...] = ()

    @property
    def next_words(self):
        return self.coming[0] if self.coming else ""


@dataclass(frozen=True)
class Promise:
    """The day of the answer, why it is that day, and whether it was kept."""

    due_on: date
    day: str
    sentences: list[str]
    days_late: int
    paused_at: datetime | None
    met_at: datetime | None
    is_extended: bool


def steps(ticket, standing, promise) -> list[Step]:
    """What has happened, in order, then what happens now and what is to come."""
    events = ticket.events.filter(type__in=TicketEvent.SHOWN_TO_SENDER)
    done = [_step(event) for event in events.select_related("to_agency").order_by("at", "pk")]
    if ticket.is_ended:
        return done
    now = [] if standing.kind == "current" else [Step(standing.words, state="current")]
    last = len(standing.coming) - 1
    is_promised = promise and not (promise.met_at or promise.paused_at or promise.days_late)
    until = promise.due_on if is_promised else None
    coming = [
        Step(title, state="coming", until=until if place == last else None)
        for place, title in enumerate(standing.coming)
    ]
    return [*done, *now, *coming]


def _step(event):
    return Step(
        TITLES[event.type],
        at=event.at,
        agency=event.to_agency.name if event.to_agency else "",
        note=event.note,
    )


def promise(ticket, *, now=None) -> Promise | None:
    """What is promised of the answer at this moment; None where no day is."""
    now = now or timezone.now()
    kinds = (TicketDeadline.Kind.ANSWER, TicketDeadline.Kind.FIRST_HANDLING)
    row = ticket.deadlines.filter(kind__in=kinds, dropped_at=None).order_by("-round").first()
    if row is None:
        return None
    pause = None if row.met_at else ticket.pauses.filter(ended_at=None).first()
    # While the sender is waited for, no day goes by.
    at = row.met_at or (pause.started_at if pause else now)
    is_late = row.is_overdue(at)
    return Promise(
        due_on=row.due_on,
        day=full_day(row.due_on),
        sentences=explanation(row.explanation),
        days_late=(timezone.localdate(at) - row.due_on).days if is_late else 0,
        paused_at=pause.started_at if pause else None,
        met_at=row.met_at,
        is_extended=row.extended_at is not None,
    )


_READ = _("Cán bộ đọc và phân loại phiếu.")
_HAND_OVER = _("Phiếu được giao cho cơ quan giải quyết.")
_ANSWER = _("Cơ quan trả lời ông/bà ngay trên trang này.")
_END = _("Phiếu tự kết thúc nếu ông/bà không còn ý kiến.")

# The look, what is said first, what is going on, what comes after it.
_STANDINGS = {
    S.RECEIVED: Standing("waiting", _("Đã tiếp nhận"), _READ, (_HAND_OVER, _ANSWER)),
    S.CLASSIFIED: Standing("waiting", _("Đã phân loại"), _HAND_OVER, (_ANSWER,)),
    S.TRANSFERRED: Standing(
        "waiting",
        _("Đã chuyển cơ quan có thẩm quyền"),
        _("Cơ quan nhận phiếu xem xét nội dung."),
        (_ANSWER,),
    ),
    S.IN_PROGRESS: Standing(
        "waiting", _("Đang giải quyết"), _("Cơ quan đang xem xét, giải quyết."), (_ANSWER,)
    ),
    S.COLLECTING: Standing(
        "waiting",
        _("Đang thu thập thêm căn cứ"),
        _("Chưa đủ căn cứ để trả lời nên cơ quan đang tìm hiểu thêm."),
        (_ANSWER,),
    ),
    S.REOPENED: Standing(
        "waiting",
        _("Đã mở lại"),
        _("Ông/bà báo chưa giải quyết; cơ quan xem lại từ đầu."),
        (_("Cơ quan trả lời lần hai ngay trên trang này."),),
    ),
    S.ANSWERED: Standing("current", _("Đã trả lời"), _("Trả lời ở ngay dưới đây."), (_END,)),
    S.PUBLISHED: Standing(
        "current",
        _("Đã trả lời và công khai"),
        _("Trả lời ở ngay dưới đây; kết quả đã được công khai trên Cổng."),
        (_END,),
    ),
    S.CLOSED: Standing("ended", _("Đã kết thúc"), _("Phiếu không còn việc gì phải làm.")),
    S.REJECTED: Standing(
        "ended", _("Không xử lý"), _("Cơ quan không xử lý phiếu này, vì lý do dưới đây.")
    ),
    S.WITHDRAWN: Standing(
        "ended", _("Ông/bà đã rút phiếu"), _("Cơ quan thôi giải quyết phiếu này.")
    ),
}
_WAITED_FOR = Standing(
    "paused",
    _("Đang chờ ông/bà trả lời"),
    _("Cơ quan cần ông/bà trả lời thì mới làm tiếp được."),
    (_("Ông/bà trả lời; đồng hồ lại chạy và cơ quan làm tiếp."), _ANSWER),
)
_BY_LAW = {
    "words": _("Phiếu được xử lý theo pháp luật về khiếu nại, tố cáo."),
    "coming": (_("Cơ quan báo kết quả theo đường luật định."),),
}
_AS_INFORMATION = {
    "words": _("Cơ quan đọc và dùng làm thông tin; loại phiếu này không hẹn ngày trả lời."),
    "coming": (),
}


def standing(ticket) -> Standing:
    """How it stands, whatever of its kind and of a question to the sender bears on that."""
    if not ticket.is_ended and ticket.pauses.filter(ended_at=None).exists():
        return _WAITED_FOR
    usual = _STANDINGS[ticket.status]
    if ticket.status == S.PUBLISHED and not ticket.is_published:
        # It was taken back: only its sender reads the answer.
        usual = _STANDINGS[S.ANSWERED]
    if usual.kind == "waiting" and ticket.runs_by_other_law:
        return replace(usual, **_BY_LAW)
    if ticket.status in (S.RECEIVED, S.CLASSIFIED) and not ticket.has_clock:
        return replace(usual, **_AS_INFORMATION)
    return usual
