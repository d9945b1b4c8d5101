"""The words that people are asked to agree to, as they stand from the first day: version 1.

A version is proof and is never changed, here no more than in the database: other words are another version, which
staff add in the admin.
"""

from pathlib import Path

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

# One file for each purpose and language: the statement, an empty line, the notice.
FOLDER = Path(__file__).resolve().parent / "words"


def add_first_version(sender, using=DEFAULT_DB_ALIAS, apps=installed_apps, **options):
    """After every migration: the texts that are not there yet."""
    try:
        model = apps.get_model("feedback", "ConsentText")
    except LookupError:
        # Migrated back to before there were any.
        return
    model.objects.using(using).bulk_create(
        [model(version=1, **facts) for facts in _first_texts()], ignore_conflicts=True
    )


def _first_texts():
    for path in sorted(FOLDER.glob("*.txt")):
        purpose, language, _suffix = path.name.split(".")
        statement, _, notice = path.read_text(encoding="utf-8").partition("\n\n")
        yield {
            "purpose": purpose,
            "language": language,
            "statement": statement.strip(),
            "notice": notice.strip(),
        }
