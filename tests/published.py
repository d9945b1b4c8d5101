"""Answers that have become public, made as staff make them."""

from django.contrib.auth import get_user_model

from feedback import handling, publication
from feedback.models import FrequentQuestion, Ticket
from procedures.models import Agency
from tests import factories as make


def answer(ticket, by, **fields):
    """Bring a received ticket to its answer, as an agency of its own would."""
    agency = Agency.objects.filter(slug=Agency.slug_for("Sở Trả lời")).first()
    agency = agency or make.make_agency("Sở Trả lời")
    staff = {"ticket": ticket, "by": by}
    handling.classify_ticket(**staff, kind=ticket.kind)
    handling.transfer_ticket(**staff, agency=agency, note="Đúng việc của Sở.")
    handling.start_ticket(**staff)
    words = {"body": "Quầy đã thêm người từ ngày 01/12.", "outcome": "resolved"}
    handling.answer_ticket(**staff, **words | fields)
    return Ticket.objects.get(pk=ticket.pk)


PUBLIC_WORDS = {
    "subject": "Chờ lâu ở quầy",
    "body": "Người dân chờ hơn hai giờ mới được gọi.",
    "answer": "Quầy đã có thêm người vào sáng thứ Hai.",
}


def publish(item, writer=None, approver=None, **words):
    """Make an answered ticket or a frequent question public, by two people."""
    writer = writer or _somebody("nguoi-viet")
    draft = publication.propose(item=item, by=writer, **PUBLIC_WORDS | words)
    return publication.approve(draft=draft, by=approver or _somebody("nguoi-duyet"))


def make_public_ticket(*, words=None, **fields):
    """A ticket that was sent, answered and made public."""
    ticket = answer(make.make_ticket(**fields), _somebody("nguoi-tra-loi"))
    return publish(ticket, **words or {})


def make_question(*, words=None, **fields):
    """A frequent question that is public."""
    agency = fields.pop("agency", None) or make.make_agency()
    question = FrequentQuestion.objects.create(agency=agency, **fields)
    return publish(question, **words or {})


def _somebody(username):
    users = get_user_model().objects
    return users.filter(username=username).first() or make.make_staff(username)
