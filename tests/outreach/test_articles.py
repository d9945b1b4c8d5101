"""An article as its readers meet it: only when it is public, and with everything that belongs to it."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test.utils import override_script_prefix
from django.utils import timezone, translation

from outreach import publishing
from outreach.body import render_body
from outreach.models import ArticleVersion, Comment, VisitCount
from outreach.templatetags.outreach import official_date
from tests import factories

pytestmark = pytest.mark.django_db

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def page_of(client, version, prefix=""):
    return client.get(f"{prefix}/tin-tuc/{version.article.slug}/").content.decode()


def text_of(html):
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_what_is_not_public_is_not_found(client):
    now = timezone.now()
    draft = factories.make_draft("Bản thảo")
    scheduled = factories.make_article("Hẹn giờ", publish_at=now + timedelta(hours=1))
    expired = factories.make_article(
        "Hết hạn", at=now - timedelta(days=2), expires_at=now - timedelta(days=1)
    )
    withdrawn = factories.make_article("Đã gỡ")
    publishing.withdraw(withdrawn.article)

    pages = [
        client.get(version.article.get_absolute_url())
        for version in (draft, scheduled, expired, withdrawn)
    ]

    assert [page.status_code for page in pages] == [404] * 4
    assert len({page.content.replace(b"\n", b"")[:2000] for page in pages}) == 1


def test_an_edit_that_waits_leaves_the_public_words_as_they_are(client):
    version = factories.make_article("Tên cũ", slug="bai")
    factories.make_draft("Tên mới", article=version.article)

    html = page_of(client, version)

    assert "Tên cũ" in html
    assert "Tên mới" not in html


@pytest.mark.parametrize(
    ("moment", "vietnamese", "english"),
    [
        (
            datetime(2021, 4, 1, 10, 55, tzinfo=VIETNAM),
            "Thứ 5, ngày 01/04/2021 | 10:55 AM (GMT +7)",
            "Thursday, 1 April 2021 | 10:55 AM (GMT +7)",
        ),
        (
            datetime(2026, 11, 22, 0, 5, tzinfo=VIETNAM),
            "Chủ nhật, ngày 22/11/2026 | 12:05 AM (GMT +7)",
            "Sunday, 22 November 2026 | 12:05 AM (GMT +7)",
        ),
        (
            datetime(2026, 11, 22, 17, 30, tzinfo=ZoneInfo("UTC")),
            "Thứ 2, ngày 23/11/2026 | 12:30 AM (GMT +7)",
            "Monday, 23 November 2026 | 12:30 AM (GMT +7)",
        ),
    ],
)
def test_the_date_line_is_the_official_one(moment, vietnamese, english):
    assert official_date(moment) == vietnamese
    with translation.override("en"):
        assert official_date(moment) == english


def test_a_corrected_article_keeps_its_date_and_says_when_it_changed(client):
    first = factories.make_article("Bài", at=datetime(2026, 3, 2, 8, tzinfo=VIETNAM))
    second = factories.make_draft("Bài", article=first.article)
    publishing.submit(second, by=None)
    publishing.approve(second, by=None, now=datetime(2026, 3, 3, 14, 5, tzinfo=VIETNAM))

    shown = text_of(page_of(client, first))

    assert "Thứ 2, ngày 02/03/2026 | 08:00 AM (GMT +7)" in shown
    assert "Cập nhật Thứ 3, ngày 03/03/2026 | 02:05 PM (GMT +7)" in shown


def test_an_article_shows_what_belongs_to_it(client):
    procedure = factories.make_procedure(name="Thủ tục khai sinh")
    hidden = factories.make_procedure(name="Thủ tục còn là bản thảo", status="draft")
    old = factories.make_legal_document("1/2010/NĐ-CP", expired_on="2020-01-01")
    new = factories.make_legal_document("2/2026/NĐ-CP", effective_on="2026-01-01")
    file = factories.make_library_file("Kế hoạch năm", content=b"x" * 35_840, page_count=12)
    version = factories.make_article(
        author_name="Nguyễn Thị Mẫu",
        source="Sở Tư pháp",
        is_sample=True,
        parts={
            "procedures": [procedure, hidden],
            "legal_documents": [old, new],
            "files": [file],
            "tags": [factories.make_tag("một cửa")],
        },
    )
    VisitCount.objects.create(
        kind="article", object_id=version.article_id, day="2026-01-01", count=1280
    )

    html = page_of(client, version)
    shown = text_of(html)

    assert f'href="{procedure.get_absolute_url()}"' in html
    assert "Thủ tục còn là bản thảo" not in html
    assert "Kế hoạch năm (PDF, 12 trang, 35\u00a0KB)".replace("\u00a0", " ") in shown
    assert "1/2010/NĐ-CP Hết hiệu lực" in shown
    assert "2/2026/NĐ-CP Còn hiệu lực" in shown
    assert "Nguyễn Thị Mẫu Nguồn: Sở Tư pháp" in shown
    assert "một cửa" in shown
    assert "1.280 lượt xem" in shown
    assert "Nội dung mẫu" in shown


def test_an_article_leads_to_its_neighbours_that_are_public(client):
    category, other = factories.make_category(), factories.make_category()
    day = timezone.now() - timedelta(days=9)
    older = factories.make_article("Cũ hơn", category=category, at=day)
    elsewhere = factories.make_article("Mục khác", category=other, at=day + timedelta(days=1))
    version = factories.make_article("Bài này", category=category, at=day + timedelta(days=2))
    gone = factories.make_article("Đã gỡ", category=category, at=day + timedelta(days=3))
    publishing.withdraw(gone.article)
    newer = factories.make_article("Mới hơn", category=category, at=day + timedelta(days=4))

    response = client.get(version.article.get_absolute_url())

    assert list(response.context["earlier"]) == [older]
    assert response.context["previous"] == elsewhere
    assert response.context["next"] == newer
    assert "Đã gỡ" not in response.content.decode()


def test_approved_comments_stand_under_the_article_and_others_do_not(client):
    version = factories.make_article()
    factories.make_comment(version.article, body="Rất có ích.", approved_at=timezone.now())
    factories.make_comment(version.article, body="Chưa ai đọc.")

    html = page_of(client, version)

    assert "Rất có ích." in html
    assert "Chưa ai đọc." not in html
    assert f"/tin-tuc/{version.article.slug}/y-kien/" in html
    assert Comment.objects.count() == 2


def test_what_other_sites_show_of_an_article_has_full_addresses(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    factories.make_agency("Ủy ban nhân dân tỉnh", owns_portal=True)
    cover = factories.make_picture(size=(96, 64))
    version = factories.make_article(
        'Bỏ giấy tờ </script> "thừa"', slug="bai", cover=cover, cover_alt="Quầy số 2"
    )

    html = page_of(client, version)
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])

    image = f"https://tthc.example.vn/hinh-anh/{cover.key}/og.jpg"
    assert f'<meta property="og:image" content="{image}">' in html
    assert '<meta property="og:url" content="https://tthc.example.vn/tin-tuc/bai/">' in html
    assert '<link rel="canonical" href="https://tthc.example.vn/tin-tuc/bai/">' in html
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == 'Bỏ giấy tờ </script> "thừa"'
    assert data["image"] == image
    assert data["publisher"]["name"] == "Ủy ban nhân dân tỉnh"
    assert data["datePublished"] == version.published_at.isoformat()


def test_the_cover_keeps_its_place_and_follows_the_decision_about_its_words(client):
    cover = factories.make_picture(size=(1600, 1000))
    told = factories.make_article("Có mô tả", cover=cover, cover_alt="Quầy số 2")
    silent = factories.make_article("Trang trí", cover=cover, cover_is_decorative=True)

    pictures = [
        re.search(r'<img class="figure__picture"[^>]*>', page_of(client, version))[0]
        for version in (told, silent)
    ]

    assert 'alt="Quầy số 2"' in pictures[0]
    assert 'alt=""' in pictures[1]
    assert f"/hinh-anh/{cover.key}/w640.webp 640w" in pictures[0]
    assert 'width="1280"' in pictures[0]
    assert 'height="800"' in pictures[0]


def test_an_article_read_in_the_frame_of_another_language_says_so_and_leads_to_its_translation(
    client, settings
):
    settings.SITE_URL = "https://tthc.example.vn"
    original = factories.make_article("Khai sinh tại bệnh viện", slug="khai-sinh")
    english = factories.make_article(
        "Births at the hospital", slug="births", language="en", translation_of=original.article
    )
    factories.make_draft("Chưa đăng", language="en", translation_of=original.article)

    abroad, at_home = page_of(client, original, "/en"), page_of(client, original)

    assert "<h1>Khai sinh tại bệnh viện</h1>" in at_home
    assert 'data-read lang="vi"' in abroad
    assert 'rel="canonical" href="https://tthc.example.vn/tin-tuc/khai-sinh/"' in abroad
    for html in (abroad, at_home):
        assert 'href="/en/tin-tuc/births/"' in html
        assert 'hreflang="en" href="https://tthc.example.vn/en/tin-tuc/births/"' in html
        assert "Chưa đăng" not in html
    assert 'href="/tin-tuc/khai-sinh/" lang="vi"' in page_of(client, english, "/en")


def test_the_body_is_cleaned_again_when_it_is_shown(client):
    version = factories.make_article()
    ArticleVersion.objects.update(
        body='<h2 onclick="x()">Mục</h2><script>alert(1)</script><p style="color:red">Chữ</p>'
        '<a href="javascript:alert(1)">bấm</a><img src=x onerror=alert(1)><iframe src="//x"></iframe>'
    )

    body = re.search(r'<div class="article__body">.*?</div>', page_of(client, version), re.S)[0]

    assert "Chữ" in body
    assert not re.search("onclick|onerror|alert|style=|javascript|iframe|<script", body)


def test_the_body_gets_anchors_frames_sizes_and_facts():
    picture = factories.make_picture(size=(1600, 1000))
    file = factories.make_library_file(content=b"x" * 2048)
    version = factories.make_draft(
        body="<h2>Cần <em>gì</em> &amp; ở đâu</h2><h3>Cần gì &amp; ở đâu</h3><h2>1 &lt; 2</h2>"
        "<table><caption>Thời hạn</caption><tr><td>1</td></tr></table><table><tr><td>2</td></tr></table>"
        f'<figure><img src="/hinh-anh/{picture.key}/w1280.webp" alt="Quầy &quot;2&quot;"></figure>'
        f'<p><a href="/tep/{file.key}/">Mẫu đơn</a> A &amp; B</p>'
    )

    body = render_body(version)
    html = body.html

    assert body.headings == [
        ("muc-can-gi-o-dau", "Cần gì &amp; ở đâu"),
        ("muc-1-2", "1 &lt; 2"),
    ]
    assert '<h3 id="muc-can-gi-o-dau-2">' in html
    assert 'role="region" aria-labelledby="bang-1" tabindex="0"><table class="table">' in html
    assert '<caption id="bang-1">' in html
    assert 'role="region" aria-label="Bảng 2" tabindex="0"' in html
    assert 'width="1280" height="800"' in html
    assert 'loading="lazy"' in html
    assert 'alt="Quầy &quot;2&quot;"' in html
    assert 'Mẫu đơn <span class="file-link__facts">(PDF, 2\u00a0KB)</span></a>' in html
    assert "A &amp; B" in html


def test_links_within_the_portal_follow_the_place_where_it_is_served():
    version = factories.make_draft(
        body='<p><a href="/van-ban/">văn bản</a> <a href="https://example.vn/">ngoài</a></p>'
    )

    with override_script_prefix("/cong/"):
        html = render_body(version).html

    assert 'href="/cong/van-ban/">văn bản' in html
    assert 'href="https://example.vn/">ngoài' in html


def test_only_a_long_article_has_contents(client):
    short = factories.make_article("Ngắn", body="<h2>Một</h2><h2>Hai</h2><h2>Ba</h2>")
    long = factories.make_article("Dài", body="".join(f"<h2>Mục {n}</h2>" for n in range(4)))

    assert 'href="#muc-mot"' not in page_of(client, short)
    assert 'href="#muc-muc-3"' in page_of(client, long)


def test_the_home_page_shows_the_three_newest_posts(client):
    now = timezone.now()
    for number in range(4):
        factories.make_article(f"Tin số {number}", at=now - timedelta(days=number))
    factories.make_article("News", language="en")

    html = client.get("/").content.decode()

    assert re.findall(r"Tin số \d", html) == ["Tin số 0", "Tin số 1", "Tin số 2"]
    assert "News" not in html


def test_a_procedure_page_shows_what_is_public_about_it(client):
    procedure = factories.make_procedure(code="1.000001")
    other = factories.make_procedure(code="1.000002")
    factories.make_article("Tin về thủ tục", parts={"procedures": [procedure]})
    factories.make_draft("Tin chưa đăng", parts={"procedures": [procedure]})
    factories.make_material("Tờ rơi về thủ tục").procedures.add(procedure)
    private = factories.make_collection(is_private=True)
    factories.make_material("Tài liệu nội bộ", collection=private).procedures.add(procedure)

    about, nothing = (
        client.get(one.get_absolute_url()).content.decode() for one in (procedure, other)
    )

    assert "Tin về thủ tục" in about
    assert "Tờ rơi về thủ tục" in about
    assert "Tin chưa đăng" not in about
    assert "Tài liệu nội bộ" not in about
    assert "Tin và tài liệu về thủ tục này" not in nothing
