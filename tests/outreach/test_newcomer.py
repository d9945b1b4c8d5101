"""From the first sentence to a correction of the live article: two people, one Chromium, nothing but the screen."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from outreach.models import Article, ArticleVersion
from portal.management.commands.dev import SAMPLE_PASSWORDS, create_sample_staff
from tests import factories as make
from tests.file_samples import pdf, picture

TITLE = "Cấp giấy khai sinh ngay trong ngày"
WRITING = ".editor__text:focus"


@pytest.fixture
def staff(new_page, transactional_db):
    """A function that opens the staff home as one of the sample staff, each in a browser of their own."""
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    make.make_category("Hướng dẫn làm thủ tục")
    make.make_procedure(code="1.001193", name="Thủ tục đăng ký khai sinh")
    create_sample_staff()

    def open_home(username):
        page = new_page()
        page.goto(reverse("admin:index"))
        page.fill("#id_username", username)
        page.fill("#id_password", SAMPLE_PASSWORDS[username])
        page.click("input[type=submit]")
        page.wait_for_selector("#user-tools")
        return page

    return open_home


def write(page):
    """The text, with a heading, a picture, a table, a file and a link, as the toolbar offers them."""
    page.fill("[name=title]", TITLE)
    page.fill("[name=lead]", "Từ tháng này, ông/bà nộp hồ sơ trước 15 giờ thì nhận kết quả luôn.")
    area = page.locator(".editor__text")
    area.click()
    page.click("[data-command=heading2]")
    page.keyboard.type("Cần mang gì")
    page.keyboard.press("Enter")
    page.keyboard.type("Giấy chứng sinh và căn cước của cha hoặc mẹ.")
    page.keyboard.press("Enter")
    put_picture(page)
    page.keyboard.type("Quầy số 3 nhận hồ sơ khai sinh.")
    area.locator("p").last.click()
    page.keyboard.press("Control+End")
    put_table(page)
    page.keyboard.press("Control+End")
    put_file(page)
    put_link(page)


def put_picture(page):
    page.click(".editor button[data-dialog=picture]")
    box = page.locator("dialog[data-dialog=picture]")
    box.locator("[type=file]").set_input_files(
        {"name": "quay.png", "mimeType": "image/png", "buffer": picture(size=(900, 600))}
    )
    box.get_by_role("button", name="Tải ảnh lên").click()
    box.get_by_text("Đã chọn").wait_for()
    box.locator("[name=alt]").fill("Quầy số 3 có bảng chỉ dẫn đăng ký khai sinh.")
    box.get_by_role("button", name="Đặt ảnh").click()
    page.locator(WRITING).wait_for()


def put_table(page):
    page.click(".editor button[data-dialog=table]")
    box = page.locator("dialog[data-dialog=table]")
    box.locator("[name=caption]").fill("Thời gian trả kết quả")
    box.locator("[name=columns]").fill("2")
    box.locator("[name=rows]").fill("2")
    box.get_by_role("button", name="Đặt bảng").click()
    page.locator(WRITING).wait_for()
    cells = page.locator(".editor__text th, .editor__text td")
    for number, words in enumerate(["Nộp lúc", "Nhận kết quả", "Trước 15 giờ", "Trong ngày"]):
        cells.nth(number).click()
        page.keyboard.type(words)


def put_file(page):
    page.click(".editor button[data-dialog=file]")
    box = page.locator("dialog[data-dialog=file]")
    box.locator("[type=file]").set_input_files(
        {"name": "to-khai.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    box.locator("[name=title]").fill("Tờ khai đăng ký khai sinh")
    box.get_by_role("button", name="Tải tệp lên").click()
    box.get_by_text("Đã chọn").wait_for()
    box.get_by_role("button", name="Đặt tệp").click()
    page.locator(WRITING).wait_for()


def put_link(page):
    page.keyboard.press("Control+End")
    page.keyboard.type(" Xem ")
    page.click(".editor button[data-dialog=link]")
    box = page.locator("dialog[data-dialog=link]")
    box.locator("[type=search]").fill("dang ky khai sinh")
    box.locator("[data-results] button").first.click()
    box.get_by_role("button", name="Đặt liên kết").click()
    page.locator(WRITING).wait_for()


def schedule(page, moment):
    local = timezone.localtime(moment)
    page.fill("[name=publish_at_0]", local.strftime("%d/%m/%Y"))
    page.fill("[name=publish_at_1]", local.strftime("%H:%M:%S"))


def as_public(page):
    """What the public gets at this moment, not what this browser may have kept for a minute."""
    address = reverse("outreach:article", args=[Article.objects.get().slug])
    return page.goto(f"{address}?luc={timezone.now().timestamp()}").status


def an_hour_passes():
    moments = ["publish_at", "public_from", "published_at"]
    ArticleVersion.objects.update(**{name: F(name) - timedelta(hours=1) for name in moments})


def test_a_newcomer_writes_has_it_approved_schedules_and_corrects_what_is_live(staff):
    writer, approver = staff("canbo"), staff("duyetbai")

    writer.get_by_role("link", name="Tin bài", exact=True).click()
    writer.get_by_role("link", name=re.compile("Thêm")).first.click()
    write(writer)
    writer.select_option("[name=category]", label="Hướng dẫn làm thủ tục")
    schedule(writer, timezone.now() + timedelta(minutes=30))
    writer.click("input[name=_save]")
    writer.wait_for_load_state()
    assert writer.locator(".messagelist").inner_text().startswith("Đã lưu bản số 1")
    assert "Kiểm tra trước khi đăng" in writer.locator(".desk-state").inner_text()
    assert writer.get_by_role("link", name="Đọc và duyệt").count() == 0
    writer.click("input[name=_submit]")
    assert as_public(writer) == 404

    approver.goto(reverse("admin:index"))
    approver.get_by_role("link", name="Tin bài chờ duyệt").click()
    approver.get_by_role("link", name=TITLE).click()
    approver.get_by_role("link", name="Đọc và duyệt").click()
    approver.wait_for_load_state()
    for box in approver.locator(".desk__seen [type=checkbox]").all():
        box.check()
    approver.get_by_role("button", name=re.compile("^Duyệt, đăng lúc")).click()
    assert "Đã duyệt bản số 1, đăng lúc" in approver.locator(".messagelist").inner_text()
    assert as_public(writer) == 404

    an_hour_passes()
    assert as_public(writer) == 200
    assert writer.locator("h1").inner_text() == TITLE
    figure = writer.locator("figure").filter(has_text="Quầy số 3 nhận")
    assert figure.locator("img").get_attribute("alt").startswith("Quầy số 3 có bảng")
    assert figure.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert writer.locator("table caption").inner_text() == "Thời gian trả kết quả"
    assert writer.locator("th[scope=col]").all_inner_texts() == ["Nộp lúc", "Nhận kết quả"]
    assert writer.locator("main a[href='/thu-tuc/1.001193/']").count() == 1
    file = writer.get_by_role("link", name=re.compile("Tờ khai đăng ký khai sinh"))
    assert writer.request.get(file.get_attribute("href")).body() == pdf()

    writer.goto(reverse("admin:outreach_article_change", args=[Article.objects.get().pk]))
    writer.fill("[name=lead]", "Nộp trước 15 giờ thì nhận trong ngày, cả thứ bảy.")
    writer.click("input[name=_submit]")
    assert as_public(writer) == 200
    assert "cả thứ bảy" not in writer.locator("main").inner_text()

    approver.goto(reverse("admin:index"))
    approver.get_by_role("link", name="Tin bài chờ duyệt").click()
    approver.get_by_role("link", name=TITLE).click()
    approver.get_by_role("link", name="Đọc và duyệt").click()
    approver.wait_for_load_state()
    assert any("cả thứ bảy" in words for words in approver.locator("ins").all_inner_texts())
    for box in approver.locator(".desk__seen [type=checkbox]").all():
        box.check()
    approver.get_by_role("button", name="Duyệt và đăng").click()

    assert as_public(writer) == 200
    assert "cả thứ bảy" in writer.locator("main").inner_text()
    assert "Cập nhật" in writer.locator(".article__date").last.inner_text()
