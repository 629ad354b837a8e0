"""Visits as screens show them: flat rows, ticks of UTC."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.messages import obligation
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, room, staff
from clinic.db.tables.visits import appointment, override, segment
from clinic.db.targets import targets_from
from clinic.db.types import stored
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Region
from clinic.domain.visits.visit import GIVEN_UP, joined


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One stretch of a visit, with what a card or a panel says about it."""

    public_id: str
    kind: str
    status: str
    tz: str
    starts: int
    ends: int
    stretch_starts: int
    stretch_ends: int
    stretch: int
    modalities: tuple[str, ...]
    staff_id: int | None
    therapist: str | None
    room_id: int | None
    room: str | None
    location_id: int
    location: str
    address: str
    patient_id: int
    patient_public_id: str
    patient: str
    born_on: date
    phone: str | None
    ordinal: int | None
    total: int | None
    plan_public_id: str | None
    plan_title: str | None
    version: int
    sequence: int
    cancel_reason: str
    answer: str
    arrived_at: datetime | None


_OTHERS = plan_session.alias("others")
_TOTAL = (
    select(func.count(_OTHERS.c.id))
    .where(_OTHERS.c.plan_id == plan.c.id, _OTHERS.c.kind == "treatment")
    .correlate(plan)
    .scalar_subquery()
)
_COLUMNS = (
    appointment.c.public_id,
    appointment.c.kind,
    appointment.c.status,
    appointment.c.tz,
    appointment.c.starts_tick.label("starts"),
    appointment.c.ends_tick.label("ends"),
    segment.c.starts_tick.label("stretch_starts"),
    segment.c.ends_tick.label("stretch_ends"),
    segment.c.ordinal.label("stretch"),
    segment.c.modalities,
    segment.c.staff_id,
    staff.c.name.label("therapist"),
    segment.c.room_id,
    room.c.name.label("room"),
    appointment.c.location_id,
    location.c.name.label("location"),
    location.c.address,
    appointment.c.patient_id,
    patient.c.public_id.label("patient_public_id"),
    (patient.c.given_names + " " + patient.c.family_name).label("patient"),
    patient.c.birth_on.label("born_on"),
    patient.c.phone,
    plan_session.c.ordinal,
    _TOTAL.label("total"),
    plan.c.public_id.label("plan_public_id"),
    plan.c.title.label("plan_title"),
    appointment.c.version,
    appointment.c.sequence,
    appointment.c.cancel_reason,
    appointment.c.answer,
    appointment.c.arrived_at,
)


def _rows() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .join(patient, patient.c.id == appointment.c.patient_id)
        .join(location, location.c.id == appointment.c.location_id)
        .outerjoin(staff, staff.c.id == segment.c.staff_id)
        .outerjoin(room, room.c.id == segment.c.room_id)
        .outerjoin(plan_session, plan_session.c.id == appointment.c.session_id)
        .outerjoin(plan, plan.c.id == plan_session.c.plan_id)
        .order_by(appointment.c.starts_tick, appointment.c.id, segment.c.ordinal)
    )


def _fetch(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[VisitRow, ...]:
    rows = connection.execute(_rows().where(*conditions)).mappings()
    return tuple(VisitRow(**{**row, "modalities": tuple(row["modalities"])}) for row in rows)


def board(
    connection: Connection, location_id: int, first: int, last: int, *, without: Collection[int] = ()
) -> tuple[VisitRow, ...]:
    """The location's visits that begin in [first, last), cancelled and released ones and those `without` left out, by
    start."""
    return _fetch(
        connection,
        appointment.c.starts_tick >= first,
        appointment.c.starts_tick < last,
        appointment.c.location_id == location_id,
        appointment.c.status.not_in(stored(GIVEN_UP)),
        appointment.c.id.not_in(without),
    )


def panel(connection: Connection, public_id: str) -> tuple[VisitRow, ...]:
    """The visit's stretches, in order. Raises NotFound."""
    found = _fetch(connection, appointment.c.public_id == public_id)
    if not found:
        raise NotFound("visit")
    return found


def of_visits(connection: Connection, public_ids: Collection[str]) -> dict[str, tuple[VisitRow, ...]]:
    """The stretches of each of these visits, in order, by its public id. One statement."""
    found = _fetch(connection, appointment.c.public_id.in_(public_ids)) if public_ids else ()
    return {public_id: tuple(rows) for public_id, rows in groupby(found, key=attrgetter("public_id"))}


def of_patient(connection: Connection, patient_id: int, since: int) -> tuple[VisitRow, ...]:
    """Each of the patient's visits that end after tick `since` as one stretch, by start; no released ones."""
    found = _fetch(
        connection,
        appointment.c.patient_id == patient_id,
        appointment.c.ends_tick > since,
        appointment.c.status != "released",
    )
    return tuple(_whole(list(rows)) for _, rows in groupby(found, key=attrgetter("public_id")))


def latest(
    connection: Connection, patient_id: int, *, most: int, skip: int = 0, without: Collection[int] = ()
) -> tuple[VisitRow, ...]:
    """The same of so many of all his visits, the latest first."""
    chosen = _of(select(appointment.c.id), patient_id, without)
    chosen = chosen.order_by(appointment.c.starts_tick.desc(), appointment.c.id.desc()).limit(most).offset(skip)
    found = _fetch(connection, appointment.c.id.in_(connection.execute(chosen).scalars().all()))
    return tuple(_whole(list(rows)) for _, rows in groupby(found, key=attrgetter("public_id")))[::-1]


def count_of_patient(connection: Connection, patient_id: int, *, without: Collection[int] = ()) -> int:
    """How many there are."""
    return int(connection.execute(_of(select(func.count()), patient_id, without)).scalar_one())


def _of(query: Select[Any], patient_id: int, without: Collection[int]) -> Select[Any]:
    return query.select_from(appointment).where(
        appointment.c.patient_id == patient_id,
        appointment.c.status != "released",
        appointment.c.id.not_in(without),
    )


def _whole(rows: Sequence[VisitRow]) -> VisitRow:
    """A visit's stretches as one: everybody and every room in order, what is done in each."""
    return replace(
        rows[0],
        stretch_ends=rows[-1].stretch_ends,
        modalities=tuple(dict.fromkeys(name for row in rows for name in row.modalities)),
        therapist=joined(row.therapist for row in rows),
        room=joined(row.room for row in rows),
    )


def regions(connection: Connection, visits: Collection[str]) -> frozenset[Region]:
    """What is treated in these visits, by public id."""
    query = select(appointment.c.targets).where(appointment.c.public_id.in_(visits))
    return frozenset(target.region for found in connection.execute(query).scalars() for target in targets_from(found))


def letter_due(connection: Connection, public_id: str) -> datetime | None:
    """When the letter about the visit goes out, or the one about several of which it is one; None when none is owed."""
    query = (
        select(obligation.c.due_at, obligation.c.kind, obligation.c.detail, appointment.c.id)
        .join(appointment, appointment.c.patient_id == obligation.c.patient_id)
        .where(appointment.c.public_id == public_id, obligation.c.state == "owed")
        .where(or_(obligation.c.appointment_id == appointment.c.id, obligation.c.kind == "summary"))
    )
    rows = connection.execute(query)
    return min(
        (due for due, kind, detail, id_ in rows if kind != "summary" or str(id_) in detail["visits"]), default=None
    )


def reasons(connection: Connection, public_id: str) -> tuple[tuple[str, str], ...]:
    """The (code, reason) of each rule that somebody set aside for the visit."""
    query = (
        select(override.c.code, override.c.reason)
        .join(appointment, appointment.c.id == override.c.appointment_id)
        .where(appointment.c.public_id == public_id)
        .order_by(override.c.id)
    )
    return tuple((row.code, row.reason) for row in connection.execute(query))
