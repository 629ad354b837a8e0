"""A therapist's own visits, unsigned records and courses, the same from either database."""

from clinic.db.care import caseload
from clinic.db.unit import Database
from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.practice.modality import Modality
from clinic.domain.time import tick_floor
from clinic.services.care.events import happened
from tests.under_way import after, under_way
from tests.world import ACTOR, NOW, World, at

TODAY, TOMORROW, NOW_TICK = at("2026-11-20", 0), at("2026-11-21", 0), tick_floor(NOW)


def led(database: Database, world: World, *sessions: tuple[str, int] | None, **more: object) -> str:
    return under_way(
        database,
        world,
        *sessions,
        modality=Modality.DRY_NEEDLING,
        **{"hour": 14, "lead_staff_id": world.staff[0]} | more,  # type: ignore[arg-type]
    )


def test_the_visits_of_the_day_say_what_is_due_and_who_alarmed(database: Database, world: World) -> None:
    led(database, world, ("done", -5), ("booked", 0), ("booked", 4), reassess=(after(2),))
    with database.read() as unit:
        (found,) = caseload.coming(unit.connection, "staff1", TODAY, TOMORROW)
        assert caseload.coming(unit.connection, "staff2", TODAY, TOMORROW) == ()
        done = caseload.unsigned(unit.connection, "staff1", 0, NOW_TICK)
    assert (found.ordinal, found.reassess, found.signed, found.alarms) == (2, True, False, 0)
    assert [(one.starts, one.begun) for one in done] == [(at("2026-11-15", 14), False)]
    event = Event(Kind.NERVE, Grade.MILD, NOW)
    happened(database.begin, done[0].public_id, event, actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert caseload.coming(unit.connection, "staff1", TODAY, TOMORROW)[0].alarms == 1


def test_who_waits_for_a_visit_or_a_reassessment_comes_before_who_has_one(database: Database, world: World) -> None:
    led(database, world, ("done", -5), ("booked", 3))
    led(database, world, ("done", -9), None, patient=1)
    led(database, world, ("done", -20), hour=16, reassess=(after(1),))
    with database.read() as unit:
        found = caseload.courses(unit.connection, "staff1", NOW_TICK)
        assert caseload.courses(unit.connection, "staff2", NOW_TICK) == ()
    assert [(one.held, one.sessions, one.unplanned, one.reassess) for one in found] == [
        (1, 1, False, 1),
        (1, 2, True, 0),
        (1, 2, False, 0),
    ]
    assert (found[0].last, found[2].next) == (at("2026-10-31", 16), at("2026-11-23", 14))


def test_a_course_without_a_lead_is_of_whoever_treats_in_it(database: Database, world: World) -> None:
    led(database, world, ("booked", 3), lead_staff_id=None)
    with database.read() as unit:
        assert len(caseload.courses(unit.connection, "staff1", NOW_TICK)) == 1
        assert caseload.courses(unit.connection, "staff2", NOW_TICK) == ()
        assert [name for name, _ in caseload.everybody(unit.connection)] == ["staff1", "staff2"]
        assert caseload.own(unit.connection, "nobody") is None
