"""The courses under way as the worklist judges them: a few statements over all of them, none for a single one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from json import loads
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from clinic.db.access.places import within
from clinic.db.courses.heads import heads
from clinic.db.tables.courses import plan, plan_phase, plan_session, session_gap
from clinic.db.tables.patients import patient, patient_away
from clinic.db.tables.practice import closure, location, staff
from clinic.db.tables.visits import appointment
from clinic.db.targets import targets_from
from clinic.db.types import stored
from clinic.domain.access.actors import Places
from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.worklist import Course, Review, ReviewVisit, Sitting, Standing
from clinic.domain.practice.body import Target
from clinic.domain.time import zone
from clinic.domain.visits.visit import GONE

STANDING: Final = {
    "held": Standing.AGREED,
    "pencilled": Standing.PENCILLED,
    "booked": Standing.AGREED,
    "confirmed": Standing.AGREED,
    "arrived": Standing.BEGUN,
    "in_session": Standing.BEGUN,
    "done": Standing.DONE,
    "no_show": Standing.MISSED,
    "cancelled": Standing.MISSED,
}
ANCHORS: Final = {each.value: each for each in Anchor}
_GONE = stored(GONE)
_LIVE: Final[ColumnElement[bool]] = literal_column("appointment.status NOT IN ('cancelled', 'released', 'no_show')")
"""Word for word what the index of the sessions' visits says, so that SQLite uses it."""

_VISIT = (appointment.c.public_id, appointment.c.status, appointment.c.wall)
Spans = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which plans at `places`: those led by a therapist, those at a location, by public id; empty is all."""

    therapist: str = ""
    location: str = ""
    places: Places = None


def load(connection: Connection, scope: Scope) -> tuple[Course, ...]:
    """Every active plan in scope, in the order in which they were opened."""
    heads = connection.execute(_within(_PLANS, scope).order_by(plan.c.id)).all()
    sessions = _sessions(connection, scope)
    closed, away, reviews = _closed(connection), _away(connection), _review_visits(connection)
    return tuple(
        Course(
            head.id,
            head.patient_id,
            zone(head.tz),
            head.earliest_on + timedelta(days=head.start_within_days),
            tuple(sessions[head.id].sittings),
            sessions[head.id].anchor,
            tuple(sessions[head.id].reviews),
            reviews.get(head.patient_id, ()),
            (*closed.get(head.location_id, ()), *away.get(head.patient_id, ())),
            head.authorised_visits,
            head.authorised_until,
        )
        for head in heads
    )


_PLANS = (
    select(
        plan.c.id,
        plan.c.patient_id,
        plan.c.location_id,
        location.c.tz,
        plan.c.earliest_on,
        plan.c.start_within_days,
        plan.c.authorised_visits,
        plan.c.authorised_until,
    )
    .select_from(plan)
    .join(location, location.c.id == plan.c.location_id)
)
_SESSIONS = (
    select(
        plan_session.c.plan_id,
        plan_session.c.id,
        plan_session.c.kind,
        plan_session.c.public_id,
        plan_session.c.ordinal,
        func.coalesce(plan_session.c.offset_days, 0),
        plan_session.c.reassess,
        plan_session.c.reassessed_at,
        func.coalesce(plan_phase.c.gap_min, 0),
        func.coalesce(plan_phase.c.gap_max, 365),
        func.coalesce(session_gap.c.days, 0),
        func.coalesce(plan_phase.c.anchor, Anchor.SESSION.value),
        appointment.c.needles,
        cast(appointment.c.targets, Text),
        *_VISIT,
    )
    .select_from(plan_session)
    .join(plan, plan.c.id == plan_session.c.plan_id)
    .outerjoin(plan_phase, plan_phase.c.id == plan_session.c.phase_id)
    .outerjoin(session_gap, session_gap.c.session_id == plan_session.c.id)
    .outerjoin(appointment, and_(appointment.c.session_id == plan_session.c.id, _LIVE))
    .where(or_(plan_phase.c.id.is_(None), plan_phase.c.release == "always", plan_phase.c.released_at.is_not(None)))
)
_ACTIVE_PATIENTS = select(plan.c.patient_id).where(plan.c.status == "active")


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    query = query.where(plan.c.status == "active", within(plan.c.location_id, scope.places))
    if scope.therapist:
        led_by = select(staff.c.id).where(staff.c.public_id == scope.therapist).scalar_subquery()
        query = query.where(plan.c.lead_staff_id == led_by)
    if scope.location:
        there = select(location.c.id).where(location.c.public_id == scope.location).scalar_subquery()
        query = query.where(plan.c.location_id == there)
    return query


@dataclass(slots=True)
class _Sessions:
    """What has been read of a plan's sessions."""

    anchor: Anchor = Anchor.SESSION
    sittings: list[Sitting] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)


def _sessions(connection: Connection, scope: Scope) -> Mapping[int, _Sessions]:
    """By plan, in order. Most of the time goes here: rows are taken apart by position, which is quickest."""
    missed = _missed(connection, scope)
    found: dict[int, _Sessions] = defaultdict(_Sessions)
    for row in connection.execute(_within(_SESSIONS, scope).order_by(plan_session.c.plan_id, plan_session.c.ordinal)):
        of, id_, kind, session, ordinal, offset, reassess, marked, least, most, asked, anchor, *rest = row
        needles, targets, visit, status, wall = rest
        if kind == "review":
            held_on = None if wall is None else _day(wall)
            found[of].reviews.append(Review(session, ordinal, offset, marked, held_on, status == "done"))
            continue
        if status is None:
            visit, status, wall = missed.get(id_, (None, "", ""))
        standing = STANDING.get(status, Standing.UNPLACED)
        visit, on = (None, None) if standing is Standing.UNPLACED else (visit, _day(wall))
        where = _targets(targets)
        sitting = Sitting(
            session, ordinal, standing, on, visit, least, most, bool(needles), where, reassess, marked, asked
        )
        found[of].anchor = ANCHORS[anchor]
        found[of].sittings.append(sitting)
    return found


def _missed(connection: Connection, scope: Scope) -> Mapping[int, tuple[str, str, str]]:
    """By session the public id, the status and the wall time of the latest visit that gave its time back."""
    query = (
        select(appointment.c.session_id, *_VISIT)
        .select_from(appointment)
        .join(plan_session, plan_session.c.id == appointment.c.session_id)
        .join(plan, plan.c.id == plan_session.c.plan_id)
        .where(appointment.c.status.in_(_GONE))
        .order_by(appointment.c.id)
    )
    return {
        session: (visit, status, wall) for session, visit, status, wall in connection.execute(_within(query, scope))
    }


def _closed(connection: Connection) -> Mapping[int, Spans]:
    """By location the days on which all of it is closed."""
    query = select(closure.c.location_id, closure.c.first_on, closure.c.last_on).where(closure.c.room_id.is_(None))
    return _spans(connection, query)


def _away(connection: Connection) -> Mapping[int, Spans]:
    """By patient the days away."""
    query = select(patient_away.c.patient_id, patient_away.c.first_on, patient_away.c.last_on)
    return _spans(connection, query.where(patient_away.c.patient_id.in_(_ACTIVE_PATIENTS)))


def _spans(connection: Connection, query: Select[Any]) -> Mapping[int, Spans]:
    found: dict[int, Spans] = {}
    for owner, first, last in connection.execute(query):
        found[owner] = (*found.get(owner, ()), (first, last))
    return found


def _review_visits(connection: Connection) -> Mapping[int, tuple[ReviewVisit, ...]]:
    """By patient the reviews that stand alone, where one of his plans asks for a dated one."""
    asked = (
        select(plan.c.patient_id)
        .join(plan_session, plan_session.c.plan_id == plan.c.id)
        .where(plan.c.status == "active", plan_session.c.kind == "review")
    )
    query = (
        select(appointment.c.patient_id, appointment.c.status, appointment.c.wall)
        .where(appointment.c.patient_id.in_(asked), appointment.c.kind == "review", appointment.c.session_id.is_(None))
        .where(appointment.c.status.not_in(_GONE))
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    found: dict[int, tuple[ReviewVisit, ...]] = {}
    for owner, status, wall in connection.execute(query):
        found[owner] = (*found.get(owner, ()), ReviewVisit(_day(wall), status == "done"))
    return found


def _day(wall: str) -> date:
    """The day of a wall time, 2026-11-23T10:00."""
    return date.fromisoformat(wall[:10])


@lru_cache(maxsize=1024)
def _targets(document: str | None) -> tuple[Target, ...]:
    """Few places are needled again and again."""
    return targets_from(loads(document)) if document else ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line says of its plan."""

    id: int
    public_id: str
    version: int
    title: str
    patient: str
    patient_public_id: str
    born_on: date
    deceased: bool
    location: str
    lead: str | None


def headings(connection: Connection, plans: Collection[int]) -> Mapping[int, Heading]:
    """Of each of these plans, by key."""
    query = heads(patient.c.deceased).where(plan.c.id.in_(sorted(plans)))
    return {row["id"]: Heading(**row) for row in connection.execute(query).mappings()}
