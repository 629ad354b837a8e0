"""Visits at times at which somebody turns out to be busy."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from clinic.db.tables.visits import appointment, segment
from clinic.domain.visits.visit import MOVABLE


class Clash(NamedTuple):
    """A visit that could still be moved, and the first busy stretch that it meets; ticks."""

    appointment_id: int
    visit: str
    patient_id: int
    starts: int
    ends: int


def clashes(connection: Connection, staff_id: int, spans: Sequence[tuple[int, int]], since: int) -> dict[int, Clash]:
    """Of somebody's visits from that tick on those that meet one of the spans, by key."""
    if not spans:
        return {}
    query = (
        select(
            appointment.c.id,
            appointment.c.public_id,
            appointment.c.patient_id,
            segment.c.starts_tick,
            segment.c.ends_tick,
        )
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .where(segment.c.staff_id == staff_id, segment.c.ends_tick > since)
        .where(appointment.c.status.in_([status.value for status in sorted(MOVABLE)]))
        .order_by(segment.c.starts_tick)
    )
    found: dict[int, Clash] = {}
    for id_, visit, patient_id, starts, ends in connection.execute(query):
        met = next((span for span in spans if span[0] < ends and starts < span[1]), None)
        if met is not None and id_ not in found:
            found[id_] = Clash(id_, visit, patient_id, *met)
    return found
