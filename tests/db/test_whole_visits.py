"""Visits of several stretches: each with its own person and room, one after another, perhaps after a wait."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from clinic.db import sweep
from clinic.db.tables.messages import obligation
from clinic.db.tables.practice import resource, staff
from clinic.db.tables.visits import claim, segment
from clinic.db.unit import Database
from clinic.domain.errors import SlotTaken
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import Status, Stretch, Visit
from clinic.services.apply import Applied, apply
from tests.world import ACTOR, NOW, World, at, build, needling, patient, single, visit_now

TEN = at("2026-11-23", 10)
THURSDAY = at("2026-11-26", 10)


@pytest.fixture
def world(database: Database) -> World:
    """Where the second of the staff gives exercise to three patients at once."""
    made = build(database)
    assistant = made.staff[1]
    with database.begin() as unit:
        limits = {"patient_limits": {"exercise": 3, "education": 2}, "lanes": 3}
        unit.connection.execute(update(staff).where(staff.c.id == assistant).values(limits))
        for lane in (1, 2):
            row = {"kind": "staff", "owner_id": assistant, "lane": lane, "overbook": False}
            unit.connection.execute(insert(resource).values(row))
        more = [patient(unit.connection, number) for number in (3, 4)]
    return replace(made, patients=(*made.patients, *more))


def do(database: Database, *changes: Change) -> Applied:
    with database.begin() as unit:
        return apply(unit, changes, actor=ACTOR, now=NOW)


def exercise(world: World, starts: int, *, ticks: int = 6, room: int | None = None) -> Stretch:
    return Stretch(starts, starts + ticks, world.staff[1], room, (Modality.EXERCISE,))


def book(database: Database, world: World, *stretches: Stretch, who: int = 0) -> Visit:
    public_id = do(database, Book(single(world, *stretches, patient=who))).visits[0]
    return visit_now(database, public_id)


def held(database: Database, kind: str) -> list[tuple[int, int, int]]:
    """(lane, start, end), counted from ten o'clock on Monday."""
    query = select(resource.c.lane, claim.c.starts, claim.c.ends).join(claim, claim.c.resource_id == resource.c.id)
    with database.read() as unit:
        rows = unit.connection.execute(query.where(resource.c.kind == kind, claim.c.active).order_by(claim.c.starts))
        return [(lane, starts - TEN, ends - TEN) for lane, starts, ends in rows]


def sound(database: Database) -> bool:
    with database.read() as unit:
        return sweep.faults(unit.connection) == ()


def test_the_patient_is_held_through_the_wait_and_everybody_else_for_his_own_part(
    database: Database, world: World
) -> None:
    visit = book(database, world, needling(world, TEN), exercise(world, TEN + 11, room=world.gym))
    assert (visit.starts, visit.ends) == (TEN, TEN + 17)
    assert held(database, "patient") == [(0, 0, 11), (0, 11, 17)]
    assert held(database, "room") == [(0, 0, 10), (0, 11, 17)]
    assert held(database, "staff") == [(0, 0, 9), (0, 11, 17)]
    assert sound(database)
    with database.read() as unit:
        assert len(unit.connection.execute(select(obligation)).all()) == 1
    with pytest.raises(SlotTaken):
        book(database, world, Stretch(TEN + 9, TEN + 11, None, None, (Modality.REVIEW,)))


def test_a_patient_who_is_free_while_he_waits_is_found(database: Database, world: World) -> None:
    book(database, world, needling(world, TEN), exercise(world, TEN + 11, room=world.gym))
    with database.begin() as unit:
        cut = update(claim).where(claim.c.ends == TEN + 11).values(ends=TEN + 9)
        assert unit.connection.execute(cut).rowcount == 1
    with database.read() as unit:
        assert [fault.code for fault in sweep.faults(unit.connection)] == ["patient_unheld"]


def test_a_room_and_a_person_may_go_on_without_a_pause(database: Database, world: World) -> None:
    first = replace(needling(world, TEN), setup=1)
    second = replace(first, starts=TEN + 9, ends=TEN + 15, modalities=(Modality.MANUAL_THERAPY,), cleanup=2)
    visit = book(database, world, first, second)
    assert [(one.setup, one.cleanup) for one in visit.stretches] == [(1, 0), (0, 2)]
    assert held(database, "room") == [(0, -1, 9), (0, 9, 17)]
    assert sound(database)


def test_a_patient_who_stays_waits_in_the_room(database: Database, world: World) -> None:
    first = needling(world, TEN)
    book(database, world, first, replace(first, starts=TEN + 11, ends=TEN + 15, modalities=(Modality.EDUCATION,)))
    assert held(database, "room") == [(0, 0, 11), (0, 11, 16)]
    assert held(database, "staff") == [(0, 0, 9), (0, 11, 15)]


def test_a_move_may_change_the_wait_and_the_rooms(database: Database, world: World) -> None:
    first = needling(world, TEN)
    second = replace(first, starts=TEN + 9, ends=TEN + 15, modalities=(Modality.MANUAL_THERAPY,), cleanup=2)
    visit = book(database, world, first, second)
    later = (
        replace(first, starts=THURSDAY, ends=THURSDAY + 9, cleanup=1),
        replace(second, starts=THURSDAY + 12, ends=THURSDAY + 18, room_id=world.rooms[1], staff_id=world.staff[1]),
    )
    do(database, Move(visit, later))
    moved = visit_now(database, visit.public_id)
    assert (moved.stretches, moved.starts, moved.ends) == (later, THURSDAY, THURSDAY + 18)
    assert [ends - starts for _, starts, ends in held(database, "patient")] == [12, 6]
    assert [ends - starts for _, starts, ends in held(database, "room")] == [10, 8]
    assert sound(database)
    book(database, world, needling(world, TEN, ticks=15), who=1)


def test_a_cancellation_gives_every_stretch_back(database: Database, world: World) -> None:
    visit = book(database, world, needling(world, TEN), exercise(world, TEN + 9, room=world.gym))
    do(database, Turn(visit, Status.CANCELLED))
    assert held(database, "patient") == held(database, "room") == held(database, "staff") == []


def test_a_stretch_by_phone_takes_no_room(database: Database, world: World) -> None:
    book(database, world, Stretch(TEN, TEN + 4, world.staff[0], None, (Modality.REVIEW,)))
    assert held(database, "room") == []
    assert sound(database)


def test_as_many_patients_share_somebody_as_the_most_demanding_component_allows(
    database: Database, world: World
) -> None:
    for who in range(3):
        book(database, world, exercise(world, TEN), who=who)
    assert sorted(held(database, "staff")) == [(lane, 0, 6) for lane in range(3)]
    with pytest.raises(SlotTaken):
        book(database, world, exercise(world, TEN + 3), who=3)


def test_what_is_shared_by_two_takes_one_of_two_lanes(database: Database, world: World) -> None:
    both = replace(exercise(world, TEN), modalities=(Modality.EXERCISE, Modality.EDUCATION))
    do(database, *(Book(single(world, both, patient=who)) for who in range(2)))
    assert sorted(held(database, "staff")) == [(0, 0, 6), (1, 0, 6)]
    with pytest.raises(SlotTaken):
        book(database, world, both, who=2)
    book(database, world, exercise(world, TEN), who=2)


def test_whoever_needles_has_one_patient(database: Database, world: World) -> None:
    book(database, world, needling(world, TEN, staff=1))
    assert [lane for lane, *_ in sorted(held(database, "staff"))] == [0, 1, 2]
    with pytest.raises(SlotTaken):
        book(database, world, exercise(world, TEN + 3), who=1)
    book(database, world, exercise(world, TEN + 9), who=1)
    with pytest.raises(SlotTaken):
        book(database, world, needling(world, TEN + 12, staff=1, room=1), who=2)


def test_segments_keep_the_order_of_the_stretches(database: Database, world: World) -> None:
    do(
        database,
        Book(single(world, needling(world, TEN), exercise(world, TEN + 9))),
        Book(single(world, needling(world, THURSDAY), exercise(world, THURSDAY + 9), patient=1)),
    )
    query = select(segment.c.appointment_id, segment.c.ordinal, segment.c.staff_id).order_by(segment.c.id)
    with database.read() as unit:
        assert [row.staff_id for row in unit.connection.execute(query)] == list(world.staff) * 2
