"""What a page costs on a slow network, and that nothing moves while it arrives."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.finders import find

from tests.pages import PAGES, make_content

BUDGET = 60_000
SHIFTS = """() => new Promise(done => {
    let total = 0;
    const observer = new PerformanceObserver(list => {
        for (const shift of list.getEntries()) total += shift.value;
    });
    observer.observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(total), 300);
})"""


def _static_files(html, pattern):
    return [Path(find(name)) for name in re.findall(pattern, html)]


@pytest.mark.django_db
def test_a_procedure_page_with_its_styles_and_fonts_fits_60_kb(client):
    make_content()
    html = client.get("/thu-tuc/1.001193/").content

    text = html.decode()
    styles = _static_files(text, r'rel="stylesheet" href="/static/([^"]+)"')
    fonts = _static_files(text, r'href="/static/(fonts/[^"]+)"')
    weight = (
        len(gzip.compress(html))
        + sum(len(brotli.compress(path.read_bytes())) for path in styles)
        + sum(path.stat().st_size for path in fonts)
    )

    assert len(styles) >= 6
    assert len(fonts) == 2
    assert weight <= BUDGET


def test_all_scripts_of_the_public_pages_stay_under_15_kb():
    scripts = Path(find("js/appearance.js")).parent.glob("*.js")

    weights = {path.name: path.stat().st_size for path in scripts if path.name != "admin.js"}

    assert len(weights) >= 2
    assert sum(weights.values()) < 15_000


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_fonts_and_scripts_come_late(new_page, transactional_db, width):
    make_content()
    page = new_page(width=width)

    def later(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route(re.compile(r"\.(woff2|js)$"), later)
    moved = {}
    for entry in [page for page in PAGES if page.name in {"home", "procedure", "search, found"}]:
        page.goto(entry.path, wait_until="networkidle")
        moved[entry.name] = page.evaluate(SHIFTS)

    assert {name: shift for name, shift in moved.items() if shift > 0.001} == {}
