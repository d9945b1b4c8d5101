"""The mails about tickets: that something happened and where to read it, nothing else. None about a denunciation.

Each is promised in the transaction of what it tells. The sender gets mail at an address given for that, with their
consent to it as it stands; staff get it at the agency that has the ticket, as far as they may see it.
"""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.models import ConsentText, Ticket, TicketSender
from portal.outbox import promise_mail
from portal.site import absolute_url

# Of one kind of work; the rest is a number.
MOST_LISTED = 20


def ticket_received(ticket):
    _tell_sender(ticket, "received", _("Đã tiếp nhận phiếu %(code)s"))


def ticket_classified(ticket):
    _tell_sender(ticket, "classified", _something_new())


def ticket_transferred(ticket, event):
    _tell_sender(ticket, f"transferred:{event.pk}", _something_new())


def ticket_rejected(ticket):
    _tell_sender(ticket, "rejected", _something_new())


def sender_asked(ticket, message):
    _tell_sender(ticket, f"asked:{message.pk}", _("Phiếu %(code)s: cơ quan hỏi thêm ông/bà"))


def ticket_extended(ticket, event):
    _tell_sender(ticket, f"extended:{event.pk}", _something_new())


def ticket_answered(ticket, answer):
    _tell_sender(ticket, f"answered:{answer.pk}", _("Phiếu %(code)s đã có trả lời"))


def ticket_apologised(ticket, letter):
    _tell_sender(ticket, f"apologised:{letter.pk}", _something_new())


def ticket_closed(ticket):
    _tell_sender(ticket, "closed", _something_new())


def ticket_merged(ticket, event):
    _tell_sender(ticket, f"merged:{event.pk}", _something_new())


def ticket_unmerged(ticket, event):
    _tell_sender(ticket, f"unmerged:{event.pk}", _something_new())


def ticket_split(ticket, event):
    _tell_sender(ticket, f"split:{event.pk}", _something_new())


def data_request_answered(request):
    key = f"data-request:{request.pk}:{request.state}"
    _tell_sender(request.ticket, key, _something_new())


def data_request_extended(request):
    _tell_sender(request.ticket, f"data-request:{request.pk}:extended", _something_new())


def new_ticket_for_staff(ticket):
    """To those who see it at the agency that received it."""
    _tell_staff(ticket, "new", ticket.receiving_agency_id, "Có phản ánh mới, mã {code}")


def ticket_came_to_agency(ticket, event):
    """To those who work at the agency that it was transferred to."""
    _tell_staff(ticket, f"came:{event.pk}", event.to_agency_id, "Có phản ánh mới, mã {code}")


def sender_replied(ticket, message):
    _tell_staff(
        ticket,
        f"replied:{message.pk}",
        _agency_that_has(ticket),
        "Phiếu {code}: người gửi đã bổ sung",
    )


def ticket_reopened(ticket):
    _tell_staff(ticket, "reopened", _agency_that_has(ticket), "Phiếu {code} được mở lại")


def data_requested(request):
    ticket = request.ticket
    _tell_staff(
        ticket,
        f"data-requested:{request.pk}",
        _agency_that_has(ticket),
        "Phiếu {code}: có yêu cầu về dữ liệu cá nhân",
    )


def work_waits(user, today, sections):
    """The mail of the morning: what is to be done, how much of it, and the codes."""
    counted = [f"{label}: {len(codes)}\n{_listed(codes)}" for label, codes in sections]
    body = "\n\n".join(["Việc đang chờ ông/bà:", *counted, "Xin đăng nhập để xem:", _home()])
    promise_mail(
        key=f"feedback.digest:{today}:{user.pk}",
        to=user.email,
        subject=f"Việc chờ ông/bà ngày {today:%d/%m/%Y}",
        body=f"{body}\n",
    )


def deadlines_over(user, late):
    """To one who approves: each promised day that is over, with how many days ago that was."""
    first = min(deadline.pk for deadline, _days in late)
    lines = [
        f"  {deadline.ticket}: {deadline.get_kind_display()}, quá {days} ngày"
        for deadline, days in late
    ]
    body = "\n".join(["Các hạn sau đã qua mà chưa xong:", "", *lines, ""])
    promise_mail(
        # Each day that is over is told of once, so that no other mail begins with the same.
        key=f"feedback.escalated:{first}:{user.pk}",
        to=user.email,
        subject=f"Có {len(late)} hạn xử lý phản ánh đã quá",
        body=f"{body}\nXin đăng nhập để xem:\n\n{_home()}\n",
    )


def _home():
    return absolute_url(reverse("admin:index"))


def _listed(codes):
    lines = [f"  {code}" for code in codes[:MOST_LISTED]]
    if (others := len(codes) - MOST_LISTED) > 0:
        lines.append(f"  và {others} phiếu khác")
    return "\n".join(lines)


def _something_new():
    return _("Phiếu %(code)s có diễn biến mới")


def _agency_that_has(ticket):
    return ticket.handling_agency_id or ticket.receiving_agency_id


def _tell_sender(ticket, key, subject):
    if ticket.kind == Ticket.Kind.DENUNCIATION or not (to := _address(ticket)):
        return
    code = ticket.written_code
    words = {"code": code, "address": absolute_url(reverse("feedback:lookup"))}
    body = _(
        "Xin mở trang tra cứu, nhập mã %(code)s và mã bí mật ghi trên biên nhận để xem:\n\n%(address)s\n\n"
        "Thư này gửi tự động. Vì sự riêng tư của ông/bà, nội dung phiếu không ghi trong thư."
    )
    promise_mail(
        key=f"feedback.{key}:{ticket.pk}:sender",
        to=to,
        subject=subject % {"code": code},
        body=body % words,
    )


def _address(ticket):
    """Where mail to the sender may go; empty without an address, without consent to mail, or where they asked that
    their data rest."""
    agreed = ticket.consents.filter(text__purpose=ConsentText.Purpose.MAIL, withdrawn_at=None)
    if not agreed.exists():
        return ""
    sender = TicketSender.objects.filter(ticket=ticket, restricted_at=None)
    return sender.values_list("email", flat=True).first() or ""


def _tell_staff(ticket, key, agency, subject):
    if ticket.kind == Ticket.Kind.DENUNCIATION or agency is None:
        return
    address = absolute_url(reverse("admin:feedback_ticket_change", args=[ticket.pk]))
    there = get_user_model().objects.filter(assignments__agency=agency, is_active=True)
    for user in there.filter(is_staff=True).exclude(email="").distinct():
        if Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists():
            promise_mail(
                key=f"feedback.{key}:{ticket.pk}:{user.pk}",
                to=user.email,
                subject=subject.format(code=ticket.written_code),
                body=f"Xin đăng nhập để xem:\n\n{address}\n",
            )
