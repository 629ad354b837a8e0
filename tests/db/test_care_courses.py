"""The gate and how a course goes, in the database: what was reported, how it was borne, what the reassessment found."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from clinic.db.courses import reads
from clinic.db.tables import practice
from clinic.db.tables.courses import component
from clinic.db.tables.records import measure, record, response
from clinic.db.tables.visits import override
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.access.permissions import granted
from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.care.response import Told
from clinic.domain.errors import Forbidden, Refused
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Move, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.gate import foretell
from clinic.services.apply.readiness import unready
from clinic.services.care.events import acknowledge, close, happened
from clinic.services.care.responses import tell
from clinic.services.visits.reassess import decide, settle
from tests.cared import ready
from tests.under_way import after, mark, under_way
from tests.world import ACTOR, NOW, World, at, needling, single

THERAPIST = Actor("account:1", granted("therapist"))
ASSISTANT = Actor("account:2", granted("assistant"))
NEEDLE = Modality.DRY_NEEDLING


def course(database: Database, world: World, *sessions: Any, **more: Any) -> str:
    return under_way(database, world, *sessions, modality=NEEDLE, **more)


def visits(database: Database, plan: str) -> tuple[Visit, ...]:
    with database.read() as unit:
        return loads.of_plan(unit.connection, reads.plan_row(unit.connection, plan).id)


def moved(visit: Visit, days: int) -> Move:
    ticks = days * 288
    return Move(visit, tuple(replace(one, starts=one.starts + ticks, ends=one.ends + ticks) for one in visit.stretches))


def said(database: Database, change: Move | Book) -> list[str]:
    with database.read() as unit:
        return [one.code for one in foretell(unit, [change])[0]]


def put(database: Database, change: Move | Turn, actor: Actor = ACTOR, reason: str = "") -> None:
    with database.begin() as unit:
        apply(unit, (change,), actor=actor, reason=reason, now=NOW)


def borne(database: Database, visit: Visit, pain: int, *, before: int = 3) -> None:
    """What was told two days after, and the pain before."""
    row = {"appointment_id": visit.id, "hours": 48, "pain": pain, "signs": [], "actor": "x", "told_at": NOW}
    kept = {"public_id": f"r{visit.id}", "patient_id": visit.patient_id, "appointment_id": visit.id, "status": "open"}
    with database.begin() as unit:
        unit.connection.execute(insert(response), row)
        unit.connection.execute(insert(record), kept | {"draft": {"pain_before": before}, "drafted_at": NOW})


def measured(database: Database, **tenths: tuple[int, int]) -> None:
    rows = [
        {"plan_id": 1, "name": name, "tenths": value, "on_day": date(2026, 11, day), "actor": "x", "written_at": NOW}
        for name, values in tenths.items()
        for day, value in enumerate(values, start=1)
    ]
    with database.begin() as unit:
        unit.connection.execute(insert(measure), rows)


def test_after_a_flare_the_next_gap_grows_by_half_or_takes_a_reason(database: Database, world: World) -> None:
    done, coming, last = visits(database, course(database, world, ("done", -4), ("booked", 6), ("booked", 11)))
    assert said(database, moved(coming, -6)) == []
    borne(database, done, 4)
    assert said(database, moved(coming, -6)) == []
    borne_again = update(response).values(pain=5)
    with database.begin() as unit:
        unit.connection.execute(borne_again)
    assert said(database, moved(coming, -6)) == ["flared"]
    assert said(database, moved(coming, -5)) == []
    assert said(database, moved(last, 1)) == []
    put(database, moved(coming, -6), THERAPIST, "Another muscle")
    assert overrides(database) == [(29, "flared", done.id, THERAPIST.name)]


def overrides(database: Database) -> list[tuple[Any, ...]]:
    columns = (override.c.rule, override.c.code, override.c.answers, override.c.actor)
    with database.read() as unit:
        return [tuple(row) for row in unit.connection.execute(select(*columns).order_by(override.c.id))]


def test_after_two_flares_in_a_row_every_needling_takes_a_reason_once(database: Database, world: World) -> None:
    sessions = (("done", -11), ("done", -5), ("booked", 6), ("booked", 13))
    first, second, coming, last = visits(database, course(database, world, *sessions))
    borne(database, first, 6)
    borne(database, second, 6)
    assert said(database, moved(last, 1)) == ["flared_again"]
    with pytest.raises(Refused, match="flared_again"):
        put(database, moved(coming, 1), THERAPIST)
    with pytest.raises(Forbidden):
        put(database, moved(coming, 1), Actor("x", frozenset({"visit.move"})), "No matter")
    put(database, moved(coming, 1), THERAPIST, "He asks for it")
    assert said(database, moved(last, 1)) == []
    assert overrides(database) == [(29, "flared_again", second.id, THERAPIST.name)]


def test_where_the_last_needling_was_borne_well_an_earlier_flare_is_over(database: Database, world: World) -> None:
    sessions = (("done", -18), ("done", -11), ("done", -5), ("booked", 6))
    first, second, third, coming = visits(database, course(database, world, *sessions))
    borne(database, first, 6)
    borne(database, second, 6)
    borne(database, third, 3)
    assert said(database, moved(coming, -6)) == []


def test_without_a_change_that_matters_going_on_takes_a_reason(database: Database, world: World) -> None:
    sessions = (("done", -11), ("pencilled", 4), ("pencilled", 9))
    plan = course(database, world, *sessions, reassess=(after(1),))
    measured(database, nprs=(60, 50))
    with database.read() as unit:
        held_in = reads.sessions(unit.connection, 1)[0].public_id
    with pytest.raises(Refused, match="change_too_small"):
        decide(database.begin, plan, held_in, "continue", version=1, actor=THERAPIST, now=NOW)
    given = {"version": 1, "actor": THERAPIST, "reason": "He sleeps again", "now": NOW}
    assert decide(database.begin, plan, held_in, "continue", **given) == 2
    assert overrides(database) == [(30, "change_too_small", 1, THERAPIST.name)]
    assert said(database, moved(visits(database, plan)[2], 1)) == []


@pytest.mark.parametrize(
    ("taken", "codes"),
    [
        ({"nprs": (60, 38)}, []),
        ({"nprs": (60, 39)}, ["change_too_small"]),
        ({"nprs": (60, 39), "psfs": (30, 50)}, []),
        ({"nprs": (60, 70)}, ["change_too_small"]),
        ({}, []),
    ],
)
def test_the_change_that_matters_is_that_of_the_region(
    database: Database, world: World, taken: dict[str, tuple[int, int]], codes: list[str]
) -> None:
    plan = course(database, world, ("done", -11), ("booked", 4), reassess=(after(1),))
    if taken:
        measured(database, **taken)
    mark(database, plan, 1)
    assert said(database, moved(visits(database, plan)[1], 1)) == codes


def test_a_reassessment_that_was_held_is_marked_before_the_course_goes_on(database: Database, world: World) -> None:
    plan = course(database, world, ("done", -7), ("booked", 4), ("pencilled", 9), reassess=(after(1),))
    _, coming, last = visits(database, plan)
    with pytest.raises(Refused, match="reassessment_overdue"):
        put(database, moved(coming, 1), THERAPIST)
    put(database, moved(coming, 1), THERAPIST, "She measures next time")
    assert said(database, moved(last, 1)) == []
    mark(database, plan, 1)
    assert said(database, Book(single(world, needling(world, at("2026-12-18", 10))))) == []
    assert overrides(database) == [(32, "reassessment_overdue", 1, THERAPIST.name)]


def test_a_reassessment_that_lies_ahead_is_not_overdue(database: Database, world: World) -> None:
    plan = course(database, world, ("booked", 3), ("booked", 7), reassess=(after(1),))
    assert said(database, moved(visits(database, plan)[1], 1)) == []


def test_a_red_flag_holds_needling_and_nothing_else_until_a_clinician_clears_it(
    database: Database, world: World
) -> None:
    ready(database, world.patients[0], date(2026, 11, 24))
    done, coming = visits(database, course(database, world, ("done", -4), ("booked", 4)))
    other = under_way(database, world, ("booked", 5), hour=14)
    event = Event(Kind.NERVE, Grade.MODERATE, NOW)
    public_id = happened(database.begin, done.public_id, event, actor=THERAPIST, now=NOW)
    assert held(database) == [("open", coming.id)]
    with pytest.raises(Refused, match="red_flag_open"):
        put(database, moved(coming, 1), reason="He feels well")
    put(database, moved(visits(database, other)[0], 1))
    assert "red_flag_open" in open_items(database, coming)
    acknowledge(database.begin, public_id, version=1, actor=THERAPIST, now=NOW)
    assert "red_flag_open" in open_items(database, coming)
    close(database.begin, public_id, "Imaging was clear", version=2, actor=THERAPIST, now=NOW)
    assert held(database) == [("dropped", coming.id)]
    assert open_items(database, coming) == []
    put(database, moved(coming, 1))


def held(database: Database) -> list[tuple[str, int]]:
    query = text("SELECT state, appointment_id FROM task WHERE kind = 'needling_held' ORDER BY id")
    with database.read() as unit:
        return [tuple(row) for row in unit.connection.execute(query)]


def open_items(database: Database, visit: Visit) -> list[str]:
    with database.read() as unit:
        return [one.code for one in unready(unit, visit)]


def test_signs_told_on_the_phone_hold_needling_until_their_event_is_closed(database: Database, world: World) -> None:
    done, coming = visits(database, course(database, world, ("done", -4), ("booked", 4)))
    tell(database.begin, done.public_id, Told(50, signs=("numbness",)), actor=THERAPIST, now=NOW)
    assert len(held(database)) == 1
    assert said(database, moved(coming, 1)) == ["red_flag_open"]
    bruise = happened(database.begin, done.public_id, Event(Kind.BRUISE, Grade.MILD, NOW), actor=THERAPIST, now=NOW)
    close(database.begin, bruise, "gone", version=1, actor=THERAPIST, now=NOW)
    assert said(database, moved(coming, 1)) == ["red_flag_open"]
    nerve = happened(database.begin, done.public_id, Event(Kind.NERVE, Grade.MILD, NOW), actor=THERAPIST, now=NOW)
    acknowledge(database.begin, nerve, version=1, actor=THERAPIST, now=NOW)
    close(database.begin, nerve, "a pinched sleeve", version=2, actor=THERAPIST, now=NOW + timedelta(minutes=1))
    assert said(database, moved(coming, 1)) == []


def test_an_assistant_is_not_booked_for_needling_though_he_has_the_skill(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(
            update(practice.staff).where(practice.staff.c.id == world.staff[0]).values(kind="assistant")
        )
    new = single(world, needling(world, at("2026-11-23", 10)))
    assert said(database, Book(new)) == ["assistant_may_not"]
    other = single(world, needling(world, at("2026-11-23", 10), staff=1))
    assert said(database, Book(other)) == []


def test_needling_that_the_plan_does_not_contain_is_not_booked(database: Database, world: World) -> None:
    plan = course(database, world, ("booked", 4))
    with database.begin() as unit:
        unit.connection.execute(update(component).values(modality="electrical-needling"))
    assert said(database, moved(visits(database, plan)[0], 1)) == ["needling_unplanned"]


def test_heavy_exercise_of_a_needled_muscle_is_pointed_out_on_the_same_day(database: Database, world: World) -> None:
    trained = under_way(database, world, ("booked", 4), hour=14, modality=Modality.EXERCISE)
    with database.begin() as unit:
        unit.connection.execute(update(component).values(muscles=["Infraspinatus"]))
    at_ten = single(world, needling(world, at("2026-11-24", 10)))
    assert said(database, Book(at_ten)) == ["needled_muscle_loaded"]
    assert said(database, Book(single(world, needling(world, at("2026-11-23", 10))))) == []
    assert said(database, Book(single(world, needling(world, at("2026-11-24", 16))))) == []
    put(database, moved(visits(database, trained)[0], 1))


def test_what_is_pencilled_is_confirmed_with_a_reason_where_little_changed(database: Database, world: World) -> None:
    plan = course(database, world, ("done", -11), ("pencilled", 4), reassess=(after(1),))
    measured(database, nprs=(60, 60))
    mark(database, plan, 1)
    with pytest.raises(Refused, match="change_too_small"):
        settle(database.begin, plan, Status.BOOKED, version=1, actor=THERAPIST, now=NOW)
    given = {"version": 1, "actor": THERAPIST, "reason": "He works again", "now": NOW}
    assert settle(database.begin, plan, Status.BOOKED, **given) == 1
