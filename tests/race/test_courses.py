"""Several who write the same rest of a course, or accept the same repair, at once; and a worker that is killed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from clinic.db.courses import repairs
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.courses.repair import Status as RepairStatus
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.visits.visit import Status
from clinic.services.courses.losing import Lost
from clinic.services.courses.repair.propose import begin_repair
from clinic.services.courses.repair.run import LEASE, solve_due
from clinic.services.courses.replan import Seen, look
from clinic.services.courses.tail import Asked
from clinic.services.courses.under_way import under_way as state
from tests.race.crowd import at_once, busy_practice, crowd, faults, sound
from tests.under_way import under_way
from tests.world import ACTOR, NOW, World, at

pytestmark = pytest.mark.race

CLERKS = 4
ILL = Trouble(Kind.ABSENCE, "staff1", at("2026-11-23", 0), at("2026-11-28", 0))


@pytest.fixture
def world(database: Database) -> World:
    return busy_practice(database)


def seen_of(database: Database, asked: Asked) -> Seen:
    found = look(database.read, asked, now=NOW)
    return Seen(found.versions, found.places())


def begun(database: Database, *, solved: bool = True) -> tuple[str, int]:
    """A repair with the version that everybody sees."""
    repair = begin_repair(database.begin, database.read, ILL, actor=ACTOR, now=NOW)
    if solved:
        assert solve_due(database.begin, database.read, now=lambda: NOW) == 1
    with database.read() as unit:
        return repair, repairs.row(unit.connection, repair).version


def versions(database: Database) -> Counter[tuple[str, int]]:
    """How many visits there are of each status and version."""
    query = select(appointment.c.status, appointment.c.version, func.count()).group_by(
        appointment.c.status, appointment.c.version
    )
    with database.read() as unit:
        return Counter({(row[0], row[1]): row[2] for row in unit.connection.execute(query)})


@pytest.mark.parametrize("cancelled", [False, True])
def test_of_clerks_who_take_the_same_dates_one_wins_and_the_others_are_told(
    database: Database, world: World, database_url: str, tmp_path: Path, cancelled: bool
) -> None:
    """A longer gap moves two visits; or one is cancelled and its session gets another date."""
    course = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    asked = Asked(course, gap_after=8)
    if cancelled:
        with database.read() as unit:
            visit = state(unit, course).sessions[1].visit
        assert visit is not None
        asked = Asked(course, lost=Lost(visit.public_id, Status.CANCELLED, "patient_ill"))
    told, _ = at_once(
        crowd(database_url, tmp_path, "replan_seen", CLERKS, given=(asked, seen_of(database, asked), "x"))
    )
    assert faults(told) == []
    assert Counter(one.get("refused") for one in told) == {None: 1, "stale": CLERKS - 1}
    found = versions(database)
    if cancelled:
        assert found == {("done", 1): 1, ("cancelled", 2): 1, ("booked", 1): 3}
    else:
        assert found == {("done", 1): 1, ("booked", 2): 2, ("booked", 1): 1}
    sound(database)


def test_of_clerks_who_accept_the_same_repair_one_wins_and_the_others_are_told(
    database: Database, world: World, database_url: str, tmp_path: Path
) -> None:
    for number in range(3):
        under_way(database, world, ("booked", 3), ("booked", 7), patient=number, hour=9 + number)
    told, _ = at_once(crowd(database_url, tmp_path, "accept_seen", CLERKS, given=begun(database)))
    assert faults(told) == []
    assert Counter(one.get("refused") for one in told) == {None: 1, "stale": CLERKS - 1}
    assert [one for one in told if "moved" in one] == [{"moved": 6, "left": []}]
    assert versions(database) == {("booked", 2): 6}
    sound(database)


def test_a_repair_and_the_rest_of_a_course_written_at_once_move_no_visit_by_halves(
    database: Database, world: World, database_url: str, tmp_path: Path
) -> None:
    """Either the repair comes first and the clerk is told, or the clerk does and the repair leaves the patient out."""
    course = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    asked = Asked(course, gap_after=8)
    clerks = crowd(database_url, tmp_path, "replan_seen", 1, given=(asked, seen_of(database, asked), "flare"))
    told, _ = at_once([*clerks, *crowd(database_url, tmp_path, "accept_seen", 1, given=begun(database))])
    assert faults(told) == []
    replanned, accepted = told
    assert (replanned.get("refused") == "stale") == (accepted["moved"] == 2)
    assert replanned.get("moved", 2) == 2
    assert accepted["left"] == [] or {code for _, code in accepted["left"]} <= {"stale", "slot_taken"}
    assert versions(database) == {("done", 1): 1, ("booked", 2): 2, ("booked", 1): 1}
    sound(database)


@pytest.mark.parametrize("statements", [12, 60, 110, 160])
def test_clerks_who_are_killed_while_they_accept_leave_whole_patients(
    database: Database, world: World, database_url: str, tmp_path: Path, statements: int
) -> None:
    for number in range(3):
        under_way(database, world, ("booked", 3), ("booked", 7), patient=number, hour=9 + number)
    given = begun(database)
    jobs = crowd(database_url, tmp_path, "accept_seen", 1, given=given)
    _, killed = at_once([replace(job, dies_at=statements) for job in jobs])
    assert killed == 1
    sound(database)
    with database.read() as unit:
        rows = unit.connection.execute(select(appointment.c.patient_id, appointment.c.version).distinct()).all()
        row = repairs.row(unit.connection, given[0])
    assert len(rows) == 3
    (again := tmp_path / "again").mkdir()
    told, _ = at_once(crowd(database_url, again, "accept_seen", 1, given=(given[0], row.version)))
    assert faults(told) == []
    assert versions(database) == {("booked", 2): 6}
    sound(database)


def test_what_a_killed_worker_was_solving_the_next_one_finishes_once_its_lease_is_over(
    database: Database, world: World, database_url: str, tmp_path: Path
) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7))
    repair, version = begun(database, solved=False)
    told, killed = at_once(crowd(database_url, tmp_path, "solve_and_die", 1))
    assert (told, killed) == ([], 1)
    almost = NOW + LEASE * 0.99
    assert solve_due(database.begin, database.read, now=lambda: almost) == 0
    with database.read() as unit:
        assert repairs.row(unit.connection, repair).status is RepairStatus.SOLVING
    assert solve_due(database.begin, database.read, now=lambda: NOW + LEASE) == 1
    with database.read() as unit:
        row = repairs.row(unit.connection, repair)
    assert (row.status, row.version) == (RepairStatus.OPTIMAL, version + 1)
