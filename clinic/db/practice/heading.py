"""What the head of every page needs of the practice."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from clinic.db.tables.practice import location, practice
from clinic.domain.time import local_date, zone


class Heading(NamedTuple):
    """`name` is empty until the practice has one; `tz` is the first location's, UTC until it is `located`."""

    name: str = ""
    tz: str = "UTC"
    demo: bool = False
    outbox_paused: bool = False
    located: bool = False


def heading(connection: Connection) -> Heading:
    """Of the one practice; as it is made up before there is one."""
    row = connection.execute(select(practice.c.name, practice.c.demo, practice.c.outbox_paused)).first()
    tz = connection.execute(select(location.c.tz).order_by(location.c.id).limit(1)).scalar()
    if row is None:
        return Heading(tz=tz or "UTC", located=tz is not None)
    return Heading(row.name, tz or "UTC", row.demo, row.outbox_paused, tz is not None)


def today(connection: Connection, now: datetime) -> date:
    """The date where the practice is."""
    return local_date(now, zone(heading(connection).tz))
