"""Dependencies point one way: portal <- procedures <- outreach, feedback."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

MAY_IMPORT = {
    "portal": {"portal"},
    "procedures": {"portal", "procedures"},
    "outreach": {"portal", "procedures", "outreach"},
    "feedback": {"portal", "procedures", "feedback"},
}
# These two files wire the domains together.
WIRING = {"portal/settings.py", "portal/urls.py"}
SOURCES = sorted(
    path for app in MAY_IMPORT for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
)


def _place(path):
    return path.relative_to(settings.BASE_DIR).as_posix()


def _imported_apps(tree):
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            assert not node.level, f"line {node.lineno}: a relative import"
        yield from (name.split(".")[0] for name in names)


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if _place(path) not in WIRING],
    ids=_place,
)
def test_a_module_imports_only_the_floors_below_it(path):
    imported = {name for name in _imported_apps(ast.parse(path.read_text())) if name in MAY_IMPORT}

    assert imported <= MAY_IMPORT[_place(path).split("/")[0]]


@pytest.mark.parametrize("path", SOURCES, ids=_place)
def test_no_import_hides_inside_a_function(path):
    hidden = [
        f"{path.name}:{inner.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_a_relation_points_only_to_the_floors_below():
    own = [config for config in apps.get_app_configs() if config.label in MAY_IMPORT]

    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for config in own
        for model in config.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_label in MAY_IMPORT
        and field.related_model._meta.app_label not in MAY_IMPORT[config.label]
    ]

    assert upward == []
