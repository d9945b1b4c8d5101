import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-key-of-a-test-that-is-long-enough-0123456789-abcdefghijk",
    "ALLOWED_HOSTS": "cchc.example.vn",
    "SITE_URL": "https://cchc.example.vn",
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:5/portal",
    "EMAIL_URL": "smtp+tls://portal:secret%40@mail.example.vn:587",
    "DEFAULT_FROM_EMAIL": "Cổng cải cách hành chính <cong@example.vn>",
    "DEBUG": "",
}


def start(code="settings.DEBUG", **variables):
    """Load the settings in a new process and print one of them; a .env of this checkout has no say."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        **dict.fromkeys(re.findall(r"^#?(\w+)=", example(), re.MULTILINE), ""),
        "ENVIRONMENT": "development",
        "ADMIN_PATH": "quan-tri/",
    }
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({code})"],
        env=environment | variables,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


def example():
    return (settings.BASE_DIR / ".env.example").read_text()


def test_production_starts_with_safe_values():
    result = start(**SAFE)

    assert (result.stdout, result.returncode) == ("False\n", 0), result.stderr


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "DATABASE_URL",
        "EMAIL_URL",
        "DEFAULT_FROM_EMAIL",
    ],
)
@pytest.mark.parametrize("value", ["", " "])
def test_production_refuses_to_start_without(name, value):
    result = start(**SAFE | {name: value})

    assert result.returncode != 0
    assert f"{name} is not set" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("SECRET_KEY", "x" * 49),
        ("ALLOWED_HOSTS", "cchc.example.vn,*"),
        ("SITE_URL", "http://cchc.example.vn"),
        ("SITE_URL", "cchc.example.vn"),
        ("SITE_URL", "https://"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "filemail:///tmp/mail"),
    ],
)
def test_production_refuses_to_start_with(name, value):
    result = start(**SAFE | {name: value})

    assert result.returncode != 0
    assert re.search(rf"ImproperlyConfigured: {name} .* Production does not start", result.stderr)


def test_an_unknown_environment_is_refused():
    result = start(**SAFE | {"ENVIRONMENT": "prodution"})

    assert result.returncode != 0
    assert "ENVIRONMENT is “prodution”" in result.stderr


def test_development_starts_with_nothing_set_and_keeps_a_secret_key_of_its_own(tmp_path):
    first = start("settings.SECRET_KEY", PORTAL_DATA=str(tmp_path / "data"))
    second = start("settings.SECRET_KEY", PORTAL_DATA=str(tmp_path / "data"))
    elsewhere = start("settings.SECRET_KEY", PORTAL_DATA=str(tmp_path / "other"))

    assert len(first.stdout.strip()) >= 50, first.stderr
    assert second.stdout == first.stdout
    assert elsewhere.stdout != first.stdout
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_the_address_in_development_follows_the_port(tmp_path):
    result = start("settings.SITE_URL", PORTAL_DATA=str(tmp_path), PORT="8080")

    assert result.stdout == "http://127.0.0.1:8080\n"


def test_mails_go_to_the_mail_server_that_is_named_or_else_to_files(tmp_path):
    code = "(settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS, settings.EMAIL_FILE_PATH)"

    named = start(code, **SAFE)
    development = start("settings.EMAIL_FILE_PATH", PORTAL_DATA=str(tmp_path))

    assert named.stdout == "('mail.example.vn', 'secret@', True, '')\n"
    assert development.stdout == f"{tmp_path}/mail\n"


def test_what_the_database_address_asks_for_is_kept():
    url = SAFE["DATABASE_URL"] + "?sslmode=verify-full"

    options = start("settings.DATABASES['default']['OPTIONS']", **SAFE | {"DATABASE_URL": url})

    assert "'sslmode': 'verify-full'" in options.stdout
    assert "statement_timeout" in options.stdout


def test_the_example_names_every_variable():
    sources = [*Path(settings.BASE_DIR, "portal").rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    read = set(
        re.findall(r"(?:env\.\w+|environ\.get|needed_in_production)\(\s*[\"'](\w+)[\"']", text)
    )

    named = set(re.findall(r"^#?(\w+)=", example(), re.MULTILINE))

    assert named == read
