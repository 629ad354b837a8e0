"""What came about since a visit was booked is asked as its needling starts; what was set aside is not asked again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from clinic.db.tables.courses import outside_treatment
from clinic.db.tables.practice import absence, credential, staff
from clinic.db.tables.visits import override
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.errors import Forbidden, Refused
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.readiness import unready
from clinic.services.visits.flow import flow
from clinic.services.visits.start import start
from tests.cared import ready
from tests.db.test_care_courses import THERAPIST, borne, course, measured, moved, put, visits
from tests.under_way import after, mark
from tests.world import ACTOR, NOW, World, at, needling, single, visit_now

MONDAY = at("2026-11-23", 10)


def came(database: Database, visit: Visit, reason: str = "", actor: Any = ACTOR, *, needling: bool = True) -> Status:
    """The patient is here, was asked, has agreed, and is to be treated: where the visit then stands."""
    then, now = instant_of(visit.starts), visit_now(database, visit.public_id)
    if now.status is not Status.ARRIVED:
        ready(database, visit.patient_id, then.date())
        flow(database.begin, visit.public_id, Status.ARRIVED, version=now.version, actor=ACTOR, now=then)
        now = replace(now, version=now.version + 1)
    given: dict[str, Any] = {"needling": needling, "version": now.version, "reason": reason}
    start(database.begin, visit.public_id, **given, actor=actor, now=then)
    return visit_now(database, visit.public_id).status


def set_aside(database: Database) -> list[int]:
    with database.read() as unit:
        return list(unit.connection.execute(select(override.c.rule).order_by(override.c.id)).scalars())


def booked(database: Database, world: World, starts: int, reason: str = "") -> Visit:
    with database.begin() as unit:
        change = Book(single(world, needling(world, starts)))
        public_id = apply(unit, (change,), actor=ACTOR, reason=reason, now=NOW).visits[0]
        return loads.visit(unit.connection, public_id)


def test_a_flare_told_since_the_booking_takes_a_reason_before_the_next_needling(
    database: Database, world: World
) -> None:
    done, coming = visits(database, course(database, world, ("done", -1), ("booked", 3)))
    borne(database, done, 6)
    with pytest.raises(Refused, match="flared"):
        came(database, coming)
    with pytest.raises(Forbidden):
        came(database, coming, "No matter", replace(ACTOR, permissions=frozenset({"visit.flow"})))
    assert set_aside(database) == []
    assert came(database, coming, "Another muscle", THERAPIST) is Status.IN_SESSION
    assert set_aside(database) == [29]


def test_a_visit_whose_needling_waits_begins_without_it(database: Database, world: World) -> None:
    done, coming = visits(database, course(database, world, ("done", -1), ("booked", 3)))
    borne(database, done, 6)
    assert came(database, coming, needling=False) is Status.IN_SESSION


def test_a_reassessment_that_nobody_marked_is_asked_for_before_the_next_needling(
    database: Database, world: World
) -> None:
    plan = course(database, world, ("done", -7), ("booked", 3), reassess=(after(1),))
    coming = visits(database, plan)[1]
    with pytest.raises(Refused, match="reassessment_overdue"):
        came(database, coming)
    mark(database, plan, 1)
    assert came(database, coming) is Status.IN_SESSION


def test_too_little_change_takes_a_reason_at_the_start_once_for_the_course(database: Database, world: World) -> None:
    sessions = (("done", -11), ("booked", 3), ("booked", 8))
    plan = course(database, world, *sessions, reassess=(after(1),))
    _, coming, last = visits(database, plan)
    measured(database, nprs=(60, 60))
    mark(database, plan, 1)
    with pytest.raises(Refused, match="change_too_small"):
        came(database, coming)
    assert came(database, coming, "He sleeps again", THERAPIST) is Status.IN_SESSION
    assert came(database, last) is Status.IN_SESSION
    assert set_aside(database) == [30]


def test_what_was_set_aside_at_the_booking_is_not_asked_again_at_the_start(database: Database, world: World) -> None:
    done, coming = visits(database, course(database, world, ("done", -1), ("booked", 6)))
    borne(database, done, 6)
    put(database, moved(coming, -3), THERAPIST, "Another muscle")
    assert came(database, visit_now(database, coming.public_id)) is Status.IN_SESSION
    assert set_aside(database) == [29]


@pytest.mark.parametrize(
    ("days", "code"), [(0, "needled_within_a_day"), (1, "needled_within_a_day"), (2, "needled_recently"), (4, None)]
)
def test_needling_told_from_elsewhere_since_the_booking_counts(
    database: Database, world: World, days: int, code: str | None
) -> None:
    visit = booked(database, world, MONDAY)
    on = instant_of(MONDAY).date() - timedelta(days=days)
    row = {"patient_id": visit.patient_id, "on_day": on, "region": "shoulder", "side": "right", "recorded_at": NOW}
    with database.begin() as unit:
        unit.connection.execute(insert(outside_treatment), row)
    if code is None:
        assert came(database, visit) is Status.IN_SESSION
        return
    with pytest.raises(Refused, match=code):
        came(database, visit)


def test_a_short_gap_that_was_agreed_is_not_asked_about_again(database: Database, world: World) -> None:
    first = booked(database, world, MONDAY)
    second = booked(database, world, at("2026-11-25", 11), "Two muscles apart")
    assert came(database, first) is Status.IN_SESSION
    assert came(database, second) is Status.IN_SESSION
    assert set_aside(database) == [27]


def test_a_needling_that_did_not_take_place_holds_none_up(database: Database, world: World) -> None:
    booked(database, world, MONDAY)
    second = booked(database, world, at("2026-11-25", 11), "Two muscles apart")
    with database.begin() as unit:
        unit.connection.execute(override.delete())
    assert came(database, second) is Status.IN_SESSION


def test_without_the_supervisor_of_the_booking_a_provisional_therapist_does_not_start(
    database: Database, world: World
) -> None:
    learner, senior = world.staff
    with database.begin() as unit:
        unit.connection.execute(update(credential).where(credential.c.staff_id == learner).values(provisional=True))
        unit.connection.execute(update(staff).where(staff.c.id == senior).values(supervises=True))
    visit = booked(database, world, MONDAY)
    with database.read() as unit:
        assert "credential_provisional" not in [one.code for one in unready(unit, visit)]
    then = instant_of(MONDAY)
    away = {"public_id": "a", "kind": "sick", "starts_at": then, "ends_at": then + timedelta(hours=1)}
    with database.begin() as unit:
        unit.connection.execute(insert(absence).values(staff_id=senior, **away))
    with pytest.raises(Refused, match="credential_provisional"):
        came(database, visit, "I insist")
