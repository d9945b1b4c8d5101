"""Style sheets, fonts, pictures and scripts, as the server of `make run` gives them."""

import re
import shutil
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from portal.management.commands.dev import fingerprint_of_static_files
from tests.processes import DEV, SECONDS_TO_END, needs_proc, started

FOR_EVER = "max-age=315360000, public, immutable"
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
COMPRESSED_BY_NATURE = (".woff2", ".png", ".jpg", ".webp")


def get(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    response = connection.getresponse()
    response.body = response.read()
    if response.headers["Content-Encoding"] == "br":
        response.body = brotli.decompress(response.body)
    connection.close()
    return response


def used_by(html, port):
    """The addresses of all static files that a page and its style sheets use."""
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html))
    for sheet in [address for address in addresses if address.endswith(".css")]:
        text = get(port, sheet).body.decode()
        addresses |= {urljoin(sheet, url) for url in re.findall(r'url\("?([^")#]+)', text)}
    return {address for address in addresses if address.startswith("/static/")}


@needs_proc
@pytest.mark.slow
def test_all_that_a_page_uses_is_hashed_compressed_and_kept_for_ever(used_data, port):
    with started(*DEV, "--no-sample", port=port):
        addresses = used_by(get(port, "/").body.decode(), port)
        answers = {address: get(port, address) for address in addresses}
        missing = get(port, "/static/css/tokens.000000000000.css")

    assert {".css", ".svg", ".woff2"} <= {Path(address).suffix for address in addresses}
    assert [address for address in addresses if not HASHED.search(address)] == []
    assert {answer.status for answer in answers.values()} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers.values()} == {FOR_EVER}
    assert [
        address
        for address, answer in answers.items()
        if not address.endswith(COMPRESSED_BY_NATURE) and answer.headers["Content-Encoding"] != "br"
    ] == []
    assert missing.status == 404
    assert "Không tìm thấy trang" in missing.body.decode()


@needs_proc
@pytest.mark.slow
def test_files_are_collected_only_after_a_change(used_data, port):
    manifest, fingerprint = (
        used_data / "static" / name for name in ("staticfiles.json", "fingerprint")
    )

    def collected_at():
        with started(*DEV, "--no-sample", port=port) as process:
            process.terminate()
            process.wait(timeout=SECONDS_TO_END)
        return manifest.stat().st_mtime_ns

    first = collected_at()
    second = collected_at()
    fingerprint.write_text("of other files")
    third = collected_at()

    assert first == second < third


@needs_proc
@pytest.mark.slow
def test_with_debug_a_file_is_served_as_it_stands_in_its_source(used_data, port, monkeypatch):
    shutil.rmtree(used_data / "static")
    monkeypatch.setenv("DEBUG", "true")

    with started(*DEV, "--no-sample", port=port):
        sheet = get(port, "/static/css/tokens.css")
        html = get(port, "/").body.decode()

    assert "/static/css/tokens.css" in html
    assert sheet.body == (settings.BASE_DIR / "static/css/tokens.css").read_bytes()
    assert "immutable" not in sheet.headers["Cache-Control"]
    assert not (used_data / "static").exists()


def test_any_change_of_a_file_is_noticed(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    empty = fingerprint_of_static_files()

    (tmp_path / "a.css").write_text("a {}")
    added = fingerprint_of_static_files()
    (tmp_path / "a.css").write_text("b {}")
    changed = fingerprint_of_static_files()
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    renamed = fingerprint_of_static_files()

    assert len({empty, added, changed, renamed}) == 4
    assert fingerprint_of_static_files() == renamed


def test_every_static_file_that_a_template_names_exists():
    """A name that is missing would be an error of the whole page, but only where files are hashed."""
    names = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"""\{% static ["']([^"']+)["']""", path.read_text())
    }

    assert "css/tokens.css" in names
    assert [name for name in sorted(names) if finders.find(name) is None] == []
