"""Rights to answer once, which do not know what was answered with them."""

import secrets

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from feedback.models import SurveyPass
from procedures.models.qr import ALPHABET

# 31 letters without look-alikes: 49 bits, read aloud and typed from a slip.
KEY_LETTERS = 10


class PassRefused(Exception):
    """Why a pass does not let anybody answer, in the words of people."""


def issue(
    survey, count, *, batch, way=SurveyPass.Way.SLIP, service_point=None, now=None
) -> list[str]:
    """New passes; their keys are told here once and kept nowhere."""
    keys = ["".join(secrets.choice(ALPHABET) for _ in range(KEY_LETTERS)) for _ in range(count)]
    day = timezone.localdate(now)
    SurveyPass.objects.bulk_create(
        SurveyPass(
            survey=survey,
            key_hash=_hash(key),
            batch=batch,
            way=way,
            service_point=service_point,
            issued_on=day,
        )
        for key in keys
    )
    return keys


def written(key) -> str:
    """As it stands on a slip."""
    return f"{key[:5]}-{key[5:]}"


def use(survey, key, *, now=None) -> SurveyPass:
    """Use a pass up, in the transaction of its sheet: twice at the same moment, and the second is refused."""
    typed = "".join(letter for letter in key.lower() if letter.isalnum())
    rows = SurveyPass.objects.select_for_update().filter(survey=survey, key_hash=_hash(typed))
    found = rows.first()
    if found is None or found.is_void:
        raise PassRefused(
            _(
                "Mã phiếu mời không đúng. Xem lại mã in trên phiếu: mười chữ và số, không phân biệt hoa thường."
            )
        )
    if found.used_on is not None:
        raise PassRefused(_("Phiếu mời này đã được dùng. Mỗi phiếu trả lời được một lần."))
    found.used_on = timezone.localdate(now)
    found.save(update_fields=["used_on"])
    return found


def _hash(key):
    return salted_hmac("feedback.survey.pass", key, algorithm="sha256").hexdigest()
