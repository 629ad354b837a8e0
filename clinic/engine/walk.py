"""The course itself: the forward half of the exact programme, session by session, the earliest start first.

Where every session depends on the one before it alone, what is still to come is known exactly and the walk never
turns back. Else it is a depth-first search with a bound on the cost that rises from the least that any course could
cost; what a dead end taught about a session's place is kept. Either way the first course found is the cheapest, and of
those the one with the earliest starts.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Candidates
from clinic.engine.path import Node
from clinic.engine.programme import Programme
from clinic.engine.request import NEVER, Request, quarters


ANY = NEVER - 1
"""A bound that every course keeps."""


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
    if programme.least >= NEVER:
        return None
    walker = _Walker(request, candidates, programme)
    cost = walker.least(programme.least)
    return None if cost is None else (cost, walker.nodes())


class _Walker:
    def __init__(self, request: Request, candidates: Candidates, programme: Programme) -> None:
        self.request, self.candidates, self.programme = request, candidates, programme
        self.links, self.exact = candidates.links, candidates.links.chained
        self.minutes = np.array(candidates.dial.minutes if candidates.dial else [0])
        self.recalled = [] if self.exact else [_recalled(request, n) for n in range(len(request.steps))]
        self.lessons: dict[tuple[int, ...], Integers] = {}
        self.path: list[_Option] = []
        self.bound = self.beyond = NEVER

    def least(self, low: int) -> int | None:
        """The least that a course costs, of at least `low`; the first of those that cost it stands in the path. Unless
        that is `low`, any course is found first, and what it costs is then halved towards what is too little."""
        found = self._within(low)
        if found is not None or self.beyond >= NEVER:
            return found
        low, found = self.beyond, self._within(ANY)
        while found is not None and low < found:
            cheaper = self._within((low + found) // 2)
            found, low = (found, self.beyond) if cheaper is None else (cheaper, low)
        return None if found is None else self._within(found)

    def nodes(self) -> list[Node]:
        """The path, with the therapists that each session could have on it."""
        return [
            Node(each.day, each.start, {row: cost for row, cost in enumerate(each.own.tolist()) if cost < NEVER})
            for each in self.path
        ]

    def _within(self, bound: int) -> int | None:
        """What the first course costs that costs no more; without one `beyond` is the least that it could cost."""
        self.bound, self.beyond, self.path = bound, NEVER, []
        return int(self.path[-1].spent.min()) if self._placed_from(0) else None

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
        lesson[known] = NEVER if self.bound == ANY else np.maximum(lesson, self.bound + 1 - option.spent)[known]

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
        table, own, whole = self.candidates.tables[n], self.programme.own[n], self.programme.whole[n]
        low, still = self.links.windows[n].start, self._open(n)
        for day, joined in self._joined(n):
            count = self._count(n, day) if self.links.weeks else 0
            if count == len(whole):
                continue
            total = whole[count, :, :, day - low] + joined
            fits = total <= self.bound - still
            if not self.exact:
                self.beyond = min(self.beyond, still + int(total[~fits].min(initial=NEVER)))
            for time in np.flatnonzero(fits.any(1)).tolist():
                alone = own[count, time, :, day - low]
                spent = alone + joined[min(time, len(joined) - 1)]
                for start, rows in _starts(table.start[time, :, day], fits[time]):
                    yield _Option(day, time, start, np.where(rows, alone, NEVER), np.where(rows, spent, NEVER))

    def _count(self, n: int, day: int) -> int:
        """How many sessions of the path lie in the week of a day that session n could have."""
        return self._visits(n - 1) if n and self.links.week[day] == self.links.week[self.path[n - 1].day] else 0

    def _joined(self, n: int) -> Iterator[tuple[int, Integers]]:
        """The days that session n could have after those of the path, with what the path and following it cost, by time
        and therapist row: the gap, a change, what is irregular; `NEVER` where it may not."""
        window, band, weights = self.links.windows[n], self.links.bands[n], self.request.weights
        if band is None:
            nothing = np.zeros((1, 1), np.int64)
            yield from ((day, nothing) for day in window)
            return
        anchor, before = self.path[self.request.follows(n)], self.path[n - 1]
        begin = anchor.day + band.least
        costs = band.costs[:, anchor.day if band.costs.shape[1] > 1 else 0].tolist()
        arrived = np.minimum(before.spent, before.spent.min() + weights.switch)[np.newaxis]
        if weights.irregular_15min:
            arrived = arrived + self._turned(before.time)
        bound = bool(band.floor) or not self.exact
        for day in range(max(window.start, begin, before.day + 1), min(window.stop, begin + len(costs))):
            spent = costs[day - begin]
            if self.request.follows(n) != n - 1:
                spent += weights.irregularity(day - before.day)
            if spent < NEVER:
                joined = arrived + spent
                yield day, np.where(self._allowed(n, day), joined, NEVER) if bound else joined

    def _turned(self, time: int) -> Integers:
        """What it costs to begin at another time of day than that; a column."""
        minutes = (self.minutes - self.minutes[time]).tolist()
        return np.array([[quarters(each) * self.request.weights.irregular_15min] for each in minutes])

    def _allowed(self, n: int, day: int) -> NDArray[np.bool_]:
        """At which times session n keeps its floor, its other distances and the patient's weeks; a column."""
        allowed = np.full((1, 1), self._week_allows(day))
        band = self.links.bands[n]
        floors = [(self.request.follows(n), 0, band.floor if band else 0)]
        for place, least, minutes in floors + [(each.step, each.days, each.minutes) for each in self.links.apart[n]]:
            days = day - self.path[place].day
            allowed = allowed & (days >= least)
            if minutes:
                turned = self.minutes - self.minutes[self.path[place].time]
                allowed = allowed & (days * DAY_MINUTES + turned[:, np.newaxis] >= minutes)
        return allowed

    def _week_allows(self, day: int) -> bool:
        """Whether the week of a day takes another visit; where the programme has not looked at that."""
        if self.request.often.week is None or self.exact:
            return True
        visits = sum(bool(self.links.week[each.day] == self.links.week[day]) for each in self.path)
        return visits + int(self.links.spent[day]) < self.request.often.week

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


def _starts(starts: Integers, rows: NDArray[np.bool_]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """The starts of some therapist rows, ascending, each with the rows that have it."""
    if len(starts) == 1:
        yield int(starts[0]), rows
        return
    for start in sorted(set(starts[rows].tolist())):
        yield start, rows & (starts == start)


def _recalled(request: Request, n: int) -> tuple[int, ...]:
    """The sessions before n that a session after it must keep a gap or a distance to."""
    later = range(n + 1, len(request.steps))
    gaps = {request.follows(m) for m in later}
    return tuple(sorted(m for m in gaps | {each.step for m in later for each in request.steps[m].apart} if m < n))
