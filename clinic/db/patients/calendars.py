"""Loading a patient for the placer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, select

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


_COLUMNS = (
    patient.c.id,
    patient.c.public_id,
    (patient.c.given_names + " " + patient.c.family_name).label("name"),
    patient.c.birth_on,
    resource.c.id.label("resource_id"),
    patient.c.deceased,
    patient.c.restricted_at,
    patient.c.extra_minutes,
    patient.c.preferences,
)


_PATIENT = select(*_COLUMNS).join(resource, and_(resource.c.kind == "patient", resource.c.owner_id == patient.c.id))


def load(connection: Connection, public_id: str) -> PatientTimes:
    """The patient with that public id. Raises NotFound."""
    row = connection.execute(_PATIENT.where(patient.c.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound("patient")
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
        _hours(connection, row.id),
        _away(connection, row.id),
    )


def _hours(connection: Connection, patient_id: int) -> tuple[WeeklyHours, ...]:
    hours = select(patient_hours.c.weekday, patient_hours.c.starts_minute, patient_hours.c.ends_minute)
    rows = connection.execute(hours.where(patient_hours.c.patient_id == patient_id))
    return tuple(WeeklyHours(*row) for row in rows)


def _away(connection: Connection, patient_id: int) -> tuple[tuple[date, date], ...]:
    days = select(patient_away.c.first_on, patient_away.c.last_on).where(patient_away.c.patient_id == patient_id)
    return tuple((row.first_on, row.last_on) for row in connection.execute(days))
