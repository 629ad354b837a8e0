"""Somebody who works at two locations needs the way between them before and after a visit elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import insert

from clinic.db.practice import calendars
from clinic.db.tables.practice import location, staff_hours, travel
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.db.visits.loads import Roaming
from clinic.domain.time import ticks_for
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.world import ACTOR, NOW, World, at, needling, single

TEN = at("2026-11-23", 10)
EVENING = at("2026-11-23", 18)


@pytest.fixture
def west(database: Database, world: World) -> int:
    """Forty minutes away; the first of the staff works there too."""
    row = {"public_id": "west", "code": "west", "name": "West", "address": "x", "tz": "Europe/Berlin", "phone": "1"}
    row |= {"emergency_number": "112", "country": "DE", "jurisdiction": "DE"}
    with database.begin() as unit:
        key = unit.connection.execute(insert(location).values(row).returning(location.c.id)).scalar_one()
        way = {"from_location_id": world.location, "to_location_id": key, "minutes": 40}
        unit.connection.execute(insert(travel).values(way))
        hours = {"staff_id": world.staff[0], "location_id": key, "weekday": 0, "starts_minute": 480, "ends_minute": 600}
        unit.connection.execute(insert(staff_hours).values(hours))
    return int(key)


def book(database: Database, world: World, where: int, starts: int, *, staff: int = 0) -> str:
    visit = replace(single(world, needling(world, starts, staff=staff)), location_id=where)
    with database.begin() as unit:
        return apply(unit, (Book(visit),), actor=ACTOR, reason="two regions", now=NOW).visits[0]


def taken(database: Database, at_location: int, first: int, last: int, without: tuple[int, ...] = ()) -> set[int]:
    """The ticks that are taken of the one who works at both, seen from a location, counted from ten o'clock."""
    with database.read() as unit:
        site = calendars.load(unit.connection, at_location, since=NOW)
        roaming = Roaming(site.roaming, {key: ticks_for(minutes) for key, minutes in site.travel.items()})
        lanes = [lane for each in site.staff for lane in each.lanes]
        held = loads.held(unit.connection, lanes, first, last, without=without, roaming=roaming)
    ranges = np.column_stack((held.resources, held.starts, held.ends)).tolist()
    own = set(site.roaming)
    return {tick - TEN for lane, starts, ends in ranges if lane in own for tick in range(starts, ends)}


def test_a_visit_elsewhere_takes_the_way_there_and_back(database: Database, world: World, west: int) -> None:
    book(database, world, west, TEN)
    assert taken(database, world.location, TEN - 100, EVENING) == set(range(-8, 17))
    assert taken(database, west, TEN - 100, EVENING) == set(range(9))


def test_a_visit_whose_way_alone_reaches_into_the_time_is_seen(database: Database, world: World, west: int) -> None:
    book(database, world, west, TEN)
    assert taken(database, world.location, TEN + 9, TEN + 20) == set(range(-8, 17))
    assert taken(database, world.location, TEN - 20, TEN - 2) == set(range(-8, 17))
    assert not any(tick >= 17 for tick in taken(database, world.location, TEN + 17, EVENING))


def test_a_visit_that_moves_does_not_stand_in_its_own_way(database: Database, world: World, west: int) -> None:
    public_id = book(database, world, west, TEN)
    with database.read() as unit:
        visit = loads.visit(unit.connection, public_id)
    assert taken(database, world.location, TEN - 100, EVENING, (visit.id,)) == set()


def test_whoever_works_here_alone_has_no_way(database: Database, world: World, west: int) -> None:
    book(database, world, world.location, TEN, staff=1)
    assert taken(database, world.location, TEN - 100, EVENING) == set()
    with database.read() as unit:
        site = calendars.load(unit.connection, world.location, since=NOW)
    assert site.roaming == site.staff[0].lanes
