"""Which starts are left for each session that has to move, and what each costs; whole arrays, an entry an option."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.horizon import Horizon
from clinic.engine.repair.values import Lane, Need, Repair, Session, Way
from clinic.engine.request import QUARTER_MINUTES


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Options in the order of their sessions, each session's by way and start: the index of its `session`, of the `way`
    among the session's own and of its `kind` (what it needs, one of `kinds`), its `start` (a bit number), its `day`
    index, the local wall `minutes` and its `cost` without that of gaps. `first` says where each session's options
    begin; it has one entry more."""

    kinds: tuple[tuple[Need, ...], ...]
    session: Integers
    way: Integers
    kind: Integers
    start: Integers
    day: Integers
    minutes: Integers
    cost: Integers
    first: Integers

    def only(self, kept: NDArray[np.bool_]) -> "Options":
        """Some of them."""
        if kept.all():
            return self
        columns = (self.session, self.way, self.kind, self.start, self.day, self.minutes, self.cost)
        session, way, kind, start, day, minutes, cost = (each[kept] for each in columns)
        first = np.concatenate(([0], np.cumsum(kept)))[self.first]
        return Options(self.kinds, session, way, kind, start, day, minutes, cost, first)


class Openings:
    """The starts at which something is free, worked out once for each need."""

    def __init__(self, horizon: Horizon, lanes: Sequence[Lane]) -> None:
        self.horizon, self.lanes = horizon, lanes
        self._free: dict[Need, int] = {}

    def free(self, need: Need) -> int:
        """The starts of a session at which one of the need's lanes is free for its span."""
        if need not in self._free:
            bits = bitmap.union(bitmap.starts(self.lanes[n].free, need.end - need.begin) for n in need.of)
            self._free[need] = bits << -need.begin if need.begin < 0 else bits >> need.begin
        return self._free[need]

    def of(self, way: Way) -> Integers:
        """The places, in the horizon's starts, at which a way is open."""
        bits = way.starts & self.horizon.offered
        for need in way.needs:
            bits &= self.free(need)
        return self.horizon.which(bits)


@dataclass(slots=True)
class _Gathered:
    """Columns of options while they are gathered."""

    session: list[int] = field(default_factory=list)
    way: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    places: list[Integers] = field(default_factory=list)


def options(repair: Repair, openings: Openings) -> Options:
    """All starts of all sessions that the gaps to their fixed neighbours allow."""
    windows = [window for chain in repair.chains for window in chain.windows()]
    found = among(
        repair, openings, [(one, one.ways, window) for one, window in zip(repair.sessions, windows, strict=True)]
    )
    soonest, latest = np.array([edges for chain in repair.chains for edges in chain.clock()], np.int64).reshape(-1, 2).T
    begins = found.day * DAY_MINUTES + found.minutes
    return found.only((soonest[found.session] <= begins) & (begins <= latest[found.session]))


def among(
    repair: Repair, openings: Openings, asked: Iterable[tuple[Session, Sequence[Way], tuple[int, int]]]
) -> Options:
    """The options of some sessions, by the ways and between the days that are given for each."""
    kinds: dict[tuple[Need, ...], int] = {}
    known: dict[int, Integers] = {}
    found, sessions = _Gathered(), []
    for n, (session, ways, (first, last)) in enumerate(asked):
        sessions.append(session)
        edges = repair.horizon.edges[np.clip((first, last + 1), 0, repair.horizon.days)]
        for k, way in enumerate(ways):
            if id(way) not in known:
                known[id(way)] = openings.of(way)
            low, high = np.searchsorted(known[id(way)], edges)
            found.session.append(n)
            found.way.append(k)
            found.kind.append(kinds.setdefault(way.needs, len(kinds)))
            found.extra.append(way.cost)
            found.places.append(known[id(way)][low:high])
    return _options(repair, sessions, tuple(kinds), found)


def _options(
    repair: Repair, sessions: Sequence[Session], kinds: tuple[tuple[Need, ...], ...], found: _Gathered
) -> Options:
    horizon, weights = repair.horizon, repair.weights
    counts = [len(each) for each in found.places]
    places = np.concatenate([np.zeros(0, np.int64), *found.places])
    session, way, kind, extra = (
        np.repeat(np.array(each, np.int64), counts) for each in (found.session, found.way, found.kind, found.extra)
    )
    day, minutes = horizon.day[places], horizon.minutes[places]
    was_day, was_minutes = (
        np.array([getattr(each.was, name) for each in sessions], np.int64)[session] for name in ("day", "minutes")
    )
    quarters = -(-np.abs(minutes - was_minutes) // QUARTER_MINUTES)
    cost = np.abs(day - was_day) * weights.move_day + quarters * weights.move_15min + extra
    first = np.searchsorted(session, np.arange(len(sessions) + 1))
    return Options(kinds, session, way, kind, horizon.starts[places], day, minutes, cost, first)
