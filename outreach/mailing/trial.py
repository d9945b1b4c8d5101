"""A mailing to try out: to a few addresses of staff, from a draft too. It leaves no row."""

from contextlib import closing

from outreach.mailing.edition import mail_edition
from outreach.mailing.letter import letter, message_id
from outreach.mailing.smtp import Courier, Refusal
from portal import limits
from portal.models import new_token

MOST_ADDRESSES = 5


def send_trial(issue, addresses, *, request):
    """Send the issue as it stands now; return whether the mail server has taken each, in their order."""
    limits.spend("outreach.mailing.trial", request, limit=20, overall=60, seconds=3600)
    edition = mail_edition(issue)
    with closing(Courier()) as courier:
        return [
            _is_taken(courier, _letter(address, edition, issue.language))
            for address in addresses[:MOST_ADDRESSES]
        ]


def _letter(address, edition, language):
    html, text = edition.for_trial(language)
    return letter(
        address,
        f"[Thử] {edition.subject}",
        html,
        text,
        language=language,
        headers={"Message-ID": message_id(f"trial:{new_token()}")},
    )


def _is_taken(courier, mail):
    try:
        courier.connect()
        courier.offer(mail)
        return courier.complete().is_yes
    except (Refusal, OSError):
        return False
