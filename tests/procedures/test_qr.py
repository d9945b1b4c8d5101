"""A printed code leads to its page for ever, and scans are counted without anyone being known."""

import re
import threading
import time
from io import BytesIO

import pytest
import zxingcpp
from django.conf import settings as django_settings
from django.db import connection, transaction
from PIL import Image

from procedures.models import Procedure, QrScan, QrTarget
from procedures.models.qr import ALPHABET, new_token
from procedures.services import complete_procedures
from tests import factories

PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"}


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
    client.get(f"/q/{target.token}", headers=PHONE)
    client.get(f"/q/{target.token}", headers=PHONE)

    scan = QrScan.objects.get()
    assert scan.count == 2
    assert 0 <= scan.hour <= 23


def test_nothing_about_who_scanned_can_be_kept():
    assert {field.name for field in QrScan._meta.fields} == {"id", "target", "scanned_on", "hour", "count"}


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "WhatsApp/2.23"},
        {"user-agent": "TelegramBot (like TwitterBot)"},
        {"user-agent": "python-requests/2.32"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": ""},
        PHONE | {"sec-purpose": "prefetch;prerender"},
        PHONE | {"purpose": "prefetch"},
    ],
    ids=str,
)
def test_robots_and_previews_are_led_on_but_not_counted(client, target, headers):
    assert client.get(f"/q/{target.token}", headers=headers).status_code == 302
    assert scans() == 0


def test_asking_only_for_the_headers_is_not_a_scan(client, target):
    assert client.head(f"/q/{target.token}", headers=PHONE).status_code == 302
    assert scans() == 0


def test_a_code_is_only_read(client, target):
    assert client.post(f"/q/{target.token}").status_code == 405


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
