"""After a long break in a course the desk is told to look at it again; nothing is refused."""

from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.component import Component
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Anchor, Phase, Protocol
from clinic.domain.practice.modality import Modality
from clinic.domain.time import TICKS_PER_HOUR, local_date, zone
from clinic.domain.visits.changes import Book, Move, Open
from clinic.domain.visits.visit import Kind, NewVisit, Status
from clinic.services.apply import apply
from clinic.services.apply.gate import foresee
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at, build, needling

MONDAY = at("2026-11-23", 10)
WEEK_LATER = at("2026-11-30", 10)
A_DAY = 24 * TICKS_PER_HOUR


def course(world: World) -> tuple[Open | Book, ...]:
    """Two needlings, at most ten days apart."""
    phase = Phase("A", 2, 5, 7, 10, (Component(Modality.DRY_NEEDLING, 35, "dry-needling"),))
    patient, day = world.patients[0], local_date(NOW, zone(TZ))
    plan = NewPlan(patient, world.location, Protocol("p", 1, "P", "", (phase,), Anchor.NEEDLING, 6), day)
    placed = ((1, MONDAY), (2, WEEK_LATER))
    values = (patient, world.location, TZ, Kind.SESSION, Status.BOOKED)
    return Open(plan), *(
        Book(NewVisit(*values, (needling(world, starts),), (SHOULDER,), ordinal=ordinal)) for ordinal, starts in placed
    )


def test_a_visit_three_weeks_beyond_the_planned_gap_is_warned_of(database: Database) -> None:
    world = build(database)
    with database.begin() as unit:
        first, second = apply(unit, course(world), actor=ACTOR, now=NOW).visits
    with database.read() as unit:
        visit, before = (loads.visit(unit.connection, one) for one in (second, first))
        times = [(needling(world, MONDAY + days * A_DAY),) for days in (31, 32)]
        found = foresee(unit, Move(visit, visit.stretches), times)
        moved = foresee(unit, Move(before, before.stretches), [(needling(world, MONDAY),)])
    assert [[(one.rule, one.code) for one in each] for each in found] == [[], [(40, "recheck_first")]]
    assert found[1][0].params == {"days": 32, "most": 10}
    assert moved == [()]


def test_it_is_booked_all_the_same(database: Database) -> None:
    world = build(database)
    with database.begin() as unit:
        second = apply(unit, course(world), actor=ACTOR, now=NOW).visits[1]
    with database.begin() as unit:
        visit = loads.visit(unit.connection, second)
        apply(unit, (Move(visit, (needling(world, MONDAY + 35 * A_DAY),)),), actor=ACTOR, now=NOW)
