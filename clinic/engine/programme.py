"""The least that a course can still cost from any of its sessions on: the backward half of the exact programme.

What is to come after a session depends on its day, its therapist, its time of day where an hour floor binds or
regularity counts, and the visits of its week where their number is limited; nothing else, as long as every session
depends on the one before it alone. Where it does not (gaps that count from an earlier session, deeper distances), the
sum over the sessions whose gaps count from one is a bound that no course can be cheaper than; `walk` proves the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Candidates
from clinic.engine.links import Links
from clinic.engine.nearby import later, nearby, nearby_later
from clinic.engine.request import NEVER, Request

Costs = Integers  # by visits of the week so far, time of day, therapist row and day of the session's window

_AT_ONCE = 32  # bounds the memory that a very wide gap takes


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """For each session what it costs by itself, with lateness (`NEVER` or more where it cannot be); what it and all
    that hangs on it cost as seen from the session that its gap counts from (nothing for the first), where an axis of
    length one stands for any of its values; and what it and all that hangs on it cost as seen from itself."""

    own: tuple[Costs, ...]
    ahead: tuple[Costs, ...]
    whole: tuple[Costs, ...]

    @property
    def least(self) -> int:
        """The least that any course costs; `NEVER` where there is none."""
        return min(int(self.whole[0][:1].min(initial=NEVER)), NEVER)


def programme(request: Request, candidates: Candidates) -> Programme:
    """Time grows with sessions x therapists x days of their windows x lengths of the gaps, and times of day."""
    windows = candidates.links.windows
    own = list(_own(candidates))
    ahead, whole = list(own), list(own)
    for n in range(len(own) - 1, 0, -1):
        parent = request.follows(n)
        look = _Ahead(request, candidates, n, parent == n - 1)
        ahead[n] = look.by_day(whole[n], windows[parent])
        whole[parent] = whole[parent] + ahead[n]
    return Programme(tuple(own), tuple(ahead), tuple(whole))


def _own(candidates: Candidates) -> Iterator[Costs]:
    """What each session costs by itself on the days of its window."""
    links = candidates.links
    every: dict[tuple[int, int], Costs] = {}
    for table, late, days in zip(candidates.tables, links.own, links.windows, strict=True):
        key = id(table), id(late)
        if key not in every:
            every[key] = (table.cost + late)[np.newaxis]
        own = every[key][..., days.start : days.stop]
        yield _of_weeks(links, own, days) if links.weeks else own


def _of_weeks(links: Links, own: Costs, days: range) -> Costs:
    """The same by the visits of the week; one that is full takes no more."""
    visits = np.arange(1, links.weeks + 1)[:, None] + links.spent[None, days.start : days.stop]
    return np.where((visits <= links.weeks)[:, None, None, :], own, NEVER)


class _Ahead:
    """Looks from the days of one session to one whose gap counts from it; `in_turn`, where that is the next."""

    def __init__(self, request: Request, candidates: Candidates, n: int, in_turn: bool) -> None:
        band = candidates.links.bands[n]
        assert band is not None  # noqa: S101 - every session but the first has one
        self.links, self.dial, self.band, self.in_turn = candidates.links, candidates.dial, band, in_turn
        self.window, self.weights = self.links.windows[n], request.weights
        self.regular = request.weights.irregular_15min if in_turn else 0

    def by_day(self, cost: Costs, days: range) -> Costs:
        """The least cost of that session and all after it, for each of the days; the gap's own cost included."""
        if not (len(days) and len(self.window) and len(self.band.costs)):
            return np.full((1, 1, 1, len(days)), NEVER, np.int64)
        if not self.in_turn:
            cost = cost.min(2, keepdims=True)
        bound = self.band.bound
        least = self._shifted(self._at_any_time(cost), days, range(bound, len(self.band.costs)))
        for row in range(bound):
            shifted = self._shifted(self._at_later_times(cost, row), days, range(row, row + 1))
            least = np.minimum(least, shifted)
        if self.in_turn:
            least = np.minimum(least, np.minimum.reduce(least, 2, keepdims=True) + self.weights.switch)
        return least

    def _at_any_time(self, cost: Costs) -> Costs:
        if self.regular and self.dial:
            return nearby(cost.swapaxes(0, 1), self.regular, self.dial.quarter).swapaxes(0, 1)
        return cost if cost.shape[1] == 1 else cost.min(1, keepdims=True)

    def _at_later_times(self, cost: Costs, row: int) -> Costs:
        """What is left of it where the floor is longer than so many days."""
        assert self.dial is not None  # noqa: S101 - where a floor binds, times of day are told apart
        steps = -(-(self.band.floor - (self.band.least + row) * DAY_MINUTES) // self.dial.step)
        times = cost.swapaxes(0, 1)
        if self.regular:
            return nearby_later(times, steps, self.regular, self.dial.quarter).swapaxes(0, 1)
        return later(times, steps).swapaxes(0, 1)

    def _shifted(self, cost: Costs, days: range, rows: range) -> Costs:
        """The least of the cost so many days ahead, for these rows of the band."""
        if not rows:
            return np.full((*cost.shape[:3], len(days)), NEVER, np.int64)
        some, others = rows[:_AT_ONCE], rows[_AT_ONCE:]
        least = np.minimum.reduce(self._views(cost, days, some) + self._spent(days, some))
        return np.minimum(least, self._shifted(cost, days, others)) if others else least

    def _spent(self, days: range, rows: range) -> Integers:
        spent = self.band.costs[rows.start : rows.stop]
        return (spent if spent.shape[1] == 1 else spent[:, days.start : days.stop])[:, None, None, None, :]

    def _views(self, cost: Costs, days: range, rows: range) -> Costs:
        """The cost on the days so many days ahead, a row of the band each; the visits of the week counted on."""
        if not self.links.weeks:
            return self._strided(cost, days, rows)
        more = np.concatenate((cost[1:], np.full_like(cost[:1], NEVER)))
        first = np.broadcast_to(cost[:1], cost.shape)
        week = np.pad(self.links.week, (0, self.band.least + len(self.band.costs)), constant_values=-1)
        of_days = week[days.start : days.stop]
        same = np.array([week[days.start + self.band.least + row :][: len(days)] == of_days for row in rows])
        return np.where(same[:, None, None, None, :], self._strided(more, days, rows), self._strided(first, days, rows))

    def _strided(self, cost: Costs, days: range, rows: range) -> Costs:
        begin = days.start + self.band.least + rows.start
        table = self._on(cost, range(begin, begin + len(days) + len(rows) - 1))
        shape, strides = (len(rows), *table.shape[:3], len(days)), (8, *table.strides)
        return np.ndarray(shape, np.int64, table, strides=strides)

    def _on(self, cost: Costs, days: range) -> Costs:
        """The cost on those days, also of those outside of the session's window."""
        if days == self.window:
            return np.ascontiguousarray(cost)
        table = np.full((*cost.shape[:3], len(days)), NEVER, np.int64)
        low, high = max(days.start, self.window.start), min(days.stop, self.window.stop)
        if low < high:
            table[..., low - days.start : high - days.start] = cost[
                ..., low - self.window.start : high - self.window.start
            ]
        return table
