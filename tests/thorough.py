"""What `make test` leaves to `make check`, so that whoever changes something waits less than a minute.

A file of tests says the main thing first. Where tests need a database `make test` runs the first three of a file, its
first case each; what runs on both databases does so on either in turn. What needs none is run, but for what says itself
that it is thorough. `make check` runs everything.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

FIRST = 3
BOTH = ("sqlite", "postgresql")
NEEDS_DATABASE = {"database_url", "sqlite_url", "postgres_url"}


class Case(NamedTuple):
    """A case of a test that needs a database; `database` is empty where it asks for the same one in all its cases."""

    file: Path
    test: str
    database: str = ""


def first(cases: Iterable[Case]) -> Iterator[bool]:
    """Whether each of them, in the order of their files, is among the first."""
    tests, taken = dict[Path, list[str]](), set[tuple[Path, str]]()
    for case in cases:
        before = tests.setdefault(case.file, [])
        if case.test not in before:
            before.append(case.test)
        place = before.index(case.test)
        meant = place < FIRST and case.database in ("", BOTH[place % 2]) and (case.file, case.test) not in taken
        if meant:
            taken.add((case.file, case.test))
        yield meant


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark what is not among the first."""
    needing = [item for item in items if isinstance(item, pytest.Function) and NEEDS_DATABASE & {*item.fixturenames}]
    for item, meant in zip(needing, first(_case(item) for item in needing), strict=True):
        if not meant:
            item.add_marker(pytest.mark.thorough)


def _case(item: pytest.Function) -> Case:
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return Case(item.path, item.originalname, str(given.get("database_url", "")))
