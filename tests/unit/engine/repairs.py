"""Small repairs, made or random, on a few days with hourly starts, and all their answers by trying everything."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from typing import NamedTuple

from clinic.domain.time import DAY_MINUTES, zone
from clinic.engine import bitmap
from clinic.engine.horizon import horizon
from clinic.engine.repair.values import (
    Chain,
    Kept,
    Lane,
    Moment,
    Move,
    MoveWeights,
    Need,
    Proposal,
    Repair,
    Session,
    Spacing,
    Way,
)

SPAN = horizon(zone("Europe/London"), date(2026, 9, 7), 10, grid_minutes=60)
HOUR = 12
FAR_DAYS = range(-60, 90)

Times = tuple[tuple[int, int] | None, ...]  # for each session of a chain its start and way


def hours(days: Iterable[int], begin: int, end: int) -> int:
    """The ticks from one hour to another on some days."""
    return bitmap.union(bitmap.between(at(day, begin), at(day, end)) for day in days)


def at(day: int, hour: int) -> int:
    """The bit of an hour on a day."""
    return 288 * day + HOUR * hour


def way(*of: Sequence[int], days: Sequence[int] = range(5), ticks: int = HOUR, cost: int = 0, setup: int = 0) -> Way:
    """A way on some days from eight to eleven; the first need from its start on, the others with set-up."""
    needs = tuple(Need(-setup if n else 0, ticks, tuple(each)) for n, each in enumerate(of))
    return Way(hours(days, 8, 11), needs, cost)


def random_repair(seed: int) -> Repair:
    """Up to four sessions of up to three courses in five short days, with all that a repair can have."""
    rng = random.Random(seed)
    days, share = range(5), rng.choice((0.5, 0.8, 1))
    lanes = []
    for n in range(4):
        there = [day for day in days if rng.random() < share]
        lanes.append(Lane(f"L{n}", bitmap.union(hours([day], rng.randint(8, 9), rng.randint(9, 12)) for day in there)))
    chains = tuple(
        _random_chain(rng, n, count)
        for n, count in enumerate(rng.choice(((1, 1), (2, 1), (2, 2), (3,), (3, 1), (1, 1, 1))))
    )
    weights = MoveWeights(rng.choice((0, 5, 20)), rng.choice((0, 1)), rng.choice((0, 3, 10)))
    return Repair(SPAN, tuple(lanes), chains, weights)


def _random_chain(rng: random.Random, n: int, count: int) -> Chain:
    people = rng.choice(((0,), (0, 1), (1, 0), (1,)))
    ways = [way(people, (2, 3), ticks=rng.choice((12, 18, 24)), setup=rng.choice((0, 0, 6)))]
    if rng.random() < 0.3:
        ways.append(way((0, 1), (0, 1, 2), cost=4))
    if rng.random() < 0.2:
        ways.append(way((3,), cost=rng.randint(0, 9)))
    least = rng.randint(1, 2)
    most = least + rng.randint(0, 3)
    floor = rng.choice((0, 0, 0, least * DAY_MINUTES, least * DAY_MINUTES + 60))
    spacing = Spacing(least, rng.randint(least, most + 1), most, floor)
    sessions = tuple(
        Session(f"{n}.{k}", Moment(rng.randrange(5), 60 * rng.randint(8, 10) + rng.choice((0, 20))), tuple(ways))
        for k in range(count)
    )
    before = Moment(rng.randint(-2, 0), 540) if rng.random() < 0.5 else None
    after = Moment(rng.randint(3, 7), 540) if rng.random() < 0.5 else None
    return Chain(sessions, (spacing,) * (count + 1), before, after)


class Best(NamedTuple):
    """How many can be placed, and the least that costs."""

    placed: int
    cost: int


def best(repair: Repair) -> Best:
    """The best of all repairs."""
    courses = [list(_courses(repair, chain)) for chain in repair.chains]
    ranked = sorted(
        (-sum(each[0] for each in combined), sum(each[1] for each in combined), n)
        for n, combined in enumerate(product(*courses))
    )
    every = list(product(*courses))
    for left, cost, n in ranked:
        taken = [
            (chain.sessions[k].ways[found[1]], found[0])
            for chain, (_, _, times) in zip(repair.chains, every[n], strict=True)
            for k, found in enumerate(times)
            if found is not None
        ]
        out = [
            kept
            for chain, (_, _, times) in zip(repair.chains, every[n], strict=True)
            for session, each in zip(chain.sessions, times, strict=True)
            for kept in (session.keeps if each is None else ())
        ]
        lanes = without(repair.lanes, out)
        if _serve([(need, start) for one, start in taken for need in one.needs], lanes):
            return Best(-left, cost)
    raise AssertionError("leaving out everything is a repair")


def without(lanes: Sequence[Lane], kept: Iterable[Kept]) -> list[Lane]:
    """The lanes without what is kept of them."""
    left = list(lanes)
    for n, begin, end in kept:
        left[n] = replace(left[n], free=left[n].free & ~bitmap.between(begin, end))
    return left


def keeping(repair: Repair, seed: int) -> Repair:
    """The same where some sessions keep an hour or two of a lane unless they move."""
    rng = random.Random(seed)
    held: set[tuple[int, int, int]] = set()

    def session(one: Session) -> Session:
        lane, day, hour = rng.randrange(4), one.was.day, rng.randint(8, 10)
        if rng.random() < 0.3 or (lane, day, hour) in held:
            return one
        held.update((lane, day, each) for each in (hour, hour + 1))
        return replace(one, keeps=(Kept(lane, at(day, hour), at(day, hour + 1) + rng.choice((0, 6))),))

    chains = (replace(chain, sessions=tuple(map(session, chain.sessions))) for chain in repair.chains)
    return replace(repair, chains=tuple(chains))


def _serve(asked: Sequence[tuple[Need, int]], lanes: Sequence[Lane]) -> bool:
    """Whether there is a lane for everything."""
    if not asked:
        return True
    (need, start), *others = asked
    span = bitmap.between(start + need.begin, start + need.end)
    for n in need.of:
        if lanes[n].free & span == span:
            left = [Lane(lane.id, lane.free & ~span) if k == n else lane for k, lane in enumerate(lanes)]
            if _serve(others, left):
                return True
    return False


def _courses(repair: Repair, chain: Chain) -> Iterator[tuple[int, int, Times]]:
    """Every way to place a course or parts of it: how many, the cost, and when."""
    offered: list[list[tuple[int, int] | None]] = [
        [
            None,
            *(
                (start, n)
                for n, one in enumerate(session.ways)
                for start in _bits(one.starts & SPAN.offered)
                if _serve([(need, start) for need in one.needs], repair.lanes)
            ),
        ]
        for session in chain.sessions
    ]
    for times in product(*offered):
        if all(each is None for each in times) or _allowed(chain, times):
            yield sum(each is not None for each in times), cost_of(repair, chain, times), times


def moment(start: int) -> Moment:
    """The weeks of the samples have no change of the clock."""
    return Moment(start // 288, start % 288 * 5)


def stations(chain: Chain, times: Times) -> list[Moment | None]:
    return [chain.before, *(None if each is None else moment(each[0]) for each in times), chain.after]


def _allowed(chain: Chain, times: Times) -> bool:
    """Whether the gaps hold, and those that are left out have a day."""
    days = None
    placed = [None, *times, None]
    for n, (each, station) in enumerate(zip(placed, stations(chain, times), strict=True)):
        end = n in (0, len(placed) - 1)
        here = set(FAR_DAYS) if station is None else {station.day}
        if days is not None:
            spacing = chain.spacings[n - 1]
            reached = {day + gap for day in days for gap in range(spacing.min, spacing.max + 1)}
            here = here if end and station is None else here & reached
        if not here:
            return False
        days = None if end and station is None else here
        assert each is None or station is not None
    pairs = zip(chain.spacings, pairwise(stations(chain, times)), strict=True)
    return all(a is None or b is None or a.until(b) >= spacing.least_minutes for spacing, (a, b) in pairs)


def cost_of(repair: Repair, chain: Chain, times: Times) -> int:
    weights, total = repair.weights, 0
    for session, each in zip(chain.sessions, times, strict=True):
        if each is not None:
            to = moment(each[0])
            quarters = -(-abs(to.minutes - session.was.minutes) // 15)
            total += abs(to.day - session.was.day) * weights.move_day + quarters * weights.move_15min
            total += session.ways[each[1]].cost
    for spacing, (a, b) in zip(chain.spacings, pairwise(stations(chain, times)), strict=True):
        if a is not None and b is not None:
            total += abs(b.day - a.day - spacing.ideal) * weights.gap_day
    return total


def _bits(bits: int) -> Iterator[int]:
    return (at for begin, end in bitmap.runs(bits) for at in range(begin, end))


def check(repair: Repair, proposal: Proposal) -> Best:
    """What a proposal comes to: every rule holds, nobody is in two places, everyone is told of."""
    moves = {move.id: move for move in proposal.moves}
    out = (kept for session in repair.sessions if session.id not in moves for kept in session.keeps)
    free = [lane.free for lane in without(repair.lanes, out)]
    total = 0
    for chain in repair.chains:
        times = tuple(
            _held(session, moves[session.id], free) if session.id in moves else None for session in chain.sessions
        )
        assert all(each is None for each in times) or _allowed(chain, times)
        total += cost_of(repair, chain, times)
    assert [each.id for each in repair.sessions if each.id not in moves] == [each.id for each in proposal.unplaced]
    assert total == proposal.objective
    return Best(len(moves), total)


def _held(session: Session, move: Move, free: list[int]) -> tuple[int, int]:
    """When and how a session is held; its time is taken."""
    start, one = move.start - SPAN.first_tick, session.ways[move.way]
    assert one.starts & SPAN.offered & 1 << start
    for need, lane in zip(one.needs, move.lanes, strict=True):
        span = bitmap.between(start + need.begin, start + need.end)
        assert lane in need.of
        assert free[lane] & span == span
        free[lane] &= ~span
    return start, move.way


def crowded(seed: int, courses: int = 14) -> Repair:
    """Many courses of one to three sessions of several lengths for three people and two rooms: too many to try all."""
    rng = random.Random(seed)
    days = range(8)
    lanes = tuple(Lane(f"L{n}", hours([day for day in days if rng.random() < 0.9], 8, 12)) for n in range(5))
    chains = []
    for n in range(courses):
        ways = tuple(
            Way(hours(rng.sample(days, 6), 8, 12), (Need(0, ticks, (0, 1, 2)), Need(-6, ticks, (3, 4))), cost)
            for ticks, cost in ((rng.choice((6, 12, 18)), 0), (12, 5))
        )
        sessions = tuple(
            Session(f"{n}.{k}", Moment(2 + k, 480 + 60 * rng.randrange(4)), ways) for k in range(rng.randint(1, 3))
        )
        chains.append(Chain(sessions, (Spacing(1, 2, 3),) * (len(sessions) + 1), Moment(0)))
    return Repair(SPAN, lanes, tuple(chains))
