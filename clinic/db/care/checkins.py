"""Check-ins as they are read: what patients said by themselves after their visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from clinic.db.tables.courses import plan_session
from clinic.db.tables.records import check_in, record, response
from clinic.db.tables.visits import appointment
from clinic.domain.care.response import Told


@dataclass(frozen=True, slots=True)
class Given:
    """One that was answered, so many `hours` after the visit; a greater `number` amends. `told_hours` is when it was
    really said, after the visit's start."""

    hours: int
    number: int
    answers: Mapping[str, Any]
    given_at: datetime
    told_hours: int


_GIVEN = select(
    check_in.c.hours, check_in.c.number, check_in.c.answers, check_in.c.given_at, response.c.hours.label("told_hours")
).join(response, response.c.id == check_in.c.response_id)


def of_visit(connection: Connection, visit_id: int) -> tuple[Given, ...]:
    """What was said after the visit, the first first."""
    return _all(connection, _GIVEN.where(check_in.c.appointment_id == visit_id).order_by(check_in.c.id))


def _all(connection: Connection, query: Select[Any]) -> tuple[Given, ...]:
    return tuple(Given(**row) for row in connection.execute(query).mappings())


def last_number(connection: Connection, visit_id: int, hours: int) -> int:
    """How often that check-in was answered; 0 for not yet."""
    query = select(func.coalesce(func.max(check_in.c.number), 0))
    found = query.where(check_in.c.appointment_id == visit_id, check_in.c.hours == hours)
    return int(connection.execute(found).scalar_one())


@dataclass(frozen=True, slots=True)
class LastTold:
    """What a patient told after his latest visit that he told anything of; `starts` of that visit, in ticks. `before`
    is its pain before."""

    visit: str
    starts: int
    before: int | None
    told: tuple[Told, ...]


def before(connection: Connection, patient_id: int, starts: int) -> LastTold | None:
    """What was told after the patient's last visit before that tick that took place; None where nothing was."""
    query = (
        select(appointment.c.id, appointment.c.public_id, appointment.c.starts_tick)
        .where(appointment.c.patient_id == patient_id, appointment.c.status == "done")
        .where(appointment.c.starts_tick < starts)
        .order_by(appointment.c.starts_tick.desc())
    )
    return _told_after(connection, query)


def last_of_plan(connection: Connection, plan_id: int) -> LastTold | None:
    """The same of a course's visits."""
    sessions = select(plan_session.c.id).where(plan_session.c.plan_id == plan_id)
    query = (
        select(appointment.c.id, appointment.c.public_id, appointment.c.starts_tick)
        .where(appointment.c.session_id.in_(sessions), appointment.c.status == "done")
        .order_by(appointment.c.starts_tick.desc())
    )
    return _told_after(connection, query)


def _told_after(connection: Connection, visits: Select[Any]) -> LastTold | None:
    visit = connection.execute(visits.limit(1)).one_or_none()
    if visit is None:
        return None
    columns = (response.c[name] for name in ("hours", "pain", "soreness", "signs", "note"))
    said = select(*columns).where(response.c.appointment_id == visit.id).order_by(response.c.hours, response.c.id)
    told = tuple(
        Told(row.hours, row.pain, row.soreness, tuple(row.signs), row.note) for row in connection.execute(said)
    )
    if not told:
        return None
    typed = connection.execute(select(record.c.draft).where(record.c.appointment_id == visit.id)).scalar()
    return LastTold(visit.public_id, visit.starts_tick, (typed or {}).get("pain_before"), told)
