"""What the board asks beside its visits: whether anything on it changed, what is open about them, who is in the way."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from clinic.db.tables.access import audit
from clinic.db.tables.care import consent, screening
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice, room, staff
from clinic.db.tables.records import adverse_event, record
from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.db.visits import pending
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.visit import EXPECTED, GIVEN_UP, GONE, MOST_TICKS

_EXPECTED: Final = stored(EXPECTED)
Item = tuple[str, str]
"""A visit's public id and what is open about it: consent, screening, alarm, record, authorisation."""


def revision(
    connection: Connection, location_id: int, first: int, last: int, *, without: Collection[int] = ()
) -> tuple[object, ...]:
    """Differs whenever anything differs that a board of [first, last) shows: its visits, who comes, what is known of
    them, the hours. Two reads of indexes; nothing is counted up by who writes, so nobody waits for it. Visits
    `without` are not shown."""
    newest = select(func.max(audit.c.id)).where(audit.c.patient_id == appointment.c.patient_id).scalar_subquery()
    query = (
        select(appointment.c.id, appointment.c.version, patient.c.version, newest)
        .join(patient, patient.c.id == appointment.c.patient_id)
        .where(
            appointment.c.location_id == location_id,
            appointment.c.starts_tick >= first,
            appointment.c.starts_tick < last,
            appointment.c.status.not_in(stored(GIVEN_UP)),
            appointment.c.id.not_in(without),
        )
        .order_by(appointment.c.id)
    )
    site = connection.execute(select(practice.c.site_revision, practice.c.version)).first()
    return tuple(site or ()), tuple(tuple(row) for row in connection.execute(query))


def open_items(connection: Connection, visits: Collection[str]) -> Iterator[Item]:
    """What is open about these visits, in one statement a kind."""
    v = appointment.c
    needling = and_(v.needles, v.status.in_(_EXPECTED))
    agreed = select(consent.c.id).where(
        consent.c.patient_id == v.patient_id,
        consent.c.withdrawn_at.is_(None),
        consent.c.kind.in_([Modality.DRY_NEEDLING.value, Modality.ELECTRICAL_NEEDLING.value]),
    )
    asked = select(screening.c.id).where(screening.c.patient_id == v.patient_id)
    alarm = select(adverse_event.c.id).where(
        adverse_event.c.patient_id == v.patient_id, adverse_event.c.alarm, adverse_event.c.status == "open"
    )
    signed = select(record.c.id).where(record.c.appointment_id == v.id, record.c.status == "signed")
    kinds: tuple[tuple[str, ColumnElement[bool]], ...] = (
        ("consent", and_(needling, ~agreed.exists())),
        ("screening", and_(needling, ~asked.exists())),
        ("alarm", and_(v.status.in_(_EXPECTED), alarm.exists())),
        ("record", and_(v.status == "done", ~signed.exists())),
    )
    for kind, speaks in kinds:
        for public_id in connection.execute(select(v.public_id).where(v.public_id.in_(visits), speaks)).scalars():
            yield public_id, kind
    ahead = select(v.public_id).where(v.public_id.in_(visits), v.status.in_(_EXPECTED))
    for public_id, _ in pending.beyond(connection, connection.execute(ahead).scalars().all()):
        yield public_id, "authorisation"


@dataclass(frozen=True, slots=True)
class Other:
    """A visit that has some of the same time: of `patient` with `therapist` in `room`, [starts, ends) in ticks."""

    patient_id: int
    staff_id: int | None
    room_id: int | None
    patient: str
    therapist: str
    room: str
    starts: int
    ends: int


_OTHERS = (
    select(
        appointment.c.patient_id,
        segment.c.staff_id,
        segment.c.room_id,
        patient.c.given_names + " " + patient.c.family_name,
        func.coalesce(staff.c.name, ""),
        func.coalesce(room.c.name, ""),
        segment.c.starts_tick,
        segment.c.ends_tick,
    )
    .join(appointment, appointment.c.id == segment.c.appointment_id)
    .join(patient, patient.c.id == appointment.c.patient_id)
    .outerjoin(staff, staff.c.id == segment.c.staff_id)
    .outerjoin(room, room.c.id == segment.c.room_id)
    .where(appointment.c.status.not_in(stored(GONE)))
    .order_by(segment.c.starts_tick, segment.c.id)
)


def in_the_way(
    connection: Connection,
    without: Collection[int],
    first: int,
    last: int,
    *,
    patient_id: int,
    staff_ids: Collection[int],
    room_ids: Collection[int],
) -> tuple[Other, ...]:
    """The parts of visits in [first, last) of that patient, of those people or in those rooms, by start; the visits
    `without` are in nobody's way."""
    starts, ends = segment.c.starts_tick - segment.c.setup_ticks, segment.c.ends_tick + segment.c.cleanup_ticks
    query = _OTHERS.where(
        appointment.c.id.not_in(without),
        appointment.c.starts_tick < last + MOST_TICKS,
        appointment.c.ends_tick > first - MOST_TICKS,
        starts < last,
        ends > first,
        or_(appointment.c.patient_id == patient_id, segment.c.staff_id.in_(staff_ids), segment.c.room_id.in_(room_ids)),
    )
    return tuple(Other(*row) for row in connection.execute(query))
