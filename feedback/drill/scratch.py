"""A database and a folder for the drill alone, gone when it ends, however it ends."""

import tempfile
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import psycopg
from django.core.management import CommandError
from django.db import connection, transaction
from django.test import override_settings
from psycopg import sql

# Written on the database itself: only one that bears it is ever dropped.
MARK = "privacy_drill: dữ liệu giả, xóa được"
LONGEST_NAME = 63
HOST = "testserver"


@contextmanager
def scratch_database():
    """The connection leads to a database of the drill's own until this ends."""
    main = connection.settings_dict["NAME"]
    name = f"{main}_drill"
    if len(name.encode()) > LONGEST_NAME:
        raise CommandError(f"Tên cơ sở dữ liệu “{main}” dài quá, không đặt được tên thử.")
    # Where the server listens is asked for before the name changes: the server of development begins with its own.
    parameters = connection.get_connection_params() | {"autocommit": True}
    _drop_marked(parameters, name)
    _create(parameters, name)
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = main
        _drop_marked(parameters, name)


@contextmanager
def scratch_settings():
    """What the drill sends, keeps and asks for goes nowhere and is held up by nothing."""
    with tempfile.TemporaryDirectory(prefix="privacy-drill-") as folder:
        kept, arriving = Path(folder) / "files", Path(folder) / "arriving"
        kept.mkdir()
        arriving.mkdir()
        with override_settings(
            ALLOWED_HOSTS=[HOST],
            DEBUG=False,
            EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
            FILE_UPLOAD_TEMP_DIR=str(arriving),
            MEDIA_ROOT=kept,
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            RATE_LIMIT_EXEMPT=[ip_network("127.0.0.0/8")],
            SECURE_SSL_REDIRECT=False,
        ):
            yield Path(folder)


@contextmanager
def undone():
    """What is written meanwhile is taken back, also what the portal else writes only outside of a transaction."""
    block = transaction.atomic()
    # As Django's own test cases say it.
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def _create(parameters, name):
    with _server(parameters) as server:
        try:
            server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise CommandError(
                "Tài khoản cơ sở dữ liệu của Cổng không được tạo cơ sở dữ liệu mới (CREATEDB). Xin chạy lệnh này"
                " trên máy thử, với DATABASE_URL của máy đó."
            ) from error
        server.execute(
            sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(MARK))
        )


def _drop_marked(parameters, name):
    """Remove what a drill made; anything else of that name is somebody's own."""
    with _server(parameters) as server:
        found = server.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
            [name],
        ).fetchone()
        if found is None:
            return
        if found[0] != MARK:
            raise CommandError(
                f"Đã có cơ sở dữ liệu “{name}” không phải của lần diễn tập nào. Lệnh này không đụng đến nó."
            )
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _server(parameters):
    """A connection of its own, to the database that is not touched, with the time that a slow disk needs."""
    options = {
        key: value for key, value in parameters.items() if key not in {"context", "cursor_factory"}
    }
    server = psycopg.connect(**options)
    server.execute("set statement_timeout = 0")
    return server
