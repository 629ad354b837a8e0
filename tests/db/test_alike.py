"""What one test's database leaves to the next makes no difference to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine

from clinic.db.connect import open_engine
from clinic.db.tables import metadata
from clinic.db.unit import Database
from tests import alike, world
from tests.conftest import Pool


@contextmanager
def another(request: pytest.FixtureRequest, kind: str) -> Iterator[Engine]:
    """One more database of that kind."""
    if kind == "sqlite":
        path: Path = request.getfixturevalue("tmp_path") / "another.db"
        copyfile(request.getfixturevalue("sqlite_template"), path)
        engine = open_engine(f"sqlite:///{path}", durable=False)
        yield engine
        engine.dispose()
    else:
        pool: Pool = request.getfixturevalue("postgres_pool")
        name = pool.take()
        engine = open_engine(pool.address(name))
        yield engine
        engine.dispose()
        pool.give_back(name)


def rows(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        found = {table.name: connection.execute(table.select()).all() for table in metadata.sorted_tables}
    return {name: sorted(map(repr, each)) for name, each in found.items() if each}


@pytest.mark.thorough
def test_a_practice_filled_in_again_is_the_practice_that_was_filled_in_first(
    database: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "FILLED", {})
    first = world.build(database)
    with another(request, database.engine.dialect.name) as engine:
        assert world.build(Database(engine)) == first
        assert rows(engine) == rows(database.engine)
        with engine.begin() as connection:
            new = world.patient(connection, 3)
        with database.engine.begin() as connection:
            assert world.patient(connection, 3) == new
