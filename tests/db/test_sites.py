"""A location is read once and kept while nothing of it changes, whoever changes it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Table, event, select, update

from clinic.db import guards
from clinic.db.practice import calendars
from clinic.db.tables import metadata
from clinic.db.tables.practice import absence, credential, location, practice, staff_hours
from clinic.db.unit import Database
from clinic.domain.errors import NotFound
from clinic.domain.practice.site import Site
from tests.world import NOW, World

SECOND = 78


def site(database: Database, world: World, *, earlier: int = 0) -> Site:
    with database.read() as unit:
        return calendars.load(unit.connection, world.location, since=NOW - timedelta(days=earlier))


def statements(database: Database, world: World) -> int:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.extend([statement] * statement.startswith("SELECT"))

    event.listen(database.engine, "before_cursor_execute", note)
    site(database, world)
    return len(found)


def test_a_site_that_nobody_changed_is_asked_for_with_one_statement(database: Database, world: World) -> None:
    known = site(database, world)
    assert site(database, world) is known
    with database.read() as unit:
        assert calendars.named(unit.connection, "mitte", since=NOW) is known
        assert calendars.named(unit.connection, "loc1", since=NOW + timedelta(days=1)) is known
        with pytest.raises(NotFound):
            calendars.named(unit.connection, "spandau", since=NOW)
    assert statements(database, world) == 1


def test_what_anybody_changes_is_read_anew(database: Database, world: World) -> None:
    before = site(database, world)
    with database.begin() as unit:
        unit.connection.execute(update(credential).values(valid_until=date(2026, 12, 1)))
    changed = site(database, world)
    assert changed is not before
    assert {each.valid_until for one in changed.staff for each in one.credentials} == {date(2026, 12, 1)}
    for statement in (
        update(location).values(name="Mitte 2"),
        update(practice).values(notice_minutes=5),
        staff_hours.delete().where(staff_hours.c.staff_id == world.staff[0]),
    ):
        with database.begin() as unit:
            unit.connection.execute(statement)
    again = site(database, world)
    assert (again.name, again.notice_minutes, len(again.staff)) == ("Mitte 2", 5, 1)


@pytest.mark.parametrize("name", guards.SITE_TABLES)
def test_every_table_that_a_site_is_read_from_raises_its_revision(database: Database, world: World, name: str) -> None:
    table: Table = metadata.tables[name]
    query = select(practice.c.site_revision)
    with database.begin() as unit:
        unit.connection.execute(location.insert(), [_row(location, world) | {"id": SECOND, "code": "second"}])
        before = unit.connection.execute(query).scalar_one()
        unit.connection.execute(table.insert(), [_row(table, world)])
        inserted = unit.connection.execute(query).scalar_one()
        unit.connection.execute(table.update().values({table.c.id: table.c.id}))
        updated = unit.connection.execute(query).scalar_one()
        unit.connection.execute(table.delete().where(table.c.id == 77))
        deleted = unit.connection.execute(query).scalar_one()
    assert before < inserted < updated < deleted


def _row(table: Table, world: World) -> dict[str, object]:
    known: dict[str, object] = {
        "id": 77,
        "public_id": "new",
        "code": "new",
        "staff_id": world.staff[0],
        "location_id": world.location,
        "room_id": world.rooms[0],
        "from_location_id": world.location,
        "to_location_id": SECOND,
        "minutes": 20,
        "starts_at": NOW,
        "ends_at": NOW + timedelta(hours=1),
        "first_on": date(2027, 1, 1),
        "last_on": date(2027, 1, 1),
        "valid_from": date(2027, 1, 1),
        "weekday": 1,
        "starts_minute": 600,
        "ends_minute": 660,
        "opens_minute": 600,
        "closes_minute": 660,
        "starts_tick": 5,
        "ends_tick": 6,
        "release_days": 1,
        "kind": {"staff": "therapist", "absence": "leave", "reserved_start": "new"}.get(table.name, "x"),
        "gender": "other",
        "languages": [],
        "capabilities": [],
        "patient_limits": {},
        "provisional": False,
        "active": True,
    }
    return {
        each.name: known.get(each.name, "x")
        for each in table.c
        if each.name in known or (not each.nullable and each.server_default is None)
    }


def test_what_mattered_earlier_is_read_when_it_is_asked_for(database: Database, world: World) -> None:
    with database.begin() as unit:
        spell = {"starts_at": NOW - timedelta(days=3), "ends_at": NOW - timedelta(days=2), "kind": "sick"}
        unit.connection.execute(absence.insert().values(public_id="a", staff_id=world.staff[0], **spell))
    assert site(database, world).staff[0].absences == ()
    earlier = site(database, world, earlier=4)
    assert len(earlier.staff[0].absences) == 1
    assert site(database, world) is earlier


def test_what_a_transaction_read_of_its_own_changes_is_not_kept(database: Database, world: World) -> None:
    with pytest.raises(NotFound), database.begin() as unit:
        unit.connection.execute(update(staff_hours).values(ends_minute=700))
        assert calendars.load(unit.connection, world.location, since=NOW).staff[0].hours[0].ends_minute == 700
        raise NotFound
    with database.begin() as unit:
        unit.connection.execute(update(staff_hours).values(ends_minute=800))
    assert site(database, world).staff[0].hours[0].ends_minute == 800
