"""Whoever offers or takes a time asks own calendars: courses, single visits, moves, repairs, the moment of booking."""

import pytest

from clinic.db.practice import busy as stored
from clinic.db.practice.busy import Row
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.errors import SlotTaken
from clinic.domain.visits.changes import Book
from clinic.engine.course import Course
from clinic.engine.repair.solve import solve
from clinic.services.apply import apply
from clinic.services.courses.choices import others
from clinic.services.courses.place import preview
from clinic.services.courses.repair.answer import answered
from clinic.services.visits.book import book
from clinic.services.visits.offers import offers_for_move, offers_for_single
from clinic.services.visits.wanted import Spot
from tests.db.test_courses import wanted
from tests.db.test_offers import MONDAY, TEN, WANTED
from tests.under_way import under_way
from tests.world import ACTOR, NOW, World, at, needling, single

NINE, SIX = at("2026-11-23", 9), at("2026-11-23", 18)
DAY = (at("2026-11-23", 0), at("2026-11-24", 0))


def keep_busy(database: Database, staff_id: int, *spans: tuple[int, int]) -> None:
    """As if an own calendar had said so."""
    with database.begin() as unit:
        public_id = unit.public_id()
        stored.add(unit.connection, staff_id, now=NOW, public_id=public_id, name="x", kind="file", address="")
        source = stored.named(unit.connection, staff_id, public_id)
        stored.replace(unit.connection, source, [Row(first, last, False, "") for first, last in spans])


def test_a_course_and_its_alternatives_keep_clear(database: Database, world: World) -> None:
    for staff_id in world.staff:
        keep_busy(database, staff_id, (at("2026-11-23", 0), at("2026-11-25", 0)))
    answer = preview(database.read, wanted(), now=NOW)
    assert isinstance(answer.outcome, Course)
    starts = [placed.start for placed in answer.outcome.sessions]
    starts += [each.placed.start for each in others(answer.request, answer.outcome, 1)]
    assert min(starts) >= at("2026-11-25", 8)


def test_single_visits_are_offered_around_it_and_with_colleagues(database: Database, world: World) -> None:
    keep_busy(database, world.staff[0], (NINE, SIX))
    found = [each.spot for each in offers_for_single(database.read, WANTED, MONDAY, now=NOW)]
    monday = [spot for spot in found if spot.start < DAY[1]]
    assert [spot for spot in monday if spot.therapist == "staff1" and spot.start >= NINE] == []
    assert {spot.therapist for spot in monday} == {"staff1", "staff2"}
    near = offers_for_single(database.read, WANTED, MONDAY, near=Spot(TEN, "staff1", "room1"), now=NOW)
    assert all(each.spot.therapist == "staff2" or not NINE <= each.spot.start < SIX for each in near)


def test_a_visit_is_not_moved_into_it(database: Database, world: World) -> None:
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, TEN))),), actor=ACTOR, now=NOW)
        unit.connection.execute(appointment.update().values(public_id="moves"))
    keep_busy(database, world.staff[0], DAY)
    spots = [each.spot for each in offers_for_move(database.read, "moves", "patient1", MONDAY, now=NOW)]
    assert spots
    assert [spot for spot in spots if spot.therapist == "staff1" and spot.start < DAY[1]] == []


def test_a_time_that_became_busy_since_it_was_shown_is_not_booked(database: Database, world: World) -> None:
    shown = offers_for_single(database.read, WANTED, MONDAY, near=Spot(TEN, "staff1", "room1"), now=NOW)[0].spot
    keep_busy(database, 1 if shown.therapist == "staff1" else 2, (shown.start, shown.start + 1))
    with pytest.raises(SlotTaken):
        book(database.begin, database.read, WANTED, shown, actor=ACTOR, now=NOW)


def test_a_repair_gives_nothing_to_a_colleague_who_is_busy(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7))
    keep_busy(database, world.staff[1], (TEN - 12, TEN + 24))
    ill = Trouble(Kind.ABSENCE, "staff1", *DAY)
    [(old, new)] = answered(database.read, ill, solve, now=NOW).moved.values()
    assert old.starts == TEN
    assert new.stretches[0].staff_id != world.staff[1] or not new.ends > TEN - 12 or not new.starts < TEN + 24
