"""What staff type is kept while they type: for themselves alone, until they save or drop it."""

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from portal import autosave
from portal.models import FormDraft
from tests import factories as make
from tests.outreach.test_admin import filled
from tests.processes import wait_until

SAVE = reverse("admin:outreach_article_autosave")
DISCARD = reverse("admin:outreach_article_discard_draft")
ADD = reverse("admin:outreach_article_add")


def person(name, *codenames):
    user = User.objects.create_user(name, password="mat-khau-dai-12", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def writer(db):
    return person("canbo", "view_article", "add_article", "change_article")


def change_page(article):
    return reverse("admin:outreach_article_change", args=[article.pk])


def text_of(page):
    return page.content.decode()


def test_what_was_typed_is_offered_when_the_form_is_opened_again_and_restored(writer):
    tag, category = make.make_tag("Một cửa"), make.make_category()
    article = make.make_draft("Tên cũ").article
    typed = {
        "title": "Tên đang gõ",
        "body": "<p>Chữ đang gõ.</p>",
        "category": category.pk,
        "tags": [tag.pk],
        "publish_at_0": "01/12/2099",
        "publish_at_1": "10:00",
        "made_from": "1",
        "_form_of": article.pk,
    }

    kept = writer.post(SAVE, typed)

    assert kept.json().keys() == {"saved_at"}
    offer = text_of(writer.get(change_page(article)))
    assert "Có bản đang gõ dở lúc" in offer
    assert "Tên đang gõ" not in offer
    assert "data-draft-offered" in offer
    restored = writer.get(change_page(article) + "?khoi-phuc=1")
    form = restored.context["adminform"].form
    assert form["title"].value() == "Tên đang gõ"
    assert form["tags"].value() == [str(tag.pk)]
    assert "Một cửa" in text_of(restored)
    assert 'value="01/12/2099"' in text_of(restored)
    assert "data-draft-offered" not in text_of(restored)
    # A box that was not ticked stays so.
    assert not form["comments_enabled"].value()
    assert article.versions.count() == 1


def test_a_saved_form_leaves_no_draft(writer):
    article = make.make_draft().article
    writer.post(SAVE, {"title": "Đang gõ", "_form_of": article.pk})
    sent = filled(writer.get(change_page(article)))

    writer.post(change_page(article), sent | {"title": ""})
    assert FormDraft.objects.count() == 1
    writer.post(change_page(article), sent | {"title": "Gõ xong"})

    assert not FormDraft.objects.exists()


def test_the_form_for_a_new_row_has_a_draft_of_its_own(writer):
    category = make.make_category()
    article = make.make_draft().article
    writer.post(SAVE, {"title": "Bài mới", "_form_of": ""})

    assert "Có bản đang gõ dở" in text_of(writer.get(ADD))
    assert "Có bản đang gõ dở" not in text_of(writer.get(change_page(article)))
    assert 'value="Bài mới"' in text_of(writer.get(ADD + "?khoi-phuc=1"))
    done = {"title": "Bài mới", "lead": "Lời dẫn.", "body": "<p>Chữ.</p>", "language": "vi"}
    writer.post(ADD, done | {"category": category.pk, "made_from": "0"})
    assert not FormDraft.objects.exists()


def test_a_draft_is_replaced_by_the_next_and_dropped_on_request(writer):
    article = make.make_draft().article
    for title in ("Một", "Hai"):
        writer.post(SAVE, {"title": title, "_form_of": article.pk})
    assert FormDraft.objects.get().fields == {"title": ["Hai"]}

    answer = writer.post(DISCARD, {"_form_of": article.pk})

    assert answer.url == change_page(article)
    assert not FormDraft.objects.exists()


def test_nobody_sees_or_drops_the_draft_of_another(writer):
    article = make.make_draft().article
    writer.post(SAVE, {"title": "Của tôi", "_form_of": article.pk})
    other = person("nguoikhac", "view_article", "add_article", "change_article")

    assert "Có bản đang gõ dở" not in text_of(other.get(change_page(article)))
    assert "Của tôi" not in text_of(other.get(change_page(article) + "?khoi-phuc=1"))
    other.post(DISCARD, {"_form_of": article.pk})

    assert FormDraft.objects.count() == 1


@pytest.mark.parametrize("address", [SAVE, DISCARD])
def test_only_those_who_may_save_the_form_keep_drafts_of_it(writer, address):
    article = make.make_draft().article
    reader = person("docbai", "view_article")

    assert reader.post(address, {"title": "x", "_form_of": article.pk}).status_code == 403
    assert reader.post(address, {"title": "x", "_form_of": ""}).status_code == 403
    assert writer.post(address, {"title": "x", "_form_of": "999999"}).status_code == 404
    assert writer.post(address, {"title": "x", "_form_of": "x'y"}).status_code == 404
    assert writer.get(address).status_code == 405
    assert Client().post(address, {"title": "x"}).status_code == 302
    assert not FormDraft.objects.exists()


def test_a_draft_is_not_kept_without_the_token_of_the_form(writer):
    article = make.make_draft().article
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="canbo"))

    assert strict.post(SAVE, {"title": "x", "_form_of": article.pk}).status_code == 403
    assert not FormDraft.objects.exists()


def test_there_is_an_end_to_the_length_of_a_draft(writer):
    long = "a" * autosave.LARGEST_DRAFT

    answer = writer.post(SAVE, {"body": long, "_form_of": ""})

    assert answer.status_code == 413
    assert "Bài dài quá" in json.loads(answer.content)["error"]
    assert not FormDraft.objects.exists()


def test_the_token_of_the_form_is_not_kept(writer):
    writer.post(SAVE, {"title": "x", "csrfmiddlewaretoken": "abc", "_form_of": ""})

    assert FormDraft.objects.get().fields == {"title": ["x"]}


@pytest.fixture
def page(new_page, transactional_db):
    User.objects.create_superuser("quantri", password="mat-khau-dai-12")
    page = new_page()
    page.goto(reverse("admin:login"))
    page.fill("#id_username", "quantri")
    page.fill("#id_password", "mat-khau-dai-12")
    page.click("input[type=submit]")
    page.wait_for_selector("#user-tools")
    return page


def test_typing_is_kept_on_leaving_offered_and_restored_in_a_browser(page):
    article = make.make_draft("Tên cũ").article
    page.goto(change_page(article))
    status = page.locator(".autosave [role=status]")
    assert "tự lưu tạm" in status.inner_text()

    page.fill("#id_title", "Tên đang gõ")
    page.goto(reverse("admin:index"))
    wait_until(FormDraft.objects.exists)
    page.goto(change_page(article))
    assert page.input_value("#id_title") == "Tên cũ"
    page.get_by_role("link", name="Khôi phục").click()

    assert page.input_value("#id_title") == "Tên đang gõ"
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_selector("text=Đã lưu bản số 2")
    assert page.locator("text=Có bản đang gõ dở").count() == 0
    assert not FormDraft.objects.exists()
