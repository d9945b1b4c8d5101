"""Which procedures have what is looked for, and in which order they are shown."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.db import connection

from procedures.models import SearchEntry
from procedures.searching.entries import FAR, NEAR
from procedures.searching.words import pair, word

TITLE_STRENGTH, NEAR_STRENGTH, FAR_STRENGTH = 1.0, 0.55, 0.25
# A title that has the word with other accents: "mã" was asked, "má" stands there.
FOLDED_STRENGTH = 0.6
LONGEST_LIST = 3000
MOST_CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    procedure_id: int
    title: str
    twin_key: str
    tier: int
    standing: float
    code: str


@dataclass(slots=True)
class Scored:
    candidate: Candidate
    score: float
    coverage: float


class Postings:
    """For terms in the running text, the procedures that have them; read from the index."""

    def __init__(self, parts, lexicon):
        units = {unit for part in parts for wording in part.wordings for unit in wording.units}
        wanted = []
        for unit in units:
            for lexeme, strength, rarity in lexemes_of(unit, lexicon):
                if 0 < rarity <= LONGEST_LIST and unit.weight > 0.3:
                    wanted.append((rarity, lexeme))
        self.lists = _read_lists(sorted({lexeme for _, lexeme in sorted(wanted)[:200]}))
        self.sets = {lexeme: frozenset(ids) for lexeme, ids in self.lists.items()}


def lexemes_of(unit, lexicon):
    """The terms that show a unit, in titles and texts, with their strength and how many procedures may have them."""
    exact = unit.accented if unit.accented and lexicon.knows(unit.accented) else unit.term
    everywhere = lexicon.anywhere(exact)
    lexemes = [
        (exact, TITLE_STRENGTH, lexicon.in_titles(exact)),
        (NEAR + exact, NEAR_STRENGTH, everywhere),
    ]
    if everywhere < 0.25 * lexicon.total:
        lexemes.append((FAR + exact, FAR_STRENGTH, everywhere))
    if exact != unit.term:
        lexemes.append((unit.term, FOLDED_STRENGTH, lexicon.in_titles(unit.term)))
    return lexemes


def _read_lists(lexemes):
    table = SearchEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT wanted.lexeme, array_agg(found.procedure_id)
            FROM unnest(%s::text[]) AS wanted (lexeme) CROSS JOIN LATERAL (
                SELECT procedure_id FROM {table}
                WHERE string_to_array(terms, ' ') @> ARRAY[wanted.lexeme] LIMIT %s
            ) AS found
            GROUP BY wanted.lexeme
            """,
            [lexemes, LONGEST_LIST],
        )
        return dict(cursor.fetchall())


def first_guess(parts, postings, lexicon):
    """Procedures by a rough score, best first."""
    totals = {}
    for part in parts:
        best = {}
        for wording in part.wordings:
            if not wording.worth:
                continue
            found = {}
            for unit in wording.units:
                strengths = {}
                for lexeme, strength, _ in lexemes_of(unit, lexicon):
                    for pk in postings.lists.get(lexeme, ()):
                        if strengths.get(pk, 0) < strength:
                            strengths[pk] = strength
                for pk, strength in strengths.items():
                    found[pk] = found.get(pk, 0) + strength * unit.weight
            scale = part.worth / wording.worth
            for pk, value in found.items():
                if best.get(pk, 0) < value * scale:
                    best[pk] = value * scale
        for pk, value in best.items():
            totals[pk] = totals.get(pk, 0) + value
    return sorted(totals, key=totals.get, reverse=True)


@lru_cache(maxsize=5000)
def title_terms(title):
    words = [word(written) for written in title.split()]
    keys = [found.key for found in words]
    terms = {*keys, *(found.accented for found in words)}
    terms.update(pair(left, right) for left, right in pairwise(keys))
    return frozenset(terms), tuple(keys)


def score(candidate, parts, postings, lexicon, precision_weight=0.25):
    terms, keys = title_terms(candidate.title)
    pk = candidate.procedure_id
    total = covered = 0.0
    matched = set()
    for part in parts:
        best = 0.0
        for wording in part.wordings:
            if not wording.worth:
                continue
            value = 0.0
            for unit in wording.units:
                strength = 0.0
                if unit.term in terms:
                    matched.add(unit.term)
                    exact = not unit.accented or unit.accented in terms or not lexicon.knows(unit.accented)
                    strength = TITLE_STRENGTH if exact else FOLDED_STRENGTH
                if strength < NEAR_STRENGTH:
                    exact = unit.accented if unit.accented and lexicon.knows(unit.accented) else unit.term
                    if pk in postings.sets.get(NEAR + exact, ()):
                        strength = NEAR_STRENGTH
                    elif strength < FAR_STRENGTH and pk in postings.sets.get(FAR + exact, ()):
                        strength = FAR_STRENGTH
                value += strength * unit.weight
            share = value / wording.worth
            if not wording.is_literal:
                share **= 1.3
            best = max(best, share * part.worth)
        total += best
    worth = sum(part.worth for part in parts)
    precision = sum(key in matched for key in keys) / max(1, len(keys))
    final = total * (1 + precision_weight * precision) / worth + 0.03 * candidate.standing
    return Scored(candidate, final, total / worth)
