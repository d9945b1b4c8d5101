"""Screens at counters: what authorises them, and how the sheets that they send are read and taken.

A screen keeps what it could not send and sends it again until it hears that it was taken, so a sheet may come late
and more than once. Each has a key that was made on the device: with the screen's own number it is the key of its form.

When a sheet was filled in is told as how long ago that was, by the one clock of the device: a clock that is wrong,
as after a long time without power, puts no sheet on a wrong day. What was filled in more than a week ago is refused:
its month has been told by then. The device puts it aside and says so.
"""

import json
import math
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import SurveyKiosk, SurveyResponse
from feedback.surveys.answering import response_of, submit_sheet
from feedback.surveys.forms import PREFIX, given_of
from portal import limits

OLDEST = timedelta(days=7)
# Many people stand before one screen, and what it kept for days it sends within a minute.
KIOSK_LIMIT = {"limit": 600, "overall": 600, "seconds": 60 * 60}
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_VERSION = re.compile(r"[0-9]{1,5}")


class BadSheet(Exception):
    """What was sent is no sheet of this screen; in the words of people."""


class SheetTooOld(Exception):
    """It was filled in before the time that is still taken."""


class Sheet(NamedTuple):
    key: str
    version: int
    seconds_ago: float
    language: str
    given: Mapping[str, list[str]]


def new_token() -> str:
    return secrets.token_urlsafe(24)


def new_key() -> str:
    """Of a form that is sent without scripts."""
    return secrets.token_urlsafe(24)


def kiosk_of(token) -> SurveyKiosk | None:
    """The screen with that address, while it is in use."""
    kiosks = SurveyKiosk.objects.filter(is_active=True).select_related("survey", "service_point")
    return kiosks.filter(token=token).first()


def sheet_from_json(body: bytes) -> Sheet:
    """As the script sends it. Raises BadSheet."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("answers"), dict):
        raise BadSheet(_("Phiếu gửi lên không đọc được."))
    given = {
        name.removeprefix(PREFIX): _texts(values)
        for name, values in sent["answers"].items()
        if name.startswith(PREFIX)
    }
    return _sheet(
        sent.get("key"),
        sent.get("version"),
        sent.get("seconds_ago", 0),
        sent.get("language"),
        given,
    )


def sheet_from_form(post) -> Sheet:
    """As the page sends it where no script runs: at once. Raises BadSheet."""
    return _sheet(post.get("key"), post.get("version"), 0, post.get("language"), given_of(post))


def take_sheet(kiosk: SurveyKiosk, sheet: Sheet, request, *, now=None) -> SurveyResponse:
    """Take a sheet once, however often it is sent, and note that the screen was heard.

    Raises BadSheet, SheetTooOld, TooManyRequests, and what `submit_sheet` raises.
    """
    now = now or timezone.now()
    form_key = f"kiosk {kiosk.pk} {sheet.key}"
    response = response_of(form_key) or _take(kiosk, sheet, form_key, request, now)
    SurveyKiosk.objects.filter(pk=kiosk.pk).update(heard_at=now)
    return response


def _take(kiosk, sheet, form_key, request, now):
    version = kiosk.survey.versions.filter(opened_at__isnull=False, number=sheet.version).first()
    if version is None:
        raise BadSheet(_("Phiếu này là của một bản câu hỏi không có ở đây."))
    if sheet.seconds_ago > OLDEST.total_seconds():
        raise SheetTooOld
    limits.spend(f"feedback.kiosk {kiosk.pk}", request, **KIOSK_LIMIT)
    # Who stands at the screen is not told apart by its address: all have the same.
    return submit_sheet(
        survey=kiosk.survey,
        form_key=form_key,
        given=sheet.given,
        channel=SurveyResponse.Channel.KIOSK,
        service_point=kiosk.service_point,
        version=version,
        language=sheet.language,
        submitted_at=now - timedelta(seconds=sheet.seconds_ago),
        now=now,
    )


def _sheet(key, version, seconds_ago, language, given):
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadSheet(_("Phiếu gửi lên thiếu mã của phiếu."))
    if isinstance(version, bool) or not _VERSION.fullmatch(str(version)):
        raise BadSheet(_("Phiếu này là của một bản câu hỏi không có ở đây."))
    if isinstance(seconds_ago, bool) or not isinstance(seconds_ago, int | float):
        raise BadSheet(_("Phiếu gửi lên không ghi đúng lúc trả lời."))
    if not math.isfinite(seconds_ago):
        raise BadSheet(_("Phiếu gửi lên không ghi đúng lúc trả lời."))
    known = dict(settings.LANGUAGES)
    language = language if isinstance(language, str) and language in known else "vi"
    # A clock that was put back between filling in and sending: it was filled in just now.
    return Sheet(key, int(version), max(seconds_ago, 0), language, given)


def _texts(values):
    values = values if isinstance(values, list) else [values]
    if not all(isinstance(value, str) for value in values):
        raise BadSheet(_("Phiếu gửi lên không đọc được."))
    return values
