"""The course itself: the forward half of the exact programme, session by session, the earliest start first.

Where every session depends on the one before it alone, what is still to come is known exactly and the walk never turns
back. Else it is a depth-first search with a bound on the cost that rises from the least that any course could cost; what
a dead end taught about a session's place is kept. Either way the first course found is the cheapest, and of those the
one with the earliest starts.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Candidates
from clinic.engine.path import Node
from clinic.engine.programme import Costs, Programme
from clinic.engine.request import NEVER, Request, quarters


class _Option(NamedTuple):
    """A start that session n could have, and for each therapist row what it costs by itself and what the course has
    cost with it; `NEVER` for rows that it cannot have."""

    day: int
    time: int
    start: int
    own: Integers
    spent: Integers


def walk(request: Request, candidates: Candidates, programme: Programme) -> tuple[int, list[Node]] | None:
    """The cost of the cheapest course and its sessions; None where there is none."""
    walker = _Walker(request, candidates, programme)
    bound = programme.least
    while bound < NEVER:
        path = walker.within(bound)
        if path is not None:
            return bound, path
        bound = walker.beyond
    return None


class _Walker:
    def __init__(self, request: Request, candidates: Candidates, programme: Programme) -> None:
        self.request, self.candidates, self.programme = request, candidates, programme
        self.links, self.exact = candidates.links, candidates.links.chained
        self.minutes = np.array(candidates.dial.minutes if candidates.dial else [0])
        self.recalled = [_recalled(request, n) for n in range(len(request.steps))]
        self.lessons: dict[tuple[int, ...], Integers] = {}
        self.path: list[_Option] = []
        self.bound = self.beyond = NEVER

    def within(self, bound: int) -> list[Node] | None:
        """The first course that costs no more; `beyond` is then the least that a dearer one could cost."""
        self.bound, self.beyond, self.path = bound, NEVER, []
        if not self._placed_from(0):
            return None
        return [
            Node(each.day, each.start, {row: cost for row, cost in enumerate(each.own.tolist()) if cost < NEVER})
            for each in self.path
        ]

    def _placed_from(self, n: int) -> bool:
        """Whether sessions from n on can be placed after those of the path; then they stand in it."""
        if n == len(self.request.steps):
            return True
        for option in self._options(n):
            self.path.append(option)
            if self._promises(n) and self._placed_from(n + 1):
                return True
            self._learn(n)
            self.path.pop()
        return False

    def _promises(self, n: int) -> bool:
        """Whether what was learned about the place of session n leaves hope for any of its therapists."""
        if self.exact:
            return True
        option, lesson = self.path[n], self.lessons.get(self._place(n))
        if lesson is None:
            return True
        least = option.spent + lesson
        left = least <= self.bound
        self.beyond = min(self.beyond, int(least[~left].min(initial=NEVER)))
        self.path[n] = option._replace(own=np.where(left, option.own, NEVER), spent=np.where(left, option.spent, NEVER))
        return bool(left.any())

    def _learn(self, n: int) -> None:
        """Keep that every course through the place of session n costs more than the bound."""
        option, place = self.path[n], self._place(n)
        lesson = self.lessons.setdefault(place, np.zeros_like(option.spent))
        known = option.spent < NEVER
        lesson[known] = np.maximum(lesson, self.bound + 1 - option.spent)[known]

    def _place(self, n: int) -> tuple[int, ...]:
        """All of the path that the sessions after n can depend on, but for therapists."""
        return n, self.path[n].start, self._visits(n), *(self.path[m].start for m in self.recalled[n])

    def _visits(self, n: int) -> int:
        """How many visits of the path lie in the week of session n; 0 where nobody asks."""
        if self.request.often.week is None:
            return 0
        week = self.links.week
        return sum(bool(week[each.day] == week[self.path[n].day]) for each in self.path[: n + 1])

    def _options(self, n: int) -> Iterator[_Option]:
        """What session n could be without spending more than the bound, the earliest start first."""
        days = self._days(n)
        if not len(days):
            return
        at = slice(days.start - self.links.windows[n].start, days.stop - self.links.windows[n].start)
        own, onwards = (self._of_week(n, costs[n], days, at) for costs in (self.programme.own, self.programme.onwards))
        spent = own + self._joined(n, days)
        total = spent + onwards + self._open(n)
        fits = total <= self.bound
        if not self.exact:
            self.beyond = min(self.beyond, int(total[~fits].min(initial=NEVER)))
        start = self.candidates.tables[n].start[:, :, days.start : days.stop]
        if self.candidates.dial:
            for day, time in np.argwhere(fits.any(1).T).tolist():
                rows = fits[time, :, day]
                yield self._option(
                    days[day], time, int(start[time, 0, day]), rows, own[time, :, day], spent[time, :, day]
                )
            return
        for day in np.flatnonzero(fits.any((0, 1))).tolist():
            rows = fits[0, :, day]
            for each in sorted(set(start[0, rows, day].tolist())):
                alike = rows & (start[0, :, day] == each)
                yield self._option(days[day], 0, each, alike, own[0, :, day], spent[0, :, day])

    def _option(
        self, day: int, time: int, start: int, rows: NDArray[np.bool_], own: Integers, spent: Integers
    ) -> _Option:
        return _Option(day, time, start, np.where(rows, own, NEVER), np.where(rows, spent, NEVER))

    def _days(self, n: int) -> range:
        """The days that session n could have after those of the path."""
        window, band = self.links.windows[n], self.links.bands[n]
        if band is None:
            return window
        begin = self.path[self.request.follows(n)].day + band.least
        low = max(window.start, begin, self.path[n - 1].day + 1)
        return range(low, max(low, min(window.stop, begin + len(band.costs))))

    def _of_week(self, n: int, costs: Integers, days: range, at: slice) -> Integers:
        """Costs by time, therapist row and day of days that follow the path, with the visits of their weeks."""
        here: Costs = costs[..., at] if costs.shape[3] > 1 else costs
        first: Costs = here[0]
        if len(here) == 1 or n == 0:
            return first
        visits = self._visits(n - 1)
        again = here[visits] if visits < len(here) else np.full_like(first, NEVER)
        same = self.links.week[days.start : days.stop] == self.links.week[self.path[n - 1].day]
        return np.where(same, again, first)

    def _joined(self, n: int, days: range) -> Integers:
        """What the path and following it cost session n: gap, change, irregularity; `NEVER` where it may not."""
        band = self.links.bands[n]
        if band is None:
            return np.zeros((1, 1, 1), np.int64)
        anchor, before, weights = self.path[self.request.follows(n)], self.path[n - 1], self.request.weights
        first = days.start - anchor.day - band.least
        spent = band.costs[first : first + len(days), anchor.day if band.costs.shape[1] > 1 else 0]
        apart = np.array(days) - before.day
        if self.request.follows(n) != n - 1 and weights.irregular_day:
            spent = spent + np.array([weights.irregularity(each) for each in apart.tolist()])
        joined = spent + np.minimum(before.spent, before.spent.min() + weights.switch)[:, None]
        if weights.irregular_15min:
            turned = (self.minutes - self.minutes[before.time]).tolist()
            joined = joined + np.array([quarters(each) for each in turned])[:, None, None] * weights.irregular_15min
        return np.where(self._allowed(n, days), joined, NEVER)

    def _allowed(self, n: int, days: range) -> NDArray[np.bool_]:
        """By time and day, whether session n keeps its floor, its other distances and the patient's weeks."""
        band = self.links.bands[n]
        floors = [(self.request.follows(n), 0, band.floor if band else 0)]
        floors += [(each.step, each.days, each.minutes) for each in self.links.apart[n]]
        allowed = np.ones((1, 1, len(days)), np.bool_)
        for place, least, minutes in floors:
            apart = np.array(days) - self.path[place].day
            allowed = allowed & (apart >= least)
            if minutes:
                turned = self.minutes - self.minutes[self.path[place].time]
                allowed = allowed & (apart * DAY_MINUTES + turned[:, None, None] >= minutes)
        if self.request.often.week is not None and not self.exact:
            week, spent = self.links.week[days.start : days.stop], self.links.spent[days.start : days.stop]
            visits = sum((week == self.links.week[each.day]).astype(np.int64) for each in self.path)
            allowed = allowed & (visits + spent < self.request.often.week)
        return allowed

    def _open(self, n: int) -> int:
        """What the sessions after n cost at least that hang on sessions of the path."""
        if self.exact:
            return 0
        total = 0
        for m in range(n + 1, len(self.request.steps)):
            parent = self.request.follows(m)
            if parent < n:
                ahead = self.programme.ahead[m][0, :, :, self.path[parent].day - self.links.windows[parent].start]
                total += int(ahead[self.path[parent].time if len(ahead) > 1 else 0].min())
        return total


def _recalled(request: Request, n: int) -> tuple[int, ...]:
    """The sessions before n that a session after it must keep a gap or a distance to."""
    later = range(n + 1, len(request.steps))
    gaps = {request.follows(m) for m in later}
    return tuple(sorted(m for m in gaps | {each.step for m in later for each in request.steps[m].apart} if m < n))
