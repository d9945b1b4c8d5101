"""The search over procedures."""

import re
import unicodedata
from dataclasses import dataclass, field

from django.db.models import QuerySet

from portal.text import clean_line, nfc
from procedures.models import Procedure, codes_meant_by
from procedures.searching import ranking
from procedures.searching.lexicon import Lexicon
from procedures.searching.query import understand
from procedures.searching.words import FILLER_WORDS, spans_of, words_of

LONGEST_QUERY = 300
MOST_WORDS = 40
CONFIDENT_FROM = 0.45
_PART_OF_CODE = re.compile(r"\d\.\d{2,5}")


@dataclass(frozen=True, slots=True)
class SearchHit:
    procedure_id: int
    code: str
    score: float


@dataclass(frozen=True)
class SearchResults:
    """Hits in rank order; `mended` is the query as understood when its spelling was mended."""

    hits: list[SearchHit] = field(default_factory=list)
    mended: str = ""
    code: str | None = None
    confident: bool = False

    @property
    def total(self):
        return len(self.hits)


def search_procedures(text: str, *, within: QuerySet | None = None, limit: int = 200) -> SearchResults:
    text = clean_line(unicodedata.normalize("NFKC", text[:LONGEST_QUERY]))
    by_code = _hits_by_code(text)
    if by_code:
        return SearchResults(by_code[:limit], code=by_code[0].code, confident=True)
    return _search_by_words(text, within, limit)


def _hits_by_code(text):
    codes = codes_meant_by(text)
    found = dict(Procedure.objects.published().filter(code__in=codes).values_list("code", "pk"))
    return [SearchHit(found[code], code, 1.0) for code in codes if code in found]


def _search_by_words(text, within, limit):
    words = words_of(text)[:MOST_WORDS]
    if not words:
        return SearchResults()
    lexicon = Lexicon()
    query = understand(words, lexicon)
    scored = ranking.rank(query, lexicon, within)
    if not scored:
        return SearchResults()
    mended = query.mended.text() if query.mended else ""
    hits = [SearchHit(s.candidate.procedure_id, s.candidate.code, s.score) for s in scored[:limit]]
    return SearchResults(hits, mended=mended, confident=scored[0].coverage >= CONFIDENT_FROM)


def mark(name: str, query: str) -> list[tuple[str, bool]]:
    """Divide a name into segments, telling those that the query has."""
    wanted = {found.key for found in words_of(query) if found.accented not in FILLER_WORDS}
    name = nfc(name)
    segments, end = [], 0
    for start, stop, found in spans_of(name):
        is_match = found.key in wanted
        if segments and segments[-1][1] and is_match and not name[end:start].strip():
            segments[-1] = (segments[-1][0] + name[end:stop], True)
        else:
            if start > end:
                segments.append((name[end:start], False))
            segments.append((name[start:stop], is_match))
        end = stop
    if end < len(name):
        segments.append((name[end:], False))
    return segments
