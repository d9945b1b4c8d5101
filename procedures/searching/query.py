"""From what was typed to what is looked for: words weighed by what they tell, and the citizens' own words explained."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Func, Value
from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField

from procedures.models import Synonym
from procedures.searching.mending import Reading, mend
from procedures.searching.words import (
    FILLER_KEYS,
    FILLER_PHRASES,
    FILLER_WORDS,
    LONGEST_FILLER,
    pair,
    words_of,
)

# A question word is not nothing ("cho con"), but nearly.
FILLER_WEIGHT = 0.3
# A word that the catalogue does not have: it may be the very matter, or a citizen's way of speaking.
UNKNOWN_WEIGHT = 1.0
# Of a syllable's weight, what only counts together with its neighbour. Most words have two syllables;
# "khai" alone is in "khai thác", "khai báo", "khai sinh".
PAIR_SHARE = 0.75
# An explanation may be long ("giấy chứng nhận quyền sử dụng đất"); it still explains one thing.
HEAVIEST_MEANING = 8.0
# Words that may stand between those of a known phrase: "đi làm ăn xa" is "đi làm xa".
WIDEST_GAP = 2
_BEFORE_TIER = {"cap", "o", "tai", "an", "ban", "trung"}
_TIERS = {"xa": 0, "phuong": 0, "tinh": 1, "bo": 2, "uong": 2}
LOOSE_ORDER, LOOSE_GAP = 0.6, 0.95


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
    # For a meaning: how closely its phrase was found, and what else stands in the same part.
    quality: float = 1.0
    rest: list[Unit] = field(default_factory=list)
    rest_worth: float = 0.0


@dataclass
class Part:
    """A stretch of the query with all the ways to say it; the best of them counts."""

    wordings: list[Wording]
    worth: float


@dataclass(frozen=True)
class Match:
    """A known phrase in the query."""

    places: frozenset[int]
    meanings: tuple[str, ...]
    quality: float


# A reading with mended words counts a little less than one as typed.
MENDED_QUALITY = 0.95


@dataclass(frozen=True)
class Query:
    """What is looked for, in each reading, and the mended reading if there is one."""

    readings: list[tuple[list[Part], float]]
    mended: Reading | None
    asked_tier: int | None


def understand(words, lexicon):
    """Explain the words by synonyms; where some are slips, also as they were probably meant."""
    lexicon.learn(terms_of(words))
    matches = synonyms_in(words)
    filler = filler_places(words, lexicon)
    understood = {place for place, is_filler in enumerate(filler) if is_filler}
    understood.update(*(match.places for match in matches if match.quality == 1.0))
    readings = [(parts_of(words, matches, lexicon), 1.0)]
    mended = mend(words, understood, lexicon)
    if mended:
        lexicon.learn(terms_of(mended.words))
        parts = parts_of(mended.words, synonyms_in(mended.words), lexicon)
        readings.append((parts, MENDED_QUALITY))
    readings = [(parts, quality) for parts, quality in readings if parts]
    return Query(readings, mended, asked_tier_of(words))


def asked_tier_of(words):
    """The level that the query names: "ở xã", "công an tỉnh", "cấp bộ"."""
    for left, right in pairwise(found.key for found in words):
        if right in _TIERS and left in _BEFORE_TIER:
            return _TIERS[right]
    return None


def parts_of(words, matches, lexicon):
    """Divide the query into what has synonyms and what stands for itself."""
    lexicon.learn(
        term
        for match in matches
        for meaning in match.meanings
        for term in terms_of(words_of(meaning))
    )
    filler = filler_places(words, lexicon)
    explained = set().union(*(match.places for match in matches))
    plain = [place for place in range(len(words)) if place not in explained]
    parts = [literal_part(words, plain, filler, lexicon)]
    for cluster in clusters_of(matches):
        parts.append(_explained_part(words, cluster, filler, lexicon))
    return [part for part in parts if part.worth > 0]


def terms_of(words):
    terms = set()
    for found in words:
        terms.update((found.key, found.accented))
    terms.update(pair(left.key, right.key) for left, right in pairwise(words))
    return terms


def synonyms_in(words):
    """Known phrases whose words stand close together in the query, the longest where they overlap."""
    keys = [found.key for found in words]
    rows = Synonym.objects.annotate(
        keys=Func("folded_term", Value(" "), function="string_to_array", output_field=ArrayField(TextField()))
    ).filter(is_active=True, keys__contained_by=sorted(set(keys)))
    found = []
    for term, meanings in rows.values_list("term", "meanings"):
        match = _match(words_of(term), words)
        if match:
            found.append(Match(match[0], tuple(meanings), match[1]))
    found += abbreviations_of(words)
    return [
        match
        for match in found
        if not any(match.places < other.places and match.quality <= other.quality + 0.2 for other in found)
    ]


def abbreviations_of(words):
    """Phrases of the query that titles may abbreviate: "bảo hiểm xã hội" may stand there as BHXH."""
    rows = Synonym.objects.filter(is_active=True, meanings__len=1).exclude(term__contains=" ")
    found = []
    for term, (meaning,) in rows.values_list("term", "meanings"):
        if term.isupper():
            match = _match(words_of(meaning), words)
            if match and match[1] == 1.0:
                found.append(Match(match[0], (term,), 1.0))
    return found


def _match(term, words):
    """Where the words of a phrase stand in the query, and how closely; None when they do not."""
    best = None
    size = len(term)
    for first in range(len(words)):
        window = words[first : first + size + (WIDEST_GAP if size > 1 else 0)]
        if len(window) < size or not any(_same(meant, window[0]) for meant in term):
            continue
        places = _places(term, window)
        if places is None:
            continue
        if places == sorted(places):
            quality = 1.0 if places[-1] - places[0] == size - 1 else LOOSE_GAP
        else:
            quality = LOOSE_ORDER
        if best is None or quality > best[1]:
            best = (frozenset(first + place for place in places), quality)
    return best


def _places(term, window):
    places = []
    for meant in term:
        place = next(
            (i for i, typed in enumerate(window) if i not in places and _same(meant, typed)), None
        )
        if place is None:
            return None
        places.append(place)
    return places


def _same(meant, typed):
    """Whether the accents that were typed allow this word: "thuê" is not "thuế", "thue" may be."""
    return meant.key == typed.key and (not typed.has_marks or typed.accented == meant.accented)


def clusters_of(matches):
    """Matches that share a word of the query stand together."""
    clusters = []
    for match in matches:
        touching = [c for c in clusters if any(match.places & other.places for other in c)]
        clusters = [c for c in clusters if c not in touching]
        clusters.append([match, *(other for c in touching for other in c)])
    return clusters


def filler_places(words, lexicon):
    """For each word, whether it is said around the matter and not about it."""
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


def literal_part(words, places, filler, lexicon):
    wording = literal(words, places, filler, lexicon)
    return Part([wording], wording.worth)


def _explained_part(words, cluster, filler, lexicon):
    every = sorted(set().union(*(match.places for match in cluster)))
    whole = literal(words, every, filler, lexicon)
    wordings, worths = [whole], [whole.worth]
    for match in cluster:
        rest = literal(words, [p for p in every if p not in match.places], filler, lexicon)
        for meaning in match.meanings:
            meant = words_of(meaning)
            said = literal(meant, range(len(meant)), [False] * len(meant), lexicon)
            wording = Wording(said.units, said.worth, False, match.quality, rest.units, rest.worth)
            wordings.append(wording)
            worths.append(min(wording.worth, HEAVIEST_MEANING) + rest.worth)
    return Part([wording for wording in wordings if wording.worth], max(worths))


def literal(words, places, filler, lexicon):
    """The words at these places as they stand, syllable by syllable and in pairs."""
    weights = {place: weight_of(words[place], filler[place], lexicon) for place in places}
    bonds = {
        place: bond(words[place], words[place + 1], lexicon)
        for place in places
        if place + 1 in weights
    }
    units, shared = [], {}
    for place in places:
        strongest = max(bonds.get(place - 1, 0.0), bonds.get(place, 0.0))
        shared[place] = PAIR_SHARE * weights[place] * strongest
        found = words[place]
        units.append(
            Unit(found.key, weights[place] - shared[place], found.accented if found.has_marks else "")
        )
    for place, strength in bonds.items():
        if strength:
            weight = sum(
                shared[side] * strength / (bonds.get(side - 1, 0.0) + bonds.get(side, 0.0))
                for side in (place, place + 1)
            )
            units.append(Unit(pair(words[place].key, words[place + 1].key), weight))
    return Wording(units, sum(weights.values()))


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
