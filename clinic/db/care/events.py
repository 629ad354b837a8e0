"""Adverse events as they are read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, staff
from clinic.db.tables.records import adverse_event
from clinic.db.tables.visits import appointment
from clinic.domain.access.actors import LINK
from clinic.domain.errors import NotFound

_OWN = (
    *("id", "public_id", "version", "patient_id", "kind", "grade", "region", "side", "onset_at", "action", "note"),
    *("hospital", "physician", "alarm", "incident", "jurisdiction", "report_by", "status", "outcome", "actor"),
    *("recorded_at", "acknowledged_by", "acknowledged_at", "closed_by", "closed_at"),
)


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as a list shows it; who recorded, acknowledged and closed it is named as in the audit trail."""

    id: int
    public_id: str
    version: int
    patient_id: int
    kind: str
    grade: str
    region: str
    side: str
    onset_at: datetime
    action: str
    note: str
    hospital: bool
    physician: bool
    alarm: bool
    incident: bool
    jurisdiction: str
    report_by: date | None
    status: str
    outcome: str
    actor: str
    recorded_at: datetime
    acknowledged_by: str
    acknowledged_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    therapist: str | None
    patient: str
    patient_public_id: str
    visit: str | None
    visit_id: int | None
    tz: str | None

    @property
    def by_patient(self) -> bool:
        """Whether the patient told it by himself: then the grade is a proposal until somebody acknowledges it."""
        return self.actor.startswith(LINK)

    @property
    def waits(self) -> bool:
        """Whether nobody has said yet that he knows."""
        return self.alarm and self.acknowledged_at is None


def _lines() -> Select[Any]:
    return (
        select(
            *(adverse_event.c[name] for name in _OWN),
            staff.c.name.label("therapist"),
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
            patient.c.public_id.label("patient_public_id"),
            appointment.c.public_id.label("visit"),
            appointment.c.id.label("visit_id"),
            appointment.c.tz,
        )
        .join(patient, patient.c.id == adverse_event.c.patient_id)
        .outerjoin(staff, staff.c.id == adverse_event.c.staff_id)
        .outerjoin(appointment, appointment.c.id == adverse_event.c.appointment_id)
    )


def listed(connection: Connection, *, closed: bool, most: int, skip: int = 0) -> tuple[EventLine, ...]:
    """What is open, what nobody has acknowledged first, then the latest; or what is closed."""
    query = _lines().where(adverse_event.c.status == ("closed" if closed else "open"))
    waits = adverse_event.c.alarm.is_(True) & adverse_event.c.acknowledged_at.is_(None)
    ordered = query.order_by(waits.desc(), adverse_event.c.recorded_at.desc(), adverse_event.c.id.desc())
    return tuple(EventLine(**row) for row in connection.execute(ordered.limit(most).offset(skip)).mappings())


def count(connection: Connection, *, closed: bool) -> int:
    """How many are open, or closed."""
    query = select(func.count()).where(adverse_event.c.status == ("closed" if closed else "open"))
    return int(connection.execute(query).scalar_one())


def event(connection: Connection, public_id: str) -> EventLine:
    """Raises NotFound."""
    row = connection.execute(_lines().where(adverse_event.c.public_id == public_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("event")
    return EventLine(**row)


def law(connection: Connection, location_id: int) -> str:
    """Whose law counts at the location."""
    return str(connection.execute(select(location.c.jurisdiction).where(location.c.id == location_id)).scalar_one())
