"""Opening a database: one place knows how SQLite and PostgreSQL are set up.

SQLite runs in WAL mode with full synchronisation; a write begins IMMEDIATE and writers queue on a file lock, which
makes
their waiting fair. PostgreSQL runs READ COMMITTED: locks are taken before anything is read (see `locks`).
"""

import fcntl
import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from clinic.domain.errors import Invalid

WRITES = "clinic_writes"


def parse_url(url: str) -> URL:
    """The database's address with the driver we use; a relative path begins where we were started. Raises
    Invalid(database_url)."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        raise Invalid("database_url", field="CLINIC_DATABASE_URL") from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite", database=str(Path(parsed.database).absolute()))
    raise Invalid("database_url", field="CLINIC_DATABASE_URL")


READS = {"sqlite": {}, "postgresql": {"isolation_level": "AUTOCOMMIT"}}
"""How a connection that only reads is set. At READ COMMITTED each statement sees what is committed when it begins, in a
transaction or not; without one, two ways to the database are saved. SQLite's transaction is a snapshot."""


def open_engine(url: str, *, pool_size: int = 8, durable: bool = True) -> Engine:
    """An engine for that address; nothing is connected yet. Its errors leave out the values: logs hold no names.

    Unless `durable`, SQLite does not wait for the disk: for a database that is filled anew when the machine fails.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, connect_args={"isolation_level": None, "timeout": 10}, pool_size=pool_size, hide_parameters=True
        )
        event.listen(engine, "handle_error", _name_foreign)
        event.listen(engine, "connect", _prepare_sqlite)
        if not durable:
            event.listen(engine, "connect", _hurry_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    engine = create_engine(parsed, pool_size=pool_size, connect_args={"options": options}, hide_parameters=True)
    event.listen(engine, "handle_error", _name_unkept)
    _ask_whether_there(engine)
    return engine


QUIET_SECONDS = 30
"""A connection that rested longer is asked whether it is still there: a firewall may have dropped it in silence."""


def _ask_whether_there(engine: Engine) -> None:
    """Ask before a connection is used again, where there may be doubt; a way to the database each time is dear."""

    def rested(_raw: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["rests_since"] = monotonic()

    def woken(raw: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        since = entry.info.get("rests_since")
        if since is None:
            return
        try:
            if monotonic() - since > QUIET_SECONDS or _heard_from(raw):
                engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", rested)
    event.listen(engine, "checkout", woken)


def _heard_from(raw: Any) -> bool:
    """Whether the server said something unasked: that it is gone, mostly."""
    poll = select.poll()
    poll.register(raw.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _name_foreign(context: ExceptionContext) -> None:
    """Raise Invalid(database_foreign) of a file that is something else: no later try would find it otherwise."""
    if getattr(context.original_exception, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        raise Invalid("database_foreign", field="CLINIC_DATABASE_URL")


def _name_unkept(context: ExceptionContext) -> None:
    """Raise Invalid(text_unkept) of a text that PostgreSQL takes nowhere, not even to look for it: whoever sent it can
    change it. The driver says so in words alone."""
    if "cannot contain NUL" in str(context.original_exception):
        raise Invalid("text_unkept")


def _prepare_sqlite(raw: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        raw.execute(f"PRAGMA {pragma}")


def _hurry_sqlite(raw: Any, _record: object) -> None:
    raw.execute("PRAGMA synchronous=OFF")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def turn_to_write(engine: Engine) -> Iterator[None]:
    """Wait for this host's turn to write: SQLite has one writer, and its own waiting starves the unlucky."""
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if path is None:
        yield
        return
    with Path(f"{path}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
