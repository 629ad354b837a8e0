"""What is possible: for each session, time, therapist and day what a start costs by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.dial import Dial, dial_of
from clinic.engine.links import Links, links_of
from clinic.engine.openings import Openings, openings, pinned
from clinic.engine.request import NEVER, Request, Step, Was
from clinic.engine.wishes import alone_costs, lead_costs, moved_costs, start_costs

_ORDER_BITS = 20  # more than there are starts in the longest horizon on a grid of one tick

Costs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What the starts of one session cost by themselves, without gaps, lateness and changes: `cost` by time of day,
    therapist row and day (`NEVER` or more where there is none), `start` the bit numbers of those starts, alike. Where
    times of day do not matter there is one time only: the cheapest start of the day, of those the earliest."""

    cost: Costs
    start: Costs


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """For each session its openings and its table, by `rows`: the therapists, by their place in the calendars, who can
    lead any. `dial` are the times of day, None where they do not matter; `links` how the sessions hang together."""

    rows: tuple[int, ...]
    openings: tuple[Openings, ...]
    tables: tuple[Table, ...]
    links: Links
    dial: Dial | None


def step_openings(request: Request) -> tuple[Openings, ...]:
    """The openings of each session, its pin applied; those of kinds that take the same are the same."""
    alike: list[Openings] = []
    kinds: dict[int, Openings] = {}
    for kind in request.kinds:
        known = next((each for each in alike if each.kind == kind), None)
        if known is None:
            alike.append(known := openings(request.calendars, kind))
        kinds[id(kind)] = known
    return tuple(
        kinds[id(step.kind)] if step.pin is None else pinned(kinds[id(step.kind)], step.pin) for step in request.steps
    )


def candidates(request: Request, per_step: tuple[Openings, ...] = (), links: Links | None = None) -> Candidates:
    """Everything the search needs to know of the calendars; the openings of each session, and how they hang together,
    may be known."""
    links, per_step = links or links_of(request), per_step or step_openings(request)
    distinct = {id(opening): opening for opening in per_step}
    starts = {key: opening.starts for key, opening in distinct.items()}
    window = request.calendars.horizon.on_days(links.reachable)
    rows = tuple(n for n in range(len(request.calendars.therapists)) if any(each[n] for each in starts.values()))
    chosen = {key: tuple(each[n] & window for n in rows) for key, each in starts.items()}
    timed = links.timed or request.weights.irregular_15min
    dial = dial_of(request.calendars.horizon, chosen.values()) if timed else None
    tables: dict[tuple[int, Was | None], Table] = {}
    for opening, step in zip(per_step, request.steps, strict=True):
        key = id(opening), step.was
        if key not in tables:
            costed = _Costed(request, step, opening, rows, chosen[id(opening)])
            tables[key] = costed.of_days() if dial is None else costed.of_times(dial)
    per_table = tuple(tables[id(opening), step.was] for opening, step in zip(per_step, request.steps, strict=True))
    return Candidates(rows, per_step, per_table, links, dial)


class _Costed:
    """The starts of one session that any therapist row could lead, and what each costs with each row."""

    def __init__(
        self, request: Request, step: Step, opening: Openings, rows: Sequence[int], starts: Sequence[int]
    ) -> None:
        self.horizon = request.calendars.horizon
        self.used = self.horizon.which(bitmap.union(starts))
        self.shape = len(rows), self.horizon.days
        if len(self.used):
            self.position, self.day = self.horizon.starts[self.used], self.horizon.day[self.used]
            self.free = bitmap.rows_at(starts, self.horizon.ticks, self.position)
            self.cost = by_way(opening, rows, self.position, lambda ticks: _timed_costs(request, self.used, ticks))
            if step.was is not None:
                self.cost = self.cost + moved_costs(request.weights, self.horizon, self.used, step.was)
            self.lead = lead_costs(request, step, rows)

    def of_days(self) -> Table:
        """The cheapest start of each day and therapist, the earliest of those."""
        cost = np.full((1, *self.shape), NEVER, np.int64)
        start = np.zeros((1, *self.shape), np.int64)
        if len(self.used):
            # Cost above, order below: one minimum finds the cheapest start of a day and the earliest of those.
            rank = (self.cost << _ORDER_BITS) + np.arange(len(self.used))
            begins = np.append(True, self.day[1:] != self.day[:-1]).nonzero()[0]
            best = np.minimum.reduceat(np.where(self.free, rank, NEVER << _ORDER_BITS), begins, axis=1)
            days = self.day[begins]
            cost[0][:, days] = (best >> _ORDER_BITS) + self.lead
            start[0][:, days] = self.position[best & (1 << _ORDER_BITS) - 1]
        return Table(cost, start)

    def of_times(self, dial: Dial) -> Table:
        """Every start at its time of day."""
        rows, days = self.shape
        cost = np.full((dial.times, rows, days), NEVER, np.int64)
        start = np.zeros((dial.times, 1, days), np.int64)
        if len(self.used):
            times = dial.of(self.horizon.minutes[self.used])
            cost[times, :, self.day] = np.where(self.free, self.cost + self.lead, NEVER).T
            start[times, 0, self.day] = self.position
        return Table(cost, start)


def _timed_costs(request: Request, used: Integers, ticks: int) -> Costs:
    """What the time of visits of so many ticks costs."""
    cost = start_costs(request, used, ticks)
    return cost + alone_costs(request, used, ticks) if request.prefer.beside else cost


def by_way(opening: Openings, rows: Sequence[int], position: Integers, of: Callable[[int], Costs]) -> Costs:
    """What starts cost that cost `of` the ticks of the visit; a row for each therapist where the layouts differ: the
    first that is open."""
    *shorter, longest = opening.ways
    cost = of(longest.ticks)
    for way in reversed(shorter):
        free = bitmap.rows_at([way.leads[row] for row in rows], opening.calendars.horizon.ticks, position)
        cost = np.where(free, of(way.ticks), cost)
    return cost
