"""Visits ahead, as the practice's hours judge them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from clinic.db.tables.practice import location, room, staff
from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.presence import Part, Standing
from clinic.domain.time import instant_of, tick_floor
from clinic.domain.visits.visit import OVER


def ahead(connection: Connection, *, now: datetime) -> tuple[Standing, ...]:
    """Every visit that ends after `now` and still holds time, in order of its start. One statement."""
    query = (
        select(
            appointment.c.public_id,
            appointment.c.targets,
            location.c.code.label("location"),
            staff.c.code.label("staff"),
            room.c.code.label("room"),
            segment.c.starts_tick,
            segment.c.ends_tick,
            segment.c.modalities,
        )
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .join(location, location.c.id == appointment.c.location_id)
        .outerjoin(staff, staff.c.id == segment.c.staff_id)
        .outerjoin(room, room.c.id == segment.c.room_id)
        .where(appointment.c.ends_tick > tick_floor(now), appointment.c.status.not_in(stored(OVER)))
        .order_by(appointment.c.starts_tick, appointment.c.id, segment.c.ordinal)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return tuple(_standing(list(group)) for _, group in groupby(rows, key=lambda row: row["public_id"]))


def _standing(rows: Sequence[Mapping[str, Any]]) -> Standing:
    regions = frozenset(Region(region) for region, _, _ in rows[0]["targets"])
    return Standing(rows[0]["public_id"], rows[0]["location"], tuple(_part(row) for row in rows), regions)


def _part(row: Mapping[str, Any]) -> Part:
    return Part(
        instant_of(row["starts_tick"]),
        instant_of(row["ends_tick"]),
        row["staff"],
        row["room"],
        tuple(Modality(name) for name in row["modalities"]),
    )
