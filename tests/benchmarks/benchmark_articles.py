"""How long pages of the news take, and how much they ask, with many articles.

    DATABASE_URL=postgres://…/an_empty_database .venv/bin/python tests/benchmarks/benchmark_articles.py [rounds]

Fills the database, which must hold no article, with 50,000 articles of 300 syllables in 8 categories over 8 years.
"""

import os
import random
import sys
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from outreach.models import ArticleVersion, Category  # noqa: E402
from portal.text import fold  # noqa: E402

ARTICLES, CATEGORIES, YEARS, SYLLABLES = 50_000, 8, 8, 300
# Few are in every article, most in some: as words of a language are.
COMMON = "hồ sơ thủ tục hành chính người dân cơ quan giải quyết công việc một cửa".split()
RARE = "xuồng ba lá"
ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x".split()
RHYMES = (
    "a ai am an ao ăn ân âu e em ên i iên o oa oan ong ô ôi ông ơ ơn u ưa ươn ương ưu y yên".split()
)
WORDS = [onset + rhyme for onset in ONSETS for rhyme in RHYMES]

FILL = """
create temporary table word as select row_number() over () as number, * from unnest(%(words)s::text[], %(folded)s::text[])
    as word (written, folded);
create unique index on word (number);
insert into outreach_article (id, slug, language, is_sample, created_at)
select n, 'bai-' || n, 'vi', false, now() from generate_series(1, %(articles)s) n;
create temporary table wording as
select n, string_agg(written, ' ' order by place) as body, string_agg(folded, ' ' order by place) as folded,
    string_agg(written, ' ' order by place) filter (where place <= 10) as title,
    string_agg(folded, ' ' order by place) filter (where place <= 10) as folded_title,
    string_agg(written, ' ' order by place) filter (where place <= 35) as lead,
    string_agg(folded, ' ' order by place) filter (where place <= 35) as folded_lead
from (
    -- The cube draws the first words of the list often and the last seldom.
    select n, place, 1 + floor(power(random(), 3) * %(word_count)s)::int as number
    from generate_series(1, %(articles)s) n, generate_series(1, %(syllables)s) place
) drawn join word using (number) group by n;
insert into outreach_articleversion (id, article_id, number, title, lead, body, category_id, cover_alt,
    cover_is_decorative, author_name, source, comments_enabled, saved_at, return_reason, approved_at, public_from, published_at)
select n, n, 1, title, lead, '<p>' || body || '</p>', (%(categories)s::int[])[1 + n %% %(category_count)s], '', false, '', '', true,
    moment, '', moment, moment, moment
from wording, lateral (select now() - (n::float / %(articles)s) * %(years)s * interval '1 year' as moment) at;
insert into outreach_articletext (version_id, vector)
select n, setweight(to_tsvector('simple', title || ' ' || folded_title), 'A')
    || setweight(to_tsvector('simple', lead || ' ' || folded_lead), 'B')
    || setweight(to_tsvector('simple', body || ' ' || folded || case when n %% 5000 = 0 then %(rare)s else '' end), 'D')
from wording;
select setval(pg_get_serial_sequence('outreach_article', 'id'), %(articles)s),
    setval(pg_get_serial_sequence('outreach_articleversion', 'id'), %(articles)s);
"""


@transaction.atomic
def fill():
    words = COMMON + random.Random(4).sample(WORDS, len(WORDS))
    categories = [
        Category.objects.create(name=f"Chuyên mục {number}", slug=f"chuyen-muc-{number}")
        for number in range(CATEGORIES)
    ]
    with connection.cursor() as cursor:
        # It takes two minutes.
        cursor.execute("set statement_timeout = 0; select setseed(0.4)")
        cursor.execute(
            FILL,
            {
                "words": words,
                "folded": [fold(word) for word in words],
                "word_count": len(words),
                "articles": ARTICLES,
                "syllables": SYLLABLES,
                "years": YEARS,
                "categories": [category.pk for category in categories],
                "category_count": CATEGORIES,
                "rare": f" {RARE} {fold(RARE)}",
            },
        )


def pages():
    middle = ArticleVersion.objects.select_related("article", "category").get(pk=ARTICLES // 2)
    day = middle.published_at.astimezone()
    return {
        "list": "/tin-tuc/",
        "list, page 2,000": "/tin-tuc/?trang=2000",
        "category": middle.category.get_absolute_url(),
        "category, page 300": f"{middle.category.get_absolute_url()}?trang=300",
        "month": f"/tin-tuc/{day:%Y}/{day.month}/",
        "day": f"/tin-tuc/{day:%Y}/{day.month}/{day.day}/",
        "year": f"/tin-tuc/{day:%Y}/",
        "article": middle.get_absolute_url(),
        "search, common words": "/tin-tuc/?q=hồ+sơ",
        "search, common, folded": "/tin-tuc/?q=ho+so+thu+tuc",
        "search, rare words": "/tin-tuc/?q=xuồng+ba+lá",
        "search, nothing": "/tin-tuc/?q=zzz+hồ+sơ",
        "search of the portal": "/tim-kiem/?q=hồ+sơ",
        "home": "/",
        "feed": "/tin-tuc/atom.xml",
    }


def measure(client, path, rounds):
    """Milliseconds of each round, and the number of queries."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    queries = len(asked)
    assert response.status_code == 200, path
    times = []
    for _ in range(rounds):
        start = perf_counter()
        client.get(path)
        times.append((perf_counter() - start) * 1000)
    return times, queries


def main(rounds=20):
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    if not ArticleVersion.objects.filter(article__slug=f"bai-{ARTICLES}").exists():
        assert not ArticleVersion.objects.exists(), "The database holds articles of its own."
        fill()
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
    print(f"{ArticleVersion.objects.count()} articles, {rounds} rounds")
    print(f"{'page':<26}{'queries':>8}{'p50 ms':>10}{'p95 ms':>10}")
    for name, path in pages().items():
        times, queries = measure(Client(), path, rounds)
        cuts = quantiles(times, n=100, method="inclusive")
        print(f"{name:<26}{queries:>8}{cuts[49]:>10.1f}{cuts[94]:>10.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
