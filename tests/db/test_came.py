"""A no-show that was none: the visit takes its time again, or stays missed."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from clinic.db.tables.visits import claim
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.errors import Forbidden, Invalid, SlotTaken, Stale
from clinic.domain.visits.visit import Status, Visit
from clinic.services.visits.change import turn
from clinic.services.visits.flow import came, flow
from tests.db.test_lost import visit_of
from tests.under_way import under_way
from tests.world import ACTOR, NOW, World


@pytest.fixture
def missed(database: Database, world: World) -> str:
    plan = under_way(database, world, ("done", -7), ("booked", -1), ("booked", 6))
    visit = visit_of(database, plan, 2)
    flow(database.begin, visit, Status.NO_SHOW, version=1, actor=ACTOR, now=NOW)
    return visit


def read(database: Database, visit: str) -> tuple[Visit, int]:
    """The visit, and how many claims hold its time."""
    with database.read() as unit:
        found = loads.visit(unit.connection, visit)
        held = select(func.count()).select_from(claim).where(claim.c.active, claim.c.starts == found.starts)
        return found, unit.connection.execute(held).scalar_one()


def test_it_takes_its_time_again_and_the_patient_sees_it_change(database: Database, missed: str) -> None:
    before, held = read(database, missed)
    assert (before.status, held) == (Status.NO_SHOW, 0)
    came(database.begin, missed, version=2, actor=ACTOR, now=NOW)
    after, held = read(database, missed)
    assert (after.status, after.version, after.stretches, held) == (Status.BOOKED, 3, before.stretches, 3)
    flow(database.begin, missed, Status.NO_SHOW, version=3, actor=ACTOR, now=NOW)
    assert read(database, missed)[1] == 0


def test_where_its_time_is_held_it_stays_missed(database: Database, world: World, missed: str) -> None:
    under_way(database, world, ("booked", -1), patient=1)
    with pytest.raises(SlotTaken):
        came(database.begin, missed, version=2, actor=ACTOR, now=NOW)
    assert read(database, missed)[0].status is Status.NO_SHOW


def test_only_a_no_show_as_it_was_seen_by_whoever_may_say_so(database: Database, missed: str) -> None:
    with pytest.raises(Stale):
        came(database.begin, missed, version=1, actor=ACTOR, now=NOW)
    with pytest.raises(Forbidden):
        came(database.begin, missed, version=2, actor=replace(ACTOR, permissions=frozenset()), now=NOW)
    came(database.begin, missed, version=2, actor=ACTOR, now=NOW)
    turn(database.begin, missed, Status.CANCELLED, version=3, actor=ACTOR, reason="other", now=NOW)
    with pytest.raises(Invalid, match="visit_turns_to"):
        came(database.begin, missed, version=4, actor=ACTOR, now=NOW)
