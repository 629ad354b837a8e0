"""Plans as screens show them: flat rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from clinic.db.access.accounts import is_actor
from clinic.db.courses.heads import heads
from clinic.db.courses.releases import held_up, review_in
from clinic.db.tables.access import account
from clinic.db.tables.courses import plan, plan_phase, plan_session, plan_target, session_gap
from clinic.db.tables.practice import location, room, staff
from clinic.db.tables.visits import appointment, segment
from clinic.db.targets import targets_from
from clinic.db.types import stored
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_document import from_dict
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Target
from clinic.domain.visits.visit import GIVEN_UP, GONE, joined


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its patient, place and lead."""

    id: int
    public_id: str
    version: int
    title: str
    status: str
    protocol: Protocol
    preferences: dict[str, Any]
    targets: tuple[Target, ...]
    patient_id: int
    patient: str
    patient_public_id: str
    born_on: date
    location_id: int
    location: str
    tz: str
    lead: str | None


def plan_row(connection: Connection, public_id: str) -> PlanRow:
    """The plan with that public id. Raises NotFound."""
    more = (plan.c.status, plan.c.protocol, plan.c.preferences, plan.c.patient_id, plan.c.location_id, location.c.tz)
    query = heads(*more).where(plan.c.public_id == public_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("course")
    places = connection.execute(
        select(plan_target.c.region, plan_target.c.side, plan_target.c.muscle)
        .where(plan_target.c.plan_id == row["id"])
        .order_by(plan_target.c.id)
    )
    targets = targets_from([tuple(place) for place in places])
    return PlanRow(**{**row, "protocol": from_dict(row["protocol"])}, targets=targets)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of a plan with the visit that it has, if any; ticks of UTC. `asked_days`: so many at least from the
    visit before, where somebody asked for that, with why, who and when."""

    id: int
    public_id: str
    ordinal: int
    kind: str
    phase: str | None
    gap_min: int | None
    gap_ideal: int | None
    gap_max: int | None
    asked_days: int | None
    asked_why: str | None
    asked_by: str | None
    asked_at: datetime | None
    offset_days: int | None
    reassess: bool
    reassessed_at: datetime | None
    outcome: str | None
    visit: str | None
    status: str | None
    starts: int | None
    ends: int | None
    version: int | None
    therapist: str | None
    room: str | None
    modalities: tuple[str, ...]


def _sessions() -> Select[Any]:
    live = and_(
        appointment.c.session_id == plan_session.c.id,
        appointment.c.status.not_in(stored(GIVEN_UP)),
    )
    return (
        select(
            plan_session.c.id,
            plan_session.c.public_id,
            plan_session.c.ordinal,
            plan_session.c.kind,
            plan_phase.c.name.label("phase"),
            plan_phase.c.gap_min,
            plan_phase.c.gap_ideal,
            plan_phase.c.gap_max,
            session_gap.c.days.label("asked_days"),
            session_gap.c.reason.label("asked_why"),
            func.coalesce(account.c.name, session_gap.c.actor).label("asked_by"),
            session_gap.c.at.label("asked_at"),
            plan_session.c.offset_days,
            plan_session.c.reassess,
            plan_session.c.reassessed_at,
            plan_session.c.outcome,
            appointment.c.public_id.label("visit"),
            appointment.c.status,
            appointment.c.starts_tick.label("starts"),
            appointment.c.ends_tick.label("ends"),
            appointment.c.version,
            staff.c.name.label("therapist"),
            room.c.name.label("room"),
            segment.c.modalities,
        )
        .outerjoin(plan_phase, plan_phase.c.id == plan_session.c.phase_id)
        .outerjoin(session_gap, session_gap.c.session_id == plan_session.c.id)
        .outerjoin(account, is_actor(session_gap.c.actor))
        .outerjoin(appointment, live)
        .outerjoin(segment, segment.c.appointment_id == appointment.c.id)
        .outerjoin(staff, staff.c.id == segment.c.staff_id)
        .outerjoin(room, room.c.id == segment.c.room_id)
    )


def sessions(connection: Connection, plan_id: int) -> tuple[SessionRow, ...]:
    """The plan's sessions in order; a missed session keeps the visit that was missed until it has another."""
    query = (
        _sessions()
        .where(plan_session.c.plan_id == plan_id)
        .order_by(plan_session.c.ordinal, appointment.c.status == "no_show", appointment.c.id.desc(), segment.c.ordinal)
    )
    rows = connection.execute(query).mappings()
    return tuple(_session(list(group)) for _, group in groupby(rows, key=itemgetter("id")))


def _session(rows: Sequence[Mapping[Any, Any]]) -> SessionRow:
    """The first visit's stretches as one: everybody and every room in order, what is done in each."""
    own = [row for row in rows if row["visit"] == rows[0]["visit"]]
    return SessionRow(
        **{
            **rows[0],
            "modalities": tuple(dict.fromkeys(name for row in own for name in row["modalities"] or ())),
            "therapist": joined(row["therapist"] for row in own),
            "room": joined(row["room"] for row in own),
        }
    )


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list; `first` and `last` are ticks of its visits, None while it has none. `reassess`: in which visit
    that was held nobody has marked the reassessment, or 0; `review_in` see `releases`."""

    public_id: str
    title: str
    status: str
    location_id: int
    tz: str
    sessions: int
    done: int
    first: int | None
    last: int | None
    reassess: int
    review_in: int | None
    held_up: bool

    @property
    def all_held(self) -> bool:
        """Whether it is under way and every visit was held."""
        return self.status == "active" and self.done == self.sessions


def of_patient(connection: Connection, patient_id: int) -> tuple[PlanLine, ...]:
    """The patient's plans, newest first."""
    live = and_(appointment.c.session_id == plan_session.c.id, appointment.c.status.not_in(stored(GONE)))
    treats, done = plan_session.c.kind == "treatment", appointment.c.status == "done"
    unmarked = and_(treats, done, plan_session.c.reassess, plan_session.c.reassessed_at.is_(None))
    query = (
        select(
            plan.c.public_id,
            plan.c.title,
            plan.c.status,
            plan.c.location_id,
            location.c.tz,
            func.count(plan_session.c.id).filter(treats).label("sessions"),
            func.count(appointment.c.id).filter(treats, done).label("done"),
            func.min(appointment.c.starts_tick).label("first"),
            func.max(appointment.c.starts_tick).label("last"),
            func.coalesce(func.min(plan_session.c.ordinal).filter(unmarked), 0).label("reassess"),
            review_in().label("review_in"),
            held_up().label("held_up"),
        )
        .join(location, location.c.id == plan.c.location_id)
        .join(plan_session, plan_session.c.plan_id == plan.c.id)
        .outerjoin(appointment, live)
        .where(plan.c.patient_id == patient_id)
        .group_by(plan.c.id, plan.c.public_id, plan.c.title, plan.c.status, plan.c.location_id, location.c.tz)
        .order_by(plan.c.id.desc())
    )
    return tuple(PlanLine(**row) for row in connection.execute(query).mappings())
