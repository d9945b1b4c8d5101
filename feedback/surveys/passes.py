"""Rights to answer once, which do not know what was answered with them."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from feedback.models import SurveyPass
from feedback.surveys.arithmetic import FEWEST_FOR_SHARE, FEWEST_IN_CELL
from procedures.models.qr import ALPHABET

# 31 letters without look-alikes: 49 bits, read aloud and typed from a slip.
KEY_LETTERS = 10
# Of a batch, as they are counted.
FIGURES = ("issued", "used", "void", "first_used_on", "last_used_on")


class PassRefused(Exception):
    """Why a pass does not let anybody answer, in the words of people."""


class BatchTaken(Exception):
    """There is a batch of this name already."""


def issue(
    survey,
    count,
    *,
    batch,
    way=SurveyPass.Way.SLIP,
    service_point=None,
    form_key=None,
    now=None,
) -> list[str]:
    """New passes; their keys are told here once and kept nowhere.

    They follow from the form that asked for them and from nothing that is kept: sent twice, even at the same moment,
    it makes no second batch, and whoever lost the first answer gets the same keys. Raises BatchTaken.
    """
    about = (survey.pk, batch, way, service_point and service_point.pk)
    keys = _keys(count, form_key or secrets.token_urlsafe(24), *about)
    # In the order of their hashes: the place of a row in the table says nothing about the place of its slip in the
    # pile, or of its mail in the list.
    hashes = sorted(map(_hash, keys))
    if form_key and _is_of_another_form(survey, batch, hashes):
        raise BatchTaken
    day = timezone.localdate(now)
    SurveyPass.objects.bulk_create(
        [
            SurveyPass(
                survey=survey,
                key_hash=key_hash,
                batch=batch,
                way=way,
                service_point=service_point,
                issued_on=day,
            )
            for key_hash in hashes
        ],
        ignore_conflicts=True,
    )
    return keys


def _is_of_another_form(survey, batch, hashes):
    """Whether there is such a batch that is not this one, or not wholly any more."""
    there = SurveyPass.objects.filter(survey=survey, batch=batch)
    same = there.filter(key_hash__in=hashes, is_void=False)
    return there.exists() and same.count() < len(hashes)


def void(survey, batch) -> int:
    """Take back the passes of a batch that nobody has used, such as slips that were lost; return how many."""
    return SurveyPass.objects.filter(
        survey=survey, batch=batch, used_on=None, is_void=False
    ).update(is_void=True)


@dataclass(frozen=True)
class Batch:
    """What became of the passes that were given out together; never of a single one."""

    name: str
    way: str
    service_point: str
    issued_on: date
    issued: int
    used: int
    void: int
    first_used_on: date | None
    last_used_on: date | None

    @property
    def is_told(self) -> bool:
        """Of a handful of people it would tell who has answered."""
        return self.issued >= FEWEST_IN_CELL

    @property
    def rate(self) -> float | None:
        """Of all that were issued: what was taken back later does not make it better."""
        return self.used / self.issued if self.issued >= FEWEST_FOR_SHARE else None

    @property
    def percent(self) -> float:
        return self.rate * 100

    @property
    def may_have_unused(self) -> bool:
        return not self.is_told or self.used + self.void < self.issued


def batches(survey) -> list[Batch]:
    """The newest first."""
    rows = (
        SurveyPass.objects.filter(survey=survey)
        .values("batch", "way", "service_point__name")
        .annotate(
            first_issued_on=Min("issued_on"),
            issued=Count("pk"),
            used=Count("used_on"),
            void=Count("pk", filter=Q(is_void=True)),
            first_used_on=Min("used_on"),
            last_used_on=Max("used_on"),
        )
        .order_by("-first_issued_on", "batch", "way", "service_point__name")
    )
    return [
        Batch(
            name=row["batch"],
            way=SurveyPass.Way(row["way"]).label,
            service_point=row["service_point__name"] or "",
            issued_on=row["first_issued_on"],
            **{name: row[name] for name in FIGURES},
        )
        for row in rows
    ]


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


def _keys(count, *about):
    return [_key("\n".join(map(str, [*about, count, number]))) for number in range(count)]


def _key(about):
    rest = int(salted_hmac("feedback.survey.key", about, algorithm="sha256").hexdigest(), 16)
    letters = []
    for _place in range(KEY_LETTERS):
        rest, letter = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def _hash(key):
    return salted_hmac("feedback.survey.pass", key, algorithm="sha256").hexdigest()
