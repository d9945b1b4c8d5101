"""Whether a page was of use to those who read it: said with one tap, counted by the day, and nobody is kept.

Decree 224/2026, article 10, asks for it without identity. A page says what it is in a signed value, which is the same
for everybody, so that the page stays in every cache; nobody can have other pages counted than those that there are.
"""

from typing import NamedTuple

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.models import PageRating, RatedPage

# A page waits for staff from so many "chưa" since its last review, and such a share of all that was said since.
FEWEST_NOT_USEFUL = 5
PERCENT_NOT_USEFUL = 30
# Neither a code nor a slug holds it.
_SEPARATOR = "|"


class Rated(NamedTuple):
    """A page as its own form tells of it."""

    kind: str
    key: str
    title: str
    takes_comments: bool = False


def signed(rated: Rated) -> str:
    """No moment is in it: a page that says it does not change by itself."""
    comments = "1" if rated.takes_comments else "0"
    return _signer().sign(_SEPARATOR.join([rated.kind, rated.key, comments, rated.title]))


def read(value: str) -> Rated | None:
    """What a page signed, or None for anything else."""
    try:
        kind, key, comments, title = _signer().unsign(value).split(_SEPARATOR, 3)
    except BadSignature:
        return None
    return Rated(kind, key, title, comments == "1")


def rate(rated: Rated, *, is_useful, now=None):
    """Count what one person said; what two say at once counts as two."""
    with transaction.atomic():
        page, is_new = RatedPage.objects.get_or_create(
            kind=rated.kind, key=rated.key, defaults={"title": rated.title}
        )
        if not is_new and page.title != rated.title:
            page.title = rated.title
            page.save(update_fields=["title"])
        with connection.cursor() as cursor:
            cursor.execute(
                _COUNT,
                [page.pk, timezone.localdate(now), int(is_useful), int(not is_useful)],
            )


def with_counts(pages):
    """Pages with what was said in all and since their last review; what was said on its very day had been seen."""
    since = Q(reviewed_on=None) | Q(ratings__day__gt=F("reviewed_on"))
    return pages.annotate(
        useful=Coalesce(Sum("ratings__useful"), 0),
        not_useful=Coalesce(Sum("ratings__not_useful"), 0),
        useful_since=Coalesce(Sum("ratings__useful", filter=since), 0),
        not_useful_since=Coalesce(Sum("ratings__not_useful", filter=since), 0),
    )


def waiting_for_review():
    """Pages that enough people found of no use since somebody last looked at them; `waits_since` says from when."""
    poor = with_counts(RatedPage.objects.all()).filter(
        not_useful_since__gte=FEWEST_NOT_USEFUL,
        useful_since__lte=F("not_useful_since") * (100 - PERCENT_NOT_USEFUL) / PERCENT_NOT_USEFUL,
    )
    said = PageRating.objects.filter(_SINCE_REVIEW, page=OuterRef("pk"), not_useful__gt=0)
    first = said.order_by("day").values("day")[:1]
    return RatedPage.objects.filter(pk__in=poor.values("pk")).annotate(waits_since=Subquery(first))


def review(page, *, by, note, now=None):
    """Somebody looked at the page and says what was changed in it; what comes after counts anew."""
    page.reviewed_on = timezone.localdate(now)
    page.reviewed_by = by
    page.note = note
    page.save(update_fields=["reviewed_on", "reviewed_by", "note"])


def _signer():
    return Signer(salt="feedback.page_rating")


_SINCE_REVIEW = Q(page__reviewed_on=None) | Q(day__gt=F("page__reviewed_on"))

_COUNT = """
insert into feedback_pagerating as kept (page_id, day, useful, not_useful)
values (%s, %s, %s, %s)
on conflict (page_id, day) do update set
    useful = kept.useful + excluded.useful, not_useful = kept.not_useful + excluded.not_useful
"""
