"""Therapists' own calendars keep their times from being offered, whatever their servers do, and move nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic.calendars import sandbox
from clinic.calendars.fetching import Marks
from clinic.content.sentences import sentence
from clinic.db.messages import tasks
from clinic.db.practice import busy as stored
from clinic.db.tables.messages import obligation
from clinic.db.tables.practice import practice
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.services.practice import busy
from clinic.services.practice.busy_reading import EVERY, SELDOM
from tests.db.own_calendars import ELEVEN, TEN, Server, add, book, ics, kept, offered, raised, read, read_here, source
from tests.unit.calendars.test_busy_hostile import REFUSED
from tests.world import ACTOR, NOW, World, at, build


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(sandbox, "run", read_here)
    return build(database)


def test_a_calendar_is_read_in_a_process_of_its_own(sqlite_database: Database) -> None:
    build(sqlite_database)
    add(sqlite_database)
    read(sqlite_database, Server(ics((TEN, ELEVEN))))
    assert kept(sqlite_database) == [(TEN, ELEVEN)]


def test_an_address_is_read_kept_and_blocks_what_is_offered(database: Database, world: World) -> None:
    assert TEN in offered(database)
    add(database)
    server = Server(ics((TEN, ELEVEN)), None)
    assert read(database, server) == 1
    assert kept(database) == [(TEN, ELEVEN)]
    assert not offered(database) & set(range(TEN - 1, ELEVEN))
    found = source(database)
    assert (found.fault, found.entries, found.good_at, found.due_at) == ("", 1, NOW, NOW + EVERY)
    assert read(database, server, NOW + EVERY - timedelta(minutes=1)) == 0
    assert read(database, server, NOW + EVERY) == 1
    assert server.marks == [Marks(), Marks('"v1"', "")]
    assert kept(database) == [(TEN, ELEVEN)]


def test_a_calendar_that_did_not_change_leaves_the_sites_as_they_were(database: Database, world: World) -> None:
    add(database)
    server = Server(*[ics((TEN, ELEVEN))] * 2, None)
    read(database, server)
    with database.read() as unit:
        before = unit.connection.execute(select(practice.c.site_revision)).scalar_one()
    read(database, server, NOW + timedelta(hours=1))
    read(database, server, NOW + timedelta(hours=2))
    with database.read() as unit:
        assert unit.connection.execute(select(practice.c.site_revision)).scalar_one() == before


def test_an_unchanged_calendar_is_laid_out_anew_twice_a_day(database: Database, world: World) -> None:
    """What was beyond half a year comes near, though the server has nothing new."""
    far = at("2027-05-20", 10)
    add(database)
    server = Server(*[ics((far, far + 12))] * 2)
    read(database, server)
    assert kept(database) == []
    read(database, server, NOW + timedelta(hours=24))
    assert kept(database) == [(far, far + 12)]
    assert server.marks == [Marks(), Marks()]


@pytest.mark.parametrize("code", ["busy_slow", "busy_denied", "busy_not_public"])
def test_a_try_that_fails_frees_nothing_and_is_made_later_and_later(
    database: Database, world: World, code: str
) -> None:
    add(database)
    read(database, Server(ics((TEN, ELEVEN))))
    now, waits = NOW + EVERY, []
    for _ in range(7):
        assert read(database, Server(Invalid(code, seconds=10)), now) == 1
        due = source(database).due_at
        assert due is not None
        waits.append(due - now)
        now = due
    assert waits == [EVERY, EVERY * 2, EVERY * 4, EVERY * 8, EVERY * 16, SELDOM, SELDOM]
    assert (source(database).fault, source(database).failures, kept(database)) == (code, 7, [(TEN, ELEVEN)])
    assert TEN not in offered(database)
    read(database, Server(ics()), now)
    assert (source(database).fault, kept(database)) == ("busy_empty", [(TEN, ELEVEN)])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>Sign in</html>", "busy_not_calendar"),
        (b"", "busy_not_calendar"),
        (ics((TEN, ELEVEN))[:-20], "busy_cut_off"),
        (ics("DTSTART:20261123T100000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"), "busy_often"),
        (ics("DTSTART:soon"), "busy_unreadable"),
    ],
)
def test_what_cannot_be_read_changes_nothing_and_says_why(
    database: Database, world: World, body: bytes, code: str
) -> None:
    add(database)
    read(database, Server(ics((TEN, ELEVEN))))
    read(database, Server(body), NOW + EVERY)
    assert (source(database).fault, kept(database)) == (code, [(TEN, ELEVEN)])


@pytest.mark.prove
@pytest.mark.parametrize("name", REFUSED)
def test_no_hostile_calendar_changes_what_is_kept(sqlite_database: Database, name: str) -> None:
    build(sqlite_database)
    add(sqlite_database)
    read(sqlite_database, Server(ics((TEN, ELEVEN))))
    data, code = REFUSED[name]
    read(sqlite_database, Server(data()), NOW + EVERY)
    assert (source(sqlite_database).fault, kept(sqlite_database)) == (code, [(TEN, ELEVEN)])
    assert sentence(code, {}) != f"{code}."


def test_a_calendar_is_believed_to_be_empty_when_it_says_so_twice(database: Database, world: World) -> None:
    add(database)
    read(database, Server(ics((TEN, ELEVEN))))
    read(database, Server(ics()), NOW + EVERY)
    assert (source(database).fault, kept(database)) == ("busy_empty", [(TEN, ELEVEN)])
    read(database, Server(ics()), NOW + EVERY * 2)
    assert (source(database).fault, kept(database)) == ("", [])


def test_free_entries_and_our_own_block_nothing(database: Database, world: World) -> None:
    ours = "DTSTART:20261123T090000Z\nDURATION:PT1H\nUID:0f@clinic.invalid"
    add(database)
    read(database, Server(ics(ours).replace(b"UID:0@there\n", b"")))
    assert (source(database).entries, kept(database)) == (1, [])


def test_what_could_not_be_understood_is_told(database: Database, world: World) -> None:
    add(database)
    odd = "DTSTART;TZID=Mars/Crater:20261123T100000\nDURATION:PT1H"
    read(database, Server(ics(odd, "DTSTART:never")))
    assert source(database).warnings == [
        {"code": "busy_skipped", "count": 1},
        {"code": "busy_zones", "zones": ["Mars/Crater"], "tz": "Europe/Berlin"},
    ]
    assert kept(database) == [(TEN, ELEVEN)]


def test_after_a_day_without_a_good_try_somebody_is_asked_to_look_once(database: Database, world: World) -> None:
    add(database)
    read(database, Server(ics((TEN, ELEVEN))))
    for hours in (1, 25, 32):
        read(database, Server(Invalid("busy_slow", seconds=10)), NOW + timedelta(hours=hours))
    [warned] = raised(database, "busy_stale")
    assert warned.detail == {"code": "busy_stale", "therapist": "B. Lindqvist", "calendar": "Family"}
    with database.read() as unit:
        assert stored.of_staff(unit.connection, 1)[0].good_at == NOW
    found = busy.page(database.read, "staff1", actor=ACTOR, now=NOW + timedelta(hours=32)).calendars[0]
    assert (found.stale, found.ahead) == (True, 1)
    read(database, Server(ics((TEN, ELEVEN))), NOW + timedelta(hours=40))
    assert [each.state for each in raised(database, "busy_stale")] == ["dropped"]


def test_a_later_clash_raises_one_task_and_moves_nothing(database: Database, world: World) -> None:
    visit = book(database, world)
    with database.read() as unit:
        owed = unit.connection.execute(select(obligation.c.id)).all()
    add(database)
    read(database, Server(ics((TEN + 2, ELEVEN))))
    [clash] = raised(database, "busy_clash")
    assert (clash.patient_id, clash.state) == (world.patients[0], "open")
    assert clash.detail["starts"] == "2026-11-23 10:10"
    read(database, Server(ics((TEN + 3, ELEVEN))), NOW + EVERY)
    assert len(raised(database, "busy_clash")) == 1
    with database.read() as unit:
        assert [each.visit for each in tasks.listed(unit.connection, done=False, most=9, skip=0)] == [visit]
        assert unit.connection.execute(select(obligation.c.id)).all() == owed
    read(database, Server(ics((ELEVEN + 12, ELEVEN + 24))), NOW + EVERY * 2)
    assert [each.state for each in raised(database, "busy_clash")] == ["dropped"]
    read(database, Server(ics((TEN, ELEVEN))), NOW + EVERY * 3)
    assert [each.state for each in raised(database, "busy_clash")] == ["dropped", "open"]


def test_cancelled_visits_and_those_of_others_clash_with_nothing(database: Database, world: World) -> None:
    book(database, world)
    with database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="cancelled"))
    add(database)
    add(database, "staff2")
    read(database, Server(*[ics((TEN, ELEVEN))] * 2))
    assert raised(database, "busy_clash") == []
