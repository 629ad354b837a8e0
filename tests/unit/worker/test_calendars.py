"""Therapists' own calendars are read beside the letters."""

from threading import Event

import pytest

from clinic.calendars.fetching import Fetched, Marks
from clinic.db.practice import busy as stored
from clinic.db.unit import Database
from clinic.services.practice import busy
from clinic.worker import calendars as module
from clinic.worker.calendars import read_once, reading
from clinic.worker.parts import Parts
from tests.world import ACTOR, NOW, build

EMPTY = b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"


@pytest.fixture
def parts(sqlite_database: Database) -> Parts:
    build(sqlite_database)
    where = "https://calendar.example.org/a.ics"
    busy.add_address(sqlite_database.begin, "staff1", "Family", where, actor=ACTOR, now=NOW)
    return Parts(sqlite_database.begin, sqlite_database.read, lambda: NOW, "http://clinic.test", None, lambda: 0.5)


def good(parts: Parts) -> bool:
    with parts.read() as unit:
        return stored.lines(unit.connection)[0].good_at == NOW


def test_what_is_due_is_read_once(parts: Parts) -> None:
    assert read_once(parts, fetch=lambda *_: Fetched(EMPTY, Marks())) == 1
    assert good(parts)
    assert read_once(parts, fetch=lambda *_: Fetched(EMPTY, Marks())) == 0


def test_trouble_is_logged_and_left_to_the_next_round(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> Fetched:
        raise RuntimeError

    assert read_once(parts, fetch=broken) == 0
    assert "reading calendars failed" in caplog.text
    assert not good(parts)


def test_the_thread_reads_until_it_is_stopped(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stop = Event(), Event()

    def read(_: Parts, asked: Event) -> int:
        assert asked is stop
        begun.set()
        return 0

    monkeypatch.setattr(module, "read_once", read)
    with reading(parts, stop):
        assert begun.wait(5)
    assert stop.is_set()
