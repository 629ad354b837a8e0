"""Loading a patient for the placer, and the location he comes to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, cast, exists, or_, select

from clinic.db.practice.calendars import AT_LOCATION, HEAD, IS_LOCATION, as_of
from clinic.db.tables.patients import patient, patient_away, patient_hours, patient_relation
from clinic.db.tables.practice import resource
from clinic.domain.errors import NotFound
from clinic.domain.patients.preferences import Preferences, preferences_from
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.site import Site


@dataclass(frozen=True, slots=True)
class PatientTimes:
    """When a patient can come and what he wishes; no hours means at any time. `resource_id` is how his time is held;
    `accompanied`, whether a relative comes back to back with him."""

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
    accompanied: bool = False


_HOURS = (patient_hours.c.weekday, patient_hours.c.starts_minute, patient_hours.c.ends_minute)
_AWAY = (patient_away.c.first_on, patient_away.c.last_on)
_SAID = (
    patient.c.id,
    patient.c.public_id,
    (patient.c.given_names + " " + patient.c.family_name).label("name"),
    patient.c.birth_on,
    resource.c.id.label("resource_id"),
    patient.c.deceased,
    patient.c.restricted_at,
    patient.c.extra_minutes,
    cast(patient.c.preferences, Text),
    exists()
    .where(
        patient_relation.c.back_to_back,
        or_(patient_relation.c.patient_id == patient.c.id, patient_relation.c.relative_id == patient.c.id),
    )
    .correlate(patient)
    .label("accompanied"),
)
_BOTH = {
    type_: select(*_HOURS, *_AWAY, *_SAID, *HEAD)
    .select_from(
        AT_LOCATION.outerjoin(patient, patient.c.public_id == bindparam("patient"))
        .outerjoin(resource, and_(resource.c.kind == "patient", resource.c.owner_id == patient.c.id))
        .outerjoin(patient_hours, patient_hours.c.patient_id == patient.c.id)
        .outerjoin(patient_away, patient_away.c.patient_id == patient.c.id)
    )
    .where(meant)
    .order_by(patient_hours.c.id, patient_away.c.id)
    for type_, meant in IS_LOCATION.items()
}
"""A row for each of his hours with each of his days away: few, and one way to the database instead of four."""
_PERSON, _SITE = len(_HOURS) + len(_AWAY), len(_HOURS) + len(_AWAY) + len(_SAID)

_weekly = lru_cache(maxsize=4096)(WeeklyHours)


@lru_cache(maxsize=1024)
def _wishes(document: str) -> Preferences:
    return preferences_from(json.loads(document))


def at_site(
    connection: Connection, location: int | str, public_id: str, *, since: datetime
) -> tuple[Site, PatientTimes]:
    """The location, by its key or its public id or code, and the patient with that public id.

    The site is as `practice.calendars.load` has it: one statement for both while nothing of it changed. Raises
    NotFound.
    """
    rows = connection.execute(_BOTH[type(location)], {"location": location, "patient": public_id}).all()
    if not rows:
        raise NotFound("location")
    person = rows[0][_PERSON:_SITE]
    if person[0] is None:
        raise NotFound("patient")
    return as_of(connection, rows[0][_SITE:], since=since), _times(person, rows)


def _times(person: Sequence[Any], rows: Sequence[Sequence[Any]]) -> PatientTimes:
    id_, public_id, name, birth_on, resource_id, deceased, restricted_at, extra_minutes, preferences, together = person
    hours = dict.fromkeys(tuple(each[: len(_HOURS)]) for each in rows)
    away = dict.fromkeys(tuple(each[len(_HOURS) : _PERSON]) for each in rows)
    return PatientTimes(
        id_,
        public_id,
        name.strip(),
        birth_on,
        resource_id,
        deceased,
        restricted_at is not None,
        extra_minutes,
        _wishes(preferences),
        tuple(_weekly(*each) for each in hours if each[0] is not None),
        tuple((first, last) for first, last in away if first is not None),
        bool(together),
    )
