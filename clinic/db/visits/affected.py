"""Visits ahead that something has made impossible."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, room, staff
from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.db.visits.rows import visits_where
from clinic.domain.courses.trouble import OF_STAFF, Kind, Trouble
from clinic.domain.errors import NotFound
from clinic.domain.visits.visit import MOVABLE, Visit

_MOVABLE = stored(MOVABLE)


def affected(connection: Connection, trouble: Trouble, since: int) -> tuple[Visit, ...]:
    """The visits from the tick `since` on that it meets, by start. One statement."""
    ahead = (appointment.c.starts_tick >= since, appointment.c.status.in_(_MOVABLE))
    found = visits_where(connection, *ahead, appointment.c.id.in_(_met(trouble)))
    if trouble.what is not Kind.CREDENTIAL:
        return found
    who = connection.execute(select(staff.c.id).where(staff.c.public_id == trouble.who)).scalar_one_or_none()
    return tuple(visit for visit in found if _needs_skill(visit, who, trouble.skill))


def _met(trouble: Trouble) -> Select[Any]:
    starts: ColumnElement[int] = segment.c.starts_tick
    ends: ColumnElement[int] = segment.c.ends_tick
    if trouble.what is Kind.ROOM:
        starts, ends = starts - segment.c.setup_ticks, ends + segment.c.cleanup_ticks
    query = select(segment.c.appointment_id).where(starts < trouble.last, ends > trouble.starts)
    if trouble.what is Kind.LOCATION:
        there = select(location.c.id).where(location.c.public_id == trouble.who).scalar_subquery()
        query = query.join(appointment, appointment.c.id == segment.c.appointment_id)
        return query.where(appointment.c.location_id == there)
    if trouble.what is Kind.ROOM:
        return query.where(segment.c.room_id == _key(room, trouble.who))
    query = query.where(segment.c.staff_id == _key(staff, trouble.who))
    if trouble.what is not Kind.HANDOVER:
        return query
    query = query.join(appointment, appointment.c.id == segment.c.appointment_id)
    query = query.join(plan_session, plan_session.c.id == appointment.c.session_id)
    query = query.join(plan, plan.c.id == plan_session.c.plan_id)
    return query.where(plan.c.public_id == trouble.plan if trouble.plan else _led(trouble.who))


def _key(table: Any, public_id: str) -> Any:
    return select(table.c.id).where(table.c.public_id == public_id).scalar_subquery()


def _led(who: str) -> ColumnElement[bool]:
    """Courses that he leads, and those that nobody is named for."""
    return or_(plan.c.lead_staff_id.is_(None), plan.c.lead_staff_id == _key(staff, who))


def _needs_skill(visit: Visit, who: int | None, skill: str) -> bool:
    return any(
        stretch.staff_id == who and skill in {modality.skill for modality in stretch.modalities}
        for stretch in visit.stretches
    )


def named(connection: Connection, trouble: Trouble) -> tuple[int, str] | None:
    """The key and the name of whom or what it happened to; None where that is not there."""
    table = staff if trouble.what in OF_STAFF else room if trouble.what is Kind.ROOM else location
    row = connection.execute(select(table.c.id, table.c.name).where(table.c.public_id == trouble.who)).one_or_none()
    return None if row is None else (row.id, row.name)


def staff_key(connection: Connection, public_id: str) -> int:
    """The key of somebody on the staff. Raises NotFound."""
    found = connection.execute(select(staff.c.id).where(staff.c.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound("resource")
    return int(found)


def patients(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The public ids of patients."""
    query = select(patient.c.id, patient.c.public_id).where(patient.c.id.in_(sorted(ids)))
    return {row.id: row.public_id for row in connection.execute(query)}
