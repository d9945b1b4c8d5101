"""How long searches take, by kind of query, and whether the index is used.

    DATABASE_URL=postgres://… .venv/bin/python tests/benchmarks/benchmark_search.py [rounds]

For a large catalogue, fill an empty database first: manage.py generate_procedures 100000.
"""

import os
import sys
from collections import defaultdict
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db import connection  # noqa: E402

from procedures.models import Procedure  # noqa: E402
from procedures.models.search import TERMS_INDEX  # noqa: E402
from procedures.search import search_procedures  # noqa: E402
from procedures.searching.evaluation import read_labelled  # noqa: E402
from procedures.searching.ranking import LISTS  # noqa: E402

# Words of names that any catalogue has, for a database of invented procedures.
COMMON = [
    "cấp lại giấy phép",
    "đăng ký",
    "giấy chứng nhận đủ điều kiện",
    "thu hoi giay phep khai thac",
]
WITHOUT_SENSE = ["a" * 10_000, "giấy " * 2_000, "((((&|!:*" * 500]


def queries():
    kinds = defaultdict(list)
    for row in read_labelled(ROOT / "tests/search/queries.jsonl"):
        kinds[row["kind"]].append(row["query"])
    return kinds | {"common": COMMON, "10,000 letters": WITHOUT_SENSE}


def seconds(query):
    start = perf_counter()
    search_procedures(query)
    return perf_counter() - start


def plan(terms):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {LISTS}", [terms])
        return "\n".join(line for (line,) in cursor.fetchall())


def main(rounds=3):
    seconds("khai sinh")
    print(f"{Procedure.objects.count()} procedures, {rounds} rounds")
    print(f"{'kind':<16}{'queries':>8}{'p50 ms':>10}{'p95 ms':>10}{'worst ms':>10}")
    for kind, texts in queries().items():
        times = [seconds(text) * 1000 for _ in range(rounds) for text in texts]
        cuts = quantiles(times, n=100)
        print(f"{kind:<16}{len(texts):>8}{cuts[49]:>10.1f}{cuts[94]:>10.1f}{max(times):>10.1f}")
    shown = plan(["khai_sinh", "+ket_hon", "-chung_thuc"])
    print(shown)
    sys.exit(0 if TERMS_INDEX in shown else f"The plan does not use {TERMS_INDEX}.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
