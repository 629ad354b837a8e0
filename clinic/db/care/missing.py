"""Visits that are over and whose record nobody has signed."""

from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from clinic.db.tables.messages import task
from clinic.db.tables.records import record
from clinic.db.tables.visits import appointment


class Unrecorded(NamedTuple):
    """`version` is the visit's."""

    id: int
    uid: str
    version: int
    patient_id: int


def unrecorded(connection: Connection, kind: str, since: int, until: int) -> tuple[Unrecorded, ...]:
    """Those that began in ticks [since, until), by start, without those that a task of that kind is open about."""
    signed = exists().where(record.c.appointment_id == appointment.c.id, record.c.status == "signed")
    known = exists().where(task.c.appointment_id == appointment.c.id, task.c.kind == kind, task.c.state == "open")
    query = (
        select(appointment.c.id, appointment.c.uid, appointment.c.version, appointment.c.patient_id)
        .where(appointment.c.status == "done", appointment.c.starts_tick >= since, appointment.c.starts_tick < until)
        .where(~signed, ~known)
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    return tuple(Unrecorded(*row) for row in connection.execute(query))
