"""Reading mail that comes back: what a mail server says of a mail that it could not deliver, and of which mail.

Reports have the form of RFC 3464 (delivery) or RFC 5965 (complaints about spam), with the headers of the returned mail;
older Exim servers write plain text with these headers below. Whose mail it was is told by its List-Unsubscribe header
alone: that address holds a key which nobody has whom the mail was not sent to, so that no forged report ends anything.

Anybody may send such mail. Little of it is read, nothing of it is kept, and what cannot be read is no report.
"""

import email
import email.policy
import re
from dataclasses import dataclass

# The report and the headers of the returned mail come first; what follows may be the whole mail with its pictures.
MOST_BYTES = 256 * 1024
# Each makes every line dearer to read. A report has three, the returned mail two more.
MOST_BOUNDARIES = 20
LONGEST_VALUE = 2000
COMPLAINTS = {"abuse", "fraud", "opt-out"}

_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_UNCLEAR = re.compile(r"[45]\.0\.0")
_FOLD = re.compile(r"\r?\n[ \t]+")
_HEADER = re.compile(
    r"^[ \t]*(list-unsubscribe|message-id):(.{1,2000})", re.IGNORECASE | re.MULTILINE
)
_URL = re.compile(r"<\s*(https?://[^<>\s]{1,500})\s*>")
_ID = re.compile(r"<[^<>\s]{1,300}>")


@dataclass(frozen=True)
class Report:
    """What one message tells of one mail of ours."""

    # As RFC 3463 has it, of class 4 or 5; empty for a complaint.
    status: str
    # By which mails to its subscriber end, and the name of the mail; empty where the returned headers hold none.
    unsubscribe_url: str
    message_id: str

    @property
    def is_complaint(self):
        return not self.status


def read(raw: bytes) -> Report | None:
    """What the message reports; None if it reports no failure and no complaint."""
    raw = raw[:MOST_BYTES]
    if len(_BOUNDARY.findall(raw)) > MOST_BOUNDARIES:
        return None
    try:
        return _report(email.message_from_bytes(raw, policy=email.policy.compat32))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # What Python's parser makes of some broken messages.
        return None


def _report(message):
    parts = message.get_payload() if message.is_multipart() else [message]
    if any(_is_complaint(part) for part in parts):
        return Report("", *_returned(parts))
    status = next(filter(None, map(_status, parts)), None)
    if status is None and message.get("X-Failed-Recipients"):
        status = _status_in(_text(parts[0]), otherwise="5.0.0")
    return Report(status, *_returned(parts)) if status else None


def _is_complaint(part):
    if part.get_content_type() != "message/feedback-report":
        return False
    return any(_value(fields, "Feedback-Type").lower() in COMPLAINTS for fields in part.walk())


def _status(part):
    """Of the recipient whom a mail did not reach for good; None if that part tells of none."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return None
    for fields in part.get_payload():
        if _value(fields, "Action").lower() == "failed":
            status = _status_in(_value(fields, "Status"), otherwise="5.0.0")
            if _UNCLEAR.fullmatch(status):
                return _status_in(_value(fields, "Diagnostic-Code"), otherwise=status)
            return status
    return None


def _status_in(words, *, otherwise):
    found = _STATUS.search(words)
    return found[1] if found else otherwise


def _returned(parts):
    """The address by which such mails end, and the name of the mail."""
    headers = {}
    for part in parts:
        for name, value in _headers_in(part):
            if value:
                headers.setdefault(name.lower(), value)
    url = _URL.search(headers.get("list-unsubscribe", ""))
    message_id = _ID.search(headers.get("message-id", ""))
    return url[1] if url else "", message_id[0] if message_id else ""


def _headers_in(part):
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        returned = part.get_payload(0)
        return [(name, _value(returned, name)) for name in ("List-Unsubscribe", "Message-ID")]
    if part.get_content_maintype() == "text":
        return _HEADER.findall(_FOLD.sub(" ", _text(part)))
    return []


def _value(fields, name):
    """Unfolded, and without the blanks around it."""
    return _FOLD.sub(" ", str(fields.get(name, "")))[:LONGEST_VALUE].strip()


def _text(part):
    return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
