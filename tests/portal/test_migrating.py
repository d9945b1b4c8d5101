"""What `migrate` is given that a page is not."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate


def statement_timeout():
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        return cursor.fetchone()[0]


def test_a_migration_has_the_time_it_needs_and_pages_have_theirs(db):
    of_pages = statement_timeout()
    during = []

    def note(**_told):
        during.append(statement_timeout())

    pre_migrate.connect(note, sender=apps.get_app_config("feedback"))
    call_command("migrate", verbosity=0, interactive=False)

    assert pre_migrate.disconnect(note, sender=apps.get_app_config("feedback"))
    assert during == ["0"]
    assert statement_timeout() == of_pages != "0"
