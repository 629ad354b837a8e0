"""Lists to choose from."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from clinic.db.tables.practice import location, staff, staff_hours


@dataclass(frozen=True, slots=True)
class LocationLine:
    """A location in a list."""

    id: int
    public_id: str
    name: str
    tz: str


def locations(connection: Connection) -> tuple[LocationLine, ...]:
    """Every location, in the order in which they were added."""
    query = select(location.c.id, location.c.public_id, location.c.name, location.c.tz).order_by(location.c.id)
    return tuple(LocationLine(*row) for row in connection.execute(query))


def therapists(connection: Connection, location_public_id: str) -> tuple[tuple[str, str], ...]:
    """(public id, name) of everybody who works there, in the practice's order."""
    working = select(staff_hours.c.staff_id).join(location).where(location.c.public_id == location_public_id)
    query = select(staff.c.public_id, staff.c.name).where(staff.c.active, staff.c.id.in_(working))
    return tuple((row[0], row[1]) for row in connection.execute(query.order_by(staff.c.position, staff.c.name)))
