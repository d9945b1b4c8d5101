"""What a receipt says, on the page and on paper."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback import codes
from feedback.intake import Receipt
from feedback.models import Ticket, TicketDeadline
from portal import typesetting
from portal.qr import qr_svg
from portal.site import absolute_url
from procedures.deadline_words import full_day
from procedures.deadlines import explanation

TEMPLATE = Path(__file__).with_name("slip.typ")
# What stands on the slip of a fingerprint that has 64 letters; the file has all of it.
FINGERPRINT_LETTERS = 16
QR_SIDE_MM = 30


@dataclass(frozen=True)
class Slip:
    """A receipt in words."""

    receipt: Receipt

    @property
    def ticket(self):
        return self.receipt.ticket

    @property
    def code(self):
        return self.ticket.written_code

    @property
    def secret(self):
        """Empty when the time to see it is over."""
        return codes.written(self.receipt.secret)

    @property
    def kind(self):
        """Nothing for what goes by a law of its own: a slip is read by others."""
        ticket = self.ticket
        is_told = ticket.declared_kind not in Ticket.BY_OTHER_LAW
        return ticket.get_declared_kind_display() if is_told else ""

    @property
    def received(self):
        at = timezone.localtime(self.ticket.received_at)
        return f"{at:%H:%M}, {full_day(at.date())}"

    @property
    def due(self):
        promised = self.receipt.promised
        return full_day(promised.due_on) if promised else ""

    @property
    def reasons(self):
        """Why that day; or why none is promised."""
        if self.receipt.promised:
            return explanation(self.receipt.promised.explanation)
        if self.ticket.is_anonymous:
            return [
                _(
                    "Phiếu không ghi tên được giữ làm thông tin: không có ngày hẹn trả lời, không công khai kết quả."
                )
            ]
        return [_("Góp ý, khen ngợi được chuyển đến nơi được nói đến; không có ngày hẹn trả lời.")]

    @cached_property
    def steps(self):
        """What happens next, as `components/timeline.html` shows it."""
        days = {row.kind: row.due_on for row in self.ticket.deadlines.all()}
        kinds = TicketDeadline.Kind
        coming = [
            (kinds.CLASSIFY, _("Cán bộ đọc và phân loại phiếu.")),
            (
                kinds.TRANSFER,
                _("Thuộc cơ quan khác thì phiếu được chuyển đến đó; trang tra cứu ghi nơi nhận."),
            ),
            (kinds.FIRST_HANDLING, _("Cơ quan xử lý ban đầu, theo pháp luật về tố cáo.")),
            (kinds.ANSWER, _("Cơ quan trả lời ông/bà ở trang tra cứu.")),
        ]
        steps = [
            {"state": "coming", "title": title, "when": _until(days[kind])}
            for kind, title in coming
            if kind in days
        ]
        if not steps:
            steps = [
                {"state": "coming", "title": _("Cán bộ đọc phiếu và chuyển đến nơi liên quan.")}
            ]
        if days and self.ticket.declared_kind in Ticket.WITH_SENDER:
            title = _(
                "Kết quả được công khai, bằng lời viết lại, không có tên nếu ông/bà không đồng ý nêu."
            )
            steps.append({"state": "coming", "title": title})
        return [{"state": "done", "title": _("Cổng đã nhận phiếu."), "when": self.received}, *steps]

    @property
    def lookup_address(self):
        """As people type it."""
        return absolute_url(reverse("feedback:lookup"))

    @property
    def readable_lookup_address(self):
        return _without_scheme(self.lookup_address)

    @property
    def readable_check_address(self):
        return _without_scheme(absolute_url(reverse("feedback:receipt_check")))

    @property
    def qr_svg(self):
        """The way to the ticket. What follows the # stays in the browser: no server and no log ever sees it."""
        words = filter(None, [self.ticket.code, self.receipt.secret])
        address = f"{self.lookup_address}#{'.'.join(words)}"
        title = _("Mã QR mở trang tra cứu của phiếu")
        return qr_svg(address, [], title=title, side_mm=QR_SIDE_MM)

    @property
    def qr_data(self):
        """The picture as a page carries it, with no address of its own."""
        return b64encode(self.qr_svg.encode()).decode()

    @property
    def fingerprint(self):
        return codes.written(self.receipt.entry.hash[:FINGERPRINT_LETTERS])

    def as_pdf(self) -> bytes:
        """The slip as a file: A5, tagged, to be printed or kept on a telephone."""
        return typesetting.compile(TEMPLATE.read_text(), self._printed())

    def _printed(self):
        agency = self.ticket.receiving_agency
        return {
            "language": get_language(),
            "title": _("Biên nhận phiếu %(code)s") % {"code": self.code},
            "owner": agency.name if agency else "",
            "heading": _("Biên nhận"),
            "code_label": _("Mã phiếu"),
            "code": self.code,
            "secret_label": _("Mã bí mật"),
            "secret": self.secret,
            "no_secret": ""
            if self.secret
            else _("Mã bí mật chỉ hiện trong lúc mới gửi, nay không in lại được."),
            "keep": _("Ai có cả hai mã thì đọc được phiếu và trả lời: giữ kín như giấy tờ riêng."),
            "qr": self.qr_svg,
            "qr_words": _("Mã QR mở trang tra cứu của phiếu"),
            "lookup_label": _("Tra cứu"),
            "lookup": self.readable_lookup_address,
            "facts": [fact for fact in self._facts() if fact[1]],
            "reasons_label": _("Vì sao là ngày đó") if self.due else "",
            "reasons": self.reasons,
            "steps_label": _("Tiếp theo"),
            "steps": [_as_sentence(step) for step in self.steps[1:]],
            "proof_label": _("Dấu của biên nhận trong sổ"),
            "proof": self.fingerprint,
            "full_proof": self.receipt.entry.hash,
            "check": _("Đối chiếu dấu này ở %(address)s: sai một chữ trong sổ là thấy ngay.")
            % {"address": self.readable_check_address},
        }

    def _facts(self):
        return [
            (_("Nhận lúc"), self.received),
            (_("Loại"), self.kind),
            (_("Trả lời chậm nhất"), self.due or _("không hẹn ngày")),
        ]


def _until(day):
    return _("chậm nhất %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}


def _as_sentence(step):
    return capfirst(": ".join(filter(None, [step.get("when"), step["title"]])))


def _without_scheme(address):
    return address.partition("://")[2]
