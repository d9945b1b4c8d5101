"""The search over procedures: what was typed, from a code to a whole question, to procedures in rank order.

The way of a query: codes first; then words (searching.words), slips mended (mending), the citizens' phrases
explained (phrases), everything weighed (query, lexicon), candidates found through the index and ranked (ranking).
"""

import re
import unicodedata
from dataclasses import dataclass, field

from django.db.models import QuerySet

from portal.text import clean_line, nfc
from procedures.models import Procedure, codes_meant_by
from procedures.searching.lexicon import Lexicon
from procedures.searching.query import understand
from procedures.searching.ranking import rank
from procedures.searching.translated import procedures_translated_with
from procedures.searching.words import FILLER_WORDS, spans_of, words_of

# The longest real question had 90 letters. What is longer is cut, so that nobody can make the search slow.
LONGEST_QUERY = 300
MOST_WORDS = 40
# From here on nine in ten first hits answered the question, and one in eighteen of those without an answer.
CONFIDENT_FROM = 0.62
# What answers so much worse than the first hit is no answer.
WORST_SHARE = 0.3
LEAST_SCORE = 0.15
_PART_OF_CODE = re.compile(r"(\d)[.,](\d{2,5})")


@dataclass(frozen=True, slots=True)
class SearchHit:
    procedure_id: int
    code: str
    score: float


@dataclass(frozen=True)
class SearchResults:
    """Hits in rank order.

    `mended` is the query as it was understood when its spelling was mended, else empty; `code` the code that
    was asked for, if there is such a procedure; without `confident` the hits are only near to what was asked.
    """

    hits: list[SearchHit] = field(default_factory=list)
    mended: str = ""
    code: str | None = None
    confident: bool = False

    @property
    def total(self):
        return len(self.hits)


def search_procedures(
    text: str, *, within: QuerySet | None = None, limit: int = 200
) -> SearchResults:
    """Find procedures, by default those that lists show; a code also finds one that has ended."""
    text = clean_line(unicodedata.normalize("NFKC", text[:LONGEST_QUERY]))
    if hits := _with_code(text, within):
        return SearchResults(hits[:limit], code=hits[0].code, confident=True)
    if hits := _with_part_of_code(text, within):
        return SearchResults(hits[:limit], confident=True)
    return _with_words(text, within, limit)


def search_translations(text: str, language: str) -> tuple[list[int], bool]:
    """Find procedures by what they are called in another language; see procedures_translated_with."""
    words = [found.written for found in words_of(text[:LONGEST_QUERY])[:MOST_WORDS]]
    return procedures_translated_with(words, language) if words else ([], False)


def _with_code(text, within):
    codes = codes_meant_by(text)
    if not codes:
        return []
    procedures = Procedure.objects.published() if within is None else within
    found = dict(procedures.filter(code__in=codes).values_list("code", "pk"))
    return [SearchHit(found[code], code, 1.0) for code in codes if code in found]


def _with_part_of_code(text, within):
    match = _PART_OF_CODE.fullmatch(text)
    if not match:
        return []
    procedures = Procedure.objects.listed() if within is None else within
    found = procedures.filter(code__startswith=f"{match[1]}.{match[2]}").order_by("code")
    return [SearchHit(pk, code, 1.0) for pk, code in found.values_list("pk", "code")]


def _with_words(text, within, limit):
    words = words_of(text)[:MOST_WORDS]
    if not words:
        return SearchResults()
    lexicon = Lexicon()
    query = understand(words, lexicon)
    ranked = rank(query, lexicon, within)
    if not ranked:
        return SearchResults()
    best = ranked[0]
    worst = max(LEAST_SCORE, WORST_SHARE * best.score)
    hits = [
        SearchHit(found.candidate.procedure_id, found.candidate.code, found.score)
        for found in ranked
        if found.score >= worst
    ]
    return SearchResults(
        hits[:limit],
        mended=query.mended.text() if hits and best.by_mended else "",
        confident=bool(hits)
        and best.certainty >= CONFIDENT_FROM
        and not (best.by_mended and query.mended.is_guess),
    )


def mark(name: str, query: str) -> list[tuple[str, bool]]:
    """Divide a name into segments, telling those whose words the query has, with or without accents."""
    wanted = {
        found.key for found in words_of(query[:LONGEST_QUERY]) if found.accented not in FILLER_WORDS
    }
    name = nfc(name)
    segments, end = [], 0
    for start, stop, found in spans_of(name):
        is_match = found.key in wanted
        if is_match and segments and segments[-1][1] and name[end:start].isspace():
            segments[-1] = (segments[-1][0] + name[end:stop], True)
        else:
            segments += [(name[end:start], False), (name[start:stop], is_match)]
        end = stop
    segments.append((name[end:], False))
    return _joined([segment for segment in segments if segment[0]])


def _joined(segments):
    """Neighbours of one kind as one segment."""
    joined = []
    for text, is_match in segments:
        if joined and not is_match and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + text, False)
        else:
            joined.append((text, is_match))
    return joined
