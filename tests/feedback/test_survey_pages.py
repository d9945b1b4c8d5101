"""People answer a survey on the portal: with a phone at the counter, with a pass, with and without script."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from feedback.models import SurveyPass, SurveyResponse
from feedback.surveys import passes
from feedback.surveys.public_form import SurveyForm
from feedback.surveys.versions import draft_version, open_version
from feedback.views.surveys import SURVEY_LIMIT
from portal import limits
from portal.site import absolute_url
from tests import factories as make
from tests import surveys

pytestmark = pytest.mark.django_db
ANSWERS = {
    "q-cach": "1",
    "q-cho-doi": "4",
    "q-huong-dan": "x",
    "q-chung": "5",
    "q-viec": ["1", "3"],
    "q-so-lan": "2",
    "q-gop-y": 'Cần thêm "ghế" chờ & quạt.',
}


def sent(response, **fields):
    """What a browser sends with the form of a page that was opened a minute ago."""
    hidden = re.findall(
        r'<input type="hidden" name="(?!csrf)([^"]+)"(?: value="([^"]*)")?',
        response.content.decode(),
    )
    opened = SurveyForm.new_stamp(timezone.now() - timedelta(minutes=1))
    return {name: unescape(value) for name, value in hidden} | {"stamp": opened} | fields


def filled(client, survey, **fields):
    return sent(client.get(survey.get_absolute_url()), **ANSWERS | fields)


def what_stands_in(response):
    """The answers of a page, as a browser would send them again."""
    page = response.content.decode()
    boxes = re.findall(
        r'<input type="(?:radio|checkbox)" name="(q-[^"]+)" value="([^"]+)"[^>]* checked', page
    )
    lines = re.findall(r'<input [^>]*name="(q-[^"]+)" id="[^"]+" value="([^"]+)"', page)
    texts = re.findall(r'<textarea [^>]*name="(q-[^"]+)"[^>]*>([^<]+)</textarea>', page)
    found = {}
    for name, value in boxes + lines + texts:
        found.setdefault(name, []).append(unescape(value))
    return found


def as_lists(answers):
    return {name: value if isinstance(value, list) else [value] for name, value in answers.items()}


def test_a_code_at_the_counter_says_what_is_assessed_and_nobody_types_it(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    point, procedure = make.make_service_point(), make.make_procedure()
    agency = make.make_agency("Sở Xây dựng")
    query = {"noi": point.slug, "thu-tuc": procedure.code, "co-quan": agency.slug, "qua": "ma-qr"}

    page = client.get(survey.get_absolute_url(), query)
    response = client.post(survey.get_absolute_url(), sent(page, **ANSWERS))

    for name in (point.name, procedure.name, agency.name):
        assert f"<strong>{name}</strong>" in page.content.decode()
    assert response.headers["Location"] == f"{survey.get_absolute_url()}cam-on/"
    kept = SurveyResponse.objects.get()
    assert (kept.service_point, kept.procedure, kept.agency) == (point, procedure, agency)
    assert (kept.channel, kept.language, kept.sender_hash != "") == ("qr", "vi", True)


def test_places_that_nobody_knows_are_passed_over_and_the_way_is_the_web(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    query = {"noi": "khong-co\x00", "thu-tuc": "9" * 300, "co-quan": "'--", "qua": "rung-sau"}

    page = client.get(survey.get_absolute_url(), query)
    client.post(survey.get_absolute_url(), sent(page, **ANSWERS))

    assert "đang đánh giá" not in page.content.decode()
    kept = SurveyResponse.objects.get()
    assert (kept.channel, kept.service_point, kept.procedure, kept.agency) == (
        "web",
        None,
        None,
        None,
    )


def test_what_is_missing_is_named_and_nothing_that_was_given_is_lost(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS, asks_about_you=True)
    commune = make.make_admin_unit("Tân Thuận")
    wrong = {"q-cach": "2", "q-chung": "", "q-so-lan": "ba", "age_band": "25_39"}
    fields = filled(client, survey, area=commune.pk, **wrong)

    response = client.post(survey.get_absolute_url(), fields)

    page = response.content.decode()
    assert "Có 3 chỗ cần sửa" in page
    for name in ("mang", "chung", "so-lan"):
        assert f'<a href="#q-{name}"' in page
        assert f'id="error-q-{name}"' in page
    given = as_lists({name: value for name, value in (ANSWERS | wrong).items() if "q-" in name})
    assert what_stands_in(response) == {
        name: value for name, value in given.items() if value != [""]
    }
    assert '<option value="25_39" selected>' in page
    assert not SurveyResponse.objects.exists()
    client.post(
        survey.get_absolute_url(), fields | {"q-mang": "3", "q-chung": "1", "q-so-lan": "3"}
    )
    kept = SurveyResponse.objects.get()
    assert (kept.age_band, kept.area) == ("25_39", commune)


def test_without_script_a_question_says_when_it_is_to_be_answered_and_is_left_out_else(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS)

    page = client.get(survey.get_absolute_url()).content.decode()
    client.post(survey.get_absolute_url(), filled(client, survey, **{"q-mang": "1"}))

    assert re.search(r"Chỉ trả lời nếu câu 1 là: *<strong>Trực tuyến</strong>", page)
    codes = set(SurveyResponse.objects.get().answers.values_list("question__code", flat=True))
    assert "mang" not in codes


def test_a_form_that_is_sent_twice_is_one_sheet_and_thanked_twice(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    fields = filled(client, survey)

    answers = [client.post(survey.get_absolute_url(), fields) for _ in range(2)]

    assert [response.status_code for response in answers] == [302, 302]
    assert SurveyResponse.objects.count() == 1
    assert "Cảm ơn" in client.get(answers[1].headers["Location"]).content.decode()


def test_a_sheet_counts_for_the_version_that_was_in_front_of_the_person(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    begun = filled(client, survey)
    draft = draft_version(survey)
    draft.questions.filter(code="chung").update(text="Câu hỏi mới")
    open_version(draft)

    unfinished = client.post(survey.get_absolute_url(), begun | {"q-chung": ""})
    client.post(survey.get_absolute_url(), begun)
    forged = begun | {"stamp": filled(client, survey)["stamp"], "version": f"{draft.pk}:khong-ky"}
    client.post(survey.get_absolute_url(), forged)

    assert "Câu hỏi mới" not in unfinished.content.decode()
    numbers = SurveyResponse.objects.order_by("pk").values_list("version__number", flat=True)
    assert list(numbers) == [1, 2]


def test_a_pass_opens_the_survey_once_and_stands_in_no_log_and_no_address(client, caplog):
    survey = surveys.make_survey(*surveys.ALL_KINDS, access="pass")
    (key,) = passes.issue(survey, 1, batch="Tháng 10")
    typed = passes.written(key).upper()

    tries = [
        client.post(survey.get_absolute_url(), filled(client, survey, pass_key=words))
        for words in ("", "22222-22222", typed, typed)
    ]

    pages = [response.content.decode() for response in tries]
    assert "Ghi mã in trên phiếu mời." in pages[0]
    assert "Mã phiếu mời không đúng." in pages[1]
    assert 'value="22222-22222"' in pages[1]
    assert tries[2].status_code == 302
    assert "đã được dùng" in pages[3]
    assert what_stands_in(tries[3]) == as_lists(ANSWERS)
    assert SurveyResponse.objects.get().channel == "pass"
    assert SurveyPass.objects.get().used_on
    told = caplog.text + tries[2].headers["Location"]
    assert key not in told.lower()
    assert typed not in told


def test_where_both_may_answer_a_pass_is_counted_apart(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS, access="both")
    (key,) = passes.issue(survey, 1, batch="Tháng 10")

    client.post(survey.get_absolute_url(), filled(client, survey))
    client.post(survey.get_absolute_url(), filled(client, survey, pass_key=key, via="ma-qr"))

    assert sorted(SurveyResponse.objects.values_list("channel", flat=True)) == ["pass", "web"]


def test_a_survey_that_is_not_open_says_so_and_keeps_nothing(client):
    now = timezone.now()
    coming = surveys.make_survey(opens_at=now + timedelta(days=1))
    closed = surveys.make_survey(*surveys.ALL_KINDS)
    fields = filled(client, closed)
    closed.closed_at = now
    closed.save()
    draft = surveys.make_draft_survey()

    before = client.get(coming.get_absolute_url())
    too_late = client.post(closed.get_absolute_url(), fields)

    moment = f"{timezone.localtime(coming.opens_at):%d/%m/%Y}"
    assert "chưa mở" in before.content.decode()
    assert moment in before.content.decode()
    assert "không giữ lại gì" in too_late.content.decode()
    assert f"/ket-qua/khao-sat/{closed.slug}/" in too_late.content.decode()
    assert ANSWERS["q-gop-y"] not in unescape(too_late.content.decode())
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert not SurveyResponse.objects.exists()


def test_an_english_sheet_is_read_and_kept_in_english(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS, title_en="Rating at the counter")
    address = f"/en{survey.get_absolute_url()}"

    page = client.get(address)
    response = client.post(address, sent(page, **ANSWERS))

    assert "<span>How did you apply?</span>" in page.content.decode()
    assert '<span lang="vi">Thời gian chờ đến lượt</span>' in page.content.decode()
    assert response.headers["Location"] == f"{address}cam-on/"
    assert SurveyResponse.objects.get().language == "en"


def test_the_sheet_beyond_the_limit_waits_with_its_answers(client):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    for _ in range(SURVEY_LIMIT["limit"]):
        limits.spend("feedback.survey", "127.0.0.1", **SURVEY_LIMIT)

    refused = client.post(survey.get_absolute_url(), filled(client, survey))

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert what_stands_in(refused) == as_lists(ANSWERS)
    assert not SurveyResponse.objects.exists()
    elsewhere = client.post(
        survey.get_absolute_url(), filled(client, survey), REMOTE_ADDR="203.0.113.9"
    )
    assert elsewhere.status_code == 302


def test_a_sheet_without_its_cookie_comes_back_with_its_answers_and_a_stamp_of_its_own():
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    careful = Client(enforce_csrf_checks=True)
    fields = filled(careful, survey)
    careful.cookies.clear()

    response = careful.post(survey.get_absolute_url(), fields)

    assert (response.status_code, response.headers["Cache-Control"]) == (403, "no-store")
    assert what_stands_in(response) == as_lists(ANSWERS)
    assert fields["stamp"] not in response.content.decode()


def test_when_the_database_is_away_a_page_holds_the_sheet_and_sends_it_again(client, monkeypatch):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    fields = filled(client, survey)

    def away(*args, **options):
        raise OperationalError("the database system is shutting down")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        response = client.post(survey.get_absolute_url(), fields)

    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")
    held = re.findall(
        r'<input type="hidden" name="(?!csrf)([^"]+)" value="([^"]*)">', response.content.decode()
    )
    again = {name: [unescape(value) for one, value in held if one == name] for name, _ in held}
    assert again == as_lists(fields)
    assert client.post(survey.get_absolute_url(), again).status_code == 302
    assert SurveyResponse.objects.get().answers.filter(question__code="viec").count() == 2


def test_the_list_tells_which_surveys_run_how_long_they_take_and_where_closed_ones_lead(client):
    now = timezone.now()
    running = surveys.make_survey(closes_at=now + timedelta(days=3))
    by_pass = surveys.make_survey(access="pass")
    closed = surveys.make_survey(closes_at=now)
    draft = surveys.make_draft_survey()

    response = client.get("/khao-sat/", {"thu-tuc": "1.001193", "la": "<b>"})

    assert not response.cookies
    page = response.content.decode()
    assert page.index(running.title) < page.index(by_pass.title) < page.index(closed.title)
    assert re.search(r"4 câu,\s+khoảng 1 phút", page)
    assert f"{timezone.localtime(running.closes_at):%d/%m/%Y}" in page
    # A procedure's page leads here, and its code goes on to the survey.
    assert f'href="{running.get_absolute_url()}?thu-tuc=1.001193"' in page
    assert "Người có phiếu mời" in page
    assert "không đại diện cho mọi người dân" in page
    assert f"/ket-qua/khao-sat/{closed.slug}/" in page
    assert draft.title not in page
    addresses = client.get("/sitemap.xml").content.decode()
    told = [absolute_url(one.get_absolute_url()) in addresses for one in (running, closed, draft)]
    assert told == [True, False, False]


@pytest.mark.django_db(transaction=True)
def test_a_phone_and_a_keyboard_are_enough_for_a_whole_sheet(new_page):
    survey = surveys.make_survey(*surveys.ALL_KINDS, access="both")
    (key,) = passes.issue(survey, 1, batch="Tháng 10")
    page = new_page(width=320)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{survey.get_absolute_url()}#{passes.written(key)}")
    hidden = page.locator("tr", has_text="Trang nộp hồ sơ dễ dùng")

    # The code is taken out of the address, and the table is a row of cards.
    assert page.locator("[name=pass_key]").input_value() == passes.written(key)
    assert key[:5] not in page.url + "".join(asked)
    assert page.locator("thead").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert hidden.is_hidden()

    def choose(name, downs):
        """To the group with Tab, in it with the arrows."""
        while page.evaluate("document.activeElement.name") != name:
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for _ in range(downs):
            page.keyboard.press("ArrowDown")

    choose("q-cach", 1)
    assert hidden.is_visible()
    choose("q-cho-doi", 3)
    choose("q-huong-dan", 5)
    choose("q-mang", 0)
    for name in ("Thời gian chờ đến lượt Hài lòng", "Trang nộp hồ sơ dễ dùng Rất không hài lòng"):
        assert page.get_by_role("radio", name=name).is_checked()
    page.locator("[name=q-cach]").first.check()
    assert hidden.is_hidden()
    choose("q-chung", 4)
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
    # Four of nine questions that are put.
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [4, 9]
    page.wait_for_timeout(SurveyForm.LEAST_SECONDS * 1000)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cam-on/")

    answers = SurveyResponse.objects.get().answers.exclude(value=None, is_unknown=False)
    assert [(row.question.code, row.value) for row in answers.order_by("pk")] == [
        ("cach", 1),
        ("cho-doi", 4),
        ("huong-dan", None),
        ("chung", 5),
    ]
