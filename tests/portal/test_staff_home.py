"""The staff home: what waits, since when, and the list behind each number."""

from datetime import timedelta

import polib
import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from portal.work_queues import days_in_words
from procedures.models import Procedure
from procedures.work_queues import catalogue_queues, public_and_incomplete
from tests import factories as make

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")


@pytest.fixture
def admin(admin_client):
    """The client of a person who may see everything."""
    return admin_client


@pytest.fixture
def staff(client):
    """A function that logs in a person with these rights and no others."""

    def log_in(*codenames):
        user = User.objects.create_user("canbo", password="mat-khau-dai-12", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return client

    return log_in


def queues_on(page):
    """The queues that a page shows, by label."""
    return {queue.label: queue for queue in catalogue_queues(page.wsgi_request)}


def queue_on(page, label):
    return queues_on(page)[label]


def row_of(page, label):
    """The words of one line of the page's queues."""
    for row in page.content.decode().split("<tr")[1:]:
        if label in row:
            return row.split("</tr>")[0]
    raise AssertionError(f"no queue “{label}”")


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def make_some_of_everything():
    """At least one row for each queue, and rows next to them that belong to none."""
    make.make_complete_procedure(status="draft")
    make.make_complete_procedure(status="review")
    make.make_complete_procedure(status="review")
    make.make_procedure()
    make.make_procedure(status="suspended", suspended_reason="Chờ hướng dẫn")
    make.make_procedure(status="expired", expired_on="2020-01-01")
    translated = make.make_complete_procedure()
    make.make_translation(translated, made_from="2020-01-01T00:00Z")
    make.make_translation(make.make_complete_procedure())
    outdated = make.make_legal_document(expired_on="2020-01-01")
    citing = make.make_complete_procedure()
    make.make_legal_basis(citing, outdated)
    make.make_legal_basis(citing, make.make_legal_document(expired_on="2021-01-01"))
    make.make_legal_basis(
        make.make_complete_procedure(status="expired", expired_on="2020-01-01"), outdated
    )
    make.make_complete_procedure()
    make.make_opening_hours(make.make_service_point(phone="0290 000 0001"))
    make.make_opening_hours(make.make_service_point(phone=""))
    make.make_service_point(phone="0290 000 0002")


def test_every_number_is_that_of_the_list_it_leads_to(admin):
    make_some_of_everything()
    this_year = timezone.localdate().year
    make.make_calendar_exception(f"{this_year}-01-01")
    make.make_calendar_exception(f"{this_year + 1}-01-01", is_confirmed=False)

    queues = queues_on(admin.get(HOME))

    assert {label: queue.count for label, queue in queues.items()} == {
        "Thủ tục chờ duyệt": 2,
        "Thủ tục viện dẫn văn bản đã hết hiệu lực": 1,
        "Thủ tục công khai còn thiếu bộ phận bắt buộc": 2,
        "Bản thảo chưa gửi duyệt": 1,
        "Nơi nộp hồ sơ thiếu giờ làm việc hoặc điện thoại": 2,
        "Ngày nghỉ, ngày làm bù mới là dự kiến": 1,
        "Năm chưa có lịch nghỉ lễ": 0,
        "Bản dịch cũ hơn bản tiếng Việt": 1,
    }
    # A year that lacks its days leads to the year, which is no list.
    del queues["Năm chưa có lịch nghỉ lễ"]
    for queue in queues.values():
        assert admin.get(queue.address).context["cl"].result_count == queue.count, queue.label


def test_the_page_shows_number_age_and_link(admin):
    make.make_complete_procedure(status="review", updated_at=days_ago(1))
    make.make_complete_procedure(status="review", updated_at=days_ago(3))

    page = admin.get(HOME)

    row = row_of(page, "Thủ tục chờ duyệt")
    assert ">2<" in row
    assert ">3 ngày<" in row
    assert f'href="{queue_on(page, "Thủ tục chờ duyệt").address}"' in row


def test_what_rests_on_an_ended_act_is_as_old_as_the_end_of_the_act(admin):
    today = timezone.localdate()
    procedure = make.make_complete_procedure(updated_at=days_ago(90))
    for days in [4, 9]:
        act = make.make_legal_document(expired_on=today - timedelta(days=days))
        make.make_legal_basis(procedure, act)

    queue = queue_on(admin.get(HOME), "Thủ tục viện dẫn văn bản đã hết hiệu lực")

    assert (queue.count, queue.age) == (1, "9 ngày")


def test_an_empty_queue_is_named_quietly_and_last(admin):
    make.make_complete_procedure(status="draft")

    page = admin.get(HOME)

    assert "không có việc" in row_of(page, "Thủ tục chờ duyệt")
    assert "không có việc" not in row_of(page, "Bản thảo chưa gửi duyệt")
    assert next(iter(queues_on(page))) == "Bản thảo chưa gửi duyệt"


def test_queues_are_shown_to_those_who_may_see_what_is_in_them(staff):
    page = staff("view_servicepoint").get(HOME)

    assert "Nơi nộp hồ sơ thiếu giờ làm việc hoặc điện thoại" in page.content.decode()
    assert "Thủ tục chờ duyệt" not in page.content.decode()


def test_staff_without_rights_see_no_queue_and_hear_whom_to_ask(staff):
    page = staff().get(HOME)

    assert queues_on(page) == {}
    assert 'class="queues"' not in page.content.decode()
    assert "Ông/bà hãy hỏi người quản trị hệ thống" in page.content.decode()


def test_the_page_of_one_domain_has_its_lists_and_no_queues(admin):
    page = admin.get(reverse("admin:app_list", args=["procedures"]))

    assert page.status_code == 200
    assert 'class="queues"' not in page.content.decode()


def test_the_home_asks_as_often_for_much_work_as_for_none(
    admin, django_assert_num_queries, django_assert_max_num_queries
):
    admin.get(HOME)
    with django_assert_max_num_queries(20) as none:
        admin.get(HOME)
    for _ in range(3):
        make_some_of_everything()

    with django_assert_num_queries(len(none)):
        admin.get(HOME)


def remove_parts(procedure, part):
    match part:
        case "trình tự thực hiện":
            procedure.steps.all().delete()
        case "cách thức thực hiện":
            procedure.methods.all().delete()
        case "thời hạn giải quyết":
            procedure.methods.update(duration_value=None, duration_unit="", duration_note="")
        case "thành phần hồ sơ":
            procedure.cases.get().documents.all().delete()
        case "số bộ hồ sơ":
            Procedure.objects.filter(pk=procedure.pk).update(sets_required=None)
        case "đối tượng thực hiện":
            procedure.audiences.clear()
        case "cơ quan thực hiện":
            procedure.agency_roles.update(role="competent")
    procedure.refresh_from_db()


PARTS = [
    "trình tự thực hiện",
    "cách thức thực hiện",
    "thời hạn giải quyết",
    "thành phần hồ sơ",
    "số bộ hồ sơ",
    "đối tượng thực hiện",
    "cơ quan thực hiện",
]


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_is_found_by_the_query_as_by_the_row(part):
    whole, lacking = make.make_complete_procedure(), make.make_complete_procedure()

    remove_parts(lacking, part)

    assert part in lacking.missing_parts()
    assert whole.missing_parts() == []
    assert list(public_and_incomplete(Procedure.objects.all())) == [lacking]


def test_the_parts_of_this_test_are_those_that_a_procedure_asks_for():
    assert make.make_procedure(levels=[]).missing_parts() == PARTS


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "hôm nay"),
        (0, "hôm nay"),
        (1, "1 ngày"),
        (59, "59 ngày"),
        (60, "2 tháng"),
        (729, "24 tháng"),
        (730, "2 năm"),
    ],
)
def test_an_age_is_told_in_words(days, words):
    assert days_in_words(days) == words


def test_the_head_names_the_owner_and_the_person_in_vietnamese_order(admin, admin_user):
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    admin_user.last_name, admin_user.first_name = "Nguyễn Thị", "Mẫu"
    admin_user.save()

    page = admin.get(HOME).content.decode()

    assert "Ủy ban nhân dân tỉnh Cà Mau" in page
    assert "Nguyễn Thị Mẫu" in page
    for words in ["Xem Cổng", "Đổi mật khẩu", "Đăng xuất"]:
        assert words in page


def test_the_compiled_words_for_staff_are_those_of_the_text():
    folder = settings.BASE_DIR / "locale/vi/LC_MESSAGES"
    for domain in ["django", "djangojs"]:
        text = polib.pofile(str(folder / f"{domain}.po"))
        compiled = polib.mofile(str(folder / f"{domain}.mo"))

        assert {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in compiled} == {
            (e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in text
        }
