"""Courses of one protocol that a patient has at the same time."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.practice import location
from clinic.db.tables.visits import appointment
from clinic.domain.time import instant_of, local_date, zone


@dataclass(frozen=True, slots=True)
class Alike:
    """A course that is offered or under way. `begins_on` is the day of its first visit, or where it has none the first
    day on which one was looked for."""

    public_id: str
    begins_on: date


def alike(connection: Connection, patient_id: int, protocol_key: str) -> tuple[Alike, ...]:
    """Those of that protocol, whatever its version, in the order in which they were made."""
    first = (
        select(func.min(appointment.c.starts_tick))
        .join(plan_session, plan_session.c.id == appointment.c.session_id)
        .where(plan_session.c.plan_id == plan.c.id, appointment.c.status.not_in(["cancelled", "released"]))
        .scalar_subquery()
    )
    rows = connection.execute(
        select(plan.c.public_id, plan.c.earliest_on, location.c.tz, first.label("first"))
        .join(location, location.c.id == plan.c.location_id)
        .where(
            plan.c.patient_id == patient_id,
            plan.c.protocol_key == protocol_key,
            plan.c.status.in_(["offered", "active"]),
        )
        .order_by(plan.c.id)
    )
    return tuple(
        Alike(row.public_id, row.earliest_on if row.first is None else local_date(instant_of(row.first), zone(row.tz)))
        for row in rows
    )
