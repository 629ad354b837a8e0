"""Lists to choose from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from clinic.db.access.places import within
from clinic.db.tables.practice import location, room, staff, staff_hours
from clinic.domain.access.actors import Places


@dataclass(frozen=True, slots=True)
class LocationLine:
    """A location in a list."""

    id: int
    public_id: str
    name: str
    tz: str
    code: str


def locations(connection: Connection, places: Places = None) -> tuple[LocationLine, ...]:
    """Every location, or these alone, in the order in which they were added."""
    columns = (location.c.id, location.c.public_id, location.c.name, location.c.tz, location.c.code)
    query = select(*columns).where(within(location.c.id, places)).order_by(location.c.id)
    return tuple(LocationLine(*row) for row in connection.execute(query))


def therapists(connection: Connection, location_public_id: str) -> tuple[tuple[str, str], ...]:
    """(public id, name) of everybody who works there, in the practice's order."""
    working = select(staff_hours.c.staff_id).join(location).where(location.c.public_id == location_public_id)
    query = select(staff.c.public_id, staff.c.name).where(staff.c.active, staff.c.id.in_(working))
    return tuple((row[0], row[1]) for row in connection.execute(query.order_by(staff.c.position, staff.c.name)))


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in a list, with its location's public id, name and zone."""

    public_id: str
    code: str
    name: str
    location: str
    place: str
    tz: str


def staff_names(connection: Connection, staff_ids: Collection[int]) -> Mapping[int, str]:
    """What each of them is called, by key."""
    rows = connection.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(staff_ids)))
    return {row.id: row.name for row in rows}


def rooms(connection: Connection, places: Places = None) -> tuple[RoomLine, ...]:
    """Every room in use, or those at these locations, in the practice's orders."""
    query = (
        select(room.c.public_id, room.c.code, room.c.name, location.c.public_id, location.c.name, location.c.tz)
        .join(location, location.c.id == room.c.location_id)
        .where(room.c.active, within(location.c.id, places))
        .order_by(location.c.id, room.c.position, room.c.name)
    )
    return tuple(RoomLine(*row) for row in connection.execute(query))


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Somebody and a location where he has hours."""

    public_id: str
    code: str
    name: str
    location: str


def work(connection: Connection, places: Places = None) -> tuple[WorkLine, ...]:
    """Everybody active at every location where he works, or at these alone, in the practice's orders; locations by
    public id."""
    query = (
        select(staff.c.public_id, staff.c.code, staff.c.name, location.c.public_id, staff.c.position, location.c.id)
        .join(staff_hours, staff_hours.c.staff_id == staff.c.id)
        .join(location, location.c.id == staff_hours.c.location_id)
        .where(staff.c.active, within(location.c.id, places))
        .order_by(staff.c.position, staff.c.name, location.c.id)
        .distinct()
    )
    return tuple(WorkLine(*row[:4]) for row in connection.execute(query))


@dataclass(frozen=True, slots=True)
class Contact:
    """How a location is reached, and whom to call in an emergency there."""

    name: str
    address: str
    phone: str
    emergency_number: str
    tz: str


def contact(connection: Connection, location_id: int) -> Contact:
    """Of a location that is there."""
    columns = (location.c.name, location.c.address, location.c.phone, location.c.emergency_number, location.c.tz)
    return Contact(*connection.execute(select(*columns).where(location.c.id == location_id)).one())
