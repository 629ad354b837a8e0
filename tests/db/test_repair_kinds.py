"""Each kind of trouble, and what makes a repair harder: rooms that swap, regions that take turns, full weeks."""

from dataclasses import replace

from sqlalchemy import delete, insert, update

from clinic.db.courses import repairs
from clinic.db.tables.courses import plan
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice, resource, room, staff_hours
from clinic.db.tables.practice import staff as practice_staff
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.component import Component
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Anchor, Phase, Protocol
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Open
from clinic.domain.visits.visit import Kind as VisitKind
from clinic.domain.visits.visit import NewVisit, Status, Stretch, Visit
from clinic.engine.repair.solve import solve
from clinic.services.apply import apply
from clinic.services.courses.repair.accept import Accepted, accept
from clinic.services.courses.repair.answer import Draft, answered
from clinic.services.courses.repair.propose import begin_repair
from tests.under_way import day, under_way
from tests.world import ACTOR, NOW, TZ, World, at, needling, single

MONDAY, SATURDAY = at("2026-11-23", 0), at("2026-11-28", 0)


def look(database: Database, trouble: Trouble) -> Draft:
    return answered(database.read, trouble, solve, now=NOW)


def book(database: Database, world: World, starts: int, *, whose: int = 0, staff: int = 0, where: int = 0) -> str:
    visit = single(world, needling(world, starts, staff=staff, room=where), patient=whose)
    with database.begin() as unit:
        return apply(unit, (Book(visit),), actor=ACTOR, now=NOW).visits[0]


def placed(draft: Draft) -> list[tuple[int, int | None, int | None]]:
    """(start, therapist, room) of each visit that goes elsewhere."""
    lead = [new.stretches[0] for _, new in draft.moved.values()]
    return [(each.starts, each.staff_id, each.room_id) for each in lead]


def test_a_closed_room_sends_its_visits_to_another(database: Database, world: World) -> None:
    book(database, world, at("2026-11-23", 10))
    draft = look(database, Trouble(Kind.ROOM, "room1", MONDAY, SATURDAY))
    assert placed(draft) == [(at("2026-11-23", 10), world.staff[0], world.rooms[1])]
    assert draft.objective == 0


def test_cover_keeps_the_times_rather_than_the_therapist(database: Database, world: World) -> None:
    book(database, world, at("2026-11-23", 10))
    draft = look(database, Trouble(Kind.COVER, "staff1", MONDAY, at("2026-11-24", 0)))
    assert placed(draft) == [(at("2026-11-23", 10), world.staff[1], world.rooms[0])]
    assert draft.objective == 0


def test_who_has_lost_a_credential_gives_nothing_that_needs_it(database: Database, world: World) -> None:
    book(database, world, at("2026-11-23", 10))
    under_way(database, world, ("booked", 4), patient=1)
    draft = look(database, Trouble(Kind.CREDENTIAL, "staff1", MONDAY, skill="dry-needling"))
    assert placed(draft) == [(at("2026-11-23", 10), world.staff[1], world.rooms[0])]


def test_single_visits_keep_their_distance_to_other_needlings(database: Database, world: World) -> None:
    book(database, world, at("2026-11-24", 10))
    book(database, world, at("2026-11-27", 10), staff=1)
    closed = Trouble(Kind.LOCATION, "loc1", at("2026-11-24", 0), at("2026-11-25", 0))
    ((start, *_),) = placed(look(database, closed))
    assert abs(start - at("2026-11-27", 10)) >= 72 * 12


def test_what_a_patient_has_besides_one_course_is_placed_with_it(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3))
    book(database, world, at("2026-11-24", 14))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    assert (len(draft.moved), draft.left, draft.proven) == (2, [], True)


def test_courses_of_one_patient_never_share_an_hour_or_a_day(database: Database, world: World) -> None:
    """Both therapists are free at one time alone, on one day: one visit has it, the other another day."""
    first, second = (under_way(database, world, ("booked", days), hour=10) for days in (3, 4))
    with database.begin() as unit:
        unit.connection.execute(update(staff_hours).values(starts_minute=600, ends_minute=630))
        later = staff_hours.c.weekday.in_([0, 2])
        unit.connection.execute(delete(staff_hours).where(~later))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, at("2026-11-25", 0)))
    starts = sorted(start for start, *_ in placed(draft))
    assert (first != second, starts) == (True, [at("2026-11-23", 10), at("2026-11-25", 10)])
    assert (draft.left, draft.proven) == ([], True)


def test_where_a_week_would_be_too_full_the_courses_follow_one_another(database: Database, world: World) -> None:
    for days in (3, 10):
        under_way(database, world, ("booked", days))
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_week=1, most_visits_a_day=2))
        unit.connection.execute(delete(staff_hours).where(staff_hours.c.staff_id == world.staff[1]))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", at("2026-11-20", 0), at("2026-12-05", 0)))
    weeks = [start // (7 * 24 * 12) for start, *_ in placed(draft)]
    assert len(weeks) == len(set(weeks))
    assert (len(draft.moved) + len(draft.left), draft.proven) == (2, False)


def test_courses_that_needle_in_one_region_follow_one_another(database: Database, world: World) -> None:
    for date in ("2026-11-23", "2026-11-26"):
        book(database, world, at(date, 10))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    starts = sorted(start for start, *_ in placed(draft))
    assert (starts[1] - starts[0] >= 72 * 12, draft.left, draft.proven) == (True, [], True)
    assert draft.bound == draft.objective > 0


def test_what_follows_one_another_and_costs_more_for_it_says_what_it_costs_at_least(
    database: Database, world: World
) -> None:
    """By themselves both could go to the days next to their own, which lie too near to each other."""
    for date in ("2026-11-24", "2026-11-27"):
        book(database, world, at(date, 10))
    with database.begin() as unit:
        unit.connection.execute(delete(staff_hours).where(staff_hours.c.weekday.in_([0, 1, 4])))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    assert (len(draft.moved), draft.left, draft.proven) == (2, [], False)
    assert 0 < draft.bound < draft.objective


def test_visits_that_take_each_others_rooms_move_at_once(database: Database, world: World) -> None:
    """Each goes to the other's room: neither can go first."""
    ids = [book(database, world, at("2026-11-23", 10), whose=n, staff=n, where=n) for n in (0, 1)]
    repair = begin_repair(
        database.begin, database.read, Trouble(Kind.ROOM, "room1", MONDAY, SATURDAY), actor=ACTOR, now=NOW
    )
    with database.begin() as unit:
        row = repairs.row(unit.connection, repair)
        (move,) = row.proposal.moves
        first, second = (loads.visit(unit.connection, id_) for id_ in ids)
        there = replace(move.was, room="room2")
        swap = (
            replace(move, visit=ids[0], to=there),
            replace(move, visit=ids[1], patient="patient2", to=replace(there, therapist="staff2", room="room1")),
        )
        repairs.revise(unit.connection, row, proposal=replace(row.proposal, moves=swap))
    found = accept(database.begin, database.read, repair, version=row.version + 1, actor=ACTOR, now=NOW)
    assert found == Accepted(2)
    with database.read() as unit:
        rooms = [loads.visit(unit.connection, id_).stretches[0].room_id for id_ in ids]
    assert rooms == [second.stretches[0].room_id, first.stretches[0].room_id]


def test_a_time_that_went_to_somebody_else_is_named_and_stays_open(database: Database, world: World) -> None:
    book(database, world, at("2026-11-23", 10))
    trouble = Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY)
    repair = begin_repair(database.begin, database.read, trouble, actor=ACTOR, now=NOW)
    book(database, world, at("2026-11-23", 10), whose=1, staff=1, where=1)
    found = accept(database.begin, database.read, repair, version=1, actor=ACTOR, now=NOW)
    assert (found.moved, [code for _, code in found.refused]) == (0, ["repair_needs_others"])
    with database.read() as unit:
        assert len(repairs.row(unit.connection, repair).proposal.open) == 1


def turns(database: Database, world: World) -> list[Visit]:
    """Needlings of the left and the right shoulder in turn, two days apart."""
    phase = Phase("A", 4, 3, 4, 8, (Component(Modality.DRY_NEEDLING, 30, "dry-needling", "treatment"),))
    protocol = Protocol("turns", 1, "Turns", "", (phase,), Anchor.NEEDLING, 60)
    sides = (Target(Region.SHOULDER, Side.LEFT), Target(Region.SHOULDER, Side.RIGHT))
    visits = ((f"2026-11-{on}", 10) for on in (23, 25, 27, 30))
    return course(database, world, protocol, *visits, sides=sides)


def course(
    database: Database,
    world: World,
    protocol: Protocol,
    *visits: tuple[str, int],
    sides: tuple[Target, ...] = (Target(Region.SHOULDER, Side.LEFT),),
) -> list[Visit]:
    """The patient's visits at ten, each with its day and its ticks; the sides take turns."""
    new = NewPlan(world.patients[0], world.location, protocol, day(-60))
    books = [
        Book(
            NewVisit(
                world.patients[0],
                world.location,
                TZ,
                VisitKind.SESSION,
                Status.BOOKED,
                (replace(needling(world, at(on, 10)), ends=at(on, 10) + ticks),),
                (sides[n % len(sides)],),
                ordinal=n + 1,
            )
        )
        for n, (on, ticks) in enumerate(visits)
    ]
    with database.begin() as unit:
        apply(unit, (Open(new), *books), actor=ACTOR, now=NOW)
        return list(loads.of_patient(unit.connection, world.patients[0]))


def test_where_sides_take_turns_each_visit_keeps_its_distance_to_its_own(database: Database, world: World) -> None:
    visits = turns(database, world)
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", at("2026-11-25", 0), SATURDAY))
    assert (draft.left, draft.bound > 0) == ([], True)
    after = [draft.moved[visit.id][1] if visit.id in draft.moved else visit for visit in visits]
    assert len(draft.moved) == 2
    for earlier, later in ((0, 2), (1, 3)):
        assert after[later].starts - after[earlier].starts >= 72 * 12


def test_a_week_holds_no_more_visits_than_are_planned(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_week=1))
        unit.connection.execute(update(room).values(active=True))
    book(database, world, at("2026-11-24", 10))
    under_way(database, world, ("booked", 11))
    closed = Trouble(Kind.LOCATION, "loc1", at("2026-11-24", 0), at("2026-11-28", 0))
    ((start, *_),) = placed(look(database, closed))
    assert not at("2026-11-30", 0) <= start < at("2026-12-05", 0)


def test_nobody_is_planned_for_who_has_died(database: Database, world: World) -> None:
    public_id = book(database, world, at("2026-11-23", 10))
    with database.begin() as unit:
        unit.connection.execute(update(patient).values(deceased=True))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    assert [(each.visit.public_id, each.reason.code) for each in draft.left] == [(public_id, "patient_deceased")]


def test_nobody_gets_the_room_of_a_visit_that_stays(database: Database, world: World) -> None:
    """Whoever takes over is there from ten on, when the first visit still has the only room."""
    book(database, world, at("2026-11-23", 10))
    book(database, world, at("2026-11-23", 9), whose=1)
    with database.begin() as unit:
        unit.connection.execute(update(patient).where(patient.c.id == world.patients[0]).values(deceased=True))
        unit.connection.execute(update(room).where(room.c.id != world.rooms[0]).values(active=False))
        unit.connection.execute(update(staff_hours).values(starts_minute=600, ends_minute=720, weekday=0))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    ((start, *who_and_where),) = placed(draft)
    assert who_and_where == [world.staff[1], world.rooms[0]]
    assert draft.left[0].visit.ends <= start < at("2026-11-23", 12)
    assert (len(draft.left), draft.proven) == (1, True)


def test_a_move_that_a_rule_forbids_is_left_out_with_the_rule(database: Database, world: World) -> None:
    """More needlings than may be given before a review were booked while it was marked, which is undone."""
    visits = turns(database, world)
    with database.begin() as unit:
        unit.connection.execute(update(plan).values(cap=3))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", at("2026-11-25", 0), at("2026-11-26", 0)))
    assert [(each.visit.id, each.reason.code) for each in draft.left] == [(visits[1].id, "cap_reached")]
    assert (draft.moved, draft.proven) == ({}, True)


def test_a_visit_of_a_course_keeps_its_distance_from_one_that_finds_no_place(database: Database, world: World) -> None:
    """The visit before is too long for whoever takes over and stays; the next would follow it on the day after."""
    phase = Phase("A", 3, 1, 3, 8, (Component(Modality.DRY_NEEDLING, 30, "dry-needling", "treatment"),))
    protocol = Protocol("near", 1, "Near", "", (phase,), Anchor.SESSION, 60)
    course(database, world, protocol, ("2026-11-23", 6), ("2026-11-26", 18), ("2026-11-30", 6))
    with database.begin() as unit:
        hours = {"starts_minute": 600, "ends_minute": 645, "weekday": 4}
        unit.connection.execute(update(staff_hours).where(staff_hours.c.staff_id == world.staff[1]).values(hours))
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", at("2026-11-24", 0), at("2026-12-05", 0)))
    assert [start for start, *_ in placed(draft)] == [at("2026-12-04", 10)]
    assert [each.visit.starts for each in draft.left] == [at("2026-11-26", 10)]
    assert draft.proven


def test_a_visit_of_two_parts_moves_whole(database: Database, world: World) -> None:
    """Needled in a room, then in the gym with somebody else: whoever is left gives both."""
    begins = at("2026-11-23", 10)
    gym = Stretch(begins + 9, begins + 15, world.staff[1], world.gym, (Modality.EXERCISE,))
    visit = single(world, needling(world, begins), gym)
    with database.begin() as unit:
        apply(unit, (Book(visit),), actor=ACTOR, now=NOW)
    draft = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    ((_, new),) = draft.moved.values()
    assert [(each.starts - begins, each.staff_id, each.room_id) for each in new.stretches] == [
        (0, world.staff[1], world.rooms[0]),
        (9, world.staff[1], new.stretches[1].room_id),
    ]
    assert new.stretches[1].room_id != world.rooms[0]
    with database.begin() as unit:
        unit.connection.execute(update(practice_staff).values(patient_limits={"exercise": 2}))
        for owner in world.staff:
            lane = {"kind": "staff", "owner_id": owner, "lane": 1, "overbook": False}
            unit.connection.execute(insert(resource).values(lane))
    both = look(database, Trouble(Kind.ABSENCE, "staff1", MONDAY, SATURDAY))
    ((_, again),) = both.moved.values()
    assert again.stretches == new.stretches
