"""What is private or not public yet, looked for on every way by which somebody might reach it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from outreach import publishing
from outreach.models import Tag
from tests import factories as make
from tests.crawl import read_all
from tests.pages import make_content

pytestmark = pytest.mark.django_db

# No page may hold any of them; each private thing bears one in its title, text, address or file name.
SECRET = re.compile("bimat|BIMAT|Bí mật số", re.IGNORECASE)
NOW = timezone.now
STARTS = [
    "/",
    "/sitemap.xml",
    "/robots.txt",
    "/tin-tuc/atom.xml",
    "/tin-tuc/rss.xml",
    "/tin-tuc/tin-moi.json",
    "/tin-tuc/tin-moi.json?so-tin=20",
    "/tin-tuc/nhung/?so-tin=20",
    "/tim-kiem/?q=bimat",
    "/tim-kiem/?q=bi+mat+so",
    "/tim-kiem.json?q=bimat",
    "/tin-tuc/?q=bimat",
    "/tai-lieu/?q=bimat",
    "/van-ban/?q=bimat",
    "/diem-doc/?q=bimat",
    "/en/",
    "/en/tin-tuc/",
    "/en/tai-lieu/",
    "/en/tim-kiem/?q=bimat",
]


def hidden_articles():
    """One article for each state in which nobody outside may read it, and the state in words."""
    hour, now = timedelta(hours=1), NOW()
    words = {"lead": "Bí mật số một.", "body": "<p>Bí mật số hai bimat.</p>"}

    draft = make.make_draft("Bimat bản thảo", **words)
    waiting = publishing.submit(make.make_draft("Bimat chờ duyệt", **words), by=None)
    returned = publishing.submit(make.make_draft("Bimat trả lại", **words), by=None)
    publishing.send_back(returned, by=None, reason="Bimat lý do")
    scheduled = make.make_draft("Bimat hẹn giờ", publish_at=now + hour, **words)
    publishing.approve(publishing.submit(scheduled, by=None), by=None)
    expired = make.make_article("Bimat hết hạn", at=now - 2 * hour, expires_at=now - hour, **words)
    withdrawn = make.make_article("Bimat đã gỡ", **words)
    publishing.withdraw(withdrawn.article)
    return {
        "draft": draft,
        "waiting": waiting,
        "returned": returned,
        "scheduled": scheduled,
        "expired": expired,
        "withdrawn": withdrawn,
    }


def hidden_materials():
    hour, now = timedelta(hours=1), NOW()
    shelf = make.make_collection("Bimat bộ nội bộ", is_private=True)
    words = {"summary": "Bí mật số ba.", "transcript": "Bí mật số bốn."}
    return {
        "private": make.make_material("Bimat nội bộ", collection=shelf, **words),
        "draft": make.make_material("Bimat tài liệu thảo", published_at=None, **words),
        "scheduled": make.make_material("Bimat sắp ra", published_at=now + hour, **words),
        "expired": make.make_material(
            "Bimat đã hết", published_at=now - 2 * hour, expires_at=now - hour, **words
        ),
    }


@pytest.fixture
def hidden():
    """Every kind of private thing, hung on to public ones wherever that can be done."""
    procedure = make_content()
    act = make.make_legal_document("99/2026/NĐ-CP")
    articles, materials = hidden_articles(), hidden_materials()
    picture = make.make_picture("Bimat ảnh", alt="Bí mật số năm")
    kept_file = make.make_library_file("Bimat tệp")
    Tag.objects.create(name="Bimat thẻ", slug="bimat-the")
    shown = make.make_article("Bài đang đăng")
    make.make_draft(
        "Bimat bản sửa",
        article=shown.article,
        body=f'<figure><img src="/hinh-anh/{picture.key}/w1280.webp" alt="Bí mật số sáu"></figure>'
        f'<p><a href="/tep/{kept_file.key}/">bimat</a></p>',
        parts={
            "procedures": [procedure],
            "legal_documents": [act],
            "files": [kept_file],
            "tags": Tag.objects.all(),
        },
    )
    for version in articles.values():
        version.procedures.add(procedure)
        version.legal_documents.add(act)
    for material in materials.values():
        material.procedures.add(procedure)
        material.cover = picture
        material.save()
    point = make.make_reading_point()
    for material in materials.values():
        point.holdings.create(material=material, copies=3)
    make.make_comment(shown.article, name="Bimat tên", email="bimat@example.vn", body="bimat")
    return {
        "articles": articles,
        "materials": materials,
        "picture": picture,
        "file": kept_file,
        "extra": [shown.article.get_absolute_url(), point.get_absolute_url(), *_act_pages(act)],
    }


def _act_pages(act):
    return [reverse("procedures:legal_document", args=[act.slug])]


def test_no_page_feed_list_or_search_says_anything_of_what_is_hidden(client, hidden):
    starts = [*STARTS, *hidden["extra"]]

    read = read_all(client, starts, leave_out=lambda link: "bimat" in link and "q=" not in link)

    leaks = [path for path, text in read.items() if SECRET.search(without_query(path, text))]
    assert leaks == []
    assert set(starts) <= read.keys()
    assert len(read) > 80


def without_query(path, text):
    """What the visitor typed comes back in the page."""
    return re.sub("bi( |%20|[+])?mat( so)?", "", text) if "q=" in path else text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_hidden_answers_at_none_of_its_addresses(client, hidden, language):
    with override(language):
        addresses = [
            reverse(f"outreach:{name}", args=[version.article.slug])
            for version in hidden["articles"].values()
            for name in ("article", "comment_new", "comment_sent")
        ]
        for material in hidden["materials"].values():
            addresses.append(reverse("outreach:material", args=[material.slug]))
            addresses += [
                reverse(f"outreach:{name}", args=[material.slug, 1])
                for name in ("material_file", "material_captions", "material_first_page")
            ]
        addresses.append(reverse("outreach:tag", args=["bimat-the"]))
    picture = hidden["picture"]
    addresses += [
        reverse("picture", args=[picture.key, name])
        for name in ("w640.webp", "w1280.webp", "c640.webp", "og.jpg")
    ]
    addresses.append(reverse("library_file", args=[hidden["file"].key]))

    assert {path: client.get(path).status_code for path in addresses} == dict.fromkeys(
        addresses, 404
    )


def test_a_stored_file_has_no_address_of_its_own(client, hidden):
    names = [hidden["picture"].file.name, hidden["file"].file.name]

    answers = {
        prefix + name: client.get(prefix + name).status_code
        for name in names
        for prefix in ("/", "/media/", "/files/", "/static/", "/.data/files/")
    }

    assert set(answers.values()) == {404}
