"""What a reader does with a page: print it, enlarge it, darken it, hear it, pass it on. In a real Chromium."""

import re

import pytest
from django.conf import settings
from django.templatetags.static import static

from tests import axe

# The rest of the page has tests of its own; scrolled under the bar it would seem too small to touch.
TOOLS = [".tools", ".reader"]
PROCEDURE = "/thu-tuc/1.001193/"
# A device with voices, whose sentences the test ends itself.
SPEECH = """
window.spoken = [];
const speech = {
    speaking: false, pending: false, voices: [
        {name: "Far", lang: "vi-VN", localService: false},
        {name: "Mai", lang: "vi_VN", localService: true},
        {name: "Eve", lang: "en-GB", localService: true},
    ],
    getVoices() { return speech.voices; },
    speak(utterance) { speech.speaking = true; spoken.push(utterance); },
    cancel() { speech.speaking = false; },
    pause() {}, resume() {},
};
Object.defineProperty(window, "speechSynthesis", {value: speech});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
window.endSentence = () => { speech.speaking = false; spoken.at(-1).onend(); };
"""
NO_VOICE = SPEECH + "speech.voices = [];"
NO_SPEECH = "Object.defineProperty(window, 'speechSynthesis', {value: undefined});"
SPOKEN = "spoken.map(utterance => utterance.text)"
MARKED = "[...CSS.highlights.get('reading')].map(String).join().replace(/\\s+/g, ' ')"
IS_READING = "!!document.querySelector('.reader')"


@pytest.fixture
def content(page_content):
    return page_content


@pytest.fixture
def open_page(new_page, content):
    """A function that opens a page under the real Content-Security-Policy and lets no complaint pass."""
    complaints = []

    def open_page(path=PROCEDURE, *scripts, page=None, **options):
        page = page or new_page(**options)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for script in scripts:
            page.add_init_script(script)
        page.goto(path)
        return page

    yield open_page
    assert complaints == []


def tool(page, name):
    return page.get_by_role("button", name=name, exact=False)


def look(page):
    return page.evaluate("({...document.documentElement.dataset})")


def start_reading(page):
    tool(page, "Đọc bài viết").click()
    page.locator(".reader").wait_for(state="attached")


def test_the_scripts_of_every_page_stay_under_15_kilobytes_and_that_of_one_page_under_one():
    names = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if "admin" not in path.parts
        for name in re.findall(r"static ['\"](js/[^'\"]+)", path.read_text())
        # Of a page without the frame of the portal: see tests/feedback/test_kiosk.py.
        if not name.startswith("js/kiosk/")
    }

    sizes = {name: (settings.BASE_DIR / "static" / name).stat().st_size for name in names}

    of_one_page = {name for name in names if name.startswith("js/pages/")}
    assert len(names - of_one_page) >= 4
    assert sum(sizes[name] for name in names - of_one_page) < 15_000
    assert max(sizes[name] for name in of_one_page) < 1_000


def test_a_page_is_printed(open_page):
    page = open_page(PROCEDURE, "window.print = () => document.title = 'in'")

    tool(page, "Bản in").click()

    assert page.title() == "in"


def test_text_grows_and_shrinks_in_steps_and_says_so(open_page):
    page = open_page()
    status = page.get_by_role("status").and_(page.locator("[data-said]"))

    tool(page, "A+").click()
    first = status.inner_text()
    for _ in range(9):
        tool(page, "A+").click(force=True)
    largest = look(page)["text"]
    is_over = tool(page, "A+").get_attribute("aria-disabled")
    tool(page, "chữ cỡ thường").click()
    usual = page.evaluate("getComputedStyle(document.documentElement).fontSize")
    tool(page, "A−").click()

    assert first == "Cỡ chữ 115 phần trăm"
    assert (largest, is_over) == ("200", "true")
    assert usual == "18px"
    assert look(page)["text"] == "90"
    assert tool(page, "A−").get_attribute("aria-disabled") == "true"


def test_a_choice_is_there_before_the_page_is_painted_again(open_page):
    page = open_page(
        PROCEDURE,
        """new MutationObserver((_, observer) => {
            if (!document.querySelector("link[rel=stylesheet]")) return;
            window.atFirst = {...document.documentElement.dataset};
            observer.disconnect();
        }).observe(document, {childList: true, subtree: true});""",
    )
    tool(page, "Tương phản").click()
    tool(page, "Tối").click()
    tool(page, "A+").click()

    page.reload()

    chosen = {"scripts": "", "text": "115", "contrast": "more", "theme": "dark"}
    assert page.evaluate("atFirst") == chosen
    assert tool(page, "Tối").get_attribute("aria-pressed") == "true"
    assert tool(page, "Theo máy").get_attribute("aria-pressed") == "false"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"


def test_contrast_and_theme_are_taken_back(open_page):
    page = open_page()
    contrast, light, device = (tool(page, name) for name in ("Tương phản", "Sáng", "Theo máy"))

    contrast.click()
    light.click()
    pressed = [button.get_attribute("aria-pressed") for button in (contrast, light, device)]
    contrast.click()
    device.click()

    assert pressed == ["true", "true", "false"]
    assert (look(page)["contrast"], look(page)["theme"]) == ("", "")
    assert device.get_attribute("aria-pressed") == "true"


def test_two_tabs_stay_in_step(open_page):
    page = open_page()
    other = open_page("/", page=page.context.new_page())

    tool(page, "Tối").click()
    other.locator("html[data-theme=dark]").wait_for()

    assert tool(other, "Tối").get_attribute("aria-pressed") == "true"


def test_a_browser_that_keeps_nothing_does_as_it_is_told(open_page):
    page = open_page(
        PROCEDURE,
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('private'); }});",
        SPEECH,
    )

    tool(page, "Tối").click()
    start_reading(page)
    page.get_by_label("Tốc độ").select_option("Nhanh")

    assert look(page)["theme"] == "dark"
    assert page.evaluate("spoken.at(-1).rate") == "1.5"


def test_where_the_device_rules_there_is_nothing_to_choose(open_page):
    page = open_page()

    page.emulate_media(forced_colors="active")
    forced = [tool(page, name).is_visible() for name in ("Tương phản", "Tối", "A+")]
    page.emulate_media(forced_colors="none", contrast="more")
    contrasting = [tool(page, name).is_visible() for name in ("Tương phản", "Tối", "A+")]

    assert forced == [False, False, True]
    assert contrasting == [False, True, True]


def test_the_link_is_copied(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    tool(page, "Chép liên kết").click()
    page.get_by_text("Đã chép").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_an_address_that_cannot_be_copied_is_shown_selected(open_page):
    page = open_page(PROCEDURE, "navigator.clipboard.writeText = () => Promise.reject();")

    tool(page, "Chép liên kết").click()
    field = page.get_by_label("Địa chỉ của trang")
    field.wait_for()

    assert field.input_value() == page.url
    assert page.evaluate("getSelection().toString()") == page.url
    assert page.evaluate("document.activeElement.id") == "tools-address"


def test_a_page_is_shared_only_where_the_device_can(open_page):
    without = open_page(PROCEDURE, "navigator.share = undefined;")
    page = open_page(PROCEDURE, "navigator.share = async what => window.shared = what;")

    tool(page, "Chia sẻ").click()

    assert page.evaluate("shared.url") == page.url
    assert not without.get_by_text("Chia sẻ", exact=True).is_visible()


@pytest.mark.parametrize("path", ["/", PROCEDURE])
def test_nothing_is_lost_at_twice_the_text_size_on_the_narrowest_screen(open_page, path):
    page = open_page(path, SPEECH, "localStorage.setItem('text', '200');", width=320)
    folded = page.evaluate("document.documentElement.scrollWidth")

    page.get_by_text("Công cụ", exact=True).click()
    unfolded = page.evaluate("document.documentElement.scrollWidth")
    start_reading(page)

    assert look(page)["text"] == "200"
    assert (folded, unfolded) == (320, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_tools_stay_open_when_larger_letters_fold_them(open_page):
    page = open_page(width=1120)

    for _ in range(2):
        tool(page, "A+").click()

    assert page.get_by_text("Công cụ", exact=True).is_visible()
    assert tool(page, "A+").is_visible()
    assert tool(page, "A+").evaluate("button => button === document.activeElement")


def test_without_scripts_no_tool_stands_there(open_page):
    page = open_page(javascript=False)

    assert not page.locator(".tools").is_visible()
    assert page.get_by_role("heading", name="Thành phần hồ sơ").is_visible()


def test_tools_do_not_move_the_page_when_they_wake(open_page):
    place = "JSON.stringify([...document.querySelectorAll('.place, main')].map(e => e.getBoundingClientRect()))"
    asleep = open_page(PROCEDURE, "document.addEventListener('click', () => {});")
    awake = asleep.evaluate(place)
    page = asleep.context.new_page()
    page.route("**/js/page-tools.js", lambda route: route.abort())
    page.route("**/js/read-aloud.js", lambda route: route.abort())
    page.goto(PROCEDURE)

    assert page.evaluate(place) == awake


def test_everything_works_by_keyboard_on_a_phone(open_page):
    page = open_page(PROCEDURE, SPEECH, width=360)
    page.locator("[data-voice=yes]").wait_for(state="attached")
    page.get_by_text("Công cụ", exact=True).focus()
    page.keyboard.press("Enter")
    for _ in range(8):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".reader").wait_for(state="attached")

    paused = page.evaluate("document.activeElement.innerText.trim()")
    page.keyboard.press("Enter")
    resumed = page.evaluate("document.activeElement.innerText.trim()")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert tool(page, "Theo máy").count() == 0
    assert (paused, resumed) == ("Tạm dừng", "Đọc tiếp")
    assert page.locator(".reader").count() == 0
    assert page.evaluate("document.activeElement.innerText.trim()") == "Công cụ"


@pytest.mark.parametrize(("width", "least"), [(320, 44), (1280, 24)])
def test_targets_are_large_enough(open_page, width, least):
    page = open_page(PROCEDURE, SPEECH, width=width)
    measure = f"""[...document.querySelectorAll(".tools button, .tools summary, .reader button, .reader select")]
        .filter(e => e.checkVisibility({{visibilityProperty: true}}))
        .filter(e => Math.min(e.offsetHeight, e.offsetWidth) < {least}).map(e => e.outerHTML)"""
    if width == 320:
        page.get_by_text("Công cụ", exact=True).click()
    small = page.evaluate(measure)
    start_reading(page)

    assert small == []
    assert page.evaluate(measure) == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("speech", [SPEECH, NO_VOICE], ids=["voice", "no voice"])
def test_axe_finds_nothing_in_tools_and_reader(open_page, width, theme, speech):
    page = open_page(PROCEDURE, speech, width=width, theme=theme)
    tools = page.locator(".tools")
    page.wait_for_selector("[data-voice]", state="attached")
    if width == 320:
        tools.get_by_text("Công cụ", exact=True).click()
    elif speech is NO_VOICE:
        tools.locator(".tools__voiceless summary").click()
    faults = axe.faults(page, within=TOOLS)
    if speech is SPEECH:
        start_reading(page)
        faults += axe.faults(page, within=TOOLS)

    assert faults == []


def test_a_page_is_read_sentence_by_sentence_to_its_end(open_page):
    page = open_page(PROCEDURE, SPEECH)
    start_reading(page)
    first = page.evaluate(MARKED), page.locator("[data-progress]").inner_text()
    page.evaluate("endSentence()")
    second = page.evaluate(MARKED), page.locator("[data-progress]").inner_text()

    while page.evaluate(IS_READING):
        page.evaluate("endSentence()")

    spoken = page.evaluate(SPOKEN)
    total = len(spoken)
    assert first == ("Thủ tục đăng ký khai sinh", f"Câu 1 trên {total}")
    assert second == ("Mã 1.001193", f"Câu 2 trên {total}")
    assert page.evaluate("spoken[0].voice.name") == "Mai"
    assert spoken[:2] == ["Thủ tục đăng ký khai sinh", "Mã 1 chấm 0 0 1 1 9 3"]
    assert "Bao lâu: 1 ngày làm việc" in spoken
    assert "Nhận giấy khai sinh." in spoken
    assert [text for text in spoken if "Tải mã QR" in text or text == "Nội dung"] == []
    assert page.evaluate("CSS.highlights.has('reading')") is False
    assert page.evaluate("document.activeElement.innerText.trim()") == "Đọc bài viết"


def test_tables_are_read_with_their_headers_and_other_languages_with_their_voices(open_page):
    page = open_page(PROCEDURE, SPEECH)
    page.evaluate("""document.querySelector("main").innerHTML = `<h1>Bảng</h1>
        <table><thead><tr><th>Việc</th><th>Thời hạn</th></tr></thead>
        <tbody><tr><th>Khai sinh</th><td>1 ngày <b>làm việc</b></td></tr></tbody></table>
        <p lang="en">Code 1.001193. Free.</p><p lang="km">ភាសាខ្មែរ</p>
        <p hidden>ẩn</p><p>Hết<br>rồi <span class="visually-hidden">kín</span></p>
        <img alt="Bản đồ" src="data:,"><img alt="" src="data:,"><button>Nút</button><p>TTHC.</p>`""")
    start_reading(page)
    while page.evaluate(IS_READING):
        page.evaluate("endSentence()")

    assert page.evaluate("spoken.map(u => [u.text, u.lang])") == [
        ["Bảng", "vi_VN"],
        ["Khai sinh, Thời hạn: 1 ngày làm việc", "vi_VN"],
        ["Code 1 point 0 0 1 1 9 3.", "en-GB"],
        ["Free.", "en-GB"],
        ["Hết", "vi_VN"],
        ["rồi", "vi_VN"],
        ["Bản đồ", "vi_VN"],
        ["thủ tục hành chính.", "vi_VN"],
    ]


def test_the_listener_pauses_goes_back_and_on_and_stops(open_page):
    page = open_page(PROCEDURE, SPEECH)
    start_reading(page)
    press = [tool(page, name) for name in ("Câu sau", "Câu trước", "Tạm dừng", "Đọc tiếp")]
    press[0].click()
    press[0].click()
    press[1].click()
    press[2].click()
    is_silent = page.evaluate("speechSynthesis.speaking") is False
    press[0].click()
    marked = page.evaluate(MARKED)
    spoken_in_pause = len(page.evaluate(SPOKEN))
    press[3].click()
    last = page.evaluate(SPOKEN)[-1]
    tool(page, "Dừng đọc").click()

    assert is_silent
    assert spoken_in_pause == 4
    assert marked == last == "Đang áp dụng"
    assert page.evaluate(IS_READING) is False


def test_the_speed_is_kept(open_page):
    page = open_page(PROCEDURE, SPEECH)
    start_reading(page)
    page.get_by_label("Tốc độ").select_option("Chậm")
    spoken = page.evaluate("spoken.map(u => [u.text, u.rate])")
    page.reload()
    start_reading(page)

    assert spoken[0][0] == spoken[1][0]
    assert [rate for _, rate in spoken] == ["1", "0.75"]
    assert page.evaluate("spoken[0].rate") == "0.75"


def test_an_error_of_the_voice_says_so_and_can_be_tried_again(open_page):
    page = open_page(PROCEDURE, SPEECH)
    start_reading(page)
    page.evaluate("spoken[0].onerror({error: 'network'})")
    said = page.locator("[data-progress]").inner_text()
    tool(page, "Đọc tiếp").click()

    assert said.startswith("Không đọc được câu này.")
    assert page.locator("[data-progress]").inner_text().startswith("Câu 1 trên")
    assert len(page.evaluate(SPOKEN)) == 2


def test_reading_pauses_when_the_page_is_out_of_sight(open_page):
    page = open_page(PROCEDURE, SPEECH)
    start_reading(page)
    page.evaluate("""Object.defineProperty(document, "hidden", {value: true});
        document.dispatchEvent(new Event("visibilitychange"));""")

    assert page.evaluate("speechSynthesis.speaking") is False
    assert tool(page, "Đọc tiếp").is_visible()


def test_the_sentence_that_is_read_and_what_has_the_focus_stay_above_the_bar(open_page):
    page = open_page(PROCEDURE, SPEECH, width=360, reduced_motion="reduce")
    page.get_by_text("Công cụ", exact=True).click()
    start_reading(page)
    covered = []
    bar = "document.querySelector('.reader').getBoundingClientRect().top"
    line = "[...CSS.highlights.get('reading')][0].getBoundingClientRect()"
    while page.evaluate(IS_READING):
        covered += page.evaluate(f"{line}.bottom > {bar} || {line}.top < 0 ? [{MARKED}] : []")
        page.evaluate("endSentence()")
    start = page.get_by_text("Công cụ", exact=True)
    start.click()
    start_reading(page)
    page.locator("main").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        covered += page.evaluate(
            f"""document.activeElement.closest("main") &&
            document.activeElement.getBoundingClientRect().bottom > {bar} ? [document.activeElement.outerHTML] : []"""
        )

    assert covered == []


def test_reading_begins_where_the_page_does(open_page):
    page = open_page(PROCEDURE, SPEECH, width=360)
    page.get_by_text("Công cụ", exact=True).click()

    start_reading(page)

    page.locator(".reader:focus-within").wait_for()
    assert page.evaluate("scrollY") == 0


def test_a_browser_without_highlights_marks_the_block(open_page):
    page = open_page(PROCEDURE, SPEECH, "delete CSS.highlights; CSS.highlights = undefined;")
    start_reading(page)
    page.evaluate("endSentence()")

    assert page.locator("[data-reading]").inner_text() == "Mã 1.001193"


def test_a_device_without_a_vietnamese_voice_says_so(open_page):
    page = open_page(PROCEDURE, NO_VOICE, width=360)
    page.get_by_text("Công cụ", exact=True).click()
    page.get_by_text("Máy này chưa có giọng đọc tiếng Việt.").wait_for()
    is_offered = tool(page, "Đọc bài viết").is_visible()

    page.evaluate(
        "speechSynthesis.voices = [{lang: 'vi-VN'}]; speechSynthesis.onvoiceschanged(new Event('x'))"
    )

    assert not is_offered
    assert tool(page, "Đọc bài viết").is_visible()
    assert not page.get_by_text("Máy này chưa có giọng đọc").is_visible()


def test_a_browser_that_cannot_speak_offers_nothing(open_page):
    page = open_page(PROCEDURE, NO_SPEECH)
    page.wait_for_selector(".tools__aloud[hidden]", state="attached")

    assert not page.get_by_text("Đọc bài viết", exact=True).first.is_visible()
    assert tool(page, "Chép liên kết").is_visible()


SAID = {
    "TTHC của UBND và HĐND": "thủ tục hành chính của Ủy ban nhân dân và Hội đồng nhân dân",
    "TTPVHCC xã": "Trung tâm Phục vụ hành chính công xã",
    "CCHC, DVC, PAKN": "cải cách hành chính, dịch vụ công, phản ánh, kiến nghị",
    "BHXH, BHYT": "bảo hiểm xã hội, bảo hiểm y tế",
    "CCCD hoặc VNeID": "căn cước công dân hoặc VNeID",
    "QĐ-TTg": "quyết định Thủ tướng Chính phủ",
    "118/2025/NĐ-CP": "nghị định số 118 năm 2025 của Chính phủ",
    "Nghị định số 118/2025/NĐ-CP": "Nghị định số 118 năm 2025 của Chính phủ",
    "Quyết định 163/QĐ-BTP": "Quyết định số 163 của Bộ Tư pháp",
    "Luật số 60/2014/QH13": "Luật số 60 năm 2014 của Quốc hội khóa 13",
    "326/2016/UBTVQH14": "số 326 năm 2016 của Ủy ban Thường vụ Quốc hội khóa 14",
    "Mã 1.001193": "Mã 1 chấm 0 0 1 1 9 3",
    "8.000 đồng": "8000 đồng",
    "50.000đ/lần": "50000 đồng một lần",
    "99,88 %": "99 phẩy 88 phần trăm",
    "0,05%": "0 phẩy 0 5 phần trăm",
    "điểm 1,2,3": "điểm 1,2,3",
    "1.485/2.014 hồ sơ": "1485 trên 2014 hồ sơ",
    "24/7": "24 trên 7",
    "01/07/2025": "ngày 1 tháng 7 năm 2025",
    "từ ngày 01/07/2025": "từ ngày 1 tháng 7 năm 2025",
    "ngày 01/07": "ngày 1 tháng 7",
    "tháng 7/2025": "tháng 7 năm 2025",
    "12/2025": "tháng 12 năm 2025",
    "ngày 01/07–31/12": "từ ngày 1 tháng 7 đến ngày 31 tháng 12",
    "07:00–11:00": "từ 7 giờ đến 11 giờ",
    "từ 07:30–11:00": "từ 7 giờ 30 phút đến 11 giờ",
    "7h30": "7 giờ 30 phút",
    "tỷ lệ 1:500": "tỷ lệ 1:500",
    "5–7 ngày": "5 đến 7 ngày",
    "2-3 ngày": "2 đến 3 ngày",
    "2021–2025": "2021 đến 2025",
    "120 m², 3 km, 2 ha": "120 mét vuông, 3 ki lô mét, 2 héc ta",
    "0290 000 0000": "0 2 9 0, 0 0 0, 0 0 0 0",
    "0912345678": "0 9 1 2, 3 4 5, 6 7 8",
    "1900 1022": "1 9 0 0, 1 0 2 2",
    "ubnd@example.vn": "ubnd a còng example chấm vn",
    "https://dichvucong.gov.vn/p/home.html": "dichvucong chấm gov chấm vn",
    "TP. Cà Mau, TP.HCM": "thành phố Cà Mau, thành phố Hồ Chí Minh",
    "cá nhân/tổ chức": "cá nhân, tổ chức",
    "Cà Mau – Bạc Liêu": "Cà Mau, Bạc Liêu",
    "- Nộp hồ sơ": "Nộp hồ sơ",
    "constructor": "constructor",
}


@pytest.fixture
def call(open_page):
    """A function that calls a function of speech-text.js."""
    page = open_page("/")
    source = static("js/speech-text.js")
    return lambda name, *values: page.evaluate(
        f"async values => (await import('{source}')).{name}(...values)", values
    )


def test_numbers_abbreviations_and_codes_are_said_as_people_say_them(call):
    assert {text: call("speakable", text, "vi") for text in SAID} == SAID


def test_other_languages_keep_their_words(call):
    text = "Code 1.001193, TP. 01/07/2025"

    assert call("speakable", text, "en") == "Code 1 point 0 0 1 1 9 3, TP. 01/07/2025"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Nộp tại TP. Cà Mau. Phí 1.000 đồng! Xong",
            ["Nộp tại TP. Cà Mau.", "Phí 1.000 đồng!", "Xong"],
        ),
        ("1. Nộp hồ sơ. 2. Nhận giấy.", ["1. Nộp hồ sơ.", "2. Nhận giấy."]),
        ("một\nhai\n –", ["một", "hai"]),
    ],
)
def test_a_text_is_cut_into_its_sentences(call, text, expected):
    assert [text[start:end].strip() for start, end in call("sentences", text)] == expected


def test_a_long_sentence_is_cut_at_its_commas_and_loses_nothing(call):
    text = "câu này dài, " * 40 + "x" * 450

    pieces = [text[start:end] for start, end in call("sentences", text)]

    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert max(map(len, pieces)) <= 200
    assert pieces[0].endswith(",")
