"""Staff who are named in a message: they are kept from it before anybody has read it."""

import re

from django.contrib.auth import get_user_model

from feedback import workflow
from feedback.models import TicketEvent
from portal.text import fold

# One word is the name of too many.
LEAST_WORDS = 2


def keep_from_staff_named(ticket, *, now):
    """Keep a new ticket from the staff whose full names stand in it; whoever classifies it may let them in again."""
    named = staff_named_in(f"{ticket.subject}\n{ticket.body}")
    if not named:
        return
    ticket.about_staff.add(*named)
    workflow.note(
        ticket,
        type=TicketEvent.Type.NOTE,
        by=TicketEvent.By.PORTAL,
        now=now,
        internal_note=f"Nội dung có họ tên trùng với {len(named)} cán bộ. Cổng chưa cho những người ấy mở phiếu;"
        " người phân loại xem lại ở bước “Cán bộ liên quan”.",
    )


def staff_named_in(text) -> list[int]:
    """The keys of those whose family name and given name, in this order, stand in it as whole words."""
    said = f" {_words(text)} "
    staff = get_user_model().objects.filter(is_staff=True, is_active=True)
    names = staff.order_by("pk").values_list("pk", "last_name", "first_name")
    found = ((pk, _words(f"{last} {first}")) for pk, last, first in names)
    return [pk for pk, name in found if len(name.split()) >= LEAST_WORDS and f" {name} " in said]


def _words(text):
    return " ".join(re.findall(r"\w+", fold(text)))
