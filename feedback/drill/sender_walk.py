"""What senders get: with the right code and secret their own ticket, and nothing that is for the office or for others."""

from django.urls import reverse
from django.utils import timezone

from feedback import ledger, timeline, workflow
from feedback.drill.canaries import Audience
from feedback.drill.report import as_reference, nobody
from feedback.drill.seeding import LONG_AGO
from feedback.drill.traces import failing
from feedback.drill.visiting import Visitor
from feedback.forms import DenunciationForm, TicketForm
from feedback.models import ConsentText, Ticket

A = Audience
OPENED = (
    "phiếu phản ánh, đã kết thúc",
    "phiếu phản ánh, mở lại",
    "phiếu phản ánh, đã công khai kết quả",
    "phiếu tố cáo, đang xử lý",
    "phiếu có đủ giấy tờ",
    "phiếu nói về cán bộ",
    "phiếu đã gộp",
    "phiếu nhận phiếu khác gộp vào",
)


def of_sender(case, *audiences):
    """Whether a canary is of this ticket, and for the one who sent it."""
    shown = (A.REFERENCE, A.SENT, *audiences)
    return lambda canary, address="": canary.case is case and canary.audience in shown


def walk_as_senders(world, report):
    for case in world.cases:
        if str(case).lower() in OPENED:
            _open(world, report, case)
    _open_with_a_wrong_pair(world, report)
    _look_at_receipt(world, report)


def _open(world, report, case):
    visitor = Visitor(report, f"người gửi {case}", of_sender(case))
    pair = {"code": case.code, "secret": case.secret}
    for language in ("", "/en"):
        address = f"{language}{reverse('feedback:lookup')}"
        answer = visitor.post(address, pair, kind="trang tra cứu")
        found = answer.canaries
        if not any(canary.case is case and canary.audience is A.SENT for canary in found):
            report.gaps.append(f"POST {address}: người gửi không thấy {case} của mình")


def _open_with_a_wrong_pair(world, report):
    first, second = world.cases[:2]
    visitor = Visitor(report, "người gõ sai mã", lambda canary, address: nobody(canary))
    pair = {"code": first.code, "secret": second.secret}
    visitor.post(reverse("feedback:lookup"), pair, kind="trang tra cứu", typed=first.code)


def _look_at_receipt(world, report):
    """The page that the form was answered with, and the file of the receipt."""
    may_meet = of_sender(world.sent, A.SECRET)
    report.look(world.receipt, "trang biên nhận", may_meet, "trang biên nhận")
    visitor = Visitor(report, "người gửi lấy biên nhận", may_meet)
    answer = visitor.post(
        reverse("feedback:receipt_slip"), {"stamp": world.stamp}, kind="trang biên nhận"
    )
    if answer.headers.get("Content-Type") != "application/pdf":
        report.gaps.append("không lấy được biên nhận PDF")


def look_at_reports_of_errors(world, report):
    """The portal fails in the middle of each form: what it would report names nobody."""
    case, officer = world.cases[0], world.people.officer
    anybody = Visitor(report, "người gửi", lambda canary, address: True)
    staff = Visitor(report, "cán bộ", lambda canary, address: True, officer)
    purpose = ConsentText.objects.present("intake")
    words = _typed(world, case) | {"naming": "named", "consent_intake": str(purpose.pk)}
    step = reverse("admin:feedback_ticket_step", args=[_open_ticket(world).pk, "ghi-chu"])
    pair = {"code": case.code, "secret": case.secret}
    denunciation = reverse("feedback:legal_route", kwargs={"kind": "denunciation"})
    doors = [
        (anybody, reverse("feedback:ticket_new"), words | _stamp(TicketForm), ledger, "append"),
        (anybody, denunciation, words | _stamp(DenunciationForm), ledger, "append"),
        (anybody, reverse("feedback:lookup"), pair, timeline, "standing"),
        (staff, step, {"internal_note": words["body"]}, workflow, "lock"),
        (staff, step, {f"ghi-chu-{name}": text for name, text in words.items()}, workflow, "lock"),
    ]
    for visitor, address, data, module, name in doors:
        with failing(module, name) as reports:
            visitor.client.post(address, data)
        for text in reports:
            report.look(text, f"báo cáo lỗi của POST {address}", as_reference, "báo cáo lỗi")


def _open_ticket(world):
    return Ticket.objects.filter(status=Ticket.Status.IN_PROGRESS).order_by("pk").first()


def _stamp(form):
    return {"stamp": form.new_stamp(timezone.now() - LONG_AGO)}


def _typed(world, case):
    """New words, as whoever fills in a form types them."""
    text = world.canaries.text
    words = {name: text(f"feedback.Ticket.{name}", A.NOBODY, case) for name in ("subject", "body")}
    identity = {
        name: text(f"feedback.TicketSender.{name}", A.NOBODY, case) for name in ("name", "address")
    }
    return {"declared_kind": "reflection"} | words | identity
