"""Writing appointments and their segments. Only `services.apply` comes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from clinic.db.tables.visits import appointment, segment
from clinic.db.visits import claims
from clinic.domain.errors import Stale
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.visit import Stretch, Visit


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert appointments; their keys in the same order."""
    statement = insert(appointment).returning(appointment.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, list(rows)).scalars())


@dataclass(frozen=True, slots=True)
class Placed:
    """One stretch of one appointment."""

    appointment_id: int
    ordinal: int
    stretch: Stretch


def add_segments(connection: Connection, placed: Sequence[Placed]) -> list[int]:
    """Insert segments; their keys in the same order."""
    rows = [
        {
            "appointment_id": one.appointment_id,
            "ordinal": one.ordinal,
            "staff_id": one.stretch.staff_id,
            "room_id": one.stretch.room_id,
            "starts_tick": one.stretch.starts,
            "ends_tick": one.stretch.ends,
            "setup_ticks": one.stretch.setup,
            "cleanup_ticks": one.stretch.cleanup,
            "modalities": [modality.value for modality in one.stretch.modalities],
        }
        for one in placed
    ]
    statement = insert(segment).returning(segment.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def revise(connection: Connection, id_: int, seen: int, now: datetime, values: Mapping[str, Any]) -> None:
    """Change an appointment that still has version `seen`, and raise its version. Raises Stale."""
    note(connection, id_, seen, {"revised_at": now, **values})


def note(connection: Connection, id_: int, seen: int, values: Mapping[str, Any]) -> None:
    """The same for what is nobody's news outside: its calendar entries do not count as revised. Raises Stale."""
    changed = connection.execute(
        update(appointment)
        .where(appointment.c.id == id_, appointment.c.version == seen)
        .values(version=seen + 1, **values)
    )
    if changed.rowcount != 1:
        current = connection.execute(select(appointment.c.version).where(appointment.c.id == id_)).scalar_one()
        raise Stale("visit", seen=seen, current=current)


def _segments_of(connection: Connection, appointments: Sequence[int]) -> list[int]:
    """The keys of their segments, each appointment's in order."""
    query = select(segment.c.id).where(segment.c.appointment_id.in_(appointments))
    return list(connection.execute(query.order_by(segment.c.appointment_id, segment.c.ordinal)).scalars())


def give_back(connection: Connection, appointments: Sequence[int]) -> None:
    """Release the time of these appointments."""
    if appointments:
        claims.release(connection, _segments_of(connection, appointments))


def move_segments(connection: Connection, id_: int, stretches: Sequence[Stretch]) -> list[int]:
    """Put an appointment's segments, whose number stays, elsewhere and release their claims; the keys in order."""
    keys = _segments_of(connection, [id_])
    claims.release(connection, keys)
    for key, stretch in zip(keys, stretches, strict=True):
        values = {
            "staff_id": stretch.staff_id,
            "room_id": stretch.room_id,
            "starts_tick": stretch.starts,
            "ends_tick": stretch.ends,
            "setup_ticks": stretch.setup,
            "cleanup_ticks": stretch.cleanup,
        }
        connection.execute(update(segment).where(segment.c.id == key).values(values))
    return keys


def leave_out_needling(connection: Connection, visit: Visit) -> None:
    """The visit takes its time without its needling; where nothing else was planned, advice is given."""
    for key, stretch in zip(_segments_of(connection, [visit.id]), visit.stretches, strict=True):
        left = [modality.value for modality in stretch.modalities if not modality.needles]
        values = {"modalities": left or [Modality.EDUCATION.value]}
        connection.execute(update(segment).where(segment.c.id == key).values(values))
    connection.execute(update(appointment).where(appointment.c.id == visit.id).values(needles=False))
