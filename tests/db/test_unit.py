from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError

from clinic.db import connect
from clinic.db.access.idempotency import Once, earlier, keep
from clinic.db.connect import QUIET_SECONDS, open_engine, parse_url
from clinic.db.tables.access import role
from clinic.db.unit import TRIES, Database, retrying
from clinic.domain.errors import ClinicError, Invalid, NotFound
from tests.world import NOW


def test_a_unit_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin(hold=[3, 1, 2, 1]) as unit:
        unit.connection.execute(insert(role).values(name="x"))
        raise RuntimeError
    with database.read() as unit:
        assert unit.connection.execute(select(role)).all() == []


def test_a_unit_that_ends_well_is_committed(database: Database) -> None:
    with database.begin() as unit:
        unit.hold([7])
        unit.connection.execute(insert(role).values(name="x"))
    with database.read() as unit:
        assert len(unit.connection.execute(select(role)).all()) == 1


def test_a_unit_mints_ids_that_differ(sqlite_database: Database) -> None:
    with sqlite_database.read() as unit:
        assert unit.public_id() != unit.public_id()
        assert unit.uid().endswith("@clinic.invalid")
        assert len(unit.secret()) == 43


def test_what_no_text_may_hold_is_the_senders_fault_and_nothing_is_left(database: Database) -> None:
    for word in ("a", "a\0b"):
        with suppress(ClinicError), database.begin() as unit:
            unit.connection.execute(insert(role).values(name="x"))
            unit.connection.execute(select(role).where(role.c.name == word)).one_or_none()
            raise NotFound("role")
    with database.read() as unit:
        assert unit.connection.execute(select(role)).all() == []


def test_a_form_that_is_sent_twice_at_once_waits_for_itself(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    database, once = Database(engine), Once("desk", "key", "digest")
    with database.begin() as first:
        assert earlier(first.connection, once) is None
        with pytest.raises(OperationalError, match="lock timeout"), database.begin() as second:
            second.connection.execute(text("SET LOCAL lock_timeout = 1"))
            earlier(second.connection, once)
        with database.begin() as other:
            assert earlier(other.connection, replace(once, key="other")) is None
        keep(first.connection, once, "there", now=NOW)
    with database.begin() as second:
        assert earlier(second.connection, once) == "there"
    engine.dispose()


class Deadlock(Exception):
    sqlstate = "40P01"


def test_a_deadlock_is_tried_again_and_then_given_up() -> None:
    pauses: list[float] = []
    calls: list[int] = []

    def deadlocks() -> None:
        calls.append(1)
        raise OperationalError("select", {}, Deadlock())

    with pytest.raises(OperationalError):
        retrying(deadlocks, pause=pauses.append)()
    assert (len(calls), len(pauses)) == (TRIES, TRIES - 1)


def test_a_deadlock_that_passes_is_not_seen() -> None:
    calls: list[int] = []

    def once(answer: int) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("select", {}, Deadlock())
        return answer

    assert retrying(once, pause=lambda _: None)(5) == 5


def test_a_lost_connection_is_not_tried_again() -> None:
    calls: list[int] = []

    def lost() -> None:
        calls.append(1)
        raise OperationalError("select", {}, Exception("gone"))

    with pytest.raises(OperationalError):
        retrying(lost)()
    assert len(calls) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://u@h:port/d",
        "postgresql://u@[::1/d",
    ],
)
def test_a_database_that_we_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_url(url)
    assert refused.value.code == "database_url"


def test_a_relative_path_begins_where_one_is_and_stays_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = open_engine("sqlite:///clinic.db")
    monkeypatch.chdir("/")
    assert engine.url.database == str(tmp_path / "clinic.db")


def test_the_short_postgres_address_is_understood() -> None:
    assert parse_url("postgresql://u@h/d").drivername == "postgresql+psycopg"
    engine = open_engine("postgresql://u@h/d")
    assert engine.dialect.name == "postgresql"


def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The connections that are asked whether they are there."""
    found: list[object] = []
    ask = database.engine.dialect.do_ping
    monkeypatch.setattr(database.engine.dialect, "do_ping", lambda raw: (found.append(raw), ask(raw))[1])
    return found


def read(database: Database) -> None:
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_connection_that_rested_long_is_asked_whether_it_is_there(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(postgres_url)
    database = Database(engine)
    found = asked(database, monkeypatch)
    read(database)
    read(database)
    assert not found
    clock = connect.monotonic() + QUIET_SECONDS + 1
    monkeypatch.setattr(connect, "monotonic", lambda: clock)
    read(database)
    assert len(found) == 1
    engine.dispose()


def test_connections_that_the_server_closed_are_made_anew(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, other = open_engine(postgres_url), open_engine(postgres_url)
    database = Database(engine)
    found = asked(database, monkeypatch)
    read(database)
    with other.connect() as connection:
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{ended} AND datname = current_database()")).all()
    read(database)
    assert len(found) == 1
    engine.dispose()
    other.dispose()
