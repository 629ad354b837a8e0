"""A form that is sent twice acts once: its key is written with its effect, in one transaction. Sent twice at once, the
second waits for the first, whatever else they hold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from clinic.db import locks
from clinic.db.tables.access import idempotency_key
from clinic.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Once:
    """The key of a form as an actor sent it, with the SHA-256 of what it said."""

    actor: str
    key: str
    digest: str


def earlier(connection: Connection, once: Once | None) -> str | None:
    """Where the first sending led; None for a new form. Raises Invalid(key_reused) when it said something else."""
    if once is None:
        return None
    locks.hold_name(connection, f"{once.actor} {once.key}")
    row = connection.execute(
        select(idempotency_key.c.request_hash, idempotency_key.c.location).where(
            idempotency_key.c.actor == once.actor, idempotency_key.c.key == once.key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_hash != once.digest:
        raise Invalid("key_reused")
    return str(row.location)


def keep(connection: Connection, once: Once | None, location: str, *, now: datetime) -> None:
    """Remember where this sending led, a public id."""
    if once is not None:
        row = {"actor": once.actor, "key": once.key, "request_hash": once.digest, "location": location}
        connection.execute(insert(idempotency_key), {**row, "created_at": now})
