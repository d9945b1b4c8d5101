"""The search over the real snapshot of the national database, measured on the labelled queries."""

import pytest
from django.conf import settings
from django.db import connection, transaction

from procedures.importing.files import import_file
from procedures.sampling import add_synonyms
from procedures.searching.evaluation import evaluate, read_labelled

RECORDS = settings.BASE_DIR.parent / "shared" / "data" / "procedures.jsonl"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RECORDS.exists(), reason=f"The real data is not here: {RECORDS}"),
]


@pytest.fixture(scope="module")
def kinds(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        import_file(RECORDS)
        add_synonyms()
        # The tables are new to the planner; in production autovacuum tells it what is in them.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield {
            kind.name: kind
            for kind in evaluate(read_labelled(settings.BASE_DIR / "tests/search/queries.jsonl"))
        }
        transaction.set_rollback(True)


# What was asked of the search, not what it reaches at best: docs/decisions/0006-search.md has those figures.
@pytest.mark.parametrize(
    ("kind", "depth", "share"),
    [
        ("question", 5, 0.90),
        ("unaccented", 5, 0.85),
        ("code", 1, 1.0),
        ("typo", 5, 0.95),
        ("name", 5, 0.95),
    ],
)
def test_enough_queries_are_answered(kinds, kind, depth, share):
    assert kinds[kind].success(depth) >= share


def test_hardly_any_query_without_an_answer_gets_a_confident_one(kinds):
    assert kinds["none"].confident <= 0.12


def test_right_answers_are_seldom_called_uncertain(kinds):
    assert kinds["question"].right_but_unsure <= 0.15
    assert kinds["name"].right_but_unsure == kinds["typo"].right_but_unsure == 0
