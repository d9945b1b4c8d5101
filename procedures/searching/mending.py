"""Slips of the fingers: what was probably meant, judged by the catalogue's own words and word pairs.

Wrong or missing accents need no mending, since words are compared without them.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import log

from procedures.models import Synonym
from procedures.searching.words import FILLER_KEYS, Word, is_syllable, pair, word

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Keys that touch, along a row and between rows.
_NEAR_KEYS = {
    frozenset(keys)
    for keys in [
        *(near for row in _ROWS for near in pairwise(row)),
        *(
            (upper[place], lower[place + step])
            for upper, lower in pairwise(_ROWS)
            for place in range(len(upper))
            for step in (-1, 0)
            if 0 <= place + step < len(lower)
        ),
    ]
}

# How unlikely each slip is; SLIP below says what that weighs against the neighbours.
KEYBOARD_RESIDUE = 0.3
LOST_BLANK = 0.5
SWAPPED = DOUBLED = 0.7
NEAR_KEY = MISSING = EXTRA = 0.9
OTHER_LETTER = 1.2

# What a pair known to the catalogue says for a reading, against the cost of a slip.
SLIP = 3.0
SEEN_PAIR, PAIR_GROWTH, STRONGEST_PAIR = 1.5, 0.5, 4.0
COMMON_WORD = 0.15
# What speaks for leaving a word as it was typed: a word of the catalogue; a syllable it does not use; neither.
LEAVE_KNOWN, LEAVE_SYLLABLE, LEAVE_ODD = 3.0, 4.0, -3.0
# More doubtful words than this are not slips but another language.
MOST_MENDED = 6
# Only in a query as short as a name is a known word, too, taken for a slip of another.
LONGEST_NAME = 6
MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Reading:
    """The query's words, and the places of those that were mended."""

    words: list[Word]
    mended: dict[int, str]
    changes_known: bool

    @property
    def is_guess(self):
        """No word is left as it was typed, so that nothing bears the mending out."""
        return len(self.mended) == len(self.words)

    def text(self):
        return " ".join(
            self.mended.get(place, found.written) for place, found in enumerate(self.words)
        )


@dataclass(frozen=True)
class Candidate:
    keys: tuple[str, ...]
    value: float


class Vocabulary:
    """The words and pairs of the catalogue and of the citizens' phrases."""

    def __init__(self, lexicon):
        self.lexicon = lexicon

    @cached_property
    def phrases(self):
        rows = Synonym.objects.filter(is_active=True)
        return [key.split() for key in rows.values_list("folded_term", flat=True)]

    @cached_property
    def phrase_words(self):
        return {key for phrase in self.phrases for key in phrase}

    @cached_property
    def phrase_pairs(self):
        return {pair(*keys) for phrase in self.phrases for keys in pairwise(phrase)}

    def has(self, key):
        if key.isdigit() or key in FILLER_KEYS:
            return True
        # The catalogue has slips of its own; a word that is no syllable must occur more than by chance.
        if self.lexicon.anywhere(key) >= (1 if is_syllable(key) else 3):
            return True
        return key in self.phrase_words

    def pair_value(self, left, right):
        term = pair(left, right)
        count = self.lexicon.anywhere(term) or 5 * (term in self.phrase_pairs)
        value = min(STRONGEST_PAIR, SEEN_PAIR + PAIR_GROWTH * log(count)) if count else 0.0
        # Words such as "của" and "để" stand beside everything.
        return value / 2 if left in FILLER_KEYS or right in FILLER_KEYS else value


def mend(words, kept, lexicon):
    """The reading that the catalogue's words make likeliest, or None when it is the one that was typed.

    `kept` are places that are understood already, as part of a known phrase.
    """
    vocabulary = Vocabulary(lexicon)
    lexicon.learn(found.key for found in words)
    joined, kept = join(words, kept, vocabulary)
    lexicon.learn(pair(left.key, right.key) for left, right in pairwise(joined))
    doubtful = doubtful_places(joined, kept, vocabulary)
    if not doubtful and len(joined) == len(words):
        return None
    chosen = likeliest(joined, candidates_of(joined, doubtful, vocabulary), vocabulary)
    reading = _reading(joined, chosen, vocabulary)
    return reading if reading.mended or len(joined) != len(words) else None


def join(words, kept, vocabulary):
    """Put together what a stray blank divided: "kh ai sinh", "đăng k ý"."""
    vocabulary.lexicon.learn(left.key + right.key for left, right in pairwise(words))
    joined, places, place = [], set(), 0
    while place < len(words):
        found = words[place]
        after = words[place + 1] if place + 1 < len(words) else None
        if after and _is_divided(found, after, place in kept or place + 1 in kept, vocabulary):
            joined.append(word(found.written + after.written))
            place += 2
            continue
        if place in kept:
            places.add(len(joined))
        joined.append(found)
        place += 1
    return joined, places


def _is_divided(left, right, is_kept, vocabulary):
    whole = left.key + right.key
    if left.is_number or right.is_number or not is_syllable(whole) or not vocabulary.has(whole):
        return False
    # A piece without a vowel is no word, even where the other piece looks like one.
    if not all(re.search("[aeiouy]", half) for half in (left.key, right.key)):
        return True
    return not is_kept and not (vocabulary.has(left.key) and vocabulary.has(right.key))


def doubtful_places(words, kept, vocabulary):
    """Words the catalogue does not have; then known words that fit neither neighbour."""
    places = [place for place in range(len(words)) if place not in kept]
    unknown = [place for place in places if not vocabulary.has(words[place].key)]
    unfitting = [
        place
        for place in places
        if place not in unknown and len(words) > 1 and not _fits(place, words, vocabulary)
    ]
    # Where much does not fit, people speak in their own words: that is no slip.
    return unknown[:MOST_MENDED] or (
        unfitting if len(unfitting) == 1 and len(words) <= LONGEST_NAME else []
    )


def _fits(place, words, vocabulary):
    if words[place].is_number or words[place].key in FILLER_KEYS:
        return True
    around = [
        (words[left].key, words[left + 1].key)
        for left in (place - 1, place)
        if left >= 0 and left + 1 < len(words)
    ]
    return any(
        vocabulary.pair_value(*keys) or keys[0] in FILLER_KEYS or keys[1] in FILLER_KEYS
        for keys in around
    )


def candidates_of(words, doubtful, vocabulary):
    """For each place what may stand there: what was typed, and for doubtful ones what is a slip away."""
    slips = {place: slips_of(words[place].key) for place in doubtful}
    vocabulary.lexicon.learn(
        term
        for variants in slips.values()
        for keys in variants
        for term in ([*keys, pair(*keys)] if len(keys) == 2 else keys)
    )
    return [
        [
            Candidate((found.key,), _typed_value(found.key, vocabulary)),
            *_known(slips.get(place, {}), vocabulary),
        ]
        for place, found in enumerate(words)
    ]


def _typed_value(key, vocabulary):
    if vocabulary.has(key):
        return LEAVE_KNOWN
    return LEAVE_SYLLABLE if is_syllable(key) else LEAVE_ODD


def _known(variants, vocabulary):
    known = [
        Candidate(keys, LEAVE_KNOWN - SLIP * cost + COMMON_WORD * _commonness(keys, vocabulary))
        for keys, cost in variants.items()
        if all(vocabulary.has(key) for key in keys)
        and (len(keys) == 1 or vocabulary.pair_value(*keys))
    ]
    known.sort(key=lambda candidate: (-candidate.value, candidate.keys))
    return known[:MOST_CANDIDATES]


def _commonness(keys, vocabulary):
    return min(log(1 + vocabulary.lexicon.anywhere(key)) for key in keys)


def slips_of(key):
    """Every word, or two words without the blank, that one slip turns into this key, with the slip's cost."""
    slips = {}

    def note(keys, cost):
        if keys != (key,) and cost < slips.get(keys, 9):
            slips[keys] = cost

    for plain in without_residue(key):
        note((plain,), KEYBOARD_RESIDUE)
    for place in range(1, len(key)):
        left, right = key[:place], key[place:]
        if is_syllable(left) and is_syllable(right):
            note((left, right), LOST_BLANK)
        swapped = left[:-1] + right[0] + left[-1] + right[1:]
        note((swapped,), SWAPPED)
    for place, letter in enumerate(key):
        before, after = key[:place], key[place + 1 :]
        note((before + after,), DOUBLED if key[place - 1 : place] == letter else EXTRA)
        for other in _LETTERS:
            near = frozenset((letter, other)) in _NEAR_KEYS
            note((before + other + after,), NEAR_KEY if near else OTHER_LETTER)
    for place in range(len(key) + 1):
        for letter in _LETTERS:
            note((key[:place] + letter + key[place:],), MISSING)
    return {keys: cost for keys, cost in slips.items() if all(keys)}


_TONE_LETTER = re.compile("[sfrxj]")


def without_residue(key):
    """What Telex keys would have made: "dduowngf" is "duong", "hoaf" is "hoa", "laij" is "lai"."""
    plain = re.sub(
        "w", "", re.sub(r"^dd", "d", re.sub(r"([aeo])\1", r"\1", key.replace("uw", "u")))
    )
    variants = {plain}
    for tone in _TONE_LETTER.finditer(plain):
        if re.search("[aeiouy]", plain[: tone.start()]):
            variants.add(plain[: tone.start()] + plain[tone.end() :])
    return {word(variant).key for variant in variants if is_syllable(variant)} - {key}


def likeliest(words, candidates, vocabulary):
    """The candidate of each place that together make the likeliest reading (Viterbi's way)."""
    vocabulary.lexicon.learn(
        pair(left.keys[-1], right.keys[0])
        for lefts, rights in pairwise(candidates)
        for left, right in product(lefts, rights)
    )
    paths = [(0.0, [])]
    for options in candidates:
        longer = []
        for candidate in options:
            value, path = max(
                (
                    (
                        value
                        + (
                            vocabulary.pair_value(path[-1].keys[-1], candidate.keys[0])
                            if path
                            else 0.0
                        ),
                        path,
                    )
                    for value, path in paths
                ),
                key=lambda scored: scored[0],
            )
            longer.append((value + candidate.value, [*path, candidate]))
        paths = longer
    return max(paths, key=lambda scored: scored[0])[1]


def _reading(words, chosen, vocabulary):
    """The words with the chosen mendings, spelled as the catalogue spells them beside their neighbours."""
    read, mended, changes_known = [], {}, False
    for found, candidate in zip(words, chosen, strict=True):
        if candidate.keys == (found.key,):
            read.append(found)
            continue
        changes_known |= vocabulary.has(found.key)
        for key in candidate.keys:
            mended[len(read)] = ""
            read.append(Word(key, key, key))
    for place in mended:
        mended[place] = _spelling(place, read, vocabulary.lexicon)
    return Reading(read, mended, changes_known)


def _spelling(place, words, lexicon):
    key = words[place].key
    spellings = [(0, lexicon.written(key))]
    if place:
        term = pair(words[place - 1].key, key)
        spellings.append((lexicon.anywhere(term), lexicon.written(term).split(" ")[-1]))
    if place + 1 < len(words):
        term = pair(key, words[place + 1].key)
        spellings.append((lexicon.anywhere(term), lexicon.written(term).split(" ")[0]))
    known = [spelling for spelling in spellings if "_" not in spelling[1]]
    return max(known)[1]
