"""Places that became worse come to the staff; what was done about it stands on the public page with its figures."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from feedback.models import SurveyAction, SurveyConcern, SurveyTally
from feedback.surveys import improving
from feedback.surveys.versions import current_version, draft_version, open_version
from feedback.work_queues import feedback_queues
from tests import factories as make
from tests import surveys

pytestmark = pytest.mark.django_db

QUEUE = "Nơi phục vụ cần cải thiện"
AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))
NOVEMBER_2 = datetime(2026, 11, 2, tzinfo=UTC)
RIGHTS = ("view_surveyconcern", "change_surveyconcern", "add_surveyaction")


@pytest.fixture
def survey():
    return surveys.make_survey()


@pytest.fixture
def point():
    return make.make_service_point("Trung tâm xã Tân Thuận")


def tell(survey, month, point, *, doubtful=False, **counts):
    """What pages tell of a place and a month: for each question (its code with _ for -) the counts by value."""
    version = current_version(survey)
    sheets = max(sum(values.values()) for values in counts.values())
    cells = [(None, 0, sheets)]
    for code, values in counts.items():
        question = version.questions.get(code=code.replace("_", "-"))
        cells += [(question, value, count) for value, count in values.items()]
    SurveyTally.objects.bulk_create(
        SurveyTally(
            version=version,
            dimension="point",
            member=str(point.pk),
            month=month,
            question=question,
            value=value,
            count=count,
            shown=count,
            is_doubtful=doubtful,
        )
        for question, value, count in cells
    )


def act(survey, point, **fields):
    staff = make.make_staff(f"ghi-{SurveyAction.objects.count()}")
    defaults = {"body": "Mở thêm một quầy.", "done_on": date(2026, 9, 15)}
    return SurveyAction.objects.create(
        survey=survey, service_point=point, written_by=staff, **defaults | fields
    )


def rendered(survey, language="vi"):
    with override(language):
        actions = improving.public_actions(survey, NOVEMBER_2)
        request = RequestFactory().get("/")
        return render_to_string("feedback/survey/_actions.html", {"actions": actions}, request)


def test_a_fall_beyond_chance_is_found_once_with_the_factor_behind_it(survey, point):
    tell(survey, AUGUST, point, chung={5: 90, 3: 10}, cho_doi={4: 80, 2: 20}, thai_do={5: 100})
    tell(survey, OCTOBER, point, chung={4: 70, 3: 30}, cho_doi={4: 30, 3: 70}, thai_do={5: 100})

    improving.find_all_concerns(NOVEMBER_2)
    improving.find_all_concerns(NOVEMBER_2)

    concern = SurveyConcern.objects.get()
    assert (concern.kind, concern.service_point) == ("falling", point)
    assert (concern.month, concern.month_before) == (OCTOBER, AUGUST)
    assert (concern.part, concern.base) == (70, 100)
    assert (concern.part_before, concern.base_before) == (90, 100)
    assert concern.factor.key == "access"


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        # Within chance; sure but under five points; too few answers; better.
        ({5: 36, 3: 4}, {5: 33, 3: 7}, set()),
        ({5: 19_600, 3: 400}, {5: 18_800, 3: 1200}, set()),
        ({5: 29}, {3: 29}, set()),
        ({5: 40}, {3: 29}, set()),
        ({3: 60}, {5: 60}, set()),
        # Five points are enough where many answered.
        ({5: 19_600, 3: 400}, {5: 18_600, 3: 1400}, {"falling"}),
        # As many are satisfied, and of the others more are dissatisfied.
        ({5: 60, 3: 40}, {5: 60, 2: 40}, {"dissatisfied"}),
        ({5: 100}, {5: 60, 1: 40}, {"falling", "dissatisfied"}),
    ],
)
def test_only_what_chance_does_not_explain_and_five_points_are_a_concern(
    survey, point, before, after, kinds
):
    tell(survey, SEPTEMBER, point, chung=before)
    tell(survey, OCTOBER, point, chung=after)

    found = improving.find_concerns(survey, OCTOBER)

    assert {concern.kind for concern in found} == kinds


def test_sheets_in_doubt_and_other_versions_are_not_compared(survey, point):
    tell(survey, SEPTEMBER, point, chung={5: 100})
    tell(survey, OCTOBER, point, chung={5: 100})
    tell(survey, OCTOBER, point, chung={1: 900}, doubtful=True)
    open_version(draft_version(survey))
    tell(survey, OCTOBER, point, chung={1: 100})

    assert improving.find_concerns(survey, OCTOBER) == []


def test_without_an_overall_question_all_rated_ones_count_together_as_sure_as_their_sheets(point):
    questions = [{"code": f"c{number}", "text": f"Câu {number}"} for number in range(4)]
    few, enough = (surveys.make_survey(*questions) for _ in range(2))

    for survey, sheets in ((few, 20), (enough, 60)):
        codes = [question["code"] for question in questions]
        tell(survey, SEPTEMBER, point, **{code: {5: sheets} for code in codes})
        tell(survey, OCTOBER, point, **{code: {3: sheets} for code in codes})

    assert improving.find_concerns(few, OCTOBER) == []
    [concern] = improving.find_concerns(enough, OCTOBER)
    assert (concern.part_before, concern.base_before) == (240, 240)


def test_how_many_are_dissatisfied_is_not_told_where_it_sets_a_handful_apart(
    survey, point, admin_client
):
    tell(survey, SEPTEMBER, point, chung={5: 40})
    tell(survey, OCTOBER, point, chung={5: 31, 2: 9})

    concerns = improving.find_concerns(survey, OCTOBER)
    pages = {
        concern.kind: admin_client.get(
            reverse("admin:feedback_surveyconcern_change", args=[concern.pk])
        ).content.decode()
        for concern in concerns
    }

    assert "77,5% (31 trên 40 câu trả lời)" in pages["falling"]
    assert "Số người quá ít để nêu" in pages["dissatisfied"]
    assert "9 trên 40" not in pages["dissatisfied"]


def test_staff_record_what_was_done_and_the_queue_is_empty(survey, point, client, rf):
    tell(survey, SEPTEMBER, point, chung={5: 100})
    tell(survey, OCTOBER, point, chung={3: 100})
    [concern] = improving.find_concerns(survey, OCTOBER)
    staff = make.make_staff("khaosat", *RIGHTS)
    client.force_login(staff)
    request = rf.get("/")
    request.user = staff
    [queue] = [queue for queue in feedback_queues(request) if queue.label == QUEUE]
    address = reverse("admin:feedback_surveyconcern_act", args=[concern.pk])
    typed = {"body": "Mở thêm quầy số 3.", "done_on": "01/11/2026", "is_public": "on"}

    refused = client.post(address, typed | {"body": "", "done_on": "01/11/2099"})
    client.post(address, typed | {"factor_key": "officer"})

    assert refused.status_code == 422
    assert queue.count == 1
    concern.refresh_from_db()
    assert (concern.state, concern.decided_by) == ("acted", staff)
    action = SurveyAction.objects.get()
    assert (action.concern, action.service_point, action.written_by) == (concern, point, staff)
    assert LogEntry.objects.get().change_message == "Ghi việc đã làm: Mở thêm quầy số 3."
    assert client.get(queue.address).content.decode().count("field-place") == 0


def test_that_nothing_is_needed_has_a_reason_and_is_said_once(survey, point, client):
    concern = SurveyConcern.objects.create(
        survey=survey,
        service_point=point,
        kind="falling",
        month=OCTOBER,
        month_before=SEPTEMBER,
        part=50,
        base=100,
        part_before=90,
        base_before=100,
    )
    address = reverse("admin:feedback_surveyconcern_dismiss", args=[concern.pk])
    client.force_login(make.make_staff("xem", "view_surveyconcern"))
    without_right = client.post(address, {"reason": "Quầy đóng."})
    client.force_login(make.make_staff("khaosat", *RIGHTS))

    statuses = [client.post(address, {"reason": reason}).status_code for reason in ("", "A", "B")]

    assert without_right.status_code == 403
    assert statuses == [422, 302, 422]
    concern.refresh_from_db()
    assert (concern.state, concern.reason) == ("dismissed", "A")


def test_the_public_page_says_what_was_done_with_the_figures_around_it(survey, point):
    tell(survey, AUGUST, point, chung={5: 60, 3: 40})
    tell(survey, SEPTEMBER, point, chung={5: 10, 3: 90})
    tell(survey, OCTOBER, point, chung={5: 90, 3: 10})
    act(survey, point, body_en="Opened another counter.")
    act(survey, point, body="Việc nội bộ.", is_public=False)
    act(survey, None, body="Sửa biểu mẫu.", done_on=date(2026, 10, 20))

    shown = rendered(survey)

    assert "Việc nội bộ" not in shown
    assert shown.index("Sửa biểu mẫu.") < shown.index("Mở thêm một quầy.")
    assert "(tháng 08/2026, 100 câu trả lời): 60,0%" in shown
    assert "(tháng 10/2026, 100 câu trả lời): 90,0%" in shown
    # What was done for the whole province in October has no month after it yet.
    assert shown.count("câu trả lời") == 2
    assert "Opened another counter." in rendered(survey, "en")


def test_no_figure_stands_beside_what_was_done_where_too_few_answered(survey, point):
    tell(survey, AUGUST, point, chung={5: 60})
    tell(survey, OCTOBER, point, chung={5: 29})
    act(survey, point)

    assert "%" not in rendered(survey)


def test_what_was_done_is_asked_of_the_database_at_once(survey, point, django_assert_num_queries):
    tell(survey, AUGUST, point, chung={5: 60})
    for day in range(1, 6):
        act(survey, point, done_on=date(2026, 9, day))

    with django_assert_num_queries(2):
        assert len(improving.public_actions(survey, NOVEMBER_2)) == 5
