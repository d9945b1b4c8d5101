"""What public answers bring to the portal's one search, and to the boxes of their own lists."""

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Case, F, Func, Value, When

from feedback.public_answers import lines, lists_of, published
from portal.forms import LONGEST_QUERY
from portal.site import absolute_url
from portal.text import clean_line, fold
from procedures.search import mark

# Nobody reads further.
MOST_HITS = 100
SHOWN_AMONG_PROCEDURES = 5


class SubjectWords(Func):
    """The words of the subject alone."""

    template = "ts_filter(%(expressions)s, '{a}')"
    output_field = SearchVectorField()


def with_words(texts, text):
    """Those that have every word, typed with accents or without."""
    return texts.filter(vector=_query(fold(_written(text))))


def find_answers(text):
    """Lines of those that have all the words: in the subject first, with the very accents first, then the newest."""
    accented, folded = _query(_written(text)), _query(fold(_written(text)))
    rank = Case(
        When(subject_words=accented, then=Value(0)),
        When(subject_words=folded, then=Value(1)),
        When(vector=accented, then=Value(2)),
        default=Value(3),
    )
    found = with_words(published().annotate(subject_words=SubjectWords(F("vector"))), text)
    return lines(found.order_by(rank, "-published_at", "-pk")[:MOST_HITS])


def answer_source(params, query):
    """The first answers to a query, below the procedures and on the first page alone."""
    found = find_answers(query)
    is_first = params.get("trang", "1") == "1"
    shown = found[:SHOWN_AMONG_PROCEDURES] if is_first else []
    return {
        "template": "feedback/_answer_results.html",
        "query": query,
        "is_confident": bool(found),
        "total": len(found),
        "answers": [(line, mark(line.subject, query)) for line in shown],
        **lists_of(found[len(shown) :]),
        "items": [_item(line) for line in shown],
    }


def _item(line):
    """One result for programs, with the fields that a procedure has."""
    return {
        "code": None,
        "name": line.subject,
        "url": absolute_url(line.get_absolute_url()),
        "levels": [],
        "sector": None,
        "agencies": [],
    }


def _written(text):
    return clean_line(text[:LONGEST_QUERY]).lower()


def _query(words):
    return SearchQuery(words, config="simple")
