"""Invitations by mail: a pass to each address, and which address got which pass is written nowhere."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from feedback.models import SurveyPass
from feedback.surveys import passes
from feedback.surveys.printing import answering_address, key_address, last_day
from portal.models import OutgoingMail
from portal.outbox import promise_mail

MAIL_KEY = "feedback.survey.invitation:"


@transaction.atomic
def invite(survey, addresses, *, batch, form_key, service_point=None, now=None):
    """Promise each address a mail with a pass of its own. The same form again sends nothing. Raises BatchTaken.

    Mails are written in an order that only the form knows, passes in that of their hashes: neither the keys of the
    rows nor their order tell which pass went where. The address leaves the outbox with the mail.
    """
    is_repeat = SurveyPass.objects.filter(survey=survey, batch=batch).exists()
    keys = passes.issue(
        survey,
        len(addresses),
        batch=batch,
        way=SurveyPass.Way.MAIL,
        service_point=service_point,
        form_key=form_key,
        now=now,
    )
    if is_repeat:
        return
    mixed = sorted(addresses, key=lambda address: _mixed(form_key, address))
    for address, key in zip(mixed, keys, strict=True):
        promise_mail(
            key=MAIL_KEY + _mixed(form_key, key),
            to=address,
            subject=_subject(survey),
            body=render_to_string("feedback/survey/invitation.txt", _words(survey, key)),
        )


def forget_sent() -> int:
    """Remove the mails that are gone: they hold the keys of passes, which are kept nowhere else."""
    removed, _by_model = OutgoingMail.objects.filter(key__startswith=MAIL_KEY, to="").delete()
    return removed


def _mixed(form_key, about):
    about = f"{form_key}\n{about}"
    return salted_hmac("feedback.survey.invitation", about, algorithm="sha256").hexdigest()


def _subject(survey):
    return f"Mời ông/bà trả lời: {survey.title}"[:200]


def _words(survey, key):
    return {
        "survey": survey,
        "address": key_address(survey, key),
        "short_address": answering_address(survey),
        "key": passes.written(key),
        "last_day": last_day(survey),
    }
