"""Every page type in a real Chromium: whole at 320 px, without scripts, by keyboard."""

import pytest

from tests.pages import PAGES
from tests.traffic import Traffic

# What reaches beyond the right edge of the window, unless it scrolls in a box of its own.
CUT_OFF = """() => [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.checkVisibility()
        && !e.closest(".visually-hidden, .table-wrap, .chart__table"))
    .map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture
def content(page_content):
    return page_content


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_nothing_is_cut_off_at_320_px_nor_at_twice_the_text_size(new_page, content, entry):
    page = new_page(width=320)
    page.goto(entry.path)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    widths = {"usual": page.evaluate(CUT_OFF)}
    page.evaluate("document.documentElement.dataset.text = '200'")
    widths["200 %"] = page.evaluate(CUT_OFF)
    page.set_viewport_size({"width": 1280, "height": 800})
    widths["200 %, wide"] = page.evaluate(CUT_OFF)

    assert widths == {"usual": [], "200 %": [], "200 %, wide": []}


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_the_browser_has_nothing_to_complain_about(new_page, content, entry):
    page = new_page()
    complaints, hosts = [], set()
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    traffic = Traffic(page)
    page.goto(entry.path)
    traffic.wait_for_the_last()

    expected = [] if entry.status == 200 else [f"status of {entry.status}"]
    assert [text for text in complaints if not any(part in text for part in expected)] == []
    assert len(hosts) == 1
    cookies = [cookie["name"] for cookie in page.context.cookies()]
    assert cookies == (["csrftoken"] if entry.is_form else [])


def test_a_citizen_without_scripts_searches_filters_and_reads(new_page, content):
    page = new_page(width=360, javascript=False)
    page.goto("/")

    page.get_by_label("Ông/bà cần làm thủ tục gì?").fill("khai sinh")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_text("Lọc danh sách").click()
    page.get_by_label("Cấp giải quyết").select_option("xa")
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.get_by_role("link", name="Thủ tục đăng ký khai sinh").click()
    page.wait_for_load_state()

    assert page.url.endswith("/thu-tuc/1.001193/")
    assert page.get_by_text("1 ngày làm việc").first.is_visible()
    assert page.get_by_role("button", name="Bản in").count() == 0


def test_the_five_answers_stand_on_the_first_screen_of_a_phone(new_page, content):
    page = new_page(width=360)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/thu-tuc/1.001193/")
    # What is announced above every page comes and goes.
    page.evaluate("document.querySelector('aside.no-print').remove()")

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
        // But the trap for programs, which is seen and reached by nobody.
        .filter(e => !e.matches("[aria-hidden=true] [name=website]"))
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
        .map(e => e.outerHTML)""")

    assert small == []
