"""Accessibility of every page type, by axe in a real Chromium."""

from pathlib import Path

import pytest

from tests.pages import PAGES, make_content

AXE = (Path(__file__).parent.parent / "vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND_FAULTS = """async rules => {
    const result = await axe.run(document, {runOnly: rules});
    return result.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; "));
}"""
LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def content(transactional_db):
    return make_content()


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_axe_finds_nothing_on_phone_and_desk_in_light_and_dark(new_page, content, entry):
    page = new_page(bypass_csp=True)
    faults = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        page.goto(entry.path)
        page.add_script_tag(content=AXE)
        faults += [f"{width} {theme} {fault}" for fault in page.evaluate(FIND_FAULTS, RULES)]

    assert faults == []
