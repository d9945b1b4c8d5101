"""Accessibility of every page type, by axe in a real Chromium, however the reader wants to see it."""

import pytest

from tests import axe
from tests.pages import PAGES

CHOOSE = """chosen => {
    for (const name of ["theme", "contrast", "text"]) delete document.documentElement.dataset[name];
    Object.assign(document.documentElement.dataset, chosen);
}"""
UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
# What a reader chooses with the page tools, and the rules on which that bears; contrast beyond AA was asked for.
COLOUR = ["color-contrast", "link-in-text-block"]
MORE_COLOUR = ["color-contrast-enhanced", "link-in-text-block"]
SIZE = ["target-size", "scrollable-region-focusable"]
LOOKS = [
    ("dark", {"theme": "dark"}, COLOUR),
    ("more contrast", {"theme": "light", "contrast": "more"}, MORE_COLOUR),
    ("more contrast, dark", {"theme": "dark", "contrast": "more"}, MORE_COLOUR),
    ("200 %", {"text": "200"}, SIZE),
]
WIDTHS = [320, 1280]


@pytest.fixture
def content(page_content):
    return page_content


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_axe_finds_nothing_in_any_theme_width_text_size_nor_with_everything_unfolded(
    new_page, content, entry
):
    page = new_page()
    page.goto(entry.path)

    assert faults_of(page) == []


def faults_of(page):
    """Every rule in the usual look, folded and unfolded; in each other look the rules on which it bears."""
    page.wait_for_load_state()
    faults = []
    for width in WIDTHS:
        faults += _faults(page, "folded", width, {"theme": "light"}, axe.EVERY_RULE)
    page.evaluate(UNFOLD)
    for width in WIDTHS:
        faults += _faults(page, "unfolded", width, {"theme": "light"}, axe.EVERY_RULE)
        for name, chosen, rules in LOOKS:
            faults += _faults(page, name, width, chosen, {"type": "rule", "values": rules})
    return faults


def _faults(page, state, width, chosen, only):
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(CHOOSE, chosen)
    return [f"{width} px, {state}: {fault}" for fault in axe.faults(page, only)]
