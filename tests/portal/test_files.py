"""What people send: what is taken, what is refused, how it is kept, named and handed out."""

import os
import re
import struct
import time
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import call_command
from django.http import Http404
from django.test import RequestFactory
from PIL import Image

from outreach.models import LibraryFile
from portal import file_kinds, pdf
from portal.files import (
    PUBLIC,
    FileNotKept,
    PrivateStorage,
    content_disposition,
    download_name,
    file_response,
    inspect,
    private_files,
    title_of,
)
from tests import factories as make
from tests import file_samples as sample

ALL = file_kinds.ALL_KINDS
JS = b"/OpenAction<</S/JavaScript/JS(app.alert)>>"
PAGE_JS = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/AA<</O<</S/J#61vaScript/JS(x)>>>>>>"


def kept_files():
    return sorted(path for path in Path(private_files().location).rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "content", "content_type", "page_count"),
    [
        ("a.pdf", sample.pdf(pages=3), "application/pdf", 3),
        ("A.PDF", sample.packed_pdf(), "application/pdf", 1),
        ("bao-cao.exe.pdf", sample.pdf(), "application/pdf", 1),
        ("a.docx", sample.office(), file_kinds.DOCUMENTS[1].content_type, None),
        ("a.xlsx", sample.office("xl/workbook.xml"), file_kinds.DOCUMENTS[2].content_type, None),
        ("a.pptx", sample.office("ppt/presentation.xml"), file_kinds.SLIDES[0].content_type, None),
        ("a.jpeg", sample.picture("JPEG"), "image/jpeg", None),
        ("a.png", sample.picture("PNG"), "image/png", None),
        ("a.webp", sample.picture("WEBP"), "image/webp", None),
        ("a.mp4", sample.film(), "video/mp4", None),
        ("a.m4a", sample.film(b"M4A "), "audio/mp4", None),
        ("a.mp3", sample.sound(), "audio/mpeg", None),
        ("a.vtt", b"\xef\xbb\xbf" + sample.CAPTIONS, "text/vtt; charset=utf-8", None),
        (
            "a.docx",
            sample.office(
                links=sample.link("hyperlink", "https://dichvucong.gov.vn/")
                + sample.link("attachedTemplate", "file:///C:\\Users\\an\\Normal.dotm")
            ),
            file_kinds.DOCUMENTS[1].content_type,
            None,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_a_good_file_is_known_by_its_content(name, content, content_type, page_count):
    upload = SimpleUploadedFile(name, content)

    facts = inspect(upload, ALL)

    assert (facts.content_type, facts.page_count) == (content_type, page_count)
    assert upload.read() == content


HOSTILE = {
    "empty": ("a.pdf", b""),
    "no ending": ("a", sample.pdf()),
    "false ending": ("a.jpg", sample.pdf()),
    "program": ("a.exe", b"MZ" + bytes(100)),
    "program as PDF": ("a.pdf", b"MZ" + bytes(100)),
    "program behind a double ending": ("a.pdf.exe", sample.pdf()),
    "page": ("a.html", b"<!doctype html><script>alert(1)</script>"),
    "page as PDF": ("a.pdf", b"<!doctype html><script>alert(1)</script>"),
    "page as picture": ("a.png", b"<!doctype html><script>alert(1)</script>"),
    "drawing with script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "drawing as picture": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "GIF": ("a.gif", b"GIF89a" + bytes(50)),
    "GIF that is a page": ("a.jpg", b"GIF89a/*<script>*/=1;"),
    "PDF behind a page": ("a.pdf", b"<html>\n" + sample.pdf()),
    "PDF and archive": ("a.pdf", sample.pdf() + sample.zip_of()),
    "PDF cut short": ("a.pdf", sample.pdf(pages=40)[:-100]),
    "PDF of nothing": ("a.pdf", b"%PDF-1.7\n" + bytes(100) + b"%%EOF"),
    "PDF without pages": ("a.pdf", sample.pdf(pages=0)),
    "PDF of too many pages": ("a.pdf", sample.pdf(pages=3001)),
    "PDF with script": ("a.pdf", sample.pdf(catalog=JS)),
    "PDF with script, packed": ("a.pdf", sample.packed_pdf(JS)),
    "PDF with named script": (
        "a.pdf",
        sample.pdf(catalog=b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>"),
    ),
    "PDF with script, misspelt": ("a.pdf", sample.pdf(more=[PAGE_JS], catalog=b"/X 4 0 R")),
    "PDF that opens a program": (
        "a.pdf",
        sample.pdf(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
    ),
    "PDF with a file in it": (
        "a.pdf",
        sample.pdf(
            catalog=b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.exe)/EF<</F 4 0 R>>>>]>>>>",
            more=[b"<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream"],
        ),
    ),
    "PDF with a password": (
        "a.pdf",
        sample.pdf(
            trailer=b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
            % (b"00" * 32, b"00" * 32)
        ),
    ),
    "PDF that unpacks to gigabytes": ("a.pdf", sample.packed_pdf(padding=1500)),
    "archive": ("a.zip", sample.zip_of()),
    "archive as Word": ("a.docx", sample.zip_of()),
    "Word as Excel": ("a.xlsx", sample.office()),
    "Word with macro": (
        "a.docx",
        sample.office(members=[("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")]),
    ),
    "Word with macro under another name": (
        "a.docx",
        sample.office(members=[("word/theme.bin", b"\xd0\xcf\x11\xe0" + bytes(99))]),
    ),
    "Word of the macro type": (
        "a.docx",
        sample.office(
            types='<Override PartName="/word/document.xml" ContentType="application/'
            'vnd.ms-word.document.macroEnabled.main+xml"/>'
        ),
    ),
    "Word with an object": (
        "a.docx",
        sample.office(members=[("word/embeddings/oleObject1.bin", b"a")]),
    ),
    "Word with a program": ("a.docx", sample.office(members=[("word/media/a.png", b"MZ\x90")])),
    "Word with an archive": (
        "a.docx",
        sample.office(members=[("word/media/a.png", sample.zip_of())]),
    ),
    "Word with a template from the net": (
        "a.docx",
        sample.office(links=sample.link("attachedTemplate", "https://xau.example/a.dotm")),
    ),
    "Word with an object from the net": (
        "a.docx",
        sample.office(links=sample.link("oleObject", "mhtml:https://xau.example/a.html")),
    ),
    "Word with a link that runs": (
        "a.docx",
        sample.office(links=sample.link("hyperlink", "ms-msdt:/id")),
    ),
    "Word with a link to another computer": (
        "a.docx",
        sample.office(links=sample.link("hyperlink", "\\\\xau.example\\a")),
    ),
    "Word with entities": (
        "a.docx",
        sample.office(
            members=[("word/_rels/a.rels", '<!DOCTYPE a [<!ENTITY b "c">]><Relationships/>')]
        ),
    ),
    "Word that climbs": ("a.docx", sample.office(members=[("../../a.xml", b"a")])),
    "Word with two of a name": (
        "a.docx",
        sample.office(members=[("WORD/document.xml", b"a")]),
    ),
    "Word with a bomb": (
        "a.docx",
        sample.office(members=[("word/a.xml", bytes(2_000_000))]).replace(
            struct.pack("<I", 2_000_000), struct.pack("<I", 2_000_000_000)
        ),
    ),
    "Word with more behind it": ("a.docx", sample.office() + b"<script>"),
    "Word behind a program": ("a.docx", b"MZ" + sample.office()),
    "Word cut short": ("a.docx", sample.office()[:-30]),
    "old Word": ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(100)),
    "old Word as new": ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(100)),
    "bomb of pixels": ("a.png", sample.bomb()),
    "moving WebP": ("a.webp", sample.moving_picture("WEBP")),
    "film without data": ("a.mp4", sample.box(b"ftyp", b"isom") + sample.box(b"moov")),
    "film and archive": ("a.mp4", sample.film() + sample.zip_of()),
    "film of another kind": ("a.mp4", sample.film(b"heic")),
    "film that lies about its parts": ("a.mp4", sample.film() + b"\xff\xff\xff\xffmdat"),
    "sound of noise": ("a.mp3", b"\xff\xfb\x90\x00" + b"a" * 600),
    "captions in another code": ("a.vtt", "WEBVTT\n\n1 --> 2\nchào".encode("utf-16")),
    "captions with a script": ("a.vtt", sample.CAPTIONS + b"<script>alert(1)</script>"),
    "captions without times": ("a.vtt", b"WEBVTT\n"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_at_its_field_and_leaves_nothing(kind, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name, content = HOSTILE[kind]
    row = LibraryFile(title="Tệp thử", file=SimpleUploadedFile(name, content))
    row.accepts = ALL

    with pytest.raises(ValidationError) as refusal:
        row.clean()
    with pytest.raises(ValueError, match="not judged"):
        row.save()

    assert list(refusal.value.message_dict) == ["file"]
    assert kept_files() == []
    assert not LibraryFile.objects.exists()


def test_a_file_may_be_as_large_as_its_kind_and_no_larger():
    upload = SimpleUploadedFile("a.pdf", sample.pdf())
    upload.size = file_kinds.MEGABYTE * 20 + 1

    with pytest.raises(ValidationError, match="không quá 20"):
        inspect(upload, ALL)


def test_the_first_page_of_a_pdf_is_drawn_into_a_box():
    drawn = pdf.draw_first_page(ContentFile(sample.pdf()), width=100, height=100)

    assert Image.open(BytesIO(drawn)).size == (100, 50)
    assert pdf.draw_first_page(ContentFile(b"%PDF-1.7"), width=100, height=100) is None


def test_a_large_file_is_judged_where_it_lies():
    upload = TemporaryUploadedFile("a.pdf", "application/pdf", 0, None)
    upload.write(sample.pdf(pages=2))
    upload.size = upload.tell()

    assert inspect(upload, ALL).page_count == 2
    upload.close()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Hướng dẫn đăng ký khai sinh", "Hướng dẫn đăng ký khai sinh.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("a\\b\x00c", "a-b c.pdf"),
        ("hoa\u202efdp.exe", "hoafdp.exe.pdf"),
        ('<img src="x">', "img src=-x.pdf"),
        ("a" * 600, "a" * 120 + ".pdf"),
        ("😀", "😀.pdf"),
        ("CON", "tep-CON.pdf"),
        ("com1.txt", "tep-com1.txt.pdf"),
        ("báo cáo.pdf", "báo cáo.pdf"),
        ("...", "tep.pdf"),
        ("a\r\nSet-Cookie: b", "a Set-Cookie- b.pdf"),
    ],
)
def test_a_file_is_taken_along_under_a_name_that_every_system_takes(title, name):
    assert download_name(title, "libraryfile/ab/abcd.pdf") == name


def test_the_name_is_told_in_plain_letters_and_as_it_is():
    header = content_disposition("Đơn “xin” 100%.pdf", as_attachment=True)

    assert header == (
        'attachment; filename="don xin 100-.pdf";'
        " filename*=UTF-8''%C4%90%C6%A1n%20%E2%80%9Cxin%E2%80%9D%20100%25.pdf"
    )
    assert 'filename="tep"' in content_disposition("😀", as_attachment=False)


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("C:\\Users\\An\\To_roi  khai sinh.PDF", "To roi khai sinh"),
        ("a\u202eb.pdf", "ab"),
        ("x" * 250 + ".pdf", "x" * 200),
    ],
)
def test_a_title_is_offered_from_the_name_that_was_sent(sent, title):
    assert title_of(ContentFile(b"", name=sent)) == title


@pytest.mark.django_db
def test_a_kept_file_has_a_name_that_tells_nothing():
    row = LibraryFile(title="Đơn", file=SimpleUploadedFile("Nguyễn Văn A.pdf", sample.pdf()))
    row.clean()
    row.save()

    key = r"[2-9a-z]{16}"
    assert re.fullmatch(rf"libraryfile/[2-9a-z]{{2}}/{key}\.pdf", row.file.name)
    assert os.stat(row.file.path).st_mode & 0o777 == 0o600
    assert (row.kind_name, row.page_count, row.size) == ("PDF", 1, len(sample.pdf()))


@pytest.mark.django_db
def test_a_picture_kept_as_a_file_is_drawn_anew():
    sent = sample.picture("JPEG", comment=b"chup tai nha ba Nam") + sample.zip_of()
    row = LibraryFile(title="Áp phích", file=SimpleUploadedFile("a.jpg", sent))

    with pytest.raises(ValidationError):
        row.clean()
    row.file = SimpleUploadedFile("a.jpg", sent.partition(b"PK")[0])
    row.clean()
    row.save()

    content = row.file.read()
    row.file.close()
    assert b"nha ba Nam" not in content
    assert row.size == len(content)


@pytest.mark.django_db
def test_a_file_goes_with_its_row_and_when_another_takes_its_place(
    django_capture_on_commit_callbacks,
):
    row = make.make_library_file(content=sample.pdf())
    first = Path(row.file.path)

    with django_capture_on_commit_callbacks(execute=True):
        row.file = SimpleUploadedFile("b.pdf", sample.pdf(pages=2))
        row.clean()
        row.save()
        assert first.exists()
    second = Path(row.file.path)
    assert (first.exists(), second.exists()) == (False, True)

    with django_capture_on_commit_callbacks(execute=True):
        LibraryFile.objects.filter(pk=row.pk).delete()
        assert second.exists()
    assert not second.exists()


def test_a_full_disk_keeps_no_piece_of_a_file(monkeypatch, tmp_path):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)

    with pytest.raises(FileNotKept):
        PrivateStorage(location=tmp_path).save("a/b.pdf", ContentFile(sample.pdf()))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_what_no_row_names_is_swept_once_it_is_a_day_old(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept, picture = make.make_library_file(), make.make_picture(size=(30, 20))
    lost, fresh = tmp_path / "libraryfile/lost.pdf", tmp_path / "libraryfile/fresh.pdf"
    for path in (lost, fresh):
        path.write_bytes(b"a")
    named = {Path(kept.file.path), Path(picture.file.path)}
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    for path in kept_files():
        if path != fresh:
            os.utime(path, (two_days_ago, two_days_ago))
    out = StringIO()

    call_command("sweep_files", stdout=out)
    assert lost.exists()
    assert "libraryfile/lost.pdf" in out.getvalue()

    call_command("sweep_files", remove=True, stdout=out)
    assert not lost.exists()
    assert {fresh, *named} <= set(kept_files())
    assert Path(picture.rendition_file("c640.webp").path).exists()


@pytest.fixture
def kept(db):
    return make.make_library_file("Tờ rơi", content=b"0123456789").file


def ask(kept, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return file_response(request, kept, name="Tờ rơi", cache_control=PUBLIC)


def body(response):
    content = b"".join(response)
    response.close()
    return content


def test_a_file_is_handed_out_as_what_it_was_judged_to_be(kept):
    response = ask(kept)

    assert body(response) == b"0123456789"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="to roi.pdf"')
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "public, max-age=600"
    assert response.headers["Content-Length"] == "10"


@pytest.mark.parametrize(
    ("asked", "status", "said", "content"),
    [
        ("bytes=0-3", 206, "bytes 0-3/10", b"0123"),
        ("bytes=4-4", 206, "bytes 4-4/10", b"4"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=7-99", 206, "bytes 7-9/10", b"789"),
        ("bytes=-2", 206, "bytes 8-9/10", b"89"),
        ("bytes=-99", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=-0", 416, "bytes */10", b""),
        ("bytes=5-2", 200, None, b"0123456789"),
        ("bytes=-", 200, None, b"0123456789"),
        ("bytes=0-1,3-4", 200, None, b"0123456789"),
        ("lines=1-2", 200, None, b"0123456789"),
        ("bytes=" + "9" * 5000 + "-", 200, None, b"0123456789"),
    ],
)
def test_a_player_is_given_the_piece_it_asks_for(kept, asked, status, said, content):
    response = ask(kept, range=asked)

    assert body(response) == content
    assert response.status_code == status
    assert response.headers.get("Content-Range") == said


def test_a_piece_is_given_only_of_the_file_that_was_begun(kept):
    now = ask(kept)
    now.close()

    for valid in ("ETag", "Last-Modified"):
        response = ask(kept, range="bytes=0-1", if_range=now.headers[valid])
        assert (response.status_code, body(response)) == (206, b"01")
    response = ask(kept, range="bytes=0-1", if_range='"another"')
    assert (response.status_code, body(response)) == (200, b"0123456789")


def test_a_file_that_a_reader_has_is_not_sent_again(kept):
    now = ask(kept)
    now.close()

    unchanged = ask(kept, if_none_match=now.headers["ETag"])
    asked_for_facts = ask(kept, "head")

    assert unchanged.status_code == 304
    assert unchanged.headers["Cache-Control"] == PUBLIC
    assert (asked_for_facts.headers["Content-Length"], asked_for_facts.content) == ("10", b"")


def test_a_file_missing_from_the_disk_is_not_found_and_noted(kept, caplog):
    os.remove(kept.path)

    with pytest.raises(Http404):
        ask(kept)

    assert kept.name in caplog.text
