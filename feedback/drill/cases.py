"""The tickets of the drill: every kind, every state, and what makes one special."""

from feedback.drill.canaries import Case
from feedback.models import Ticket

K, S = Ticket.Kind, Ticket.Status
HERE, THERE = "cơ quan thứ nhất", "cơ quan thứ hai"

# By which steps each state is reached.
TO_WORK = ("classify", "transfer", "start")
TO_ANSWER = (*TO_WORK, "ask", "answer")
WAYS = {
    S.RECEIVED: (),
    S.CLASSIFIED: ("classify",),
    S.REJECTED: ("reject",),
    S.WITHDRAWN: ("withdraw",),
    S.TRANSFERRED: ("classify", "transfer"),
    S.IN_PROGRESS: TO_WORK,
    S.COLLECTING: (*TO_WORK, "collect"),
    S.ANSWERED: TO_ANSWER,
    S.PUBLISHED: (*TO_ANSWER, "publish"),
    S.REOPENED: (*TO_ANSWER, "reopen"),
    S.CLOSED: (*TO_ANSWER, "rate", "close"),
}
# What gets no answer here is ended by staff.
ENDED_BY_STAFF = ("classify", "end")


def all_cases() -> list[Case]:
    return [*_in_every_state(), *_of_every_kind(), *_special()]


def _in_every_state():
    for kind in (K.REFLECTION, K.DENUNCIATION):
        for status, way in WAYS.items():
            yield Case(f"phiếu {kind.label.lower()}, {status.label.lower()}", kind.value, way, HERE)


def _of_every_kind():
    yield Case(
        "kiến nghị đã công khai, rồi viết lại",
        K.PROPOSAL.value,
        (*WAYS[S.PUBLISHED], "propose"),
        HERE,
    )
    yield Case("hỏi đáp, bản công khai chờ duyệt", K.QUESTION.value, (*TO_ANSWER, "propose"), HERE)
    for kind in (K.COMMENT, K.PRAISE, K.COMPLAINT):
        yield Case(f"phiếu {kind.label.lower()}, đã nhận", kind.value, (), HERE)
        yield Case(f"phiếu {kind.label.lower()}, đã kết thúc", kind.value, ENDED_BY_STAFF, HERE)


def _special():
    reflection = K.REFLECTION.value
    yield Case("phiếu có công khai đã gỡ", reflection, (*WAYS[S.PUBLISHED], "unpublish"), HERE)
    yield Case("phiếu công khai không nêu tên", reflection, (*TO_ANSWER, "publish_unnamed"), HERE)
    yield Case(
        "phiếu có bản công khai nêu tên chờ duyệt", reflection, (*TO_ANSWER, "propose_named"), HERE
    )
    yield Case(
        "phiếu có đủ giấy tờ",
        reflection,
        (*TO_WORK, "extend", "apologise", "hold", "data_request"),
        HERE,
    )
    yield Case("phiếu không ghi tên", reflection, TO_WORK, HERE, is_anonymous=True)
    yield Case("phiếu đã xóa dữ liệu", reflection, (*TO_ANSWER, "erase"), HERE, is_erased=True)
    yield Case(
        "phiếu nói về cán bộ", reflection, (*TO_ANSWER, "propose", "data_request"), HERE, True
    )
    yield Case("khiếu nại về cán bộ", K.COMPLAINT.value, ("classify",), HERE, True)
    yield Case("tố cáo cán bộ", K.DENUNCIATION.value, TO_WORK, HERE, True)
    yield Case("phiếu của cơ quan thứ hai", reflection, (*TO_WORK, "ask", "data_request"), THERE)
    yield Case("phiếu đã trả lời của cơ quan thứ hai", reflection, TO_ANSWER, THERE)
