"""Every page type on paper: read back from the PDF that Chromium makes of it."""

import pypdfium2
import pytest

from tests.pages import PAGES

A4 = (595, 842)


@pytest.fixture
def content(page_content):
    return page_content


def _printed(page):
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    sizes = {tuple(map(round, sheet.get_size())) for sheet in document}
    text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    # PDFium takes a hyphen at the end of a line for one that divides a word.
    return sizes, " ".join(text.replace("\x02", "-").split()), document


@pytest.mark.parametrize("entry", [page for page in PAGES if page.status == 200], ids=str)
def test_a_page_prints_on_a4_without_chrome_and_says_where_and_when(new_page, content, entry):
    page = new_page(theme="dark")
    page.goto(entry.path)
    heading = " ".join(page.locator("h1").inner_text().split())
    chrome = page.locator(".menu__word, .tools__summary, .filters__summary").all_inner_texts()

    sizes, text, _document = _printed(page)

    assert sizes == {A4}
    assert heading.lower() in text.lower()
    assert "In ngày" in text or "Printed on" in text
    assert entry.path.split("?")[0] in text.replace(" ", "")
    assert [words for words in chrome if words and f" {words} " in text] == []


def test_a_procedure_prints_whole(new_page, content):
    page = new_page()
    page.goto("/thu-tuc/1.001193/")

    _sizes, text, document = _printed(page)

    assert len(document) <= 4
    assert "Thủ tục đăng ký khai sinh" in text
    assert "Nơi nộp hồ sơ" in text
    assert "Bản cập nhật ngày" in text
    assert "Tải mã QR" not in text


def test_a_link_to_another_site_is_spelt_out_on_paper(new_page, content):
    page = new_page()
    page.goto("/thu-tuc/1.001193/")

    _sizes, text, _document = _printed(page)

    assert "(https://dichvucong.gov.vn/p/home/" in text.replace(" ", "")


def test_a_dark_theme_with_large_text_prints_dark_letters_on_white_in_usual_size(new_page, content):
    page = new_page(theme="dark")
    page.goto("/thu-tuc/1.001193/")
    page.evaluate("Object.assign(document.documentElement.dataset, {theme: 'dark', text: '200'})")
    page.emulate_media(media="print", color_scheme="dark")

    look = page.evaluate(
        """() => ["color", "backgroundColor", "fontSize"].map(name => getComputedStyle(document.body)[name])"""
    )

    assert look == ["rgb(27, 26, 23)", "rgb(255, 255, 255)", "14px"]
