"""The wait list: who is on it, and who fits a time that became free."""

from dataclasses import replace

import pytest
from sqlalchemy import event, func, insert, select, text

from clinic.db.tables.waiting import waiting as entries
from clinic.db.unit import Database
from clinic.db.visits import freed, waiting
from clinic.db.visits.freed import Freed
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, Stale
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.domain.visits.waiting import State, Urgency
from clinic.services.apply import apply
from clinic.services.visits import waitlist
from clinic.services.visits.fitting import LOOKED, fits
from clinic.services.visits.flow import flow
from clinic.services.visits.waitlist import Wish
from tests.under_way import under_way
from tests.waiting import (
    LATER,
    SUITS,
    TUESDAY,
    book,
    cancel,
    crowd,
    fitting,
    given_back,
    sooner,
    state,
    wait,
)
from tests.world import ACTOR, NOW, World, needling, single


@pytest.fixture
def world(database: Database) -> World:
    return crowd(database)


@pytest.fixture
def slot(database: Database, world: World) -> Freed:
    return given_back(database, world)


def test_a_visit_that_is_cancelled_frees_its_time_while_nobody_takes_it(
    database: Database, world: World, slot: Freed
) -> None:
    assert (slot.starts, slot.ends, slot.therapist, slot.state) == (TUESDAY, TUESDAY + 9, "staff1", "open")
    book(database, world, TUESDAY, 1)
    with database.read() as unit:
        assert freed.ahead(unit.connection, TUESDAY - 1) == ()


def test_a_time_that_is_freed_twice_is_listed_once(database: Database, world: World, slot: Freed) -> None:
    cancel(database, book(database, world, TUESDAY, 1))
    with database.read() as unit:
        found = freed.ahead(unit.connection, TUESDAY - 1)
    assert [each.public_id != slot.public_id for each in found] == [True]


def test_who_does_not_come_frees_what_is_left(database: Database, world: World) -> None:
    visit = book(database, world, TUESDAY, 0)
    then = instant_of(TUESDAY + 3)
    flow(database.begin, visit, Status.NO_SHOW, version=1, actor=ACTOR, now=then)
    with database.read() as unit:
        assert [(each.starts, each.ends) for each in freed.ahead(unit.connection, TUESDAY)] == [
            (TUESDAY + 4, TUESDAY + 9)
        ]


def test_who_fits_is_listed_by_urgency_and_waiting_time(database: Database, world: World, slot: Freed) -> None:
    routine, urgent = wait(database, 1), wait(database, 2, replace(SUITS, urgency=Urgency.URGENT))
    wait(database, 3, replace(SUITS, windows=(WeeklyHours(2, 0, 1440),)))
    wait(database, 3, replace(SUITS, staff=("staff2",)), single="assessment")
    assert fitting(database) == [urgent, routine]


def test_a_long_list_is_looked_at_in_parts(database: Database, world: World, slot: Freed) -> None:
    book(database, world, TUESDAY, 1, staff=1, room=1)
    wait(database, 1)
    last = wait(database, 2, replace(SUITS, note="last"))
    looks = [looked(database, slot, waiting_besides) for waiting_besides in (0, LOOKED, 3 * LOOKED)]
    assert [(found, left) for found, left, _ in looks] == [([last], 0), ([], 2), ([], 2 * LOOKED + 2)]
    assert looks[1][2] == looks[2][2], "as many statements however many wait"
    with database.read() as unit:
        found = fits(unit, slot, after=3 * LOOKED, now=NOW)
    assert ([each.entry.public_id for each in found.found], found.left) == ([last], 0)


def looked(database: Database, slot: Freed, besides: int) -> tuple[list[str], int, int]:
    """Who fits, at how many nobody looked, and how many statements that took, where so many wait besides who are busy
    then."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    with database.begin() as unit:
        row = unit.connection.execute(select(entries).order_by(entries.c.id)).mappings().first()
        assert row is not None
        known = unit.connection.execute(select(func.count()).select_from(entries)).scalar_one()
        copied = {name: value for name, value in row.items() if name not in ("id", "public_id")}
        more = [copied | {"public_id": f"w{n}", "urgency": "urgent"} for n in range(known - 2, besides)]
        if more:
            unit.connection.execute(insert(entries), more)
    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.read() as unit:
            found = fits(unit, slot, now=NOW)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return [each.entry.public_id for each in found.found], found.left, len(said)


def test_a_sooner_time_keeps_the_courses_gaps(database: Database, world: World, slot: Freed) -> None:
    near = under_way(database, world, ("booked", 0), ("booked", 7), patient=1, hour=16)
    far = under_way(database, world, ("booked", -1), ("booked", 10), patient=2, hour=16)
    with database.read() as unit:
        rows = unit.connection.execute(
            text(
                "SELECT p.public_id AS plan, a.public_id AS visit FROM appointment a JOIN plan_session s"
                " ON s.id = a.session_id JOIN plan p ON p.id = s.plan_id WHERE s.ordinal = 2"
            )
        ).all()
    second = {row.plan: row.visit for row in rows}
    entries = {plan: sooner(database, second[plan]) for plan in (near, far)}
    with database.read() as unit:
        found = fits(unit, slot, now=NOW).found
    assert [(each.entry.public_id, each.off_days) for each in found] == [(entries[far], 0), (entries[near], 1)]


def test_an_entry_is_changed_and_taken_off_the_list(database: Database, world: World) -> None:
    entry = wait(database, 1)
    with pytest.raises(Invalid, match="waits_already"):
        wait(database, 1)
    how = {"actor": ACTOR, "now": NOW}
    waitlist.change(database.begin, entry, replace(SUITS, note="mornings"), version=1, **how)  # type: ignore[arg-type]
    with database.read() as unit:
        assert waiting.entry(unit.connection, entry).suits.note == "mornings"
    with pytest.raises(Stale):
        waitlist.close(database.begin, entry, version=1, **how)  # type: ignore[arg-type]
    waitlist.close(database.begin, entry, version=2, **how)  # type: ignore[arg-type]
    assert state(database, entry) is State.CLOSED
    with pytest.raises(Invalid, match="waits_no_longer"):
        waitlist.close(database.begin, entry, version=3, **how)  # type: ignore[arg-type]


def test_a_visit_waits_for_a_sooner_time_once_and_while_it_lies_ahead(database: Database, world: World) -> None:
    visit = book(database, world, LATER, 1)
    sooner(database, visit)
    with pytest.raises(Invalid, match="waits_already"):
        sooner(database, visit)
    with database.begin() as unit:
        new = single(world, needling(world, LATER + 24), patient=2, status=Status.PENCILLED)
        pencilled = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]
    with pytest.raises(Invalid, match="visit_settled"):
        sooner(database, pencilled)
    gone = book(database, world, TUESDAY, 1)
    cancel(database, gone)
    with pytest.raises(Invalid, match="visit_settled"):
        sooner(database, gone)


def test_who_may_not_book_lists_nobody(database: Database, world: World) -> None:
    with pytest.raises(Forbidden):
        waitlist.add(
            database.begin,
            Wish(SUITS, patient="patient2", location="loc1", single="assessment"),
            actor=Actor("account:x", frozenset()),
            now=NOW,
        )
