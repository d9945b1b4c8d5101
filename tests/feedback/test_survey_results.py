"""What people answered is told by one function: right, never too finely, and the same everywhere."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import count
from random import Random

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import (
    SurveyAnswer,
    SurveyPass,
    SurveyPopulation,
    SurveyResponse,
    SurveyTally,
)
from feedback.surveys import counting, passes
from feedback.surveys.arithmetic import Share, difference, per_cent, share
from feedback.surveys.figures import figures
from feedback.surveys.versions import current_version, draft_version, open_version
from tests import factories as make
from tests import surveys

AUTUMN = [datetime(2026, month, 10, 2, tzinfo=UTC) for month in (7, 8, 9, 10, 11)]
_numbers = count(1)


def fill(survey, sheets):
    """Sheets put in at once, each (given: {code: value or None}, fields of the response), and counted."""
    version = current_version(survey)
    questions = {row.code: row for row in version.questions.all()}
    responses = SurveyResponse.objects.bulk_create(
        SurveyResponse(
            **{"version": version, "channel": "web", "submitted_at": AUTUMN[-1]} | fields,
            form_hash=f"{next(_numbers)}",
            sheet_hash="",
        )
        for _given, fields in sheets
    )
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            response=response, question=questions[code], value=value, is_unknown=value == "x"
        )
        if value != "x"
        else SurveyAnswer(response=response, question=questions[code], is_unknown=True)
        for response, (given, _fields) in zip(responses, sheets, strict=True)
        for code, value in given.items()
    )
    counting.recount(version)
    return responses


def levels(*values, **fields):
    """Sheets that answer nothing but the overall question."""
    return [({"chung": value}, fields) for value in values]


def make_asked(**fields):
    return surveys.make_survey(
        {"code": "chung", "text": "Hài lòng chung", "is_overall": True}, **fields
    )


def page_of(client, survey, query="", language=""):
    return client.get(f"{language}/ket-qua/khao-sat/{survey.slug}/{query}").content.decode()


def words_of(page):
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1].split("</main")[0])
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_the_figures_equal_a_slow_count_of_the_sheets(seed):
    random = Random(seed)
    survey = surveys.make_survey()
    points = [make.make_service_point(f"Nơi số {number}") for number in range(4)]
    sheets = [
        (
            {
                "cho-doi": random.choice([1, 2, 3, 4, 5, None]),
                "thai-do": random.choice([1, 3, 4, 5, 5, "x"]),
                "chung": random.choices([1, 2, 3, 4, 5], [1, 1, 2, 5, 6])[0],
            },
            {
                "service_point": random.choices([*points, None], [60, 30, 12, 3, 20])[0],
                "channel": random.choice(["qr", "kiosk", "paper"]),
                "doubt": random.choice(["", "", "", "", "burst"]),
                "submitted_at": random.choice(AUTUMN),
            },
        )
        for _ in range(300)
    ]
    fill(survey, sheets)

    told = figures(survey, cut="point")

    kept = [sheet for sheet in sheets if not sheet[1]["doubt"]]
    assert (told.sheets, told.sheets_with_doubtful) == (len(kept), 300)
    for one in told.questions[:3]:
        for counted, of in ((one.told, kept), (one.with_doubtful, sheets)):
            given = [sheet[0][one.asked.code] for sheet in of]
            values = [value for value in given if isinstance(value, int)]
            assert counted.base == len(values)
            assert counted.answers.counts == Counter(values)
            assert (counted.answers.unknown, counted.answers.missing) == (
                given.count("x"),
                given.count(None),
            )
            assert counted.share.rate == pytest.approx(
                sum(value >= 4 for value in values) / len(values), abs=1e-12
            )
            assert counted.mean == pytest.approx(sum(values) / len(values), abs=1e-12)
    officer = [
        value
        for given, _fields in kept
        for value in (given["thai-do"], given["chung"])
        if value != "x"
    ]
    assert told.sections[1].share.rate == sum(value >= 4 for value in officer) / len(officer)
    assert told.sections[1].share.effective == pytest.approx(len(kept))
    by_point = Counter(
        str(fields["service_point"].pk if fields["service_point"] else "")
        for _given, fields in kept
    )
    for row in told.cut.rows:
        if row.is_rest:
            continue
        here = [
            g["chung"] for g, f in kept if str(getattr(f["service_point"], "pk", "")) == row.member
        ]
        assert row.sheets == by_point[row.member] == len(here)
        if row.share:
            assert row.share.part == sum(value >= 4 for value in here)
    assert sum(row.sheets for row in told.cut.rows) == len(kept)
    assert [(row.month.month, row.row.sheets) for row in told.months] == sorted(
        Counter(fields["submitted_at"].month for _given, fields in kept).items()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sheets", "is_told", "has_rate"),
    [(9, False, False), (10, True, False), (29, True, False), (30, True, True)],
)
def test_under_ten_sheets_nothing_is_told_and_under_thirty_no_rate(
    client, sheets, is_told, has_rate
):
    survey = make_asked()
    fill(survey, levels(*[5] * (sheets - 1), 2))

    told, words = figures(survey), words_of(page_of(client, survey, "?theo=thang"))

    assert (told.is_told, bool(told.sections)) == (is_told, is_told)
    assert bool(is_told and told.overall.told.share) == has_rate
    assert bool(is_told and told.overall.told.mean) == has_rate
    assert ("Chưa đủ 10 phiếu" in words) == (not is_told)
    assert (f"{sheets - 1} trên {sheets} câu trả lời" in words) == is_told
    assert bool(re.search(r"\d,\d%", words)) == has_rate


@pytest.mark.django_db
def test_a_question_with_few_answers_is_not_told_nor_had_from_its_factor():
    survey = surveys.make_survey(
        {"factor": "access", "code": "it", "text": "Ít người trả lời", "is_required": False},
        {"factor": "access", "code": "nhieu", "text": "Nhiều người trả lời"},
        {"factor": "access", "code": "vua", "text": "Vừa", "is_required": False},
    )
    fill(
        survey,
        [
            ({"it": 1 if n < 9 else None, "nhieu": 4, "vua": 2 if n < 29 else None}, {})
            for n in range(40)
        ],
    )

    few, many, some = figures(survey).questions

    assert few.told is None
    assert many.told.share.rate == 1
    assert (some.told.base, some.told.share, some.told.mean) == (29, None, None)
    assert figures(survey).sections[0].share.base == 69


@pytest.mark.django_db
def test_few_doubtful_sheets_are_not_had_from_two_figures(client):
    survey = make_asked(title="Quầy có tốt không?")
    fill(survey, levels(*[5] * 40) + levels(*[1] * 9, doubt="burst"))
    words = words_of(page_of(client, survey))
    # As they stand when most of those in doubt have been judged anew.
    SurveyTally.objects.update(shown=F("count"))

    told = figures(survey)

    assert told.sheets_with_doubtful is None
    assert told.overall.with_doubtful is None
    for page in (words, words_of(page_of(client, survey))):
        assert "ưới 10 phiếu" in page
        assert "49" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("sheets", "rate"), [(9, None), (10, None), (29, None), (30, 1.0)])
def test_the_thresholds_of_a_group(sheets, rate):
    survey = make_asked()
    here = make.make_service_point("Nơi nhỏ")
    others = [make.make_service_point(f"Nơi {number}") for number in range(2)]
    fill(
        survey,
        levels(*[5] * sheets, service_point=here)
        + [sheet for point in others for sheet in levels(*[4] * 60, service_point=point)],
    )

    row = next(
        (row for row in figures(survey, cut="point").cut.rows if row.member == str(here.pk)), None
    )

    assert (row is None) == (sheets < 10)
    if row:
        assert (row.sheets, row.share and row.share.rate) == (sheets, rate)


@pytest.mark.django_db
def test_page_admin_and_file_say_the_same(client, admin_client):
    survey = surveys.make_survey(title="Đánh giá ở quầy")
    points = [make.make_service_point(f"Nơi số {number}") for number in range(3)]
    random = Random(7)
    fill(
        survey,
        [
            (
                {code: random.choice([2, 3, 4, 5, 5]) for code in ("cho-doi", "thai-do", "chung")},
                {
                    "service_point": points[number % 3],
                    "submitted_at": AUTUMN[number % 4],
                    "doubt": "burst" if number % 7 == 0 else "",
                },
            )
            for number in range(240)
        ],
    )
    told = figures(survey)
    rate = f"{per_cent(told.overall.told.share.rate)}"

    page = page_of(client, survey, "?theo=noi")
    admin = admin_client.get(
        reverse("admin:feedback_survey_results", args=[survey.pk]) + "?theo=noi"
    ).content.decode()
    file = client.get(f"/ket-qua/khao-sat/{survey.slug}/du-lieu.csv?theo=noi").getvalue().decode()

    def numbers(html):
        cells = re.findall(
            r"<t[dh][^>]*>(.*?)</t[dh]>", html.split('id="hai-long-chung"')[1], re.DOTALL
        )
        return [re.sub(r"<[^>]+>|\s", "", cell) for cell in cells]

    assert numbers(page) == numbers(admin)
    assert rate.replace(".", ",") + "%" in page
    rows = [line.split(",") for line in file.splitlines()]
    assert [
        "1",
        "Câu hỏi",
        "3. Hài lòng chung",
        "Hài lòng (%)",
        rate,
        str(told.overall.told.base),
    ] in [row[:6] for row in rows]
    assert {f"Nơi số {number}" for number in range(3)} <= {row[2] for row in rows}
    chart = client.get(f"/ket-qua/khao-sat/{survey.slug}/du-lieu.csv?bieu-do=cau-hoi")
    assert "Thời gian chờ đến lượt" in chart.content.decode()
    assert (
        client.get(f"/ket-qua/khao-sat/{survey.slug}/du-lieu.csv?bieu-do=khong").status_code == 404
    )


@pytest.mark.django_db
def test_an_open_sample_is_never_called_sipas_and_says_who_answered(client):
    survey = make_asked(access="open")
    fill(survey, levels(*[5] * 30))

    words = words_of(page_of(client, survey))

    assert "Khảo sát trực tuyến: ai muốn thì trả lời" in words
    claims = re.findall(r".{0,30}SIPAS", words)
    assert claims
    assert all("hông phải SIPAS" in claim or claim == ": SIPAS" for claim in claims)


@pytest.mark.django_db
def test_months_break_where_another_question_begins_and_are_not_compared(client):
    survey = make_asked()
    for month in AUTUMN[:2]:
        fill(survey, levels(*[5] * 40, submitted_at=month))
    draft = draft_version(survey)
    draft.questions.update(text="Nhìn chung ông/bà có hài lòng không")
    open_version(draft)
    fill(survey, levels(*[3] * 40, submitted_at=AUTUMN[2]))

    told, page = figures(survey), page_of(client, survey, "?theo=thang")

    assert [(row.month.month, row.version.number, row.row.share.rate) for row in told.months] == [
        (7, 1, 1.0),
        (8, 1, 1.0),
        (9, 2, 0.0),
    ]
    assert told.periods.overall.difference is None
    assert "Không so" in page
    assert "câu hài lòng chung đã đổi" in page
    assert "Đường nối ngắt tại 09/2026" in page
    assert "100,0%" in words_of(page_of(client, survey, "?ban=1"))
    assert client.get(f"/ket-qua/khao-sat/{survey.slug}/?ban=9").status_code == 404


@pytest.mark.django_db
def test_the_same_question_is_compared_over_versions_with_newcombes_interval(client):
    survey = make_asked()
    fill(survey, levels(*[5] * 50, *[1] * 50, submitted_at=AUTUMN[2]))
    open_version(draft_version(survey))
    fill(survey, levels(*[5] * 56, *[2] * 44, submitted_at=AUTUMN[3]))

    found = figures(survey).periods.overall.difference

    # Newcombe (1998), method 10, reckoned by hand: the two Wilson intervals are 0.404-0.596 and 0.462-0.653.
    assert found.rate == pytest.approx(0.06)
    assert found.low == pytest.approx(-0.0770, abs=5e-4)
    assert found.high == pytest.approx(0.1940, abs=5e-4)
    assert "Khác biệt còn trong khoảng sai số" in page_of(client, survey)
    assert not difference(share(90, 100), share(50, 100)).is_within_error


@pytest.mark.django_db
def test_surveys_of_one_template_are_compared_where_they_ask_the_same(client):
    before = make_asked(template="counter", period="Quý II", title="Đánh giá quý II")
    fill(before, levels(*[5] * 20, *[2] * 20))
    survey = make_asked(template="counter", period="Quý III")
    fill(survey, levels(*[5] * 38, *[2] * 2))
    other = surveys.make_survey(
        {"code": "chung", "text": "Câu khác", "is_overall": True}, template="counter"
    )
    fill(other, levels(*[5] * 40))

    found = figures(survey).earlier_survey

    assert found.before == before
    assert found.overall.difference.low > 0
    assert "Đánh giá quý II" in page_of(client, survey)
    assert figures(other).earlier_survey is None


@pytest.mark.django_db
def test_weights_are_used_only_where_every_group_has_enough_answers(client):
    survey = make_asked()
    fill(
        survey,
        levels(*[5] * 90, *[1] * 10, channel="web") + levels(*[5] * 20, *[1] * 20, channel="paper"),
    )
    weigh = {"survey": survey, "dimension": "channel", "source": "Sổ theo dõi hồ sơ"}
    SurveyPopulation.objects.create(member="web", size=100, **weigh)

    assert figures(survey).weights.refusal == "unknown_size"
    assert figures(survey).overall.weighted is None

    SurveyPopulation.objects.create(member="paper", size=300, **weigh)
    weighted = figures(survey).overall.weighted
    assert weighted.rate == pytest.approx(0.25 * 0.9 + 0.75 * 0.5)
    assert weighted.effective == pytest.approx(1 / (0.25**2 / 100 + 0.75**2 / 40))
    words = words_of(page_of(client, survey))
    assert "Có trọng số: 60,0%" in words
    assert "Sổ theo dõi hồ sơ" in words

    fill(survey, levels(*[5] * 12, channel="kiosk"))
    SurveyPopulation.objects.create(member="kiosk", size=50, **weigh)
    assert figures(survey).weights.refusal == "too_few"
    assert "chưa đủ 30 câu trả lời" in words_of(page_of(client, survey))


@pytest.mark.django_db
def test_the_response_rate_has_its_base_or_says_that_there_is_none(client):
    survey = make_asked(access="both")
    fill(survey, levels(*[5] * 30))
    assert figures(survey).response_rate is None
    assert "không biết có bao nhiêu người đã được mời" in words_of(page_of(client, survey))

    SurveyPopulation.objects.create(survey=survey, dimension="all", size=120, source="Một cửa")
    assert "25,0%: 30 phiếu trên 120 hồ sơ trong kỳ. Nguồn: Một cửa." in words_of(
        page_of(client, survey)
    )

    passes.issue(survey, 50, batch="Tháng 9")
    rows = SurveyPass.objects.order_by("pk")
    SurveyPass.objects.filter(pk__in=rows[:10]).update(is_void=True)
    day = date(2030, 1, 1)
    SurveyPass.objects.filter(pk__in=rows[10:20]).update(used_on=day)
    assert "25,0%: 10 phiếu mời đã dùng trên 40 phiếu đã phát" in words_of(page_of(client, survey))


@pytest.mark.django_db
@pytest.mark.parametrize(("sheets", "is_told"), [(29, False), (30, True)])
def test_only_texts_that_staff_let_be_read_are_told_without_day_or_place(client, sheets, is_told):
    survey = surveys.make_survey()
    texts = {"shown": "Nên có thêm ghế.", "waiting": "Chưa xem.", "hidden": "Không cho đọc."}
    responses = fill(survey, levels(*[4] * sheets))
    question = current_version(survey).questions.get(code="gop-y")
    for response, (state, text) in zip(responses, texts.items(), strict=False):
        response.answers.create(question=question, text=text, text_state=state)

    words = words_of(page_of(client, survey))

    assert ("Nên có thêm ghế." in words) == is_told
    assert "Chưa xem." not in words
    assert "Không cho đọc." not in words


@pytest.mark.django_db
def test_several_choices_are_shares_of_those_who_answered():
    survey = surveys.make_survey(
        {
            "code": "biet",
            "text": "Biết qua đâu?",
            "kind": "multiple",
            "choices": ["Báo", "Bạn"],
            "is_required": False,
        },
        {"code": "phut", "text": "Chờ mấy phút?", "kind": "number", "is_required": False},
    )
    responses = fill(survey, [({"phut": 10 + number % 3}, {}) for number in range(40)])
    question = current_version(survey).questions.get(code="biet")
    for number, response in enumerate(responses):
        for value in [(1, 2), (1,), (None,), (2,)][number % 4]:
            response.answers.create(question=question, value=value)
    counting.recount(current_version(survey))

    several, minutes = figures(survey).questions

    assert (several.told.base, several.told.answers.missing) == (30, 10)
    assert [(row.count, row.share.rate) for row in several.chosen] == [(20, 2 / 3), (20, 2 / 3)]
    assert minutes.told.mean == pytest.approx((14 * 10 + 13 * 11 + 13 * 12) / 40)


@pytest.mark.django_db
def test_the_page_asks_as_much_of_the_database_however_many_sheets_there_are(client):
    survey = surveys.make_survey(*surveys.QUESTIONS)
    points = [make.make_service_point(f"Nơi số {number}") for number in range(3)]
    address = f"/ket-qua/khao-sat/{survey.slug}/?theo=noi"
    counted = []
    for size in (40, 120):
        fill(survey, levels(*[4] * size, service_point=points[0]))
        fill(survey, levels(*[5] * size, service_point=points[size // 60], submitted_at=AUTUMN[0]))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        counted.append(len(asked))

    assert counted[0] == counted[1]
    assert not any(
        "feedback_surveyresponse" in query["sql"] and "count(" in query["sql"].lower()
        for query in asked
    )


@pytest.mark.django_db
def test_pages_tell_what_is_shown_and_not_what_was_just_counted(client):
    survey = make_asked()
    fill(survey, levels(*[5] * 30))
    before = words_of(page_of(client, survey))
    SurveyTally.objects.update(count=99)

    assert words_of(page_of(client, survey)) == before


@pytest.mark.django_db
def test_the_list_and_the_english_page_tell_the_same_rate(client):
    survey = make_asked(title_en="Counter rating")
    fill(survey, levels(*[5] * 39, 1))
    few = make_asked(title="Khảo sát mới")

    listed = words_of(client.get("/ket-qua/khao-sat/").content.decode())
    english = page_of(client, survey, language="/en")

    assert "97,5%" in listed
    assert "Chưa nêu kết quả" in listed
    assert "97.5%" in english
    assert "Counter rating" in english
    assert isinstance(figures(survey).overall.told.share, Share)
    assert client.get(f"/ket-qua/khao-sat/{few.slug}/").status_code == 200
    assert client.get("/ket-qua/khao-sat/khong-co/").status_code == 404
    draft = surveys.make_draft_survey()
    assert client.get(f"/ket-qua/khao-sat/{draft.slug}/").status_code == 404
