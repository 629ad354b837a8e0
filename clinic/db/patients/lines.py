"""What a list of patients says of each beside the name: the next visit, the course."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from clinic.db.tables.courses import plan
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.time import tick_floor
from clinic.domain.visits.visit import SHOWN


def next_visits(connection: Connection, patients: Collection[str], *, now: datetime) -> Mapping[str, tuple[int, str]]:
    """By public id the tick at which the next visit starts, and its zone; only those who have one."""
    query = (
        select(patient.c.public_id, appointment.c.starts_tick, appointment.c.tz)
        .join(appointment, appointment.c.patient_id == patient.c.id)
        .where(
            patient.c.public_id.in_(patients),
            appointment.c.ends_tick > tick_floor(now),
            appointment.c.status.in_(stored(SHOWN)),
        )
        .order_by(appointment.c.starts_tick.desc())
    )
    return {row.public_id: (row.starts_tick, row.tz) for row in connection.execute(query)}


def courses(connection: Connection, patients: Collection[str]) -> Mapping[str, str]:
    """By public id the titles of the courses that are running."""
    query = (
        select(patient.c.public_id, plan.c.title)
        .join(plan, plan.c.patient_id == patient.c.id)
        .where(patient.c.public_id.in_(patients), plan.c.status == "active")
        .order_by(plan.c.id)
    )
    found: dict[str, str] = {}
    for public_id, title in connection.execute(query):
        found[public_id] = f"{found[public_id]}, {title}" if public_id in found else title
    return found
