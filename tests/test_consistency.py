"""The repository keeps its own promises: migrations in step, no dead template, a complete English catalogue."""

import ast
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x9" * 30 + "abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "tthc.example.vn",
    "SITE_URL": "https://tthc.example.vn",
    "DATABASE_URL": "postgres://user@127.0.0.1:1/portal",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DEFAULT_FROM_EMAIL": "cong@example.vn",
}
# Django and its add-ons look these up by name.
FOUND_BY_NAME = {"400.html", "403.html", "404.html", "500.html"}


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models():
    out = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=out)

    assert "No changes detected" in out.getvalue() or "Không" in out.getvalue()


def test_every_migration_has_a_name_that_says_what_it_does():
    unnamed = [
        p.name for p in ROOT.glob("*/migrations/*.py") if re.search(r"_auto_|_initial", p.name)
    ]

    assert unnamed == []


def test_the_deployment_check_is_clean_under_production_settings():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | PRODUCTION,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout or "không" in done.stdout.lower()


def test_every_template_is_used():
    text = "\n".join(
        path.read_text()
        for folder in ("portal", "procedures", "outreach", "feedback", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html"}
    )
    names = {str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.html")}

    unused = {
        name
        for name in names - FOUND_BY_NAME
        if not name.startswith("admin/") and f'"{name}"' not in text
    }

    assert unused == set()


# Each way to ask for a translation, and where among its arguments the context and the text stand.
TRANSLATING = {
    "_": (None, 0),
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "ngettext": (None, 0),
    "ngettext_lazy": (None, 0),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1),
    "npgettext_lazy": (0, 1),
}


def _asked_for(python):
    """The texts, each with its context, that code asks to be translated."""
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in TRANSLATING:
            context, text = TRANSLATING[node.func.id]
            words = [
                ast.literal_eval(node.args[place]) for place in (context, text) if place is not None
            ]
            yield (words[0] if context is not None else None, words[-1])


def _calls_in_template(path):
    """What a template asks for, as lines of code: Django's own extraction leaves them among other signs."""
    python = templatize(path.read_text(), origin=str(path))
    quoted = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
    call = rf"""\b(n?p?gettext)\((?:{quoted})(?:,\s*(?:{quoted}))*"""
    return "\n".join(f"{found[0]})" for found in re.finditer(call, python))


def _msgids():
    """What is asked to be translated: by public pages and mails, and by the code that speaks to the public."""
    for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        if path.relative_to(TEMPLATES).parts[0] != "admin":
            yield from _asked_for(_calls_in_template(path))
    for folder in ("portal", "procedures", "outreach", "feedback"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from _asked_for(path.read_text())


def test_the_english_catalogue_is_complete_and_holds_nothing_else():
    catalogue = polib.pofile(str(CATALOGUE))
    translated = {
        (entry.msgctxt, entry.msgid)
        for entry in catalogue
        if entry.translated() and not entry.fuzzy
    }

    assert translated == set(_msgids())
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.obsolete] == []


def test_the_english_catalogue_says_in_english_what_it_says():
    letters = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", re.IGNORECASE)
    said = [
        (entry.msgid, text)
        for entry in polib.pofile(str(CATALOGUE))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]
    ]

    assert [text for _msgid, text in said if letters.search(text)] == []
    assert [
        msgid for msgid, text in said if set(_places(msgid)) != set(_places(text)) and text
    ] == []


def _places(text):
    """Where values are put into a text."""
    return re.findall(r"%\(\w+\)[sd]|(?<!%\()\{\w+\}", text)


def test_the_compiled_catalogue_is_that_of_the_text():
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    text = polib.pofile(str(CATALOGUE))

    assert _by_text(compiled) == _by_text(text)


def _by_text(catalogue):
    return {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in catalogue}


def test_no_page_pulls_anything_from_another_host():
    calls = re.compile(r"""(?:src|href|action)=["']https?://|@import|url\(["']?https?://""")
    public = [*TEMPLATES.rglob("*.html"), *(ROOT / "static").rglob("*.css")]

    assert [str(path) for path in public if calls.search(path.read_text())] == []


def test_no_template_carries_inline_style_or_script():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=", re.IGNORECASE)

    # Mails have no other place for styles, and no script.
    mails = {TEMPLATES / "outreach/mail/issue.html"}
    found = {path for path in TEMPLATES.rglob("*.html") if inline.search(path.read_text())}
    assert found == mails
    assert not any("<script" in path.read_text() for path in mails)
