"""Strength exercises of the same muscles keep a day of rest, also where somebody moves a visit by hand."""

import pytest
from sqlalchemy import select

from clinic.db.tables.visits import override
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.component import Component
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Anchor, Phase, Protocol
from clinic.domain.errors import Refused
from clinic.domain.practice.modality import Modality
from clinic.domain.time import TICKS_PER_HOUR
from clinic.domain.visits.changes import Book, Change, Move, Open
from clinic.domain.visits.visit import Kind, NewVisit, Status, Stretch
from clinic.services.apply import apply
from clinic.services.apply.gate import foresee
from tests.world import ACTOR, NOW, TZ, World, at, build

MONDAY = at("2026-11-23", 10)
A_DAY = 24 * TICKS_PER_HOUR
LEGS, ARMS = ("quadriceps", "gluteals"), ("biceps",)


def trained(world: World, starts: int) -> tuple[Stretch, ...]:
    return (Stretch(starts, starts + 6, world.staff[0], world.gym, (Modality.EXERCISE,)),)


def course(world: World, *muscles: tuple[str, ...], days: tuple[int, ...]) -> tuple[Change, ...]:
    """Exercise on those days from Monday; each session is a phase of its own."""
    phases = tuple(
        Phase(f"P{n}", 1, 1, 2, 7, (Component(Modality.EXERCISE, 30, "exercise", "gym", muscles=own),))
        for n, own in enumerate(muscles)
    )
    plan = NewPlan(world.patients[0], world.location, Protocol("p", 1, "P", "", phases, Anchor.SESSION, 6), NOW.date())
    values = (world.patients[0], world.location, TZ, Kind.SESSION, Status.BOOKED)
    booked = [
        Book(NewVisit(*values, trained(world, MONDAY + day * A_DAY), ordinal=n)) for n, day in enumerate(days, start=1)
    ]
    return (Open(plan), *booked)


@pytest.mark.parametrize(
    ("second", "days", "speaks"),
    [(LEGS, 0, True), (LEGS, 1, True), (LEGS, 2, False), (ARMS, 1, False), (("gluteals",), 1, True), ((), 1, False)],
)
def test_a_visit_the_day_after_the_same_muscles_were_trained_asks_for_a_reason(
    database: Database, second: tuple[str, ...], days: int, speaks: bool
) -> None:
    world = build(database)
    with database.begin() as unit:
        visits = apply(unit, course(world, LEGS, second, days=(0, 3)), actor=ACTOR, now=NOW).visits
    to = MONDAY + days * A_DAY + 24
    with database.read() as unit:
        first, later = (loads.visit(unit.connection, one) for one in visits)
        (found,) = foresee(unit, Move(later, later.stretches), [trained(world, to)])
        (before,) = foresee(unit, Move(first, first.stretches), [trained(world, later.starts - A_DAY + 24)])
    assert [(one.rule, one.code) for one in found] == [(41, "muscles_loaded_near")] * speaks
    assert bool(before) == bool(set(LEGS) & set(second))


def test_a_reason_sets_it_aside_and_is_kept(database: Database) -> None:
    world = build(database)
    with database.begin() as unit:
        second = apply(unit, course(world, LEGS, LEGS, days=(0, 3)), actor=ACTOR, now=NOW).visits[1]
    for reason in ("", "light loads only"):
        with database.begin() as unit:
            visit = loads.visit(unit.connection, second)
            change = Move(visit, trained(world, MONDAY + A_DAY))
            if not reason:
                with pytest.raises(Refused, match="muscles_loaded_near"):
                    apply(unit, (change,), actor=ACTOR, now=NOW)
            else:
                apply(unit, (change,), actor=ACTOR, reason=reason, now=NOW)
    with database.read() as unit:
        kept = unit.connection.execute(select(override.c.rule, override.c.code, override.c.reason)).all()
    assert [tuple(row) for row in kept] == [(41, "muscles_loaded_near", "light loads only")]


def test_a_course_that_is_booked_without_rest_asks_too(database: Database) -> None:
    world = build(database)
    with database.begin() as unit, pytest.raises(Refused, match="muscles_loaded_near"):
        apply(unit, course(world, LEGS, LEGS, days=(0, 1)), actor=ACTOR, now=NOW)
