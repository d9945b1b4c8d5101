"""A printed code leads to its page for ever, and scans are counted without anyone being known."""

import re
import threading
import time
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import zxingcpp
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from procedures.models import Procedure, QrScan, QrTarget
from procedures.models.qr import ALPHABET, new_token
from procedures.services import complete_procedures
from tests import factories

# What the telephones of people say, in-app browsers and a make with an unlucky name among them.
PHONES = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 12; wv) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Zalo android/12100625 ZaloTheme/light ZaloLanguage/vi",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 15_5 like Mac OS X) Mobile/15E148 Zalo iOS/470 ZaloTheme/light ZaloLanguage/vn",
    "Mozilla/5.0 (Linux; Android 13; wv) Chrome/125 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/460.0;]",
    "Mozilla/5.0 (Linux; Android 13) Chrome/125 Mobile Safari/537.36 Telegram-Android/10.14.5",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X18) AppleWebKit/537.36 Chrome/88 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/120.0 Chrome/114 Safari/537.36",
]
PHONE = {
    "user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"
}


@pytest.fixture
def target(db):
    return factories.make_qr_target(factories.make_procedure(code="1.001193"))


def scans():
    return sum(QrScan.objects.values_list("count", flat=True))


def test_a_token_has_no_letters_that_look_alike():
    tokens = {new_token() for _ in range(2_000)}

    assert len(tokens) == 2_000
    assert set("".join(tokens)) <= set(ALPHABET)
    assert not set("01oil") & set(ALPHABET)


def test_every_procedure_gets_one_token_and_keeps_it(db):
    procedures = [factories.make_procedure() for _ in range(3)]
    ids = [procedure.pk for procedure in procedures]
    complete_procedures(ids)
    tokens = dict(QrTarget.objects.values_list("procedure", "token"))

    Procedure.objects.update(name="Tên mới")
    complete_procedures(ids)

    assert set(tokens) == set(ids)
    assert dict(QrTarget.objects.values_list("procedure", "token")) == tokens


def test_the_address_comes_from_the_settings_alone(target, settings, client):
    settings.SITE_URL = "https://tthc.example.vn"

    svg = client.get("/thu-tuc/1.001193/qr.svg", headers={"host": "localhost"}).content.decode()

    assert target.address == f"https://tthc.example.vn/q/{target.token}"
    assert f"tthc.example.vn/q/{target.token}" in svg


@pytest.mark.parametrize("prefix", ["", "/cong"])
def test_the_address_keeps_the_path_of_the_settings(target, settings, prefix):
    settings.SITE_URL = f"https://tthc.example.vn{prefix}"

    assert target.address == settings.SITE_URL + reverse("procedures:qr_scan", args=[target.token])
    assert target.readable_address == f"tthc.example.vn{prefix}/q/{target.token}"


def test_a_server_under_a_path_adds_nothing_to_the_address(target, settings, client):
    settings.SITE_URL = "https://tthc.example.vn/cong"

    with override_script_prefix("/cong/"):
        scan = client.get(f"/q/{target.token}")
        svg = client.get("/thu-tuc/1.001193/qr.svg").content.decode()

    assert scan.headers["Location"] == "/cong/thu-tuc/1.001193/"
    assert f", tthc.example.vn/cong/q/{target.token}," in svg


@pytest.mark.parametrize("fields", [{"token": "zzzzzzz"}, {"procedure": None}], ids=str)
def test_a_printed_token_is_never_changed(target, fields):
    if "procedure" in fields:
        fields = {"procedure": factories.make_procedure()}

    with pytest.raises(IntegrityError), transaction.atomic():
        QrTarget.objects.filter(pk=target.pk).update(**fields)

    target.save()
    assert QrTarget.objects.get(procedure=target.procedure).token == target.token


@pytest.mark.parametrize("status", ["published", "suspended", "expired"])
def test_the_token_of_a_public_procedure_is_never_deleted(target, status):
    Procedure.objects.update(
        status=status, suspended_reason="Chờ hướng dẫn", expired_on="2025-07-01"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        target.delete()

    assert QrTarget.objects.filter(token=target.token).exists()


@pytest.mark.parametrize("form", ["/q/{}", "/q/{}/", "/Q/{}"])
@pytest.mark.parametrize("typed", [str.lower, str.upper])
def test_a_scan_leads_to_the_procedure(client, target, form, typed):
    response = client.get(form.format(typed(target.token)), headers=PHONE)

    assert (response.status_code, response.headers["Location"]) == (302, "/thu-tuc/1.001193/")
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_a_code_follows_its_procedure_when_the_code_and_name_change(client, target):
    Procedure.objects.filter(pk=target.procedure_id).update(code="1.999999", name="Tên khác")

    assert client.get(f"/q/{target.token}").headers["Location"] == "/thu-tuc/1.999999/"


def test_the_code_of_an_expired_procedure_still_answers(client, target):
    Procedure.objects.update(status="expired", expired_on="2025-07-01")

    response = client.get(f"/q/{target.token}", follow=True)

    assert response.status_code == 200
    assert "Hết hiệu lực từ 01/07/2025" in response.content.decode()


@pytest.mark.parametrize("status", ["draft", "review"])
def test_the_code_of_an_unpublished_procedure_tells_nothing(client, target, status):
    Procedure.objects.update(status=status)

    response = client.get(f"/q/{target.token}")

    assert response.status_code == 404
    assert "1.001193" not in response.content.decode()
    assert client.get("/thu-tuc/1.001193/qr.svg").status_code == 404
    assert client.get("/thu-tuc/1.001193/qr.png").status_code == 404


def test_an_unknown_code_says_what_to_check(client, db):
    response = client.get("/q/zzzzzzz")

    assert response.status_code == 404
    assert "Cổng không có mã ngắn “zzzzzzz”" in response.content.decode()


def test_a_scan_is_counted_by_day_and_hour_of_vietnam(client, target):
    before = timezone.localtime()
    client.get(f"/q/{target.token}", headers=PHONE)
    client.get(f"/q/{target.token}", headers=PHONE)
    after = timezone.localtime()

    hours = {(moment.date(), moment.hour) for moment in (before, after)}
    assert {(scan.scanned_on, scan.hour) for scan in QrScan.objects.all()} <= hours
    assert scans() == 2


def test_the_day_of_a_scan_begins_at_midnight_in_vietnam(target):
    for minute in (59, 60):
        last_hour = datetime(2026, 2, 16, 16, tzinfo=UTC)
        QrScan.objects.add_one(target, at=last_hour + timedelta(minutes=minute))

    counted = QrScan.objects.values_list("scanned_on", "hour", "count").order_by("scanned_on")
    assert list(counted) == [(date(2026, 2, 16), 23, 1), (date(2026, 2, 17), 0, 1)]


def test_nothing_about_who_scanned_can_be_kept():
    assert {field.name for field in QrScan._meta.fields} == {
        "id",
        "target",
        "scanned_on",
        "hour",
        "count",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "WhatsApp/2.23"},
        {"user-agent": "TelegramBot (like TwitterBot)"},
        {"user-agent": "python-requests/2.32"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": "Mozilla/5.0 (Macintosh) facebookexternalhit/1.1 Facebot Twitterbot/1.0"},
        {"user-agent": "meta-externalagent/1.1"},
        {"user-agent": "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5"},
        {"user-agent": "Slackbot-LinkExpanding 1.0"},
        {"user-agent": "Mozilla/5.0 (compatible; coccocbot-web/1.0)"},
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0"},
        {"user-agent": ""},
        PHONE | {"sec-purpose": "prefetch;prerender"},
        PHONE | {"purpose": "prefetch"},
        PHONE | {"x-purpose": "preview"},
        PHONE | {"x-moz": "prefetch"},
        PHONE | {"sec-fetch-dest": "image"},
    ],
    ids=str,
)
def test_robots_and_previews_are_led_on_but_not_counted(client, target, headers):
    assert client.get(f"/q/{target.token}", headers=headers).status_code == 302
    assert scans() == 0


@pytest.mark.parametrize("agent", PHONES)
def test_people_are_counted_whatever_they_read_with(client, target, agent):
    client.get(f"/q/{target.token}", headers={"user-agent": agent, "sec-fetch-dest": "document"})

    assert scans() == 1


def test_asking_only_for_the_headers_is_not_a_scan(client, target):
    assert client.head(f"/q/{target.token}", headers=PHONE).status_code == 302
    assert scans() == 0


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_a_code_is_only_read(client, target, method):
    assert getattr(client, method)(f"/q/{target.token}").status_code == 405


def test_a_counter_that_is_broken_does_not_break_the_redirect(client, target):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procedures_qrscan RENAME TO procedures_qrscan_away")

    assert client.get(f"/q/{target.token}", headers=PHONE).status_code == 302
    # The connection serves on.
    assert QrTarget.objects.get() == target


@pytest.mark.django_db(transaction=True)
def test_scans_at_the_same_moment_are_all_counted():
    target = factories.make_qr_target(factories.make_procedure())
    QrScan.objects.add_one(target)
    together = threading.Barrier(8)

    def scan():
        together.wait()
        for _ in range(5):
            QrScan.objects.add_one(target)
        connection.close()

    threads = [threading.Thread(target=scan) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert scans() == 41


@pytest.mark.django_db(transaction=True)
def test_a_blocked_counter_neither_breaks_nor_slows_the_redirect(client):
    target = factories.make_qr_target(factories.make_procedure())
    QrScan.objects.add_one(target)
    held, done = threading.Event(), threading.Event()

    def hold_the_row():
        with transaction.atomic():
            QrScan.objects.select_for_update().get()
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold_the_row)
    holder.start()
    held.wait(10)
    started = time.monotonic()
    response = client.get(f"/q/{target.token}", headers=PHONE)
    taken = time.monotonic() - started
    done.set()
    holder.join()

    assert response.status_code == 302
    assert taken < 1
    assert scans() == 1


def test_the_pictures_are_offered_in_the_sizes_of_print(client, target):
    sizes = {
        side: Image.open(BytesIO(client.get(f"/thu-tuc/1.001193/qr.png?co={side}").content)).width
        for side in ["25", "60", "x", "999999"]
    }

    assert sizes["60"] > 2 * sizes["25"]
    assert sizes["x"] == sizes["999999"] == sizes["25"]


def test_the_picture_of_a_procedure_leads_to_its_page(client, target):
    response = client.get("/thu-tuc/1.001193/qr.png")

    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(response.content)).convert("L"))
    path = found.text.removeprefix(django_settings.SITE_URL)
    assert response.headers["Content-Type"] == "image/png"
    assert "public" in response.headers["Cache-Control"]
    assert 'filename="qr-1.001193.png"' in response.headers["Content-Disposition"]
    assert re.fullmatch(r"/q/[a-z2-9]{7}", path)
    assert client.get(path).headers["Location"] == "/thu-tuc/1.001193/"


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_picture_that_is_known_is_not_sent_again(client, target, kind):
    address = f"/thu-tuc/1.001193/qr.{kind}"
    known = client.get(address).headers["ETag"]

    assert client.get(address, headers={"if-none-match": known}).status_code == 304
    assert client.get(f"{address}?co=60", headers={"if-none-match": known}).status_code == 200


# Mã dẫn đến một trang


@pytest.fixture
def page_target(db):
    place = factories.make_service_point(slug="dat-mui")
    return QrTarget.objects.get_or_make("/kenh-tiep-nhan/", place)


def test_a_code_leads_to_a_page_and_says_where_it_hangs(client, page_target):
    without_place = QrTarget.objects.get_or_make("/kenh-tiep-nhan/")

    scan = client.get(f"/q/{page_target.token}", headers=PHONE)
    other = client.get(f"/q/{without_place.token}")

    assert scan.headers["Location"] == "/kenh-tiep-nhan/?noi=dat-mui&qua=ma-qr"
    assert other.headers["Location"] == "/kenh-tiep-nhan/?qua=ma-qr"
    assert scans() == 1
    assert client.get(scan.headers["Location"]).status_code == 200


def test_a_page_has_one_code_a_place(page_target):
    again = QrTarget.objects.get_or_make("/kenh-tiep-nhan/", page_target.service_point)
    first, second = (QrTarget.objects.get_or_make("/kenh-tiep-nhan/") for _ in range(2))

    assert again == page_target
    assert first == second != page_target
    for fields in ({"service_point": page_target.service_point}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QrTarget.objects.create(path="/kenh-tiep-nhan/", **fields)


def test_a_code_of_a_page_outlives_a_move_of_the_server(client, page_target):
    with override_script_prefix("/cong/"):
        same = QrTarget.objects.get_or_make("/cong/kenh-tiep-nhan/", page_target.service_point)
        scan = client.get(f"/q/{page_target.token}")

    assert same == page_target
    assert scan.headers["Location"] == "/cong/kenh-tiep-nhan/?noi=dat-mui&qua=ma-qr"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/\\evil.example/",
        "https://evil.example/",
        "/a/../b/",
        "/a/?next=//evil.example",
        "/a/#x/",
        "/a//evil.example/",
        "/a/\n",
        "javascript:alert(1)/",
        "/",
        "",
    ],
)
def test_no_code_leads_out_of_the_portal(db, path):
    with pytest.raises(IntegrityError), transaction.atomic():
        QrTarget.objects.create(path=path)


def test_a_code_leads_to_one_thing_and_stays(page_target, target):
    for change in (
        lambda: QrTarget.objects.filter(pk=page_target.pk).update(path="/khac/"),
        lambda: QrTarget.objects.filter(pk=page_target.pk).update(service_point=None),
        lambda: QrTarget.objects.create(procedure=factories.make_procedure(), path="/khac/"),
        page_target.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_staff_find_and_print_the_codes_of_pages(client, page_target, target):
    client.force_login(factories.make_staff("ma", "view_qrtarget"))

    page = client.get(reverse("admin:procedures_qrtarget_changelist") + "?q=kenh").content.decode()
    change = client.get(reverse("admin:procedures_qrtarget_change", args=[page_target.pk]))
    address = reverse("admin:procedures_qrtarget_png", args=[page_target.pk])
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(client.get(address).content)).convert("L"))

    assert page_target.token in page
    assert target.token not in page
    assert "/kenh-tiep-nhan/" in change.content.decode()
    assert found.text == page_target.address
    client.force_login(factories.make_staff("khac", "view_survey"))
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_what_was_printed_before_codes_led_to_pages_still_leads_there(client):
    target = factories.make_qr_target(factories.make_procedure(code="1.001193"))
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()

    executor.migrate([("procedures", "0013_postal_address_of_agencies")])
    # With all that rests on it and went along.
    MigrationExecutor(connection).migrate(newest)

    scan = client.get(f"/q/{target.token}")
    assert scan.headers["Location"] == "/thu-tuc/1.001193/"
    with pytest.raises(IntegrityError):
        target.delete()
