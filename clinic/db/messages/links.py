"""Visit links: from a token in a mail to the one visit it is about."""

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, exists, select

from clinic.db.tables.messages import task, visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice
from clinic.db.tables.visits import appointment
from clinic.domain.errors import NotFound


class Linked(NamedTuple):
    """A visit as its link shows it; ticks. `linked_at` is when the letter with the link was sealed, `own_tz` the
    patient's zone where it is another. Until `cancel_hours` before it the patient may give it up by himself; that he
    did so `waits` until somebody has seen to it."""

    uid: str
    sequence: int
    status: str
    starts: int
    ends: int
    tz: str
    created_at: datetime
    revised_at: datetime
    linked_at: datetime
    disclosure: int
    language: str
    own_tz: str | None
    location: str
    address: str
    phone: str
    practice: str
    neutral_name: str
    cancel_hours: int
    emergency_number: str
    public_id: str
    version: int
    location_id: int
    patient: str
    birth_on: date
    waits: bool


CANCELLED: Final = "visit_cancelled"
"""The task that a patient raises who gives his visit up by himself."""

_WAITS: Final = exists(
    select(task.c.id).where(task.c.appointment_id == appointment.c.id, task.c.kind == CANCELLED, task.c.state == "open")
)


_LINKED = (
    select(
        appointment.c.uid,
        appointment.c.sequence,
        appointment.c.status,
        appointment.c.starts_tick,
        appointment.c.ends_tick,
        appointment.c.tz,
        appointment.c.created_at,
        appointment.c.revised_at,
        visit_link.c.created_at,
        patient.c.disclosure,
        patient.c.language,
        patient.c.tz,
        location.c.name,
        location.c.address,
        location.c.phone,
        practice.c.name,
        practice.c.neutral_name,
        practice.c.cancel_hours,
        location.c.emergency_number,
        appointment.c.public_id,
        appointment.c.version,
        appointment.c.location_id,
        patient.c.public_id,
        patient.c.birth_on,
        _WAITS,
    )
    .select_from(visit_link)
    .join(appointment, appointment.c.id == visit_link.c.appointment_id)
    .join(patient, patient.c.id == appointment.c.patient_id)
    .join(location, location.c.id == appointment.c.location_id)
    .join(practice, practice.c.id == 1)
)


def find(connection: Connection, token_hash: str, now: datetime) -> Linked:
    """The visit behind the token. Raises NotFound alike for one that is unknown, revoked or past its time."""
    live = (visit_link.c.token_hash == token_hash, visit_link.c.revoked_at.is_(None), visit_link.c.expires_at > now)
    row = connection.execute(_LINKED.where(*live)).one_or_none()
    if row is None:
        raise NotFound("visit")
    return Linked._make(row)


class Desk(NamedTuple):
    """Whom to call when a link leads nowhere."""

    neutral_name: str
    phone: str


def desk(connection: Connection) -> Desk:
    """The first location's phone and the practice's neutral name; empty before a practice is set up."""
    name = connection.execute(select(practice.c.neutral_name)).scalar()
    phone = connection.execute(select(location.c.phone).order_by(location.c.id).limit(1)).scalar()
    return Desk(name or "", phone or "")
