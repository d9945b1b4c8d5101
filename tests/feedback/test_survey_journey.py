"""From a ready survey to its public result: staff, a poster, a telephone, and a screen of results, in real browsers."""

from datetime import timedelta
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp
from django.urls import reverse
from django.utils import timezone

from feedback.models import Survey, SurveyResponse
from portal.management.commands.dev import SAMPLE_PASSWORDS, create_sample_staff
from tests import factories as make
from tests import surveys

TITLE, WORDS = "Đánh giá quầy số 2", "Nên có thêm ghế ở khu chờ."


def address_on(pdf):
    """What the camera of a telephone reads on a poster."""
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil())
    return urlsplit(found.text).path


def build(desk):
    """Log in, choose the ready survey, open it and have its codes made; the poster of the first."""
    desk.goto(reverse("admin:index"))
    desk.fill("#id_username", "khaosat")
    desk.fill("#id_password", SAMPLE_PASSWORDS["khaosat"])
    desk.click("input[type=submit]")
    desk.goto(reverse("admin:feedback_survey_add"))
    desk.get_by_role("link", name="Đánh giá tại quầy").click()
    desk.fill("[name=title]", TITLE)
    desk.get_by_role("button", name="Lưu", exact=True).click()
    desk.get_by_role("link", name="Xem trước", exact=True).click()
    assert "Thời gian chờ đến lượt" in desk.inner_text("body")
    desk.go_back()
    desk.get_by_role("button", name="Mở bản câu hỏi").click()
    desk.get_by_role("link", name="Mã QR và áp phích").click()
    desk.check("[name=is_everywhere]")
    desk.get_by_role("button", name="Tạo mã").click()
    poster = desk.get_by_role("link", name="Áp phích A4").get_attribute("href")
    return desk.request.get(desk.evaluate("path => new URL(path, location).href", poster)).body()


def answer(phone):
    for name in ("cho-den-luot", "giay-to", "thai-do"):
        phone.locator(f"[name=q-{name}][value='4']").check()
    phone.locator("[name=q-hai-long-chung][value='5']").focus()
    phone.keyboard.press("Space")
    phone.fill("[name=q-gop-y]", WORDS)
    phone.get_by_role("button", name="Gửi câu trả lời").click()
    if "/cam-on/" not in phone.url:
        # Quicker than a person: all that was answered is still there, and it is sent once more.
        assert phone.input_value("[name=q-gop-y]") == WORDS
        phone.wait_for_timeout(3000)
        phone.get_by_role("button", name="Gửi câu trả lời").click()
        phone.wait_for_url("**/cam-on/**")


def test_a_survey_goes_from_the_desk_by_a_poster_to_a_telephone_and_its_result(
    transactional_db, new_page
):
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    point = make.make_service_point("Trung tâm Phục vụ hành chính công xã Tân Thuận")
    create_sample_staff()
    desk = new_page()
    poster = build(desk)

    phone = new_page(width=360)
    phone.goto(address_on(poster))
    assert point.name in phone.inner_text("main")
    answer(phone)

    sheet = SurveyResponse.objects.get()
    assert (sheet.channel, sheet.service_point) == ("qr", point)
    survey = Survey.objects.get()
    for minutes in range(2, 33):
        surveys.answer(survey, now=timezone.now() + timedelta(minutes=2 * minutes))
    phone.goto(reverse("feedback:survey_result", args=[survey.slug]))
    told = phone.inner_text("main")
    assert "30 phiếu" in told
    assert "30 trên 30 câu trả lời" in told
    assert "Không phải SIPAS" in told
    assert WORDS not in told
    desk.goto(reverse("admin:feedback_survey_results", args=[survey.pk]))
    assert "30 trên 30 câu trả lời" in desk.inner_text("body")
