import os
import shutil

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer
from xdist.scheduler import LoadFileScheduling

from outreach import visits
from procedures.models import Procedure
from tests.jobs import empty_queue
from tests.mail_server import running_mail_server
from tests.pages import make_content

# Playwright's synchronous interface runs an event loop, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The first has no windows to draw and is twice as fast; the others do as well.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Long files in which each test is a page of its own, opened in a browser.
SPREAD_OVER_PROCESSES = {
    "test_accessibility.py",
    "test_admin_accessibility.py",
    "test_browser.py",
    "test_page_tools.py",
    "test_print.py",
}


# Files with a few tests that take a minute and more together: begun first, so that nothing waits for them at the end.
LONGEST = {
    "test_privacy_drill.py",
    "test_rights_matrix.py",
    "test_real_file.py",
    "test_dev_command.py",
    "test_seed_feedback.py",
    "test_local_postgres.py",
}


# These begin with what the first start of the portal leaves, which takes half a minute to make.
TOGETHER = {"tests/portal/test_static_files.py": "tests/portal/test_dev_command.py"}


class SpreadLongFiles(LoadFileScheduling):
    """A file stays in one process, as what it makes once serves all its tests; the long ones are spread."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        if file.rpartition("/")[2] in SPREAD_OVER_PROCESSES:
            return nodeid
        return TOGETHER.get(file, file)


def pytest_xdist_make_scheduler(config, log):
    # Files with the most tests first would leave those with a few long tests to the end, when others have none left.
    config.option.loadscopereorder = False
    return SpreadLongFiles(config, log)


def pytest_sessionstart(session):
    """Have the local server run until the last process is done: the one that started the others ends after them."""
    if settings.DATABASES["default"]["ENGINE"] == "portal.local_postgres":
        connection.get_connection_params()


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    yield
    # Connections of ended threads, such as those that served a browser, keep a database from being removed.
    # What a test has left of this thread's own may be dead already.
    with django_db_blocker.unblock():
        connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def files_lie_apart(settings, tmp_path_factory):
    """What tests keep does not mix with the files of a checkout."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "files"


@pytest.fixture(autouse=True)
def passwords_are_cheap(settings):
    """A password takes a third of a second to hash, by design; tests log in hundreds of times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def visits_are_written_when_asked(monkeypatch):
    """No thread counts what a test reads into the database of another: `visits.write()` does."""
    monkeypatch.setattr(visits.Notes, "keep_writing", lambda notes: None)
    monkeypatch.setattr(visits, "_notes", visits.Notes())


@pytest.fixture(scope="module")
def kept_content(django_db_setup, django_db_blocker, tmp_path_factory):
    """The content of all page types, made once for the tests of a file; what each changes is rolled back."""
    files = tmp_path_factory.getbasetemp() / "files"
    # Open between the tests, too: the server may still be busy with what a closed browser had asked for.
    with override_settings(MEDIA_ROOT=files), django_db_blocker.unblock():
        yield make_content().pk
        call_command("flush", verbosity=0, interactive=False)
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def jobs_go_with_the_rows():
    """Django empties the tables that it manages; the queue is not among them, and its jobs name rows of the others."""
    post_migrate.connect(empty_queue, sender=apps.get_app_config("procrastinate"))


@pytest.fixture
def mail_server(settings):
    """A mail server of this test's own, to which the portal sends."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def page_content(kept_content, db):
    """The content of all page types; the procedure among it that has everything."""
    return Procedure.objects.get(pk=kept_content)


@pytest.fixture(scope="session")
def chromium():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None and os.environ.get("CI"):
        pytest.fail("There is no Chromium, and CI does without no browser test.")
    if program is None:
        pytest.skip("There is no Chromium here. On Debian, Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(django_db_setup):
    """The portal at an address, for tests that only read what `page_content` has made.

    `live_server` empties the database after each test, and takes longer for that than a page for its test.
    """
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def new_page(chromium, request):
    """A function that opens an empty page of the given kind; its addresses are those of the server."""
    if "page_content" in request.fixturenames:
        portal = request.getfixturevalue("server")
    else:
        request.getfixturevalue("transactional_db")
        portal = request.getfixturevalue("live_server")
    contexts = []

    def new_page(*, width=1280, theme="light", javascript=True, **options):
        context = chromium.new_context(
            base_url=portal.url,
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            java_script_enabled=javascript,
            locale="vi-VN",
            **options,
        )
        contexts.append(context)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()
