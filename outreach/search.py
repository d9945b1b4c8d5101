"""What the news and the materials bring to the portal's one search."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, Value
from django.utils.translation import get_language

from outreach.archive import news_in, rows
from outreach.models import Material
from portal.forms import LONGEST_QUERY
from portal.site import absolute_url
from portal.text import clean_line, fold
from procedures.search import mark

# Nobody reads further; what is common in fifty thousand articles is not counted to its end.
MOST_HITS = 100
SHOWN_AMONG_PROCEDURES = 5


class TitleWords(Func):
    """The words of the title alone, which have an index of their own; see outreach_articletext_title."""

    template = "ts_filter(%(expressions)s, '{a}')"
    output_field = SearchVectorField()


def find_articles(text, language, at=None):
    """Keys of public versions that have all the words: in the title first, with the very accents first.

    Within each of these the newest first; at most MOST_HITS.
    """
    written = clean_line(text[:LONGEST_QUERY]).lower()
    spellings = dict.fromkeys([written, fold(written)])
    versions = news_in(language, at).annotate(title_words=TitleWords(F("text__vector")))
    found = [
        versions.filter(**{place: SearchQuery(spelling, config="simple")})
        for place in ("title_words", "text__vector")
        for spelling in spellings
    ]
    first, *others = (
        versions.newest_first()
        .annotate(rank=Value(rank))
        .values_list("rank", "published_at", "pk")[:MOST_HITS]
        for rank, versions in enumerate(found)
    )
    hits = first.union(*others, all=True)
    newest_first = sorted(hits, key=lambda hit: hit[1:], reverse=True)
    ranked = sorted(newest_first, key=lambda hit: hit[0])
    return list(dict.fromkeys(pk for _rank, _moment, pk in ranked))[:MOST_HITS]


def find_materials(text, language):
    """Keys of public materials whose title and summary have all the words.

    Those in the language of the page first, then those with the words in their title, with the very accents.
    They are few, as many as an office prints in its life: no index is needed.
    """
    written = clean_line(text[:LONGEST_QUERY]).lower()
    accented, folded = _words(written), _words(fold(written))
    if not folded:
        return []
    hits = []
    materials = Material.objects.published().newest_first()
    for pk, spoken, title, summary in materials.values_list("pk", "language", "title", "summary"):
        text = f"{title} {summary}".lower()
        if folded <= _words(fold(text)):
            rank = (spoken == language, folded <= _words(fold(title)), accented <= _words(text))
            hits.append((rank, pk))
    hits.sort(key=lambda hit: hit[0], reverse=True)
    return [pk for _rank, pk in hits]


def article_source(params, query):
    """The first articles that answer a query, below the procedures."""
    found = find_articles(query, get_language())
    versions = rows(_shown(params, found))
    for version in versions:
        version.title_segments = mark(version.title, query)
    return {
        "template": "outreach/_article_results.html",
        "query": query,
        "is_confident": bool(found),
        "total": len(found),
        "has_more": len(found) >= MOST_HITS,
        "versions": versions,
        "items": [_item(version.title, version.get_absolute_url()) for version in versions],
    }


def material_source(params, query):
    found = find_materials(query, get_language())
    kept = Material.objects.in_bulk(_shown(params, found))
    materials = [kept[pk] for pk in found if pk in kept]
    return {
        "template": "outreach/_material_results.html",
        "query": query,
        "is_confident": bool(found),
        "total": len(found),
        "materials": materials,
        "items": [_item(material.title, material.get_absolute_url()) for material in materials],
    }


def _shown(params, found):
    """They stand on the first page alone; the next pages go on with procedures."""
    is_first = params.get("trang", "1") == "1"
    return found[:SHOWN_AMONG_PROCEDURES] if is_first else []


def _item(name, path):
    """One result for programs, with the fields that a procedure has."""
    return {
        "code": None,
        "name": name,
        "url": absolute_url(path),
        "levels": [],
        "sector": None,
        "agencies": [],
    }


def _words(text):
    return set(re.findall(r"\w+", text))
