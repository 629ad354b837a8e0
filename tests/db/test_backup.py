"""A backup holds what was there, and comes back into either kind of database."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text

from clinic.db import backup, schema, sweep
from clinic.db.connect import open_engine
from clinic.db.tables import metadata
from clinic.db.tables.practice import practice
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.world import ACTOR, NOW, at, build, needling, single

RESTORED = f"restored_{os.getpid()}"


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


@pytest.fixture
def filled(database: Database) -> Database:
    world = build(database)
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, at("2026-11-23", 10)))),), actor=ACTOR, reason="", now=NOW)
    return database


@pytest.fixture
def saved(filled: Database, tmp_path: Path) -> Path:
    file = tmp_path / "backup.db"
    backup.back_up(filled.engine, file)
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/restored.db"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own with nothing in it."""
    server = open_engine(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {RESTORED}"))
    head, _, query = postgres_server.partition("?")
    yield f"{head.rsplit('/', 1)[0]}/{RESTORED}" + (f"?{query}" if query else "")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {RESTORED} WITH (FORCE)"))
    server.dispose()


@pytest.mark.thorough
def test_a_backup_comes_back_whole_with_the_outbox_paused(filled: Database, saved: Path, empty: Engine) -> None:
    backup.restore(saved, empty)
    assert counts(empty) == counts(filled.engine)
    with empty.connect() as connection:
        assert sweep.faults(connection) == ()
        assert connection.execute(select(practice.c.outbox_paused)).scalar_one() is True
        assert connection.execute(select(appointment.c.sequence)).scalar_one() == 1000
    with Database(empty).begin() as unit:
        added = insert(metadata.tables["role"]).values(name="new")
        assert unit.connection.execute(added).inserted_primary_key is not None


def test_a_backup_is_replaced_as_a_whole_and_has_its_sum(filled: Database, saved: Path) -> None:
    digest = backup.back_up(filled.engine, saved)
    assert saved.with_name("backup.db.sha256").read_text() == f"{digest}  backup.db\n"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in saved.parent.glob("*backup*")) == ["backup.db", "backup.db.sha256"]


def refused(file: Path, engine: Engine) -> str:
    with pytest.raises(Invalid) as error:
        backup.restore(file, engine)
    return error.value.code


def test_a_database_with_something_in_it_is_not_written_over(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup.back_up(sqlite_database.engine, file)
    assert refused(file, sqlite_database.engine) == "database_not_empty"


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/blank.db")
    yield engine
    engine.dispose()
    assert not (tmp_path / "blank.db").exists()


def test_a_backup_that_was_altered_is_refused(sqlite_database: Database, tmp_path: Path, blank: Engine) -> None:
    file = tmp_path / "backup.db"
    backup.back_up(sqlite_database.engine, file)
    with file.open("ab") as opened:
        opened.write(b"x")
    assert refused(file, blank) == "backup_damaged"
    file.with_name("backup.db.sha256").write_bytes(b"\xff\xfe")
    assert refused(file, blank) == "backup_damaged"


def test_a_backup_with_lost_rows_is_refused(sqlite_database: Database, tmp_path: Path, blank: Engine) -> None:
    file = tmp_path / "backup.db"
    build(sqlite_database)
    backup.back_up(sqlite_database.engine, file)
    file.with_name("backup.db.sha256").unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM location")
    connection.close()
    assert refused(file, blank) == "backup_damaged"


def test_a_file_of_something_else_is_refused(tmp_path: Path, blank: Engine) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 99)
    assert refused(file, blank) == "backup_foreign"
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    assert refused(other, blank) == "backup_foreign"


def test_a_backup_of_a_newer_version_is_refused(sqlite_database: Database, tmp_path: Path, blank: Engine) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(text("UPDATE alembic_version SET version_num = '29990101_0001'"))
    file = tmp_path / "backup.db"
    backup.back_up(sqlite_database.engine, file)
    assert refused(file, blank) == "database_newer"


def test_a_restore_clears_away_what_an_older_database_left(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup.back_up(sqlite_database.engine, file)
    engine = open_engine(f"sqlite:///{tmp_path}/blank.db")
    (tmp_path / "blank.db-wal").write_bytes(b"left over")
    backup.restore(file, engine)
    schema.refuse_unready(engine)
    engine.dispose()
