"""A therapist's own visits, courses and unsigned records: flat rows, ticks of UTC."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, or_, select

from clinic.db.access.places import within
from clinic.db.courses.releases import held_up, review_in
from clinic.db.tables.access import account
from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import staff
from clinic.db.tables.records import adverse_event, record
from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.domain.access.actors import Places
from clinic.domain.visits.visit import BEGUN, GONE, MOVABLE, Status

NAME = (patient.c.given_names + " " + patient.c.family_name).label("patient")
_BEGUN = stored(BEGUN)
_AHEAD = stored(MOVABLE | {Status.ARRIVED})


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A visit of the day. `reassess`: a reassessment is held in it that nobody has marked; `alarms` of the patient that
    nobody has acknowledged."""

    public_id: str
    status: str
    tz: str
    starts: int
    patient_id: int
    patient_public_id: str
    patient: str
    born_on: date
    ordinal: int | None
    title: str | None
    plan: str | None
    reassess: bool
    signed: bool
    alarms: int


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A visit that was held and whose record nobody has signed."""

    public_id: str
    tz: str
    starts: int
    patient: str
    born_on: date
    begun: bool


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course under way: sessions held and planned, and its visits' nearest starts before and after now; how many are
    over, the first start and when the next review falls (see `releases`)."""

    public_id: str
    title: str
    status: str
    patient: str
    born_on: date
    held: int
    sessions: int
    last: int | None
    next: int | None
    reassess: int
    held_up: bool = False
    done: int = 0
    first: int | None = None
    review_in: int | None = None

    @property
    def all_held(self) -> bool:
        """Whether it is under way and every visit is over."""
        return self.status == "active" and self.done == self.sessions

    @property
    def undecided(self) -> bool:
        """Whether nothing is left to hold before somebody decides about a phase."""
        return self.status == "active" and self.held_up and self.next is None and self.held == self.sessions

    @property
    def unplanned(self) -> bool:
        """Whether sessions are left and no visit is planned for any of them."""
        return self.status == "active" and self.next is None and self.held < self.sessions

    @property
    def over(self) -> bool:
        """Whether every session was held and nobody has to do anything."""
        return self.next is None and self.held == self.sessions and not self.waits

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something."""
        return self.unplanned or self.undecided or bool(self.reassess)


def own(connection: Connection, account_id: str) -> str | None:
    """The public id of whoever signs in with the account of that public id; None for one who treats nobody."""
    query = select(staff.c.public_id).join(account, account.c.id == staff.c.account_id)
    return connection.execute(query.where(account.c.public_id == account_id, staff.c.active)).scalar_one_or_none()


def everybody(connection: Connection) -> tuple[tuple[str, str], ...]:
    """(public id, name) of everybody who treats, in the practice's order."""
    query = select(staff.c.public_id, staff.c.name).where(staff.c.active).order_by(staff.c.position, staff.c.name)
    return tuple((row.public_id, row.name) for row in connection.execute(query))


def _treats(therapist: str) -> ColumnElement[bool]:
    """Whether a stretch of the visit is his."""
    his = and_(segment.c.appointment_id == appointment.c.id, staff.c.public_id == therapist)
    return exists().where(his, staff.c.id == segment.c.staff_id)


def _signed() -> ColumnElement[bool]:
    return exists().where(record.c.appointment_id == appointment.c.id, record.c.status == "signed")


def coming(
    connection: Connection, therapist: str, first: int, last: int, places: Places = None
) -> tuple[ComingRow, ...]:
    """His visits that begin in [first, last), by start."""
    waits = and_(adverse_event.c.patient_id == patient.c.id, adverse_event.c.alarm, adverse_event.c.status == "open")
    alarms = select(func.count()).where(waits, adverse_event.c.acknowledged_at.is_(None)).scalar_subquery()
    query = (
        select(
            appointment.c.public_id,
            appointment.c.status,
            appointment.c.tz,
            appointment.c.starts_tick,
            patient.c.id,
            patient.c.public_id,
            NAME,
            patient.c.birth_on,
            plan_session.c.ordinal,
            plan.c.title,
            plan.c.public_id,
            func.coalesce(and_(plan_session.c.reassess, plan_session.c.reassessed_at.is_(None)), literal(False)),
            _signed(),
            alarms,
        )
        .select_from(appointment)
        .join(patient, patient.c.id == appointment.c.patient_id)
        .outerjoin(plan_session, plan_session.c.id == appointment.c.session_id)
        .outerjoin(plan, plan.c.id == plan_session.c.plan_id)
        .where(appointment.c.starts_tick >= first, appointment.c.starts_tick < last, _treats(therapist))
        .where(appointment.c.status.not_in(stored(GONE)), within(appointment.c.location_id, places))
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    return tuple(ComingRow(*_plain(row)) for row in connection.execute(query))


def unsigned(
    connection: Connection, therapist: str, since: int, now: int, places: Places = None
) -> tuple[OpenRow, ...]:
    """His visits since a tick that began and whose record is not signed, the oldest first."""
    typed = exists().where(record.c.appointment_id == appointment.c.id)
    query = (
        select(appointment.c.public_id, appointment.c.tz, appointment.c.starts_tick, NAME, patient.c.birth_on, typed)
        .join(patient, patient.c.id == appointment.c.patient_id)
        .where(appointment.c.starts_tick >= since, appointment.c.starts_tick <= now, _treats(therapist), ~_signed())
        .where(or_(appointment.c.status.in_(_BEGUN), and_(typed, appointment.c.status == "arrived")))
        .where(within(appointment.c.location_id, places))
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    return tuple(OpenRow(*_plain(row)) for row in connection.execute(query))


def _his(therapist: str) -> ColumnElement[bool]:
    """He leads the course, or nobody does and he treats in it."""
    own = select(staff.c.id).where(staff.c.public_id == therapist).scalar_subquery()
    session, visit = plan_session.alias("of_it"), appointment.c
    there = and_(session.c.plan_id == plan.c.id, visit.session_id == session.c.id, visit.status.not_in(stored(GONE)))
    treats = exists().where(there, segment.c.appointment_id == visit.id, segment.c.staff_id == own).correlate(plan)
    return or_(plan.c.lead_staff_id == own, and_(plan.c.lead_staff_id.is_(None), treats))


def courses(connection: Connection, therapist: str, now: int, places: Places = None) -> tuple[CourseRow, ...]:
    """Those that are his and not over. Whoever waits for a visit or a reassessment comes first, longest waiting first;
    then by the next visit; last those whose every visit was held, the latest first."""
    visit, begun = appointment.c, appointment.c.status.in_(_BEGUN)
    ahead = and_(visit.status.in_(_AHEAD), visit.starts_tick > now)
    due = and_(plan_session.c.reassess, plan_session.c.reassessed_at.is_(None), begun)
    query = (
        select(
            plan.c.public_id,
            plan.c.title,
            plan.c.status,
            NAME,
            patient.c.birth_on,
            func.count(case((begun, plan_session.c.id)).distinct()),
            func.count(plan_session.c.id.distinct()),
            func.max(case((begun, visit.starts_tick))),
            func.min(case((ahead, visit.starts_tick))),
            func.coalesce(func.min(case((due, plan_session.c.ordinal))), 0),
            held_up(),
            func.count(case((visit.status == "done", plan_session.c.id)).distinct()),
            func.min(case((begun, visit.starts_tick))),
            review_in(),
        )
        .select_from(plan)
        .join(patient, patient.c.id == plan.c.patient_id)
        .join(plan_session, and_(plan_session.c.plan_id == plan.c.id, plan_session.c.kind == "treatment"))
        .outerjoin(appointment, visit.session_id == plan_session.c.id)
        .where(plan.c.status.in_(("draft", "offered", "active")), _his(therapist), within(plan.c.location_id, places))
        .group_by(plan.c.id, patient.c.id)
    )
    found = [CourseRow(*_plain(row)) for row in connection.execute(query)]
    return tuple(sorted(found, key=_turn))


def _turn(one: CourseRow) -> tuple[bool, bool, int, str]:
    over = one.over
    return not one.waits, over, -(one.last or 0) if over else one.next or one.last or 0, one.patient


def _plain(row: Any) -> tuple[Any, ...]:
    return tuple(row)
