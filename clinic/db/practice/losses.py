"""Absences and closures that are entered one at a time. The caller holds the resources."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from clinic.db.tables.practice import absence, closure, location, resource, room, staff

Stretch = tuple[datetime, datetime]


def lanes(connection: Connection, kind: str, owner_id: int) -> tuple[int, ...]:
    """Every resource of somebody or of a room; of a location those of its rooms."""
    query = select(resource.c.id).where(resource.c.kind == kind, resource.c.owner_id == owner_id)
    if kind == "location":
        there = select(room.c.id).where(room.c.location_id == owner_id)
        query = select(resource.c.id).where(resource.c.kind == "room", resource.c.owner_id.in_(there))
    return tuple(connection.execute(query.order_by(resource.c.id)).scalars())


def absences(connection: Connection, staff_id: int, starts_at: datetime, ends_at: datetime) -> list[Stretch]:
    """When he is away in that time already, by start."""
    query = select(absence.c.starts_at, absence.c.ends_at).where(
        absence.c.staff_id == staff_id, absence.c.starts_at < ends_at, absence.c.ends_at > starts_at
    )
    return [(row.starts_at, row.ends_at) for row in connection.execute(query.order_by(absence.c.starts_at))]


def be_away(
    connection: Connection, staff_id: int, kind: str, stretches: Sequence[Stretch], public_ids: Sequence[str]
) -> None:
    """Add absences, each with its public id."""
    rows = [
        {"public_id": public_id, "staff_id": staff_id, "kind": kind, "starts_at": starts_at, "ends_at": ends_at}
        for (starts_at, ends_at), public_id in zip(stretches, public_ids, strict=True)
    ]
    if rows:
        connection.execute(insert(absence), rows)
        connection.execute(update(staff).where(staff.c.id == staff_id).values(version=staff.c.version + 1))


def close(connection: Connection, location_id: int, room_id: int | None, days: tuple[date, date], name: str) -> bool:
    """Close a location, or one of its rooms, from the first to the last day; False where it is closed so already."""
    first, last = days
    here = closure.c.room_id.is_(None) if room_id is None else closure.c.room_id == room_id
    known = select(closure.c.id).where(
        closure.c.location_id == location_id, here, closure.c.first_on <= first, closure.c.last_on >= last
    )
    if connection.execute(known.limit(1)).first() is not None:
        return False
    row = {"location_id": location_id, "room_id": room_id, "first_on": first, "last_on": last, "name": name}
    connection.execute(insert(closure), row)
    table, key = (location, location_id) if room_id is None else (room, room_id)
    connection.execute(update(table).where(table.c.id == key).values(version=table.c.version + 1))
    return True


def location_of(connection: Connection, room_id: int) -> int:
    """Where a room is."""
    return int(connection.execute(select(room.c.location_id).where(room.c.id == room_id)).scalar_one())
