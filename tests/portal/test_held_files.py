"""Files sent with a form: refused at their field, held while the form is corrected, handed over once, gone after an hour."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from threading import Barrier

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DataError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from portal import held_files, urls
from portal.exceptions import TooManyRequests
from portal.files import FileNotKept, PrivateStorage
from portal.held_files import AttachedFilesForm, AttachmentsField, erase_ended
from portal.models import HeldFile, OutgoingMail
from tests import file_samples as sample
from tests.portal.test_files import HOSTILE, kept_files
from tests.processes import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class LetterForm(AttachedFilesForm):
    body = forms.CharField(error_messages={"required": "Ghi nội dung."})
    files = AttachmentsField(label="Tệp kèm theo", help_text="Không gửi ảnh căn cước.")


# Rows of other models that stand in for a letter and its files: `key` is unique as the key of a form is.
ARRIVED = "arrived"


def letter(request):
    form = LetterForm()
    if request.method == "POST":
        form = LetterForm(request.POST, request.FILES, request=request)
    if form.is_valid():
        try:
            if form.cleaned_data["body"] == "quá nhiều":
                raise TooManyRequests(60)
            with transaction.atomic():
                letter, is_new = OutgoingMail.objects.get_or_create(key=form.form_key)
                if is_new:
                    form.attach_to(HeldFile, form_hash=ARRIVED, name=letter.key)
                if form.cleaned_data["body"] == "hỏng":
                    raise FileNotKept("Afterwards.")
            return HttpResponse("Đã nhận")
        except TooManyRequests as refusal:
            form.refuse(refusal)
        except FileNotKept:
            form.refuse_files()
    return HttpResponse(str(form), status=429 if form.retry_after else 200)


urlpatterns = [path("thu/", letter), *urls.urlpatterns]
handler400 = urls.handler400


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def commits(request):
    """What waits for the commit is done, as if each request had a transaction of its own."""
    if "transactional_db" in request.fixturenames:
        yield
        return
    capture = request.getfixturevalue("django_capture_on_commit_callbacks")
    with capture(execute=True):
        yield


def stamp(**ago):
    return LetterForm.new_stamp(timezone.now() - timedelta(**ago or {"minutes": 1}))


def upload(name="a.png", content=None):
    return SimpleUploadedFile(name, content or sample.picture(colour=(9, 99, 199)))


def pictures(count):
    """Pictures that differ."""
    return [upload(f"a{n}.png", sample.picture(colour=(n, 2, 3))) for n in range(count)]


def send(client, *files, body="", stamp, drop=(), **more):
    """The page that answers; without a body it comes back."""
    data = {"stamp": stamp, "body": body, "files": files, "files_dropped": drop} | more
    response = client.post("/thu/", data)
    response.html = response.content.decode()
    return response


def held(html):
    """The names that a page lists as held."""
    return re.findall(r"Đã giữ: (.*?) \(", html)


def errors_of(html):
    """What stands at the field."""
    parts = re.findall(r'id="id_files_error">.*?</div></div>', html, re.DOTALL)
    return re.findall(r"Cần sửa:</span> (.*?)</p>", "".join(parts), re.DOTALL)


def arrived():
    return HeldFile.objects.filter(form_hash=ARRIVED).order_by("pk")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_file_is_refused_at_the_field_and_leaves_nothing(client, kind):
    name, content = HOSTILE[kind]

    response = send(client, SimpleUploadedFile(name, content), body="Còn nguyên", stamp=stamp())

    (error,) = errors_of(response.html)
    assert f"Tệp “{name}”" in error
    assert 'value="Còn nguyên"' in response.html
    assert (kept_files(), HeldFile.objects.count(), OutgoingMail.objects.count()) == ([], 0, 0)


def test_a_good_file_is_not_lost_because_another_is_bad(client):
    mine = stamp()
    large = upload("lon.pdf", sample.pdf() + bytes(10 * 1024**2))

    page = send(client, upload("tot.png"), large, upload("x.exe"), body="Thư", stamp=mine).html
    send(client, body="Thư", stamp=mine)

    assert held(page) == ["tot.png"]
    assert errors_of(page) == [
        "Tệp “lon.pdf”: nặng 10\u00a0MB. Chọn tệp không quá 10\u00a0MB.",
        "Tệp “x.exe”: không thuộc loại được nhận. Chọn ảnh JPEG, PNG, WebP hoặc tệp PDF.",
    ]
    assert [file.kind_name for file in arrived()] == ["PNG"]


def test_of_more_than_five_files_the_first_five_are_held(client):
    mine = stamp()

    page = send(client, *pictures(12), body="Thư", stamp=mine).html
    again = send(client, *pictures(5), upload("b.png"), body="Thư", stamp=mine).html

    assert held(page) == held(again) == ["a0.png", "a1.png", "a2.png", "a3.png", "a4.png"]
    assert len(errors_of(page)) == 6
    assert "Còn 2 tệp nữa" in errors_of(page)[-1]
    assert len(errors_of(again)) == 1
    assert "“b.png”: chưa được nhận vì đã đủ 5 tệp" in errors_of(again)[0]
    assert len(kept_files()) == 5


def test_a_hundred_files_get_the_page_of_the_portal(client):
    response = send(client, *pictures(100), body="Thư", stamp=stamp())

    assert response.status_code == 413
    assert "Nội dung gửi lên quá lớn" in response.html
    assert kept_files() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\An\\ảnh.png", "ảnh.png"),
        ("a\x00b.png", "a b.png"),
        ("hoa\u202egnp.png", "hoagnp.png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("a" * 600 + ".png", "a" * 55 + "….png"),
        ("Đơn xin.PNG", "Đơn xin.PNG"),
        ("\u200b.png", ".png"),
    ],
)
def test_a_name_is_shown_clean_and_never_used(name, shown):
    file = upload()
    file._name = name

    assert held_files.shown_name(file) == shown


def test_a_name_is_shown_as_text(client):
    page = send(client, upload('<b>"a".png'), upload("<i>.exe"), stamp=stamp()).html

    assert held(page) == [escape('<b>"a".png')]
    assert "&lt;i&gt;.exe" in errors_of(page)[0]
    assert not {"<b>", "<i>"} & set(re.findall(r"<\w>", page))
    assert [Path(one).suffix for one in kept_files()] == [".png"]


def photo(kind):
    image, content = Image.new("RGB", (40, 30), "teal"), BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "canary"
    exif.get_ifd(0x8825)[0x001D] = "canary"
    options = {"exif": exif, "xmp": b"<x>canary</x>"}
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Author", "canary")
        options = {"exif": exif, "pnginfo": notes}
    image.save(content, kind, **options)
    assert b"canary" in content.getvalue()
    return upload(f"anh.{kind.lower()}", content.getvalue())


@pytest.mark.parametrize("comes_back", [False, True], ids=["at once", "held"])
def test_a_photo_arrives_without_place_owner_and_name(client, comes_back):
    mine = stamp()
    pdf = upload("a.pdf", sample.pdf(more=[b"<</Author(canary)>>"], trailer=b"/Info 4 0 R"))
    files = [photo("JPEG"), photo("PNG"), photo("WEBP"), pdf]
    if comes_back:
        send(client, *files, stamp=mine)
        assert [file.read_bytes().count(b"canary") for file in kept_files()] == [0] * 4
        files = []

    send(client, *files, body="Thư", stamp=mine)

    assert [file.kind_name for file in arrived()] == ["JPEG", "PNG", "WebP", "PDF"]
    assert [file.page_count for file in arrived()] == [None, None, None, 1]
    assert len(kept_files()) == 4
    for file in arrived():
        content = Path(file.file.path).read_bytes()
        assert b"canary" not in content
        assert file.size == len(content)


def test_what_was_held_arrives_as_it_lies_with_what_is_added_and_without_what_is_dropped(client):
    mine = stamp()
    page = send(client, *pictures(2), stamp=mine).html
    dropped, kept = HeldFile.objects.order_by("pk")
    place = kept.file.path

    assert held(page) == ["a0.png", "a1.png"]
    again = send(client, upload("b.png"), stamp=mine, drop=[dropped.pk]).html
    assert held(again) == ["a1.png", "b.png"]
    send(client, upload("c.png", sample.picture(size=(9, 9))), body="Thư", stamp=mine)

    assert len(arrived()) == 3
    assert arrived()[0].file.path == place
    assert HeldFile.objects.exclude(form_hash=ARRIVED).count() == 0


def test_a_file_that_is_dropped_goes_with_its_bytes(client, django_capture_on_commit_callbacks):
    mine = stamp()
    send(client, upload(), stamp=mine)
    (file,) = HeldFile.objects.all()

    with django_capture_on_commit_callbacks(execute=True):
        send(client, body="Thư", stamp=mine, drop=[file.pk])

    assert (kept_files(), HeldFile.objects.count()) == ([], 0)


def test_another_page_finds_and_drops_nothing(client):
    send(client, upload(), stamp=stamp())
    (file,) = HeldFile.objects.all()

    for other in (stamp(), "forged", ""):
        assert held(send(client, stamp=other, drop=[file.pk]).html) == []

    assert HeldFile.objects.get() == file


@pytest.mark.parametrize(
    ("body", "more"),
    [("Thư", {"website": "https://x.example"}), ("quá nhiều", {})],
    ids=["trap", "limit"],
)
def test_a_form_that_is_held_up_holds_its_files(client, body, more):
    mine = stamp()

    page = send(client, upload(), body=body, stamp=mine, **more)
    send(client, body="Thư", stamp=mine)

    assert held(page.html) == ["a.png"]
    assert len(arrived()) == 1


def test_files_move_to_the_new_stamp_of_a_page_that_is_too_old(client):
    old = stamp(hours=30)

    page = send(client, upload(), body="Thư", stamp=old).html
    new = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    page = send(client, stamp=new).html

    assert new != old
    assert held(page) == ["a.png"]


def test_files_are_held_for_an_hour(client, django_capture_on_commit_callbacks):
    mine = stamp()
    send(client, upload(), stamp=mine)
    held_at = HeldFile.objects.get().held_at

    assert erase_ended(held_at + timedelta(minutes=59)) == 0
    HeldFile.objects.update(held_at=held_at - timedelta(hours=1))
    assert held(send(client, stamp=mine).html) == []
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_ended() == 1

    assert (kept_files(), HeldFile.objects.count()) == ([], 0)


def test_nobody_fills_the_disk_with_what_is_held(client, monkeypatch):
    mine = stamp()
    monkeypatch.setitem(held_files.HOLD_LIMIT, "limit", 1)
    page = send(client, upload("a.png"), upload("b.jpg", sample.picture("JPEG")), stamp=mine).html

    assert held(page) == ["a.png"]
    assert re.search(r"Chưa giữ được tệp, xin chọn lại:</strong> b\.jpg<", page)
    assert len(kept_files()) == 1

    monkeypatch.setitem(held_files.HOLD_LIMIT, "limit", 40)
    monkeypatch.setattr(held_files, "MOST_HELD_BYTES", 1)
    page = send(client, upload("c.webp", sample.picture("WEBP")), body="", stamp=mine).html
    assert held(page) == ["a.png"]
    assert "xin chọn lại:</strong> c.webp<" in page


def test_who_sends_too_many_files_waits_before_any_is_judged(client, monkeypatch):
    monkeypatch.setitem(held_files.JUDGE_LIMIT, "limit", 1)

    response = send(client, *pictures(3), body="Còn nguyên", stamp=stamp())

    assert response.status_code == 429
    assert held(response.html) == ["a0.png"]
    assert len(errors_of(response.html)) == 1
    assert "Đã có quá nhiều tệp" in errors_of(response.html)[0]
    assert 'value="Còn nguyên"' in response.html


def test_a_full_disk_is_told_at_the_field_and_leaves_nothing(client, monkeypatch):
    mine = stamp()
    send(client, upload("a.png"), stamp=mine)
    places, save = kept_files(), PrivateStorage._save
    written = []

    def full_after_one(storage, name, content):
        if written:
            raise FileNotKept("No space left on device")
        written.append(name)
        return save(storage, name, content)

    monkeypatch.setattr(PrivateStorage, "_save", full_after_one)
    page = send(client, *pictures(3), body="Còn nguyên", stamp=mine).html

    assert "Máy chủ chưa giữ được tệp" in errors_of(page)[0]
    assert held(page) == ["a.png"]
    assert "xin chọn lại:</strong> a0.png; a1.png; a2.png<" in page
    assert 'value="Còn nguyên"' in page
    assert kept_files() == places
    assert (OutgoingMail.objects.count(), HeldFile.objects.count()) == (0, 1)


def test_what_was_held_stays_held_when_the_transaction_fails(client):
    mine = stamp()
    send(client, upload("a.png"), stamp=mine)

    page = send(client, upload("b.webp", sample.picture("WEBP")), body="hỏng", stamp=mine).html
    send(client, body="Thư", stamp=mine)

    assert held(page) == ["a.png", "b.webp"]
    assert [file.kind_name for file in arrived()] == ["PNG", "WebP"]


def test_a_file_that_ended_meanwhile_is_asked_for_again(rf):
    request, mine = rf.post("/"), stamp()
    files = MultiValueDict({"files": [upload()]})
    assert not LetterForm({"stamp": mine}, files, request=request).is_valid()
    form = LetterForm({"stamp": mine, "body": "Thư"}, request=request)
    assert form.is_valid()
    assert len(form.taken_files()) == 1
    HeldFile.objects.all().delete()

    with pytest.raises(FileNotKept), transaction.atomic():
        form.attach_to(HeldFile, form_hash=ARRIVED, name="a")

    assert len(arrived()) == 0


def test_a_row_that_cannot_be_made_leaves_no_file(rf):
    data, files = {"stamp": stamp(), "body": "Thư"}, MultiValueDict({"files": pictures(2)})
    form = LetterForm(data, files, request=rf.post("/"))
    assert form.is_valid()

    with pytest.raises(DataError), transaction.atomic():
        form.attach_to(HeldFile, facts=lambda file, place: {"name": "a" * 120 * place})

    assert kept_files() == []


def test_the_field_says_what_it_takes_and_ties_its_words_together():
    html = str(LetterForm())

    assert "Nhiều nhất 5 tệp: ảnh JPEG, PNG, WebP hoặc PDF, mỗi tệp không quá 10\u00a0MB." in html
    assert "Không gửi ảnh căn cước." in html
    control = re.search(r'<input type="file"[^>]*>', html)[0]
    assert " multiple" in control
    assert 'accept="image/jpeg,image/png,image/webp,application/pdf"' in control
    assert 'aria-describedby="id_files_helptext"' in control
    assert '<label class="attachments__label" for="id_files">Chọn tệp</label>' in html


def test_a_form_without_its_request_is_a_mistake_of_ours():
    with pytest.raises(TypeError, match="needs its request"):
        LetterForm({"body": "Thư"})


def test_two_sendings_at_once_leave_the_files_of_one(transactional_db, client):
    mine = stamp()
    send(client, upload("a.png"), stamp=mine)
    start = Barrier(2)

    def send_at_once(_number):
        start.wait()
        answer = send(Client(), *pictures(2), body="Thư", stamp=mine).html
        connection.close()
        return answer

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send_at_once, range(2)))

    assert answers == ["Đã nhận"] * 2
    assert OutgoingMail.objects.count() == 1
    assert HeldFile.objects.count() == len(arrived()) == len(kept_files()) == 3
    assert {Path(file.file.path) for file in arrived()} == set(kept_files())


def somebody_waits():
    with connection.cursor() as cursor:
        # Within a transaction it is the first look that counts, unless it is forgotten.
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute(
            "select exists (select from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock')"
        )
        return cursor.fetchone()[0]


def test_a_file_that_is_handed_over_at_this_moment_is_dropped_by_nobody(
    transactional_db, client, rf
):
    mine = stamp()
    send(client, upload(), stamp=mine)
    file = HeldFile.objects.get()
    form = LetterForm({"stamp": mine, "body": "Thư"}, request=rf.post("/"))
    assert form.is_valid()

    def drop():
        answer = send(Client(), stamp=mine, drop=[file.pk]).html
        connection.close()
        return answer

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            form.attach_to(HeldFile, form_hash=ARRIVED, name="a")
            other = pool.submit(drop)
            wait_until(lambda: other.done() or somebody_waits())
        assert held(other.result()) == []

    assert kept_files() == [Path(arrived().get().file.path)]


def test_the_sweep_knows_what_is_held(client):
    send(client, upload(), stamp=stamp())
    out = StringIO()

    call_command("sweep_files", stdout=out)

    assert out.getvalue() == ""
