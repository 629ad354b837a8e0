"""What a patient's feed shows, as flat values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, or_, select

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice
from clinic.db.tables.visits import appointment, segment
from clinic.db.targets import targets_from
from clinic.db.types import stored
from clinic.domain.practice.body import Target
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.visit import SHOWN, Status

_SHOWN = stored(SHOWN | {Status.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Reader:
    """The patient whose feed it is, and what the practice is called."""

    disclosure: int
    show_address: bool
    alarm_minutes: int | None
    follow_up: bool
    language: str
    practice: str
    neutral_name: str


def reader(connection: Connection, patient_id: int) -> Reader:
    """The choices that shape the feed; without a practice its names are empty."""
    query = (
        select(
            patient.c.disclosure,
            patient.c.show_address,
            patient.c.alarm_minutes,
            patient.c.follow_up,
            patient.c.language,
            func.coalesce(practice.c.name, ""),
            func.coalesce(practice.c.neutral_name, ""),
        )
        .select_from(patient)
        .outerjoin(practice, practice.c.id == 1)
        .where(patient.c.id == patient_id)
    )
    return Reader(*connection.execute(query).one())


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit in a patient's feed; ticks. `number` and `total` place it in its course."""

    uid: str
    public_id: str
    sequence: int
    status: Status
    starts: int
    ends: int
    tz: str
    created_at: datetime
    revised_at: datetime
    number: int | None
    total: int | None
    modalities: tuple[Modality, ...]
    targets: tuple[Target, ...]
    address: str
    phone: str
    emergency_number: str


def _rows() -> Select[Any]:
    others = plan_session.alias("others")
    total = (
        select(func.count(others.c.id))
        .where(others.c.plan_id == plan_session.c.plan_id, others.c.kind == "treatment")
        .correlate(plan_session)
        .scalar_subquery()
    )
    return (
        select(
            appointment.c.id,
            appointment.c.uid,
            appointment.c.public_id,
            appointment.c.sequence,
            appointment.c.status,
            segment.c.starts_tick.label("starts"),
            segment.c.ends_tick.label("ends"),
            appointment.c.tz,
            appointment.c.created_at,
            appointment.c.revised_at,
            plan_session.c.kind,
            plan_session.c.ordinal,
            total.label("total"),
            segment.c.modalities,
            appointment.c.targets,
            location.c.address,
            location.c.phone,
            location.c.emergency_number,
        )
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .join(location, location.c.id == appointment.c.location_id)
        .outerjoin(plan_session, plan_session.c.id == appointment.c.session_id)
        .order_by(appointment.c.starts_tick, appointment.c.id, segment.c.ordinal)
    )


def _of_patient() -> Select[Any]:
    was_booked = exists(
        select(audit.c.id).where(
            audit.c.subject_kind == "visit",
            audit.c.subject_id == appointment.c.id,
            audit.c.act.in_(["visit.book", "visit.booked"]),
        )
    )
    told = appointment.c.starts_tick >= bindparam("cancelled_since")
    cancelled = and_(appointment.c.status == "cancelled", told, was_booked)
    return _rows().where(
        appointment.c.patient_id == bindparam("patient_id"),
        appointment.c.starts_tick >= bindparam("since"),
        or_(appointment.c.status.in_(_SHOWN), cancelled),
    )


_OF_PATIENT = _of_patient()  # putting it together takes longer than asking it


def of_patient(connection: Connection, patient_id: int, *, since: int, cancelled_since: int) -> tuple[Entry, ...]:
    """The visits that the patient was told of: those that begin at `since` or later, the cancelled ones among them from
    `cancelled_since` on. What was only ever pencilled is the practice's own."""
    asked = {"patient_id": patient_id, "since": since, "cancelled_since": cancelled_since}
    rows: Sequence[Any] = connection.execute(_OF_PATIENT, asked).mappings().all()
    return tuple(_entry(list(group)) for _, group in groupby(rows, key=itemgetter("id")))


def _entry(rows: Sequence[Any]) -> Entry:
    head = rows[0]
    treatment = head["kind"] == "treatment"
    copied = ("uid", "public_id", "sequence", "tz", "created_at", "revised_at", "address", "phone", "emergency_number")
    return Entry(
        **{name: head[name] for name in copied},
        status=Status(head["status"]),
        starts=head["starts"],
        ends=rows[-1]["ends"],
        number=head["ordinal"] if treatment else None,
        total=head["total"] if treatment else None,
        modalities=tuple(Modality(name) for row in rows for name in row["modalities"]),
        targets=targets_from(head["targets"]),
    )
