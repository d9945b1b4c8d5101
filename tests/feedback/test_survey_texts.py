"""What people wrote in surveys is read by a moderator first, who sees neither place nor day nor the rest of the sheet."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from feedback.models import SurveyAnswer, SurveyTally
from feedback.surveys import moderation
from feedback.work_queues import feedback_queues
from tests import factories as make
from tests import surveys

pytestmark = pytest.mark.django_db

QUEUE = "Ý kiến trong khảo sát chờ duyệt"
PHONE = "Cán bộ hẹn rồi không gọi, số tôi 0912.345.678."


@pytest.fixture
def survey():
    return surveys.make_survey()


@pytest.fixture
def moderator(client):
    moderator = make.make_staff("duyet", "moderate_surveyanswer")
    client.force_login(moderator)
    return client


def write(survey, *texts, **fields):
    for text in texts:
        surveys.answer(survey, given={"gop-y": text}, **fields)


def address(survey):
    return reverse("admin:feedback_survey_texts", args=[survey.pk])


def handles(survey):
    return {row.text: row.handle for row in moderation.texts_of(survey)}


def states(survey):
    written = SurveyAnswer.objects.exclude(text_state="").order_by("pk")
    return list(written.values_list("text", "text_state"))


def tell_sheets(survey, count):
    """So many without those in doubt, which are as many again."""
    SurveyTally.objects.filter(dimension="all", question=None).update(shown=count)


def test_a_moderator_reads_the_words_and_nothing_of_where_and_when_they_came(survey, moderator):
    point = make.make_service_point("Trung tâm xã Khánh An")
    procedure = make.make_procedure(code="2.009999", name="Thủ tục cấp phép")
    last_week = timezone.now() - timedelta(days=7)
    texts = [f"Ý kiến thứ {number}." for number in range(12)]
    about = {"channel": "qr", "service_point": point, "procedure": procedure, "now": last_week}
    write(survey, *texts, **about)

    html = moderator.get(address(survey)).content.decode()

    shown = re.findall(r"Ý kiến thứ \d+\.", html)
    assert sorted(shown) == sorted(texts)
    assert shown not in (texts, texts[::-1])
    day = timezone.localdate(last_week)
    for told in ("Khánh An", "2.009999", "cấp phép", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", "Quét"):
        assert told not in html
    keys = SurveyAnswer.objects.exclude(text="").values_list("pk", flat=True)
    assert not set(re.findall(r'name="y-kien" value="([^"]+)"', html)) & {str(pk) for pk in keys}


def test_texts_are_shown_hidden_again_and_erased_many_at_once(survey, moderator):
    write(survey, "Một.", "Hai.", "Ba.")
    by_text = handles(survey)

    def decide(step, *texts, **more):
        sent = {"viec": step, "y-kien": [by_text[text] for text in texts]} | more
        return moderator.post(address(survey), sent)

    decide("cho-doc", "Một.", "Hai.")
    decide("khong-cho", "Một.")
    asked = decide("xoa", "Ba.")
    kept = states(survey)
    decide("xoa", "Ba.", **{"chac-chan": "co"})
    decide("cho-doc", "Ba.")

    assert "không lấy lại được" in asked.content.decode()
    assert kept == [("Một.", "hidden"), ("Hai.", "shown"), ("Ba.", "waiting")]
    assert states(survey) == [("Một.", "hidden"), ("Hai.", "shown"), ("", "erased")]
    log = [entry.change_message for entry in LogEntry.objects.order_by("pk")]
    assert log == [
        "Cho mọi người đọc: 2 ý kiến.",
        "Không cho đọc: 1 ý kiến.",
        "Xóa hẳn: 1 ý kiến.",
    ]
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [survey.title] * 3


def test_what_looks_like_personal_data_is_marked_and_shown_only_when_said_twice(survey, moderator):
    write(survey, PHONE)
    sent = {"viec": "cho-doc", "y-kien": list(handles(survey).values())}

    listed = moderator.get(address(survey)).content.decode()
    asked = moderator.post(address(survey), sent)
    before = states(survey)
    moderator.post(address(survey), sent | {"chac-chan": "co"})

    assert '<mark class="marked__found">0912.345.678' in listed
    assert "Mọi người sẽ đọc nguyên văn" in asked.content.decode()
    assert before == [(PHONE, "waiting")]
    assert states(survey) == [(PHONE, "shown")]


def test_handles_of_another_survey_do_nothing(survey, moderator):
    other = surveys.make_survey()
    write(other, "Của khảo sát khác.")

    moderator.post(address(survey), {"viec": "cho-doc", "y-kien": list(handles(other).values())})

    assert states(other) == [("Của khảo sát khác.", "waiting")]
    assert not LogEntry.objects.exists()


def test_only_those_with_the_right_read_what_people_wrote(survey, client):
    write(survey, "Một.")
    client.force_login(make.make_staff("khac", "view_survey", "change_survey"))

    for one in (address(survey), reverse("admin:feedback_survey_texts_waiting")):
        assert client.get(one).status_code == 403
        assert client.post(one, {"viec": "cho-doc"}).status_code in {403, 405}


def test_the_queue_counts_what_waits_and_leads_to_its_surveys(survey, moderator, rf):
    write(survey, "Một.", "Hai.")
    moderation.decide(survey, [handles(survey)["Hai."]], "hidden")
    request = rf.get("/")
    request.user = make.make_staff("duyet-2", "moderate_surveyanswer")
    [queue] = [queue for queue in feedback_queues(request) if queue.label == QUEUE]

    html = moderator.get(queue.address).content.decode()

    assert (queue.count, queue.oldest_on) == (1, None)
    assert f"{survey.title}</a>: 1 ý kiến chờ duyệt" in html


def test_only_what_was_let_through_is_public_and_only_from_thirty_sheets(survey):
    texts = [f"Lời {number}." for number in range(8)]
    write(survey, *texts, "Ẩn.", "Xóa.", "Chờ.")
    by_text = handles(survey)
    moderation.decide(survey, [by_text[text] for text in [*texts, "Ẩn.", "Xóa."]], "shown")
    moderation.decide(survey, [by_text["Ẩn."]], "hidden")
    moderation.decide(survey, [by_text["Xóa."]], "erased")

    tell_sheets(survey, 20)
    too_few = moderation.shown_texts(survey)
    tell_sheets(survey, 30)
    [shown] = moderation.shown_texts(survey)

    assert too_few == []
    assert shown.question.code == "gop-y"
    assert sorted(shown.texts) == texts
    assert shown.texts == sorted(texts, key=by_text.get)
