"""From a procedure to what the search reads of it."""

import hashlib
import re
from itertools import pairwise

from procedures.searching.words import pair, words_of

# Marks of the part that a term stands in. The name has none.
NEAR, FAR = "+", "-"
PARTS = ("", NEAR, FAR)


def entry_parts():
    """What `entry_fields` reads beside the procedure itself; pass it to prefetch_related."""
    return ["results", "steps", "cases__documents", "audiences", "agency_roles__agency"]


# Who settles it, nearest to the citizen first.
TIERS = {"commune": 0, "district": 1, "province": 1, "ministry": 2, "other": 3}
_LEVEL_IN_NAME = re.compile(
    r"\((?:thực hiện |áp dụng )?(?:tại |ở )?(?:cấp|bộ|tỉnh|xã|trung ương|\d\.\d{6})[^()]*\)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^thủ tục:?\s+", re.IGNORECASE)
CITIZEN, STAFF = "công dân việt nam", "cán bộ, công chức, viên chức"


def entry_fields(procedure):
    """The fields of a search entry, and how each of its terms is written with accents."""
    title = words_of(_OPENING.sub("", procedure.name))
    near = words_of(
        "\n".join(
            [
                procedure.keywords,
                procedure.summary,
                procedure.sector.name if procedure.sector else "",
                *(result.name for result in procedure.results.all()),
            ]
        )
    )
    far = words_of(
        "\n".join(
            [
                procedure.requirements,
                procedure.description,
                *(
                    role.agency.name
                    for role in procedure.agency_roles.all()
                    if role.role == "executing"
                ),
                *(step.body for step in procedure.steps.all()),
                *(
                    text
                    for case in procedure.cases.all()
                    for text in [case.name, *(paper.name for paper in case.documents.all())]
                ),
            ]
        )
    )
    written = {}
    terms = [
        *_terms(title, written),
        *(NEAR + term for term in _terms(near, written)),
        *(FAR + term for term in _terms(far, written)),
    ]
    fields = {
        "title": " ".join(found.accented for found in title),
        "twin_key": _twin_key(procedure.name),
        "tier": min((TIERS[level] for level in procedure.levels), default=TIERS["other"]),
        "standing": _standing(procedure),
        "terms": " ".join(terms),
    }
    return fields, written


def _terms(words, written):
    """Syllables folded and as written, and folded pairs. Notes in `written` the commonest accents of each."""
    terms = set()
    for found in set(words):
        written.setdefault(found.key, found.written)
        terms.update((found.key, found.accented))
    for left, right in set(pairwise(words)):
        term = pair(left.key, right.key)
        written.setdefault(term, f"{left.written} {right.written}")
        terms.add(term)
    return terms


def _twin_key(name):
    bare = " ".join(
        found.key for found in words_of(_LEVEL_IN_NAME.sub(" ", _OPENING.sub("", name)))
    )
    return hashlib.md5(bare.encode(), usedforsecurity=False).hexdigest()


def _standing(procedure):
    """Between -1 and 1: how likely a citizen means this one, when the words leave it open."""
    audiences = {audience.name.lower() for audience in procedure.audiences.all()}
    standing = min(procedure.popularity, 10) / 20
    standing += 0.25 * (CITIZEN in audiences) - 0.5 * (audiences == {STAFF})
    standing += 0.25 * ("commune" in procedure.levels or "province" in procedure.levels)
    return max(-1.0, min(standing, 1.0))
