"""Why a session has no place, and what would give it one while all others stay where they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.kind import Reason
from clinic.engine.repair.greedy import greedily
from clinic.engine.repair.options import Openings, Options, among, options
from clinic.engine.repair.outcome import Chosen, lanes_left, moment
from clinic.engine.repair.values import Chain, Lane, Moment, Need, Remedy, Repair, Session, Spacing, Unplaced, Way


@dataclass(frozen=True, slots=True)
class _Missing:
    """A session without a place: its chain, its index there and in the repair."""

    session: Session
    chain: Chain
    at: int
    index: int


def unplaced(repair: Repair, found: Options, chosen: Chosen) -> tuple[Unplaced, ...]:
    """Those that are left out, in the order asked."""
    missing = list(_missing(repair, chosen))
    if not missing:
        return ()
    everything = Openings(repair.horizon, repair.lanes)
    return tuple(
        Unplaced(
            each.session.id, _reason(repair, each, chosen, everything), tuple(_remedies(repair, each, found, chosen))
        )
        for each in missing
    )


def _missing(repair: Repair, chosen: Chosen) -> Iterator[_Missing]:
    index = 0
    for chain in repair.chains:
        for at, session in enumerate(chain.sessions):
            if index not in chosen:
                yield _Missing(session, chain, at, index)
            index += 1


def _reason(repair: Repair, missing: _Missing, chosen: Chosen, openings: Openings) -> Reason:
    """Nothing is free at all; or nothing in the days that its course leaves, were it alone; or others have it."""
    if not len(_anywhere(repair, missing.session, missing.session.ways, openings).start):
        return Reason("nothing_free")
    alone = replace(repair, chains=(missing.chain,))
    first = missing.index - missing.at
    placed = sum(n in chosen for n in range(first, first + len(missing.chain.sessions)))
    if len(greedily(alone, options(alone, openings))) <= placed:
        return Reason("gaps_leave_nothing")
    return Reason("given_to_others")


def _remedies(repair: Repair, missing: _Missing, found: Options, chosen: Chosen) -> Iterator[Remedy]:
    """For each rule that would give it a place by giving way alone the least loosening, and of these the cheapest."""
    left = Openings(repair.horizon, lanes_left(repair, found, chosen, but=missing.session))
    free = _anywhere(repair, missing.session, missing.session.ways, left)
    before, after = _sides(missing, found, chosen, free)
    longer = np.maximum(before.over, after.over)
    yield from _least(repair, free, "longer_gap", longer, before.clear & after.clear & (longer > 0))
    yield from _least(repair, free, "move_next", after.under, before.clear & (before.over == 0) & (after.under > 0))
    others = _anywhere(repair, missing.session, missing.session.beyond, left)
    before, after = _sides(missing, found, chosen, others)
    fits = before.clear & after.clear & (before.over == 0) & (after.over == 0)
    yield from _least(repair, others, "other_therapist", np.zeros(len(fits), np.int64), fits)


def _least(repair: Repair, free: Options, code: str, days: Integers, helps: NDArray[np.bool_]) -> Iterator[Remedy]:
    its = np.flatnonzero(helps)
    if len(its):
        best = int(its[np.lexsort((free.start[its], free.cost[its], days[its]))[0]])
        yield Remedy(code, repair.horizon.first_tick + int(free.start[best]), int(days[best]) or None)


@dataclass(frozen=True, slots=True)
class _Side:
    """How options lie to the neighbour on one side: days beyond the gap's maximum, days short of its minimum, and
    whether they are far enough from it in days and by the clock."""

    over: Integers
    under: Integers
    clear: NDArray[np.bool_]


def _sides(missing: _Missing, found: Options, chosen: Chosen, free: Options) -> tuple[_Side, _Side]:
    """The nearest neighbours that have a time, before and after; the gaps add up over those that have none."""
    chain, first = missing.chain, missing.index - missing.at
    times = [moment(found, chosen, first + n) for n in range(len(chain.sessions))]
    earlier = [*reversed(times[: missing.at]), chain.before]
    later = [*times[missing.at + 1 :], chain.after]
    spacings = chain.spacings
    return (
        _side(free, earlier, spacings[missing.at :: -1], 1),
        _side(free, later, spacings[missing.at + 1 :], -1),
    )


def _side(free: Options, stations: Sequence[Moment | None], spacings: Sequence[Spacing], sign: int) -> _Side:
    n = next((n for n, station in enumerate(stations) if station is not None), None)
    station = None if n is None else stations[n]
    if n is None or station is None:
        none = np.zeros(len(free.day), np.int64)
        return _Side(none, none, none == 0)
    gaps = spacings[: n + 1]
    days = sign * (free.day - station.day)
    wait = sign * ((free.day - station.day) * DAY_MINUTES + free.minutes - station.minutes)
    over = np.maximum(0, days - sum(each.max for each in gaps))
    under = np.maximum(0, sum(each.min for each in gaps) - days)
    return _Side(over, under, (under == 0) & ((n > 0) | (wait >= gaps[0].least_minutes)))


def _anywhere(repair: Repair, session: Session, ways: Sequence[Way], openings: Openings) -> Options:
    """All starts of one session, whatever its course allows."""
    found = among(repair, openings, [(session, ways, (0, repair.horizon.days - 1))])
    apart = [len({n for need in kind for n in need.of}) == sum(len(need.of) for need in kind) for kind in found.kinds]
    each = zip(found.kind.tolist(), found.start.tolist(), strict=True)
    return found.only(
        np.array([apart[kind] or _served(openings.lanes, found.kinds[kind], start) for kind, start in each], bool)
    )


def _served(lanes: Sequence[Lane], needs: Sequence[Need], start: int, held: tuple[tuple[int, int], ...] = ()) -> bool:
    """Whether needs that can be met by the same lane find one each."""
    if not needs:
        return True
    span = bitmap.between(start + needs[0].begin, start + needs[0].end)
    return any(
        lanes[n].free & span == span
        and not any(n == other and span & taken for other, taken in held)
        and _served(lanes, needs[1:], start, (*held, (n, span)))
        for n in needs[0].of
    )
