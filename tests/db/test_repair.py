"""Repairs: everybody whom a trouble meets is placed or named, and nothing is written by halves; on both databases."""

import pytest

from clinic.db.unit import Database
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.time import instant_of, zone
from clinic.engine.repair.solve import propose, solve
from clinic.services.courses.repair.answer import Draft, answered
from tests.under_way import under_way
from tests.world import NOW, TZ, World, at, build


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


def ill(first: str = "2026-11-23", last: str = "2026-11-28") -> Trouble:
    return Trouble(Kind.ABSENCE, "staff1", at(first, 0), at(last, 0))


def look(database: Database, trouble: Trouble) -> Draft:
    return answered(database.read, trouble, solve, now=NOW)


def told(draft: Draft) -> list[tuple[str, str, int | None]]:
    """(from, to, therapist) of each visit that goes elsewhere."""

    def said(tick: int) -> str:
        return f"{instant_of(tick).astimezone(zone(TZ)):%d %H:%M}"

    return [(said(old.starts), said(new.starts), new.stretches[0].staff_id) for old, new in draft.moved.values()]


def test_a_colleague_takes_over_at_the_same_times(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 3), ("booked", 7), ("pencilled", 12))
    draft = look(database, ill())
    assert told(draft) == [("23 10:00", "23 10:00", world.staff[1]), ("27 10:00", "27 10:00", world.staff[1])]
    assert (draft.objective, draft.bound, draft.proven, draft.left) == (8 + 8 + 8, 24, True, [])
    assert told(answered(database.read, ill(), propose, now=NOW)) == told(draft)
