"""The citizens' own phrases in a query, and what the catalogue calls them."""

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField, Value

from procedures.models import Synonym
from procedures.searching.words import words_of_phrase

# Words that may stand between those of a phrase: "đi làm ăn xa" is "đi làm xa".
WIDEST_GAP = 2
# How much a phrase counts that is found as it stands, with words between, in another order.
AS_IT_STANDS, WITH_GAPS, IN_ANY_ORDER = 1.0, 0.98, 0.82


@dataclass(frozen=True)
class Match:
    """A known phrase in the query: where, what it may mean, how closely it was found."""

    places: frozenset[int]
    meanings: tuple[str, ...]
    quality: float

    def gives_way_to(self, other):
        """A phrase inside a longer one says less, unless the longer one was hardly found."""
        return self.places < other.places and self.quality <= other.quality + 0.2


def phrases_in(words):
    """Known phrases whose words stand close together; they may overlap."""
    found = [*_synonyms_in(words), *_abbreviated_in(words)]
    return [match for match in found if not any(match.gives_way_to(other) for other in found)]


def _synonyms_in(words):
    rows = Synonym.objects.annotate(
        keys=Func(
            "folded_term",
            Value(" "),
            function="string_to_array",
            output_field=ArrayField(TextField()),
        )
    ).filter(is_active=True, keys__contained_by=sorted({found.key for found in words}))
    for term, meanings in rows.values_list("term", "meanings"):
        if match := _closest(words_of_phrase(term), words):
            places, quality = match
            yield Match(places, tuple(meanings), quality)


def _abbreviated_in(words):
    """Phrases that names may abbreviate: "bảo hiểm xã hội" may stand there as BHXH."""
    rows = Synonym.objects.filter(is_active=True, meanings__len=1).exclude(term__contains=" ")
    for term, (meaning,) in rows.values_list("term", "meanings"):
        if term.isupper() and (match := _closest(words_of_phrase(meaning), words)):
            places, quality = match
            if quality == AS_IT_STANDS:
                yield Match(places, (term,), quality)


def _closest(phrase, words):
    """Where the phrase stands in the words, and how closely; None when it does not."""
    best = None
    if not {meant.key for meant in phrase} <= {typed.key for typed in words}:
        return None
    reach = len(phrase) + (WIDEST_GAP if len(phrase) > 1 else 0)
    for first in range(len(words) - len(phrase) + 1):
        if not any(_same(meant, words[first]) for meant in phrase):
            continue
        places = _places(phrase, words[first : first + reach])
        if places and (best is None or _quality(places) > best[1]):
            best = (frozenset(first + place for place in places), _quality(places))
    return best


def _places(phrase, window):
    places = []
    for meant in phrase:
        place = next(
            (i for i, typed in enumerate(window) if i not in places and _same(meant, typed)), None
        )
        if place is None:
            return None
        places.append(place)
    return places


def _quality(places):
    if places != sorted(places):
        return IN_ANY_ORDER
    return AS_IT_STANDS if places[-1] - places[0] == len(places) - 1 else WITH_GAPS


def _same(meant, typed):
    """Whether the accents that were typed allow this word: "thuê" is not "thuế", "thue" may be."""
    return meant.key == typed.key and (not typed.has_marks or typed.accented == meant.accented)


def overlapping(matches):
    """Groups of matches that share words of the query."""
    groups = []
    for match in matches:
        touching = [
            group for group in groups if any(match.places & other.places for other in group)
        ]
        groups = [group for group in groups if group not in touching]
        groups.append([match, *(other for group in touching for other in group)])
    return groups
