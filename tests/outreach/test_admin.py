"""Where staff write notices and the pages about the portal."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from outreach.models import InformationPage, Notice
from portal.management.commands.dev import create_sample_staff
from tests import factories as make
from tests.procedures.test_admin import errors_of, form_data

pytestmark = pytest.mark.django_db

ADD_NOTICE = reverse("admin:outreach_notice_add")
ADD_PAGE = reverse("admin:outreach_informationpage_add")


@pytest.fixture
def officer(client):
    client.force_login(make.make_officer("outreach"))
    return client


def moment(name, value):
    """A date and a time as the two boxes of the form take them."""
    value = timezone.localtime(value)
    return {f"{name}_0": f"{value:%d/%m/%Y}", f"{name}_1": f"{value:%H:%M}"}


def filled(page):
    """What a browser would send from a page that nobody touched."""
    data = {}
    for name, value in form_data(page).items():
        data |= moment(name, value) if isinstance(value, datetime) else {name: value}
    return data


def change_page(obj):
    return reverse(f"admin:outreach_{obj._meta.model_name}_change", args=[obj.pk])


def edit(client, obj, **changes):
    return client.post(change_page(obj), filled(client.get(change_page(obj))) | changes)


def no_sections():
    return {"sections-TOTAL_FORMS": "0", "sections-INITIAL_FORMS": "0"}


# Thông báo


def test_an_incident_is_on_the_page_as_soon_as_it_is_saved(officer):
    now = timezone.now()

    response = officer.post(
        ADD_NOTICE, {"kind": "incident", "text": "Không in được."} | moment("shown_from", now)
    )

    assert response.status_code == 302
    assert "Không in được." in officer.get("/").content.decode()


def test_a_stop_of_tomorrow_is_refused_in_words(officer):
    now = timezone.now()
    tomorrow = now + timedelta(days=1)
    data = (
        {"kind": "maintenance"}
        | moment("shown_from", now)
        | moment("starts_at", tomorrow)
        | moment("ends_at", tomorrow + timedelta(hours=2))
    )

    page = officer.post(ADD_NOTICE, data)

    assert page.status_code == 200
    assert "phải báo trước ít nhất 7 ngày làm việc" in errors_of(page)
    assert not Notice.objects.exists()


def test_a_stop_without_its_time_of_return_is_refused(officer):
    now = timezone.now()
    data = {"kind": "maintenance"} | moment("shown_from", now) | moment("starts_at", now)

    assert "giờ trở lại sau giờ bắt đầu" in errors_of(officer.post(ADD_NOTICE, data))


def test_the_words_of_a_stop_are_corrected_while_it_lasts(officer):
    now = timezone.now().replace(second=0, microsecond=0)
    notice = Notice.objects.create(
        kind="maintenance",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        shown_from=now - timedelta(days=20),
    )

    response = edit(
        officer,
        notice,
        text="Ông/bà nộp hồ sơ tại quầy.",
        **moment("ends_at", now + timedelta(hours=5)),
    )

    assert response.status_code == 302
    notice.refresh_from_db()
    assert notice.text == "Ông/bà nộp hồ sơ tại quầy."
    assert notice.ends_at > now + timedelta(hours=4)


def test_the_list_says_what_is_shown_now_and_in_which_words(officer):
    now = timezone.now()
    make.make_notice("Một.", shown_from=now + timedelta(days=1))
    make.make_notice("Hai.", shown_from=now - timedelta(hours=1))
    make.make_notice("Ba.", shown_from=now - timedelta(hours=2), shown_until=now)

    page = officer.get(reverse("admin:outreach_notice_changelist")).content.decode()

    assert re.findall(
        r"(Một|Hai|Ba)\..*?(sắp hiện|đang hiện|đã hết)", page.split("<tbody")[1], re.DOTALL
    ) == [("Một", "sắp hiện"), ("Hai", "đang hiện"), ("Ba", "đã hết")]


def test_an_officer_reads_the_sentence_as_the_public_does(officer):
    starts_at = timezone.now() + timedelta(days=60)
    notice = Notice.objects.create(
        kind="maintenance", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    day = timezone.localtime(starts_at).strftime("%H:%M %d/%m/%Y")

    page = officer.get(change_page(notice)).content.decode()

    assert f"Cổng tạm dừng từ {day}" in page
    assert f"Cổng tạm dừng từ {day}" in officer.get("/").content.decode()


# Trang về Cổng


def test_a_page_takes_its_address_from_its_title_and_starts_as_a_draft(officer):
    officer.post(
        ADD_PAGE, {"title": "Điều khoản sử dụng", "language": "vi", "order": "1"} | no_sections()
    )

    page = InformationPage.objects.get()
    assert page.slug == "dieu-khoan-su-dung"
    assert page.published_at is None
    assert officer.get(page.get_absolute_url()).status_code == 404


def test_a_translation_is_begun_from_its_original(officer):
    original = make.make_information_page()
    form = officer.get(change_page(original)).content.decode()
    link = f"{ADD_PAGE}?slug={original.slug}&amp;language=en"
    assert link in form

    data = filled(officer.get(link.replace("&amp;", "&"))) | {"title": "About"}
    officer.post(ADD_PAGE, data | moment("published_at", timezone.now() - timedelta(minutes=1)))

    assert "<h1>About</h1>" in officer.get(f"/en{original.get_absolute_url()}").content.decode()


def test_a_translation_without_an_address_is_refused(officer):
    data = {"title": "About", "language": "en", "order": "0"} | no_sections()

    assert "ghi địa chỉ của trang tiếng Việt" in errors_of(officer.post(ADD_PAGE, data))


def test_a_second_page_at_the_same_address_is_refused(officer):
    make.make_information_page("Giới thiệu")
    data = {"title": "Giới thiệu", "language": "vi", "order": "0"} | no_sections()

    assert "Địa chỉ này đã có trang" in errors_of(officer.post(ADD_PAGE, data))


def test_a_page_is_newer_when_a_section_is_and_not_when_nothing_is(officer):
    long_ago = timezone.now() - timedelta(days=100)
    page = make.make_information_page(headings=["Một"], updated_at=long_ago)

    edit(officer, page)
    page.refresh_from_db()
    assert page.updated_at == long_ago

    edit(officer, page, **{"sections-0-heading": "Hai"})
    page.refresh_from_db()
    assert page.updated_at > long_ago
    assert "Hai" in officer.get(page.get_absolute_url()).content.decode()


def test_only_a_public_page_has_a_link_to_the_public(officer):
    page = make.make_information_page()
    assert f'href="{page.get_absolute_url()}"' in officer.get(change_page(page)).content.decode()

    page.published_at = timezone.now() + timedelta(days=1)
    page.save()

    assert officer.get(change_page(page)).context["has_absolute_url"] is False


@pytest.mark.parametrize("name", ["notice", "informationpage"])
def test_lists_and_forms_open(officer, name):
    make.make_notice()
    make.make_information_page(headings=["Một"])

    for view in ("changelist", "add"):
        page = officer.get(reverse(f"admin:outreach_{name}_{view}") + ("?q=mot" * (view[0] == "c")))
        assert page.status_code == 200


def test_the_sample_editor_writes_notices_and_pages_and_removes_no_page():
    create_sample_staff()

    editor = User.objects.get(username="canbo")

    for right in ("add_notice", "delete_notice", "change_informationpage"):
        assert editor.has_perm(f"outreach.{right}")
    assert editor.has_perm("outreach.delete_informationsection")
    assert not editor.has_perm("outreach.delete_informationpage")


def test_of_the_sample_staff_one_writes_and_another_approves():
    create_sample_staff()

    writer, approver = (User.objects.get(username=name) for name in ("canbo", "duyetbai"))

    for right in ("add_article", "change_article", "add_picture", "change_material"):
        assert writer.has_perm(f"outreach.{right}")
    for right in ("approve_article", "publish_material", "change_comment"):
        assert approver.has_perm(f"outreach.{right}")
        assert not writer.has_perm(f"outreach.{right}")
    assert approver.has_perm("outreach.view_article")
    assert not approver.has_perm("outreach.change_article")
