"""Visits as somebody looks for them: whose is next, and who comes on a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from clinic.db.access.places import within
from clinic.db.patients.find import has
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import staff
from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.domain.access.actors import Places
from clinic.domain.patients.terms import Kind
from clinic.domain.time import at_wall, tick_floor, zone
from clinic.domain.visits.visit import GONE

AROUND = timedelta(days=1)
"""No zone's day reaches further from the day of UTC with the same date."""


@dataclass(frozen=True, slots=True)
class Line:
    """A visit as a choice; the patient always with the birth date."""

    public_id: str
    status: str
    starts: int
    tz: str
    patient: str
    birth_on: date
    therapist: str


def next_of(
    connection: Connection,
    patients: Collection[str],
    *,
    since: int,
    places: Places = None,
    without: Collection[int] = (),
) -> tuple[Line, ...]:
    """Of each of these patients (by public id) the next visit that ends after tick `since`, in the patients' order;
    here and below none of the visits `without`."""
    stands = and_(_stands(places), appointment.c.id.not_in(without))
    first = (
        select(func.min(appointment.c.starts_tick))
        .where(appointment.c.patient_id == patient.c.id, appointment.c.ends_tick > since, stands)
        .correlate(patient)
        .scalar_subquery()
    )
    query = _lines().where(patient.c.public_id.in_(patients), appointment.c.starts_tick == first, stands)
    found = {row.of: Line(*row[:-1]) for row in connection.execute(query.add_columns(patient.c.public_id.label("of")))}
    return tuple(found[each] for each in patients if each in found)


def on_day(
    connection: Connection,
    on: date,
    words: Sequence[str],
    *,
    most: int,
    places: Places = None,
    without: Collection[int] = (),
) -> tuple[Line, ...]:
    """The first visits of that local date whose patient has names that begin with these folded words."""
    named = (has(patient.c.id, (Kind.NAME, word)) for word in words)
    query = _lines().where(_on(on), _stands(places), appointment.c.id.not_in(without), *named)
    return tuple(Line(*row) for row in connection.execute(query.limit(most)))


def count_on(connection: Connection, on: date, places: Places = None, *, without: Collection[int] = ()) -> int:
    """How many visits there are."""
    there = _on(on), _stands(places), appointment.c.id.not_in(without)
    query = select(func.count()).select_from(appointment).where(*there)
    return int(connection.execute(query).scalar_one())


def _on(on: date) -> ColumnElement[bool]:
    """By the wall time that was promised; the ticks are what an index knows."""
    first, last = (tick_floor(at_wall(each, 0, zone("UTC"))) for each in (on - AROUND, on + 2 * AROUND))
    starts = appointment.c.starts_tick
    return and_(starts >= first, starts < last, appointment.c.wall.startswith(on.isoformat()))


def _stands(places: Places) -> ColumnElement[bool]:
    """At one of these places."""
    there = within(appointment.c.location_id, places)
    return and_(appointment.c.status.not_in(stored(GONE)), there)


def _lines() -> Select[Any]:
    leads = (
        select(staff.c.name)
        .join(segment, segment.c.staff_id == staff.c.id)
        .where(segment.c.appointment_id == appointment.c.id)
        .order_by(segment.c.ordinal)
        .limit(1)
        .correlate(appointment)
        .scalar_subquery()
    )
    return (
        select(
            appointment.c.public_id,
            appointment.c.status,
            appointment.c.starts_tick,
            appointment.c.tz,
            (patient.c.given_names + " " + patient.c.family_name).label("name"),
            patient.c.birth_on,
            func.coalesce(leads, ""),
        )
        .join(patient, patient.c.id == appointment.c.patient_id)
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
