"""What one test's database leaves to the next: statements that are compiled, what fills an empty database, and open
connections to PostgreSQL.

No test can tell: a compiled statement holds no values, an empty database is filled by the very statements that filled
the one before, and a connection is as new before it is used again.
"""

import os
import select
from collections.abc import Callable
from typing import Any, TypeVar, cast

from psycopg import ClientCursor, Error
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

COMPILED: dict[Any, Any] = {}
KEPT: dict[tuple[int, str], list[Any]] = {}
"""By process and database, for those that are used again."""
Fill = TypeVar("Fill")
Said = tuple[str, Any, bool]
"""A statement, its values, and whether it is said once for each of them."""
FILLED: dict[tuple[str, Callable[[Connection], Any]], tuple[Any, list[Said]]] = {}
"""By kind of database and what fills it: what that came to, and everything that was said to write it."""


def again(connection: Connection, fill: Callable[[Connection], Fill]) -> Fill:
    """Fill an empty database, with always the same; from the second on, with the first one's statements at once."""
    known = FILLED.get((connection.dialect.name, fill))
    if known is None:
        said: list[Said] = []
        filled = _listened_to(connection, fill, said)
        FILLED[connection.dialect.name, fill] = filled, _at_once(connection, said)
        return filled
    filled, statements = known
    cursor = cast("Any", connection.connection.driver_connection).cursor()
    for statement, values, each in statements:
        (cursor.executemany if each else cursor.execute)(statement, values)
    cursor.close()
    return cast("Fill", filled)


def _listened_to(connection: Connection, fill: Callable[[Connection], Fill], said: list[Said]) -> Fill:
    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, each: bool) -> None:
        if not statement.startswith("SELECT"):
            said.append((statement, values, each))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        return fill(connection)
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def _at_once(connection: Connection, said: list[Said]) -> list[Said]:
    """PostgreSQL is told everything in one message, with the values in it."""
    if connection.dialect.name == "sqlite":
        return said
    writer = ClientCursor(cast("Any", connection.connection.driver_connection))
    told = [(statement, one) for statement, values, each in said for one in (values if each else [values])]
    return [("; ".join(writer.mogrify(statement, one) for statement, one in told), None, False)]


class _Alike:
    """Dialects of a kind are equal: what was compiled for one database is found for another."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=COMPILED)


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class Postgres(_Alike, PGDialect_psycopg):
    supports_statement_cache = True

    def connect(self, *args: Any, **params: Any) -> Any:
        kept = KEPT.get((os.getpid(), params.get("dbname", "")), [])
        while kept:
            raw = kept.pop()
            if _is_quiet(raw):
                return raw
            raw.close()
        return super().connect(*args, **params)

    def do_close(self, dbapi_connection: Any) -> None:
        kept = KEPT.get((os.getpid(), dbapi_connection.info.dbname))
        if kept is not None and _is_made_new(dbapi_connection):
            kept.append(dbapi_connection)
        else:
            dbapi_connection.close()


def _is_quiet(raw: Any) -> bool:
    """Whether the server said nothing unasked: that it is gone, mostly."""
    poll = select.poll()
    poll.register(raw.fileno(), select.POLLIN)
    return not poll.poll(0)


def _is_made_new(raw: Any) -> bool:
    """Whether nothing is left of what was set, locked, prepared and begun."""
    try:
        raw.rollback()
        raw.isolation_level = None
        raw.autocommit = True
        raw.execute("DISCARD ALL")
        raw.autocommit = False
    except Error:
        return False
    return True


def keep(name: str) -> None:
    """Keep the connections to that database open from here on."""
    KEPT[os.getpid(), name] = []


def leave(name: str) -> None:
    """Close them: it is going to be dropped."""
    for raw in KEPT.pop((os.getpid(), name), []):
        raw.close()


registry.register("sqlite.pysqlite", __name__, "Sqlite")
registry.register("postgresql.psycopg", __name__, "Postgres")
