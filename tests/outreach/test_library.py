"""The library of pictures and files: how staff fill it, who uses it, and who is given what."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.models import LibraryFile, Picture
from portal import uploads
from portal.files import private_files
from portal.images import RENDITIONS
from tests import factories as make
from tests import file_samples as sample

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(client):
    officer = make.make_officer("outreach")
    client.force_login(officer)
    return officer


def kept_files():
    return [path for path in Path(private_files().location).rglob("*") if path.is_file()]


def photo(name="Hội nghị.JPG", **options):
    return SimpleUploadedFile(name, sample.picture("JPEG", size=(900, 600), **options))


def picture_fields(**fields):
    return {"title": "", "alt": "", "credit": "", "focal_x": 50, "focal_y": 50} | fields


def named(name, *args):
    return reverse(f"admin:outreach_{name}", args=args)


# Everybody


def test_a_picture_is_public_as_long_as_something_public_shows_it(
    client, django_assert_num_queries
):
    picture = make.make_picture(size=(60, 40))
    addresses = [picture.get_rendition_url(name) for name in RENDITIONS]
    make.make_draft(body=f'<p><img src="{addresses[1]}" alt="a"></p>')
    assert {client.get(address).status_code for address in addresses} == {404}

    version = make.make_article(cover=picture, cover_alt="Người dân ở quầy")

    for address in addresses:
        with django_assert_num_queries(1):
            response = client.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=600"
        assert "Cookie" not in response.headers.get("Vary", "")
        assert not response.cookies
        assert response.getvalue()
    version.article.versions.update(public_until=timezone.now())
    assert {client.get(address).status_code for address in addresses} == {404}


def test_a_cover_of_a_private_material_is_private(client):
    shelf = make.make_collection(is_private=True)
    hidden, shown = make.make_picture(size=(9, 9)), make.make_picture(size=(9, 9))
    make.make_material(cover=hidden, collection=shelf)
    make.make_material(cover=shown)

    assert client.get(hidden.get_rendition_url("w640.webp")).status_code == 404
    response = client.get(shown.get_rendition_url("w640.webp"))
    assert response.headers["Content-Type"] == "image/webp"
    assert response.getvalue().startswith(b"RIFF")


def test_a_file_is_public_when_attached_to_or_linked_in_something_public(
    client, django_assert_num_queries
):
    attached, linked, unused = (make.make_library_file(f"Tệp {name}") for name in "abc")
    make.make_article(
        body=f'<p><a href="{linked.get_absolute_url()}">Mẫu</a></p>', parts={"files": [attached]}
    )

    for file in (attached, linked):
        with django_assert_num_queries(1):
            response = client.get(file.get_absolute_url(), headers={"accept-encoding": "gzip"})
        assert response.getvalue() == b"%PDF-1.7\n"
        assert response.headers["Content-Disposition"].startswith("attachment")
    assert client.get(unused.get_absolute_url()).status_code == 404


def test_what_is_not_public_looks_like_what_is_not_there_even_to_staff(client, officer):
    picture, file = make.make_picture(size=(9, 9)), make.make_library_file()
    shown = make.make_picture(size=(9, 9))
    make.make_article(cover=shown, cover_is_decorative=True)
    inside = shown.file.name.rpartition("/")[2]

    answers = [
        client.get(address)
        for address in (
            picture.get_rendition_url("w640.webp"),
            file.get_absolute_url(),
            "/hinh-anh/2222222222222222/w640.webp",
            "/tep/2222222222222222/",
            f"/hinh-anh/{shown.key}/w641.webp",
            f"/hinh-anh/{shown.key}/{inside}",
            f"/hinh-anh/{shown.key}/..%2f{inside}",
            f"/hinh-anh/{shown.key}/",
            f"/tep/{shown.key}/",
            "/tep/..%2f..%2fmanage.py/",
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/html; charset=utf-8"}


# Pictures


def test_a_picture_is_taken_drawn_and_kept_with_its_renditions(client, officer):
    response = client.post(named("picture_add"), picture_fields(file=photo()))

    assert response.status_code == 302
    picture = Picture.objects.get()
    assert (picture.title, picture.width, picture.height) == ("Hội nghị", 900, 600)
    assert len(kept_files()) == 1 + len(RENDITIONS)
    for name in RENDITIONS:
        shown = client.get(picture.admin_url(name))
        assert shown.status_code == 200
        assert "no-store" in shown.headers["Cache-Control"]
        assert shown.getvalue()


def test_renditions_follow_the_focal_point_and_a_new_file(
    client, officer, django_capture_on_commit_callbacks
):
    client.post(named("picture_add"), picture_fields(file=photo()))
    picture = Picture.objects.get()
    change = named("picture_change", picture.pk)
    cut = Path(picture.rendition_file("c640.webp").path)
    before = cut.stat().st_mtime_ns

    client.post(change, picture_fields(title="Tên mới"))
    assert cut.stat().st_mtime_ns == before
    client.post(change, picture_fields(title="Tên mới", focal_x=0))
    assert cut.stat().st_mtime_ns > before

    with django_capture_on_commit_callbacks(execute=True):
        client.post(change, picture_fields(title="Tên mới", file=photo("b.jpg")))
    assert not cut.exists()
    assert len(kept_files()) == 1 + len(RENDITIONS)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(named("picture_delete", picture.pk), {"post": "yes"})
    assert not Picture.objects.exists()
    assert kept_files() == []


def test_a_refused_picture_leaves_nothing_and_says_why_at_the_field(client, officer):
    refused = SimpleUploadedFile("a.png", sample.bomb())

    page = client.post(named("picture_add"), picture_fields(file=refused))

    assert "quá nhiều điểm ảnh" in page.context["adminform"].form.errors["file"][0]
    assert kept_files() == []
    assert not Picture.objects.exists()
    with pytest.raises(ValidationError):
        Picture(title="a", file=refused, focal_x=101).full_clean()


@pytest.mark.parametrize("written", [0, 2])
def test_a_full_disk_is_told_at_the_field_and_leaves_nothing(client, officer, monkeypatch, written):
    replace, calls = os.replace, []

    def full(*args):
        calls.append(args)
        if len(calls) > written:
            raise OSError(28, "No space left on device")
        replace(*args)

    monkeypatch.setattr(os, "replace", full)

    page = client.post(named("picture_add"), picture_fields(title="Đã gõ", file=photo()))
    answer = client.post(named("picture_upload"), {"file": photo()})

    assert page.status_code == 200
    assert "hết chỗ" in page.context["adminform"].form.errors["file"][0]
    assert "Đã gõ" in page.content.decode()
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert not Picture.objects.exists()
    assert kept_files() == []


def test_a_disk_that_is_full_while_a_file_arrives_is_told_at_the_field(
    client, officer, monkeypatch, settings
):
    def full(*args):
        raise OSError(28, "No space left on device")

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    monkeypatch.setattr(TemporaryUploadedFile, "write", full)

    answer = client.post(named("picture_upload"), {"file": photo()})

    assert answer.status_code == 400
    assert "hết chỗ" in answer.json()["errors"]["file"][0]


def test_no_more_of_a_file_arrives_than_any_kind_may_have(client, officer, monkeypatch, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    sent = sample.pdf() + bytes(200_000)
    kept = []
    monkeypatch.setattr(uploads, "LARGEST", 100_000)
    monkeypatch.setattr(TemporaryUploadedFile, "write", lambda upload, piece: kept.append(piece))

    client.post(named("libraryfile_upload"), {"file": SimpleUploadedFile("a.pdf", sent)})

    assert 0 < sum(map(len, kept)) <= 100_000


def test_a_used_picture_is_not_deleted_and_the_page_says_where_it_is(client, officer):
    cover, inside, of_material = (make.make_picture(f"Ảnh {n}", size=(9, 9)) for n in "abc")
    make.make_draft("Bài có ảnh đầu", cover=cover, cover_is_decorative=True)
    address = inside.get_rendition_url("w1280.webp")
    make.make_draft("Bài có ảnh trong", body=f'<img src="{address}" alt="Quầy">')
    make.make_material("Tờ rơi có bìa", cover=of_material)

    for picture, use in [
        (cover, "Bài có ảnh đầu"),
        (inside, "Bài có ảnh trong"),
        (of_material, "Tờ rơi có bìa"),
    ]:
        delete = named("picture_delete", picture.pk)
        assert use in client.get(delete).content.decode()
        client.post(delete, {"post": "yes"})
        assert use in client.get(named("picture_change", picture.pk)).content.decode()
    client.post(
        named("picture_changelist"),
        {"action": "delete_selected", "_selected_action": [inside.pk], "post": "yes"},
    )

    assert Picture.objects.count() == 3


def test_the_list_of_pictures_asks_the_same_number_of_questions_for_many(
    client, officer, django_assert_max_num_queries
):
    for number in range(5):
        picture = make.make_picture(f"Ảnh {number}", size=(9, 9))
        make.make_draft(cover=picture, cover_is_decorative=True)

    with django_assert_max_num_queries(8):
        page = client.get(named("picture_changelist")).content.decode()

    assert page.count('class="thumbnail"') == 5


# What the editor of texts asks for


def test_the_editor_is_given_pictures_a_page_at_a_time(client, officer):
    found = make.make_picture("Lễ hội Nghinh Ông", alt="Đoàn thuyền", size=(90, 60))
    for number in range(24):
        Picture(title=f"Ảnh {number}", file=found.file.name, width=1, height=1).save()

    first = client.get(named("picture_choices")).json()
    last = client.get(named("picture_choices"), {"page": "2"}).json()
    one = client.get(named("picture_choices"), {"q": "nghinh ong", "page": "x"}).json()

    assert (len(first["results"]), first["next"]) == (24, True)
    assert (len(last["results"]), last["next"]) == (1, False)
    assert one["results"] == [
        {
            "key": found.key,
            "title": "Lễ hội Nghinh Ông",
            "alt": "Đoàn thuyền",
            "url": found.admin_url("w640.webp"),
            "width": 90,
            "height": 60,
        }
    ]


def test_the_editor_sends_a_picture_or_a_file_and_learns_what_is_wrong(client, officer):
    picture = client.post(named("picture_upload"), {"file": photo(), "alt": "Quầy số 1"}).json()
    sent = SimpleUploadedFile("Mẫu đơn.pdf", sample.pdf(pages=3))
    file = client.post(named("libraryfile_upload"), {"file": sent, "title": ""}).json()
    refused = client.post(named("libraryfile_upload"), {"file": photo("a.pdf")})
    missing = client.post(named("picture_upload"), {"title": "Không có ảnh"})

    assert (picture["title"], picture["alt"], picture["width"]) == ("Hội nghị", "Quầy số 1", 900)
    kept = LibraryFile.objects.get()
    assert file == {
        "key": kept.key,
        "title": "Mẫu đơn",
        "type": "PDF",
        "size": "1\xa0KB",
        "pages": 3,
        "url": kept.admin_url(),
    }
    assert client.get(kept.admin_url()).getvalue() == sample.pdf(pages=3)
    assert client.get(named("libraryfile_choices")).json()["results"] == [file]
    assert "không phải là PDF" in refused.json()["errors"]["file"][0]
    assert (refused.status_code, missing.status_code) == (400, 400)
    assert list(missing.json()["errors"]) == ["file"]


def test_the_library_is_open_only_to_staff_who_may(client):
    picture, file = make.make_picture(size=(9, 9)), make.make_library_file()
    asked = [
        named("picture_choices"),
        named("libraryfile_choices"),
        picture.admin_url("w640.webp"),
        file.admin_url(),
    ]
    sent = [named("picture_upload"), named("libraryfile_upload")]

    assert {client.get(address).status_code for address in asked} == {302}
    client.force_login(make.make_officer("procedures"))
    assert {client.get(address).status_code for address in asked} == {403}
    assert {client.post(address, {"file": photo()}).status_code for address in sent} == {403}
    assert Picture.objects.count() == 1


def test_who_may_only_look_is_not_told_where_files_lie(client):
    file = make.make_library_file("Mẫu đơn")
    reader = make.make_officer("outreach")
    reader.user_permissions.set(Permission.objects.filter(codename="view_libraryfile"))
    client.force_login(reader)

    page = client.get(named("libraryfile_change", file.pk)).content.decode()

    assert file.admin_url() in page
    assert file.file.name not in page


def test_a_file_is_sent_only_from_a_page_of_the_admin(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    assert client.post(named("picture_upload"), {"file": photo()}).status_code == 403
    assert client.get(named("picture_upload")).status_code == 405
    answer = client.get(named("picture_choices"))
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_focal_point_is_chosen_on_the_picture_by_pointer_and_by_keys(
    transactional_db, new_page
):
    picture = make.make_picture(size=(600, 400))
    officer = make.make_officer("outreach")
    page = new_page()
    page.goto(reverse("admin:login"))
    page.fill("[name=username]", officer.username)
    page.fill("[name=password]", "mat-khau-dai-12")
    page.press("[name=password]", "Enter")
    page.goto(named("picture_change", picture.pk))

    shown = page.locator("[data-focal-point] img")
    box = shown.bounding_box()
    shown.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.8})
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.click("[name=_save]")

    picture.refresh_from_db()
    assert abs(picture.focal_x - 21) <= 1
    assert abs(picture.focal_y - 70) <= 1
