"""The HTML of every page type is valid, by the Nu Html Checker (the W3C's own)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.pages import PAGES, make_content
from tests.portal import test_error_pages

JARS = sorted((settings.BASE_DIR / ".venv").glob("vnu-*.jar"))
# Each address, with the status of the page that it is about.
STATUSES = {page.path: page.status for page in PAGES} | {
    address: int(address[1:4]) for address in test_error_pages.PAGES
}


@pytest.fixture(scope="module")
def checker():
    """The command that checks HTML files."""
    missing = []
    if shutil.which("java") is None:
        missing.append("There is no Java. On Debian, Ubuntu: apt install default-jre-headless")
    if not JARS:
        missing.append(
            "There is no .venv/vnu-*.jar: where Java and npm are, `make test` brings it."
        )
    if missing and os.environ.get("CI"):
        pytest.fail(" ".join(missing))
    if missing:
        pytest.skip(" ".join(missing))
    options = "--format json --stdout --skip-info-messages --no-langdetect"
    return ["java", "-jar", JARS[-1], *options.split()]


def findings(checker, files):
    """What the checker says: a list of (file name, message) of errors and warnings alike."""
    done = subprocess.run([*checker, *files], capture_output=True, text=True)
    messages = json.loads(done.stdout)["messages"]
    return [
        (
            Path(message["url"]).name,
            f"{message.get('subType', message['type'])}: {message['message']}"
            f" | {message.get('extract', '').strip()}",
        )
        for message in messages
    ]


@pytest.mark.slow
@pytest.mark.django_db
def test_the_html_of_every_page_is_valid(checker, settings, tmp_path):
    settings.ROOT_URLCONF = test_error_pages.__name__
    make_content()
    client = Client(raise_request_exception=False)
    files = {}
    for number, (address, status) in enumerate(STATUSES.items()):
        response = client.get(address)
        assert (address, response.status_code) == (address, status)
        file = tmp_path / f"{number}.html"
        file.write_bytes(response.content)
        files[file.name] = address

    found = findings(checker, tmp_path.iterdir())

    assert [f"{files[name]} {message}" for name, message in found] == []


@pytest.mark.slow
def test_the_checker_finds_what_is_wrong(checker, tmp_path):
    file = tmp_path / "wrong.html"
    file.write_text('<!doctype html><html lang="vi"><title>Sai</title><p><div>x</div></p>')

    found = findings(checker, [file])

    assert [message for name, message in found if "No “p” element in scope" in message]
