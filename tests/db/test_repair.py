"""Repairs: everybody whom a trouble meets is placed or named, and nothing is written by halves; on both databases."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from clinic.db.courses import handovers, reads, repairs
from clinic.db.courses.repairs import RepairRow
from clinic.db.tables.practice import absence
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.repair import Fate, Status
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.time import instant_of, zone
from clinic.engine.repair.solve import propose, solve
from clinic.services.courses.repair.accept import Accepted, accept
from clinic.services.courses.repair.answer import Draft, answered
from clinic.services.courses.repair.handover import acknowledge
from clinic.services.courses.repair.propose import begin_repair, leave_out
from clinic.services.courses.repair.run import solve_due
from tests.under_way import under_way
from tests.world import ACTOR, NOW, TZ, World, at


def ill(first: str = "2026-11-23", last: str = "2026-11-28") -> Trouble:
    return Trouble(Kind.ABSENCE, "staff1", at(first, 0), at(last, 0))


def look(database: Database, trouble: Trouble) -> Draft:
    return answered(database.read, trouble, solve, now=NOW)


def told(draft: Draft) -> list[tuple[str, str, int | None]]:
    """(from, to, therapist) of each visit that goes elsewhere."""

    def said(tick: int) -> str:
        return f"{instant_of(tick).astimezone(zone(TZ)):%d %H:%M}"

    return [(said(old.starts), said(new.starts), new.stretches[0].staff_id) for old, new in draft.moved.values()]


def test_a_colleague_takes_over_at_the_same_times(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7), ("pencilled", 12))
    draft = look(database, ill())
    assert told(draft) == [("23 10:00", "23 10:00", world.staff[1]), ("27 10:00", "27 10:00", world.staff[1])]
    assert (draft.objective, draft.bound, draft.proven, draft.left) == (8 + 8 + 8, 24, True, [])
    assert told(answered(database.read, ill(), propose, now=NOW)) == told(draft)


def clock() -> datetime:
    return NOW


def begun(database: Database, trouble: Trouble, **said: Any) -> str:
    return begin_repair(database.begin, database.read, trouble, actor=ACTOR, now=NOW, **said)


def stored(database: Database, repair: str) -> RepairRow:
    with database.read() as unit:
        return repairs.row(unit.connection, repair)


def accepted(database: Database, repair: str, *patients: str) -> Accepted:
    version = stored(database, repair).version
    return accept(database.begin, database.read, repair, patients, version=version, actor=ACTOR, now=NOW)


def test_a_repair_is_kept_solved_and_accepted_once(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7), ("pencilled", 12))
    repair = begun(database, ill(), enter="sick")
    assert stored(database, repair).status is Status.SOLVING
    assert solve_due(database.begin, database.read, now=clock) == 1
    row = stored(database, repair)
    assert (row.status, row.objective, row.bound) == (Status.OPTIMAL, 24, 24)
    assert accepted(database, repair) == Accepted(2)
    assert stored(database, repair).status is Status.APPLIED
    with database.read() as unit:
        found = loads.of_patient(unit.connection, world.patients[0])
        assert [visit.stretches[0].staff_id for visit in found] == [world.staff[1], world.staff[1], world.staff[0]]
        assert unit.connection.execute(select(func.count()).select_from(absence)).scalar_one() == 1
    with pytest.raises(Invalid):
        accepted(database, repair)
    assert look(database, ill()).moved == {}


def test_a_visit_that_was_changed_meanwhile_is_named_and_the_others_move(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3))
    under_way(database, world, ("booked", 4), patient=1, hour=11)
    repair = begun(database, ill())
    stale = stored(database, repair).proposal.moves[0].visit
    with database.begin() as unit:
        unit.connection.execute(update(appointment).where(appointment.c.public_id == stale).values(version=2))
    assert accepted(database, repair) == Accepted(1, ((stale, "stale"),))
    assert stored(database, repair).status is Status.APPLIED


def test_one_patient_is_accepted_and_another_left_out(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3))
    under_way(database, world, ("booked", 4), patient=1, hour=11)
    repair = begun(database, ill())
    leave_out(database.begin, repair, "patient2", version=stored(database, repair).version, actor=ACTOR, now=NOW)
    assert accepted(database, repair, "patient1") == Accepted(1)
    row = stored(database, repair)
    assert [move.fate for move in row.proposal.moves] == [Fate.APPLIED, Fate.LEFT_OUT]
    assert row.status is Status.APPLIED


def test_what_finds_no_place_is_named_with_what_would_help(database: Database, world: World) -> None:
    nobody_else = {"therapist": "staff1", "therapist_required": True}
    under_way(database, world, ("done", -3), ("booked", 3), ("booked", 9), preferences=nobody_else)
    (left,) = look(database, ill()).left
    assert (left.visit.starts, left.reason.code) == (at("2026-11-23", 10), "gaps_leave_nothing")
    assert [(each.code, each.start) for each in left.remedies if each.code == "other_therapist"] == [
        ("other_therapist", at("2026-11-23", 10))
    ]
    repair = begun(database, ill())
    assert [(each.visit, each.code) for each in stored(database, repair).proposal.unplaced] == [
        (left.visit.public_id, "gaps_leave_nothing")
    ]


def test_a_closed_place_pauses_its_courses(database: Database, world: World) -> None:
    under_way(database, world, ("done", -3), ("booked", 3), ("booked", 7), ("booked", 24))
    closed = Trouble(Kind.LOCATION, "loc1", at("2026-11-23", 0), at("2026-12-05", 0))
    draft = look(database, closed)
    assert (draft.left, [to for _, to, _ in told(draft)]) == ([], ["20 12:00", "07 10:00"])


def test_a_course_is_handed_over_for_good_with_what_is_known_of_it(database: Database, world: World) -> None:
    wished = {"therapist": "staff1", "therapist_required": True}
    course = under_way(
        database, world, ("done", -4), ("booked", 3), ("booked", 7), lead_staff_id=world.staff[0], preferences=wished
    )
    trouble = Trouble(Kind.HANDOVER, "staff1", at("2026-11-23", 0), to="staff2")
    repair = begun(database, trouble)
    assert accepted(database, repair) == Accepted(2)
    with database.read() as unit:
        row = reads.plan_row(unit.connection, course)
        (line,) = handovers.waiting(unit.connection, "staff2")
    assert (row.lead, row.preferences["therapist"], row.version) == ("C. Marin", "staff2", 2)
    assert (line.plan, line.summary["done"], line.summary["sessions"]) == (course, 1, 3)
    assert (line.summary["last"]["starts"], line.summary["next"]["starts"]) == (
        at("2026-11-16", 10),
        at("2026-11-23", 10),
    )
    for _ in range(2):
        acknowledge(database.begin, line.public_id, actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert handovers.waiting(unit.connection) == ()
    with pytest.raises(NotFound):
        acknowledge(database.begin, "nowhere", actor=ACTOR, now=NOW)


def test_the_courses_of_what_moves_are_known_with_all_their_visits_that_stand(database: Database, world: World) -> None:
    under_way(database, world, ("done", -2), ("booked", 3), ("cancelled", 7))
    under_way(database, world, ("booked", 4), patient=1)
    moves = stored(database, begun(database, ill())).proposal.moves
    with database.read() as unit:
        found = repairs.courses(unit.connection, [moves[0].visit])
        assert repairs.courses(unit.connection, []) == {}
    starts = sorted(start for course in found.values() for start in course.values())
    assert starts == [at("2026-11-18", 10), at("2026-11-23", 10)]
