"""The exact programme when times of day count from session to session: the state is (time of day, therapist, day).

What a session costs after another is a sum over times, therapists and days, so the cheapest next one is found along
each of them in turn. Ties: the earliest starts in order, then therapists, then rooms, in the order given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from clinic.engine import bitmap
from clinic.engine.candidates import NEVER, Candidates, lead_costs, time_costs
from clinic.engine.course import Course
from clinic.engine.path import Node, placed
from clinic.engine.request import QUARTER_MINUTES, Gap, Kind, Request

Costs = NDArray[np.int64]  # by time of day, therapist row and day
Flags = NDArray[np.bool_]


def search_regular(request: Request, candidates: Candidates) -> Course | None:
    """The proven cheapest course, or None. Time grows with sessions x therapists x days that the gaps allow x times of
    day x the width of the gaps."""
    windows = _windows(request)
    if not (candidates.therapists and all(windows)):
        return None
    programme = _Programme(request, candidates, windows)
    onwards = programme.onwards()
    best = int(onwards[0].min())
    if best >= NEVER:
        return None
    return Course(best, tuple(placed(request, candidates, programme.earliest(onwards, best))))


def _windows(request: Request) -> list[range]:
    """The days that each session can have by the gaps alone."""
    first, last = request.first_days
    windows = [range(max(first, request.rested_from, 0), min(last, request.last_day) + 1)]
    for gap in request.gaps:
        before = windows[-1]
        windows.append(range(before.start + gap.min, min(before.stop + gap.max, request.last_day + 1)))
    return windows


@dataclass(frozen=True, slots=True)
class _Dial:
    """Wall times a `step` apart, from `first` on, in minutes: all that a course can use. A quarter of an hour is a
    whole number of steps, and the `times` are a whole number of quarters."""

    first: int
    step: int
    times: int

    @classmethod
    def over(cls, minutes: NDArray[np.int64]) -> "_Dial":
        first, last = int(minutes.min()), int(minutes.max())
        step = gcd(QUARTER_MINUTES, *(minutes - first).tolist())
        return cls(first, step, ((last - first) // QUARTER_MINUTES + 1) * (QUARTER_MINUTES // step))

    @property
    def minutes(self) -> range:
        """The wall times."""
        return range(self.first, self.first + self.times * self.step, self.step)

    @property
    def quarter(self) -> int:
        """Steps in a quarter of an hour."""
        return QUARTER_MINUTES // self.step


def nearby(cost: Costs, weight: int, quarter: int) -> Costs:
    """For each time the least cost of any time, and `weight` for each quarter of an hour begun between the two. A
    quarter is so many times, and the times are whole quarters. Takes the same few passes however many they are."""
    return np.minimum(_before(cost, weight, quarter), _before(cost[::-1], weight, quarter)[::-1])


def _before(cost: Costs, weight: int, quarter: int) -> Costs:
    """The same with times that are no later."""
    least = cost.copy()
    for steps in range(1, quarter):
        np.minimum(least[steps:], cost[:-steps], out=least[steps:])
    # Now the least of the quarter that ends here; then of those whole quarters before it, each at its distance.
    by_quarter = least.reshape(-1, quarter, *cost.shape[1:])
    distance = (np.arange(len(by_quarter)) * weight).reshape(-1, *[1] * cost.ndim)
    by_quarter -= distance
    np.minimum.accumulate(by_quarter, axis=0, out=by_quarter)
    by_quarter += distance
    return np.concatenate((cost[:1], np.minimum(cost[1:], least[:-1] + weight)))


class _Programme:
    """Sessions with what each costs by itself on the days of its window."""

    def __init__(self, request: Request, candidates: Candidates, windows: Sequence[range]) -> None:
        self.request, self.windows, weights = request, windows, request.weights
        tables = self._tables(candidates)
        self.own = [
            tables[id(opening)][:, :, days.start : days.stop]
            for opening, days in zip(candidates.openings, windows, strict=True)
        ]
        late = np.array(windows[0]) - request.first_days[0]
        self.own[0] = self.own[0] + late * weights.first_late_day
        late = np.maximum(0, np.array(windows[-1]) - request.ideal_end)
        self.own[-1] = self.own[-1] + late * weights.last_late_day

    def _tables(self, candidates: Candidates) -> dict[int, Costs]:
        """For each kind of opening the costs of all its starts."""
        horizon, rows = self.request.calendars.horizon, candidates.therapists
        pairs = zip(candidates.openings, self.request.steps, strict=True)
        distinct = {id(opening): (opening.starts, step.kind) for opening, step in pairs}
        starts = {key: [every[row] for row in rows] for key, (every, _) in distinct.items()}
        used = horizon.which(bitmap.union(bitmap.union(each) for each in starts.values()))
        self.dial = _Dial.over(horizon.minutes[used])
        return {key: self._table(starts[key], rows, kind) for key, (_, kind) in distinct.items()}

    def _table(self, starts: Sequence[int], rows: Sequence[int], kind: Kind) -> Costs:
        horizon = self.request.calendars.horizon
        used = horizon.which(bitmap.union(starts))
        free = bitmap.rows_at(starts, horizon.ticks, horizon.starts[used])
        cost = time_costs(self.request, horizon, used, kind.ticks) + lead_costs(self.request, rows)
        times = (horizon.minutes[used] - self.dial.first) // self.dial.step
        table = np.full((self.dial.times, len(rows), horizon.days), NEVER, np.int64)
        table[times, :, horizon.day[used]] = np.where(free, cost, NEVER).T
        return table

    def onwards(self) -> list[Costs]:
        """For each session the least cost of it and all after it."""
        weights = self.request.weights
        onwards = [np.minimum(self.own[-1], NEVER)]
        for gap, own in zip(reversed(self.request.gaps), reversed(self.own[:-1]), strict=True):
            ahead = nearby(onwards[-1], weights.irregular_15min, self.dial.quarter)
            np.minimum(ahead, ahead.min(1, keepdims=True) + weights.switch, out=ahead)
            onwards.append(np.minimum(own + self._after(ahead, gap, own.shape[2]), NEVER))
        return onwards[::-1]

    def _after(self, ahead: Costs, gap: Gap, days: int) -> Costs:
        """The least cost after the gap on each of so many days, the gap's own cost included."""
        least = np.full((*ahead.shape[:2], days), NEVER, np.int64)
        for at, spent in enumerate(self.request.weights.gap(gap)):
            shifted = ahead[:, :, at : at + days] + spent
            part = least[:, :, : shifted.shape[2]]
            np.minimum(part, shifted, out=part)
        return least

    def earliest(self, onwards: Sequence[Costs], best: int) -> list[Node]:
        """Of the cheapest courses those with the earliest starts in order; therapists stay open where they tie."""
        path: list[Node] = []
        left: dict[int, int] = {}
        fits, low = onwards[0] == best, self.windows[0].start
        for n, (own, cost) in enumerate(zip(self.own, onwards, strict=True)):
            if path:
                fits, low = self._fitting(n, path[-1], left, cost)
            at, time = divmod(int(fits.any(1).T.argmax()), self.dial.times)
            rows = fits[time, :, at].nonzero()[0].tolist()
            now, onward = (each[time, :, low + at - self.windows[n].start].tolist() for each in (own, cost))
            path.append(Node(low + at, self._start(low + at, time), {row: now[row] for row in rows}))
            left = {row: onward[row] - now[row] for row in rows}
        return path

    def _fitting(self, n: int, before: Node, left: Mapping[int, int], cost: Costs) -> tuple[Flags, int]:
        """Which starts of session n keep the course cheapest, with which therapists, and the day that they count from;
        `left` is what may still be spent after each therapist of the session before."""
        weights, horizon, gap = self.request.weights, self.request.calendars.horizon, self.request.gaps[n - 1]
        low = before.day + gap.min
        reach = cost[:, :, low - self.windows[n].start :][:, :, : gap.max - gap.min + 1]
        was = int(horizon.minutes[horizon.rank[before.start]])
        apart = np.array([weights.irregularity(0, minutes - was) for minutes in self.dial.minutes])
        changed = max(left.values()) - weights.switch
        # No therapist's rest costs more than another's with a change before it, so keeping him never hides a change.
        may_spend = np.array([left.get(row, changed) for row in range(cost.shape[1])])
        spent = apart[:, None, None] + np.array(weights.gap(gap))[: reach.shape[2]]
        return reach + spent == may_spend[:, None], low

    def _start(self, day: int, time: int) -> int:
        """The bit number of a wall time on a day that offers it."""
        horizon = self.request.calendars.horizon
        first, last = horizon.edges[day : day + 2]
        return int(horizon.starts[first + np.searchsorted(horizon.minutes[first:last], self.dial.minutes[time])])
