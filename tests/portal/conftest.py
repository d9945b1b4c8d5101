import pytest

from portal.local_postgres.server import LocalPostgres
from tests.processes import (
    DEV,
    SECONDS_TO_END,
    data_folder,
    free_port,
    started,
    wait_until_all_have_ended,
)


@pytest.fixture(scope="session")
def cluster():
    """A folder with a new database, from which others are copied: making one takes a second."""
    with data_folder() as folder:
        server = LocalPostgres(folder, "portal")
        server.use()
        server.leave()
        yield folder


@pytest.fixture
def data(cluster, monkeypatch):
    """A folder with a database on which nothing runs, neither before nor after the test."""
    with data_folder(like=cluster) as folder:
        monkeypatch.setenv("PORTAL_DATA", str(folder))
        yield folder


@pytest.fixture
def empty_data(monkeypatch):
    with data_folder() as folder:
        monkeypatch.setenv("PORTAL_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session")
def used_cluster(cluster):
    """What the first start leaves: the database migrated, the static files collected."""
    with data_folder(like=cluster) as folder:
        # What is thrown away need not outlive a power cut, nor wait for a disk that other tests keep busy.
        with open(folder / "postgres" / "postgresql.conf", "a") as settings:
            settings.write("fsync = off\n")
        # For this start alone: what other tests start later has the key of the checkout, as the tests have.
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PORTAL_DATA", str(folder))
            with started(*DEV, "--no-sample", port=free_port()) as process:
                process.terminate()
                process.wait(timeout=SECONDS_TO_END)
        wait_until_all_have_ended(folder)
        yield folder


@pytest.fixture
def used_data(used_cluster, monkeypatch):
    """As `data`, after a first start."""
    with data_folder(like=used_cluster) as folder:
        monkeypatch.setenv("PORTAL_DATA", str(folder))
        yield folder


@pytest.fixture
def port():
    return free_port()
