"""The style guide shows everything that pages are made of; what it does not show fails here."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from outreach.models import Notice
from portal.styleguide import CHARTS
from tests import axe
from tests.pages import make_content
from tests.processes import wait_until

TEMPLATES = settings.BASE_DIR / "templates"
CSS = settings.BASE_DIR / "static/css"
COMPONENTS = [CSS / "frame.css", CSS / "components.css", CSS / "forms.css"]
# Names that a template computes from what a model offers; other computed names have their kinds in the style sheet.
CHOICES = {"banner--": [f"banner--{kind}" for kind in Notice.Kind.values]}
# Computed in the code, not in a template.
MADE_BY_CODE = {"icon", "prose__item", "prose__inner"}


def classes_in(markup: str) -> set[str]:
    """The class names of a template or a page; a computed ending is left out: "banner--{{ kind }}" is "banner--"."""
    names = set()
    for attribute in re.findall(r'class="((?:\{[{%].*?[%}]\}|[^"])*)"', markup):
        names |= set(re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "", attribute)).split())
    return names


def classes_of(css: str) -> set[str]:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", css)
    return {name for selector in selectors for name in re.findall(r"\.([a-z][\w-]*)", selector)}


def block_of(name: str) -> str:
    return re.split("__|--", name)[0]


def whole(used: set[str], defined: set[str]) -> set[str]:
    """The names used, with every kind of those that are computed."""
    computed = {name for name in used if name.endswith("-")}
    kinds = {
        kind
        for start in computed
        for kind in CHOICES.get(start) or [name for name in defined if name.startswith(start)]
    }
    return used - computed | kinds


def not_shown(templates: str, css: str, page: str) -> set[str]:
    """Blocks, parts and variants of components that templates use and the page does not show."""
    defined = classes_of(css)
    blocks = {block_of(name) for name in defined}
    used = {name for name in whole(classes_in(templates), defined) if block_of(name) in blocks}
    return {name for name in used | MADE_BY_CODE if name not in classes_in(page)}


def read(paths) -> str:
    return "\n".join(path.read_text() for path in paths)


def public_templates() -> list[Path]:
    return [
        path
        for path in TEMPLATES.rglob("*.html")
        if "admin" not in path.parts and "styleguide" not in str(path)
    ]


@pytest.fixture
def guide(client, db):
    make_content()
    return client.get("/kieu-dang/").content.decode()


def test_every_component_that_a_page_uses_is_shown(guide):
    css = read([*COMPONENTS, CSS / "charts.css"])

    assert not_shown(read(public_templates()), css, guide) == set()


def test_every_component_of_the_style_sheet_is_used_or_shown(guide):
    defined = classes_of(read(COMPONENTS))
    used = whole(classes_in(read(public_templates())), defined) | classes_in(guide) | MADE_BY_CODE

    assert defined - used == set()


def test_every_block_of_one_page_is_used_by_a_template():
    defined = {block_of(name) for name in classes_of((CSS / "pages.css").read_text())}
    used = {block_of(name) for name in classes_in(read(public_templates())) | MADE_BY_CODE}

    assert defined - used == set()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p class="card">', set()),
        ('<p class="ribbon">', {"ribbon"}),
        ('<p class="card card--urgent">', {"card--urgent"}),
        ('<p class="card{% if "a" in b %} card--urgent{% endif %}">', {"card--urgent"}),
        ('<p class="ribbon--{{ kind }}">', {"ribbon--blue", "ribbon--red"}),
        ('<p class="banner--{{ kind }}">', {f"banner--{kind}" for kind in Notice.Kind.values}),
        ('<p class="welcome">', set()),
    ],
)
def test_a_component_that_is_used_and_not_shown_is_found(template, found):
    css = """@layer components { .card {} .card--urgent {} .ribbon {} .ribbon--red {} .ribbon--blue {}
        .banner {} .banner--incident {} /* .welcome {} */ .icon {} .prose__item {} .prose__inner {} }"""
    page = '<p class="card icon"><p class="prose__item prose__inner">'

    assert not_shown(template, css, page) == found


def test_all_icons_are_shown_by_their_names(guide):
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()

    for name in re.findall(r'symbol id="([^"]+)"', sprite):
        assert f"icons.svg#{name}" in guide
        assert f'<span class="code">{name}</span>' in guide


def test_every_link_within_the_guide_leads_somewhere(guide):
    ids = set(re.findall(r'\bid="([^"]+)"', guide))

    assert set(re.findall(r'href="#([^"]+)"', guide)) - ids == set()


def test_the_numbers_of_each_chart_are_a_file(client, db):
    for chart in [chart for chart in CHARTS if not chart.is_empty]:
        response = client.get(f"/kieu-dang/?so-lieu={chart.slug}")

        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert chart.slug in response.headers["Content-Disposition"]
        assert len(response.content.decode().splitlines()) == len(chart.rows) + 1


def test_an_unknown_chart_gets_the_page(client, db):
    assert "Kiểu dáng" in client.get("/kieu-dang/?so-lieu=khong-co").content.decode()


def test_the_guide_is_kept_from_search_engines_and_not_linked(client, guide):
    assert '<meta name="robots" content="noindex">' in guide
    assert "kieu-dang" not in client.get("/sitemap.xml").content.decode()
    assert "/kieu-dang/" not in client.get("/so-do-trang/").content.decode()


def test_in_production_a_citizen_finds_no_guide(client, db, settings):
    settings.PRODUCTION = True

    response = client.get("/kieu-dang/")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert "specimen" not in response.content.decode()
    assert client.get("/kieu-dang/?so-lieu=muc-do-hai-long").status_code == 404


def test_in_production_an_account_without_staff_rights_finds_no_guide(
    client, django_user_model, settings
):
    settings.PRODUCTION = True
    client.force_login(django_user_model.objects.create_user("dan"))

    assert client.get("/kieu-dang/").status_code == 404


def test_in_production_staff_see_the_guide_and_nobody_keeps_it(client, django_user_model, settings):
    settings.PRODUCTION = True
    client.force_login(django_user_model.objects.create_user("canbo", is_staff=True))

    response = client.get("/kieu-dang/")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"


@pytest.fixture
def content(transactional_db):
    return make_content()


def test_a_form_that_comes_back_puts_the_reader_at_what_is_to_be_corrected(new_page, content):
    page = new_page(width=360, javascript=False)
    page.goto("/kieu-dang/")
    page.locator("#id_thu-full_name").fill("Nguyễn Thị Bảy")

    page.get_by_role("button", name="Gửi thử").click()

    summary = page.locator(".error-summary:focus")
    assert "Có 5 chỗ cần sửa" in summary.inner_text()
    assert summary.bounding_box()["y"] < 800
    assert page.locator("#id_thu-full_name").input_value() == "Nguyễn Thị Bảy"
    summary.get_by_role("link", name="Ngày sinh").click()
    assert page.evaluate("location.hash") == "#id_thu-birth_date"


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_the_reader_has_colours_of_his_own(new_page, content, width):
    page = new_page(width=width, forced_colors="active")
    page.goto("/kieu-dang/?gui=co")

    assert axe.faults(page) == []


def test_a_wide_table_scrolls_in_its_own_frame_by_keyboard(new_page, content):
    page = new_page(width=320)
    page.goto("/kieu-dang/")
    frame = page.locator(".table-wrap[aria-labelledby=bang-rong]")

    frame.focus()
    page.keyboard.press("ArrowRight")
    wait_until(lambda: frame.evaluate("frame => frame.scrollLeft") > 0)

    caption = frame.locator("caption").bounding_box()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert caption["x"] >= 0
    assert caption["x"] + caption["width"] <= 320


CONTRASTS = """() => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const light = colour => {
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255);
        const [r, g, b] = parts.map(p => p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const page = getComputedStyle(document.body).backgroundColor;
    return Object.fromEntries([...document.querySelectorAll(".swatch__sample")].map(sample => {
        const look = getComputedStyle(sample);
        const role = sample.classList[1].split("--")[1];
        const ground = look.backgroundColor === "rgba(0, 0, 0, 0)" ? page : look.backgroundColor;
        const colour = role.startsWith("line") ? look.borderBlockEndColor : look.color;
        return [role, ratio(light(colour), light(ground))];
    }));
}"""


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_have_the_contrast_that_the_guide_promises(new_page, content, theme, contrast):
    page = new_page(theme=theme, contrast=contrast)
    page.goto("/kieu-dang/")

    measured = page.evaluate(CONTRASTS)

    promised = {
        role: float(re.search(r"ít nhất ([\d,]+) trên 1", promise)[1].replace(",", "."))
        for role, promise in re.findall(
            r"--color-([\w-]+)</span>.*?((?:ít nhất) [\d,]+ trên 1)", page.content(), re.DOTALL
        )
    }
    assert promised.keys() == measured.keys()
    assert {role for role in promised if measured[role] < promised[role]} == set()
