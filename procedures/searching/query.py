"""From what was typed to what is looked for: each word and pair of words, weighed by what it tells."""

from dataclasses import dataclass, field
from itertools import pairwise

from procedures.searching.mending import Reading, mend
from procedures.searching.phrases import AS_IT_STANDS, overlapping, phrases_in
from procedures.searching.words import (
    FILLER_KEYS,
    FILLER_PHRASES,
    FILLER_WORDS,
    LONGEST_FILLER,
    pair,
    words_of_phrase,
)

# The figures of this file were set on tests/search/queries.jsonl, see docs/decisions/0006-search.md.
# A question word is not nothing ("cho con"), but nearly; the rarest words of the catalogue weigh 8.
FILLER_WEIGHT = 0.65
# A word that the catalogue does not have cannot tell procedures apart …
UNKNOWN_WEIGHT = 0.7
# … but it may be the very matter that the catalogue does not have, and so speaks against any answer.
UNKNOWN_DOUBT = 4.0
# Of a syllable's weight, what only counts together with its neighbour. Most words have two syllables;
# "khai" alone is in "khai thác", "khai báo", "khai sinh".
PAIR_SHARE = 0.82
# A meaning may be long ("giấy chứng nhận quyền sử dụng đất"); it still explains one thing.
HEAVIEST_MEANING = 8.0
# A syllable that stands in names so often with its neighbour is half of a word, not a question word.
TIED = 0.25
# A reading that changes words which the catalogue has counts a little less than the one as typed.
CHANGED_QUALITY = 0.95

TIERS = {"xã": 0, "phường": 0, "tỉnh": 1, "bộ": 2, "ương": 2}
_TIER_KEYS = {"xa": 0, "phuong": 0, "tinh": 1, "bo": 2, "uong": 2}
# "Cấp xã", "ở xã", "tại xã", "công an xã", "ủy ban xã", "trung ương".
_BEFORE_TIER = {"cap", "o", "tai", "an", "ban", "trung"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A syllable or a pair that a procedure may have, and its weight."""

    term: str
    weight: float
    accented: str = ""


@dataclass(frozen=True)
class Wording:
    """One way to say a part of the query: as it was typed, or by one of its meanings."""

    units: list[Unit]
    worth: float
    is_literal: bool = True
    # For a meaning: how closely its phrase was found, and what else stands in the same part.
    quality: float = 1.0
    rest: list[Unit] = field(default_factory=list)
    rest_worth: float = 0.0


@dataclass(frozen=True)
class Part:
    """A stretch of the query with all the ways to say it; the best of them counts."""

    wordings: list[Wording]
    worth: float


@dataclass(frozen=True)
class Sense:
    """One reading of the query, what it is worth beside the other, and how sure an answer can be."""

    parts: list[Part]
    quality: float
    certainty: float
    is_mended: bool


@dataclass(frozen=True)
class Query:
    senses: list[Sense]
    mended: Reading | None
    asked_tier: int | None


def understand(words, lexicon):
    """Explain the words by the citizens' phrases; where some are slips, also as they were probably meant."""
    matches = phrases_in(words)
    lexicon.learn(terms_of(words))
    filler = filler_places(words, lexicon)
    understood = {place for place, is_filler in enumerate(filler) if is_filler}
    understood.update(*(match.places for match in matches if match.quality == AS_IT_STANDS))
    senses = [_sense(words, matches, filler, lexicon)]
    mended = mend(words, understood, lexicon)
    if mended:
        lexicon.learn(terms_of(mended.words))
        matches = phrases_in(mended.words)
        filler = filler_places(mended.words, lexicon)
        senses.append(_sense(mended.words, matches, filler, lexicon, mended))
    return Query([sense for sense in senses if sense.parts], mended, asked_tier(words))


def terms_of(words):
    terms = {term for found in words for term in (found.key, found.accented)}
    terms.update(pair(left.key, right.key) for left, right in pairwise(words))
    return terms


def asked_tier(words):
    """The level that the query names, as a search entry counts it."""
    has_accents = any(found.has_marks for found in words)
    for left, right in pairwise(words):
        if left.key in _BEFORE_TIER:
            tier = TIERS.get(right.accented) if has_accents else _TIER_KEYS.get(right.key)
            if tier is not None:
                return tier
    return None


def filler_places(words, lexicon):
    """For each word, whether it is said around the matter and not about it."""
    is_filler = [_is_filler(place, words, lexicon) for place in range(len(words))]
    keys = [found.key for found in words]
    for first in range(len(keys)):
        for last in range(min(first + LONGEST_FILLER, len(keys)), first + 1, -1):
            if tuple(keys[first:last]) in FILLER_PHRASES:
                is_filler[first:last] = [True] * (last - first)
                break
    # A query of nothing else is about these very words.
    return [False] * len(words) if all(is_filler) else is_filler


def _is_filler(place, words, lexicon):
    found = words[place]
    if found.has_marks:
        return found.accented in FILLER_WORDS
    if found.key not in FILLER_KEYS:
        return False
    # Without accents "can" may be "cần" or half of "căn cước".
    return not any(
        _are_tied(words[first].key, words[first + 1].key, lexicon)
        for first in (place - 1, place)
        if first >= 0 and first + 1 < len(words)
    )


def _are_tied(left, right, lexicon):
    together = lexicon.in_titles(pair(left, right))
    return together >= 2 and together >= TIED * min(
        lexicon.in_titles(left), lexicon.in_titles(right)
    )


def _sense(words, matches, filler, lexicon, mended=None):
    """Divide the query into the stretches that have meanings and what stands for itself."""
    lexicon.learn(
        term
        for match in matches
        for meaning in match.meanings
        for term in terms_of(words_of_phrase(meaning))
    )
    explained = set().union(*(match.places for match in matches))
    plain = [place for place in range(len(words)) if place not in explained]
    as_typed = _literal(words, plain, filler, lexicon)
    parts = [Part([as_typed], as_typed.worth)]
    parts += [_explained_part(words, group, filler, lexicon) for group in overlapping(matches)]
    parts = [part for part in parts if part.worth > 0]
    worth = sum(part.worth for part in parts)
    unknown = sum(not filler[place] and not lexicon.knows(words[place].key) for place in plain)
    certainty = worth / (worth + UNKNOWN_DOUBT * unknown) if worth else 0.0
    quality = CHANGED_QUALITY if mended and mended.changes_known else 1.0
    return Sense(parts, quality, certainty, mended is not None)


def _explained_part(words, matches, filler, lexicon):
    every = sorted(set().union(*(match.places for match in matches)))
    wordings = [_literal(words, every, filler, lexicon)]
    worths = [wordings[0].worth]
    for match in matches:
        others = [place for place in every if place not in match.places]
        rest = _literal(words, others, filler, lexicon)
        for meaning in match.meanings:
            meant = words_of_phrase(meaning)
            said = _literal(meant, range(len(meant)), [False] * len(meant), lexicon)
            if said.worth:
                wordings.append(
                    Wording(said.units, said.worth, False, match.quality, rest.units, rest.worth)
                )
                worths.append(min(said.worth, HEAVIEST_MEANING) + rest.worth)
    return Part(wordings, max(worths))


def _literal(words, places, filler, lexicon):
    """The words at these places as they stand, syllable by syllable and in pairs."""
    weights = {place: _weight(words[place], filler[place], lexicon) for place in places}
    bonds = {
        place: _bond(words[place].key, words[place + 1].key, lexicon)
        for place in places
        if place + 1 in weights
    }
    units, in_pairs = [], {}
    for place, found in ((place, words[place]) for place in places):
        around = (bonds.get(place - 1, 0.0), bonds.get(place, 0.0))
        in_pairs[place] = PAIR_SHARE * weights[place] * max(around)
        alone = weights[place] - in_pairs[place]
        units.append(Unit(found.key, alone, found.accented if found.has_marks else ""))
    for place, strength in bonds.items():
        if strength:
            # A syllable between two neighbours gives to each as firmly as it is bound to it.
            weight = sum(
                in_pairs[side] * strength / (bonds.get(side - 1, 0.0) + bonds.get(side, 0.0))
                for side in (place, place + 1)
            )
            units.append(Unit(pair(words[place].key, words[place + 1].key), weight))
    return Wording(units, sum(weights.values()))


def _weight(found, is_filler, lexicon):
    if is_filler:
        return FILLER_WEIGHT
    if found.has_marks and lexicon.knows(found.accented):
        return lexicon.information(found.accented)
    return lexicon.information(found.key) if lexicon.knows(found.key) else UNKNOWN_WEIGHT


def _bond(left, right, lexicon):
    """How firmly two neighbours belong together in the catalogue, from 0 to 1."""
    together = lexicon.anywhere(pair(left, right))
    apart = min(lexicon.anywhere(left), lexicon.anywhere(right))
    return min(1.0, together / apart) ** 0.5 if together and apart else 0.0
