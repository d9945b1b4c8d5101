"""Accessibility of every page type, by axe in a real Chromium, however the reader wants to see it."""

from pathlib import Path

import pytest

from tests.pages import PAGES, make_content

AXE = (Path(__file__).parent.parent / "vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND_FAULTS = """async ({rules, extra}) => {
    const enabled = Object.fromEntries(extra.map(rule => [rule, {enabled: true}]));
    const result = await axe.run(document, {runOnly: rules, rules: enabled});
    return result.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; "));
}"""
CHOOSE = """chosen => {
    for (const name of ["theme", "contrast", "text"]) delete document.documentElement.dataset[name];
    Object.assign(document.documentElement.dataset, chosen);
}"""
UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
# What a reader chooses with the page tools, and what the page must then hold beyond AA.
LOOKS = {
    "light": ({"theme": "light"}, []),
    "dark": ({"theme": "dark"}, []),
    "high contrast": ({"theme": "light", "contrast": "more"}, ["color-contrast-enhanced"]),
    "high contrast, dark": ({"theme": "dark", "contrast": "more"}, ["color-contrast-enhanced"]),
    "200 % text": ({"theme": "light", "text": "200"}, []),
}
WIDTHS = [320, 1280]


@pytest.fixture
def content(transactional_db):
    return make_content()


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_axe_finds_nothing_in_any_theme_width_text_size_nor_with_everything_unfolded(
    new_page, content, entry
):
    page = new_page(bypass_csp=True)
    page.goto(entry.path)
    page.add_script_tag(content=AXE)
    faults = _faults(page, "folded", {"light": LOOKS["light"]})
    page.evaluate(UNFOLD)
    faults += _faults(page, "unfolded", LOOKS)

    assert faults == []


def _faults(page, state, looks):
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for look, (chosen, extra) in looks.items():
            page.evaluate(CHOOSE, chosen)
            found = page.evaluate(FIND_FAULTS, {"rules": RULES, "extra": extra})
            faults += [f"{width} px, {look}, {state}: {fault}" for fault in found]
    return faults
