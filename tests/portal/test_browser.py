"""Every page type in a real Chromium: whole at 320 px, without scripts, by keyboard, on paper."""

import pypdfium2
import pytest

from tests.pages import PAGES, make_content


@pytest.fixture
def content(transactional_db):
    return make_content()


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_nothing_is_cut_off_at_320_px_nor_at_twice_the_text_size(new_page, content, entry):
    page = new_page(width=320)
    page.goto(entry.path)
    narrow = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '225%'")

    assert narrow <= 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_the_browser_has_nothing_to_complain_about(new_page, content, entry):
    page = new_page()
    complaints, hosts = [], set()
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    page.goto(entry.path, wait_until="networkidle")

    expected = [] if entry.status == 200 else [f"status of {entry.status}"]
    assert [text for text in complaints if not any(part in text for part in expected)] == []
    assert len(hosts) == 1
    assert page.context.cookies() == []


def test_a_citizen_without_scripts_searches_filters_and_reads(new_page, content):
    page = new_page(width=360, javascript=False)
    page.goto("/")

    page.get_by_label("Ông/bà cần làm thủ tục gì?").fill("khai sinh")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_text("Lọc danh sách").click()
    page.get_by_label("Cấp giải quyết").select_option("xa")
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.get_by_role("link", name="Thủ tục đăng ký khai sinh").click()

    assert page.url.endswith("/thu-tuc/1.001193/")
    assert page.get_by_text("1 ngày làm việc").first.is_visible()
    assert page.get_by_role("button", name="Bản in").count() == 0


def test_the_five_answers_stand_on_the_first_screen_of_a_phone(new_page, content):
    page = new_page(width=360)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/thu-tuc/1.001193/")

    boxes = [row.bounding_box() for row in page.locator(".facts__row").all()]

    assert len(boxes) == 5
    assert max(box["y"] + box["height"] for box in boxes) <= 740


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(new_page, content):
    page = new_page()
    page.goto("/thu-tuc/1.001193/")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent.trim()")
    visible = page.locator(".skip-link").bounding_box()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert skip == "Đến nội dung chính"
    assert visible["y"] >= 0
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_targets_are_large_enough_for_a_thumb(new_page, content):
    page = new_page(width=360)
    page.goto("/thu-tuc/1.001193/")

    small = page.evaluate("""() => [...document.querySelectorAll("button, .button, input, select")]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
        .map(e => e.outerHTML)""")

    assert small == []


def test_a_procedure_prints_whole_on_a4_without_the_menu(new_page, content):
    page = new_page()
    page.goto("/thu-tuc/1.001193/")

    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))

    width, height = document[0].get_size()
    text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    assert (round(width), round(height)) == (595, 842)
    assert len(document) <= 4
    assert "Thủ tục đăng ký khai sinh" in text
    assert "In lúc" in text
    assert "Nơi nộp hồ sơ" in text
    assert "Lọc danh sách" not in text
    assert "Tải mã QR" not in text


def test_a_dark_theme_prints_dark_letters_on_white(new_page, content):
    page = new_page(theme="dark")
    page.goto("/thu-tuc/1.001193/")
    page.emulate_media(media="print", color_scheme="dark")

    colours = page.evaluate(
        """() => ["color", "backgroundColor"].map(name => getComputedStyle(document.body)[name])"""
    )

    assert colours == ["rgb(27, 26, 23)", "rgb(255, 255, 255)"]
