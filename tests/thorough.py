"""What `make test` leaves to `make check`, so that whoever changes something waits less than a minute.

A file of tests says the main thing first. Where tests need a database `make test` runs the first of a file, its first
case; of the files whose tests run on both databases, every other on either. What needs none is run, but for what says
itself that it is thorough. `make check` runs everything.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

BOTH = ("sqlite", "postgresql")
NEEDS_DATABASE = {"database_url", "sqlite_url", "postgres_url"}


class Case(NamedTuple):
    """A case of a test that needs a database; `database` is empty where it asks for the same one in all its cases."""

    file: Path
    test: str
    database: str = ""


def first(cases: Iterable[Case]) -> Iterator[bool]:
    """Whether each of them, in the order of their files, is the first of its own."""
    lead, taken = dict[Path, str](), set[Path]()
    for case in cases:
        leads = lead.setdefault(case.file, case.test) == case.test and case.file not in taken
        meant = leads and case.database in ("", BOTH[len(lead) % 2])
        if meant:
            taken.add(case.file)
        yield meant


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark what is not the first of its file."""
    needing = [item for item in items if isinstance(item, pytest.Function) and NEEDS_DATABASE & {*item.fixturenames}]
    for item, meant in zip(needing, first(_case(item) for item in needing), strict=True):
        if not meant:
            item.add_marker(pytest.mark.thorough)


def _case(item: pytest.Function) -> Case:
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return Case(item.path, item.originalname, str(given.get("database_url", "")))
