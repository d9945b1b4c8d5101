"""Sheets that look as if one hand had filled them in again and again: marked, never dropped.

Results are told with and without them. Where a sheet came from is known for a day, as a keyed hash of its address,
and then forgotten; computers at counters, which serve many people (RATE_LIMIT_EXEMPT), are not told apart.
"""

import hashlib
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from feedback.models import SurveyPass, SurveyResponse
from feedback.surveys import counting
from portal.addresses import address_group, client_address

Channel, Doubt = SurveyResponse.Channel, SurveyResponse.Doubt
# So many sheets that are alike within a minute; at one screen fewer, as people stand in a queue there.
ALIKE_WITHIN = timedelta(minutes=1)
ALIKE_SHEETS, ALIKE_SHEETS_AT_ONE_PLACE = 10, 5
# So many sheets of one sender, alike or not.
SENDER_WITHIN = timedelta(minutes=10)
SENDER_SHEETS = 5
# In case no worker ran for some nights.
DAYS_WRITTEN_ANEW = timedelta(days=7)


def sender_hash(request, survey, now=None) -> str:
    """What tells senders of one day apart; nothing for computers that many people share."""
    address = client_address(request)
    if any(ip_address(address) in network for network in settings.RATE_LIMIT_EXEMPT):
        return ""
    day = timezone.localdate(now)
    words = f"{survey.pk}\n{day:%Y-%m-%d}\n{address_group(address)}"
    return salted_hmac("feedback.survey.sender", words, algorithm="sha256").hexdigest()


def sheet_hash(answers) -> str:
    """Of all that was chosen; what was written differs from hand to hand and does not count."""
    chosen = [
        (asked.code, answer.values, answer.is_unknown)
        for asked, answer in answers.items()
        if not asked.is_in_words
    ]
    return hashlib.sha256(repr(sorted(chosen)).encode()).hexdigest()


def look_at(response: SurveyResponse):
    """Judge a sheet that was just counted, and those before it that it makes a run with."""
    if response.channel not in SurveyResponse.SELF_SELECTED:
        return
    run = _run_of_alike(response) or _run_of_sender(response)
    if run:
        counting.judge(run, Doubt.BURST)
    elif _is_repeated(response):
        counting.judge([response], Doubt.DUPLICATE)


def forget_senders(now=None):
    """Forget where the sheets of ended days came from.

    Passes of those days are written anew all together, so that not even the order in which rows lie on the disk tells
    which pass goes with which sheet.
    """
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = SurveyResponse.objects.exclude(sender_hash="").filter(submitted_at__lt=start)
    rows.update(sender_hash="")
    today = start.date()
    days = (today - DAYS_WRITTEN_ANEW, today - timedelta(days=1))
    SurveyPass.objects.filter(used_on__range=days).update(batch=F("batch"))


def _run_of_alike(response):
    alike = SurveyResponse.objects.filter(
        version=response.version_id,
        sheet_hash=response.sheet_hash,
        channel__in=SurveyResponse.SELF_SELECTED,
        submitted_at__gt=response.submitted_at - ALIKE_WITHIN,
        submitted_at__lte=response.submitted_at + ALIKE_WITHIN,
    )
    rows = list(alike)
    if len(rows) >= ALIKE_SHEETS:
        return rows
    here = [row for row in rows if _place(row) == _place(response)]
    at_one_screen = response.channel == Channel.KIOSK
    return here if at_one_screen and len(here) >= ALIKE_SHEETS_AT_ONE_PLACE else []


def _place(row):
    return row.channel, row.service_point_id


def _run_of_sender(response):
    if not response.sender_hash:
        return []
    rows = list(
        SurveyResponse.objects.filter(
            sender_hash=response.sender_hash,
            submitted_at__gt=response.submitted_at - SENDER_WITHIN,
            submitted_at__lte=response.submitted_at,
        )
    )
    return rows if len(rows) >= SENDER_SHEETS else []


def _is_repeated(response):
    """The same sheet from the same address on the same day; the first one stays as it is."""
    if not response.sender_hash:
        return False
    same = SurveyResponse.objects.filter(
        sender_hash=response.sender_hash, sheet_hash=response.sheet_hash
    )
    return same.exclude(pk=response.pk).exists()
