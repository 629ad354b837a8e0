"""The wall times that patients were promised."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.visits.visit import MOVABLE


@dataclass(frozen=True, slots=True)
class Promise:
    """A visit ahead and what was said of its start: wall time, which of two equal ones, by which zone data."""

    id: int
    public_id: str
    version: int
    patient_id: int
    patient: str
    starts: int
    tz: str
    wall: str
    fold: int
    tzdata: str


def ahead(connection: Connection, tick: int) -> tuple[Promise, ...]:
    """Of every visit that can still be moved and starts after the tick, in order of start."""
    return _promises(connection, appointment.c.starts_tick > tick)


def of(connection: Connection, public_ids: Collection[str]) -> tuple[Promise, ...]:
    """Of those of these visits that can still be moved, in order of start."""
    return _promises(connection, appointment.c.public_id.in_(sorted(public_ids)))


def _promises(connection: Connection, which: ColumnElement[bool]) -> tuple[Promise, ...]:
    query = (
        select(
            appointment.c.id,
            appointment.c.public_id,
            appointment.c.version,
            appointment.c.patient_id,
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
            appointment.c.starts_tick.label("starts"),
            appointment.c.tz,
            appointment.c.wall,
            appointment.c.fold,
            appointment.c.tzdata,
        )
        .join(patient, patient.c.id == appointment.c.patient_id)
        .where(which, appointment.c.status.in_(stored(MOVABLE)))
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    return tuple(Promise(**row) for row in connection.execute(query).mappings())
