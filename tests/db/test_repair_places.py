"""Somebody works at two locations: each is repaired, the way between them kept, and what it costs at least is known."""

from dataclasses import replace

from sqlalchemy import delete, insert, select, update

from clinic.db.tables.practice import location, location_hours, room, staff_hours, travel
from clinic.db.unit import Database
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Open
from clinic.engine.repair.solve import solve
from clinic.services.apply import apply
from clinic.services.courses.repair.answer import Draft, answered
from tests.under_way import day, protocol
from tests.world import ACTOR, NOW, World, at, needling, single

DAY = 24 * 12
TROUBLE = Trouble(Kind.ABSENCE, "staff1", at("2026-11-23", 0), at("2026-11-28", 0))


def look(database: Database) -> Draft:
    return answered(database.read, TROUBLE, solve, now=NOW)


def west(database: Database, world: World, *, minutes: int = 0) -> None:
    """A second location with the second room, so far away; whoever works here works there too."""
    with database.begin() as unit:
        row = dict(unit.connection.execute(select(location)).mappings().one())
        there = {**row, "id": 2, "public_id": "west", "code": "west", "name": "West"}
        unit.connection.execute(insert(location).values(there))
        for table in (location_hours, staff_hours):
            rows = [dict(each) for each in unit.connection.execute(select(table)).mappings()]
            copies = [{k: v for k, v in each.items() if k != "id"} | {"location_id": 2} for each in rows]
            unit.connection.execute(insert(table), copies)
        unit.connection.execute(update(room).where(room.c.public_id == "room2").values(location_id=2))
        if minutes:
            unit.connection.execute(
                insert(travel).values(from_location_id=world.location, to_location_id=2, minutes=minutes)
            )


def book(database: Database, world: World, starts: int, *, west: bool = False, whose: int = 0) -> None:
    visit = single(world, needling(world, starts, room=int(west)), patient=whose)
    with database.begin() as unit:
        apply(unit, (Book(replace(visit, location_id=2 if west else 1)),), actor=ACTOR, now=NOW)


def test_who_works_at_two_places_is_repaired_at_both(database: Database, world: World) -> None:
    west(database, world)
    book(database, world, at("2026-11-23", 10))
    book(database, world, at("2026-11-24", 10), west=True, whose=1)
    draft = look(database)
    moved = [new.stretches[0] for _, new in draft.moved.values()]
    assert [(each.staff_id, each.room_id) for each in moved] == [(world.staff[1], room) for room in world.rooms]
    assert (draft.left, draft.proven, draft.bound) == ([], True, draft.objective)


def test_who_is_wanted_at_two_places_has_the_way_between_them_which_is_not_proven_cheapest(
    database: Database, world: World
) -> None:
    west(database, world, minutes=20)
    book(database, world, at("2026-11-23", 10))
    book(database, world, at("2026-11-23", 11), west=True, whose=1)
    draft = look(database)
    here, there = sorted(draft.moved.values(), key=lambda moved: moved[1].location_id)
    way = 20 // 5
    assert there[1].starts >= here[1].ends + way or here[1].starts >= there[1].ends + way
    assert (draft.left, draft.proven) == ([], False)
    assert 0 < draft.bound < draft.objective


def test_a_patient_who_has_to_move_at_two_places_is_proven_where_neither_is_in_the_others_way(
    database: Database, world: World
) -> None:
    west(database, world)
    book(database, world, at("2026-11-23", 10))
    book(database, world, at("2026-11-27", 10), west=True)
    draft = look(database)
    assert (len(draft.moved), draft.proven, draft.bound) == (2, True, draft.objective)


def test_a_patient_who_has_to_move_at_two_places_costs_what_each_visit_costs_at_least(
    database: Database, world: World
) -> None:
    """By themselves both could go to the Thursday, in whose region one of them is needled."""
    west(database, world)
    book(database, world, at("2026-11-24", 10))
    book(database, world, at("2026-11-27", 10), west=True)
    with database.begin() as unit:
        unit.connection.execute(delete(staff_hours).where(staff_hours.c.weekday.in_([0, 1, 4])))
    draft = look(database)
    assert (len(draft.moved), draft.left, draft.proven) == (2, [], False)
    assert 0 < draft.bound < draft.objective


def test_a_course_that_moves_at_two_places_keeps_its_distances_and_is_bound_without_them(
    database: Database, world: World
) -> None:
    west(database, world)
    starts = at("2026-11-24", 10), at("2026-11-30", 10)
    visits = [replace(single(world, needling(world, each, room=n)), ordinal=n + 1) for n, each in enumerate(starts)]
    course = NewPlan(world.patients[0], world.location, protocol(2, modality=Modality.DRY_NEEDLING), day(-1))
    with database.begin() as unit:
        books = (Book(visits[0]), Book(replace(visits[1], location_id=2)))
        apply(unit, (Open(course), *books), actor=ACTOR, now=NOW)
        unit.connection.execute(delete(staff_hours).where(staff_hours.c.weekday.in_([0, 1, 4])))
    draft = answered(database.read, replace(TROUBLE, ends=at("2026-12-05", 0)), solve, now=NOW)
    first, second = sorted(new.starts for _, new in draft.moved.values())
    assert 3 * DAY <= second - first <= 7 * DAY
    assert (draft.left, draft.proven) == ([], False)
    assert 0 < draft.bound < draft.objective
