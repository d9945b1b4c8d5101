from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from outreach import sampling
from outreach.checking import findings
from outreach.issue_contents import differences
from outreach.models import (
    Article,
    ArticleVersion,
    BulletinIssue,
    Category,
    Figure,
    Material,
    ReadingPoint,
)
from outreach.structure import read_structure
from procedures.models import AdminUnit
from procedures.sampling import add_legal_documents, add_procedures, add_units
from tests import factories as make

pytestmark = pytest.mark.django_db

LARGEST = 2_500_000


def seed():
    said = StringIO()
    call_command("seed_outreach", stdout=said)
    return said.getvalue()


def test_the_sample_is_loaded_once_and_can_be_read(client):
    add_units()
    add_legal_documents()
    add_procedures()

    assert seed() == (
        "Đã thêm 6 trang về Cổng.\nĐã thêm 6 chuyên mục.\nĐã thêm 28 tin bài.\n"
        "Đã thêm 12 tài liệu.\nĐã thêm 6 điểm đọc tài liệu.\nĐã thêm 2 số bản tin.\n"
        "Đã thêm 7 lượt phát, đăng.\n"
    )
    assert seed() == "Nội dung mẫu về tin bài, tài liệu đã đủ, không thêm gì.\n"

    for rows in (Article, Material, ReadingPoint, BulletinIssue, Figure):
        assert set(rows.objects.values_list("is_sample", flat=True)) == {True}
    check_articles()
    check_materials()
    check_issues()
    for path in ("/tin-tuc/lam-giay-khai-sinh-cho-con/", "/en/tin-tuc/register-a-birth-in-ca-mau/"):
        assert client.get(path).status_code == 200
    assert "so-tay-tra-loi" not in client.get("/tai-lieu/").content.decode()


def check_articles():
    versions = ArticleVersion.objects.newest().select_related("article")
    faults = [
        (version.title, finding.text)
        for version in versions
        for finding in findings(version)
        if finding.level == "error" or "viết tắt" in finding.text or "khó đọc" in finding.text
    ]
    public = ArticleVersion.objects.public()
    assert faults == []
    assert public.count() >= 18
    assert len({version.published_at.year for version in public}) == 3
    assert Category.objects.filter(versions__in=public).distinct().count() == 6
    assert public.filter(article__language="en", article__translation_of__isnull=False).count() == 3
    assert sum(bool(read_structure(version.body).tables) for version in public) >= 5
    assert public.exclude(procedures=None).distinct().count() >= 10
    assert public.exclude(files=None).count() == public.exclude(linked_files=None).count() == 3
    assert not any("thu-tuc:" in version.body for version in versions)
    assert ArticleVersion.objects.scheduled().count() == 1
    assert ArticleVersion.objects.waiting_for_approval().count() == 1
    assert versions.filter(returned_at__isnull=False).exclude(return_reason="").count() == 1


def check_materials():
    assert Material.objects.published().count() == 11
    assert set(Material.objects.values_list("language", flat=True)) == {"vi", "en"}
    assert Material.objects.filter(versions__number=2).count() == 1
    assert Material.objects.get(collection__is_private=True).versions.count() == 1
    film = Material.objects.get(slug="video-sau-buoc-nop-ho-so-truc-tuyen").versions.get()
    assert film.content_type == "video/mp4"
    assert film.captions.size
    assert Material.objects.exclude(embed_url="").get().versions.count() == 0
    assert all(point.holdings.exists() for point in ReadingPoint.objects.all())


def check_issues():
    issues = BulletinIssue.objects.public().newest_first()
    assert [(issue.year, issue.number) for issue in issues] == [(2026, 2), (2026, 1)]
    for issue in issues:
        kinds = Counter(issue.items.values_list("kind", flat=True))
        assert kinds["figure"] == 2
        assert kinds["article"] >= 4
        assert kinds["material"] == 2
        assert kinds["text"] == 1
        assert differences(issue) == []
        assert all(item.figure.code for item in issue.items.exclude(figure=None))


@pytest.fixture
def one_article(tmp_path, monkeypatch):
    """The sample with a single article of it: the slug."""
    slug = "lap-ho-kinh-doanh-nhung-buoc-can-biet"
    (tmp_path / "articles").mkdir()
    for name in ("categories.json", "pictures.json", "files.json", f"articles/{slug}.html"):
        (tmp_path / name).symlink_to(sampling.FOLDER / name)
    monkeypatch.setattr(sampling, "FOLDER", tmp_path)
    sampling.add_categories()
    return slug


def test_links_to_what_the_portal_does_not_have_leave_their_words(one_article):
    assert sampling.add_articles(sampling.Library()) == 1

    body = ArticleVersion.objects.get(article__slug=one_article).body
    assert "thì làm thủ tục chấm dứt hoạt động." in body
    assert "<a" not in body


def test_links_lead_to_what_the_portal_has(one_article):
    make.make_procedure(code="1.001266")

    sampling.add_articles(sampling.Library())

    body = ArticleVersion.objects.get(article__slug=one_article).body
    assert '<a href="/thu-tuc/1.001266/">thủ tục chấm dứt hoạt động</a>' in body


def test_what_staff_wrote_stays(one_article):
    own = make.make_article("Bài của cán bộ", slug=one_article)

    assert sampling.add_articles(sampling.Library()) == 0
    assert own.article.versions.count() == 1


def test_a_picture_of_the_library_is_used_again():
    picture = make.make_picture("Hình mẫu: chiếc nôi")

    assert sampling.Library().picture("chiec-noi") == picture


def test_reading_points_wait_for_their_communes():
    assert sampling.add_reading_points() == 0

    AdminUnit.objects.create(code="32047", name="U Minh", kind="commune")

    assert sampling.add_reading_points() == 1
    point = ReadingPoint.objects.get()
    assert point.address == "Trung tâm xã U Minh, tỉnh Cà Mau (địa chỉ mẫu)"


def test_the_sample_is_small():
    sizes = {path: path.stat().st_size for path in sampling.FOLDER.rglob("*") if path.is_file()}

    assert sum(sizes.values()) < LARGEST
    assert all(size <= 60_000 for path, size in sizes.items() if path.suffix == ".webp")


def test_the_columns_of_the_sample_have_english_names(client):
    sampling.add_categories()

    page = client.get("/en/tin-tuc/").content.decode()

    assert ">Good practice</a>" in page
    assert "Gương tốt" not in page
