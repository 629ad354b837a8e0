"""Who finds no place stays where he is: nobody gets his room, and no other needling of his comes near."""

from sqlalchemy import update

from clinic.db.tables.practice import staff_hours
from clinic.db.unit import Database
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.visits.changes import Book
from clinic.engine.repair.solve import solve
from clinic.services.apply import apply
from clinic.services.courses.repair.answer import answered
from tests.world import ACTOR, NOW, World, at, needling, single

ILL = Trouble(Kind.ABSENCE, "staff1", at("2026-11-20", 0), at("2028-06-01", 0))


def test_nobody_goes_back_to_his_room_while_a_visit_that_stays_has_it(database: Database, world: World) -> None:
    """The first is too long for whoever takes over, who has time for the other one while it lasts."""
    long = single(world, needling(world, at("2026-11-23", 10), ticks=18))
    short = single(world, needling(world, at("2026-11-23", 9)), patient=1)
    with database.begin() as unit:
        apply(unit, (Book(long), Book(short)), actor=ACTOR, now=NOW)
        hours = {"starts_minute": 600, "ends_minute": 645, "weekday": 0}
        unit.connection.execute(update(staff_hours).where(staff_hours.c.staff_id == world.staff[1]).values(hours))
    draft = answered(database.read, ILL, solve, now=NOW)
    ((_, new),) = draft.moved.values()
    assert (new.patient_id, new.starts, new.stretches[0].room_id) == (
        world.patients[1],
        at("2026-11-23", 10),
        world.rooms[1],
    )
    assert [each.visit.patient_id for each in draft.left] == [world.patients[0]]


def test_a_visit_that_stands_alone_keeps_its_distance_from_one_that_finds_no_place(
    database: Database, world: World
) -> None:
    """Whoever takes over is there on Wednesdays, and the other one is too long for it: on the day after the first."""
    short, long = (
        single(world, needling(world, at(f"2026-11-{on}", 10), ticks=ticks)) for on, ticks in ((23, 9), (26, 18))
    )
    with database.begin() as unit:
        apply(unit, (Book(short), Book(long)), actor=ACTOR, now=NOW)
        hours = {"starts_minute": 600, "ends_minute": 645, "weekday": 2}
        unit.connection.execute(update(staff_hours).where(staff_hours.c.staff_id == world.staff[1]).values(hours))
    draft = answered(database.read, ILL, solve, now=NOW)
    assert [new.starts for _, new in draft.moved.values()] == [at("2026-12-02", 10)]
    assert [each.visit.starts for each in draft.left] == [at("2026-11-26", 10)]
    assert draft.proven
