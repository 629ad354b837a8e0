"""A longer gap that somebody asked for, after a flare for instance: kept with its session, and kept to."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from clinic.db.courses import worklist
from clinic.db.courses.worklist import Scope
from clinic.db.patients import calendars as patients
from clinic.db.tables.access import audit
from clinic.db.tables.courses import session_gap
from clinic.db.tables.practice import staff_hours
from clinic.db.unit import Database
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.courses.worklist import drifted
from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of, local_date, zone
from clinic.engine.repair.solve import solve
from clinic.services.courses.gaps import broken
from clinic.services.courses.reflow import Reflow
from clinic.services.courses.repair.answer import answered
from clinic.services.courses.replan import Seen, look, replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.under_way import under_way as state
from tests.under_way import day, under_way
from tests.world import ACTOR, NOW, TZ, World, at


def shown(database: Database, plan: str, **asked: Any) -> Reflow:
    return look(database.read, Asked(plan, **asked), now=NOW)


def days(found: Reflow) -> list[int]:
    return [(one.placed.on - day(0)).days for one in found.lines]


def keep(database: Database, plan: str, gap: int, reason: str = "flare") -> int:
    asked = Asked(plan, gap_after=gap)
    found = look(database.read, asked, now=NOW)
    seen = Seen(found.versions, found.places())
    return replan(database.begin, database.read, asked, seen=seen, actor=ACTOR, reason=reason, now=NOW)


def test_it_is_kept_with_its_reason_and_every_later_look_keeps_to_it(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    assert keep(database, plan, 8) == 2
    with database.read() as unit:
        row = unit.connection.execute(select(session_gap)).one()
        acts = unit.connection.execute(select(audit.c.act, audit.c.detail).order_by(audit.c.id)).all()
    assert (row.days, row.reason, row.actor) == (8, "flare", ACTOR.name)
    assert [act.detail["days"] for act in acts if act.act == "plan.gap"] == [8]
    assert days(shown(database, plan)) == [7, 10, 14]
    assert shown(database, plan).longer is None
    assert shown(database, plan, gap_after=8).longer is None


def test_it_is_kept_where_nothing_has_to_move(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 6), ("booked", 10))
    assert keep(database, plan, 7) == 0
    assert shown(database, plan).plan.sessions[1].asked_days == 7


def test_another_one_takes_its_place(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7))
    keep(database, plan, 9)
    keep(database, plan, 2)
    with database.read() as unit:
        assert unit.connection.execute(select(session_gap.c.days)).scalars().all() == [2]


def test_it_must_say_why(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3))
    with pytest.raises(Invalid, match="gap_reason"):
        keep(database, plan, 8, "  ")
    assert days(shown(database, plan)) == [3]


def test_it_holds_between_two_visits_that_both_move(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 6), ("booked", 20))
    with database.begin() as unit:
        third = state(unit, plan).sessions[2]
        row = {"session_id": third.id, "days": 9, "reason": "flare", "actor": "a", "at": NOW}
        unit.connection.execute(session_gap.insert(), row)
    assert days(shown(database, plan)) == [3, 12, 19]


def test_without_a_visit_before_there_is_no_gap_to_keep(database: Database, world: World) -> None:
    plan = under_way(database, world, ("booked", 3), ("booked", 7))
    found = shown(database, plan, gap_after=8)
    assert found.longer is None
    assert days(found)[0] == 10  # a Monday


def test_a_move_by_hand_and_the_worklist_say_where_it_does_not_hold(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 8), ("booked", 12))
    keep(database, plan, 8)
    with database.read() as unit:
        course = state(unit, plan)
        at = course.row.location_id, course.row.patient_public_id
        site, times = patients.at_site(unit.connection, *at, since=NOW)
        (item,) = broken(course, site, times, 2, day(5), today=day(0))
        (listed,) = worklist.load(unit.connection, Scope())
    assert (item.params["least"], item.params["days"], item.params["most"]) == (8, 6, 12)
    assert [one.asked for one in listed.sittings] == [0, 8, 0]
    assert list(drifted(listed, day(0))) == []


@pytest.mark.parametrize(("asked", "to"), [(None, 7), (10, 11)])
def test_a_repair_keeps_to_it(database: Database, world: World, asked: int | None, to: int) -> None:
    """The visit of Monday in a week: a gap of three to seven days would send it back to Friday."""
    plan = under_way(database, world, ("done", -1), ("booked", 10))
    with database.begin() as unit:
        unit.connection.execute(delete(staff_hours).where(staff_hours.c.staff_id == world.staff[1]))
        if asked is not None:
            second = state(unit, plan).sessions[1]
            row = {"session_id": second.id, "days": asked, "reason": "flare", "actor": "a", "at": NOW}
            unit.connection.execute(session_gap.insert(), row)
    ill = Trouble(Kind.ABSENCE, "staff1", at("2026-11-30", 0), at("2026-12-01", 0))
    draft = answered(database.read, ill, solve, now=NOW)
    ((_, moved),) = draft.moved.values()
    assert (local_date(instant_of(moved.starts), zone(TZ)), draft.proven) == (day(to), True)
