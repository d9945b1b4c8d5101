"""Field work of a survey: how many are asked where, the form on paper, and sheets that staff enter."""

from datetime import timedelta

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as some

from feedback.models import SurveyResponse
from feedback.surveys import paper
from feedback.surveys.planning import read_pasted, shared_out
from feedback.surveys.versions import current_version, draft_version, open_version
from tests import factories as make
from tests import surveys
from tests.pdfs import text_of

needs_rows = pytest.mark.django_db
LIST = reverse("admin:feedback_survey_entry_list")


def of(name, survey, *args):
    return reverse(f"admin:feedback_survey_{name}", args=[survey.pk, *args])


@pytest.fixture
def desk(client):
    client.force_login(make.make_staff("khaosat", "view_survey", "change_survey"))
    return client


@pytest.fixture
def interviewer(client):
    """Somebody who enters sheets and sees nothing else of surveys."""
    client.user = make.make_staff("nhapphieu", "enter_surveyresponse")
    client.force_login(client.user)
    return client


@pytest.fixture
def survey():
    survey = surveys.make_draft_survey(*surveys.ALL_KINDS, asks_about_you=True)
    open_version(draft_version(survey), now=timezone.now() - timedelta(days=10))
    return survey


def stamp_of(page):
    return page.context["form"]["stamp"].value()


def today(days=0):
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def typed(**answers):
    """What is typed for a sheet on paper, by the code of the question with _ for -."""
    defaults = {"cach": "1", "cho_doi": "4", "huong_dan": "x", "chung": "5"}
    cells = defaults | answers
    return {f"q-{code.replace('_', '-')}": text for code, text in cells.items()}


def enter(client, survey, answers, **fields):
    """One sheet, sent from a page of its own unless a stamp is given."""
    stamp = fields.pop("stamp", None) or stamp_of(client.get(of("entry", survey), fields))
    sent = {"channel": "paper", "filled_on": today(), "stamp": stamp} | fields | answers
    return client.post(of("entry", survey), sent)


def said(response):
    """What was answered: values, that it is not known, words, or that it was left out."""
    found = {}
    for row in response.answers.select_related("question").order_by("question", "value"):
        value = "x" if row.is_unknown else row.text if row.value is None else row.value
        found.setdefault(row.question.code, []).append(value)
    return found


# The plan


@given(some.lists(some.integers(0, 300_000), min_size=1, max_size=70), some.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_a_sample_is_shared_out_exactly_and_in_proportion(populations, part):
    least, people = sum(size > 0 for size in populations), sum(populations)
    total = least + round((people - least) * part)

    parts = shared_out(total, populations)

    assert sum(parts) == total
    for wanted, size in zip(parts, populations, strict=True):
        assert (wanted == 0) == (size == 0)
        assert wanted <= size
    by_size = sorted(zip(populations, parts, strict=True))
    assert all(
        few[1] <= many[1]
        for few, many in zip(by_size, by_size[1:], strict=False)
        if few[0] < many[0]
    )


@needs_rows
def test_pasted_lines_are_read_by_code_and_by_name_and_wrong_ones_are_named():
    here = make.make_admin_unit("Đất Mũi")
    there = make.make_admin_unit("Tân Thành")
    twice = [make.make_admin_unit("Tân Lộc") for _ in range(2)]
    lines = [f"{there.code}\t1.200", "dat mui\txã\t12 345", "", "Tân Lộc\t5", "Hà Nội\t7"]
    lines += ["Đất Mũi 9", "Tân Thành"]

    pasted = read_pasted("\r\n".join(lines), [here, there, *twice])

    assert pasted.populations == {here: 12345, there: 1200}
    starts = ["Dòng 4 “Tân Lộc 5”: có nhiều nơi", "Dòng 5 “Hà Nội 7”: không thấy"]
    starts += ["Dòng 6 “Đất Mũi 9”: xã Đất Mũi đã có", "Dòng 7 “Tân Thành”: cần tên"]
    for error, start in zip(pasted.errors, starts, strict=True):
        assert error.lower().startswith(start.lower())


@needs_rows
def test_a_plan_is_pasted_shared_out_and_held_against_what_came_in(desk, survey):
    here, there = (make.make_admin_unit(name) for name in ("Đất Mũi", "Năm Căn"))
    for channel in ("paper", "web"):
        surveys.answer(survey, channel=channel, area=here, given={"cach": 1, "viec": 1})

    wrong = desk.post(
        of("plan", survey), {"pasted": "Đất Mũi\tnhiều", "total": "40", "do": "share"}
    )
    done = desk.post(
        of("plan", survey),
        {"pasted": "dat mui\t3.000\nNăm Căn\t1.000", "total": "40", "do": "share"},
    )
    page = desk.get(of("plan", survey), {"population": "4.000", "error": "5"}).content.decode()
    table = b"".join(desk.get(of("plan_csv", survey))).decode()

    assert wrong.status_code == 422
    assert "Đất Mũi\tnhiều" in wrong.content.decode()
    assert done.status_code == 302
    assert f"{here.code},xã Đất Mũi,3000,30,1,29" in table.replace("Xã", "xã")
    assert f"{there.code},xã Năm Căn,1000,10,0,10" in table.replace("Xã", "xã")
    assert "Cần 364 phiếu." in page
    assert "n = N / (1 + N × e²), với N = 4" in page
    assert "Năm Căn" in desk.get(of("plan_print", survey)).content.decode()


# On paper


@needs_rows
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_on_paper_asks_every_question_in_its_order(survey, language):
    version = current_version(survey)

    with translation.override(language):
        pdf = paper.as_pdf(version)

    text = text_of(pdf)
    asked = [
        (row.text_en if language == "en" else "") or row.text for row in version.questions.all()
    ]
    places = [text.index(words) for words in asked]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert places == sorted(places)
    assert "“Trực tuyến”" in text
    assert survey.consent_text in text


@needs_rows
def test_drafts_are_printed_by_those_who_may_read_them_and_opened_versions_by_interviewers(
    desk, survey
):
    draft_version(survey)

    drafted = desk.get(of("paper", survey, 2), {"ngon-ngu": "en"})
    desk.force_login(make.make_staff("nhapphieu", "enter_surveyresponse"))
    opened, refused = (desk.get(of("paper", survey, number)) for number in (1, 2))

    assert drafted.headers["Content-Type"] == "application/pdf"
    assert (opened.status_code, refused.status_code) == (200, 404)


# Entered by staff


@needs_rows
def test_who_only_enters_sheets_finds_the_surveys_that_take_them(interviewer, survey):
    closed = surveys.make_survey(closed_at=timezone.now())
    surveys.make_draft_survey(title="Đang soạn")

    home = interviewer.get(reverse("admin:index")).content.decode()
    page = interviewer.get(LIST)

    assert LIST in home
    assert page.context["running"] == [survey]
    assert page.context["closed"] == [closed]
    assert interviewer.get(of("change", survey)).status_code == 403


@needs_rows
def test_nobody_enters_sheets_without_the_right(desk, survey):
    assert desk.get(LIST).status_code == 403
    assert desk.get(of("entry", survey)).status_code == 403
    assert desk.post(of("entry", survey), typed()).status_code == 403


@needs_rows
def test_a_sheet_of_paper_is_typed_as_digits_and_its_place_and_day_are_kept_for_the_next(
    interviewer, survey
):
    point, area = make.make_service_point(), make.make_admin_unit("Năm Căn")
    procedure = make.make_procedure()
    place = {"service_point": point.pk, "procedure": procedure.code, "area": area.pk}
    answers = typed(mang="3", viec=" 3, 1", so_lan="X", nghe="Qua loa", gop_y="", thai_do="")

    saved = enter(
        interviewer, survey, answers, filled_on=today(-2), gender="woman", done="11", **place
    )
    following = interviewer.get(saved.url)

    sheet = SurveyResponse.objects.get()
    assert (sheet.channel, sheet.entered_by, sheet.gender) == ("paper", interviewer.user, "woman")
    assert (sheet.service_point, sheet.procedure, sheet.area) == (point, procedure, area)
    at = timezone.localtime(sheet.submitted_at)
    assert (f"{at:%d/%m/%Y}", at.hour) == (today(-2), 12)
    # The third question is for those who applied online: what stands there on paper does not count.
    assert said(sheet) == {
        "cach": [1],
        "cho-doi": [4],
        "huong-dan": ["x"],
        "chung": [5],
        "thai-do": [""],
        "viec": [1, 3],
        "so-lan": ["x"],
        "nghe": ["Qua loa"],
        "gop-y": [""],
    }
    assert "Đã lưu phiếu thứ 12 của lượt nhập này" in following.content.decode()
    form = following.context["form"]
    kept = [str(form[name].value()) for name in ("service_point", "procedure", "area", "filled_on")]
    assert kept == [str(point.pk), procedure.code, str(area.pk), today(-2)]
    assert not form["gender"].value()
    assert not form.given


@needs_rows
@pytest.mark.parametrize(
    ("answers", "fields", "words"),
    [
        ({"cho_doi": "6"}, {}, "Gõ một trong 1, 2, 3, 4, 5; câu này không có ô “không biết”."),
        ({"huong_dan": "0"}, {}, "Gõ một trong 1, 2, 3, 4, 5, hoặc x."),
        ({"viec": "1,9"}, {}, "Gõ các số trong 1, 2, 3"),
        ({"so_lan": "21"}, {}, "Ghi một số từ 1 đến 20."),
        ({"chung": ""}, {}, "Còn trống. Xem lại phiếu"),
        ({}, {"filled_on": today(1)}, "Ngày này chưa đến."),
        ({}, {"filled_on": today(-11)}, "phiếu không thể điền trước ngày ấy"),
        ({}, {"procedure": "9.9"}, "Không có thủ tục mã này."),
    ],
)
def test_what_is_typed_wrong_is_said_and_nothing_typed_is_lost(
    interviewer, survey, answers, fields, words
):
    answers = typed(gop_y="Chữ đã gõ dài", **answers)

    refused = enter(interviewer, survey, answers, **fields)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert words in page
    assert "Chữ đã gõ dài" in page
    shown = {
        f"q-{question.asked.code}": question.values
        for question in refused.context["sheet"].questions
    }
    assert all(shown[name] == [text] for name, text in answers.items())
    assert not SurveyResponse.objects.exists()


@needs_rows
def test_what_people_left_out_on_paper_is_taken_once_somebody_has_looked_again(interviewer, survey):
    answers = typed(chung="", cach="")

    first = enter(interviewer, survey, answers)
    enter(interviewer, survey, answers, are_blanks_right="on")

    assert "are_blanks_right" in first.content.decode()
    assert said(SurveyResponse.objects.get())["chung"] == [""]


@needs_rows
def test_the_same_sheet_sent_twice_is_one(interviewer, survey):
    stamp = stamp_of(interviewer.get(of("entry", survey)))

    for digit in "45":
        assert enter(interviewer, survey, typed(chung=digit), stamp=stamp).status_code == 302

    assert said(SurveyResponse.objects.get())["chung"] == [4]
    assert "Phiếu này đã lưu rồi" in interviewer.get(of("entry", survey)).content.decode()


@needs_rows
def test_who_is_asked_by_staff_answers_the_questions_as_people_see_them(interviewer, survey):
    answers = {"q-cach": "2", "q-cho-doi": "3", "q-huong-dan": "x", "q-chung": "2"}

    page = interviewer.get(of("entry", survey), {"channel": "assisted"}).content.decode()
    refused = enter(interviewer, survey, answers, channel="assisted")
    saved = enter(interviewer, survey, answers | {"q-mang": "1"}, channel="assisted")

    assert 'type="radio" name="q-mang"' in page
    # Online as it was, that question is to be answered.
    assert refused.status_code == 422
    assert list(refused.context["form"].errors_of_sheet) == ["mang"]
    assert saved.status_code == 302
    sheet = SurveyResponse.objects.get()
    assert (sheet.channel, sheet.entered_by) == ("assisted", interviewer.user)
    assert said(sheet)["mang"] == [1]


@needs_rows
def test_after_the_end_paper_is_taken_and_nobody_is_asked_any_more(interviewer, survey):
    stamp = stamp_of(interviewer.get(of("entry", survey), {"channel": "assisted"}))
    survey.closed_at = timezone.now() - timedelta(days=3)
    survey.save()

    page = interviewer.get(of("entry", survey), {"channel": "assisted"}).content.decode()
    late = enter(interviewer, survey, typed(gop_y="Còn đây"), channel="assisted", stamp=stamp)
    too_late = enter(interviewer, survey, typed(), filled_on=today(-2))
    on_paper = enter(interviewer, survey, typed(), filled_on=today(-3))

    assert "không hỏi giúp được nữa" in page
    assert late.status_code == 422
    assert "Còn đây" in late.content.decode()
    assert "phiếu điền sau ngày ấy không nhập được" in too_late.content.decode()
    assert on_paper.status_code == 302
    assert SurveyResponse.objects.get().channel == "paper"


@needs_rows
def test_paper_of_an_older_version_counts_for_that_version(interviewer, survey):
    old = current_version(survey)
    open_version(draft_version(survey))

    enter(interviewer, survey, typed(), version="1")

    assert SurveyResponse.objects.get().version == old


@pytest.mark.django_db(transaction=True)
def test_enter_goes_on_to_the_next_box_and_sends_nothing(new_page, interviewer, settings):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    name = settings.SESSION_COOKIE_NAME
    page = new_page()
    key = interviewer.cookies[name].value
    page.context.add_cookies([{"name": name, "value": key, "domain": "localhost", "path": "/"}])
    page.goto(of("entry", survey))

    page.focus("#q-cach")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.keyboard.type("4")

    assert page.input_value("#q-cho-doi") == "4"
    assert not SurveyResponse.objects.exists()
