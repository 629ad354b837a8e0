"""Courses under way in the small practice, each session as a test says: where it stands, and on which day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.courses.component import Component
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Anchor, Phase, Protocol, Reassess, Reassessing
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Change, Open
from clinic.domain.visits.visit import Kind, NewVisit, Status, Stretch
from clinic.services.apply import apply
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at

TODAY = NOW.date()
Session = tuple[str, int] | None
"""Where a visit stands and how many days from today it is; None for a session without one."""


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def protocol(
    sessions: int,
    reassess: tuple[Reassess, ...] = (),
    modality: Modality = Modality.MANUAL_THERAPY,
    *later: Phase,
) -> Protocol:
    """Sessions of manual therapy, or of something else, 3 to 7 days apart."""
    component = Component(modality, 30, modality.skill, "treatment")
    phases = (Phase("A", sessions, 3, 5, 7, (component,)), *later)
    return Protocol("manual", 1, "Manual therapy", "", phases, Anchor.SESSION, 60, reassess)


def after(n: int) -> Reassess:
    return Reassess(Reassessing.AFTER, n)


def under_way(
    database: Database,
    world: World,
    *sessions: Session,
    reassess: tuple[Reassess, ...] = (),
    patient: int = 0,
    hour: int = 10,
    modality: Modality = Modality.MANUAL_THERAPY,
    later: tuple[Phase, ...] = (),
    **agreed: Any,
) -> str:
    """The public id of a course with those sessions."""
    told = protocol(len(sessions), reassess, modality, *later)
    new = NewPlan(world.patients[patient], world.location, told, day(-60), **agreed)
    booked = [_book(world, n, patient, hour, days, modality) for n, (_, days) in _placed(sessions)]
    changes: tuple[Change, ...] = (Open(new), *booked)
    with database.begin() as unit:
        applied = apply(unit, changes, actor=ACTOR, now=NOW)
        for public_id, (_, (status, _)) in zip(applied.visits, _placed(sessions), strict=True):
            unit.connection.execute(
                update(appointment).where(appointment.c.public_id == public_id).values(status=status)
            )
    assert applied.plan is not None
    return applied.plan


def _placed(sessions: Sequence[Session]) -> list[tuple[int, tuple[str, int]]]:
    return [(n, session) for n, session in enumerate(sessions, start=1) if session is not None]


def _book(world: World, ordinal: int, patient: int, hour: int, days: int, modality: Modality) -> Book:
    starts = at(day(days).isoformat(), hour)
    stretch = Stretch(starts, starts + 6, world.staff[0], world.rooms[0], (modality,))
    who, where = world.patients[patient], (SHOULDER,) if modality.needles else ()
    return Book(
        NewVisit(who, world.location, TZ, Kind.SESSION, Status.PENCILLED, (stretch,), where, ordinal=ordinal),
    )


def mark(database: Database, course: str, ordinal: int, outcome: str = "continue", days: int = -1) -> None:
    """The reassessment of that session is done since so many days."""
    own = select(plan.c.id).where(plan.c.public_id == course).scalar_subquery()
    with database.begin() as unit:
        unit.connection.execute(
            update(plan_session)
            .where(plan_session.c.plan_id == own, plan_session.c.ordinal == ordinal)
            .values(reassessed_at=NOW + timedelta(days=days), outcome=outcome)
        )
