"""Patients who belong together, and when each can come."""

from datetime import date

import pytest
from sqlalchemy import select, update

from clinic.db.patients import records, relatives, times
from clinic.db.patients.relatives import Relative
from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient as patients
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.domain.patients.preferences import Availability, Away
from clinic.domain.practice.hours import WeeklyHours
from clinic.services.patients.relatives import part, relate
from clinic.services.patients.times import set_times
from tests.world import ACTOR, NOW, World, build, patient

FIRST, SECOND = "patient1", "patient2"


@pytest.fixture
def world(database: Database) -> World:
    made = build(database)
    with database.begin() as unit:
        patient(unit.connection, 3)
    return made


def tie(
    database: Database, one: str, other: str, *, together: bool = True, seen: int = 1, actor: Actor = ACTOR
) -> None:
    relate(database.begin, one, other, back_to_back=together, seen=seen, actor=actor, now=NOW)


def beside(database: Database, patient_id: int) -> tuple[int, ...]:
    with database.read() as unit:
        return tuple(relatives.beside(unit.connection, patient_id))


def listed(database: Database, patient_id: int) -> list[tuple[str, bool]]:
    with database.read() as unit:
        return [(one.name, one.back_to_back) for one in relatives.of_patient(unit.connection, patient_id)]


def test_relatives_are_seen_from_either_side(database: Database, world: World) -> None:
    one, two = world.patients
    tie(database, FIRST, SECOND)
    assert (beside(database, one), beside(database, two)) == ((two,), (one,))
    with database.read() as unit:
        (found,) = relatives.of_patient(unit.connection, two)
        acts = unit.connection.execute(select(audit.c.act, audit.c.detail)).all()
    assert found == Relative(one, FIRST, "Ada Adler1", date(1980, 3, 1), back_to_back=True)
    assert [tuple(act) for act in acts] == [("patient.relative", {"other": two, "back_to_back": True})]


def test_the_wish_to_come_back_to_back_is_changed_from_either_side(database: Database, world: World) -> None:
    one, two = world.patients
    tie(database, FIRST, SECOND)
    tie(database, SECOND, FIRST, together=False)
    assert (beside(database, one), beside(database, two)) == ((), ())
    assert listed(database, one) == [("Ada Adler2", False)]
    assert listed(database, two) == [("Ada Adler1", False)]


def test_it_is_taken_back_from_either_side(database: Database, world: World) -> None:
    tie(database, FIRST, SECOND)
    tie(database, FIRST, "patient3", seen=2)
    assert listed(database, world.patients[0]) == [("Ada Adler2", True), ("Ada Adler3", True)]
    part(database.begin, SECOND, FIRST, seen=1, actor=ACTOR, now=NOW)
    assert listed(database, world.patients[0]) == [("Ada Adler3", True)]
    assert listed(database, world.patients[1]) == []


def test_nothing_is_planned_beside_the_dead_and_the_restricted(database: Database, world: World) -> None:
    tie(database, FIRST, SECOND)
    tie(database, FIRST, "patient3", seen=2)
    with database.begin() as unit:
        for key, values in ((2, {"deceased": True}), (3, {"restricted_at": NOW})):
            unit.connection.execute(update(patients).where(patients.c.id == key).values(values))
    assert beside(database, world.patients[0]) == ()


def test_himself_a_stranger_and_an_old_version_are_refused(database: Database, world: World) -> None:
    with pytest.raises(Invalid, match="own_relative"):
        tie(database, FIRST, FIRST)
    with pytest.raises(NotFound):
        tie(database, FIRST, "nobody")
    with pytest.raises(Stale):
        tie(database, FIRST, SECOND, seen=7)
    with pytest.raises(Forbidden):
        tie(database, FIRST, SECOND, actor=Actor("account:x", frozenset({"patient.read"})))
    assert listed(database, world.patients[0]) == []


def test_weekly_hours_and_days_away_come_back_in_order(database: Database, world: World) -> None:
    hours = (WeeklyHours(0, 480, 600), WeeklyHours(0, 780, 900), WeeklyHours(3, 0, 1440))
    away = (Away(date(2026, 12, 1), date(2026, 12, 3)), Away(date(2027, 1, 4), date(2027, 1, 4)))
    told = Availability(hours[::-1], away[::-1])
    set_times(database.begin, FIRST, told, seen=1, actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert times.availability(unit.connection, world.patients[0]) == Availability(hours, away)
        assert records.record(unit.connection, FIRST).version == 2
    with pytest.raises(Stale):
        set_times(database.begin, FIRST, Availability(), seen=1, actor=ACTOR, now=NOW)
