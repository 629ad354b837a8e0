"""The course itself: the forward half of the exact programme, session by session, the earliest start first.

Where every session depends on the one before it alone, what is still to come is known exactly and the walk never
turns back. Else it is a depth-first search with a bound on the cost that rises from the least that any course could
cost; what a dead end taught about a session's place is kept. Either way the first course found is the cheapest, and of
those the one with the earliest starts.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Candidates
from clinic.engine.lessons import Lessons, Option, visits_in_week
from clinic.engine.passage import Steps
from clinic.engine.path import Node
from clinic.engine.programme import Programme
from clinic.engine.reach import MOST_STEPS, Ground, passage
from clinic.engine.recent import deep, shallow
from clinic.engine.request import NEVER, Request, quarters

PATIENCE = 20_000
"""So many starts are tried in all before the best course found so far has to do: some seconds. Where every session
depends on the one before it alone, none is tried in vain."""
GLANCE = 100
"""So many starts are tried first with what is quickly known of the least that is to come."""
A_GLANCE_OF_WORK, WORK, MOST_WORK = 1_000_000, 5_000, 40_000_000
"""So many sums may be made to know that; later so many for each start that may be tried, and so many at most."""
ANY = NEVER - 1
"""A bound that every course keeps."""


class Walked(NamedTuple):
    """The cost of a course and its sessions; `proven` where no other is cheaper, or as cheap and earlier."""

    cost: int
    nodes: list[Node]
    proven: bool = True


def walk(request: Request, candidates: Candidates, programme: Programme, patience: int = PATIENCE) -> Walked | None:
    """The cheapest course; None where there is none, or none is found."""
    if programme.least >= NEVER:
        return None
    walker = _Walker(request, candidates, programme, patience)
    cost = walker.least()
    return None if cost is None else Walked(cost, walker.nodes(), walker.proven)


class _Walker:
    def __init__(self, request: Request, candidates: Candidates, programme: Programme, patience: int) -> None:
        self.request, self.candidates, self.programme = request, candidates, programme
        self.links, self.exact = candidates.links, candidates.links.chained
        self.minutes = np.array(candidates.dial.minutes if candidates.dial else [0])
        self.hanging = [] if self.exact else [_hanging(request, n) for n in range(len(request.steps))]
        self.recent = None if self.exact else shallow(request, candidates, programme, A_GLANCE_OF_WORK)
        self.week: Sequence[int] = self.links.week.tolist()
        self.lessons = None if self.exact else Lessons(request, self.links)
        self.path: list[Option] = []
        self.bound = self.beyond = NEVER
        self.patience = self.left = patience
        self.proven = True

    def least(self) -> int | None:
        """The least that a course costs; the first of those that cost it stands in the path."""
        low = self.programme.least
        if self.recent is None:
            return self._within(low, self.patience)
        low = max(low, self.recent.least)
        if low < NEVER:
            found = self._within(low, min(GLANCE, self.patience // 4))
            if found is not None:
                return found
            low, self.proven = self.beyond if self.left > 0 else low, True
        if low < NEVER:
            work = min(WORK * self.patience, MOST_WORK)
            self.recent = deep(self.request, self.candidates, self.programme, work, self.recent)
            low = max(low, self.recent.least)
        return self._at_least(low) if low < NEVER else None

    def _at_least(self, low: int) -> int | None:
        """The same, as it costs at least so much. Unless it is that, any course is found first, and what it costs is
        then halved towards what is too little."""
        found = self._within(low, self.patience // 2)
        if found is not None or (self.proven and self.beyond >= NEVER):
            return found
        low, found = self.beyond, self._any()
        best = self.path
        while found is not None and low < found:
            middle = (low + found) // 2
            cheaper = self._within(middle, self.patience // 2)
            if cheaper is None:
                low = self.beyond if self.left > 0 else middle + 1
            else:
                found, best = cheaper, self.path
        if found is not None and self._within(found, self.patience) is None:
            self.path = best
        return found

    def _any(self) -> int | None:
        """What some course costs, the first that is found; it stands in the path."""
        ground = Ground(self.request, self.candidates.openings)
        walls = passage(self.request, ground, self.links, Steps(MOST_STEPS))
        if not walls:
            return None
        self.bound, self.path = ANY, []
        for n, wall in enumerate(walls):
            on, minutes = divmod(wall, DAY_MINUTES)
            time = minutes if self.candidates.dial else 0
            options = (each for each in self._options(n) if each.day == on and self.minutes[each.time] == time)
            self.path.append(next(options))
        return int(self.path[-1].spent.min())

    def nodes(self) -> list[Node]:
        """The path, with the therapists that each session could have on it."""
        return [
            Node(each.day, each.start, {row: cost for row, cost in enumerate(each.own.tolist()) if cost < NEVER})
            for each in self.path
        ]

    def _within(self, bound: int, patience: int) -> int | None:
        """What the first course costs that costs no more; without one `beyond` is the least that it could cost, as far
        as so many starts could tell."""
        self.bound, self.beyond, self.path, self.left = bound, NEVER, [], patience
        found = self._placed_from(0)
        self.patience -= patience - self.left
        self.proven = self.proven and self.left > 0
        return int(self.path[-1].spent.min()) if found else None

    def _placed_from(self, n: int) -> bool:
        """Whether sessions from n on can be placed after those of the path; then they stand in it."""
        if n == len(self.request.steps):
            return True
        for option in self._options(n):
            self.left -= not self.exact
            if self.left <= 0:
                return False
            self.path.append(option)
            if self._promises(n) and self._placed_from(n + 1):
                return True
            if self.lessons and self.left > 0:
                self.lessons.keep(self.path, self.bound)
            self.path.pop()
        return False

    def _promises(self, n: int) -> bool:
        """Whether what was learned about the place of session n leaves hope for any of its therapists."""
        option, lesson = self.path[n], self.lessons.at(self.path) if self.lessons else None
        if lesson is None:
            return True
        least = option.spent + lesson
        left = least <= self.bound
        self.beyond = min(self.beyond, int(least[~left].min(initial=NEVER)))
        self.path[n] = option._replace(own=np.where(left, option.own, NEVER), spent=np.where(left, option.spent, NEVER))
        return bool(left.any())

    def _options(self, n: int) -> Iterator[Option]:
        """What session n could be without spending more than the bound, the earliest start first."""
        days, joined = self._joined(n)
        if not days:
            return
        table, own = self.candidates.tables[n], self.programme.own[n]
        low, counts = self.links.windows[n].start, self._counts(n, days)
        total = self._totals(n, days, counts, joined)
        fits = total <= self.bound
        if not self.exact:
            self.beyond = min(self.beyond, int(total[~fits].min(initial=NEVER)))
        for place in np.flatnonzero(fits.any((0, 1))).tolist():
            day, so_far = days[place], joined[..., min(place, joined.shape[2] - 1)]
            for time in np.flatnonzero(fits[:, :, place].any(1)).tolist():
                alone = own[counts[place], time, :, day - low]
                spent = alone + so_far[min(time, len(so_far) - 1)]
                for start, rows in _starts(table.start[time, :, day], fits[time, :, place]):
                    yield Option(day, time, start, np.where(rows, alone, NEVER), np.where(rows, spent, NEVER))

    def _totals(self, n: int, days: range, counts: Sequence[int], joined: Integers) -> Integers:
        """The least that courses cost with session n on those days, by time of day and therapist row."""
        low, whole = self.links.windows[n].start, self.programme.whole[n]
        places = slice(days.start - low, days.stop - low)
        if self.links.weeks:
            full = np.concatenate((whole, np.full_like(whole[:1], NEVER)))
            on_days: Integers = full[counts, :, :, np.arange(places.start, places.stop)].transpose(1, 2, 0)
            return on_days + joined
        total = whole[0, :, :, places] + joined
        if self.recent is None:
            return total
        ahead = self.recent.after(days, [each.day for each in self.path])
        least = self.programme.own[n][0, :, :, places] + joined + ahead
        return np.asarray(np.maximum(total + self._open(n), least), np.int64)

    def _counts(self, n: int, days: range) -> Sequence[int]:
        """How many sessions of the path lie in the week of each day that session n could have."""
        if not (n and self.links.weeks):
            return [0] * len(days)
        week, visits = self.week[self.path[n - 1].day], visits_in_week(self.path, self.week)
        return [visits if self.week[day] == week else 0 for day in days]

    def _joined(self, n: int) -> tuple[range, Integers]:
        """The days that session n could have after those of the path, with what the path and following it cost, by time
        of day, therapist row and day: the gap, a change, what is irregular; `NEVER` where it may not."""
        window, band, weights = self.links.windows[n], self.links.bands[n], self.request.weights
        if band is None:
            return window, np.zeros((1, 1, 1), np.int64)
        anchor, before = self.path[self.request.follows(n)], self.path[n - 1]
        begin = anchor.day + band.least
        days = range(max(window.start, begin, before.day + 1), min(window.stop, begin + len(band.costs)))
        gaps = band.costs[days.start - begin : days.stop - begin, anchor.day if band.costs.shape[1] > 1 else 0]
        if weights.irregular_day and self.request.follows(n) != n - 1:
            gaps = gaps + np.array([weights.irregularity(day - before.day) for day in days], np.int64)
        arrived = np.minimum(before.spent, before.spent.min() + weights.switch)[np.newaxis]
        if weights.irregular_15min:
            arrived = arrived + self._turned(before.time)
        joined = arrived[..., np.newaxis] + gaps
        if band.floor or not self.exact:
            joined = np.where(self._allowed(n, days), joined, NEVER)
        return days, joined

    def _turned(self, time: int) -> Integers:
        """What it costs to begin at another time of day than that; a column."""
        minutes = (self.minutes - self.minutes[time]).tolist()
        return np.array([[quarters(each) * self.request.weights.irregular_15min] for each in minutes])

    def _allowed(self, n: int, days: range) -> NDArray[np.bool_]:
        """On which days and at which times session n keeps its floor, its other distances and the patient's weeks; of
        all therapists."""
        allowed = self._weeks_allow(days)[None, None, :]
        band, each_day = self.links.bands[n], np.arange(days.start, days.stop)
        floors = [(self.request.follows(n), 0, band.floor if band else 0)]
        for place, least, minutes in floors + [(each.step, each.days, each.minutes) for each in self.links.apart[n]]:
            between = each_day - self.path[place].day
            if least:
                allowed = allowed & (between >= least)
            if minutes:
                turned = self.minutes - self.minutes[self.path[place].time]
                allowed = allowed & (between * DAY_MINUTES + turned[:, None, None] >= minutes)
        return allowed

    def _weeks_allow(self, days: range) -> NDArray[np.bool_]:
        """The days whose week takes another visit; where the programme has not looked at that."""
        most = self.request.often.week
        if most is None or self.exact:
            return np.ones(len(days), np.bool_)
        of_days = slice(days.start, days.stop)
        visits = np.bincount([self.week[each.day] for each in self.path], minlength=self.week[-1] + 1)
        return visits[self.links.week[of_days]] + self.links.spent[of_days] < most

    def _open(self, n: int) -> int:
        """What the sessions after n cost at least that hang on sessions of the path."""
        total = 0
        for m, parent in self.hanging[n]:
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


def _hanging(request: Request, n: int) -> list[tuple[int, int]]:
    """The sessions after n whose gaps count from one before it, each with that one."""
    parents = ((m, request.follows(m)) for m in range(n + 1, len(request.steps)))
    return [(m, parent) for m, parent in parents if parent < n]
