"""What the safety gate needs to know, read in a few statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, ScalarSelect, and_, func, or_, select

from clinic.db.tables.courses import component, outside_treatment, plan, plan_phase, plan_session
from clinic.db.tables.patients import patient
from clinic.domain.care.proposed import Needling
from clinic.domain.courses.protocol import DEFAULT_FLOOR_HOURS
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Region, Side, Target


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether anything may be planned for a patient, and what others did to him."""

    deceased: bool
    restricted: bool
    outside: tuple[Needling, ...]
    born_on: date | None = None


def standing(connection: Connection, patient_id: int) -> Standing:
    """Raises NotFound."""
    query = (
        select(
            patient.c.deceased,
            patient.c.restricted_at,
            patient.c.birth_on,
            outside_treatment.c.on_day,
            outside_treatment.c.region,
            outside_treatment.c.side,
        )
        .outerjoin(outside_treatment, outside_treatment.c.patient_id == patient.c.id)
        .where(patient.c.id == patient_id)
        .order_by(outside_treatment.c.id)
    )
    rows = connection.execute(query).all()
    if not rows:
        raise NotFound("patient")
    told = tuple(_outside(row.on_day, row.region, row.side) for row in rows if row.on_day is not None)
    return Standing(rows[0].deceased, rows[0].restricted_at is not None, told, rows[0].birth_on)


def _outside(on: date, region: str, side: str) -> Needling:
    return Needling((Target(Region(region), Side(side)),), on)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session of a plan: its place in the course, what its protocol allows, since when the cap counts, how many days
    at most and at least were planned before it (None for a review), whether a reassessment is held in it that nobody
    has marked, and the muscle groups that its exercises load."""

    plan_id: int
    ordinal: int
    floor_hours: int
    cap: int | None
    reviewed_through: int
    gap_max: int | None
    gap_min: int | None = None
    due: bool = False
    muscles: frozenset[str] = frozenset()


@cache
def _reviewed_through() -> ScalarSelect[int]:
    """A dated review is behind every session that the plan had when it was done, not behind a phase released later."""
    reviewed, session, phase = plan_session.alias("reviewed"), plan_session.alias("through"), plan_phase.alias("of_it")
    had = or_(phase.c.released_at.is_(None), phase.c.released_at <= reviewed.c.reassessed_at)
    dated = and_(reviewed.c.kind == "review", had)
    return (
        select(func.coalesce(func.max(session.c.ordinal), 0))
        .select_from(reviewed)
        .join(session, session.c.plan_id == reviewed.c.plan_id)
        .outerjoin(phase, phase.c.id == session.c.phase_id)
        .where(session.c.kind == "treatment", or_(session.c.id == reviewed.c.id, dated))
        .where(reviewed.c.plan_id == plan.c.id, reviewed.c.reassessed_at.is_not(None))
        .correlate(plan)
        .scalar_subquery()
    )


def sessions(connection: Connection, session_ids: Collection[int]) -> Mapping[int, SessionFacts]:
    """For each session what the rules ask; `reviewed_through` is the last ordinal with a reassessment done, or 0."""
    if not session_ids:
        return {}
    done = _reviewed_through()
    query = (
        select(
            plan_session.c.id,
            plan_session.c.plan_id,
            plan_session.c.ordinal,
            func.coalesce(plan_phase.c.floor_hours, DEFAULT_FLOOR_HOURS),
            plan.c.cap,
            done,
            plan_phase.c.gap_max,
            plan_phase.c.gap_min,
            and_(plan_session.c.reassess, plan_session.c.reassessed_at.is_(None)),
            component.c.muscles,
        )
        .join(plan, plan.c.id == plan_session.c.plan_id)
        .outerjoin(plan_phase, plan_phase.c.id == plan_session.c.phase_id)
        .outerjoin(component, and_(component.c.session_id == plan_session.c.id, component.c.modality == "exercise"))
        .where(plan_session.c.id.in_(session_ids))
    )
    found: dict[int, SessionFacts] = {}
    for row in connection.execute(query):
        given: tuple[Any, ...] = tuple(row)
        id_, *own, muscles = given
        known = found[id_].muscles if id_ in found else frozenset()
        found[id_] = SessionFacts(*[*own, known.union(muscles or ())])
    return found
