"""Whatever course a patient has, and wherever he moves its visits through his links: it stays as it was planned."""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.protocol import Anchor
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Visit
from clinic.services.apply import apply
from clinic.services.apply.gate import foretell
from clinic.services.visits.consequences import consequences
from clinic.services.visits.own_times import Time, own_time, own_times
from tests.db.test_reflow_at_random import BERLIN, Course, begun, faults, fresh
from tests.world import ACTOR

__all__ = ["fresh"]

IN_THE_GATE, AT_ONCE, PROVEN, MOVES = 12, 4, 400, 4


def offered(course: Course, visit: Visit) -> tuple[Time, ...]:
    with course.database.read() as unit:
        return own_times(unit, visit, "patient1", now=course.now)


def said(course: Course, visit: Visit, times: tuple[Time, ...]) -> Iterator[str]:
    """What a rule, or the course's gaps, would say to any of them."""
    for time in times:
        with course.database.read() as unit:
            stretches = own_time(unit, visit, "patient1", time.spot, now=course.now)
            yield from (one.code for one in foretell(unit, [Move(visit, stretches)])[0])
        if consequences(course.database.read, visit.public_id, time.spot, now=course.now) is not None:
            yield f"gap or room on {time.starts}"


def too_far(course: Course) -> Iterator[str]:
    """Sessions out of order, or further from the one before than planned."""
    stands = course.stands()
    days = [(one, local_date(instant_of(one.visit.starts), BERLIN)) for one in stands.sessions if one.visit]
    for (_, before), (session, on) in pairwise(days):
        if on <= before:
            yield f"{session.ordinal} out of order"
        if stands.row.protocol.anchor is Anchor.SESSION and (on - before).days > session.planned.phase.gap_max:
            yield f"gap before {session.ordinal}"


def moved(course: Course, visit: Visit, time: Time) -> None:
    with course.database.begin() as unit:
        there = loads.visit(unit.connection, visit.public_id)
        change = Move(there, own_time(unit, there, "patient1", time.spot, now=course.now))
        apply(unit, (change,), actor=ACTOR, now=course.now)


def run(database: Database, seed: int) -> int:
    """How many times were offered to a patient who moves visit after visit."""
    chance = random.Random(seed)
    course, count = begun(database, chance), 0
    if course is None:
        return 0
    for _ in range(MOVES):
        visit = chance.choice(course.open())
        times = offered(course, visit)
        assert len(times) <= 6
        assert list(said(course, visit, times)) == [], seed
        count += len(times)
        if times:
            moved(course, visit, chance.choice(times))
            assert [*faults(course), *too_far(course)] == [], seed
    return count


def many(fresh: Callable[[int], Database], seeds: range) -> int:
    count = 0
    for seed in seeds:
        database = fresh(seed)
        count += run(database, seed)
        database.engine.dispose()
    return count


@pytest.mark.oracle
@pytest.mark.parametrize("first", range(0, IN_THE_GATE, AT_ONCE))
def test_a_time_that_a_patient_may_choose_breaks_nothing(fresh: Callable[[int], Database], first: int) -> None:
    assert many(fresh, range(first, first + AT_ONCE)) > AT_ONCE


@pytest.mark.prove
def test_no_time_that_patients_may_choose_breaks_anything(fresh: Callable[[int], Database]) -> None:
    assert many(fresh, range(IN_THE_GATE, PROVEN)) > PROVEN
