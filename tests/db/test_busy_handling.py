"""Who may give which calendars, as an address or as a file, and what removing one does."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic.calendars.fetching import Fetched, Marks
from clinic.db.practice import busy as stored
from clinic.db.tables.access import account, audit
from clinic.db.tables.practice import busy_source, external_busy, staff
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.access.permissions import granted
from clinic.domain.errors import Forbidden, Invalid, NotFound
from clinic.services.practice import busy, busy_keeping
from clinic.services.practice.busy_reading import LEASE, read_due
from tests.db.own_calendars import ELEVEN, TEN, URL, Server, add, book, ics, kept, raised, read, source
from tests.world import ACTOR, NOW, World


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
