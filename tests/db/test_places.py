"""Where a role holds: nothing is written at another location, whichever way it comes; on both databases."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from clinic.db.access import accounts, members, places, roles
from clinic.db.courses import reads
from clinic.db.messages import tasks
from clinic.db.tables.access import account
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import billing, find, freed, loads, waiting
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import Actor
from clinic.domain.access.permissions import PERMISSIONS
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.errors import NotFound, Refused
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Answered, Book, Change, Move, Open, Reassessed, Turn
from clinic.domain.visits.visit import Status
from clinic.domain.visits.waiting import State
from clinic.domain.visits.waiting_changes import Closed, Unlisted
from clinic.services.access.sessions import Identity
from clinic.services.apply import apply
from clinic.services.courses.repair.propose import begin_repair
from tests.elsewhere import DAY, Things, second_place, things
from tests.under_way import protocol
from tests.world import NOW, World, at, needling, single

FREE = at("2026-11-26", 10)


@pytest.fixture
def far(database: Database, world: World) -> int:
    return second_place(database, world)


@pytest.fixture
def made(database: Database, world: World, far: int) -> Things:
    return things(database, world)


def bound(*keys: int, permissions: frozenset[str] = PERMISSIONS) -> Actor:
    return Actor("account:far", permissions, "form", dict.fromkeys(permissions, frozenset(keys)))


Made = Callable[[Database, World, Things], Change]


def of_visit(change: Callable[..., Change]) -> Made:
    def make(database: Database, world: World, made: Things) -> Change:
        with database.read() as unit:
            return change(loads.visit(unit.connection, made.visit), world)

    return make


def of_plan(database: Database, world: World, made: Things) -> Change:
    with database.read() as unit:
        plan = reads.plan_row(unit.connection, made.course)
        session = reads.sessions(unit.connection, plan.id)[0]
    return Reassessed(plan.id, plan.version, session.id, "continue")


def off_the_list(database: Database, world: World, made: Things) -> Change:
    with database.read() as unit:
        entry = waiting.entry(unit.connection, made.waiting)
    return Unlisted(entry.id, entry.version, entry.patient_id, State.CLOSED)


def closed(database: Database, world: World, made: Things) -> Change:
    with database.read() as unit:
        free = freed.one(unit.connection, made.freed)
    return Closed(free.id, free.version)


CHANGES: list[Made] = [
    lambda database, world, made: Book(single(world, needling(world, FREE), patient=1)),
    lambda database, world, made: Open(NewPlan(world.patients[0], world.location, protocol(1), NOW.date())),
    of_visit(lambda visit, world: Move(visit, (needling(world, FREE),))),
    of_visit(lambda visit, world: Turn(visit, Status.CANCELLED)),
    of_visit(lambda visit, world: Answered(visit, Answer.ACCEPTED)),
    of_plan,
    off_the_list,
    closed,
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_nothing_is_written_at_a_location_where_the_role_does_not_hold(
    database: Database, world: World, far: int, made: Things, number: int
) -> None:
    change = CHANGES[number](database, world, made)
    with pytest.raises(Refused) as refused, database.begin() as unit:
        apply(unit, (change,), actor=bound(far), now=NOW)
    assert refused.value.code == "not_at_location"
    with database.begin() as unit:
        apply(unit, (change,), actor=bound(far, world.location), now=NOW)


def test_a_role_that_holds_there_does_not_lend_another_its_place(database: Database, world: World, far: int) -> None:
    """He reads here and books there: he books nothing here."""
    actor = replace(bound(far), bound={"visit.book": frozenset({far})})
    with pytest.raises(Refused, match="not_at_location"), database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, FREE))),), actor=actor, now=NOW)


def test_what_would_be_repaired_elsewhere_too_is_not_repaired(
    database: Database, world: World, far: int, made: Things
) -> None:
    both = Trouble(Kind.ABSENCE, "staff2", at("2026-12-14", 0), at("2026-12-15", 0))
    for trouble in (both, replace(both, who="staff1"), replace(both, what=Kind.LOCATION, who="loc1")):
        with pytest.raises(NotFound):
            begin_repair(database.begin, database.read, trouble, actor=bound(far), now=NOW)
    assert begin_repair(database.begin, database.read, both, actor=bound(far, world.location), now=NOW)


def test_a_thing_is_where_it_is(database: Database, world: World, far: int, made: Things) -> None:
    with database.read() as unit:
        found = {kind: places.of(unit.connection, kind, getattr(made, kind)) for kind in Things.__annotations__}
        assert set(found.values()) == {frozenset({world.location})}
        assert places.of(unit.connection, "resource", "staff2") == {world.location, far}
        assert places.of(unit.connection, "repair", "nothing") == frozenset()
        assert places.of(unit.connection, "visit", "nothing") == frozenset()


def test_lists_of_a_place_leave_out_what_is_at_another(
    database: Database, world: World, far: int, made: Things
) -> None:
    here, there = frozenset({world.location}), frozenset({far})
    with database.begin() as unit:
        held = update(appointment).where(appointment.c.public_id == made.visit)
        unit.connection.execute(held.values(status="done"))
    with database.read() as unit:
        connection = unit.connection
        counted = [
            (
                len(billing.held(connection, 0, 1 << 30, where)),
                len(tasks.listed(connection, done=False, most=9, skip=0, places=where)),
                tasks.count(connection, places=where),
                len(waiting.open_at(connection, where)),
                len(freed.ahead(connection, 0, where)),
                find.count_on(connection, DAY, where),
            )
            for where in (None, here, there)
        ]
    assert counted[0] == counted[1] == (1, 1, 1, 1, 1, 1)
    assert set(counted[2]) == {0}


def test_a_task_about_no_visit_is_everybodys(database: Database, world: World, far: int) -> None:
    with database.begin() as unit:
        tasks.put(unit.connection, "mail_bad", "a key", public_id="t", now=NOW)
        assert tasks.count(unit.connection, places=frozenset({far})) == 1


def test_permissions_know_where_they_hold_and_everywhere_counts_most(
    database: Database, world: World, far: int
) -> None:
    with database.begin() as unit:
        roles.put(unit.connection, {"reads": frozenset({"a.read"}), "writes": frozenset({"a.read", "a.write"})})
        new = NewAccount("kim@clinic.test", "Kim", "admin")
        id_ = accounts.add(unit.connection, new, public_id="kim", password_hash="x", now=NOW)
        known = roles.ids(unit.connection)
        one, two = frozenset({world.location}), frozenset({far})

        def held(**given: frozenset[int] | None) -> dict[str, frozenset[int] | None]:
            members.give(unit.connection, id_, {known[name]: where for name, where in given.items()})
            return roles.permissions(unit.connection, id_)

        assert held(reads=one, writes=two) == {"a.read": one | two, "a.write": two}
        assert held(writes=one | two) == {"a.read": one | two, "a.write": one | two}
        assert held(reads=None, writes=two) == {"a.read": None, "a.write": two}
        assert members.member(unit.connection, "kim").roles == {"reads": None, "writes": two}
        assert unit.connection.execute(select(account.c.version).where(account.c.id == id_)).scalar_one() == 4
    actor = Identity("kim", "Kim", (), {"a.read": None, "a.write": two}, "x").actor("r")
    assert (actor.bound, actor.where("a.read"), actor.where("b.read")) == ({"a.write": two}, None, frozenset())
