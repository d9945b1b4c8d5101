"""The registers: one number after the other in each year, none left out, none given twice.

Denunciations have a register of their own. The counter's row is locked until the transaction ends: whoever comes next
waits, and a transaction that is rolled back takes its number along.
"""

from django.utils import timezone

from feedback.models import RegisterCounter, Ticket


def next_place(*, is_restricted, now) -> dict:
    """The year and the number for a ticket that is entered now, as its fields."""
    year = timezone.localtime(now).year
    register = {"year": year, "is_restricted": is_restricted}
    RegisterCounter.objects.bulk_create([RegisterCounter(**register)], ignore_conflicts=True)
    counter = RegisterCounter.objects.select_for_update().get(**register)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return {"register_year": year, "register_number": counter.last_number}


def place_after_change(ticket, kind, *, now) -> dict:
    """The fields that follow a change of kind: a number in the other register, where the ticket had one."""
    was_restricted = ticket.kind == Ticket.Kind.DENUNCIATION
    is_restricted = kind == Ticket.Kind.DENUNCIATION
    if was_restricted == is_restricted or not ticket.register_number:
        return {}
    return next_place(is_restricted=is_restricted, now=now)
