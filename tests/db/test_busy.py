"""Therapists' own calendars keep their times from being offered, whatever their servers do, and move nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from clinic.calendars.fetching import Fetched, Marks
from clinic.content.sentences import sentence
from clinic.db.messages import tasks
from clinic.db.practice import busy as stored
from clinic.db.practice.busy import Source
from clinic.db.tables.access import account, audit
from clinic.db.tables.messages import obligation, task
from clinic.db.tables.practice import busy_source, external_busy, practice, staff
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.access.permissions import granted
from clinic.domain.errors import Forbidden, Invalid, NotFound
from clinic.domain.time import instant_of
from clinic.domain.visits.catalogue import SINGLES
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.practice import busy, busy_keeping
from clinic.services.practice.busy_reading import EVERY, LEASE, SELDOM, read_due
from clinic.services.visits.offers import offers_for_single
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.unit.calendars.test_busy_hostile import REFUSED
from tests.world import ACTOR, NOW, SHOULDER, World, at, build, needling, single

MONDAY = date(2026, 11, 23)
TEN, ELEVEN = at("2026-11-23", 10), at("2026-11-23", 11)
URL = "https://calendar.example.org/private-7f3/basic.ics"
ALONE = WantedVisit("patient1", "loc1", SINGLES[1], (SHOULDER,), therapist="staff1")


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


def ics(*events: tuple[int, int] | str) -> bytes:
    """A calendar of busy times in ticks, or of lines."""
    parts = []
    for number, each in enumerate(events):
        lines = each if isinstance(each, str) else f"DTSTART:{_utc(each[0])}\nDTEND:{_utc(each[1])}"
        parts += ["BEGIN:VEVENT", f"UID:{number}@there", lines, "END:VEVENT"]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def _utc(tick: int) -> str:
    return f"{instant_of(tick):%Y%m%dT%H%M%SZ}"


class Server:
    """What the address answers, and with which marks it was asked."""

    def __init__(self, *answers: bytes | Invalid | None) -> None:
        self.answers, self.marks = list(answers), list[Marks]()

    def __call__(self, address: str, marks: Marks) -> Fetched:
        assert address == URL
        self.marks.append(marks)
        answer = self.answers.pop(0)
        if isinstance(answer, Invalid):
            raise answer
        return Fetched(answer, Marks('"v1"', ""))


def add(database: Database, who: str = "staff1", **kind: Any) -> str:
    return busy.add_address(database.begin, who, "Family", URL, actor=ACTOR, now=NOW, **kind)


def read(database: Database, server: Server, now: datetime = NOW) -> int:
    return read_due(database.begin, database.read, fetch=server, now=lambda: now, jitter=lambda: 0.5)


def kept(database: Database) -> list[tuple[int, int]]:
    with database.read() as unit:
        return stored.spans(unit.connection, 1, 0)


def source(database: Database) -> Source:
    with database.read() as unit:
        return stored.of_staff(unit.connection, 1)[0]


def raised(database: Database, kind: str) -> list[Any]:
    with database.read() as unit:
        return list(unit.connection.execute(select(task).where(task.c.kind == kind).order_by(task.c.id)))


def offered(database: Database) -> set[int]:
    found = offers_for_single(database.read, ALONE, MONDAY, near=Spot(TEN, "staff1", "room1"), now=NOW)
    return {each.spot.start for each in found}


def book(database: Database, world: World, starts: int = TEN) -> str:
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, starts))),), actor=ACTOR, now=NOW)
    with database.read() as unit:
        rows = unit.connection.execute(select(appointment.c.public_id).order_by(appointment.c.id.desc()))
        return str(rows.scalars().first())


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


def test_a_file_is_read_once_and_never_stale(database: Database, world: World) -> None:
    given = (database.begin, database.read, "t1", "Hospital", ics((TEN, ELEVEN)))
    busy.add_file(*given, actor=ACTOR, now=NOW)
    assert kept(database) == [(TEN, ELEVEN)]
    assert read(database, Server(), NOW + timedelta(days=9)) == 0
    assert not busy_keeping.is_stale(source(database), NOW + timedelta(days=9))
    with pytest.raises(Invalid, match="busy_cut_off"):
        busy.add_file(*given[:4], given[4][:-9], actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert len(stored.of_staff(unit.connection, 1)) == 1


def test_removing_a_calendar_frees_its_times_at_once_and_settles_its_clashes(database: Database, world: World) -> None:
    book(database, world)
    mine, other = add(database), add(database)
    read(database, Server(ics((TEN, ELEVEN)), ics((ELEVEN, ELEVEN + 12))))
    busy.remove(database.begin, "staff1", mine, actor=ACTOR, now=NOW)
    assert kept(database) == [(ELEVEN, ELEVEN + 12)]
    assert [each.state for each in raised(database, "busy_clash")] == ["dropped"]
    busy.remove(database.begin, "staff1", other, actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert unit.connection.execute(select(external_busy.c.id)).all() == []
        assert unit.connection.execute(select(busy_source.c.id)).all() == []
        acts = unit.connection.execute(select(audit.c.act).where(audit.c.subject_kind == "busy_source")).scalars()
        assert sorted(acts) == ["busy.added", "busy.added", "busy.removed", "busy.removed"]
    with pytest.raises(NotFound):
        busy.remove(database.begin, "staff1", mine, actor=ACTOR, now=NOW)


def test_what_was_removed_while_it_was_read_does_not_come_back(database: Database, world: World) -> None:
    mine = add(database)

    def slow(_address: str, _marks: Marks) -> Fetched:
        busy.remove(database.begin, "staff1", mine, actor=ACTOR, now=NOW)
        return Fetched(ics((TEN, ELEVEN)), Marks())

    assert read_due(database.begin, database.read, fetch=slow, now=lambda: NOW, jitter=lambda: 0.5) == 1
    assert kept(database) == []


def test_a_worker_that_died_leaves_the_calendar_to_the_next(database: Database, world: World) -> None:
    add(database)
    with database.begin() as unit:
        claimed = stored.claim(unit.connection, now=NOW, until=NOW + LEASE)
    assert claimed is not None
    assert read(database, Server(), NOW) == 0
    assert read(database, Server(ics((TEN, ELEVEN))), NOW + LEASE) == 1
    with database.begin() as unit:
        assert not stored.mark(unit.connection, claimed, {"fault": "late"})
    assert source(database).fault == ""


def test_asked_for_again_it_is_read_within_a_minute(database: Database, world: World) -> None:
    mine = add(database)
    read(database, Server(ics((TEN, ELEVEN))))
    later = NOW + timedelta(minutes=1)
    busy.ask_again(database.begin, "staff1", mine, actor=ACTOR, now=NOW)
    assert read(database, Server(), NOW) == 0
    assert read(database, Server(ics((TEN, ELEVEN))), later) == 1


def test_nothing_more_is_begun_once_it_should_stop(database: Database, world: World) -> None:
    add(database)
    given = {"fetch": Server(), "now": lambda: NOW, "jitter": lambda: 0.5}
    assert read_due(database.begin, database.read, stop=lambda: True, **given) == 0  # type: ignore[arg-type]


def test_of_who_has_left_nothing_is_read(database: Database, world: World) -> None:
    add(database)
    with database.begin() as unit:
        unit.connection.execute(update(staff).where(staff.c.public_id == "staff1").values(active=False))
    assert read(database, Server()) == 0


def test_one_sees_and_changes_only_ones_own(database: Database, world: World) -> None:
    mine = therapist(database, "staff1")
    made = busy.add_address(database.begin, "staff1", "Family", URL, actor=mine, now=NOW)
    other = add(database, "staff2")
    assert busy.mine(database.read, actor=mine) == "staff1"
    assert [one.source.public_id for one in busy.page(database.read, "t1", actor=mine, now=NOW).calendars] == [made]
    for act in (
        lambda: busy.page(database.read, "staff2", actor=mine, now=NOW),
        lambda: busy.add_address(database.begin, "staff2", "x", URL, actor=mine, now=NOW),
        lambda: busy.add_file(database.begin, database.read, "staff2", "x", ics(), actor=mine, now=NOW),
        lambda: busy.remove(database.begin, "staff2", other, actor=mine, now=NOW),
        lambda: busy.remove(database.begin, "staff1", other, actor=mine, now=NOW),
        lambda: busy.ask_again(database.begin, "staff2", other, actor=mine, now=NOW),
        lambda: busy.page(database.read, "nobody", actor=ACTOR, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    desk = Actor("account:desk", granted("front desk"))
    with pytest.raises(Forbidden):
        busy.page(database.read, "staff1", actor=desk, now=NOW)
    assert busy.mine(database.read, actor=Actor("account:new", granted("therapist"))) is None


def therapist(database: Database, public_id: str) -> Actor:
    values = {"public_id": "me", "email": "m@x.test", "name": "M", "password_hash": "-", "created_at": NOW}
    with database.begin() as unit:
        added = unit.connection.execute(account.insert().values(values).returning(account.c.id)).scalar_one()
        unit.connection.execute(update(staff).where(staff.c.public_id == public_id).values(account_id=added))
    return Actor("account:me", granted("therapist"))


@pytest.mark.parametrize("where", ["", "http://calendar.example.org/a.ics", "https://127.0.0.1/a.ics"])
def test_an_address_that_is_none_is_refused_when_it_is_given(database: Database, world: World, where: str) -> None:
    with pytest.raises(Invalid, match="busy_address"):
        busy.add_address(database.begin, "staff1", "Family", where, actor=ACTOR, now=NOW)


def test_there_is_an_end_to_how_many_one_may_have(database: Database, world: World) -> None:
    for _ in range(busy.MOST):
        add(database)
    with pytest.raises(Invalid, match="too_many_calendars"):
        add(database)


def test_the_address_is_in_no_log_and_no_audit(
    database: Database, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    add(database)
    read(database, Server(Invalid("busy_slow", seconds=10)))
    with database.read() as unit:
        rows = str(unit.connection.execute(select(audit)).all()) + repr(stored.of_staff(unit.connection, 1))
    assert "busy_slow" in caplog.text
    assert "private-7f3" not in caplog.text + rows
