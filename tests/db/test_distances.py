"""What a course keeps its distance from: the patient's other needlings and visits; and sides that take turns."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import insert, update

from clinic.db.courses import reads
from clinic.db.tables.practice import absence, credential, practice, staff
from clinic.db.unit import Database
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.changes import Book
from clinic.engine.course import Change, NoCourse
from clinic.services.apply import apply
from clinic.services.courses.book import book, pins_of
from tests.db.test_courses import course, days, look, wanted
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at, needling, single

BOTH = Target(Region.SHOULDER, Side.BOTH)
NECK = Target(Region.NECK, Side.BOTH)
FLOOR = timedelta(hours=48)


def instants(found: object) -> list[datetime]:
    return [instant_of(session.start) for session in found.sessions]  # type: ignore[attr-defined]


def needled(database: Database, world: World, day: str, hour: int, *, patient: int = 0) -> None:
    """A single needling of the right shoulder."""
    visit = single(world, needling(world, at(day, hour), staff=1, room=1), patient=patient)
    with database.begin() as unit:
        apply(unit, (Book(visit),), actor=ACTOR, reason="wanted", now=NOW)


def test_sides_take_turns_and_each_keeps_its_own_distance(database: Database, world: World) -> None:
    asked = wanted(targets=(BOTH,), alternate=True)
    answer = look(database, asked)
    found = course(database, asked)
    sides = [targets[0].side for targets in answer.plan.targets_by_session]
    assert sides == [Side.LEFT, Side.RIGHT] * 3
    starts = instants(found)
    for side in (Side.LEFT, Side.RIGHT):
        own = [start for start, each in zip(starts, sides, strict=True) if each is side]
        assert all(later - earlier >= FLOOR for earlier, later in pairwise(own))
    assert [session.gap for session in found.sessions[2:]] == [
        (days(found)[n] - days(found)[n - 2]).days for n in range(2, 6)
    ]
    together = days(course(database, wanted(targets=(BOTH,))))
    assert days(found)[-1] - days(found)[0] < together[-1] - together[0]
    assert any((later - earlier).days == 1 for earlier, later in pairwise(days(found)))


def test_sides_that_take_turns_are_booked_each_on_its_own(database: Database, world: World) -> None:
    asked = wanted(targets=(BOTH, NECK), alternate=True)
    booked = book(database.begin, database.read, asked.pinned(pins_of(course(database, asked))), actor=ACTOR, now=NOW)
    with database.read() as unit:
        plan = reads.plan_row(unit.connection, booked.plan)
        statuses = [row.status for row in reads.sessions(unit.connection, plan.id) if row.kind == "treatment"]
    assert statuses == ["booked"] * 3 + ["pencilled"] * 3


def test_a_needling_besides_the_course_keeps_its_hours_before_and_after_it(database: Database, world: World) -> None:
    needled(database, world, "2026-11-25", 10)
    other = datetime(2026, 11, 25, 10, tzinfo=zone(TZ))
    found = course(database, wanted())
    assert all(abs(start - other) >= FLOOR for start in instants(found))
    assert days(found)[0] == date(2026, 11, 23)
    assert days(found)[1] >= date(2026, 11, 27)


def test_hours_are_kept_from_needlings_of_the_same_region_and_patient_only(database: Database, world: World) -> None:
    free = course(database, wanted(targets=(NECK,)))
    needled(database, world, "2026-11-24", 10)
    needled(database, world, "2026-11-27", 10, patient=1)
    assert course(database, wanted(targets=(NECK,))).sessions == free.sessions


def test_a_gap_counts_from_a_needling_besides_the_course(database: Database, world: World) -> None:
    """The longest gap of four days would end before Friday's needling and its two days; it counts from there."""
    needled(database, world, "2026-11-27", 10)
    found = course(database, wanted())
    assert all(session.gap is None or 2 <= session.gap <= 4 for session in found.sessions)
    after = next(session for session in found.sessions if session.on > date(2026, 11, 27))
    assert after.gap == (after.on - date(2026, 11, 27)).days


def test_the_day_that_is_too_near_says_from_what(database: Database, world: World) -> None:
    needled(database, world, "2026-11-24", 10)
    answer = look(database, wanted(start_within_days=2))
    assert isinstance(answer.outcome, NoCourse)
    reasons = {reason.code: reason.params for day in answer.outcome.window for reason in day.reasons}
    assert reasons["needled_near"] == {"on": date(2026, 11, 24), "hours": 48}


def test_a_day_with_another_visit_is_left_to_it_unless_more_are_allowed(database: Database, world: World) -> None:
    needled(database, world, "2026-11-23", 10)
    asked = wanted(targets=(NECK,))
    assert days(course(database, asked))[0] > date(2026, 11, 23)
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_day=2))
    assert days(course(database, asked))[0] == date(2026, 11, 23)


def test_a_week_has_only_so_many_visits_unless_the_patient_comes_more_often(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_week=2))
    found = days(course(database, wanted()))
    weeks = [day.isocalendar().week for day in found]
    assert max(weeks.count(week) for week in weeks) == 2
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_week=1))
    answer = look(database, wanted())
    assert isinstance(answer.outcome, NoCourse)
    ways = [way for way in answer.outcome.relaxations if way.changes == (Change("more_a_week", days=1),)]
    assert course(database, wanted(given_up=ways[0].changes)).sessions == ways[0].course.sessions


def learning(database: Database, world: World, *, supervised: bool = True) -> None:
    """The second therapist is provisional; the first may supervise."""
    with database.begin() as unit:
        own = credential.c.staff_id == world.staff[1]
        unit.connection.execute(update(credential).where(own).values(provisional=True))
        senior = staff.c.id == world.staff[0]
        unit.connection.execute(update(staff).where(senior).values(supervises=supervised))


WITH_HIM = Preferences(therapist="staff2", therapist_required=True)


def test_who_still_learns_is_proposed_while_somebody_supervises(database: Database, world: World) -> None:
    learning(database, world)
    away = {"public_id": "a", "kind": "leave", "starts_at": instant_of(at("2026-11-25", 0))}
    with database.begin() as unit:
        row = {**away, "staff_id": world.staff[0], "ends_at": instant_of(at("2026-11-25", 14))}
        unit.connection.execute(insert(absence).values(**row))
    asked = wanted(wishes=WITH_HIM)
    found = course(database, asked)
    assert {session.therapist for session in found.sessions} == {"staff2"}
    morning = [start for start in instants(found) if start < instant_of(at("2026-11-25", 14))]
    assert all(start < instant_of(at("2026-11-25", 0)) for start in morning)
    assert book(database.begin, database.read, asked.pinned(pins_of(found)), actor=ACTOR, now=NOW).plan


def test_who_still_learns_is_not_proposed_while_nobody_supervises(database: Database, world: World) -> None:
    learning(database, world, supervised=False)
    answer = look(database, wanted(wishes=WITH_HIM))
    assert isinstance(answer.outcome, NoCourse)
    codes = {reason.code for day in answer.outcome.window for reason in day.reasons}
    assert codes == {"not_supervised", "closed"}
    assert {session.therapist for session in course(database, wanted()).sessions} == {"staff1"}


def test_both_sides_are_needled_in_turn_from_the_right_where_that_is_named_first(
    database: Database, world: World
) -> None:
    left = Target(Region.SHOULDER, Side.LEFT)
    answer = look(database, wanted(targets=(SHOULDER, left), alternate=True))
    assert [targets[0].side for targets in answer.plan.targets_by_session][:2] == [Side.RIGHT, Side.LEFT]
