"""Which procedures have what is looked for, and in which order they are shown."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

from django.db import connection
from django.db.models.expressions import RawSQL

from procedures.models import Procedure, SearchEntry
from procedures.searching.entries import FAR, NEAR
from procedures.searching.words import FILLER_WORDS, pairs_of, word

# The figures of this file were set on tests/search/queries.jsonl by trying neighbouring values; most may be
# a fifth larger or smaller without any effect that could be measured.
# How much a word counts in the name; among keywords, results and the sector; in the running text.
IN_TITLE, NEARBY, FAR_OFF = 1.0, 0.58, 0.39
# A name that has the word with other accents: "mã" was asked, "má" stands there.
OTHER_ACCENTS = 0.4
# Half of a meaning ("giấy chứng nhận" of "giấy chứng nhận quyền sử dụng đất") is less than half as good.
MEANING_POWER = 1.25
# What a name gains when all its words were asked for; its opening, which says what is done, counts most.
PRECISION, OPENING = 0.9, 0.87
# Among equals: what citizens need most, and what is settled nearest to them. See searching.entries.
STANDING, TIER = 0.035, 0.01

# A term that more procedures have is no use for finding candidates; they are found by rarer ones.
LONGEST_LIST = 1500
# What is in a seventh of all running texts says nothing.
COMMON_TEXT = 0.14
# Question words are not looked up, and no more terms than the longest real query has.
LIGHTEST_LISTED = 0.3
MOST_LISTS = 200
# With fewer candidates than this, the common terms are looked up after all, a few of them together.
FEW = 20
MOST_TOGETHER = 4
# Scored closely: twice as many changed no result of the labelled queries.
MOST_CANDIDATES = 120


@dataclass(frozen=True, slots=True)
class Candidate:
    procedure_id: int
    title: str
    twin_key: str
    tier: int
    standing: float
    code: str


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate, how well it answers, and how sure that is."""

    candidate: Candidate
    score: float
    certainty: float
    by_mended: bool


def rank(query, lexicon, within=None):
    """Procedures that answer the query in any sense, best first, those of one name together."""
    best = {}
    for sense in query.senses:
        for found in _rank_sense(sense, lexicon, within):
            pk = found.candidate.procedure_id
            if pk not in best or best[pk].score < found.score:
                best[pk] = found
    return _twins_together(best.values(), query.asked_tier)


def _rank_sense(sense, lexicon, within):
    seekers = {}
    parts = [SoughtPart(part, seekers, lexicon) for part in sense.parts]
    lists = read_lists(_rarest_terms(seekers.values(), lexicon))
    for seeker in seekers.values():
        seeker.take(lists)
    ids = first_guess(parts)
    if len(ids) < FEW:
        ids += _with_common_terms(seekers.values())
    scores = [(score(candidate, parts), candidate) for candidate in read_candidates(ids, within)]
    return [
        Found(
            candidate,
            value * sense.quality,
            value * sense.quality * sense.certainty,
            sense.is_mended,
        )
        for value, candidate in scores
    ]


class SoughtPart:
    """A part of the query with a seeker for each of its units."""

    def __init__(self, part, seekers, lexicon):
        def seekers_of(units):
            return [seekers.setdefault(unit, Seeker(unit, lexicon)) for unit in units]

        self.worth = part.worth
        self.wordings = [
            SoughtWording(wording, seekers_of(wording.units), seekers_of(wording.rest))
            for wording in part.wordings
        ]


class SoughtWording:
    def __init__(self, wording, seekers, rest):
        self.wording = wording
        self.seekers, self.rest = seekers, rest
        self.terms = {unit.term for unit in wording.units + wording.rest}


class Seeker:
    """Finds one unit of the query: in names as they stand, in the other texts by lists from the index."""

    __slots__ = ("term", "exact", "weight", "terms", "lists", "near", "far")

    def __init__(self, unit, lexicon):
        self.term = unit.term
        # Accents that the catalogue never has on this word are a slip, and nothing to insist on.
        self.exact = unit.accented if unit.accented and lexicon.knows(unit.accented) else unit.term
        self.weight = unit.weight
        # Counts are of yesterday: a name may have a word that was in none of them, if it is known at all.
        self.terms = [(self.exact, IN_TITLE, lexicon.in_titles(self.exact) or 1)]
        if self.exact != self.term:
            self.terms.append((self.term, OTHER_ACCENTS, lexicon.in_titles(self.term) or 1))
        count = lexicon.anywhere(self.exact)
        self.terms.append((NEAR + self.exact, NEARBY, count))
        if count < COMMON_TEXT * lexicon.total:
            self.terms.append((FAR + self.exact, FAR_OFF, count))

    def take(self, lists):
        self.lists = [(lists[term], strength) for term, strength, _ in self.terms if term in lists]
        self.near = lists.get(NEAR + self.exact, frozenset())
        self.far = lists.get(FAR + self.exact, frozenset())


def _rarest_terms(seekers, lexicon):
    counted = {
        (count, term)
        for seeker in seekers
        if seeker.weight >= LIGHTEST_LISTED
        for term, _, count in seeker.terms
        if 0 < count <= LONGEST_LIST and lexicon.knows(term.lstrip(NEAR + FAR))
    }
    return sorted({term for _, term in sorted(counted)[:MOST_LISTS]})


def _with_common_terms(seekers):
    """For a query of common words only ("cấp lại giấy phép"): the shortest names that have them all."""
    commonest_last = sorted(
        (count, term)
        for seeker in seekers
        for term, strength, count in seeker.terms
        if strength == IN_TITLE and count > LONGEST_LIST
    )
    terms = [term for _, term in commonest_last[:MOST_TOGETHER]]
    with connection.cursor() as cursor:
        while terms:
            cursor.execute(TOGETHER, [terms, MOST_CANDIDATES])
            if found := [pk for (pk,) in cursor.fetchall()]:
                return found
            terms.pop()
    return []


# One look into the index for each term; the table itself is not read but for the numbers of the rows.
LISTS = f"""
    SELECT wanted.term, array_agg(found.procedure_id)
    FROM unnest(%s::text[]) AS wanted (term) CROSS JOIN LATERAL (
        SELECT procedure_id FROM {SearchEntry._meta.db_table}
        WHERE string_to_array(terms, ' ') @> ARRAY[wanted.term] LIMIT {LONGEST_LIST}
    ) AS found
    GROUP BY wanted.term
"""
TOGETHER = f"""
    SELECT procedure_id FROM {SearchEntry._meta.db_table}
    WHERE string_to_array(terms, ' ') @> %s::text[] ORDER BY length(title), procedure_id LIMIT %s
"""


def read_lists(terms):
    """For each term the procedures that have it, read from the index."""
    with connection.cursor() as cursor:
        cursor.execute(LISTS, [terms])
        return {term: frozenset(ids) for term, ids in cursor.fetchall()}


def read_candidates(ids, within):
    """The best guessed of the procedures that may be shown."""
    if within is None:
        within, ids = Procedure.objects.listed(), ids[: 2 * MOST_CANDIDATES]
    # One array parameter: hundreds of separate ones take longer than the query.
    guessed = RawSQL("SELECT unnest(%s::bigint[])", [ids])
    rows = SearchEntry.objects.filter(procedure__in=within.filter(pk__in=guessed)).values_list(
        "procedure_id", "title", "twin_key", "tier", "standing", "procedure__code"
    )
    candidates = {row[0]: Candidate(*row) for row in rows}
    return [candidates[pk] for pk in ids if pk in candidates][:MOST_CANDIDATES]


def first_guess(parts):
    """Procedures by what the lists say, best first: rough, but for all of them at once."""
    totals = defaultdict(float)
    for part in parts:
        best = {}
        for sought in part.wordings:
            wording, found = sought.wording, defaultdict(float)
            scale = wording.quality * (part.worth - wording.rest_worth) / wording.worth
            for seeker in sought.seekers:
                for ids, strength in seeker.lists:
                    value = strength * seeker.weight * scale
                    for pk in ids:
                        found[pk] += value
            for pk, value in found.items():
                if best.get(pk, 0.0) < value:
                    best[pk] = value
        for pk, value in best.items():
            totals[pk] += value
    return nlargest(LONGEST_LIST, totals, key=totals.get)


@lru_cache(maxsize=10_000)
def terms_of_title(title):
    """What a name may be asked for: its terms, and in their order the words that are not filler."""
    words = [word(written) for written in title.split()]
    keys = [found.key for found in words]
    telling = tuple(found.key for found in words if found.accented not in FILLER_WORDS)
    return frozenset([*keys, *(found.accented for found in words), *pairs_of(keys)]), telling


def score(candidate, parts):
    title, keys = terms_of_title(candidate.title)
    pk = candidate.procedure_id
    total, worth, matched = 0.0, 0.0, set()
    for part in parts:
        best, chosen = -1.0, None
        for sought in part.wordings:
            gain = _gain(sought, part, title, pk)
            if gain > best:
                best, chosen = gain, sought
        total += best
        worth += part.worth
        matched |= chosen.terms
    value = total / worth * (1 + PRECISION * precision(keys, matched))
    return value + STANDING * candidate.standing - TIER * candidate.tier


def _gain(sought, part, title, pk):
    """What of a part's worth a procedure covers that is worded so."""
    wording = sought.wording
    value = _value(sought.seekers, title, pk)
    if wording.is_literal:
        return value
    share = (value / wording.worth) ** MEANING_POWER * wording.quality
    return share * (part.worth - wording.rest_worth) + _value(sought.rest, title, pk)


def _value(seekers, title, pk):
    value = 0.0
    for seeker in seekers:
        if seeker.term in title:
            value += seeker.weight * (IN_TITLE if seeker.exact in title else OTHER_ACCENTS)
        elif pk in seeker.near:
            value += seeker.weight * NEARBY
        elif pk in seeker.far:
            value += seeker.weight * FAR_OFF
    return value


def precision(keys, matched):
    """What share of a name was asked for; every word counts a little less than the one before."""
    weight, have, every = 1.0, 0.0, 0.0
    for key in keys:
        every += weight
        if key in matched:
            have += weight
        weight *= OPENING
    return have / every if every else 0.0


def _twins_together(found, asked_tier):
    """In order of score, but procedures of one name follow each other, the nearest office first."""
    twins = defaultdict(list)
    for one in found:
        twins[one.candidate.twin_key].append(one)
    groups = [
        sorted(
            group,
            key=lambda one: (
                one.candidate.tier != asked_tier,
                one.candidate.tier,
                -one.score,
                one.candidate.code,
            ),
        )
        for group in twins.values()
    ]
    groups.sort(key=lambda group: (-max(one.score for one in group), group[0].candidate.code))
    return [one for group in groups for one in group]
