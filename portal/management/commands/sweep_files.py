"""Find files that no row names: what a failed save or a removed row left behind."""

import time
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.models import FileField

from portal.files import private_files

# Nothing that is being saved at this moment is taken away.
OLD_ENOUGH = 24 * 60 * 60


class Command(BaseCommand):
    help = "Lists kept files, older than a day, that no row names; --remove removes them."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="remove them")

    def handle(self, *, remove, **options):
        storage = private_files()
        root = Path(storage.location)
        named = set(names_in_rows(storage))
        limit = time.time() - OLD_ENOUGH
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in named and path.stat().st_mtime < limit:
                self.stdout.write(name)
                if remove:
                    path.unlink()


def names_in_rows(storage):
    """All that rows keep in this storage, with what lies beside it."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField) and field.storage is storage:
                for name in model._base_manager.values_list(field.name, flat=True).distinct():
                    if name:
                        yield from getattr(field, "names_on_disk", lambda name: [name])(name)
