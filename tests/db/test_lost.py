"""A visit that is given up together with a new date for its session: both are written, or neither."""

import pytest
from sqlalchemy import select

from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.errors import Invalid, NotFound, SlotTaken, Stale
from clinic.domain.visits.visit import Status
from clinic.services.courses.losing import Lost
from clinic.services.courses.reflow import Reflow
from clinic.services.courses.replan import Seen, look, replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.under_way import under_way as state
from tests.under_way import day, under_way
from tests.world import ACTOR, NOW, World, at


def visit_of(database: Database, plan: str, ordinal: int) -> str:
    with database.read() as unit:
        visit = state(unit, plan).sessions[ordinal - 1].visit
    assert visit is not None
    return visit.public_id


def losing(database: Database, plan: str, ordinal: int, status: Status = Status.CANCELLED) -> Asked:
    return Asked(plan, lost=Lost(visit_of(database, plan, ordinal), status, "patient_ill"))


def shown(database: Database, asked: Asked) -> Reflow:
    return look(database.read, asked, now=NOW)


def write(database: Database, asked: Asked, found: Reflow, *, places: tuple[str, ...] | None = None) -> int:
    seen = Seen(found.versions, found.places() if places is None else places)
    return replan(database.begin, database.read, asked, seen=seen, actor=ACTOR, reason="", now=NOW)


def statuses(database: Database) -> list[tuple[str, str]]:
    with database.read() as unit:
        query = select(appointment.c.status, appointment.c.cancel_reason).order_by(appointment.c.id)
        return [tuple(row) for row in unit.connection.execute(query)]


def test_what_is_cancelled_makes_room_for_the_new_date_of_its_session(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -3), ("booked", 3), ("booked", 7))
    asked = losing(database, plan, 2)
    found = shown(database, asked)
    (line, stays) = found.lines
    assert (line.placed.on, line.session.lost is not None, stays.stays) == (day(3), True, True)
    assert line.placed.start != at(day(3).isoformat(), 10)
    assert write(database, asked, found) == 1
    assert statuses(database) == [("done", ""), ("cancelled", "patient_ill"), ("booked", ""), ("booked", "")]


def test_whoever_did_not_come_gets_a_new_date_with_the_same_stroke(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -7), ("booked", -1), ("booked", 6))
    asked = losing(database, plan, 2, Status.NO_SHOW)
    found = shown(database, asked)
    assert [(one.session.ordinal, one.stays) for one in found.lines] == [(2, False), (3, True)]
    assert write(database, asked, found) == 1
    assert [status for status, _ in statuses(database)] == ["done", "no_show", "booked", "booked"]


def test_where_the_dates_are_not_those_that_were_seen_nothing_is_given_up(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -3), ("booked", 3), ("booked", 7))
    asked = losing(database, plan, 2)
    found = shown(database, asked)
    with pytest.raises(SlotTaken):
        write(database, asked, found, places=())
    stale = Seen({**found.versions, asked.lost.visit: 0}, found.places())  # type: ignore[union-attr]
    with pytest.raises(Stale):
        replan(database.begin, database.read, asked, seen=stale, actor=ACTOR, now=NOW)
    assert [status for status, _ in statuses(database)] == ["done", "booked", "booked"]


def test_only_a_session_of_the_course_that_still_stands_is_given_up(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -3), ("booked", 3))
    other = under_way(database, world, ("booked", 4), patient=1)
    with pytest.raises(Invalid, match="visit_settled"):
        shown(database, losing(database, plan, 1))
    with pytest.raises(Invalid, match="visit_ahead"):
        shown(database, losing(database, plan, 2, Status.NO_SHOW))
    with pytest.raises(NotFound):
        shown(database, Asked(plan, lost=Lost(visit_of(database, other, 1), Status.CANCELLED)))
    with pytest.raises(NotFound):
        shown(database, Asked(plan, lost=Lost(visit_of(database, plan, 2), Status.RELEASED)))
