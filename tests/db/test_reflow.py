"""The rest of a course, placed anew: what holds stays, what must move moves least."""

from datetime import date, timedelta

import pytest

from clinic.db.tables.patients import patient_hours
from clinic.db.tables.practice import closure
from clinic.db.unit import Database
from clinic.domain.courses.protocol import Reassess, Reassessing
from clinic.domain.errors import Infeasible, Invalid, SlotTaken, Stale
from clinic.domain.patients.preferences import Preferences
from clinic.domain.visits.visit import Status
from clinic.engine.course import Change, NoCourse
from clinic.engine.request import Pin
from clinic.services.courses.reflow import Reflow
from clinic.services.courses.replan import Seen, look, replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.under_way import UnderWay, under_way
from clinic.services.patients.relatives import relate
from tests.under_way import after, day
from tests.under_way import under_way as course
from tests.world import ACTOR, NOW, World, at

B, C, D, P, X, M = "booked", "confirmed", "done", "pencilled", "cancelled", "no_show"
"""Visits 3 to 7 days apart from Friday 20 November; day 3 is Monday."""


def shown(database: Database, asked: Asked) -> Reflow:
    return look(database.read, asked, now=NOW)


def places(found: Reflow) -> list[tuple[int, int, bool]]:
    """Ordinal, days from today, and whether it stays."""
    return [(one.session.ordinal, (one.placed.on - day(0)).days, one.stays) for one in found.lines]


def pin(days: int, hour: int = 10, staff: str = "staff1", room: str | None = None) -> Pin:
    return Pin(at(day(days).isoformat(), hour), staff, room)


def seen(found: Reflow) -> Seen:
    return Seen(found.plan.versions(), found.places())


def write(database: Database, asked: Asked, by: Seen | None = None) -> int:
    return replan(database.begin, database.read, asked, seen=by, actor=ACTOR, now=NOW)


def now_at(database: Database, plan: str) -> UnderWay:
    with database.read() as unit:
        return under_way(unit, plan)


def days_of(database: Database, plan: str) -> list[int | None]:
    found = now_at(database, plan)
    return [None if one.visit is None else (found.on(one.visit) - day(0)).days for one in found.sessions]


def test_a_course_whose_gaps_hold_stays_as_it_is(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (B, 3), (C, 7), (P, 12))
    found = shown(database, Asked(plan))
    assert places(found) == [(2, 3, True), (3, 7, True), (4, 12, True)]
    assert write(database, Asked(plan), seen(found)) == 0


def test_what_follows_a_moved_visit_moves_as_little_as_the_gaps_allow(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (B, 3), (B, 7), (B, 11), (B, 17))
    found = shown(database, Asked(plan, pins={3: pin(10)}, place=frozenset()))
    assert places(found) == [(2, 3, True), (3, 10, False), (4, 13, False), (5, 17, True)]
    assert write(database, Asked(plan, pins={3: pin(10)}, place=frozenset()), seen(found)) == 2
    assert days_of(database, plan) == [-3, 3, 10, 13, 17]


def test_a_visit_without_a_date_gets_one_and_the_others_make_room(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (X, 4), (B, 5), (B, 10))
    found = shown(database, Asked(plan))
    assert places(found) == [(2, 3, False), (3, 6, False), (4, 10, True)]
    assert write(database, Asked(plan), seen(found)) == 2
    assert days_of(database, plan) == [-3, 3, 6, 10]
    assert now_at(database, plan).sessions[1].visit.status is Status.BOOKED  # type: ignore[union-attr]


def test_only_what_is_asked_for_is_placed_and_gaps_reach_over_what_is_not(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (X, 3), (B, 10), (X, 12))
    assert places(shown(database, Asked(plan, place=frozenset()))) == [(3, 10, True)]
    assert [one[0] for one in places(shown(database, Asked(plan, place=frozenset({4}))))] == [3, 4]


def test_the_very_start_that_was_cancelled_is_not_proposed_again(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (X, 3), (B, 7))
    (line, _) = shown(database, Asked(plan)).lines
    assert line.placed.on == day(3)
    assert line.placed.start != at(day(3).isoformat(), 10)


def test_a_missed_visit_follows_those_that_took_place_since(database: Database, world: World) -> None:
    plan = course(database, world, (D, -10), (M, -7), (D, -3), (B, 4))
    assert [one[:2] for one in places(shown(database, Asked(plan)))] == [(2, 0), (4, 4)]


def test_sessions_never_placed_take_their_ideal_gaps(database: Database, world: World) -> None:
    plan = course(database, world, (D, -1), (B, 4), None, None)
    assert places(shown(database, Asked(plan))) == [(2, 4, True), (3, 7, False), (4, 12, False)]


def test_a_flare_widens_the_next_gap_and_the_rest_follows(database: Database, world: World) -> None:
    plan = course(database, world, (D, -1), (B, 3), (B, 7), (B, 14))
    found = shown(database, Asked(plan, gap_after=8))
    assert places(found) == [(2, 7, False), (3, 10, False), (4, 14, True)]


def test_a_visit_that_is_kept_makes_the_others_move(database: Database, world: World) -> None:
    plan = course(database, world, (D, -1), (B, 3), (B, 7), (B, 11))
    found = shown(database, Asked(plan, gap_after=6, keep=frozenset({3})))
    assert isinstance(found.outcome, NoCourse)
    assert found.ordinal(found.outcome.session) == 3
    changes = [found.told(way.changes) for way in found.outcome.relaxations]
    assert (Change("unpin", 3),) in changes
    given = Asked(plan, gap_after=6, keep=frozenset({3}), given_up=(Change("unpin", 3),))
    assert [one[1] for one in places(shown(database, given))] == [5, 10, 13]


def test_a_gap_that_is_too_long_already_ends_at_the_next_free_day(database: Database, world: World) -> None:
    plan = course(database, world, (D, -30), (M, -24), (X, -20))
    found = shown(database, Asked(plan))
    assert [one[1] for one in places(found)] == [0, 3]


def test_where_the_next_gap_cannot_hold_a_wider_one_is_proposed(database: Database, world: World) -> None:
    plan = course(database, world, (D, -7), (M, -1), (B, 5))
    with database.begin() as unit:
        closed = {"location_id": world.location, "first_on": day(0), "last_on": day(0), "name": "Works"}
        unit.connection.execute(closure.insert().values(**closed))
    found = shown(database, Asked(plan))
    assert isinstance(found.outcome, NoCourse)
    assert found.ordinal(found.outcome.session) == 2
    wider = found.told(found.outcome.relaxations[0].changes)
    assert wider == (Change("widen_gap", 2, 10),)
    assert places(shown(database, Asked(plan, given_up=wider))) == [(2, 3, False), (3, 6, False)]


def test_what_waits_for_a_reassessment_is_pencilled(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (B, 3), (X, 7), reassess=(after(2),))
    assert write(database, Asked(plan)) == 1
    assert now_at(database, plan).sessions[2].visit.status is Status.PENCILLED  # type: ignore[union-attr]


def test_nothing_is_written_by_what_was_seen_before_something_changed(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (B, 3), (B, 7))
    asked = Asked(plan, pins={2: pin(5)}, place=frozenset())
    by = seen(shown(database, asked))
    first = next(iter(by.versions))
    with pytest.raises(Stale):
        write(database, asked, Seen({**by.versions, first: 9}, by.places))
    with pytest.raises(Stale):
        write(database, asked, Seen({}, by.places))
    with pytest.raises(SlotTaken):
        write(database, asked, Seen(by.versions, by.places[:1]))
    assert days_of(database, plan) == [-3, 3, 7]


def test_without_a_course_nothing_is_written(database: Database, world: World) -> None:
    plan = course(database, world, (D, -1), (B, 3), (B, 7))
    asked = Asked(plan, gap_after=6, keep=frozenset({3}))
    with pytest.raises(Infeasible):
        write(database, asked)
    with pytest.raises(SlotTaken):
        write(database, asked, Seen(now_at(database, plan).versions(), ()))


def test_what_cannot_be_asked_is_said(database: Database, world: World) -> None:
    plan = course(database, world, (D, -1), (B, 3), authorised_visits=2)
    with pytest.raises(Invalid):
        Asked(plan, gap_after=0)
    with pytest.raises(Invalid):
        Asked(plan, given_up=(Change("fewer_sessions", 1),))
    with pytest.raises(Invalid):
        shown(database, Asked(plan, given_up=(Change("widen_gap", 9, 9),)))


def test_a_course_without_anything_ahead_has_nothing_to_place(database: Database, world: World) -> None:
    plan = course(database, world, (D, -4), (D, -1))
    assert shown(database, Asked(plan)).lines == ()
    assert write(database, Asked(plan)) == 0


def test_too_few_authorised_visits_are_said(database: Database, world: World) -> None:
    plan = course(database, world, (D, -1), None, None, authorised_visits=2)
    with pytest.raises(Invalid) as told:
        shown(database, Asked(plan))
    assert told.value.code == "authorised_too_few"


def test_the_last_authorised_day_holds(database: Database, world: World) -> None:
    until = date.fromisoformat("2026-11-27")
    assert until - day(0) == timedelta(days=7)
    plan = course(database, world, (D, -1), (B, 6), (B, 10), authorised_until=until)
    assert [one[1] for one in places(shown(database, Asked(plan)))] == [4, 7]


def test_what_lies_beyond_a_dated_review_is_pencilled(database: Database, world: World) -> None:
    week_1 = (Reassess(Reassessing.WEEK, 1),)
    plan = course(database, world, (D, -3), (X, 4), None, reassess=week_1)
    assert write(database, Asked(plan)) == 2
    statuses = [one.visit.status for one in now_at(database, plan).sessions if one.visit is not None]
    assert statuses == [Status.DONE, Status.BOOKED, Status.PENCILLED]


def test_a_visit_agreed_with_somebody_else_than_the_patient_requires_stays_with_him(
    database: Database, world: World
) -> None:
    musts = Preferences(therapist="staff2", therapist_required=True).document()
    plan = course(database, world, (D, -3), (B, 3), (X, 8), preferences=musts)
    found = shown(database, Asked(plan, given_up=(Change("release_reserved"),)))
    assert [(one.stays, one.placed.therapist) for one in found.lines] == [(True, "staff1"), (False, "staff2")]


def test_hours_that_suited_when_a_visit_was_agreed_still_do_for_that_visit(database: Database, world: World) -> None:
    plan = course(database, world, (D, -3), (B, 3), (X, 7))
    with database.begin() as unit:
        friday = {"patient_id": world.patients[0], "weekday": 4, "starts_minute": 900, "ends_minute": 1020}
        unit.connection.execute(patient_hours.insert().values(**friday))
    first, second = shown(database, Asked(plan)).lines
    assert first.stays
    assert second.placed.start == at(day(7).isoformat(), 15)


def together(database: Database, world: World) -> None:
    """The second patient comes along with the first."""
    relate(database.begin, "patient1", "patient2", back_to_back=True, seen=1, actor=ACTOR, now=NOW)


def test_a_new_date_is_sought_beside_a_relatives_visit(database: Database, world: World) -> None:
    together(database, world)
    course(database, world, (B, 3), patient=1, hour=15)
    plan = course(database, world, (D, -3), (X, 3), (B, 7))
    alone, beside = at(day(3).isoformat(), 10), at(day(3).isoformat(), 15)
    line = shown(database, Asked(plan)).lines[0]
    assert line.placed.on == day(3)
    assert line.placed.start + 6 <= beside or line.placed.start >= beside + 6
    costs = line.placed.costs
    near = course(database, world, (B, 3), patient=1, hour=11)
    assert near
    closer = shown(database, Asked(plan)).lines[0]
    assert closer.placed.start == alone + 6
    assert (costs["alone"], closer.placed.costs["alone"]) == (8, 0)


def test_what_was_agreed_does_not_move_for_company_alone(database: Database, world: World) -> None:
    together(database, world)
    plan = course(database, world, (D, -3), (B, 3), (B, 7))
    course(database, world, (B, 3), (B, 7), patient=1, hour=11)
    assert [one.stays for one in shown(database, Asked(plan)).lines] == [True, True]
