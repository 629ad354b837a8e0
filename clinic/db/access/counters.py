"""Counters that hold across processes and machines: hits in a window, by name."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, text

from clinic.db.tables.access import counter
from clinic.db.types import Instant

_ADD = text(
    """
    INSERT INTO counter (name, window_start, hits) VALUES (:name, :window_start, :by)
    ON CONFLICT (name, window_start) DO UPDATE SET hits = counter.hits + :by RETURNING hits
    """
).bindparams(bindparam("window_start", type_=Instant()))


def add(connection: Connection, name: str, window_start: datetime, by: int = 1) -> int:
    """Count, and say how many there are now in this window."""
    return int(connection.execute(_ADD, {"name": name, "window_start": window_start, "by": by}).scalar_one())


def forget(connection: Connection, before: datetime) -> None:
    """Delete the windows that began before that."""
    connection.execute(delete(counter).where(counter.c.window_start < before))
