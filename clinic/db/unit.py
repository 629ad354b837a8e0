"""A unit of work: one transaction, the locks it holds, the ids it mints."""

import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from clinic.db import locks
from clinic.db.connect import READS, WRITES, turn_to_write
from clinic.domain.ids import Entropy, PublicId, new_public_id, new_secret, new_uid

P = ParamSpec("P")
T = TypeVar("T")

RETRIED = {"40P01", "40001", "55P03"}  # deadlock, serialisation, lock timeout: the transaction left no trace
TRIES = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """Handed to a use case; `connection` is passed on to `db` and used by nobody else.

    `host` ends the UIDs it mints; what is owed to somebody outside waits `hold_for` before it is sealed.
    """

    connection: Connection
    entropy: Entropy = field(repr=False)
    host: str
    hold_for: timedelta

    def hold(self, resources: Iterable[int]) -> None:
        locks.hold(self.connection, resources)

    def public_id(self) -> PublicId:
        return new_public_id(self.entropy)

    def uid(self) -> str:
        return new_uid(self.host, self.entropy)

    def secret(self) -> str:
        return new_secret(self.entropy)


class Begin(Protocol):
    """Opens a unit of work that writes; commits at the end of the block, rolls back when it raises."""

    def __call__(self, *, hold: Iterable[int] = ()) -> AbstractContextManager[Unit]: ...


class Read(Protocol):
    """Opens a unit of work that only reads: one state on SQLite, what each statement finds committed on PostgreSQL."""

    def __call__(self) -> AbstractContextManager[Unit]: ...


@dataclass(frozen=True, slots=True)
class Database:
    """Where units of work come from."""

    engine: Engine
    entropy: Entropy = field(default=secrets.token_bytes, repr=False)
    host: str = "clinic.invalid"
    hold_for: timedelta = timedelta(seconds=180)

    @contextmanager
    def begin(self, *, hold: Iterable[int] = ()) -> Iterator[Unit]:
        with turn_to_write(self.engine), self.engine.connect() as connection:
            connection = connection.execution_options(**{WRITES: True})
            with connection.begin():
                locks.hold(connection, hold)
                yield self._unit(connection)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        with self.engine.connect() as connection:
            connection = connection.execution_options(**READS[self.engine.dialect.name])
            with connection.begin():
                yield self._unit(connection)

    def _unit(self, connection: Connection) -> Unit:
        return Unit(connection, self.entropy, self.host, self.hold_for)


def retrying(use_case: Callable[P, T], *, pause: Callable[[float], None] = time.sleep) -> Callable[P, T]:
    """The use case, tried again with jitter when the database gave up a transaction that left no trace.

    A lost connection is not retried: its outcome is unknown, and only an idempotency key makes a second try safe.
    """

    @wraps(use_case)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, TRIES):
            try:
                return use_case(*args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in RETRIED:
                    raise
                pause(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - jitter, not a secret
        return use_case(*args, **kwargs)

    return tried
