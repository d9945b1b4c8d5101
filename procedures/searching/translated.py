"""The search over translations: words of the page's own language, read by PostgreSQL."""

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Q

from procedures.models import Procedure, ProcedureTranslation

# Languages whose word forms PostgreSQL knows. Words of others match as written.
_KNOWN_TO_POSTGRES = {"en": "english"}


def procedures_translated_with(words, language):
    """Procedures whose translation has all the words, best first; where none has, those that have any of them.

    The words are letters or digits alone. Returns the procedures' keys, and whether they have all words.
    """
    config = _KNOWN_TO_POSTGRES.get(language, "simple")
    # By their beginnings: "registering" is cut to "regist", "registration" only to "registr".
    begun = [f"'{word}':*" for word in words]
    any_word = SearchQuery(" | ".join(begun), config=config, search_type="raw")
    every_word = SearchQuery(" & ".join(begun), config=config, search_type="raw")
    told = SearchVector("name", weight="A", config=config)
    told += SearchVector("summary", weight="B", config=config)
    rows = (
        ProcedureTranslation.objects.filter(
            language=language, procedure__in=Procedure.objects.listed()
        )
        .annotate(told=told, rank=SearchRank(told, any_word))
        .filter(told=any_word)
        .annotate(has_every=Q(told=every_word))
        .order_by("-rank", "procedure__code")
        .values_list("procedure", "has_every")
    )
    found = list(rows)
    whole = [pk for pk, has_every in found if has_every]
    return (whole, True) if whole else ([pk for pk, _ in found], False)
