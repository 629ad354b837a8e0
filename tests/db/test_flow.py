"""What becomes of a visit on its day, and of a course when all of its visits took place."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.tables.messages import obligation
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, Stale
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.courses.book import book
from clinic.services.visits.flow import flow
from clinic.services.visits.reassess import mark, settle
from tests.cared import asked, ready
from tests.db.test_courses import wanted
from tests.world import ACTOR, NOW, World, at, needling, single, visit_now

START = at("2026-11-23", 10)
THEN = instant_of(START) + timedelta(minutes=5)
DAY = (Status.ARRIVED, Status.IN_SESSION, Status.DONE)


@pytest.fixture
def seen(database: Database, world: World) -> Visit:
    with database.begin() as unit:
        public_id = apply(unit, (Book(single(world, needling(world, START))),), actor=ACTOR, now=NOW).visits[0]
    ready(database, world.patients[0], THEN.date())
    return visit_now(database, public_id)


def turn(database: Database, visit: Visit, *statuses: Status, now: datetime = THEN) -> Visit:
    for status in statuses:
        flow(database.begin, visit.public_id, status, version=visit.version, actor=ACTOR, now=now)
        visit = visit_now(database, visit.public_id)
    return visit


def test_a_visit_goes_from_arrival_to_done_and_nobody_outside_is_told(database: Database, seen: Visit) -> None:
    with database.begin() as unit:
        unit.connection.execute(obligation.delete())
    done = turn(database, seen, *DAY)
    assert (done.status, done.version, done.sequence) == (Status.DONE, 4, seen.sequence)
    with database.read() as unit:
        assert unit.connection.execute(select(obligation)).all() == []
        acts = unit.connection.execute(text("SELECT act FROM audit ORDER BY id")).scalars().all()
    assert acts == ["visit.book", "visit.arrived", "visit.in_session", "visit.done"]


def test_a_no_show_gives_the_time_back(database: Database, world: World, seen: Visit) -> None:
    turn(database, seen, Status.NO_SHOW)
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, START), patient=1)),), actor=ACTOR, now=THEN)


def test_what_lies_ahead_did_not_happen_yet(database: Database, seen: Visit) -> None:
    with pytest.raises(Invalid, match="visit_ahead"):
        turn(database, seen, Status.ARRIVED, now=NOW)
    with pytest.raises(Invalid, match="visit_ahead"):
        turn(database, seen, Status.NO_SHOW, now=THEN - timedelta(hours=1))
    assert turn(database, seen, Status.ARRIVED, now=THEN - timedelta(hours=1)).status is Status.ARRIVED


@pytest.mark.parametrize("wrong", [Status.DONE, Status.CANCELLED, Status.IN_SESSION])
def test_no_step_of_the_day_is_skipped(database: Database, seen: Visit, wrong: Status) -> None:
    with pytest.raises(Invalid, match="visit_turns_to"):
        turn(database, seen, wrong)


def test_what_is_done_stays_done(database: Database, seen: Visit) -> None:
    done = turn(database, seen, *DAY)
    with pytest.raises(Invalid, match="visit_settled"):
        turn(database, done, Status.NO_SHOW)


def test_the_flow_is_for_those_who_run_it_on_what_they_saw_and_once(database: Database, seen: Visit) -> None:
    with pytest.raises(Forbidden):
        flow(database.begin, seen.public_id, Status.ARRIVED, version=1, actor=Actor("x", frozenset()), now=THEN)
    once = Once("account:x", "form-1", "abc")
    for _ in range(2):
        flow(database.begin, seen.public_id, Status.ARRIVED, version=1, actor=ACTOR, once=once, now=THEN)
    with pytest.raises(Stale):
        flow(database.begin, seen.public_id, Status.IN_SESSION, version=1, actor=ACTOR, now=THEN)


def test_a_course_is_completed_when_every_visit_took_place_and_every_reassessment_is_done(
    database: Database, world: World
) -> None:
    plan = book(database.begin, database.read, wanted("plantar-heel"), actor=ACTOR, now=NOW).plan
    now = NOW
    ready(database, world.patients[0])
    while True:
        with database.read() as unit:
            row = reads.plan_row(unit.connection, plan)
            visits, sessions = loads.of_plan(unit.connection, row.id), reads.sessions(unit.connection, row.id)
        ahead = [visit for visit in visits if visit.status is Status.BOOKED]
        for visit in ahead:
            now = instant_of(visit.starts)
            asked(database, world.patients[0], [now.date()])
            turn(database, visit, *DAY, now=now)
        due = [one for one in sessions if one.reassess and one.reassessed_at is None]
        if not due:
            break
        assert row.status == "active"
        mark(database.begin, plan, due[0].public_id, "continue", version=row.version, actor=ACTOR, now=now)
        if any(visit.status is Status.PENCILLED for visit in visits):
            settle(database.begin, plan, Status.BOOKED, version=row.version + 1, actor=ACTOR, now=now)
    assert row.status == "completed"
