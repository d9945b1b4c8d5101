"""How long a sheet takes to be kept and counted, and the pages of results and the recount, at a million answers.

    DATABASE_URL=postgres://… .venv/bin/python tests/benchmarks/benchmark_surveys.py [sheets]

Works in a test database of its own beside the one named, and removes it.
"""

import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
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
from django.urls import reverse  # noqa: E402

from feedback.models import SurveyResponse  # noqa: E402
from feedback.surveys import counting  # noqa: E402
from feedback.surveys.versions import current_version, draft_version, open_version  # noqa: E402
from tests import factories as make  # noqa: E402
from tests import surveys  # noqa: E402

# Twenty questions: so many sheets are a thousand answers, and a million.
FEW, MANY = 50, 50_000
POINTS, AGENCIES, PROCEDURES = 64, 20, 200
SENT, HANDS, ROUNDS = 200, 8, 5
CUTS = ("", "noi", "co-quan", "thu-tuc", "kenh", "thang")
FACTORS = ("access", "procedure", "officer", "result", "feedback")
QUESTIONS = (
    *(
        {"factor": FACTORS[number // 3], "code": f"cau-{number}", "text": f"Câu số {number}"}
        for number in range(15)
    ),
    {"factor": "other", "code": "chung", "text": "Hài lòng chung", "is_overall": True},
    {
        "factor": "other",
        "code": "cach",
        "text": "Nộp hồ sơ cách nào?",
        "kind": "single",
        "choices": ["Tại quầy", "Trực tuyến", "Bưu chính"],
    },
    {
        "factor": "other",
        "code": "viec",
        "text": "Cần sửa việc nào?",
        "kind": "multiple",
        "choices": ["Chờ lâu", "Thái độ", "Đi lại"],
    },
    {"factor": "other", "code": "lan", "text": "Đến mấy lần?", "kind": "number"},
    {
        "factor": "other",
        "code": "gop-y",
        "text": "Góp ý",
        "kind": "long_text",
        "is_required": False,
    },
)
TABLES = ("surveyresponse", "surveyanswer", "surveytally")

SHEETS = """
insert into feedback_surveyresponse (version_id, channel, service_point_id, agency_id, procedure_id, age_band, gender,
    submitted_at, language, form_hash, doubt, sender_hash, sheet_hash)
select %(version)s, (array['qr', 'web', 'pass', 'kiosk', 'paper', 'assisted'])[1 + n %% 6],
    case when n %% 11 > 0 then (%(points)s::bigint[])[1 + n * 7 %% array_length(%(points)s::bigint[], 1)] end,
    case when n %% 5 > 0 then (%(agencies)s::bigint[])[1 + n * 3 %% array_length(%(agencies)s::bigint[], 1)] end,
    case when n %% 3 > 0 then (%(procedures)s::bigint[])[1 + n * 13 %% array_length(%(procedures)s::bigint[], 1)] end,
    '', '', now() - (n * interval '12 months' / %(sheets)s) - %(months_ago)s * interval '1 month', 'vi',
    'filled ' || %(version)s || ' ' || n, case when n %% 50 = 0 then 'burst' else '' end, '', md5(n::text)
from generate_series(1, %(sheets)s) n
"""
ANSWERS = """
insert into feedback_surveyanswer (response_id, question_id, value, is_unknown, text, text_state)
select response.id, question.id,
    case kind when 'long_text' then null
        when 'number' then drawn %% 40
        when 'scale' then (array[5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 5, 4, 1])[1 + drawn %% 13]
        else 1 + drawn %% 3 end,
    false, case when kind = 'long_text' and drawn %% 10 = 0 then 'Cần thêm ghế chờ.' else '' end,
    case when kind = 'long_text' and drawn %% 10 = 0 then 'waiting' else '' end
from feedback_surveyresponse response
join feedback_surveyquestion question using (version_id),
lateral (select abs(hashint8(response.id * 1009 + question.id)::bigint) as drawn) one
where version_id = %(version)s
"""


def fill(version, sheets, months_ago, places):
    facts = {"version": version.pk, "sheets": sheets, "months_ago": months_ago}
    facts |= {name: [row.pk for row in rows] for name, rows in places.items()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(SHEETS, facts)
        cursor.execute(ANSWERS, facts)
        counting.recount(version)


def filled_survey(sheets, places):
    """Half of the sheets answer the first version, a year earlier."""
    survey = surveys.make_survey(*QUESTIONS, slug=f"khao-sat-{sheets}-phieu")
    first = current_version(survey)
    second = open_version(draft_version(survey))
    fill(first, sheets // 2, 12, places)
    fill(second, sheets // 2, 0, places)
    return survey


def send(survey, places):
    chance = random.Random()
    given = {f"cau-{number}": chance.randint(1, 5) for number in range(15)}
    given |= {"chung": chance.randint(1, 5), "cach": 1, "viec": [1, 3], "lan": 2}
    start = perf_counter()
    surveys.answer(
        survey,
        channel=chance.choice(["qr", "web", "kiosk"]),
        given=given,
        sender_hash=f"{chance.random()}",
        service_point=chance.choice(places["points"]),
        agency=chance.choice(places["agencies"]),
        procedure=chance.choice(places["procedures"]),
    )
    return (perf_counter() - start) * 1000


def submissions(survey, places, hands):
    def work(_):
        try:
            return [send(survey, places) for _ in range(SENT // hands)]
        finally:
            if hands > 1:
                connection.close()

    start = perf_counter()
    if hands == 1:
        times = work(0)
    else:
        with ThreadPoolExecutor(hands) as pool:
            times = sum(pool.map(work, range(hands)), [])
    seconds = perf_counter() - start
    print(
        f"submission, {hands} at once: p50 {median(times):.1f} ms, p95 {quantiles(times, n=20)[-1]:.1f} ms,"
        f" {len(times) / seconds:.0f} sheets a second"
    )


def page(survey, cut):
    """Queries, and the median of so many milliseconds."""
    client, address = Client(), reverse("feedback:survey_result", args=[survey.slug])
    given = {"theo": cut} if cut else {}
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, given)
    assert response.status_code == 200, (address, cut)
    # Before the next request forgets them.
    queries = len(asked)
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        client.get(address, given)
        times.append((perf_counter() - start) * 1000)
    return queries, median(times), len(response.content)


def tell_sizes():
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
        for table in TABLES:
            cursor.execute(
                "select count(*), pg_size_pretty(pg_total_relation_size(%s::regclass))"
                f" from feedback_{table}",
                [f"feedback_{table}"],
            )
            rows, size = cursor.fetchone()
            print(f"{table}: {rows:,} rows, {size}")


def main(sheets=MANY):
    settings.ALLOWED_HOSTS = ["*"]
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        places = {
            "points": [make.make_service_point() for _ in range(POINTS)],
            "agencies": [make.make_agency() for _ in range(AGENCIES)],
            "procedures": [make.make_procedure() for _ in range(PROCEDURES)],
        }
        few = filled_survey(FEW, places)
        start = perf_counter()
        many = filled_survey(sheets, places)
        print(f"{SurveyResponse.objects.count():,} sheets made in {perf_counter() - start:.0f} s")
        tell_sizes()
        for hands in (1, HANDS):
            submissions(many, places, hands)
        print(f"{'results by':<12}{'queries':>8}{f'ms, {FEW} sheets':>18}{f'ms, {sheets}':>14}")
        for cut in CUTS:
            (_, before, _), (queries, time, weight) = page(few, cut), page(many, cut)
            print(f"{cut or 'all':<12}{queries:>8}{before:>18.0f}{time:>14.0f}   {weight:,} bytes")
        start = perf_counter()
        call_command("verify_survey_tallies")
        print(f"verify_survey_tallies: {perf_counter() - start:.1f} s")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
