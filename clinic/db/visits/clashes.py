"""Visits at times at which somebody turns out to be busy."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.domain.visits.visit import MOVABLE


class Clash(NamedTuple):
    """A visit that could still be moved, and the first busy stretch that it meets, with what adjoins it; ticks."""

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
        .where(appointment.c.status.in_(stored(MOVABLE)))
        .order_by(segment.c.starts_tick)
    )
    joined = _joined(spans)
    ends_of = [last for _, last in joined]
    found: dict[int, Clash] = {}
    for id_, visit, patient_id, starts, ends in connection.execute(query):
        at = bisect_left(ends_of, starts + 1)
        if id_ not in found and at < len(joined) and joined[at][0] < ends:
            found[id_] = Clash(id_, visit, patient_id, *joined[at])
    return found


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time in stretches that neither overlap nor touch, by start."""
    found: list[tuple[int, int]] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found
