"""Bringing a database to this version's schema, and knowing whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from clinic import resources
from clinic.db import guards
from clinic.db.connect import WRITES, turn_to_write
from clinic.domain.errors import Invalid


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """The revision this version of the software works with."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None  # noqa: S101 - the migrations ship with the package
    return found


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, target: str = "head") -> None:
    """Migrate to `target` in one transaction; nothing changes when a step fails or a guard is missing afterwards.

    SQLite: a copy is kept beside the file first when it holds anything. Raises Invalid(database_newer) for a
    database that a later version of the software wrote.
    """
    with turn_to_write(engine), engine.connect() as connection:
        current = revision(connection)
        _refuse_newer(current)
        connection.rollback()
        sqlite = engine.dialect.name == "sqlite"
        if sqlite and current not in (None, head()):
            _keep_copy(connection, str(engine.url.database), str(current))
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(**{WRITES: True}).begin():
                command.upgrade(_config(connection), target)
                _verify(connection, sqlite=sqlite)
        finally:
            if sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _refuse_newer(current: str | None) -> None:
    if current is not None and current not in _known():
        raise Invalid("database_newer", found=current, known=head())


def _keep_copy(connection: Connection, path: str, current: str) -> None:
    copy = Path(f"{path}.before-{head()}-from-{current}")
    if not copy.exists():
        connection.connection.execute("VACUUM INTO ?", (str(copy),))


def _verify(connection: Connection, *, sqlite: bool) -> None:
    gone = guards.missing(connection)
    if gone and revision(connection) == head():
        raise Invalid("guard_missing", guards=", ".join(gone))
    if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise Invalid("foreign_key_check")


def refuse_unready(engine: Engine) -> None:
    """Raise Invalid unless the schema is this version's and every guard is in place: nobody serves without them."""
    refuse_absent(engine)
    with engine.connect() as connection:
        refuse_unready_state(connection)


def refuse_absent(engine: Engine) -> None:
    """Raise Invalid(database_behind) where there is no file yet: SQLite would make an empty one of a mistyped path."""
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if path is not None and not Path(path).exists():
        raise Invalid("database_behind", found="-", known=head())


def refuse_unready_state(connection: Connection) -> None:
    """The same, inside a transaction that is open already."""
    current = revision(connection)
    _refuse_newer(current)
    if current != head():
        raise Invalid("database_behind", found=current or "-", known=head())
    gone = guards.missing(connection)
    if gone:
        raise Invalid("guard_missing", guards=", ".join(gone))
