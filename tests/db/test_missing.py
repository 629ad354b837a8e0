"""A visit that is over without a record stands on its therapist's day and is a task, until the record is signed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.db.care import caseload
from clinic.db.tables.messages import task
from clinic.db.unit import Database
from clinic.domain.time import tick_floor
from clinic.domain.visits.visit import Status
from clinic.services.care import missing
from clinic.services.care.records import save, sign
from clinic.services.messages import jobs
from clinic.services.visits.flow import back
from clinic.services.visits.flow import flow as step
from clinic.services.visits.undo import undo
from tests.db.test_records import full, now_of, visit_on
from tests.world import ACTOR, NOW, World

NEXT_NIGHT = NOW + timedelta(hours=18)


@pytest.fixture
def visit(database: Database, world: World) -> str:
    """One of today that is over, its record not begun."""
    made = visit_on(database, world)
    with database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'in_session'")
    flow(database, made, Status.DONE)
    return made


def flow(database: Database, visit: str, status: Status) -> None:
    version = now_of(database, visit).visit.version
    step(database.begin, visit, status, version=version, actor=ACTOR, now=NOW)


def look(database: Database, *, days: int = 0) -> int:
    with database.begin() as unit:
        return missing.raise_tasks(unit, now=NEXT_NIGHT + timedelta(days=days))


def found(database: Database) -> list[str]:
    with database.read() as unit:
        query = select(task.c.state).where(task.c.kind == "record_missing").order_by(task.c.id)
        return list(unit.connection.execute(query).scalars())


def listed(database: Database, *, days: int = 0) -> list[bool]:
    """Whether each of the therapist's records that wait is begun."""
    with database.read() as unit:
        until = tick_floor(NEXT_NIGHT + timedelta(days=days))
        return [one.begun for one in caseload.unsigned(unit.connection, "staff1", 0, until)]


def write(database: Database, visit: str) -> None:
    version = now_of(database, visit).version
    sign(database.begin, visit, full(database, visit), version=version, actor=ACTOR, now=NEXT_NIGHT)


def test_it_is_a_task_from_the_next_night_until_its_record_is_signed(database: Database, visit: str) -> None:
    with database.begin() as unit:
        assert missing.raise_tasks(unit, now=NOW) == 0
    assert listed(database) == [False]
    with database.begin() as unit:
        jobs.purge(unit, {}, NEXT_NIGHT)
    assert found(database) == ["open"]
    assert (look(database), look(database, days=30)) == (0, 0)
    save(database.begin, visit, full(database, visit), version=0, actor=ACTOR, now=NEXT_NIGHT)
    assert (found(database), listed(database, days=30)) == (["open"], [True])
    write(database, visit)
    assert (found(database), listed(database, days=30), look(database)) == (["dropped"], [], 0)


def test_a_visit_with_its_record_is_no_task(database: Database, visit: str) -> None:
    write(database, visit)
    assert (look(database), found(database)) == (0, [])


def test_a_visit_that_is_not_over_after_all_is_none_until_it_is(database: Database, visit: str) -> None:
    assert look(database) == 1
    version = now_of(database, visit).visit.version
    back(database.begin, visit, version=version, actor=ACTOR, now=NEXT_NIGHT)
    assert (found(database), look(database)) == (["dropped"], 0)
    flow(database, visit, Status.DONE)
    assert (look(database), found(database)) == (1, ["dropped", "open"])


def test_undoing_that_it_is_over_takes_the_task_with_it(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    with database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'in_session'")
    version, done_by = now_of(database, visit).visit.version, replace(ACTOR, request_id="done")
    step(database.begin, visit, Status.DONE, version=version, actor=done_by, now=NOW)
    assert look(database) == 1
    undo(database.begin, "done", actor=replace(ACTOR, request_id="undo"), now=NEXT_NIGHT)
    assert now_of(database, visit).visit.status is Status.IN_SESSION
    assert (found(database), look(database)) == (["dropped"], 0)
