"""What one test's database leaves to the next: statements that are compiled, and open connections to PostgreSQL.

No test can tell: a compiled statement holds no values, and a connection is as new before it is used again.
"""

import os
import select
from typing import Any

from psycopg import Error
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

COMPILED: dict[Any, Any] = {}
KEPT: dict[tuple[int, str], list[Any]] = {}
"""By process and database, for those that are used again."""


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
