"""What `manage.py check --database default` finds beside Django's own checks."""

from django.core.checks import Warning
from django.db import connections

# With one of these off, the server confirms what a power cut then takes away.
KEEPS_WHAT_IT_CONFIRMS = ("fsync", "full_page_writes", "synchronous_commit")


def database_keeps_what_it_confirms(databases=(), **options):
    """A citizen gets a code only for what is on the disk: that is for PostgreSQL to promise."""
    return [
        Warning(
            f"PostgreSQL chạy với {name} = off: mất điện là mất phản ánh đã cấp mã.",
            hint=f"Đặt {name} = on trong postgresql.conf rồi nạp lại cấu hình.",
            id="portal.W001",
        )
        for alias in databases or ()
        for name in settings_turned_off(connections[alias])
    ]


def settings_turned_off(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "select name from pg_settings where name = any(%s) and setting = 'off' order by name",
            [list(KEEPS_WHAT_IT_CONFIRMS)],
        )
        return [name for (name,) in cursor]
