"""The style sheets keep their order: roles instead of raw values, layers instead of force, blocks by alphabet."""

import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "static/css"
# Raw values have these places; the admin lives by rules that are not ours.
VALUES = {"tokens.css", "charts.css"}
SHEETS = sorted(path.name for path in FOLDER.glob("*.css") if not path.name.startswith("admin"))
BLOCKS = {"frame.css", "components.css", "forms.css", "pages.css"}
NAMED_COLOURS = "white black red green blue yellow orange gold gray grey silver navy maroon purple"

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def read(name):
    return COMMENT.sub("", (FOLDER / name).read_text())


def declarations(css):
    for _selector, body in RULE.findall(css):
        for declaration in filter(None, map(str.strip, body.split(";"))):
            name, _colon, value = declaration.partition(":")
            yield name.strip(), value.strip()


def raw_values(css):
    """Colours and lengths in pixels that are written out instead of asked for by their role."""
    return [
        f"{name}: {value}"
        for name, value in declarations(css)
        if re.search(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(|\d(?:\.\d+)?px\b", value, re.I)
        or re.search(rf"(?<![-\w])(?:{'|'.join(NAMED_COLOURS.split())})(?![-\w])", value)
    ]


def outside_layers(css):
    """Selectors of rules that stand in no layer; roles and fonts are no rules."""
    found, position = [], 0
    while (opening := css.find("{", position)) >= 0:
        head = css[position:opening].split(";")[-1].split("}")[-1].strip()
        end, depth = opening + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        if head.startswith(("@media", "@supports")):
            found += outside_layers(css[opening + 1 : end - 1])
        elif not head.startswith(("@layer", "@font-face", ":root")):
            found.append(head)
        position = end
    return found


def headings(css):
    """The headed sections of a sheet of blocks, each with the selectors that stand in it."""
    parts = re.split(r"^  /\* ([a-z][a-z-]*)(?::.*?)? \*/$", css, flags=re.MULTILINE | re.DOTALL)
    return {
        name: [selector.strip() for selector, _body in RULE.findall(COMMENT.sub("", body))]
        for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("name", [name for name in SHEETS if name not in VALUES])
def test_colours_and_sizes_are_asked_for_by_their_role(name):
    # A box of one point is how words are hidden from the eye alone.
    raw = [one for one in raw_values(read(name)) if not re.fullmatch(r"\w+-size: 1px", one)]

    assert raw == []


def test_a_chart_keeps_its_raw_values_in_its_roles():
    css = read("charts.css")

    assert raw_values(css[css.index("@layer components") :]) == []


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_is_forced(name):
    assert "!important" not in read(name)


@pytest.mark.parametrize("name", SHEETS)
def test_no_rule_hangs_on_an_id(name):
    selectors = [selector for selector, _body in RULE.findall(read(name))]

    assert [selector for selector in selectors if "#" in selector] == []


@pytest.mark.parametrize("name", SHEETS)
def test_every_rule_stands_in_a_layer(name):
    assert outside_layers(read(name)) == []


@pytest.mark.parametrize("name", SHEETS)
def test_what_fits_is_asked_of_the_page_and_not_of_the_window(name):
    assert re.findall(r"@media[^{]*(?:width|height)[^{]*", read(name)) == []


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_blocks_stand_in_the_order_of_the_alphabet_under_their_names(name):
    sections = headings((FOLDER / name).read_text())

    assert list(sections) == sorted(sections)
    for block, selectors in sections.items():
        # Marks that scripts set, without a class, stand with the block whose they are.
        named = [re.search(r"\.([a-z][\w-]*)", selector) for selector in selectors]
        blocks = {re.split("__|--", match[1])[0] for match in named if match}
        assert blocks <= {block, f"{block}s", block.removesuffix("s")}


def test_every_role_is_used():
    css = "".join(read(path.name) for path in FOLDER.glob("*.css"))
    ours = "".join(read(name) for name in SHEETS)
    defined = set(re.findall(r"^\s*(--[\w-]+)\s*:", ours, re.MULTILINE))

    assert {role for role in defined if not re.search(rf"var\({role}[,)]", css)} == set()


def test_every_role_that_is_used_exists():
    css = "".join(read(name) for name in SHEETS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", css))

    assert set(re.findall(r"var\((--[\w-]+)", css)) - defined == set()


@pytest.mark.parametrize(
    "css",
    [
        ".a { color: #9b1b1e; }",
        ".a { color: red; }",
        ".a { margin: 3px; }",
        ".a { fill: rgb(1 2 3); }",
    ],
)
def test_a_raw_value_is_found(css):
    assert len(raw_values(css)) == 1


def test_a_rule_outside_the_layers_is_found():
    css = ":root { --a: 1; } @layer base { .b { margin: 0; } } @media print { .c { margin: 0; } }"

    assert outside_layers(css) == [".c"]
