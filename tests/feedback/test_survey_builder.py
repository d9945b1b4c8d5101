"""Surveys in the admin: from a ready one to answered sheets, and what is never changed on the way."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone, translation

from feedback.models import Survey, SurveyQuestion, SurveyResponse
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.versions import current_version, draft_version, open_version, problems
from tests import factories as make
from tests import surveys

pytestmark = pytest.mark.django_db

LIST = reverse("admin:feedback_survey_changelist")
ADD = reverse("admin:feedback_survey_add")
NO_CHOICES = {"lua-chon-TOTAL_FORMS": "5", "lua-chon-INITIAL_FORMS": "0"}
FACTS = {
    "title": "Đánh giá quầy số 1",
    "intro": "Xin mời.",
    "consent_text": "Không ghi tên.",
    "access": "open",
    "slug": "",
    **{f"{name}_{part}": "" for name in ("opens_at", "closes_at") for part in (0, 1)},
}
CHOOSING = (
    {
        "code": "cach",
        "text": "Nộp cách nào?",
        "kind": "single",
        "choices": ["Tại quầy", "Qua mạng"],
    },
    {"code": "mang", "text": "Trang dễ dùng", "shown_if": "cach", "shown_if_values": [2]},
    {"code": "chung", "text": "Hài lòng chung", "is_overall": True},
)


def of(survey, name="change", *args):
    return reverse(f"admin:feedback_survey_{name}", args=[survey.pk, *args])


def choices(*texts, **cells):
    """What a form of a question sends for its choices."""
    rows = {f"lua-chon-{number}-text": text for number, text in enumerate(texts)}
    return (
        NO_CHOICES | rows | {f"lua-chon-{name.replace('__', '-')}": v for name, v in cells.items()}
    )


def question_form(row, **changed):
    """The form of a question as it stands, with something else typed."""
    sent = {"factor": row.factor_id, "kind": row.kind, "text": row.text, "code": row.code}
    return NO_CHOICES | sent | changed


@pytest.fixture
def desk(client):
    """The admin in the hands of somebody who writes surveys."""
    client.force_login(make.make_staff("khaosat", "view_survey", "add_survey", "change_survey"))
    return client


@pytest.fixture
def choosing(desk):
    return surveys.make_draft_survey(*CHOOSING)


@pytest.mark.parametrize("template", [one for one in Survey.Template if one != "own"])
def test_a_ready_survey_becomes_an_opened_one_that_takes_sheets_in_both_languages(desk, template):
    proposed = desk.get(ADD, {"mau": template}).context["adminform"].form.initial

    added = desk.post(f"{ADD}?mau={template}", FACTS | {"title": proposed["title"]})
    survey = Survey.objects.get()
    assert added.url == of(survey)
    assert survey.template == template
    opened = desk.post(of(survey, "open"))
    assert opened.url == of(survey)

    questionnaire = Questionnaire.of(current_version(survey))
    assert all(asked.row.text_en for asked in questionnaire.questions)
    assert all(c.text_en for asked in questionnaire.questions for c in asked.row.choices.all())
    assert questionnaire.overall.is_rated
    first = {
        asked.code: asked.options[0].value for asked in questionnaire.questions if asked.options
    }
    numbers = {asked.code: "2" for asked in questionnaire.questions if asked.row.kind == "number"}
    sheet = surveys.answer(survey, given=first | numbers)
    assert sheet.answers.filter(value__isnull=False).count() >= 4
    listed = desk.get(LIST).content.decode()
    assert "Đang mở" in listed
    assert "bản 1" in listed
    done = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert done[-1] == "Đã mở bản câu hỏi số 1."


def test_the_counter_takes_five_questions_and_all_five_factors_are_in_the_long_one(desk):
    lengths = dict(
        re.findall(r'\?mau=(\w+)".*?(\d+) câu, khoảng', desk.get(ADD).content.decode(), re.DOTALL)
    )
    desk.post(f"{ADD}?mau=five_factors", FACTS)

    assert lengths["counter"] == "5"
    assert 20 <= int(lengths["five_factors"]) <= 25
    keys = draft_version(Survey.objects.get()).factors.values_list("key", flat=True)
    assert list(keys) == ["access", "procedure", "officer", "result", "feedback", "other"]


def test_only_who_answered_so_is_asked_more_in_the_long_survey(desk):
    desk.post(f"{ADD}?mau=five_factors", FACTS)
    survey = Survey.objects.get()
    open_version(draft_version(survey))

    sheet = surveys.answer(survey, given={"cach-nop": 2, "py-da-gui": 2, "kq-so-lan": "1"})

    put = set(sheet.answers.values_list("question__code", flat=True))
    assert "tc-truc-tuyen" in put
    assert not put & {"tc-cho-doi", "tc-bien-chi-dan", "py-de-gui", "py-tra-loi", "py-ket-qua"}


def test_an_address_is_proposed_kept_apart_and_stays_once_it_may_be_printed(desk):
    for _time in range(2):
        desk.post(f"{ADD}?mau=own", FACTS)
    reserved = desk.post(f"{ADD}?mau=own", FACTS | {"slug": "Máy tại quầy"})
    survey = surveys.make_survey()

    desk.post(of(survey, "facts"), FACTS | {"slug": "khac", "access": "pass"})

    slugs = Survey.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs)[:2] == ["danh-gia-quay-so-1", "danh-gia-quay-so-1-2"]
    assert "Tên này dành cho máy ở quầy" in reserved.content.decode()
    changed = Survey.objects.get(pk=survey.pk)
    assert (changed.title, changed.slug) == (FACTS["title"], survey.slug)
    assert changed.is_open_to_all


def test_the_questions_of_an_opened_version_are_read_and_not_written(desk):
    survey = surveys.make_survey(*CHOOSING)
    row = current_version(survey).questions.get(code="mang")
    page = desk.get(of(survey, "questions", 1)).content.decode()

    sent = {
        "question": question_form(row, text="Khác"),
        "question_move": {"di": "len"},
        "question_remove": {},
    }
    answers = [desk.post(of(survey, name, row.pk), data) for name, data in sent.items()]
    answers.append(desk.post(of(survey, "section_add"), {"key": "access"}))

    assert "chỉ để xem, không sửa được" in page
    assert "Xóa" not in page
    assert {answer.url for answer in answers} == {of(survey)}
    assert "đã mở, không sửa được nữa" in desk.get(of(survey)).content.decode()
    kept = [(q.code, q.text) for q in current_version(survey).questions.order_by("order")]
    assert kept == [(q["code"], q["text"]) for q in CHOOSING]
    assert desk.post(of(survey, "remove")).status_code == 403
    assert desk.post(reverse("admin:feedback_survey_delete", args=[survey.pk])).status_code == 403


def test_a_new_version_keeps_codes_rules_and_sheets_and_says_what_differs(desk):
    survey = surveys.make_survey(*CHOOSING)
    surveys.answer(survey, given={"cach": 1})
    page = desk.get(of(survey)).content.decode()
    assert "phiếu đã có vẫn thuộc bản số 1" in page
    assert "đường xu hướng bị ngắt" in page

    questions = desk.post(of(survey, "draft")).url
    draft = draft_version(survey)
    assert questions == of(survey, "questions", 2)
    rule = draft.questions.get(code="mang")
    assert rule.shown_if.version == draft
    desk.post(of(survey, "question", rule.pk), question_form(rule, text="Trang rất dễ dùng"))
    assert not draft.questions.get(code="mang").shown_if
    again = {"condition": f"{rule.shown_if_id}:2", "text": "Trang rất dễ dùng"}
    desk.post(of(survey, "question", rule.pk), question_form(rule, **again))
    desk.post(of(survey, "note"), {"note": "Hỏi rõ hơn về trang nộp hồ sơ."})
    page = desk.get(questions).content.decode()
    assert "Sửa câu 2: Trang rất dễ dùng" in page
    assert "Chỉ hỏi khi câu 1 được trả lời là “Qua mạng”." in page
    desk.post(of(survey, "open"))

    surveys.answer(survey, given={"cach": 2})
    assert [version.responses.count() for version in survey.versions.order_by("number")] == [1, 1]
    assert current_version(survey).note == "Hỏi rõ hơn về trang nộp hồ sơ."
    kept = current_version(survey).questions.get(code="mang")
    assert (kept.shown_if.code, kept.shown_if_values) == ("cach", [2])


def test_a_draft_over_an_opened_version_is_dropped_and_one_never_opened_is_removed(desk, choosing):
    opened = surveys.make_survey(*CHOOSING)
    desk.post(of(opened, "draft"))

    kept = [desk.get(of(opened, "drop_draft")), desk.get(of(choosing, "remove"))]
    assert [page.status_code for page in kept] == [200, 200]
    assert opened.versions.count() == 2
    desk.post(of(opened, "drop_draft"))
    refused = desk.post(of(choosing, "drop_draft"))
    desk.post(of(choosing, "remove"))

    assert opened.versions.get().number == 1
    assert refused.status_code == 403
    assert list(Survey.objects.all()) == [opened]
    assert LogEntry.objects.filter(object_id=choosing.pk, action_flag=3).exists()


def test_opening_is_refused_with_sentences_about_each_question(desk, choosing):
    draft = draft_version(choosing)
    first, second = draft.questions.get(code="cach"), draft.questions.get(code="mang")
    desk.post(of(choosing, "question_move", second.pk), {"di": "len"})
    draft.factors.create(order=9, title="Phần trống")

    refused = desk.post(of(choosing, "open"))
    page = refused.content.decode()

    assert refused.status_code == 422
    assert "Phần “Phần trống” chưa có câu hỏi nào." in page
    assert "Câu 1: chỉ được hỏi theo câu trả lời của một câu đứng trước." in page
    assert current_version(choosing) is None
    desk.post(of(choosing, "question_move", second.pk), {"di": "xuong"})
    desk.post(of(choosing, "section_remove", draft.factors.get(title="Phần trống").pk))
    assert problems(draft) == []
    fewer = question_form(first, **choices("Tại quầy", "Bưu chính", **{"0__value": "1"}))
    desk.post(of(choosing, "question", first.pk), fewer)
    assert problems(draft) == ["Câu 2: được hỏi theo một lựa chọn không còn ở câu đứng trước."]


def test_what_cannot_be_kept_is_said_at_its_field_and_stays_typed(desk, choosing):
    draft = draft_version(choosing)
    cach, mang, chung = draft.questions.order_by("order")
    sent = {
        "factor": cach.factor_id,
        "kind": "number",
        "text": "",
        "text_en": "How many times?",
        "code": "Cách",
        "is_overall": "on",
        "condition": [f"{cach.pk}:1", f"{mang.pk}:5"],
    }

    refused = desk.post(of(choosing, "question_add"), choices("Một mình") | sent)
    page = refused.content.decode()

    assert refused.status_code == 422
    form, rows = refused.context["form"], refused.context["choices"]
    assert set(form.errors) == {"text", "code", "is_overall", "condition"}
    assert form.errors["condition"] == ["Chỉ chọn câu trả lời của một câu."]
    assert "Cách trả lời này không có lựa chọn" in rows.non_form_errors()[0]
    for typed in ("How many times?", "Một mình", f'value="{cach.pk}:1" id'):
        assert typed in page
    assert re.search(rf'value="{cach.pk}:1"[^>]*checked', page)
    assert draft.questions.count() == 3
    after = question_form(cach, **choices("Tại quầy", "Qua mạng"), condition=f"{chung.pk}:5")
    assert desk.post(of(choosing, "question", cach.pk), after).status_code == 422
    upside_down = question_form(chung, kind="number", least="5", most="2")
    words = desk.post(of(choosing, "question", chung.pk), upside_down).content.decode()
    assert "Số lớn nhất phải từ số nhỏ nhất trở lên." in words


def test_a_value_once_given_is_not_given_to_other_words(desk, choosing):
    cach = draft_version(choosing).questions.get(code="cach")
    kept = {"0__value": "1", "0__ORDER": "2", "1__ORDER": "1"}

    desk.post(
        of(choosing, "question", cach.pk),
        question_form(cach, **choices("Tại quầy", "Bưu chính", **kept)),
    )

    rows = SurveyQuestion.objects.get(pk=cach.pk).choices.values_list("text", "value")
    assert list(rows) == [("Bưu chính", 3), ("Tại quầy", 1)]


def test_what_another_question_hangs_on_is_not_removed(desk, choosing):
    cach, mang, _chung = draft_version(choosing).questions.order_by("order")

    desk.post(of(choosing, "question_remove", cach.pk))
    words = desk.get(of(choosing)).content.decode()
    desk.post(of(choosing, "question_remove", mang.pk))
    desk.post(of(choosing, "question_remove", cach.pk))

    assert "Câu “Trang dễ dùng” chỉ được hỏi theo câu này." in words
    assert [row.code for row in draft_version(choosing).questions.all()] == ["chung"]


def test_a_section_gets_the_name_of_its_factor_and_a_question_a_code_of_its_own(desk, choosing):
    desk.post(of(choosing, "section_add"), {"key": "result"})
    factor = draft_version(choosing).factors.get(key="result")
    new = NO_CHOICES | {"factor": factor.pk, "kind": "scale", "text": "Nộp cách nào?"}

    for _time in range(2):
        desk.post(of(choosing, "question_add"), new)

    assert factor.title == "Kết quả dịch vụ"
    assert [row.code for row in factor.questions.all()] == ["nop-cach-nao", "nop-cach-nao-2"]


def test_a_survey_is_closed_and_reopened_only_while_there_is_time_and_room(desk):
    survey = surveys.make_survey(closes_after=2)
    desk.post(of(survey, "close"))
    assert "Đã đóng" in desk.get(of(survey)).content.decode()
    desk.post(of(survey, "reopen"))
    for _sheet in range(2):
        surveys.answer(Survey.objects.get(pk=survey.pk))

    full = desk.post(of(survey, "reopen"), follow=True)
    Survey.objects.filter(pk=survey.pk).update(closes_after=None, closes_at=timezone.now())
    late = desk.post(of(survey, "reopen"), follow=True)

    assert "Đã đủ số phiếu" in full.content.decode()
    assert "Đã qua giờ đóng" in late.content.decode()
    assert Survey.objects.get(pk=survey.pk).closed_at
    assert SurveyResponse.objects.count() == 2
    other = surveys.make_survey()
    surveys.answer(other)
    too_few = desk.post(of(other, "facts"), FACTS | {"closes_after": "1"})
    assert "Đã có 1 phiếu. Ghi số lớn hơn" in too_few.content.decode()
    assert desk.post(of(other, "facts"), FACTS | {"closes_after": "2"}).url == of(other)


def test_the_list_finds_without_accents_and_tells_states_and_sheets_in_a_few_queries(
    desk, django_assert_num_queries, choosing
):
    opened = surveys.make_survey(title="Hài lòng quý ba")
    surveys.make_survey(opens_at=timezone.now() + timedelta(days=1))
    surveys.make_survey(closed_at=timezone.now())
    surveys.answer(opened)

    by_state = {
        state: [
            survey.title
            for survey in desk.get(LIST, {"tinh-trang": state}).context["cl"].result_list
        ]
        for state in Survey.State
    }
    with django_assert_num_queries(8):
        assert len(desk.get(LIST).context["cl"].result_list) == 4
    page = desk.get(LIST, {"q": "hai long quy"})

    assert by_state["open"] == ["Hài lòng quý ba"]
    assert by_state["draft"] == [choosing.title]
    assert [len(by_state[state]) for state in ("coming", "closed")] == [1, 1]
    assert [(row.title, row.sheet_count) for row in page.context["cl"].result_list] == [
        ("Hài lòng quý ba", 1)
    ]


def test_the_preview_shows_the_draft_in_both_languages_and_sends_nothing(desk):
    desk.post(f"{ADD}?mau=counter", FACTS)
    address = of(Survey.objects.get(), "preview", 1)

    vietnamese = desk.get(address).content.decode()
    english = desk.get(address, {"ngon-ngu": "en", "rong": "dien-thoai"}).content.decode()

    assert "Thời gian chờ đến lượt" in vietnamese
    assert "Time spent waiting for your turn" in english
    assert 'lang="en"' in english
    assert "preview--phone" in english
    assert not re.search(r'<button|type="submit"|method="post"', vietnamese)
    assert translation.get_language() == "vi"


def test_sizes_of_groups_are_chosen_by_name_and_kept_whole(desk):
    survey = surveys.make_survey()
    point = make.make_service_point("Trung tâm phường An Xuyên")
    sent = {"form-TOTAL_FORMS": "5", "form-INITIAL_FORMS": "0"}
    rows = [("all:", "12.500"), (f"point:{point.pk}", "800"), ("channel:qr", "0")]
    for number, (group, size) in enumerate(rows):
        cells = {"group": group, "size": size, "source": "Hệ thống một cửa, quý III"}
        sent |= {f"form-{number}-{name}": value for name, value in cells.items()}
    page = desk.get(of(survey, "populations")).content.decode()

    refused = desk.post(of(survey, "populations"), sent)
    desk.post(of(survey, "populations"), sent | {"form-2-size": "", "form-2-source": ""})

    assert point.name in page
    assert "Máy ở quầy" in page
    assert refused.status_code == 422
    assert "12.500" in refused.content.decode()
    assert "Ghi một số từ 1." in refused.content.decode()
    kept = survey.populations.order_by("pk").values_list("dimension", "member", "size")
    assert list(kept) == [("all", "", 12500), ("point", str(point.pk), 800)]
    assert 'value="12.500"' in desk.get(of(survey, "populations")).content.decode()


def test_who_only_reads_changes_nothing_and_who_has_no_right_sees_nothing(client, choosing):
    draft = draft_version(choosing)
    row = draft.questions.get(code="mang")
    read = [of(choosing), of(choosing, "questions", 1), of(choosing, "preview", 1)]
    write = [
        of(choosing, name)
        for name in ("open", "close", "reopen", "draft", "remove", "note", "section_add", "facts")
    ]
    write += [of(choosing, "populations"), of(choosing, "question", row.pk), ADD]

    for right, seen in [("view_survey", 200), ("view_procedure", 403)]:
        client.force_login(make.make_staff(right, right))
        assert {client.get(address).status_code for address in read} == {seen}
        assert {client.post(address).status_code for address in write} == {403}

    client.force_login(make.make_staff("doc", "view_survey"))
    assert "Sửa" not in client.get(of(choosing, "questions", 1)).content.decode()
    assert draft_version(choosing) == draft
