"""The engine `portal.local_postgres`: Django's own for PostgreSQL, on a server that starts when it is needed."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base, client

try:
    from portal.local_postgres.programs import find_programs
    from portal.local_postgres.server import LocalPostgres
except ModuleNotFoundError as error:
    raise ImproperlyConfigured(
        "The local PostgreSQL needs Linux or macOS. On Windows work in WSL, or set DATABASE_URL."
    ) from error


@cache
def local_postgres():
    return LocalPostgres(settings.DATA_DIR, settings.DATABASES["default"]["NAME"])


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, which opens no connection of Django's."""

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        address = local_postgres().use()
        settings_dict |= {name.upper(): value for name, value in address.items()}
        (_, *arguments), env = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(find_programs() / "psql"), *arguments], env


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self):
        return super().get_connection_params() | local_postgres().use()

    def leave_server(self):
        self.close()
        local_postgres().leave()
