"""Readers' comments: sent through a guarded form, read by a person, shown without an e-mail."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.template import RequestContext, Template
from django.test import Client
from django.utils import timezone

from outreach.forms import CommentForm
from outreach.models import Comment
from outreach.moderation import approve_comment, reject_comment, take_down_comment
from outreach.views.comments import COMMENT_LIMIT
from portal.forms import GuardedForm
from tests import factories as make

EMAIL = "chim-yen@example.vn"


@pytest.fixture
def version(db):
    return make.make_article("Cấp lại thẻ bảo hiểm y tế", slug="the-bao-hiem")


@pytest.fixture
def moderator(db):
    moderator = get_user_model().objects.create_user("duyet", password="x", is_staff=True)
    rights = Permission.objects.filter(codename__in=["view_comment", "change_comment"])
    moderator.user_permissions.set(rights)
    return moderator


@pytest.fixture
def staff(client, moderator):
    client.force_login(moderator)
    return client


def stamp(*, seconds=60, form=CommentForm):
    return form.new_stamp(timezone.now() - timedelta(seconds=seconds))


def send(client, *, slug="the-bao-hiem", **fields):
    typed = {"name": "Cô Bảy", "body": "Bài dễ hiểu.", "stamp": stamp()} | fields
    return client.post(f"/tin-tuc/{slug}/y-kien/", typed)


def shown(rf, version, query=""):
    template = Template("{% load outreach %}{% comments version %}")
    return template.render(RequestContext(rf.get(f"/{query}"), {"version": version}))


def decide(comment, decision, **fields):
    return f"/quan-tri/outreach/comment/{comment.pk}/quyet-dinh/{decision}/", fields


# Gửi ý kiến


def test_a_comment_waits_for_a_person_to_read_it(client, rf, version):
    response = send(client, email=EMAIL, consent="on")

    assert response.status_code == 302
    assert response.url == "/tin-tuc/the-bao-hiem/y-kien/da-gui/"
    assert "chờ người biên tập" in client.get(response.url).content.decode()
    comment = Comment.objects.get()
    assert (comment.article, comment.name, comment.body, comment.email) == (
        version.article,
        "Cô Bảy",
        "Bài dễ hiểu.",
        EMAIL,
    )
    assert "Cô Bảy" not in shown(rf, version)


def test_only_the_page_of_the_form_sets_a_cookie_and_nobody_keeps_it(client, version):
    form = client.get("/tin-tuc/the-bao-hiem/y-kien/")
    assert form.headers["Cache-Control"] == "no-store"
    assert set(form.cookies) == {"csrftoken"}

    client.cookies.clear()
    assert not client.get("/tin-tuc/the-bao-hiem/y-kien/da-gui/").cookies


def test_a_comment_without_the_secret_of_the_page_is_refused(version):
    assert send(Client(enforce_csrf_checks=True)).status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "Ghi tên ông/bà"),
        ({"name": "\u200b\u202e"}, "Ghi tên ông/bà"),
        ({"name": "a" * 81}, "80"),
        ({"body": " \n "}, "Ghi ý kiến của ông/bà."),
        ({"body": "a" * 2001}, "2000"),
        ({"body": "a" * 500_000}, "2000"),
        ({"email": "chim-yen", "consent": "on"}, "ten@example.vn"),
        ({"email": EMAIL}, "Đánh dấu nếu ông/bà đồng ý"),
    ],
)
def test_what_is_missing_or_wrong_is_said(client, version, fields, message):
    response = send(client, **fields)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Comment.objects.exists()


def test_the_length_is_that_of_what_is_kept(client, version):
    send(client, body="a\r\n" * 1000)

    assert len(Comment.objects.get().body) == 1999


def test_what_is_kept_is_clean(client, version):
    send(client, name=" Tra\u0302\u0300n  \u202eBảy", body="Mot\u200b\r\n\r\n\r\n\r\ndo\u0300ng")

    comment = Comment.objects.get()
    assert (comment.name, comment.body) == ("Trần Bảy", "Mot\n\ndòng")


def test_a_sender_decides_nothing_but_the_words(client, version):
    send(client, approved_at="2026-01-01", article="999", form_key="x", decided_by="1")

    comment = Comment.objects.get()
    assert (comment.article, comment.approved_at) == (version.article, None)
    assert comment.form_key != "x"


@pytest.mark.parametrize(
    "article",
    [
        {"comments_enabled": False},
        {"expires_at": timezone.now() - timedelta(minutes=5)},
        None,
    ],
)
def test_only_an_article_that_is_public_and_open_takes_comments(client, db, article):
    if article is None:
        make.make_draft("Bản thảo", slug="the-bao-hiem")
    else:
        make.make_article(slug="the-bao-hiem", **article)

    assert client.get("/tin-tuc/the-bao-hiem/y-kien/").status_code == 404
    assert send(client).status_code == 404
    assert not Comment.objects.exists()


# Biểu mẫu có bảo vệ


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (lambda: {"website": "https://example.com"}, "ô ẩn"),
        (lambda: {"stamp": stamp(seconds=1)}, "nhanh hơn"),
        (lambda: {"stamp": stamp(seconds=25 * 3600)}, "quá một ngày"),
        (lambda: {"stamp": ""}, "quá một ngày"),
        (lambda: {"stamp": stamp() + "x"}, "quá một ngày"),
        (lambda: {"stamp": stamp(form=GuardedForm)}, "quá một ngày"),
    ],
)
def test_what_looks_like_a_program_is_held_and_a_person_sends_it_again(
    client, version, fields, message
):
    response = send(client, **fields())

    html = response.content.decode()
    assert response.status_code == 200
    assert message in re.search(r"autofocus>(.*?)</div>", html, re.DOTALL)[1]
    assert not Comment.objects.exists()

    again = response.context["form"]
    assert again["body"].value() == "Bài dễ hiểu."
    as_shown = {name: again[name].value() for name in ("name", "body", "website", "stamp")}
    later = CommentForm(as_shown, now=timezone.now() + timedelta(seconds=4))
    assert later.is_valid()


def test_the_trap_is_out_of_the_way_of_people(client, version):
    html = client.get("/tin-tuc/the-bao-hiem/y-kien/").content.decode()

    box = re.search(r'<div class="visually-hidden" aria-hidden="true">.*?</div>', html, re.DOTALL)
    assert 'name="website"' in box[0]
    assert 'tabindex="-1"' in box[0]
    assert 'autocomplete="off"' in box[0]


def test_sent_twice_it_is_one_comment_with_one_answer(client, version):
    one_page = stamp()

    first, second = (send(client, stamp=one_page) for _ in range(2))

    assert first.url == second.url
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_from_one_page_are_one_comment():
    make.make_article(slug="the-bao-hiem")
    one_page = stamp()

    def send_once(_):
        try:
            return send(Client(), stamp=one_page).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send_once, range(4)))

    assert answers == [302] * 4
    assert Comment.objects.count() == 1


def test_past_the_limit_nothing_that_was_typed_is_lost(client, version):
    for _ in range(COMMENT_LIMIT["limit"]):
        assert send(client).status_code == 302

    response = send(client, body="Ý kiến thứ sáu.")

    html = response.content.decode()
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= COMMENT_LIMIT["seconds"]
    assert response.headers["Cache-Control"] == "no-store"
    assert "chờ khoảng" in html
    assert "Ý kiến thứ sáu.</textarea>" in html
    assert Comment.objects.count() == COMMENT_LIMIT["limit"]


# Dưới bài viết


def approved(version, **fields):
    return make.make_comment(version.article, approved_at=timezone.now(), **fields)


def test_approved_comments_stand_under_the_article_in_order(rf, version, django_assert_num_queries):
    for number in range(23):
        approved(version, body=f"Ý kiến {number:02}.")
    make.make_comment(version.article, body="Chưa ai đọc.")

    with django_assert_num_queries(4):
        first, second = shown(rf, version), shown(rf, version, "?trang-y-kien=2")

    assert "(23)" in first
    assert re.findall(r"Ý kiến (\d\d)\.", first) == [f"{number:02}" for number in range(20)]
    assert re.findall(r"Ý kiến (\d\d)\.", second) == ["20", "21", "22"]
    assert "Chưa ai đọc." not in first + second
    assert 'href="/tin-tuc/the-bao-hiem/y-kien/"' in first
    assert shown(rf, version, "?trang-y-kien=999") == second


def test_addresses_and_markup_in_a_comment_are_only_text(rf, version):
    approved(version, name="<b>x</b>", body='https://example.com <a href="//x">x</a>')

    html = shown(rf, version)

    assert "https://example.com &lt;a href=" in html
    assert "&lt;b&gt;x" in html
    assert "example.com" not in "".join(re.findall(r'href="[^"]*"', html))


def test_an_article_that_takes_no_comments_says_so_and_keeps_those_it_has(rf, db):
    version = make.make_article(comments_enabled=False)
    approved(version, body="Ý kiến cũ.")

    html = shown(rf, version)

    assert "không nhận thêm ý kiến" in html
    assert "Ý kiến cũ." in html
    assert "/y-kien/" not in html


# Duyệt


def test_a_decision_erases_the_email(version, moderator):
    comments = [make.make_comment(version.article, email=EMAIL) for _ in range(2)]

    approve_comment(comments[0], by=moderator)
    reject_comment(comments[1], by=moderator, reason="advertising")

    assert [(c.email, c.decided_by) for c in Comment.objects.all()] == [("", moderator)] * 2
    assert list(Comment.objects.approved()) == [comments[0]]
    assert not Comment.objects.waiting().exists()


def test_an_approved_comment_is_taken_down_with_a_reason(version, moderator):
    comment = approved(version)

    take_down_comment(comment, by=moderator, reason="insult")

    assert not Comment.objects.approved().exists()
    assert comment.reject_reason == "insult"


@pytest.mark.parametrize(
    ("service", "fields", "state"),
    [
        (approve_comment, {}, {"approved_at": timezone.now()}),
        (approve_comment, {}, {"rejected_at": timezone.now(), "reject_reason": "other"}),
        (reject_comment, {"reason": "other"}, {"approved_at": timezone.now()}),
        (take_down_comment, {"reason": "other"}, {}),
        (reject_comment, {"reason": ""}, {}),
        (reject_comment, {"reason": "vui"}, {}),
    ],
)
def test_what_cannot_be_decided_stays_as_it_is(version, moderator, service, fields, state):
    comment = make.make_comment(version.article, **state)

    with pytest.raises(ValidationError):
        service(comment, by=moderator, **fields)

    assert Comment.objects.filter(pk=comment.pk, **state, decided_by=None).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does():
    comment = make.make_comment(make.make_article().article)
    staff = [get_user_model().objects.create_user(name) for name in ("mot", "hai")]

    def decide_once(number):
        mine = Comment.objects.get(pk=comment.pk)
        try:
            if number % 2:
                approve_comment(mine, by=staff[1])
            else:
                reject_comment(mine, by=staff[0], reason="off_topic")
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(decide_once, range(6)))

    assert sum(done) == 1


def test_the_queue_shows_first_who_has_waited_longest(staff, version):
    now = timezone.now()
    for body, days, approved_at in [
        ("Đã duyệt", 9, now),
        ("Chờ mới", 1, None),
        ("Chờ lâu", 5, None),
    ]:
        make.make_comment(
            version.article,
            body=body,
            submitted_at=now - timedelta(days=days),
            approved_at=approved_at,
        )

    html = staff.get("/quan-tri/outreach/comment/").content.decode()

    assert re.findall(r"<p>([^<]+)</p></td>", html) == ["Chờ lâu", "Chờ mới", "Đã duyệt"]
    assert "5 ngày" in html
    assert "/tin-tuc/the-bao-hiem/" in html
    waiting = staff.get("/quan-tri/outreach/comment/?tinh-trang=cho-duyet").content.decode()
    assert "Đã duyệt</p>" not in waiting


def test_staff_decide_on_the_page_of_a_comment(staff, version, moderator):
    first, second = (make.make_comment(version.article, email=EMAIL) for _ in range(2))

    page = staff.get(f"/quan-tri/outreach/comment/{first.pk}/change/").content.decode()
    address, fields = decide(first, "duyet")
    assert f'formaction="{address}"' in page
    staff.post(address, fields)
    address, fields = decide(second, "tu-choi", reason="insult")
    staff.post(address, fields)
    address, fields = decide(first, "go", reason="off_topic")
    staff.post(address, fields)

    reasons = Comment.objects.order_by("pk").values_list("reject_reason", flat=True)
    assert list(reasons) == ["off_topic", "insult"]
    said = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert said == [
        "Duyệt ý kiến.",
        "Từ chối ý kiến: Xúc phạm, bôi nhọ.",
        "Gỡ ý kiến đã duyệt: Không liên quan đến bài.",
    ]


def test_a_rejection_without_a_reason_is_asked_for_one(staff, version):
    comment = make.make_comment(version.article)
    address, fields = decide(comment, "tu-choi")

    response = staff.post(address, fields, follow=True)

    assert "Xin chọn lý do." in response.content.decode()
    assert Comment.objects.waiting().exists()
    assert not LogEntry.objects.exists()


def test_staff_decide_on_several_at_once(staff, version):
    comments = [make.make_comment(version.article) for _ in range(4)]

    for action, chosen in [("approve", comments[:2]), ("reject_advertising", comments[1:])]:
        fields = {"action": action, "_selected_action": [comment.pk for comment in chosen]}
        response = staff.post("/quan-tri/outreach/comment/", fields, follow=True)

    html = response.content.decode()
    assert "Đã quyết định 2 ý kiến." in html
    assert "1 ý kiến đã được quyết định từ trước" in html
    assert Comment.objects.approved().count() == 2
    assert Comment.objects.filter(reject_reason="advertising").count() == 2


def test_nobody_changes_the_words_of_a_reader_or_decides_without_the_right(
    staff, version, moderator
):
    comment = make.make_comment(version.article, email=EMAIL)
    page = f"/quan-tri/outreach/comment/{comment.pk}/change/"

    staff.post(page, {"name": "Khác", "body": "Khác", "email": "khac@example.vn"})
    assert staff.get(f"/quan-tri/outreach/comment/{comment.pk}/delete/").status_code == 403
    assert staff.get("/quan-tri/outreach/comment/add/").status_code == 403
    assert staff.get(decide(comment, "duyet")[0]).status_code == 405
    assert staff.post(decide(comment, "xoa")[0]).status_code == 404

    moderator.user_permissions.set(Permission.objects.filter(codename="view_comment"))
    assert staff.post(decide(comment, "duyet")[0]).status_code == 403
    html = staff.get(page).content.decode()
    assert "quyet-dinh" not in html
    assert EMAIL not in html

    comment.refresh_from_db()
    assert (comment.name, comment.email) == ("Trần Thị Bạn Đọc", EMAIL)
    assert Comment.objects.waiting().exists()


def test_an_email_is_seen_in_one_place_only(staff, rf, version, caplog):
    """A canary: looked for wherever a comment, its article or the work of staff is shown."""
    caplog.set_level("DEBUG")
    make.make_comment(version.article, name="Chim Yến", email=EMAIL)
    comment = Comment.objects.get()
    detail = f"/quan-tri/outreach/comment/{comment.pk}/change/"

    def seen():
        addresses = [
            "/",
            "/tin-tuc/",
            "/tin-tuc/the-bao-hiem/",
            "/en/tin-tuc/the-bao-hiem/",
            "/tin-tuc/the-bao-hiem/y-kien/",
            "/tin-tuc/the-bao-hiem/y-kien/da-gui/",
            "/tin-tuc/atom.xml",
            "/tin-tuc/tin-moi.json",
            "/tin-tuc/nhung/",
            "/tim-kiem/?q=Chim+Yến",
            "/tim-kiem.json?q=Chim+Yến",
            "/sitemap.xml",
            "/so-do-trang/",
            "/quan-tri/",
            "/quan-tri/outreach/comment/",
            "/quan-tri/outreach/comment/?q=chim-yen",
            f"/quan-tri/outreach/comment/{comment.pk}/history/",
        ]
        pages = {address: staff.get(address) for address in addresses}
        assert {page.status_code for page in pages.values()} == {200}
        texts = {address: page.content.decode() for address, page in pages.items()}
        texts |= {
            "under the article": shown(rf, version),
            "logs": caplog.text,
            "name": str(comment),
        }
        texts["admin log"] = str(list(LogEntry.objects.values()))
        return {
            canary: {place for place, text in texts.items() if canary in text}
            for canary in (EMAIL, "Chim Yến")
        }

    queue = "/quan-tri/outreach/comment/"
    assert EMAIL in staff.get(detail).content.decode()
    before = seen()
    assert before[EMAIL] == set()
    # What staff search for is repeated to them in the search box.
    assert before["Chim Yến"] - {"/tim-kiem/?q=Chim+Yến", "/tim-kiem.json?q=Chim+Yến"} == {queue}
    # Nor does a list answer whether some e-mail is in it.
    guess = staff.get("/quan-tri/outreach/comment/?email__startswith=chim")
    assert guess.status_code == 400

    staff.post(decide(comment, "duyet")[0])

    assert EMAIL not in staff.get(detail).content.decode()
    after = seen()
    assert after[EMAIL] == set()
    assert "under the article" in after["Chim Yến"]
