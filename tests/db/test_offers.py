"""Whatever offers times reads what the calendars need with two statements: who comes where, and what is held."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, update

from clinic.db.patients.relatives import relate
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.patients.relatives import Relation
from clinic.domain.visits.catalogue import SINGLES
from clinic.domain.visits.changes import Book
from clinic.engine.course import Course
from clinic.services.apply import apply
from clinic.services.courses.choices import others
from clinic.services.courses.place import preview
from clinic.services.visits.offers import offers_for_move, offers_for_single
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.db.test_courses import wanted
from tests.world import ACTOR, NOW, SHOULDER, World, at, needling, single

MONDAY = date(2026, 11, 23)
TEN = at("2026-11-23", 10)
WANTED = WantedVisit("patient1", "loc1", SINGLES[1], (SHOULDER,))
CALENDARS = {"claim", "resource", "practice", "patient_hours", "patient_away"}
"""Tables that calendars are made of; those of a site that nobody changed are not read at all."""
SITE = {"location_hours", "staff_hours", "staff", "room", "closure", "absence", "external_busy", "reserved_start"}

RULES = "outside_treatment"
"""Which statement gathers what the rules ask."""


@contextmanager
def reading(database: Database) -> Iterator[list[set[str]]]:
    """The tables of each statement that is sent."""
    found: list[set[str]] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        tables = set(re.findall(r"(?:FROM|JOIN)\s+(\w+)", statement))
        found.extend([tables] * bool(tables))

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def course(database: Database) -> None:
    assert isinstance(preview(database.read, wanted(), now=NOW).outcome, Course)


def other_times(database: Database) -> None:
    answer = preview(database.read, wanted(), now=NOW)
    assert isinstance(answer.outcome, Course)
    assert others(answer.request, answer.outcome, 2)


def one_visit(database: Database) -> None:
    assert offers_for_single(database.read, WANTED, MONDAY, now=NOW)


def nearest(database: Database) -> None:
    assert offers_for_single(database.read, WANTED, MONDAY, near=Spot(TEN, "staff1", "room1"), now=NOW)


def a_move(database: Database) -> None:
    assert offers_for_move(database.read, "moves", "patient1", MONDAY, now=NOW)


@pytest.mark.parametrize(
    ("offers", "besides"),
    [(course, 3), (other_times, 3), (one_visit, 3), (nearest, 3), (a_move, 4)],
)
def test_offering_times_reads_the_calendars_with_two_statements(
    database: Database, world: World, offers: Callable[[Database], None], besides: int
) -> None:
    """Besides: what the safety rules ask (the patient's visits, credentials, and all else in one statement), the
    patient's courses of the same protocol, and the visit that moves."""
    with database.begin() as unit:
        moving = Book(single(world, needling(world, TEN)))
        apply(unit, (moving,), actor=ACTOR, now=NOW)
        unit.connection.execute(update(appointment).values(public_id="moves"))
    offers(database)
    with reading(database) as found:
        offers(database)
    calendars = [tables for tables in found if tables & CALENDARS]
    assert len(calendars) == 2
    assert len(found) - len(calendars) <= besides
    assert not any(tables & SITE for tables in found if RULES not in tables)


def test_times_beside_a_relatives_visit_are_among_those_that_are_listed(database: Database, world: World) -> None:
    """His visit lasts from ten to a quarter to eleven: theirs ends when his begins, or begins when his ends."""
    his = at("2026-11-23", 10)
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, his), patient=1)),), actor=ACTOR, now=NOW)
    plain = offers_for_single(database.read, WANTED, MONDAY, now=NOW)
    assert {each.beside for each in plain} == {""}
    with database.begin() as unit:
        relate(unit.connection, Relation(world.patients[0], world.patients[1], True))
    found = [each for each in offers_for_single(database.read, WANTED, MONDAY, now=NOW) if each.beside]
    assert {each.beside for each in found} == {"Ada Adler2"}
    assert {each.spot.start for each in found} - {each.spot.start for each in plain}
    assert all(each.on == MONDAY for each in found)
    assert any(each.spot.start >= his + 9 for each in found)
