"""How a sender opens their ticket: with code and secret, and for the next hour with a pass.

The pass stands in the pages of the opened ticket, so that the secret is typed once and stands nowhere.
"""

from django.core import signing
from django.db.models.functions import Coalesce

from feedback import codes
from feedback.models import Ticket

PASS_MINUTES = 60
# Of no secret: for a code that does not exist the same work is done.
NOBODYS_HASH = "0" * 64
# A part of a denunciation may be split once more; a part of a part never is.
FIRST_CODE = Coalesce("split_from__split_from__code", "split_from__code", "code")


def open_ticket(*, code, secret) -> int | None:
    """The key of the ticket that these two open; for every wrong pair the same work and the same answer.

    A part that was split off opens with the secret of the message that it was a part of.
    """
    tickets = Ticket.everything.filter(code=code).annotate(first_code=FIRST_CODE)
    found = tickets.values_list("pk", "first_code", "secret_hash").first()
    pk, first_code, secret_hash = found or (None, code, NOBODYS_HASH)
    return pk if codes.opens(secret, code=first_code, secret_hash=secret_hash) else None


def new_pass(ticket) -> str:
    return _signer().sign_object(ticket.pk)


def open_with_pass(given: str) -> int | None:
    """The key of the ticket that a pass opens; none when it has ended or is not ours."""
    try:
        return _signer().unsign_object(given, max_age=PASS_MINUTES * 60)
    except signing.BadSignature:
        return None


def _signer():
    return signing.TimestampSigner(salt="feedback.opened_ticket")
