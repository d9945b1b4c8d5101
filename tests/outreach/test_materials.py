"""Materials: what readers find and fetch, what nobody may, and how staff keep them."""

import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from outreach import visits
from outreach.models import Material, MaterialVersion, VisitKind
from tests import factories as make
from tests.outreach.test_admin import change_page, filled, moment
from tests.procedures.test_admin import errors_of

pytestmark = pytest.mark.django_db

ADD = reverse("admin:outreach_material_add")
HOUR = timedelta(hours=1)
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


def page_of(client, path):
    return client.get(path).content.decode()


def content_of(response):
    """The whole file; one that is not read to its end stays open."""
    return b"".join(response.streaming_content)


def titles(client, query=""):
    page = page_of(client, f"/tai-lieu/{query}")
    return re.findall(r'<h2 class="card__title"><a [^>]*>([^<]+)', page)


def pdf(pages=1):
    """A real file of blank sheets of A6."""
    sheets = [Image.new("RGB", (298, 420), "white") for _ in range(pages)]
    written = BytesIO()
    sheets[0].save(written, "PDF", save_all=True, append_images=sheets[1:])
    return ContentFile(written.getvalue(), name="to-roi.pdf")


def mp4():
    boxes = [(b"ftyp", b"isom\0\0\0\0isom"), (b"moov", bytes(20)), (b"mdat", bytes(400))]
    film = b"".join((len(body) + 8).to_bytes(4) + name + body for name, body in boxes)
    return ContentFile(film, name="phim.mp4")


# Người đọc


def test_what_is_not_published_is_not_found_on_any_path(client):
    now = timezone.now()
    shelf = make.make_collection("Bộ bí mật", is_private=True)
    hidden = [
        make.make_material("Bí mật một", published_at=None),
        make.make_material("Bí mật hai", published_at=now + HOUR),
        make.make_material("Bí mật ba", published_at=now - 2 * HOUR, expires_at=now - HOUR),
        make.make_material("Bí mật bốn", collection=shelf),
        make.make_material("Bí mật năm", content=None),
    ]
    procedure = make.make_complete_procedure()
    point = make.make_reading_point()
    picture = make.make_picture()
    shown = make.make_material("Ai cũng đọc được")
    for material in hidden:
        material.procedures.add(procedure)
        make.make_holding(point, material)
        edition = make.make_material_version(
            material, number=7, captions=make.make_captions(), first_page=make.make_captions()
        )
        if material.title == "Bí mật năm":
            material.versions.all().delete()
        Material.objects.filter(pk=material.pk).update(cover=picture, translation_of=shown)
        own = f"/tai-lieu/{material.slug}/"
        for path in [own, f"/en{own}", *(f"{own}tep/{edition.number}/{end}" for end in ENDS)]:
            unknown = client.get(path.replace(material.slug, "khong-co"))
            response = client.get(path)
            assert response.status_code == unknown.status_code == 404
            assert response.content.decode().replace(material.slug, "khong-co") == (
                unknown.content.decode()
            )

    assert client.get(picture.get_rendition_url("w640.webp")).status_code == 404
    for path in [
        "/tai-lieu/",
        "/en/tai-lieu/",
        "/tai-lieu/?q=bi+mat",
        f"/tai-lieu/?bo={shelf.slug}",
        f"/tai-lieu/?thu-tuc={procedure.code}",
        "/tim-kiem/?q=bi+mat",
        "/tim-kiem.json?q=bi+mat",
        "/sitemap.xml",
        "/diem-doc/",
        procedure.get_absolute_url(),
        point.get_absolute_url(),
        shown.get_absolute_url(),
    ]:
        page = page_of(client, path)
        assert "Bí mật" not in page, path
        assert "/bi-mat-" not in page, path


ENDS = ["", "phu-de/", "anh/"]


def test_each_filter_leaves_what_it_says_and_counts_the_rest(client):
    procedure = make.make_procedure(code="1.001193")
    shelf = make.make_collection("Cấp xã", slug="cap-xa")
    leaflet = make.make_material("Tờ rơi đăng ký khai sinh", collection=shelf)
    leaflet.procedures.add(procedure)
    make.make_material("Sổ tay", kind="handbook", summary="Về khai sinh và khai tử.")
    make.make_material("Living here", language="en")

    assert set(titles(client)) == {"Tờ rơi đăng ký khai sinh", "Sổ tay", "Living here"}
    assert titles(client, "?loai=handbook") == ["Sổ tay"]
    assert titles(client, "?tieng=en") == ["Living here"]
    assert titles(client, "?bo=cap-xa") == ["Tờ rơi đăng ký khai sinh"]
    assert titles(client, "?thu-tuc=1.001193") == ["Tờ rơi đăng ký khai sinh"]
    assert set(titles(client, "?q=KHAI+sinh")) == {"Tờ rơi đăng ký khai sinh", "Sổ tay"}
    assert titles(client, "?q=khai+sinh&loai=leaflet") == ["Tờ rơi đăng ký khai sinh"]
    assert titles(client, "?q=100%25") == []
    assert "Tờ rơi, tờ gấp (2)" in page_of(client, "/tai-lieu/")


def test_a_private_shelf_is_refused_as_one_that_does_not_exist(client):
    make.make_collection("Bộ nội bộ", slug="noi-bo", is_private=True)

    for slug in ["noi-bo", "khong-co"]:
        assert f"không có trong danh mục: {slug}." in page_of(client, f"/tai-lieu/?bo={slug}")


def test_the_newest_comes_first_and_twelve_stand_on_a_page(client, django_assert_num_queries):
    now = timezone.now()
    for number in range(1, 3):
        make.make_material(f"Số {number}", published_at=now - number * HOUR)
    client.get("/tai-lieu/")
    with django_assert_num_queries(11):
        client.get("/tai-lieu/")
    for number in range(3, 14):
        material = make.make_material(f"Số {number}", published_at=now - number * HOUR)
        make.make_material_version(material, number=2)

    with django_assert_num_queries(11):
        assert titles(client) == [f"Số {number}" for number in range(1, 13)]

    assert titles(client, "?trang=2") == ["Số 13"]


def test_the_newest_edition_is_offered_first_and_the_earlier_ones_with_what_changed(client):
    material = make.make_material("Tờ rơi", content=None)
    make.make_material_version(material, number=1, issued_on="2025-07-01", note="Bản đầu.")
    make.make_material_version(
        material, number=2, issued_on="2026-03-02", note="Sửa lệ phí.", size=35_840, page_count=2
    )

    page = page_of(client, "/tai-lieu/to-roi/")

    main, earlier = page.split("Các lần ra trước")
    assert main.count('class="button"') == 1
    assert '<a class="button" href="/tai-lieu/to-roi/tep/2/"' in main
    assert "PDF, 35\xa0KB, 2 trang" in main
    assert "Sửa lệ phí." in main
    assert "/tai-lieu/to-roi/tep/1/" in earlier
    assert "Lần 1, ngày 01/07/2025" in earlier
    assert "Bản đầu." in earlier


def test_a_material_leads_to_its_translations_procedures_and_paper_copies(client):
    original = make.make_material("Khai sinh cho con", is_sample=True)
    make.make_material("Birth registration", language="en", translation_of=original)
    make.make_material("Bản khác", language="vi")
    procedure = make.make_procedure(name="Thủ tục đăng ký khai sinh")
    original.procedures.add(procedure, make.make_procedure(name="Thủ tục nháp", status="draft"))
    make.make_holding(make.make_reading_point("Thư viện tỉnh"), original, copies=30)
    make.make_holding(make.make_reading_point("Nhà văn hóa"), original, copies=0)

    page = page_of(client, "/tai-lieu/khai-sinh-cho-con/")
    english = page_of(client, "/tai-lieu/birth-registration/")

    assert '<span lang="en">English: Birth registration</span>' in page
    assert 'hreflang="en" href="http://127.0.0.1:8000/en/tai-lieu/birth-registration/"' in page
    assert '<h1 lang="en">Birth registration</h1>' in english
    assert "Khai sinh cho con" in english
    assert procedure.get_absolute_url() in page
    assert "Thủ tục nháp" not in page
    assert "Thư viện tỉnh" in page
    assert "Nhà văn hóa" not in page
    assert "Nội dung mẫu" in page
    assert '<meta property="og:title" content="Khai sinh cho con">' in page


def test_a_file_is_taken_along_under_its_title_and_counted(client):
    material = make.make_material("Tờ rơi", content=b"%PDF-1.7\nxong")

    response = client.get("/tai-lieu/to-roi/tep/1/", headers=BROWSER)
    content_of(client.get("/tai-lieu/to-roi/tep/1/", headers={"user-agent": "curl/8"}))

    assert content_of(response) == b"%PDF-1.7\nxong"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    visits.write()
    assert visits.total(VisitKind.MATERIAL, material.pk) == 1
    assert "Lượt tải" in page_of(client, "/tai-lieu/to-roi/")


@pytest.fixture
def film():
    film = make.make_material(
        "Nộp từ xa", kind="video", transcript="- Mở trang.", language="vi", content=None
    )
    make.make_material_version(
        film,
        content=bytes(1000),
        name="phim.mp4",
        content_type="video/mp4",
        captions=make.make_captions(),
    )
    return film


def test_a_video_is_played_in_the_page_with_captions_and_its_words_are_written_out(client, film):
    page = page_of(client, "/tai-lieu/nop-tu-xa/")

    assert re.search(r'<video [^>]*src="/tai-lieu/nop-tu-xa/tep/1/"[^>]* controls', page)
    assert '<track kind="captions" src="/tai-lieu/nop-tu-xa/tep/1/phu-de/" srclang="vi"' in page
    assert "autoplay" not in page
    assert "- Mở trang." in page
    captions = client.get("/tai-lieu/nop-tu-xa/tep/1/phu-de/")
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert content_of(captions).startswith(b"WEBVTT")


def test_a_player_gets_the_piece_it_asks_for_which_is_no_download(client, film):
    path = "/tai-lieu/nop-tu-xa/tep/1/"

    piece = client.get(path, headers=BROWSER | {"range": "bytes=100-199"})
    visits.write()

    assert len(content_of(piece)) == 100
    assert (piece.status_code, piece.headers["Content-Range"]) == (206, "bytes 100-199/1000")
    assert piece.headers["Content-Disposition"].startswith("inline;")
    assert visits.total(VisitKind.MATERIAL, film.pk) == 0
    kept = client.get(path + "?tai-ve=co", headers=BROWSER)
    visits.write()
    assert len(content_of(kept)) == 1000
    assert kept.headers["Content-Disposition"].startswith("attachment;")
    assert visits.total(VisitKind.MATERIAL, film.pk) == 1


def test_a_video_elsewhere_is_a_link_with_a_warning_that_names_the_place(client):
    make.make_material(
        "Phóng sự",
        kind="video",
        transcript="Lời.",
        content=None,
        embed_url="https://video.example.vn/xem?v=1",
    )

    page = page_of(client, "/tai-lieu/phong-su/")

    assert "<strong>video.example.vn</strong>" in page
    assert "có thể thu thập dữ liệu" in page
    assert 'href="https://video.example.vn/xem?v=1"' in page
    assert "<iframe" not in page
    assert "<video" not in page


# Cán bộ


@pytest.fixture
def publisher(client):
    client.force_login(make.make_officer("outreach"))
    return client


@pytest.fixture
def writer(client):
    officer = make.make_officer("outreach")
    officer.user_permissions.remove(Permission.objects.get(codename="publish_material"))
    client.force_login(officer)
    return client


def sent(**changes):
    """A new leaflet with one edition, as the form sends it."""
    return {
        "kind": "leaflet",
        "title": "Tờ rơi khai sinh",
        "summary": "Dành cho cha mẹ.",
        "language": "vi",
        "versions-TOTAL_FORMS": "1",
        "versions-INITIAL_FORMS": "0",
        "versions-0-issued_on": "02/03/2026",
        "versions-0-file": pdf(),
    } | changes


def edit(client, material, **changes):
    """Send the form with these changes; a browser sends no file that nobody chose."""
    path = change_page(material)
    shown = filled(client.get(path)).items()
    data = {name: value for name, value in shown if not isinstance(value, FieldFile)}
    return client.post(path, data | changes)


def next_edition(**changes):
    return {
        "versions-TOTAL_FORMS": "2",
        "versions-1-issued_on": "02/04/2026",
        "versions-1-file": pdf(pages=3),
    } | changes


def test_a_leaflet_is_kept_as_a_draft_with_its_pages_and_a_picture_of_the_first(writer):
    response = writer.post(ADD, sent())

    assert response.status_code == 302
    edition = MaterialVersion.objects.select_related("material").get()
    assert edition.material.slug == "to-roi-khai-sinh"
    assert edition.material.published_at is None
    assert (edition.number, edition.title, edition.page_count) == (1, "Tờ rơi khai sinh", 1)
    with edition.first_page.open() as file, Image.open(file) as picture:
        assert (picture.format, picture.width) == ("WEBP", 480)
    assert "bản thảo" in page_of(writer, reverse("admin:outreach_material_changelist"))


def test_another_edition_takes_the_next_number_and_the_kept_file_is_never_replaced(publisher):
    publisher.post(ADD, sent())
    material = Material.objects.get()
    first = material.versions.get()

    response = edit(publisher, material, **next_edition(), **{"versions-0-file": pdf(pages=5)})

    assert response.status_code == 302
    assert list(material.versions.order_by("number").values_list("number", "page_count")) == [
        (1, 1),
        (2, 3),
    ]
    assert material.versions.get(number=1).file.name == first.file.name


def test_a_removed_edition_takes_its_files_along(publisher, django_capture_on_commit_callbacks):
    publisher.post(ADD, sent())
    material = Material.objects.get()
    edition = material.versions.get()

    with django_capture_on_commit_callbacks(execute=True):
        edit(publisher, material, **{"versions-0-DELETE": "on"})

    for file in (edition.file, edition.first_page):
        assert not file.storage.exists(file.name)


def test_a_poster_that_is_a_picture_is_its_own_first_page(writer):
    poster = BytesIO()
    Image.new("RGB", (900, 600), "#a33").save(poster, "PNG")

    writer.post(ADD, sent(**{"versions-0-file": ContentFile(poster.getvalue(), name="a.png")}))

    with MaterialVersion.objects.get().first_page.open() as file, Image.open(file) as picture:
        assert picture.format == "WEBP"
        assert max(picture.size) <= 720


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"versions-0-file": mp4}, "Cổng không nhận loại tệp này"),
        ({"kind": "video", "transcript": "Lời.", "versions-0-file": pdf}, "tệp thuộc loại MP4"),
        ({"kind": "video", "transcript": "Lời.", "versions-0-file": mp4}, "phải có tệp phụ đề"),
        (
            {
                "kind": "video",
                "transcript": "Lời.",
                "versions-0-file": mp4,
                "versions-0-captions": lambda: ContentFile(b"<script>", name="a.vtt"),
            },
            "không phải là WebVTT",
        ),
        (
            {
                "kind": "video",
                "versions-0-file": mp4,
                "versions-0-captions": make.make_captions,
            },
            "phải có lời thoại viết ra",
        ),
        ({"embed_url": "http://video.example.vn/"}, "phải bắt đầu bằng https://"),
    ],
)
def test_what_does_not_suit_its_kind_is_refused_in_words(writer, changes, words):
    data = sent(**{name: value() if callable(value) else value for name, value in changes.items()})

    page = writer.post(ADD, data)

    assert page.status_code == 200
    assert words in errors_of(page)
    assert not Material.objects.exists()


def test_a_video_with_captions_and_words_is_kept(writer):
    data = {
        "kind": "video",
        "transcript": "Lời.",
        "versions-0-file": mp4(),
        "versions-0-captions": make.make_captions(),
    }

    assert writer.post(ADD, sent(**data)).status_code == 302
    assert MaterialVersion.objects.get().captions


def test_who_may_publish_sets_the_hour_and_readers_find_it_then(publisher):
    publisher.post(ADD, sent() | moment("published_at", timezone.now() - HOUR))

    assert titles(publisher) == ["Tờ rơi khai sinh"]


def test_who_may_not_publish_cannot_set_the_hour(writer):
    writer.post(ADD, sent() | moment("published_at", timezone.now() - HOUR))

    assert Material.objects.get().published_at is None


@pytest.mark.parametrize("starts_in", [-HOUR, HOUR])
def test_who_may_not_publish_reads_what_is_public_or_will_be_and_changes_nothing(writer, starts_in):
    material = make.make_material(published_at=timezone.now() + starts_in)
    edition = material.versions.get()
    path = change_page(material)

    assert writer.get(path).status_code == 200
    assert writer.post(path, {"title": "Khác"}).status_code == 403
    assert writer.post(path.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert MaterialVersion.objects.filter(pk=edition.pk).exists()


def test_who_may_not_publish_cannot_open_a_private_shelf(writer):
    shelf = make.make_collection("Nội bộ", is_private=True)
    path = reverse("admin:outreach_materialcollection_change", args=[shelf.pk])

    writer.post(path, {"name": "Nội bộ", "order": "3"})

    shelf.refresh_from_db()
    assert (shelf.order, shelf.is_private) == (3, True)


def test_nothing_is_published_without_a_file_or_an_address(publisher):
    empty = {"versions-TOTAL_FORMS": "0", "versions-0-file": ""}
    hour = moment("published_at", timezone.now())

    page = publisher.post(ADD, sent(**empty) | hour)

    assert "phải có ít nhất một tệp" in errors_of(page)
    elsewhere = sent(**empty, embed_url="https://video.example.vn/1")
    assert publisher.post(ADD, elsewhere | hour).status_code == 302


def test_a_material_is_newer_when_its_words_are_and_not_when_its_hour_is(publisher):
    long_ago = timezone.make_aware(datetime(2026, 1, 2))
    material = make.make_material(updated_at=long_ago, published_at=long_ago)

    # Browsers send along what a field with a default began with.
    untouched = {"initial-versions-0-issued_on": str(material.versions.get().issued_on)}

    edit(publisher, material, **untouched, **moment("expires_at", timezone.now() + HOUR))
    material.refresh_from_db()
    assert material.expires_at
    assert material.updated_at == long_ago

    edit(publisher, material, **untouched, title="Tên khác")
    material.refresh_from_db()
    assert material.updated_at > long_ago


def test_staff_fetch_a_private_file_at_an_address_that_no_cache_keeps(publisher, client):
    shelf = make.make_collection(is_private=True)
    material = make.make_material(collection=shelf)
    path = reverse("admin:outreach_material_file", args=[material.pk, 1])
    assert path in page_of(publisher, change_page(material))

    response = publisher.get(path)

    assert content_of(response).startswith(b"%PDF")
    assert "no-store" in response.headers["Cache-Control"]
    client.logout()
    assert client.get(path).status_code == 302


def test_staff_of_another_domain_fetch_no_private_file(client):
    material = make.make_material(published_at=None)
    client.force_login(make.make_officer("procedures"))

    path = reverse("admin:outreach_material_file", args=[material.pk, 1])

    assert client.get(path).status_code == 403


def test_the_list_of_staff_says_how_each_material_stands(publisher):
    now = timezone.now()
    make.make_material("Một", published_at=None)
    make.make_material("Hai", published_at=now + HOUR)
    make.make_material("Ba")
    make.make_material("Bốn", published_at=now - 2 * HOUR, expires_at=now - HOUR)
    make.make_material("Năm", collection=make.make_collection(is_private=True))
    make.make_material("Sáu", content=None)
    changelist = reverse("admin:outreach_material_changelist")

    rows = page_of(publisher, changelist).split("<tbody")[1]

    states = dict(re.findall(r'/change/">(\w+)</a>.*?field-state[^>]*>([^<]+)<', rows, re.DOTALL))
    assert states == {
        "Một": "bản thảo",
        "Hai": "hẹn công khai",
        "Ba": "đang công khai",
        "Bốn": "đã gỡ",
        "Năm": "nội bộ",
        "Sáu": "chưa có tệp",
    }
    for value, title in [("ban-thao", "Một"), ("hen", "Hai"), ("cong-khai", "Ba")]:
        shown = publisher.get(f"{changelist}?tinh-trang={value}").context["cl"].queryset
        assert [material.title for material in shown] == [title]
    for value, title in [("da-go", "Bốn"), ("noi-bo", "Năm")]:
        shown = publisher.get(f"{changelist}?tinh-trang={value}&q=n").context["cl"].queryset
        assert title in [material.title for material in shown]
