"""Feeds: valid by the grammar of their formats and by what a grammar cannot say, and public words alone."""

import os
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from outreach import bulletins, publishing
from outreach.models import ArticleVersion
from tests import factories as make
from tests import published
from tests.bulletins import make_issue, own_words
from tests.portal.test_html_validity import JARS

pytestmark = pytest.mark.django_db

SITE = "https://tthc.example.vn"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
HOSTILE = "<b>Tin</b> &amp; ]]> \"nháy\" 'đơn' <!-- 👩‍👩‍👧‍👦 𝕬 عربى é"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def category():
    return make.make_category("Chính sách mới")


def read(client, address="/tin-tuc/atom.xml"):
    response = client.get(address)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def titles(client, address="/tin-tuc/atom.xml"):
    return [entry.findtext(f"{ATOM}title") for entry in read(client, address).iter(f"{ATOM}entry")]


# Hợp lệ


def make_every_kind(category):
    make.make_article("Bài thường", author_name="Nguyễn Văn A", is_sample=True, category=category)
    make.make_article(HOSTILE, slug="bai-la", lead=HOSTILE, author_name=HOSTILE, category=category)
    make.make_article("An English article", language="en")
    make.make_ledger_day("2026-03-02")
    make.make_ledger_day("2026-03-04")
    published.make_question(words={"subject": "Ký tự <lạ> & dấu"})
    published.make_public_ticket()
    issue = make_issue(HOSTILE, lead=HOSTILE, pieces=[own_words()], is_sample=True)
    bulletins.correct(issue, words=HOSTILE)
    # What a way around the model's cleaning could leave.
    broken = make.make_article("Bài hỏng")
    ArticleVersion.objects.filter(pk=broken.pk).update(
        title="Ký tự \x01\x0b\x1f\ufffe\uffff \u202eđảo", body="<p>\x0c\x02\ufffeHết</p><script>x()"
    )


FEEDS = {
    "/tin-tuc/atom.xml": "atom.rnc",
    "/en/tin-tuc/atom.xml": "atom.rnc",
    "/tin-tuc/chuyen-muc/chinh-sach-moi/atom.xml": "atom.rnc",
    "/tin-tuc/chuyen-muc/chua-co-tin/atom.xml": "atom.rnc",
    "/phan-anh/so-bien-nhan/atom.xml": "atom.rnc",
    "/en/phan-anh/so-bien-nhan/atom.xml": "atom.rnc",
    "/phan-anh/da-tra-loi/atom.xml": "atom.rnc",
    "/en/hoi-dap/atom.xml": "atom.rnc",
    "/ban-tin/atom.xml": "atom.rnc",
    "/en/ban-tin/atom.xml": "atom.rnc",
    "/tin-tuc/rss.xml": "rss.rnc",
    "/en/tin-tuc/rss.xml": "rss.rnc",
}


@pytest.fixture
def validate(tmp_path):
    """What Jing, which the HTML checker brings along, says of documents under a grammar; nothing when they are valid."""
    missing = shutil.which("java") is None or not JARS
    if missing and os.environ.get("CI"):
        pytest.fail("Java or the HTML checker is missing, and CI does without no check of feeds.")
    if missing:
        pytest.skip("Java or the HTML checker is missing: see test_html_validity.py.")

    def validate(grammar, documents):
        files = [tmp_path / f"{number}.xml" for number in range(len(documents))]
        for file, document in zip(files, documents, strict=True):
            file.write_bytes(document)
        program = "nu.validator.vendor.thaiopensource.relaxng.util.Driver"
        grammar = Path(__file__).parent / grammar
        done = subprocess.run(
            ["java", "-cp", JARS[-1], program, "-c", grammar, *files],
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    return validate


@pytest.mark.slow
@pytest.mark.parametrize("grammar", ["atom.rnc", "rss.rnc"])
def test_the_feeds_follow_the_grammar_of_their_format(client, category, validate, grammar):
    make.make_category("Chưa có tin")
    make_every_kind(category)
    feeds = [client.get(address).content for address, its in FEEDS.items() if its == grammar]

    assert validate(grammar, feeds) == ""

    wrong = re.sub(rb"<(pubDate|published)>[^<]+", rb"<\1>hom qua", feeds[0])
    assert "hom qua" in validate(grammar, [wrong])


@pytest.mark.parametrize(
    "address", [one for one, grammar in FEEDS.items() if grammar == "atom.rnc"]
)
def test_an_atom_feed_keeps_the_rules_that_a_grammar_cannot_say(client, category, address):
    make.make_category("Chưa có tin")
    make_every_kind(category)

    feed = read(client, address)

    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == feed.findtext(f"{ATOM}id") == SITE + address
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    for entry in feed.iter(f"{ATOM}entry"):
        # News are read whole in the feed; the head of a day is its summary.
        assert (entry.find(f"{ATOM}content") is not None) == ("/tin-tuc/" in address)
        began, changed = (
            datetime.fromisoformat(entry.findtext(f"{ATOM}{name}"))
            for name in ("published", "updated")
        )
        assert began <= changed <= datetime.fromisoformat(feed.findtext(f"{ATOM}updated"))
        assert entry.findtext(f"{ATOM}id").startswith(f"{SITE}/")


def test_an_rss_feed_keeps_the_rules_that_a_grammar_cannot_say(client, category):
    make_every_kind(category)

    channel = read(client, "/tin-tuc/rss.xml").find("channel")

    newest = parsedate_to_datetime(channel.findtext("lastBuildDate"))
    assert channel.find(f"{ATOM}link").get("href") == f"{SITE}/tin-tuc/rss.xml"
    assert len(channel.findall("item")) == 3
    for item in channel.findall("item"):
        assert item.findtext("guid") == item.findtext("link")
        assert parsedate_to_datetime(item.findtext("pubDate")) <= newest


def test_a_hostile_title_arrives_as_it_was_written(client):
    make.make_article(HOSTILE, slug="bai-la", lead=HOSTILE)
    kept = ArticleVersion.objects.get()

    entry = read(client).find(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title") == kept.title
    assert "<" not in entry.findtext(f"{ATOM}summary")


# Nội dung


def test_an_entry_tells_what_the_article_tells(client, category):
    hour = timezone.now().replace(microsecond=0) - timedelta(hours=5)
    version = make.make_article(
        "Bài có sửa",
        slug="bai-co-sua",
        at=hour,
        category=category,
        author_name="Trần Thị B",
        lead="Phí < 50.000 đồng.",
        parts={"tags": [make.make_tag("hộ tịch")]},
    )
    edited = hour + timedelta(hours=1)
    picture = "/hinh-anh/abcdefghjkmnpqrs/w1280.webp"
    body = (
        '<p>Đã sửa: <a href="/thu-tuc/">thủ tục</a>, <a href="#muc">mục</a></p>'
        f'<figure><img src="{picture}" alt="Ảnh"></figure>'
    )
    edited_version = make.make_article(
        "Bài có sửa", at=edited, article=version.article, **_words(version)
    )
    ArticleVersion.objects.filter(pk=edited_version.pk).update(body=body)

    entry = read(client).find(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}id") == f"{SITE}/tin-tuc/bai-co-sua/"
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}published")) == hour
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == edited
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Trần Thị B"
    assert entry.findtext(f"{ATOM}summary") == "Phí &lt; 50.000 đồng."
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["Chính sách mới"]
    content = entry.findtext(f"{ATOM}content")
    assert f'<a href="{SITE}/thu-tuc/">' in content
    assert f'<a href="{SITE}/tin-tuc/bai-co-sua/#muc">' in content
    assert f'<img src="{SITE}{picture}"' in content
    assert read(client, "/tin-tuc/rss.xml").find(f"channel/item/{CONTENT}").text == content


def _words(version):
    return {name: getattr(version, name) for name in ("lead", "author_name", "category")}


def test_a_feed_holds_the_newest_thirty_in_as_many_questions_as_a_few(
    client, django_assert_num_queries
):
    now = timezone.now()
    for number in range(1, 4):
        make.make_article(f"Bài {number:02}", at=now - timedelta(hours=number))
    read(client)
    with django_assert_num_queries(3):
        read(client)
    for number in range(4, 34):
        make.make_article(
            f"Bài {number:02}", at=now - timedelta(hours=number), parts={"tags": [make.make_tag()]}
        )

    with django_assert_num_queries(3):
        shown = titles(client)

    assert shown == [f"Bài {number:02}" for number in range(1, 31)]


def test_only_public_words_of_the_feed_s_language_stand_in_it(client, category):
    hour = timedelta(hours=1)
    now = timezone.now()
    make.make_article("Đang đăng", category=category)
    make.make_draft("Bản nháp", category=category)
    make.make_article("Hẹn giờ", publish_at=now + hour, category=category)
    make.make_article("Hết hạn", at=now - 3 * hour, expires_at=now - hour, category=category)
    taken_down = make.make_article("Đã gỡ", category=category)
    publishing.withdraw(taken_down.article)
    make.make_article("In English", language="en", category=category)
    make.make_article("Chuyên mục khác", category=make.make_category())
    edited = make.make_article("Lời cũ", category=category)
    make.make_draft("Lời mới chưa duyệt", article=edited.article, category=category)

    assert set(titles(client)) == {"Đang đăng", "Chuyên mục khác", "Lời cũ"}
    assert set(titles(client, "/tin-tuc/chuyen-muc/chinh-sach-moi/atom.xml")) == {
        "Đang đăng",
        "Lời cũ",
    }
    assert titles(client, "/en/tin-tuc/chuyen-muc/chinh-sach-moi/atom.xml") == ["In English"]
    rss = client.get("/tin-tuc/rss.xml").content.decode()
    assert "Lời cũ" in rss
    for private in ("Bản nháp", "Hẹn giờ", "Hết hạn", "Đã gỡ", "chưa duyệt"):
        assert private not in rss


def test_a_feed_of_no_category_is_not_found(client):
    assert client.get("/tin-tuc/chuyen-muc/khong-co/atom.xml").status_code == 404


# Lấy về


def test_no_host_header_enters_a_feed(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "ten-khac.example"]
    make.make_article()
    for address in ("/tin-tuc/atom.xml", "/tin-tuc/rss.xml"):
        usual = client.get(address).content

        assert client.get(address, headers={"host": "ten-khac.example"}).content == usual
        assert client.get(address, secure=True).content == usual
        assert b"testserver" not in usual


def test_a_feed_is_sent_again_only_when_it_has_changed(client):
    version = make.make_article()
    make.make_article("Bài cũ hơn", at=timezone.now() - timedelta(days=2))
    first = client.get("/tin-tuc/atom.xml")
    etag = {"if-none-match": first.headers["ETag"]}

    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    assert client.get("/tin-tuc/atom.xml", headers=etag).status_code == 304

    publishing.withdraw(version.article)
    since = {"if-modified-since": first.headers.get("Last-Modified", "")}

    assert client.get("/tin-tuc/atom.xml", headers=etag).status_code == 200
    assert client.get("/tin-tuc/atom.xml", headers=since).status_code == 200


def test_an_empty_feed_stays_the_same(client):
    first, second = (client.get("/tin-tuc/atom.xml") for _ in range(2))

    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_feed_is_only_read(client):
    assert client.post("/tin-tuc/atom.xml").status_code == 405
