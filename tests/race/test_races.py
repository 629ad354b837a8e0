"""Sixteen processes on one database: whatever they do, nothing is booked twice and nothing acknowledged is lost."""

import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from clinic.db.access.idempotency import Once
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.services.visits.book import book
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.race.crowd import at_once, busy_practice, crowd, doubles, faults, nothing_lost, sound
from tests.world import ACTOR, NOW, at

pytestmark = pytest.mark.race

CLIENTS = 16
ATTEMPTS = int(os.environ.get("CLINIC_RACE_ATTEMPTS", "25"))
CONFLICTS = {"slot_taken", "stale"}
TEN = Spot(at("2026-11-23", 10), "staff1", "room1")
ONCE = Once("account:x", "form-1", "abc")


@pytest.fixture
def practice(database: Database) -> Database:
    busy_practice(database)
    return database


def booked(database: Database, patient: int, spot: Spot) -> str:
    wanted = WantedVisit(f"patient{patient}", "loc1", single("assessment"))
    return book(database.begin, database.read, wanted, spot, actor=ACTOR, now=NOW)


def test_sixteen_clients_book_nothing_twice_and_lose_nothing(
    practice: Database, database_url: str, tmp_path: Path
) -> None:
    told, killed = at_once(crowd(database_url, tmp_path, "anything", CLIENTS, ATTEMPTS))
    assert len(told) == CLIENTS * ATTEMPTS
    assert faults(told) == []
    refused = Counter(one.get("refused") for one in told)
    assert sum(refused[code] for code in CONFLICTS) >= 0.3 * len(told)
    assert refused[None] >= 0.1 * len(told)
    sound(practice)
    nothing_lost(practice, told, killed)


@pytest.mark.parametrize("act", ["single", "course", "move", "cancel"])
def test_one_form_sent_from_eight_processes_acts_once(
    practice: Database, database_url: str, tmp_path: Path, act: str
) -> None:
    given = {"single": (TEN, ONCE), "course": (ONCE,)}
    if act in ("move", "cancel"):
        public_id = booked(practice, 1, TEN)
        given = {"move": (public_id, 1, replace(TEN, start=TEN.start + 24), ONCE), "cancel": (public_id, 1, ONCE)}
    name = {"single": "single_once", "course": "course_once", "move": "move_to", "cancel": "cancel_seen"}[act]
    told, _ = at_once(crowd(database_url, tmp_path, name, 8, 2, given[act]))
    assert len(told) == 16
    assert [one for one in told if one != told[0]] == []
    assert "refused" not in told[0]
    sound(practice)
    with practice.read() as unit:
        acts = unit.connection.execute(text("SELECT act, count(*) FROM audit GROUP BY act")).all()
        keys = unit.connection.execute(text("SELECT count(*) FROM idempotency_key")).scalar_one()
    assert keys == 1
    assert {row[0]: row[1] for row in acts} == {
        "single": {"visit.book": 1},
        "course": {"plan.open": 1, "visit.book": 3, "visit.pencil": 3},
        "move": {"visit.book": 1, "visit.move": 1},
        "cancel": {"visit.book": 1, "visit.cancelled": 1},
    }[act]


def test_of_clerks_who_saw_the_same_visit_one_wins_and_the_others_are_told(
    practice: Database, database_url: str, tmp_path: Path
) -> None:
    """Half of them move it, each elsewhere, half of them cancel it."""
    for number in (1, 2):
        (folder := tmp_path / str(number)).mkdir()
        public_id = booked(practice, number, replace(TEN, start=TEN.start + 12 * number))
        clerks = crowd(database_url, folder, "cancel_seen", 4, given=(public_id, 1))
        clerks += [
            replace(job, given=(public_id, 1, Spot(at(f"2026-12-0{number}", 9 + job.number), "staff1", "room1")))
            for job in crowd(database_url, folder, "move_to", 4)
        ]
        told, _ = at_once(clerks)
        assert Counter(one.get("refused") for one in told) == {None: 1, "stale": 7}
        with practice.read() as unit:
            visit = loads.visit(unit.connection, public_id)
        (won,) = (one for one in told if "visit" in one)
        assert visit.version == 2
        assert (visit.status is Status.CANCELLED) == (won.get("status") == "cancelled")
    sound(practice)


def test_needlings_a_few_hours_apart_are_not_booked_behind_each_others_back(
    practice: Database, database_url: str, tmp_path: Path
) -> None:
    """The times and rooms differ: only the patient is the same, and the rule must see what the others write."""
    jobs = [
        replace(job, given=(Spot(at("2026-11-23", 9 + job.number), f"staff{1 + job.number % 2}", "room1"),))
        for job in crowd(database_url, tmp_path, "needle", 8)
    ]
    told, _ = at_once(jobs)
    assert Counter(one.get("refused") for one in told) == {None: 1, "needled_within_a_day": 7}
    sound(practice)


def test_clients_that_are_killed_leave_nothing_half_written(
    practice: Database, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(7)
    jobs = [
        replace(job, dies_at=dice.randrange(1, 300))
        for job in crowd(database_url, tmp_path, "anything", CLIENTS, ATTEMPTS)
    ]
    told, killed = at_once(jobs)
    assert killed >= CLIENTS // 2
    assert faults(told) == []
    sound(practice)
    nothing_lost(practice, told, killed)
    after, _ = at_once(crowd(database_url, tmp_path, "single", 2))
    assert faults(after) == []


def test_without_hold_and_guard_the_same_time_is_sold_twice(
    practice: Database, database_url: str, tmp_path: Path
) -> None:
    """The control: if this passes by luck alone, the other tests prove nothing."""
    drop_guard(practice)
    told, _ = at_once(crowd(database_url, tmp_path, "look_then_write", CLIENTS, 4))
    assert faults(told) == []
    assert doubles(practice) >= 1


def test_the_guard_alone_keeps_every_time_single(practice: Database, database_url: str, tmp_path: Path) -> None:
    told, _ = at_once(crowd(database_url, tmp_path, "look_then_write", CLIENTS, 4))
    assert faults(told) == []
    assert doubles(practice) == 0
    sound(practice)
    nothing_lost(practice, told)


def test_the_hold_alone_keeps_every_time_single(practice: Database, database_url: str, tmp_path: Path) -> None:
    drop_guard(practice)
    told, _ = at_once(crowd(database_url, tmp_path, "look_widely_and_write", CLIENTS, 3))
    assert faults(told) == []
    assert doubles(practice) == 0


def drop_guard(database: Database) -> None:
    drops = {
        "sqlite": ("DROP TRIGGER claim_guard_insert", "DROP TRIGGER claim_guard_update"),
        "postgresql": ("ALTER TABLE claim DROP CONSTRAINT ex_claim_double_booking",),
    }
    with database.begin() as unit:
        for statement in drops[database.engine.dialect.name]:
            unit.connection.execute(text(statement))
