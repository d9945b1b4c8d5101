"""Writing, approving, comparing and scheduling articles in the admin: the happy path and each refusal."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach import bulletins, publishing
from outreach.admin.article_form import ArticleForm
from outreach.comparing import blocks_of, compare
from outreach.models import Article, ArticleVersion, Category, ChannelText, Mailing, Tag
from outreach.work_queues import outreach_queues
from tests import bulletins as issues
from tests import factories as make
from tests.outreach.test_admin import errors_of, filled, moment

pytestmark = pytest.mark.django_db

LIST = reverse("admin:outreach_article_changelist")
ADD = reverse("admin:outreach_article_add")
FAULTY = '<p>Xem <a href="/tin-tuc/khong-co-bai-nay/">bài này</a>.</p>'
DOUBTFUL = "<p>Bài nói về dịch vụ công mức độ 3.</p>"


def person(name, *codenames, **fields):
    user = User.objects.create_user(name, password="mat-khau-dai-12", is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def writer():
    return person(
        "canbo",
        *("view_article", "add_article", "change_article"),
        last_name="Nguyễn Thị",
        first_name="Viết",
    )


@pytest.fixture
def approver():
    return person("duyetbai", "view_article", "approve_article")


@pytest.fixture
def reader():
    return person("docbai", "view_article")


@pytest.fixture
def stranger():
    return person("nguoila", "view_procedure")


def address(step, article, *numbers):
    return reverse(f"admin:outreach_article_{step}", args=[article.pk, *numbers])


def typed(**fields):
    """A new article as a form sends it."""
    category = make.make_category()
    return {
        "title": "Nộp hồ sơ tại nhà",
        "lead": "Từ tháng này.",
        "body": "<p>Nội dung.</p>",
        "category": category.pk,
        "comments_enabled": "on",
        "language": "vi",
        "made_from": "0",
    } | fields


def change(client, article, **fields):
    """Open the form, type into it, and save."""
    page = client.get(address("change", article))
    return client.post(address("change", article), filled(page) | fields, follow=True)


def numbers_of(article):
    return list(article.versions.order_by("number").values_list("number", flat=True))


def told(article):
    return list(
        LogEntry.objects.filter(object_id=str(article.pk))
        .order_by("pk")
        .values_list("change_message", flat=True)
    )


def text_of(page):
    return page.content.decode()


# Viết


def test_a_new_article_is_a_draft_with_an_address_from_its_title(writer):
    tag = make.make_tag()

    page = writer.post(ADD, typed(tags=[tag.pk]), follow=True)

    version = ArticleVersion.objects.get()
    assert page.redirect_chain[-1][0] == address("change", version.article)
    assert (version.article.slug, version.number) == ("nop-ho-so-tai-nha", 1)
    assert (version.saved_by, list(version.tags.all())) == (writer.user, [tag])
    assert "Đã lưu bản số 1." in text_of(page)
    assert "Không thấy lỗi nào" in text_of(page)
    assert told(version.article) == ["Viết bản số 1."]


def test_a_second_article_of_the_same_title_has_an_address_of_its_own(writer):
    for _ in range(2):
        writer.post(ADD, typed())

    assert set(Article.objects.values_list("slug", flat=True)) == {
        "nop-ho-so-tai-nha",
        "nop-ho-so-tai-nha-2",
    }


def test_saving_a_form_that_nobody_touched_makes_no_version(writer):
    parts = {"tags": [make.make_tag()], "procedures": [make.make_procedure()]}
    version = make.make_draft(
        body="<p>Dòng một\ndòng hai.</p>",
        lead="Một.\nHai.",
        parts=parts,
        cover=make.make_picture(),
        cover_alt="Quầy một cửa.",
        publish_at=timezone.now().replace(second=0, microsecond=0) + timedelta(days=2),
    )
    # A browser ends lines as Windows does.
    sent = {"body": "<p>Dòng một\r\ndòng hai.</p>", "lead": "Một.\r\nHai."}

    page = change(writer, version.article, **sent)

    assert numbers_of(version.article) == [1]
    assert "Không có gì thay đổi" in text_of(page)


@pytest.mark.parametrize(
    "field", ["title", "lead", "body", "author_name", "source", "tags", "category", "publish_at"]
)
def test_every_changed_field_makes_a_version(writer, field):
    version = make.make_draft()
    values = {"tags": [make.make_tag().pk], "category": make.make_category().pk}
    values |= {"publish_at_0": "01/12/2099", "publish_at_1": "10:00", "body": "<p>Khác.</p>"}
    values["body"] = "<p>Khác.</p>"
    sent = {name: value for name, value in values.items() if name.startswith(field)}

    change(writer, version.article, **sent or {field: "Khác"})

    assert numbers_of(version.article) == [1, 2]


def test_an_edit_of_a_live_article_is_read_by_nobody_before_it_is_approved(writer):
    live = make.make_article("Bản cũ", publish_at=timezone.now() - timedelta(hours=2))

    change(writer, live.article, title="Bản mới")

    assert list(ArticleVersion.objects.public()) == [live]
    newest = live.article.versions.get(number=2)
    # The moment of the first publication asks for nothing any more.
    assert (newest.title, newest.approved_at, newest.publish_at) == ("Bản mới", None, None)
    assert "sửa tên bài" in told(live.article)[-1]


def test_what_somebody_else_saved_meanwhile_is_not_passed_over_and_nothing_typed_is_lost(writer):
    version = make.make_draft("Cũ")
    sent = filled(writer.get(address("change", version.article)))
    other = User.objects.create_user("nguoikhac", last_name="Trần Văn", first_name="Khác")
    make.make_draft("Của người khác", article=version.article, by=other)

    page = writer.post(address("change", version.article), sent | {"title": "Của tôi"})

    assert page.status_code == 200
    assert numbers_of(version.article) == [1, 2]
    assert "Trần Văn Khác đã lưu bản số 2 lúc" in errors_of(page)
    assert 'value="Của tôi"' in text_of(page)
    assert f"{address('compare', version.article)}?tu=1&amp;den=2" in text_of(page)

    again = writer.post(address("change", version.article), filled(page) | {"title": "Của tôi"})

    assert again.status_code == 302
    assert numbers_of(version.article) == [1, 2, 3]


def test_two_forms_that_are_saved_in_the_same_moment_are_not_mixed(writer, monkeypatch):
    """The other version comes between the check of the form and its saving."""
    version = make.make_draft("Cũ")
    sent = filled(writer.get(address("change", version.article)))
    make.make_draft("Của người khác", article=version.article)
    check = ArticleForm._refuse_to_pass_over_others

    def check_from_the_second_time_on(form):
        monkeypatch.setattr(ArticleForm, "_refuse_to_pass_over_others", check)

    monkeypatch.setattr(ArticleForm, "_refuse_to_pass_over_others", check_from_the_second_time_on)
    page = writer.post(address("change", version.article), sent | {"title": "Của tôi"})

    assert page.status_code == 200
    assert numbers_of(version.article) == [1, 2]
    assert "đã lưu bản số 2" in errors_of(page)
    assert 'value="Của tôi"' in text_of(page)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "bắt buộc"),
        ({"body": "<script>alert(1)</script>"}, "để trống"),
        ({"category": "0"}, "Chuyên mục"),
        ({"tags": ["x"]}, ""),
        (moment("expires_at", timezone.now()) | moment("publish_at", timezone.now()), "Giờ gỡ"),
        ({"language": "xx"}, "xx"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words_and_kept_in_the_form(writer, fields, words):
    page = writer.post(ADD, typed(source="Báo Cà Mau") | fields)

    assert page.status_code == 200
    assert not Article.objects.exists()
    assert errors_of(page)
    assert words in text_of(page)
    assert "Báo Cà Mau" in text_of(page)


def test_a_cover_needs_words_or_the_mark_that_it_needs_none(writer):
    picture = make.make_picture()

    refused = writer.post(ADD, typed(cover=picture.pk))
    assert "Viết ảnh cho thấy gì" in errors_of(refused)

    writer.post(ADD, typed(cover=picture.pk, cover_is_decorative="on"))
    assert ArticleVersion.objects.get().cover == picture


def test_words_about_a_cover_that_was_taken_out_go_with_it(writer):
    version = make.make_draft(cover=make.make_picture(), cover_alt="Quầy.")

    change(writer, version.article, cover="")

    newest = version.article.versions.get(number=2)
    assert (newest.cover, newest.cover_alt) == (None, "")


def test_a_translation_is_in_another_language_than_its_original(writer):
    original = make.make_draft().article

    refused = writer.post(ADD, typed(translation_of=original.pk))
    assert "ngôn ngữ khác" in errors_of(refused)

    writer.post(ADD, typed(translation_of=original.pk, language="en"))
    assert original.translations.get().language == "en"


def test_the_address_is_fixed_once_saved_and_the_language_once_approved(writer):
    live = make.make_article("Bài")

    change(writer, live.article, slug="khac", language="en", title="Tên khác")

    live.article.refresh_from_db()
    assert (live.article.slug, live.article.language) == ("bai", "vi")


# Danh sách


def test_the_list_shows_state_person_and_category_and_asks_as_often_for_many(
    writer, django_assert_num_queries, django_assert_max_num_queries
):
    category = make.make_category("Tin một cửa")
    make.make_draft("Bài của tôi", by=writer.user, category=category)
    writer.get(LIST)
    with django_assert_max_num_queries(10) as few:
        page = text_of(writer.get(LIST))
    for words in ["Bài của tôi", "Tin một cửa", "bản thảo", "Nguyễn Thị Viết, "]:
        assert words in page
    for _ in range(5):
        live = make.make_article(category=category)
        make.make_draft(article=live.article, by=writer.user)

    with django_assert_num_queries(len(few)):
        writer.get(LIST)


def test_the_list_is_searched_by_the_newest_title_without_accents(writer):
    make.make_draft("Tên mới của bài", article=make.make_draft("Đăng ký khai sinh").article)
    make.make_draft("Bài khác")

    def found(query):
        return list(map(str, writer.get(LIST, {"q": query}).context["cl"].result_list))

    assert found("ten MOI") == ["Tên mới của bài"]
    assert found("khai sinh") == []
    assert len(found("")) == 2


def test_the_list_is_filtered_by_state_category_and_language(writer):
    live = make.make_article("Đang đăng", category=make.make_category("Một", slug="mot"))
    make.make_draft("Thảo", category=make.make_category("Hai", slug="hai"), language="en")

    def found(**filters):
        return list(map(str, writer.get(LIST, filters).context["cl"].result_list))

    assert found(**{"tinh-trang": "dang-dang"}) == [str(live.article)]
    assert found(**{"tinh-trang": "khong-co"}) == ["Thảo", "Đang đăng"]
    assert found(**{"chuyen-muc": "hai"}) == ["Thảo"]
    assert found(language__exact="en") == ["Thảo"]


# Gửi duyệt, duyệt, trả lại


def test_save_and_submit_in_one_step_and_another_person_approves(writer, approver):
    page = writer.post(ADD, typed(_submit="1"), follow=True)
    version = ArticleVersion.objects.get()
    assert "Đã gửi duyệt bản số 1" in text_of(page)
    assert version.is_waiting

    shown = text_of(approver.get(address("approve", version.article, 1)))
    assert "Duyệt và đăng" in shown
    assert f'src="{address("preview", version.article, 1)}"' in shown
    done = approver.post(address("approve", version.article, 1), follow=True)

    assert "Đã duyệt bản số 1, đăng ngay." in text_of(done)
    assert list(ArticleVersion.objects.public()) == [version]
    assert told(version.article) == [
        "Viết bản số 1.",
        "Gửi duyệt bản số 1.",
        "Duyệt bản số 1, đăng ngay.",
    ]


def test_a_version_for_later_is_approved_for_its_minute(approver):
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=3)
    version = publishing.submit(make.make_draft(publish_at=at), by=None)
    words = f"{timezone.localtime(at):%H:%M} ngày {timezone.localtime(at):%d/%m/%Y}"

    assert f"Duyệt, đăng lúc {words}" in text_of(
        approver.get(address("approve", version.article, 1))
    )
    approver.post(address("approve", version.article, 1))

    version.refresh_from_db()
    assert version.public_from == at


def test_faults_hold_a_version_up_and_are_named(writer, approver):
    page = writer.post(ADD, typed(body=FAULTY, _submit="1"), follow=True)
    version = ArticleVersion.objects.get()

    assert "Chưa gửi duyệt được bản số 1" in text_of(page)
    assert "Phải sửa:" in text_of(page)
    assert not version.is_waiting

    # What became a fault while the version waited.
    ArticleVersion.objects.update(submitted_at=timezone.now())
    shown = text_of(approver.get(address("approve", version.article, 1)))
    assert "chưa duyệt được" in shown
    assert "Duyệt và đăng" not in shown
    approver.post(address("approve", version.article, 1))
    assert not ArticleVersion.objects.public().exists()


def test_warnings_are_ticked_one_by_one_before_approval(approver):
    version = publishing.submit(make.make_draft(body=DOUBTFUL), by=None)
    here = address("approve", version.article, 1)
    page = approver.get(here)
    boxes = page.context["approval_form"].fields
    assert len(boxes) >= 1

    refused = approver.post(here)
    assert refused.status_code == 422
    assert "Xin đánh dấu là đã xem" in text_of(refused)
    assert not ArticleVersion.objects.public().exists()

    approver.post(here, dict.fromkeys(boxes, "on"))
    assert ArticleVersion.objects.public().exists()


def test_a_version_saved_after_the_page_was_opened_is_not_approved_unseen(approver):
    version = publishing.submit(make.make_draft(), by=None)
    approver.get(address("approve", version.article, 1))
    newer = publishing.submit(make.make_draft(article=version.article), by=None)

    page = approver.post(address("approve", version.article, 1), follow=True)

    assert "Bài đã có bản mới hơn" in text_of(page)
    assert not ArticleVersion.objects.public().exists()
    newer.refresh_from_db()
    assert newer.approved_at is None


def test_a_writer_does_not_approve_even_with_every_right(admin_client, admin_user):
    version = publishing.submit(make.make_draft(by=admin_user), by=admin_user)
    make.make_draft(article=version.article)
    newest = publishing.submit(version.article.versions.get(number=2), by=None)

    shown = text_of(admin_client.get(address("approve", version.article, 2)))
    assert "không tự duyệt" in shown
    assert "Duyệt và đăng" not in shown
    page = admin_client.post(address("approve", version.article, 2), follow=True)

    assert "không tự duyệt" in text_of(page)
    newest.refresh_from_db()
    assert newest.approved_at is None


def test_a_version_is_sent_back_with_a_reason_that_its_writer_reads(writer, approver):
    version = publishing.submit(make.make_draft(by=writer.user), by=writer.user)

    refused = approver.post(address("return", version.article, 1), {"reason": " "})
    assert refused.status_code == 422
    assert "Xin ghi lý do" in text_of(refused)
    approver.post(address("return", version.article, 1), {"reason": "Thiếu số điện thoại."})

    page = text_of(writer.get(address("change", version.article)))
    assert "Thiếu số điện thoại." in page
    assert "bị trả lại lúc" in page
    assert told(version.article)[-1] == "Trả lại bản số 1: Thiếu số điện thoại."


def test_the_approver_sees_what_changed_since_the_public_version(approver):
    live = make.make_article("Mức phí cũ", body="<p>Phí là 8.000 đồng.</p>")
    edited = make.make_draft("Mức phí mới", article=live.article, body="<p>Phí là 5.000 đồng.</p>")
    publishing.submit(edited, by=None)

    page = text_of(approver.get(address("approve", live.article, 2)))

    assert "So với bản số 1." in page
    for words in ["8.000", "5.000"]:
        assert f"</span>{words}<span" in page


def test_an_approver_who_may_not_write_is_shown_the_desk(approver):
    version = make.make_draft()

    page = approver.get(address("change", version.article))

    assert page.url == address("desk", version.article)


# Hủy hẹn, gỡ bài


def test_a_schedule_is_called_off_after_a_question(approver):
    live = make.make_article("Đang đăng")
    later = make.make_draft(article=live.article, publish_at=timezone.now() + timedelta(days=1))
    publishing.approve(publishing.submit(later, by=None), by=None)

    assert "Hủy lịch đăng đã duyệt?" in text_of(approver.get(address("cancel", live.article)))
    assert ArticleVersion.objects.scheduled().count() == 1
    approver.post(address("cancel", live.article))

    assert not ArticleVersion.objects.scheduled().exists()
    assert list(ArticleVersion.objects.public()) == [live]
    assert told(live.article) == ["Hủy hẹn đăng."]
    again = approver.post(address("cancel", live.article), follow=True)
    assert "không có lịch hẹn" in text_of(again)


def test_an_article_is_taken_down_after_a_question(approver):
    live = make.make_article()

    assert "Gỡ bài khỏi Cổng ngay bây giờ?" in text_of(
        approver.get(address("withdraw", live.article))
    )
    assert ArticleVersion.objects.public().exists()
    approver.post(address("withdraw", live.article))

    assert not ArticleVersion.objects.public().exists()
    assert told(live.article) == ["Gỡ bài khỏi Cổng."]
    again = approver.post(address("withdraw", live.article), follow=True)
    assert "không đang đăng" in text_of(again)


# Quyền


STEPS = [
    ("submit", [1], "post", {"writer"}),
    ("restore", [1], "post", {"writer"}),
    ("share", [], "post", {"writer", "approver"}),
    ("revoke", [1], "post", {"writer", "approver"}),
    ("approve", [1], "post", {"approver"}),
    ("approve", [1], "get", {"approver"}),
    ("return", [1], "post", {"approver"}),
    ("cancel", [], "post", {"approver"}),
    ("withdraw", [], "post", {"approver"}),
    ("withdraw", [], "get", {"approver"}),
    ("desk", [], "get", {"writer", "approver", "reader"}),
    ("compare", [], "get", {"writer", "approver", "reader"}),
    ("preview", [1], "get", {"writer", "approver", "reader"}),
]


@pytest.mark.parametrize(
    ("step", "numbers", "method", "allowed"),
    STEPS,
    ids=[f"{method} {step}" for step, _numbers, method, _allowed in STEPS],
)
def test_each_step_asks_for_its_right(step, numbers, method, allowed, request):
    article = make.make_draft().article
    refused = {"writer", "approver", "reader", "stranger"} - allowed

    for name in refused:
        client = request.getfixturevalue(name)
        answer = getattr(client, method)(address(step, article, *numbers))
        assert answer.status_code == 403, name
    for name in allowed:
        client = request.getfixturevalue(name)
        answer = getattr(client, method)(address(step, article, *numbers))
        assert answer.status_code != 403, name
    assert Client().get(address(step, article, *numbers)).status_code == 302


@pytest.mark.parametrize(
    "step", ["submit", "return", "share", "revoke", "restore"], ids=lambda step: step
)
def test_what_changes_something_is_not_done_by_following_a_link(admin_client, step):
    article = make.make_draft().article
    numbers = [] if step == "share" else [1]

    assert admin_client.get(address(step, article, *numbers)).status_code == 405


@pytest.mark.parametrize("step", ["approve", "return", "submit", "restore", "preview"])
def test_a_version_number_of_another_article_is_not_found(admin_client, step):
    article = make.make_draft().article
    two = make.make_draft(article=make.make_draft().article)
    assert two.number == 2

    send = admin_client.get if step == "preview" else admin_client.post
    assert send(address(step, article, 2)).status_code == 404


@pytest.mark.parametrize("numbers", ["tu=1&den=9", "tu=0&den=1", "tu=x&den=1", "tu=1&den=1e3"])
def test_versions_that_are_not_there_are_not_compared(admin_client, numbers):
    article = make.make_draft().article

    assert admin_client.get(f"{address('compare', article)}?{numbers}").status_code == 404


def test_what_was_public_is_not_deleted_and_a_draft_may_be(admin_client):
    draft, live = make.make_draft().article, make.make_article().article

    refused = admin_client.post(address("delete", live), {"post": "yes"})
    done = admin_client.post(address("delete", draft), {"post": "yes"})

    assert (refused.status_code, done.status_code) == (403, 302)
    assert list(Article.objects.all()) == [live]


def test_a_tag_that_a_version_has_is_not_deleted_and_an_unused_one_may_be(admin_client):
    used, unused = make.make_tag(), make.make_tag()
    make.make_draft(parts={"tags": [used]})

    for tag in (used, unused):
        admin_client.post(reverse("admin:outreach_tag_delete", args=[tag.pk]), {"post": "yes"})

    assert list(Tag.objects.all()) == [used]


def test_a_category_is_given_an_address_from_its_name(admin_client):
    add = reverse("admin:outreach_category_add")

    admin_client.post(add, {"name": "Một cửa", "order": "1"})

    assert Category.objects.get().slug == "mot-cua"


# Các bản


def test_every_version_is_listed_with_its_person_and_its_fate(reader, writer):
    first = make.make_article("Một", by=writer.user)
    for title in ("Hai", "Ba"):
        make.make_draft(title, article=first.article, by=writer.user)

    rows = reader.get(address("desk", first.article)).context["versions"]

    assert [(row.version.number, row.saved_by, row.fate) for row in rows] == [
        (3, "Nguyễn Thị Viết", "bản thảo"),
        (2, "Nguyễn Thị Viết", "bản thảo"),
        (1, "Nguyễn Thị Viết", "đang đăng"),
    ]


def test_an_earlier_version_is_restored_as_a_new_one(writer):
    first = make.make_draft("Bản đầu")
    make.make_draft("Bản sau", article=first.article)

    page = writer.post(address("restore", first.article, 1), {"made_from": "2"}, follow=True)

    assert numbers_of(first.article) == [1, 2, 3]
    assert str(first.article.versions.get(number=3)) == "Bản đầu"
    assert "Khôi phục nội dung bản số 1 thành bản số 3." in text_of(page)
    refused = writer.post(address("restore", first.article, 1), {"made_from": "2"}, follow=True)
    assert "Bài đã có bản mới hơn" in text_of(refused)
    assert numbers_of(first.article) == [1, 2, 3]


def test_two_versions_are_compared_word_by_word_with_their_structure():
    before = make.make_draft(
        "Phí cũ",
        body="<h2>Mức phí</h2><p>Phí là <strong>8.000</strong> đồng.</p><p>Bỏ đi.</p>",
        source="Báo",
    )
    after = make.make_draft(
        "Phí mới",
        article=before.article,
        body="<h3>Mức phí</h3><p>Phí là <strong>5.000</strong> đồng.</p><ul><li>Mới.</li></ul>",
        parts={"tags": [make.make_tag("Lệ phí")]},
    )

    found = compare(before, after)

    def words(block):
        return block.name, [(piece.kind, piece.text) for piece in block.pieces]

    assert words(found.title)[1] == [("same", "Phí"), ("del", "cũ"), ("ins", "mới")]
    assert [words(block) for block in found.body] == [
        ("Đề mục cấp 2", [("del", "Mức phí")]),
        ("Đề mục cấp 3", [("ins", "Mức phí")]),
        (
            "Đoạn",
            [
                ("same", "Phí là [đậm:"),
                ("del", "8.000]"),
                ("ins", "5.000]"),
                ("same", "đồng."),
            ],
        ),
        ("Đoạn", [("del", "Bỏ đi.")]),
        ("Gạch đầu dòng", [("ins", "Mới.")]),
    ]
    assert [(one.name, one.before, one.after) for one in found.fields] == [
        ("Nguồn", "Báo", ""),
        ("Thẻ", "", "Lệ phí"),
    ]
    assert compare(before, before).is_empty


def test_pictures_links_and_tables_are_told_in_words():
    assert blocks_of(
        '<figure><img src="/hinh-anh/k/w1280.webp" alt="Quầy"><figcaption>Ảnh</figcaption></figure>'
        "<table><tr><th>Năm</th><td><p>2026</p></td></tr></table>"
        '<p>Xem <a href="/tim-kiem/">nơi tìm</a>.</p>chữ trần'
    ) == [
        ("Ảnh", "Quầy [/hinh-anh/k/w1280.webp]"),
        ("Chú thích ảnh", "Ảnh"),
        ("Ô tiêu đề của bảng", "Năm"),
        ("Ô của bảng", "2026"),
        ("Đoạn", "Xem [liên kết /tim-kiem/: nơi tìm] ."),
        ("Đoạn", "chữ trần"),
    ]


def test_the_compare_page_says_in_words_what_came_and_what_went(reader):
    first = make.make_draft("Phí cũ")
    make.make_draft("Phí mới", article=first.article)

    page = text_of(reader.get(address("compare", first.article)))

    assert '<del><span class="visually-hidden">[bỏ:</span>cũ' in page
    assert '<ins><span class="visually-hidden">[thêm:</span>mới' in page


# Lịch, việc cần làm


def test_the_calendar_shows_what_begins_and_ends_in_its_month(admin_client):
    at = timezone.make_aware(timezone.datetime(2099, 5, 10, 8, 30))
    live = make.make_article("Bài đang đăng")
    coming = make.make_draft("Bản sửa sắp đăng", article=live.article, publish_at=at)
    publishing.approve(publishing.submit(coming, by=None), by=None)
    ending = make.make_article("Bài sắp gỡ", expires_at=at + timedelta(days=1))
    make.make_material("Tờ rơi sắp ra", published_at=at)
    make.make_notice("Thông báo sắp hết", shown_until=at)
    make.make_article("Bài không có trong tháng")

    page = text_of(
        admin_client.get(reverse("admin:outreach_article_calendar_month", args=[2099, 5]))
    )

    for words in [
        "08:30 Bản sửa được đăng: <a",
        "08:30 Gỡ bài: <a",
        "08:30 Tài liệu công khai: <a",
        "08:30 Thông báo thôi hiện: <a",
        str(ending),
        "Bản sửa sắp đăng",
    ]:
        assert words in page
    # One version takes over from the other: that is one event.
    assert page.count("08:30 ") == 4
    assert "Bài không có trong tháng" not in page


def test_the_calendar_shows_only_what_a_person_may_see(reader, stranger):
    at = timezone.make_aware(timezone.datetime(2099, 5, 10, 8, 30))
    make.make_notice("Thông báo sắp hết", shown_until=at)
    here = reverse("admin:outreach_article_calendar_month", args=[2099, 5])

    assert "Thông báo sắp hết" not in text_of(reader.get(here))
    assert stranger.get(here).status_code == 403


@pytest.mark.parametrize("month", [(2026, 0), (2026, 13), (1999, 1), (2101, 1), (99999, 1)])
def test_months_that_do_not_exist_are_not_found(admin_client, month):
    here = reverse("admin:outreach_article_calendar_month", args=month)

    assert admin_client.get(here).status_code == 404


def make_issues_that_wait(three_days_ago):
    """One of each kind that the staff home counts."""
    composer = make.make_staff("soan-ban-tin")
    waiting, returned, live = (
        issues.make_draft_issue(pieces=[issues.own_words()]) for _count in range(3)
    )
    bulletins.submit(waiting, by=composer, now=three_days_ago)
    bulletins.submit(returned, by=composer)
    bulletins.send_back(returned, by=None, reason="Sửa.")
    figure = issues.make_figure()
    issues.make_draft_issue(pieces=[lambda issue: bulletins.figure_item(issue, figure)])
    figure.replaced_by = issues.make_figure(part=1486)
    figure.save()
    bulletins.submit(live, by=composer)
    bulletins.approve(live, by=None)
    Mailing.objects.create(
        issue=live, subject="Bản tin", html="<p>", text="Bản tin", paused_at=timezone.now()
    )
    ChannelText.objects.create(
        issue=live,
        channel="zalo",
        body="Lời.",
        source_digest="cũ",
        edited_at=live.created_at - timedelta(days=1),
    )


def test_every_number_on_the_staff_home_is_that_of_the_list_it_leads_to(admin_client):
    ended_act = make.make_legal_document(expired_on="2020-01-01")
    live = make.make_article(parts={"legal_documents": [ended_act]})
    make.make_draft(parts={"legal_documents": [ended_act]})
    three_days_ago = timezone.now() - timedelta(days=3)
    publishing.submit(make.make_draft(), by=None, now=three_days_ago)
    publishing.submit(make.make_draft(article=live.article), by=None)
    sent = publishing.submit(make.make_draft(), by=None)
    publishing.send_back(sent, by=None, reason="Sửa.")
    make.make_comment(live.article, submitted_at=three_days_ago)
    make_issues_that_wait(three_days_ago)

    page = admin_client.get(reverse("admin:index"))
    queues = outreach_queues(page.wsgi_request)

    assert {queue.label: (queue.count, queue.age) for queue in queues} == {
        "Tin bài chờ duyệt": (2, "3 ngày"),
        "Tin bài bị trả lại": (1, "hôm nay"),
        "Bài đang đăng dẫn văn bản hết hiệu lực": (1, ""),
        "Số bản tin chờ duyệt": (1, "3 ngày"),
        "Số bản tin bị trả lại": (1, "hôm nay"),
        "Số bản tin đang soạn có nguồn đã đổi": (1, ""),
        "Đợt gửi bản tin đang tạm dừng hoặc có thư chưa rõ": (1, ""),
        "Lời cho các kênh có thể đã cũ": (1, ""),
        "Ý kiến bạn đọc chờ duyệt": (1, "3 ngày"),
    }
    for queue in queues:
        assert queue.label in text_of(page)
        assert admin_client.get(queue.address).context["cl"].result_count == queue.count
    assert reverse("admin:outreach_article_calendar") in text_of(page)


def test_queues_are_shown_to_those_who_may_see_what_is_in_them(reader, stranger):
    assert "Tin bài chờ duyệt" in text_of(reader.get(reverse("admin:index")))
    assert "Ý kiến bạn đọc chờ duyệt" not in text_of(reader.get(reverse("admin:index")))
    assert "Tin bài chờ duyệt" not in text_of(stranger.get(reverse("admin:index")))
