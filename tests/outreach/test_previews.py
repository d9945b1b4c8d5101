"""Articles shown before they are public: by private links that end, to staff, and to nobody else."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from outreach import previews
from outreach.models import PreviewLink
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def writer(client):
    user = User.objects.create_user("canbo", is_staff=True)
    codenames = ["view_article", "change_article"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def link_to(article, days=1, now=None):
    link, token = previews.create_link(article, by=None, days=days, now=now or timezone.now())
    return link, reverse("outreach:preview", args=[token])


def status_of(client, address):
    answer = client.get(address)
    # A file that is handed out stays open until it is read to its end.
    assert answer.getvalue() or answer.status_code == 302
    return answer.status_code


def illustrated_draft():
    """A draft with a cover, a picture in its text, an attached file and a linked one."""
    cover, picture = make.make_picture("Ảnh đầu"), make.make_picture("Ảnh trong bài")
    attached, linked = make.make_library_file("Đính kèm"), make.make_library_file("Trong bài")
    body = (
        f'<figure><img src="/hinh-anh/{picture.key}/w1280.webp" alt="Quầy"></figure>'
        f'<p>Tải <a href="/tep/{linked.key}/">mẫu đơn</a>.</p>'
    )
    return make.make_draft(
        "Bài chưa đăng", body=body, cover=cover, cover_alt="Trụ sở", parts={"files": [attached]}
    )


def test_a_link_shows_the_newest_version_to_anybody_and_keeps_it_secret(client):
    version = make.make_draft("Bản đầu")
    _link, address = link_to(version.article)
    make.make_draft("Bản mới nhất", article=version.article)

    page = client.get(address)

    assert page.status_code == 200
    text = page.content.decode()
    assert "Bản mới nhất" in text
    assert "Bản xem trước, chưa công khai" in text
    assert '<meta name="robots" content="noindex, nofollow">' in text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


def test_pictures_and_files_of_a_draft_lie_below_the_link_and_nowhere_else(client):
    version = illustrated_draft()
    link, address = link_to(version.article)

    text = client.get(address).content.decode()

    assert not re.search(r'["\s,]/(hinh-anh|tep)/', text)
    found = set(re.findall(rf'["\s,]({re.escape(address)}(?:hinh-anh|tep)/[^"\s,]+)', text))
    keys = {part.split("/")[-2 if "/tep/" in part else -2] for part in found}
    assert len(keys) == 4
    for part in found:
        answer = client.get(part)
        assert answer.status_code == 200, part
        assert answer.getvalue()
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        # Not without the link, and not once it is taken back.
        assert client.get(part.replace(address, "/")).status_code == 404
    previews.revoke_link(link)
    assert {status_of(client, part) for part in found} == {404}


def test_a_link_leads_to_no_picture_or_file_of_other_articles(client):
    _link, address = link_to(make.make_draft().article)
    picture, file = make.make_picture(), make.make_library_file()

    for part in (f"hinh-anh/{picture.key}/w640.webp", f"tep/{file.key}/"):
        assert client.get(address + part).status_code == 404
    own = illustrated_draft()
    _link, address = link_to(own.article)
    assert client.get(f"{address}hinh-anh/{own.cover.key}/goc.png").status_code == 404


def test_wrong_expired_and_revoked_links_are_answered_alike(client):
    article = make.make_draft().article
    _expired, expired = link_to(article, now=timezone.now() - timedelta(days=1))
    revoked_link, revoked = link_to(article)
    previews.revoke_link(revoked_link)
    wrong = reverse("outreach:preview", args=["x" * 32])

    answers = [client.get(address) for address in (expired, revoked, wrong)]

    assert {answer.status_code for answer in answers} == {404}
    pages = {
        re.sub(r"/xem-truoc/[^/\"]+/", "", answer.content.decode()).replace("\n", "")
        for answer in answers
    }
    assert len(pages) == 1


def test_a_link_ends_at_its_second(client):
    article = make.make_draft().article
    link, token = previews.create_link(article, by=None, days=3, now=NOW)

    assert link.expires_at == NOW + timedelta(days=3)
    assert previews.article_at(token, link.expires_at - timedelta(seconds=1)) == article
    assert previews.article_at(token, link.expires_at) is None


def test_only_a_hash_of_a_link_is_kept_and_no_two_are_alike():
    article = make.make_draft().article
    tokens = {previews.create_link(article, by=None, days=1)[1] for _ in range(20)}

    assert len(tokens) == 20
    # Letters of base64 carry six bits each.
    assert all(len(token) * 6 >= 128 for token in tokens)
    for link in PreviewLink.objects.values():
        assert not any(token in str(link) for token in tokens)


@pytest.mark.parametrize("days", [0, 2, 8, -1])
def test_a_link_lasts_one_three_or_seven_days(days):
    with pytest.raises(ValidationError, match="1, 3 hoặc 7 ngày"):
        previews.create_link(make.make_draft().article, by=None, days=days)


def test_there_is_an_end_to_the_number_of_open_links():
    article = make.make_draft().article
    for _ in range(previews.MOST_OPEN_LINKS):
        link, _token = previews.create_link(article, by=None, days=1)
    with pytest.raises(ValidationError, match="thu hồi bớt"):
        previews.create_link(article, by=None, days=1)

    previews.revoke_link(link)

    previews.create_link(article, by=None, days=1)


def test_staff_make_a_link_see_its_address_once_and_take_it_back(writer):
    article = make.make_draft("Bài").article
    desk = reverse("admin:outreach_article_desk", args=[article.pk])

    made = writer.post(reverse("admin:outreach_article_share", args=[article.pk]), {"days": "7"})
    address = re.search(r'value="[^"]*(/xem-truoc/[^"]+)"', made.content.decode())[1]
    link = PreviewLink.objects.get()

    assert writer.get(address).status_code == 200
    assert link.expires_at - link.created_at == timedelta(days=7)
    listed = writer.get(desk)
    assert address not in listed.content.decode()
    assert list(listed.context["links"]) == [link]

    revoke = reverse("admin:outreach_article_revoke", args=[article.pk, link.pk])
    assert "Đã thu hồi liên kết." in writer.post(revoke, follow=True).content.decode()
    assert writer.get(address).status_code == 404
    assert "đã thu hồi" in writer.post(revoke, follow=True).content.decode()


@pytest.mark.parametrize("days", ["", "2", "30", "x"])
def test_other_spans_are_refused_on_the_page(writer, days):
    article = make.make_draft().article

    page = writer.post(reverse("admin:outreach_article_share", args=[article.pk]), {"days": days})

    assert page.status_code == 422
    assert not PreviewLink.objects.exists()


def test_a_link_of_another_article_is_not_taken_back_here(writer):
    link, _address = link_to(make.make_draft().article)
    other = make.make_draft().article

    revoke = reverse("admin:outreach_article_revoke", args=[other.pk, link.pk])

    assert writer.post(revoke).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_staff_see_the_page_of_any_version_with_its_pictures_and_strangers_do_not(writer):
    version = illustrated_draft()
    here = reverse("admin:outreach_article_preview", args=[version.article.pk, 1])

    page = writer.get(here)
    parts = set(
        re.findall(rf'["\s,]({re.escape(here)}(?:hinh-anh|tep)/[^"\s,]+)', page.content.decode())
    )

    assert "Bài chưa đăng" in page.content.decode()
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert len(parts) >= 4
    assert {status_of(writer, part) for part in parts} == {200}
    writer.logout()
    assert {status_of(writer, part) for part in {here, *parts}} == {302}


def test_a_preview_asks_as_often_for_a_rich_article_as_needed(
    client, django_assert_max_num_queries
):
    _link, address = link_to(illustrated_draft().article)
    client.get(address)

    with django_assert_max_num_queries(20):
        client.get(address)


def test_robots_are_told_to_stay_away(client):
    assert "Disallow: /xem-truoc/" in client.get("/robots.txt").content.decode()
