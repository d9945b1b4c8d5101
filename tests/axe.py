"""axe, which finds faults of accessibility, in a page or a frame that a test has open."""

from pathlib import Path

_AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
EVERY_RULE = {"type": "tag", "values": TAGS}
_FIND = """async ([only, within]) => {
    const where = within ? {include: within} : document;
    const result = await axe.run(where, {runOnly: only});
    return result.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; "));
}"""


def faults(page, only=EVERY_RULE, *, within=None):
    """Each fault with the places where it was found. `within`: selectors of what is looked at, else all is."""
    # A click returns when the next page begins to arrive; what is looked at is the whole of it.
    page.wait_for_load_state()
    if page.evaluate("() => !window.axe"):
        # Not as a script of the page, which its content policy would refuse.
        page.evaluate(_AXE)
    return page.evaluate(_FIND, [only, within])
