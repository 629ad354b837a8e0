"""Undo step by step, and of acts on many visits as one whole: what was before is there again, exactly."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from clinic.db.courses import repairs
from clinic.db.tables.access import audit
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads, steps
from clinic.domain.access.actors import Actor, system
from clinic.domain.courses.repair import Fate, Status
from clinic.domain.errors import Conflict, Invalid
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Answered, Book, Move, Turn
from clinic.domain.visits.visit import Status as Stands
from clinic.services.apply import apply
from clinic.services.courses.book import book as book_course
from clinic.services.courses.repair.accept import accept
from clinic.services.courses.repair.propose import begin_repair, settle
from clinic.services.courses.replan import replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.wanted import Wanted
from clinic.services.visits.undo import undo
from tests.db.test_repair import ill
from tests.under_way import day, protocol, under_way
from tests.world import NOW, World, at, build, needling, single

TEN = at("2026-11-24", 10)
PERMISSIONS = system("x").permissions

STATE = {
    "visits": "SELECT id, status, starts_tick, ends_tick, wall, answer, cancel_reason, targets, session_id "
    "FROM appointment WHERE status <> 'released' ORDER BY id",
    "segments": "SELECT segment.id, staff_id, room_id, segment.starts_tick, segment.ends_tick, setup_ticks, "
    "cleanup_ticks FROM segment JOIN appointment ON appointment.id = appointment_id "
    "WHERE status <> 'released' ORDER BY segment.id",
    "claims": "SELECT resource_id, starts, ends, segment_id FROM claim WHERE active ORDER BY resource_id, starts",
    "plans": "SELECT id, status FROM plan WHERE status <> 'stopped' ORDER BY id",
    "gaps": "SELECT session_id, days FROM session_gap ORDER BY session_id",
}
"""All that holds time or is agreed; versions rise with a way back too, and what was given up is no more."""


def desk(form: str) -> Actor:
    return Actor("account:desk", PERMISSIONS, form)


def state(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as unit:
        return {name: [tuple(row) for row in unit.connection.execute(text(query))] for name, query in STATE.items()}


def back(database: Database, form: str) -> tuple[str, ...]:
    return undo(database.begin, form, actor=desk(f"undo of {form}"), now=NOW)


def fresh(database: Database) -> set[str]:
    with database.read() as unit:
        return {deed.request for deed in steps.deeds(unit.connection, "account:desk", NOW) if deed.fresh}


def change(database: Database, form: str, public_id: str, how: Callable[..., object]) -> None:
    with database.begin() as unit:
        visit = loads.visit(unit.connection, public_id)
        apply(unit, (how(visit),), actor=desk(form), reason="patient_ill", now=NOW)  # type: ignore[arg-type]


def booked(database: Database, world: World, form: str = "books") -> str:
    with database.begin() as unit:
        new = Book(single(world, needling(world, TEN)))
        return apply(unit, (new,), actor=desk(form), now=NOW).visits[0]


@pytest.mark.thorough
@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(("later", "other", "cancel", "confirm")), max_size=5))
def test_whatever_was_done_to_a_visit_is_undone_step_by_step(
    database: Database, request: pytest.FixtureRequest, deeds: list[str]
) -> None:
    """Each way back leads exactly to what was before its step."""
    with database.read() as unit:
        there = unit.connection.execute(text("SELECT count(*) FROM practice")).scalar_one()
    world = request.node.world if there else build(database)
    request.node.world = world
    request.node.runs = run = getattr(request.node, "runs", 0) + 1
    empty = state(database)
    visit = booked(database, world, f"{run} books")
    before, done = [empty, state(database)], [f"{run} books"]
    for number, deed in enumerate(deeds):
        how = {
            "later": lambda one, n=number: Move(one, (needling(world, one.starts + 12 + n),)),
            "other": lambda one: Move(one, (needling(world, one.starts, staff=1, room=1),)),
            "cancel": lambda one: Turn(one, Stands.CANCELLED),
            "confirm": lambda one: Turn(one, Stands.ARRIVED),
        }[deed]
        try:
            change(database, f"{run} {number}", visit, how)
        except Invalid:  # it is over by then
            continue
        before.append(state(database))
        done.append(f"{run} {number}")
    while done:
        assert done[-1] in fresh(database)
        assert state(database) == before.pop()
        back(database, done.pop())
    assert state(database) == before.pop() == empty


def test_what_somebody_else_undid_does_not_count_either(database: Database, world: World) -> None:
    visit = booked(database, world)
    with database.begin() as unit:
        moved = Move(loads.visit(unit.connection, visit), (needling(world, TEN + 24),))
        apply(unit, (moved,), actor=replace(desk("moves"), name="account:other"), now=NOW)
    with pytest.raises(Conflict, match="changed_since"):
        back(database, "books")
    undo(database.begin, "moves", actor=replace(desk("u"), name="account:other"), now=NOW)
    assert fresh(database) == {"books"}
    back(database, "books")


def test_what_the_patient_said_since_counts(database: Database, world: World) -> None:
    visit = booked(database, world)
    change(database, "moves", visit, lambda one: Move(one, (needling(world, TEN + 24),)))
    back(database, "moves")
    change(database, "reply", visit, lambda one: Answered(one, Answer.ACCEPTED))
    with pytest.raises(Conflict, match="changed_since"):
        back(database, "books")


def course(database: Database, form: str = "course") -> str:
    wanted = Wanted("patient1", "loc1", protocol(3), day(4))
    return book_course(database.begin, database.read, wanted, actor=desk(form), now=NOW).plan


def test_a_course_that_was_booked_is_undone_as_a_whole(database: Database, world: World) -> None:
    before = state(database)
    course(database)
    assert len(state(database)["visits"]) == 3
    assert fresh(database) == {"course"}
    assert len(back(database, "course")) == 3
    assert state(database) == before
    with pytest.raises(Conflict, match="changed_since"):
        back(database, "course")
    course(database, "again")


def test_of_a_course_that_somebody_changed_it_is_said_what(database: Database, world: World) -> None:
    course(database)
    with database.read() as unit:
        second = unit.connection.execute(select(appointment).order_by(appointment.c.starts_tick).offset(1)).first()
    assert second is not None
    change(database, "cancels", second.public_id, lambda one: Turn(one, Stands.CANCELLED))
    kept = state(database)
    with pytest.raises(Conflict) as refused:
        back(database, "course")
    assert (refused.value.code, refused.value.params["visits"]) == (
        "some_changed_since",
        [second.wall.replace("T", " ")],
    )
    assert state(database) == kept
    back(database, "cancels")
    assert len(back(database, "course")) == 3


def test_a_course_that_was_planned_further_stays(database: Database, world: World) -> None:
    course(database)
    with database.begin() as unit:
        unit.connection.execute(text("UPDATE plan SET version = version + 1"))
    with pytest.raises(Conflict, match="plan_changed_since"):
        back(database, "course")


def test_an_offer_is_declined_and_not_undone(database: Database, world: World) -> None:
    wanted = Wanted("patient1", "loc1", protocol(3), day(4))
    book_course(database.begin, database.read, wanted, offer=True, actor=desk("offer"), now=NOW)
    assert fresh(database) == set()
    with pytest.raises(Invalid, match="stays_done"):
        back(database, "offer")


def test_a_reflow_with_a_longer_gap_is_undone_with_the_gap(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    before = state(database)
    for form in ("first", "second"):
        asked = Asked(plan, gap_after=8 if form == "first" else 9)
        assert replan(database.begin, database.read, asked, seen=None, actor=desk(form), reason="x", now=NOW)
        if form == "first":
            after = state(database)
    assert after["gaps"] != before["gaps"]
    assert fresh(database) == set(), "what was asked for before the second is no longer known"
    with pytest.raises(Invalid, match="stays_done"):
        back(database, "second")


def test_a_reflow_is_undone_step_by_step(database: Database, world: World) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    before = state(database)
    asked = Asked(plan, gap_after=8)
    assert replan(database.begin, database.read, asked, seen=None, actor=desk("reflow"), reason="x", now=NOW)
    assert state(database)["gaps"]
    back(database, "reflow")
    assert state(database) == before


def test_a_repair_that_was_accepted_is_undone_and_open_again(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7))
    under_way(database, world, ("booked", 3), ("booked", 7), patient=1, hour=14)
    before = state(database)
    repair = begin_repair(database.begin, database.read, ill(), actor=desk("begin"), now=NOW)
    for _ in range(2):
        with database.read() as unit:
            version = repairs.row(unit.connection, repair).version
        told = accept(database.begin, database.read, repair, version=version, actor=desk(f"v{version}"), now=NOW)
        assert told.moved == 4
        assert fresh(database) == {f"v{version}"}
        assert len(back(database, f"v{version}")) == 4
        assert state(database) == before
        with database.read() as unit:
            row = repairs.row(unit.connection, repair)
        assert ({move.fate for move in row.proposal.moves}, row.status) == ({Fate.OPEN}, Status.STOPPED)


def test_a_repair_that_was_dropped_meanwhile_stays_dropped(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7))
    under_way(database, world, ("booked", 3), patient=1, hour=14)
    repair = begin_repair(database.begin, database.read, ill(), actor=desk("begin"), now=NOW)

    def version() -> int:
        with database.read() as unit:
            return repairs.row(unit.connection, repair).version

    accept(database.begin, database.read, repair, ["patient1"], version=version(), actor=desk("takes"), now=NOW)
    settle(database.begin, repair, Status.DROPPED, version=version(), actor=desk("drops"), now=NOW)
    back(database, "takes")
    with database.read() as unit:
        assert repairs.row(unit.connection, repair).status is Status.DROPPED


def test_the_trail_says_which_version_a_way_back_leads_to(database: Database, world: World) -> None:
    visit = booked(database, world)
    change(database, "moves", visit, lambda one: Move(one, (needling(world, TEN + 24),)))
    back(database, "moves")
    back(database, "books")
    with database.read() as unit:
        query = select(audit.c.detail).where(audit.c.act == "visit.undone").order_by(audit.c.id)
        told = [(detail["version"], detail["as"]) for detail in unit.connection.execute(query).scalars()]
    assert told == [(3, 1), (4, 0)]
