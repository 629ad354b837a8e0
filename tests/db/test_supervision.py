"""A provisional therapist needles only while somebody with full authority is at work beside him."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from clinic.db.practice import calendars
from clinic.db.tables.practice import absence, closure, credential, location, staff, staff_hours, travel
from clinic.db.unit import Database
from clinic.domain.errors import Refused
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.places import DEFAULT_TRAVEL_MINUTES
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.apply.gate import foresee
from tests.world import ACTOR, NOW, World, at, build, needling, single

MONDAY = at("2026-11-23", 10)


@pytest.fixture
def world(database: Database) -> World:
    """Where the first therapist is provisional and the second may supervise."""
    made = build(database)
    learner, senior = made.staff
    with database.begin() as unit:
        unit.connection.execute(update(credential).where(credential.c.staff_id == learner).values(provisional=True))
        unit.connection.execute(update(staff).where(staff.c.id == senior).values(supervises=True))
    return made


def book(database: Database, world: World, starts: int = MONDAY) -> None:
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, starts))),), actor=ACTOR, reason="wanted", now=NOW)


def refused(database: Database, world: World, starts: int = MONDAY) -> tuple[str, object]:
    with pytest.raises(Refused) as error:
        book(database, world, starts)
    return error.value.code, error.value.rule


def test_with_a_supervisor_at_work_the_visit_is_booked(database: Database, world: World) -> None:
    book(database, world)


def test_without_one_no_reason_helps(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(staff).values(supervises=False))
    assert refused(database, world) == ("credential_provisional", 6)


def test_a_supervisor_on_leave_or_at_home_does_not_count(database: Database, world: World) -> None:
    starts = instant_of(MONDAY) + timedelta(minutes=30)
    away = {"public_id": "a", "kind": "sick", "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    with database.begin() as unit:
        unit.connection.execute(insert(absence).values(staff_id=world.staff[1], **away))
    assert refused(database, world) == ("credential_provisional", 6)
    assert refused(database, world, at("2026-11-23", 17, 30)) == ("credential_provisional", 6)
    book(database, world, at("2026-11-23", 13))


def test_on_a_day_that_is_closed_nobody_watches(database: Database, world: World) -> None:
    day = date(2026, 11, 23)
    with database.begin() as unit:
        row = {"location_id": world.location, "first_on": day, "last_on": day, "name": "Works"}
        unit.connection.execute(insert(closure).values(row))
    assert refused(database, world) == ("credential_provisional", 6)


def test_a_preview_says_at_which_times_he_is_supervised(database: Database, world: World) -> None:
    late = at("2026-11-23", 17, 30)
    with database.read() as unit:
        times = [(needling(world, MONDAY),), (needling(world, late),)]
        found = foresee(unit, Book(single(world, needling(world, MONDAY))), times)
    assert [[finding.code for finding in each] for each in found] == [[], ["credential_provisional"]]


def test_a_site_says_who_supervises_who_works_elsewhere_and_how_far_that_is(database: Database, world: World) -> None:
    learner, senior = world.staff
    other = {"code": "west", "name": "West", "address": "x", "tz": "Europe/Berlin", "phone": "1", "country": "DE"}
    with database.begin() as unit:
        west, east = (
            unit.connection.execute(
                insert(location)
                .values(**other | {"code": code}, public_id=code, emergency_number="112", jurisdiction="DE")
                .returning(location.c.id)
            ).scalar_one()
            for code in ("west", "east")
        )
        hours = {"staff_id": senior, "location_id": west, "weekday": 5, "starts_minute": 480, "ends_minute": 600}
        unit.connection.execute(insert(staff_hours).values(hours))
        way = {"from_location_id": world.location, "to_location_id": west, "minutes": 45}
        unit.connection.execute(insert(travel).values(way))
        limits = {"exercise": 3}
        unit.connection.execute(update(staff).where(staff.c.id == learner).values(patient_limits=limits))
    with database.read() as unit:
        here = calendars.load(unit.connection, world.location, since=NOW)
        there = calendars.load(unit.connection, west, since=NOW)
    assert [(one.supervises, one.elsewhere) for one in here.staff] == [(False, False), (True, True)]
    assert here.staff[0].patient_limits == {Modality.EXERCISE: 3}
    assert (here.travel, there.travel) == ({west: 45, east: DEFAULT_TRAVEL_MINUTES}, {world.location: 45, east: 30})
    assert (here.most_visits_a_day, here.most_visits_a_week) == (1, 5)
