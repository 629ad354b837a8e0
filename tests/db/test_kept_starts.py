"""Starts that a therapist keeps for new patients or urgent visits."""

from clinic.db.tables.practice import reserved_start
from clinic.db.unit import Database
from clinic.engine.course import Change, Course, NoCourse
from clinic.engine.request import Pin
from clinic.services.courses.reasons import named
from tests.db.test_courses import course, look, wanted
from tests.world import World, at


def keep(database: Database, world: World, begin: int, end: int = 18 * 60) -> None:
    """Everybody keeps these minutes of every day; nothing is released before the day itself."""
    hours = {
        "location_id": world.location,
        "starts_minute": begin,
        "ends_minute": end,
        "kind": "new",
        "release_days": 0,
    }
    rows = [{**hours, "staff_id": each, "weekday": weekday} for each in world.staff for weekday in range(7)]
    with database.begin() as unit:
        unit.connection.execute(reserved_start.insert(), rows)


def test_who_keeps_the_starts_is_named_and_they_can_be_released(database: Database, world: World) -> None:
    keep(database, world, 8 * 60)
    answer = look(database, wanted())
    assert isinstance(answer.outcome, NoCourse)
    reasons = [named(answer, reason) for day in answer.outcome.window for reason in day.reasons]
    names = {str(reason.params["therapist"]) for reason in reasons if reason.code == "reserved"}
    assert names == {each.name for each in answer.site.staff}
    ways = [way for way in answer.outcome.relaxations if way.changes == (Change("release_reserved"),)]
    assert course(database, wanted(given_up=ways[0].changes)).sessions == ways[0].course.sessions


def test_a_visit_that_begins_before_kept_starts_may_run_into_them(database: Database, world: World) -> None:
    keep(database, world, 8 * 60 + 15)
    for hour, outcome in ((8, Course), (9, NoCourse)):
        answer = look(database, wanted(pins={1: Pin(at("2026-11-24", hour))}))
        assert isinstance(answer.outcome, outcome)
        assert answer.request.kinds[0].ticks > 3
