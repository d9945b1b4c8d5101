"""A picture of every page type, for eyes: `make screenshots` puts them into the folder screenshots/.

Phone, tablet and desk, light and dark, with the sample content of `make run`; the staff's pages at the
widths they work at; procedures and the handbook as they print. Not part of the test suite.
"""

import shutil
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse

from procedures.models import Procedure
from tests import factories
from tests.pages import PAGES

FOLDER = Path(settings.BASE_DIR) / "screenshots"
WIDTHS = [360, 768, 1280]
STAFF_WIDTHS = [768, 1280]
THEMES = ["light", "dark"]
# Where the sample has the page at another address than the content of the tests.
IN_SAMPLE = {
    "service point": "/noi-nop-ho-so/xa-tan-thuan/",
}
PRINTED = {"procedure": "/thu-tuc/1.001193/", "handbook": "/en/handbook/"}


@pytest.fixture
def sample(transactional_db):
    call_command("seed_procedures")
    call_command("seed_outreach")
    factories.make_procedure(
        code="1.000009",
        name="Thủ tục cấp giấy chứng sinh",
        status="expired",
        expired_on="2025-07-01",
        expired_by="Quyết định 1/QĐ-UBND",
        replaced_by=Procedure.objects.get(code="1.001193"),
    )
    factories.make_procedure(code="1.000008", name="Thủ tục chưa đủ thông tin", levels=[])
    factories.make_notice("Cổng Dịch vụ công quốc gia đang chậm. Ông/bà nộp trực tuyến sau 14:00.")
    return get_user_model().objects.create_superuser("quantri", password="quantri-mau")


def test_take_the_tour(sample, new_page):
    shutil.rmtree(FOLDER, ignore_errors=True)
    addresses = {page.name: IN_SAMPLE.get(page.name, page.path) for page in PAGES}
    for width in WIDTHS:
        for theme in THEMES:
            page = new_page(width=width, theme=theme)
            for name, address in addresses.items():
                picture(page, address, f"{width}-{theme}", name)
    for width in STAFF_WIDTHS:
        for theme in THEMES:
            take_staff_pages(new_page(width=width, theme=theme), f"{width}-{theme}")
    for name, address in PRINTED.items():
        print_pages(new_page(), address, name)


def take_staff_pages(page, look):
    picture(page, reverse("admin:login"), look, "staff login")
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu").fill("quantri-mau")
    page.get_by_role("button", name="Đăng nhập").click()
    procedure = Procedure.objects.get(code="1.001193")
    for name, address in {
        "staff home": reverse("admin:index"),
        "staff procedure list": reverse("admin:procedures_procedure_changelist"),
        "staff procedure": reverse("admin:procedures_procedure_change", args=[procedure.pk]),
        "staff notices": reverse("admin:outreach_notice_changelist"),
    }.items():
        picture(page, address, look, name)


def picture(page, address, look, name):
    page.goto(address, wait_until="networkidle")
    path = FOLDER / look / f"{name.replace(', ', '-').replace(' ', '-')}.png"
    page.screenshot(path=path, full_page=True)


def print_pages(page, address, name):
    page.goto(address)
    folder = FOLDER / "print"
    folder.mkdir(parents=True, exist_ok=True)
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    for number, sheet in enumerate(document, start=1):
        sheet.render(scale=1.4).to_pil().save(folder / f"{name}-{number:02}.png")
