from dataclasses import replace

import pytest
from sqlalchemy import select

from clinic.db import sweep
from clinic.db.tables.access import audit
from clinic.db.unit import Database
from clinic.db.visits import loads, reads
from clinic.domain.errors import Forbidden, Invalid, SlotTaken
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.services.visits.book import book
from clinic.services.visits.change import move, turn
from clinic.services.visits.overbook import overbook
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.world import ACTOR, NOW, World, at

TEN = at("2026-11-24", 10)
DESK = replace(ACTOR, permissions=frozenset({"visit.book", "visit.overbook"}))


def wanted(patient: str, therapist: str | None = "staff1") -> WantedVisit:
    return WantedVisit(patient, "loc1", single("assessment"), (), therapist)


def booked(database: Database, patient: str = "patient1", start: int = TEN) -> str:
    spot = Spot(start, "staff1", "room1")
    return book(database.begin, database.read, wanted(patient), spot, actor=ACTOR, now=NOW)


def twice(database: Database, patient: str = "patient2", start: int = TEN, reason: str = "in pain", **more) -> str:  # type: ignore[no-untyped-def]
    given = {"actor": DESK, "reason": reason, "now": NOW} | more
    return overbook(database.begin, database.read, wanted(patient), start, **given)


def test_a_time_is_given_twice_with_a_reason_and_no_third_time(database: Database, world: World) -> None:
    first = booked(database)
    second = twice(database)
    with database.read() as unit:
        one, other = (loads.visit(unit.connection, each) for each in (first, second))
        assert (one.starts, one.stretches[0].staff_id) == (other.starts, other.stretches[0].staff_id)
        assert reads.reasons(unit.connection, second) == (("overbooked", "in pain"),)
        entry = unit.connection.execute(select(audit).order_by(audit.c.id.desc())).first()
        assert entry is not None
        assert (entry.permission, entry.detail["overbooked"]) == ("visit.overbook", True)
        assert sweep.faults(unit.connection) == ()
    with pytest.raises(SlotTaken):
        booked(database, "patient2")


def test_the_lane_to_overbook_is_one(database: Database, world: World) -> None:
    booked(database)
    twice(database)
    with pytest.raises(SlotTaken):
        twice(database, start=TEN + 3)


def test_a_patient_is_never_in_two_places(database: Database, world: World) -> None:
    booked(database)
    with pytest.raises(SlotTaken):
        twice(database, "patient1")


def test_outside_the_hours_nothing_is_given_twice(database: Database, world: World) -> None:
    with pytest.raises(SlotTaken):
        twice(database, start=at("2026-11-24", 5))


def test_a_free_time_is_booked_as_ever(database: Database, world: World) -> None:
    visit = twice(database, reason="")
    with database.read() as unit:
        assert reads.reasons(unit.connection, visit) == ()
    with pytest.raises(SlotTaken):
        booked(database)


def test_it_takes_a_reason_a_therapist_and_the_permission(database: Database, world: World) -> None:
    booked(database)
    with pytest.raises(Invalid, match="overbook_reason"):
        twice(database, reason=" ")
    with pytest.raises(Forbidden):
        twice(database, actor=replace(ACTOR, permissions=frozenset({"visit.book"})))
    with pytest.raises(Invalid, match="overbook_whom"):
        overbook(database.begin, database.read, wanted("patient2", None), TEN, actor=DESK, reason="x", now=NOW)


def test_what_was_given_twice_moves_and_goes_as_any_visit(database: Database, world: World) -> None:
    booked(database)
    second = twice(database)
    later = Spot(TEN + 24, "staff1", "room1")
    move(database.begin, database.read, second, later, version=1, actor=ACTOR, now=NOW)
    twice(database, start=TEN)
    turn(database.begin, second, Status.CANCELLED, version=2, actor=ACTOR, reason="ill", now=NOW)
    with database.read() as unit:
        assert sweep.faults(unit.connection) == ()
