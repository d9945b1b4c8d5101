"""The kinds of messages in the words of whoever has to choose one."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Ticket

Kind = Ticket.Kind


class KindWords(NamedTuple):
    what: str
    example: str


EXPLAINED = {
    Kind.REFLECTION: KindWords(
        gettext_lazy(
            "Một việc đã xảy ra: chậm trễ, phiền hà, làm sai thủ tục, quy định vướng mắc."
        ),
        gettext_lazy("Hồ sơ quá ngày hẹn mà không ai báo."),
    ),
    Kind.PROPOSAL: KindWords(
        gettext_lazy("Một cách làm tốt hơn, hoặc một quy định nên sửa, nên bỏ."),
        gettext_lazy("Bỏ giấy xác nhận nơi ở vì đã có trong dữ liệu dân cư."),
    ),
    Kind.QUESTION: KindWords(
        gettext_lazy("Một điều ông/bà muốn biết về thủ tục hành chính."),
        gettext_lazy("Con sinh ở tỉnh khác thì khai sinh ở đâu?"),
    ),
    Kind.COMMENT: KindWords(
        gettext_lazy("Một nhận xét về cách phục vụ, về Cổng này."),
        gettext_lazy("Bảng hướng dẫn ở sảnh nên in chữ to hơn."),
    ),
    Kind.PRAISE: KindWords(
        gettext_lazy("Một người, một nơi đã làm tốt."),
        gettext_lazy("Cán bộ quầy số 3 hướng dẫn mẹ tôi rất tận tình."),
    ),
}


def what_follows(kind, answer_term) -> str:
    """What becomes of a message of this kind; `answer_term` in words, as the rule stands now."""
    if kind in Ticket.WITH_SENDER:
        words = _("Ghi tên, địa chỉ thì có trả lời trong %(term)s và công khai kết quả.")
    elif kind == Kind.QUESTION:
        words = _("Ghi tên thì có trả lời trong %(term)s.")
    else:
        return _("Được chuyển đến nơi ông/bà nói đến; không hẹn ngày trả lời.")
    return words % {"term": answer_term}
