"""From what was typed to what is looked for: words weighed by what they tell, and the citizens' own words explained."""

from dataclasses import dataclass, field
from itertools import pairwise

from procedures.models import Synonym
from procedures.searching.words import (
    FILLER_KEYS,
    FILLER_PHRASES,
    FILLER_WORDS,
    LONGEST_FILLER,
    pair,
    words_of,
)

# A question word is not nothing ("cho con"), but nearly.
FILLER_WEIGHT = 0.08
# A word that the catalogue does not have: it may be the very matter, or a citizen's way of speaking.
UNKNOWN_WEIGHT = 5.0
# Of a syllable's weight, what only counts together with its neighbour. Most words have two syllables;
# "khai" alone is in "khai thác", "khai báo", "khai sinh".
PAIR_SHARE = 0.65
LONGEST_SYNONYM = 7
# An explanation may be long ("giấy chứng nhận quyền sử dụng đất"); it still explains one thing.
HEAVIEST_MEANING = 10.0


@dataclass(frozen=True)
class Unit:
    """A syllable or a pair that a procedure may have, and its weight."""

    term: str
    weight: float
    accented: str = ""


@dataclass
class Wording:
    """One way to say a part of the query."""

    units: list[Unit]
    worth: float
    is_literal: bool = True


@dataclass
class Part:
    """A stretch of the query with all the ways to say it; the best of them counts."""

    wordings: list[Wording] = field(default_factory=list)
    worth: float = 0.0


def parts_of(words, lexicon):
    """Divide the words into phrases that have synonyms, and the stretches between them."""
    meanings = synonyms_in(words)
    filler = filler_places(words, lexicon)
    lexicon.learn(term for phrase in meanings.values() for text in phrase for term in terms_of(words_of(text)))
    lexicon.learn(terms_of(words))
    parts, start = [], 0
    for first, last in sorted(meanings):
        if first > start:
            parts.append(_plain_part(words[start:first], filler[start:first], lexicon))
        parts.append(
            _explained_part(words[first:last], filler[first:last], meanings[first, last], lexicon)
        )
        start = last
    if start < len(words):
        parts.append(_plain_part(words[start:], filler[start:], lexicon))
    return [part for part in parts if part.worth > 0]


def terms_of(words):
    terms = set()
    for found in words:
        terms.update((found.key, found.accented))
    terms.update(pair(left.key, right.key) for left, right in pairwise(words))
    return terms


def synonyms_in(words):
    """The longest known phrases in the words: {(first, last): [meaning, ...]}."""
    spans = {}
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST_SYNONYM, len(words)) + 1):
            spans.setdefault(" ".join(found.key for found in words[first:last]), []).append((first, last))
    rows = Synonym.objects.filter(folded_term__in=spans, is_active=True)
    known = {}
    for term, key, meanings in rows.values_list("term", "folded_term", "meanings"):
        for span in spans[key]:
            if _is_meant(words_of(term), words[slice(*span)]):
                known.setdefault(span, []).extend(meanings)
    chosen, taken = {}, set()
    for span in sorted(known, key=lambda span: (span[0] - span[1], span)):
        places = set(range(*span))
        if not places & taken:
            chosen[span] = known[span]
            taken |= places
    return chosen


def _is_meant(term, typed):
    """Whether the accents that were typed allow this phrase: "thuê" is not "thuế", "thue" may be."""
    return all(
        not is_typed.has_marks or is_typed.accented == meant.accented
        for meant, is_typed in zip(term, typed, strict=True)
    )


def filler_places(words, lexicon):
    """For each word, whether it is said around the matter and not about it."""
    lexicon.learn(terms_of(words))
    is_filler = [_is_filler(place, words, lexicon) for place in range(len(words))]
    keys = [found.key for found in words]
    for first in range(len(keys)):
        for last in range(min(first + LONGEST_FILLER, len(keys)), first + 1, -1):
            if tuple(keys[first:last]) in FILLER_PHRASES:
                is_filler[first:last] = [True] * (last - first)
                break
    if all(is_filler):
        return [False] * len(words)
    return is_filler


def _is_filler(place, words, lexicon):
    found = words[place]
    if found.has_marks:
        return found.accented in FILLER_WORDS
    if found.key not in FILLER_KEYS:
        return False
    # Without accents "can" may be "cần" or "căn": it is the latter where the neighbour hardly stands without it.
    for other in (place - 1, place + 1):
        if 0 <= other < len(words):
            left, right = sorted((place, other))
            together = lexicon.in_titles(pair(words[left].key, words[right].key))
            if together >= 2 and together >= 0.4 * lexicon.in_titles(words[other].key):
                return False
    return True


def _plain_part(words, filler, lexicon):
    wording = _wording(words, filler, lexicon)
    return Part([wording], wording.worth)


def _explained_part(words, filler, meanings, lexicon):
    literal = _wording(words, filler, lexicon)
    wordings = []
    for meaning in meanings:
        meant = words_of(meaning)
        wording = _wording(meant, [False] * len(meant), lexicon)
        wording.is_literal = False
        wordings.append(wording)
    worth = max(min(wording.worth, HEAVIEST_MEANING) for wording in [literal, *wordings])
    return Part([literal, *wordings], worth)


def _wording(words, filler, lexicon):
    weights = [
        weight_of(found, is_filler, lexicon) for found, is_filler in zip(words, filler, strict=True)
    ]
    bonds = [
        bond(left, right, lexicon) for left, right in pairwise(words)
    ]
    units = []
    shared = [0.0] * len(words)
    for place, found in enumerate(words):
        around = (bonds[place - 1] if place else 0.0, bonds[place] if place < len(bonds) else 0.0)
        shared[place] = PAIR_SHARE * weights[place] * max(around)
        units.append(
            Unit(found.key, weights[place] - shared[place], found.accented if found.has_marks else "")
        )
    for place, strength in enumerate(bonds):
        if strength:
            weight = 0.0
            for side in (place, place + 1):
                around = (bonds[side - 1] if side else 0.0) + (bonds[side] if side < len(bonds) else 0.0)
                weight += shared[side] * strength / around
            units.append(Unit(pair(words[place].key, words[place + 1].key), weight))
    return Wording(units, sum(weights))


def weight_of(found, is_filler, lexicon):
    if is_filler:
        return FILLER_WEIGHT
    if found.has_marks and lexicon.knows(found.accented):
        return lexicon.information(found.accented)
    if lexicon.knows(found.key):
        return lexicon.information(found.key)
    return UNKNOWN_WEIGHT


def bond(left, right, lexicon):
    """How firmly two neighbours belong together in the catalogue, from 0 to 1."""
    together = lexicon.anywhere(pair(left.key, right.key))
    apart = min(lexicon.anywhere(left.key), lexicon.anywhere(right.key))
    return min(1.0, together / apart) ** 0.5 if together and apart else 0.0
