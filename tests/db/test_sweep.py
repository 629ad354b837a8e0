"""The sweep finds each kind of damage, made here with the guards out of the way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from clinic.db import sweep
from clinic.db.connect import open_engine
from clinic.db.tables.practice import resource
from clinic.db.tables.visits import appointment, claim, segment
from clinic.db.unit import Database
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.world import ACTOR, NOW, World, at, build, needling, single

MONDAY = at("2026-11-23", 10)


@pytest.fixture
def world(database: Database) -> World:
    made = build(database)
    with database.begin() as unit:
        apply(unit, (Book(single(made, needling(made, MONDAY))),), actor=ACTOR, reason="", now=NOW)
    return made


def found(database: Database) -> list[tuple[str, int]]:
    with database.read() as unit:
        return [(fault.code, fault.count) for fault in sweep.faults(unit.connection)]


@pytest.mark.usefixtures("world")
def test_a_sound_database_has_no_faults(database: Database) -> None:
    assert found(database) == []


def of_kind(kind: str) -> object:
    return claim.c.resource_id.in_(select(resource.c.id).where(resource.c.kind == kind))


def drop(kind: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(claim).where(of_kind(kind)))  # type: ignore[arg-type]


def cancel(connection: Connection) -> None:
    connection.execute(update(appointment).values(status="cancelled"))


def grow(connection: Connection) -> None:
    connection.execute(update(appointment).values(ends_tick=appointment.c.ends_tick - 1))


def shrink_room(connection: Connection) -> None:
    connection.execute(update(claim).where(of_kind("room")).values(ends=claim.c.ends - 1))  # type: ignore[arg-type]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("damage", "faults"),
    [
        (drop("patient"), [("patient_unheld", 1)]),
        (drop("staff"), [("staff_unheld", 1)]),
        (drop("room"), [("room_unheld", 1)]),
        (shrink_room, [("room_unheld", 1)]),
        (cancel, [("held_for_nobody", 3)]),
        (grow, [("visit_outside_itself", 1)]),
    ],
)
def test_damage_to_a_visit_is_found(
    database: Database, damage: Callable[[Connection], object], faults: list[tuple[str, int]]
) -> None:
    with database.begin() as unit:
        damage(unit.connection)
    assert found(database) == faults


@pytest.mark.usefixtures("world")
def test_an_overlap_is_found_when_the_guard_was_missing(database: Database) -> None:
    drop_guard = {
        "sqlite": "DROP TRIGGER claim_guard_insert",
        "postgresql": "ALTER TABLE claim DROP CONSTRAINT ex_claim_double_booking",
    }[database.engine.dialect.name]
    with database.begin() as unit:
        unit.connection.execute(text(drop_guard))
        row = unit.connection.execute(select(claim).where(of_kind("patient"))).one()  # type: ignore[arg-type]
        unit.connection.execute(insert(claim).values(**{**row._asdict(), "id": 999}))
    assert found(database) == [("guard_missing", 1), ("claims_overlap", 1)]


def test_a_session_with_two_live_visits_is_found(sqlite_database: Database) -> None:
    made = build(sqlite_database)
    with sqlite_database.begin() as unit:
        for day in ("2026-11-23", "2026-11-30"):
            change = Book(single(made, needling(made, at(day, 10))))
            apply(unit, (change,), actor=ACTOR, reason="", now=NOW)
        unit.connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        unit.connection.execute(text("DROP INDEX uq_appointment_live_session"))
        unit.connection.execute(update(appointment).values(session_id=1))
        assert [fault.code for fault in sweep.faults(unit.connection)] == ["foreign_key_check", "session_twice"]
        unit.connection.execute(update(appointment).values(session_id=None))


def test_an_empty_database_is_told_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
    assert found(Database(engine)) == [("database_behind", 1)]
    engine.dispose()


def test_a_reference_to_nothing_is_found(sqlite_database: Database) -> None:
    build(sqlite_database)
    with sqlite_database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection.execute(
            insert(segment).values(appointment_id=77, ordinal=0, starts_tick=1, ends_tick=2, modalities=[])
        )
        connection.commit()
        raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
    assert found(sqlite_database) == [("foreign_key_check", 1)]
