"""Loading a patient for the placer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, bindparam, select

from clinic.db.tables.patients import patient, patient_away, patient_hours
from clinic.db.tables.practice import resource
from clinic.domain.errors import NotFound
from clinic.domain.patients.preferences import Preferences, preferences_from
from clinic.domain.practice.hours import WeeklyHours


@dataclass(frozen=True, slots=True)
class PatientTimes:
    """When a patient can come and what he wishes; no hours means at any time. `resource_id` is how his time is held."""

    id: int
    public_id: str
    name: str
    birth_on: date
    resource_id: int
    deceased: bool
    restricted: bool
    extra_minutes: int
    preferences: Preferences
    hours: tuple[WeeklyHours, ...]
    away: tuple[tuple[date, date], ...]


_PATIENT = (
    select(
        patient.c.id,
        patient.c.public_id,
        (patient.c.given_names + " " + patient.c.family_name).label("name"),
        patient.c.birth_on,
        resource.c.id.label("resource_id"),
        patient.c.deceased,
        patient.c.restricted_at,
        patient.c.extra_minutes,
        patient.c.preferences,
        patient_hours.c.weekday,
        patient_hours.c.starts_minute,
        patient_hours.c.ends_minute,
        patient_away.c.first_on,
        patient_away.c.last_on,
    )
    .join(resource, and_(resource.c.kind == "patient", resource.c.owner_id == patient.c.id))
    .outerjoin(patient_hours, patient_hours.c.patient_id == patient.c.id)
    .outerjoin(patient_away, patient_away.c.patient_id == patient.c.id)
    .where(patient.c.public_id == bindparam("said"))
    .order_by(patient_hours.c.id, patient_away.c.id)
)
"""A row for each of his hours with each of his days away: few, and one way to the database instead of three."""


def load(connection: Connection, public_id: str) -> PatientTimes:
    """The patient with that public id. Raises NotFound."""
    rows = connection.execute(_PATIENT, {"said": public_id}).all()
    if not rows:
        raise NotFound("patient")
    row = rows[0]
    hours = dict.fromkeys((each.weekday, each.starts_minute, each.ends_minute) for each in rows)
    away = dict.fromkeys((each.first_on, each.last_on) for each in rows)
    return PatientTimes(
        row.id,
        row.public_id,
        row.name.strip(),
        row.birth_on,
        row.resource_id,
        row.deceased,
        row.restricted_at is not None,
        row.extra_minutes,
        preferences_from(row.preferences),
        tuple(WeeklyHours(*each) for each in hours if each[0] is not None),
        tuple(each for each in away if each[0] is not None),
    )
