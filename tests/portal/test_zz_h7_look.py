from tests.portal.test_admin_accessibility import *  # noqa
from tests.portal import test_admin_accessibility as t
import pytest
for n in list(globals()):
    if n.startswith("test_"): del globals()[n]
@pytest.mark.parametrize("name", ["survey_plan","survey_entry_list","survey_entry_on_paper_with_errors","survey_entry_assisted_with_errors","survey"])
def test_look(new_page, content, name):
    page = new_page()
    t.log_in(page)
    getattr(t, name)(page)
    for w, th in ((1280,"light"),(360,"light"),(1280,"dark")):
        if th == "dark" and name != "survey_entry_on_paper_with_errors": continue
        page.set_viewport_size({"width": w, "height": 900})
        page.emulate_media(color_scheme=th)
        page.screenshot(path=f"/tmp/h7_look_{name}_{w}_{th}.png", full_page=True)
    if "paper" in name:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.focus("#q-cach"); page.keyboard.type("1"); page.keyboard.press("Enter"); page.keyboard.type("4")
        print(page.evaluate("document.activeElement.name + ' ' + document.activeElement.value"))
        for _ in range(30): page.keyboard.press("Enter")
        print(page.evaluate("document.activeElement.outerHTML.slice(0,100)"), page.url)
