"""The claims that hold time: written here and nowhere else, refused by the database when they overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from clinic.db.tables.visits import claim
from clinic.domain.errors import SlotTaken


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One resource, held for a half-open range of ticks by one segment of a visit."""

    resource_id: int
    starts: int
    ends: int
    segment_id: int


_POSTGRESQL = text(
    """
    INSERT INTO claim (resource_id, starts, ends, segment_id, active)
    SELECT resource_id, starts, ends, segment_id, true FROM unnest(
        CAST(:resources AS bigint[]), CAST(:starts AS integer[]), CAST(:ends AS integer[]), CAST(:segments AS bigint[])
    ) AS given (resource_id, starts, ends, segment_id)
    ON CONFLICT DO NOTHING RETURNING id
    """
)


def take(connection: Connection, claims: Iterable[Claim]) -> None:
    """Hold the time, all or nothing, in sorted order so that bookings do not deadlock. Raises SlotTaken.

    After SlotTaken the transaction must be rolled back.
    """
    rows = sorted(claims)
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _take_postgresql(connection, rows)
    else:
        _take_sqlite(connection, rows)


def _take_postgresql(connection: Connection, rows: Sequence[Claim]) -> None:
    given = {
        "resources": [row.resource_id for row in rows],
        "starts": [row.starts for row in rows],
        "ends": [row.ends for row in rows],
        "segments": [row.segment_id for row in rows],
    }
    if len(connection.execute(_POSTGRESQL, given).all()) < len(rows):
        raise SlotTaken


def _take_sqlite(connection: Connection, rows: Sequence[Claim]) -> None:
    values = [
        {
            "resource_id": row.resource_id,
            "starts": row.starts,
            "ends": row.ends,
            "segment_id": row.segment_id,
            "active": True,
        }
        for row in rows
    ]
    try:
        connection.execute(insert(claim), values)
    except DBAPIError as error:
        if "double_booking" in str(error.orig):
            raise SlotTaken from error
        raise


def release(connection: Connection, segments: Sequence[int]) -> None:
    """Give the time of these segments back; the rows stay as history."""
    connection.execute(update(claim).where(claim.c.segment_id.in_(segments), claim.c.active).values(active=False))


def overlaps(connection: Connection) -> Sequence[tuple[int, int, int]]:
    """(resource, claim, claim) for active claims that overlap, found without the guard; empty unless it failed."""
    this, that = claim.alias("this"), claim.alias("that")
    query = select(this.c.resource_id, this.c.id, that.c.id).where(
        this.c.resource_id == that.c.resource_id,
        this.c.id < that.c.id,
        this.c.active,
        that.c.active,
        this.c.starts < that.c.ends,
        that.c.starts < this.c.ends,
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]
