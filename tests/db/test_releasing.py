"""A phase that waited for a decision is released: its sessions are placed behind what stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from clinic.db.access.idempotency import Once
from clinic.db.care import caseload, facts
from clinic.db.courses import reads, releases
from clinic.db.courses.reads import SessionRow
from clinic.db.tables.access import audit
from clinic.db.tables.courses import component, plan, plan_session
from clinic.db.tables.messages import feed, obligation
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.courses.protocol import Reassess, Reassessing, When
from clinic.domain.errors import Forbidden, Invalid, Stale
from clinic.domain.time import instant_of, tick_floor
from clinic.domain.visits.visit import Status
from clinic.services.courses.releasing import release
from clinic.services.courses.replan import Seen, look, replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.worklist import Asked as Listed
from clinic.services.courses.worklist import worklist
from clinic.services.messages import feeds
from clinic.services.visits.flow import flow
from tests.under_way import after, day, mark, protocol, under_way
from tests.world import ACTOR, NOW, World

WHY = "pain better by 3 of 10"
MONTH = Reassess(Reassessing.MONTH, 1)


@pytest.fixture
def begun(database: Database, world: World) -> str:
    """Two sessions with visits, the first of them held; two more wait, six to nine days apart, then a review."""
    (usual,) = protocol(1).phases
    later = replace(usual, name="B", sessions=2, gap_min=6, gap_ideal=7, gap_max=9, when=When.RELEASED)
    return under_way(database, world, ("done", -3), ("booked", 3), reassess=(after(4), MONTH), later=(later,))


def give(database: Database, course: str, version: int = 1, **asked: Any) -> None:
    given = {"phase": "B", "reason": WHY, "actor": ACTOR} | asked
    release(database.begin, course, version=version, now=NOW, **given)


def sessions(database: Database, course: str) -> tuple[SessionRow, ...]:
    with database.read() as unit:
        return reads.sessions(unit.connection, reads.plan_row(unit.connection, course).id)


def own(database: Database, course: str, **values: Any) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(plan).where(plan.c.public_id == course).values(values))


def test_its_sessions_come_before_the_review_and_wait_for_a_date(database: Database, begun: str) -> None:
    assert [row.offset_days for row in sessions(database, begun)] == [None, None, 35]
    give(database, begun)
    rows = sessions(database, begun)
    assert [(row.ordinal, row.kind, row.phase, row.reassess) for row in rows] == [
        (1, "treatment", "A", False),
        (2, "treatment", "A", False),
        (3, "treatment", "B", False),
        (4, "treatment", "B", True),
        (5, "review", None, True),
    ]
    assert rows[-1].offset_days == 35 + 14
    with database.read() as unit:
        parts = unit.connection.execute(select(component.c.modality).where(component.c.session_id == rows[2].id))
        assert parts.scalars().all() == ["manual-therapy"]
        (told,) = releases.of_plan(unit.connection, reads.plan_row(unit.connection, begun).id)
        (act,) = unit.connection.execute(select(audit).where(audit.c.act == "plan.release")).all()
    assert (told.name, told.why, told.who, told.at) == ("B", WHY, ACTOR.name, NOW)
    assert (act.permission, act.actor, act.detail) == (
        "reassessment.mark",
        ACTOR.name,
        {"phase": "B", "sessions": 2},
    )


def test_the_worklist_shows_them_and_the_rest_is_placed_behind_what_stands(database: Database, begun: str) -> None:
    assert worklist(database.read, Listed(), now=NOW).lines == ()
    give(database, begun)
    (line,) = worklist(database.read, Listed(), now=NOW).lines
    assert (line.item.kind.value, line.item.ordinal) == ("unplaced", 3)
    found = look(database.read, Asked(begun), now=NOW)
    assert [(one.placed.on - day(0)).days for one in found.lines] == [3, 10, 17]
    seen = Seen(found.versions, found.places())
    assert replan(database.begin, database.read, Asked(begun), seen=seen, actor=ACTOR, now=NOW) == 2
    assert [row.status for row in sessions(database, begun)] == ["done", "booked", "booked", "booked", None]


def test_a_phase_in_the_middle_keeps_its_place_and_takes_along_what_it_held_up(
    database: Database, world: World
) -> None:
    (usual,) = protocol(1).phases
    held, last = replace(usual, name="B", sessions=2, when=When.RELEASED), replace(usual, name="C", sessions=1)
    course = under_way(database, world, ("done", -3), ("booked", 3), later=(held, last))
    assert [row.phase for row in sessions(database, course)] == ["A", "A"]
    assert worklist(database.read, Listed(), now=NOW).lines == ()
    give(database, course)
    assert [row.phase for row in sessions(database, course)] == ["A", "A", "B", "B", "C"]
    replan(database.begin, database.read, Asked(course), seen=None, actor=ACTOR, now=NOW)
    starts = [row.starts for row in sessions(database, course)]
    assert starts == sorted(starts)
    with database.read() as unit:
        told = releases.of_plan(unit.connection, reads.plan_row(unit.connection, course).id)
    assert [(one.name, one.why) for one in told] == [("B", WHY), ("C", WHY)]


def test_a_course_whose_next_phase_is_held_up_is_not_over_and_somebody_is_told(
    database: Database, world: World
) -> None:
    (usual,) = protocol(1).phases
    held, last = replace(usual, name="B", sessions=1, when=When.RELEASED), replace(usual, name="C", sessions=1)
    for phases, patient in (((held, last), 0), ((held,), 1)):
        led = {"lead_staff_id": world.staff[0], "patient": patient, "hour": 10 + patient}
        under_way(database, world, ("in_session", 0), later=phases, **led)
        with database.read() as unit:
            (visit,) = loads.of_patient(unit.connection, world.patients[patient])
        flow(
            database.begin, visit.public_id, Status.DONE, version=visit.version, actor=ACTOR, now=instant_of(visit.ends)
        )
    with database.read() as unit:
        found = caseload.courses(unit.connection, "staff1", tick_floor(NOW + timedelta(days=1)))
    assert [(one.status, one.undecided, one.waits) for one in found] == [("active", True, True)]


def test_what_a_phase_held_up_is_given_without_it(database: Database, world: World) -> None:
    (usual,) = protocol(1).phases
    held, last = replace(usual, name="B", sessions=2, when=When.RELEASED), replace(usual, name="C", sessions=1)
    course = under_way(database, world, ("done", -3), later=(held, last))
    give(database, course, phase="C", reason="no better, but to end with")
    assert [row.phase for row in sessions(database, course)] == ["A", "C"]
    give(database, course, version=2)
    assert [row.phase for row in sessions(database, course)] == ["A", "C", "B", "B"]


def test_a_course_that_was_complete_goes_on(database: Database, begun: str) -> None:
    own(database, begun, status="completed")
    give(database, begun)
    with database.read() as unit:
        row = reads.plan_row(unit.connection, begun)
    assert (row.status, row.version) == ("active", 2)


@pytest.mark.parametrize("status", ["draft", "offered", "stopped"])
def test_of_another_course_nothing_is_released(database: Database, begun: str, status: str) -> None:
    own(database, begun, status=status)
    with pytest.raises(Invalid, match="plan_settled"):
        give(database, begun)


def test_a_form_counts_once_and_an_old_one_not_at_all(database: Database, begun: str) -> None:
    once = Once("account:x", "form-1", "abc")
    give(database, begun, once=once)
    give(database, begun, once=once)
    with pytest.raises(Stale):
        give(database, begun)
    with pytest.raises(Invalid, match="phase_released"):
        give(database, begun, version=2)
    assert len(sessions(database, begun)) == 5


def test_without_a_reason_or_the_permission_nothing_is_written(database: Database, begun: str) -> None:
    with pytest.raises(Invalid, match="text_missing"):
        give(database, begun, reason=" ")
    desk = Actor("account:desk", frozenset({"plan.write", "visit.book"}))
    with pytest.raises(Forbidden):
        give(database, begun, actor=desk)
    assert len(sessions(database, begun)) == 3


def test_a_review_that_was_held_before_is_not_one_of_what_is_released_later(database: Database, begun: str) -> None:
    """It keeps its day, and what is needled from then on counts anew towards the cap."""
    mark(database, begun, 3)
    give(database, begun)
    rows = sessions(database, begun)
    assert (rows[-1].ordinal, rows[-1].offset_days) == (5, 35)
    with database.begin() as unit:
        assert facts.sessions(unit.connection, {rows[3].id})[rows[3].id].reviewed_through == 2
        held = {"reassessed_at": NOW + timedelta(days=1)}
        unit.connection.execute(update(plan_session).where(plan_session.c.id == rows[-1].id).values(held))
        assert facts.sessions(unit.connection, {rows[3].id})[rows[3].id].reviewed_through == 4


def test_calendars_say_how_many_visits_there_are_now_and_no_letter_is_owed(database: Database, begun: str) -> None:
    feeds.create(database.begin, "patient", "patient1", "phone", actor=ACTOR, now=NOW)
    with database.read() as unit:
        before = unit.connection.execute(select(feed.c.revision)).scalar_one()
        told = unit.connection.execute(select(obligation.c.id)).all()
    give(database, begun)
    with database.read() as unit:
        assert unit.connection.execute(select(feed.c.revision)).scalar_one() == before + 1
        assert unit.connection.execute(select(obligation.c.id)).all() == told
