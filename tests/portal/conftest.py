import pytest

from portal.local_postgres.server import LocalPostgres
from tests.processes import data_folder


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
