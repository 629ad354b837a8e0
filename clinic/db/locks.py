"""Hold, then look: whoever decides about a resource locks it before reading.

PostgreSQL takes advisory transaction locks in sorted order (no deadlock between bookings); on SQLite the write
transaction itself is the lock.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

_HOLD = text("SELECT pg_advisory_xact_lock(21587, id) FROM unnest(CAST(:ids AS integer[])) AS id")


def hold(connection: Connection, resources: Iterable[int]) -> None:
    """Wait until nobody else decides about these resources; released by commit or rollback."""
    ids = sorted(set(resources))
    if ids and connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"ids": ids}).all()


_HOLD_NAME = text("SELECT pg_advisory_xact_lock(21588, hashtext(:name))")


def hold_name(connection: Connection, name: str) -> None:
    """Wait until nobody else decides about what is called so; released likewise."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD_NAME, {"name": name}).all()
