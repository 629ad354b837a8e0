"""Visits that took place, as a payer is billed for them."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, select

from clinic.db.access.places import within
from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.plans import plan_payer
from clinic.db.tables.practice import location, staff
from clinic.db.tables.visits import appointment, segment
from clinic.domain.access.actors import Places
from clinic.domain.visits.visit import joined


@dataclass(frozen=True, slots=True)
class Held:
    """A visit that took place: ticks of UTC; `payer` is empty where its patient pays, or where nobody said."""

    public_id: str
    tz: str
    starts: int
    ends: int
    patient_id: int
    family_name: str
    given_names: str
    born_on: date
    payer: str
    number: str
    location: str
    therapist: str
    modalities: tuple[str, ...]


_COLUMNS = (
    appointment.c.public_id,
    appointment.c.tz,
    appointment.c.starts_tick.label("starts"),
    appointment.c.ends_tick.label("ends"),
    appointment.c.patient_id,
    patient.c.family_name,
    patient.c.given_names,
    patient.c.birth_on.label("born_on"),
    plan_payer.c.payer,
    plan_payer.c.number,
    location.c.name.label("location"),
    staff.c.name.label("therapist"),
    segment.c.modalities,
)


def held(connection: Connection, first: int, last: int, places: Places = None) -> tuple[Held, ...]:
    """Those that began there in [first, last) ticks, by payer and start. One statement."""
    query = (
        select(*_COLUMNS)
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .join(patient, patient.c.id == appointment.c.patient_id)
        .join(location, location.c.id == appointment.c.location_id)
        .outerjoin(staff, staff.c.id == segment.c.staff_id)
        .outerjoin(plan_session, plan_session.c.id == appointment.c.session_id)
        .outerjoin(plan, plan.c.id == plan_session.c.plan_id)
        .outerjoin(plan_payer, plan_payer.c.plan_id == plan.c.id)
        .where(
            appointment.c.status == "done",
            appointment.c.starts_tick >= first,
            appointment.c.starts_tick < last,
            within(appointment.c.location_id, places),
        )
        .order_by(appointment.c.starts_tick, appointment.c.id, segment.c.ordinal)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    found = [_held(list(group)) for _, group in groupby(rows, key=lambda row: row["public_id"])]
    return tuple(sorted(found, key=lambda each: (each.payer.casefold(), each.payer, each.starts)))


def _held(rows: list[dict[str, object]]) -> Held:
    first = rows[0]
    whole = {
        "payer": first["payer"] or "",
        "number": first["number"] or "",
        "therapist": joined(row["therapist"] for row in rows) or "",  # type: ignore[misc] # names or none
        "modalities": tuple(dict.fromkeys(name for row in rows for name in row["modalities"])),  # type: ignore[attr-defined] # a list
    }
    return Held(**{**first, **whole})  # type: ignore[arg-type] # columns as the fields name them
