"""Long solves beside the letters."""

from threading import Event

import pytest

from clinic.db.courses import repairs
from clinic.db.messages import jobs
from clinic.db.unit import Database
from clinic.domain.courses.repair import Status
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.services.courses.repair import run as service
from clinic.services.courses.repair.propose import begin_repair, settle
from clinic.worker import solving as module
from clinic.worker.parts import Parts
from clinic.worker.solving import solve_once, solving
from tests.under_way import under_way
from tests.world import ACTOR, NOW, at, build


@pytest.fixture
def repair(sqlite_database: Database) -> str:
    """One that waits to be solved."""
    under_way(sqlite_database, build(sqlite_database), ("booked", 3))
    ill = Trouble(Kind.ABSENCE, "staff1", at("2026-11-23", 0), at("2026-11-24", 0))
    return begin_repair(sqlite_database.begin, sqlite_database.read, ill, actor=ACTOR, now=NOW)


def parts(database: Database) -> Parts:
    return Parts(database.begin, database.read, lambda: NOW, "http://clinic.test", None, lambda: 0.5)


def status(database: Database, repair: str) -> Status:
    with database.read() as unit:
        return repairs.row(unit.connection, repair).status


def test_what_waits_is_solved_once(sqlite_database: Database, repair: str) -> None:
    assert solve_once(parts(sqlite_database)) == 1
    assert status(sqlite_database, repair) is Status.OPTIMAL
    assert solve_once(parts(sqlite_database)) == 0


def test_what_was_stopped_is_not_taken_up(sqlite_database: Database, repair: str) -> None:
    settle(sqlite_database.begin, repair, Status.STOPPED, version=1, actor=ACTOR, now=NOW)
    assert solve_once(parts(sqlite_database)) == 0
    assert status(sqlite_database, repair) is Status.STOPPED


def test_a_search_that_ends_with_its_worker_is_taken_up_again_after_its_lease(
    sqlite_database: Database, repair: str
) -> None:
    asked = iter([False, True, True, True, True, True])
    given = parts(sqlite_database)
    assert service.solve_due(given.begin, given.read, now=given.now, stop=lambda: next(asked)) == 0
    assert status(sqlite_database, repair) is Status.SOLVING
    with sqlite_database.read() as unit:
        assert not jobs.due(unit.connection, ("repair",), NOW)
        assert jobs.due(unit.connection, ("repair",), NOW + service.LEASE)


def test_who_stops_a_search_gets_its_best(
    sqlite_database: Database, repair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = service.answered

    def stopped_meanwhile(*given: object, **named: object) -> object:
        settle(sqlite_database.begin, repair, Status.STOPPED, version=1, actor=ACTOR, now=NOW)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "answered", stopped_meanwhile)
    assert solve_once(parts(sqlite_database)) == 1
    assert status(sqlite_database, repair) is Status.OPTIMAL


def test_a_search_that_fails_does_not_end_the_others(
    sqlite_database: Database, repair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(service, "answered", broken)
    assert solve_once(parts(sqlite_database)) == 0


def test_a_thread_solves_until_it_is_stopped(
    sqlite_database: Database, repair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved, stop = Event(), Event()

    def once(given: Parts, ended: Event | None = None) -> int:
        found = solve_once(given, ended)
        solved.set()
        return found

    monkeypatch.setattr(module, "solve_once", once)
    with solving(parts(sqlite_database), stop):
        assert solved.wait(20)
    assert stop.is_set()
    assert status(sqlite_database, repair) is Status.OPTIMAL


def test_a_search_tells_how_far_it_is_and_hears_that_it_is_stopped(sqlite_database: Database, repair: str) -> None:
    given = parts(sqlite_database)
    claimed = service._claim(given.begin, now=NOW)
    assert claimed is not None
    watch = service._Watch(given.begin, claimed, given.now, lambda: False)
    watch.progress(10, 20, 0.1)
    watch.progress(12, 18, 0.2)  # too soon to be told again
    with sqlite_database.read() as unit:
        assert jobs.progress(unit.connection, claimed.key) == {"bound": 10, "best": 20, "seconds": 0.1}
    assert not watch.stop()
    settle(sqlite_database.begin, repair, Status.STOPPED, version=1, actor=ACTOR, now=NOW)
    watch.progress(15, 18, 1.4)
    assert watch.stop()
