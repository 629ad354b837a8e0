import random

import pytest
from sqlalchemy import Connection, insert, text, update
from sqlalchemy.exc import DBAPIError

from clinic.db.tables.practice import resource
from clinic.db.tables.visits import claim
from clinic.db.unit import Database
from clinic.db.visits import claims
from clinic.db.visits.claims import Claim
from clinic.domain.errors import SlotTaken


def loosen(connection: Connection) -> None:
    """Claims without visits: foreign keys are not what is tested here."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE claim DROP CONSTRAINT fk_claim_segment_id"))


@pytest.fixture
def resources(database: Database) -> list[int]:
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    with database.begin() as unit:
        loosen(unit.connection)
        rows = [{"kind": "staff", "owner_id": n, "lane": 0, "overbook": False} for n in (1, 2)]
        return [
            unit.connection.execute(insert(resource).values(row)).inserted_primary_key[0]  # type: ignore[index]
            for row in rows
        ]


def active(connection: Connection) -> set[tuple[int, int, int]]:
    rows = connection.execute(text("SELECT resource_id, starts, ends FROM claim WHERE active"))
    return {(row[0], row[1], row[2]) for row in rows}


def test_overlapping_claims_of_one_resource_are_refused_and_nothing_stays(
    database: Database, resources: list[int]
) -> None:
    first, second = resources
    with database.begin() as unit:
        claims.take(unit.connection, [Claim(first, 100, 109, 1), Claim(second, 100, 109, 1)])
    with pytest.raises(SlotTaken), database.begin() as unit:
        claims.take(unit.connection, [Claim(second, 200, 209, 2), Claim(first, 108, 117, 2)])
    with database.read() as unit:
        assert active(unit.connection) == {(first, 100, 109), (second, 100, 109)}


def test_claims_that_touch_do_not_overlap(database: Database, resources: list[int]) -> None:
    with database.begin() as unit:
        claims.take(unit.connection, [Claim(resources[0], 100, 109, 1), Claim(resources[0], 109, 118, 2)])
        claims.take(unit.connection, [Claim(resources[0], 91, 100, 3)])
        assert len(active(unit.connection)) == 3


def test_released_time_can_be_taken_again(database: Database, resources: list[int]) -> None:
    with database.begin() as unit:
        claims.take(unit.connection, [Claim(resources[0], 100, 109, 1)])
        claims.release(unit.connection, [1])
        claims.take(unit.connection, [Claim(resources[0], 95, 104, 2)])
        assert active(unit.connection) == {(resources[0], 95, 104)}


def test_no_claims_are_no_work(database: Database, resources: list[int]) -> None:
    with database.begin() as unit:
        claims.take(unit.connection, [])
        assert active(unit.connection) == set()


def test_a_fault_that_is_no_double_booking_is_not_called_one(sqlite_database: Database) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"), sqlite_database.begin() as unit:
        claims.take(unit.connection, [Claim(1, 100, 109, 1)])


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(3, 40))])
def test_the_guard_agrees_with_a_plain_sweep(database: Database, resources: list[int], seed: int) -> None:
    """Random inserts, flips and moves past the service code: whatever is accepted never overlaps."""
    dice = random.Random(seed)
    with database.engine.connect() as connection, connection.execution_options(clinic_writes=True).begin():
        for number in range(60):
            with_savepoint = connection.begin_nested()
            try:
                if dice.random() < 0.6 or number < 10:
                    start = dice.randrange(0, 80)
                    values = {"resource_id": dice.choice(resources), "starts": start}
                    values |= {"ends": start + dice.randrange(1, 12), "segment_id": 1, "active": dice.random() < 0.8}
                    connection.execute(insert(claim).values(values))
                else:
                    start = dice.randrange(0, 80)
                    changed = {"starts": start, "ends": start + dice.randrange(1, 12), "active": dice.random() < 0.7}
                    connection.execute(update(claim).where(claim.c.id == dice.randrange(1, number + 1)).values(changed))
                with_savepoint.commit()
            except DBAPIError:
                with_savepoint.rollback()
        assert claims.overlaps(connection) == []


def test_the_sweep_finds_an_overlap_when_the_guard_is_gone(database: Database, resources: list[int]) -> None:
    drop = {
        "sqlite": "DROP TRIGGER claim_guard_insert",
        "postgresql": "ALTER TABLE claim DROP CONSTRAINT ex_claim_double_booking",
    }[database.engine.dialect.name]
    with database.begin() as unit:
        unit.connection.execute(text(drop))
        claims.take(unit.connection, [Claim(resources[0], 1, 5, 1), Claim(resources[0], 4, 6, 2)])
        assert len(claims.overlaps(unit.connection)) == 1
