"""Whether there is a course at all, whatever it costs: a walk over days, with the earliest start of each.

Costs set aside, nobody cares who leads, and the earliest start of a day leaves all that a later one does. So only days
are chosen; where a dead end was met is kept.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from clinic.domain.time import DAY_MINUTES
from clinic.engine import bitmap
from clinic.engine.lessons import recalled
from clinic.engine.links import Links
from clinic.engine.openings import Openings
from clinic.engine.request import Request

Walls = Sequence[int]
"""Wall times in minutes after the first midnight, days counted as 24 hours, ascending."""


class Steps:
    """How many starts may still be tried, by all who share them."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, count: int = 1) -> bool:
        """Whether so many were left."""
        self.left -= count
        return self.left >= 0


def walls_of(opening: Openings) -> Walls:
    """All that such a session could have, by any therapist."""
    horizon = opening.calendars.horizon
    used = horizon.which(bitmap.union(opening.starts))
    walls: list[int] = (horizon.day[used] * DAY_MINUTES + horizon.minutes[used]).tolist()
    return walls


class Passage:
    """A walk through the sessions of a request by those of their `days` that their gaps allow, `walls` being the starts
    of each session; `path` is where it came to, `deepest` how many sessions had a start at once."""

    def __init__(self, request: Request, links: Links, days: Sequence[int], walls: Sequence[Walls]) -> None:
        self.request, self.links, self.days, self.walls = request, links, days, walls
        self.follows = [request.follows(n) for n in range(len(days))]
        self.recalled = recalled(request, links)
        self.week = links.week.tolist() if request.often.week is not None else []
        self.spent = links.spent.tolist()
        self.path: list[int] = []
        self.deepest = 0
        self.dead: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        self.after: dict[tuple[int, int], int] = {}

    def found(self, steps: Steps) -> Walls | None:
        """The starts of the first way; empty where there is none, None where the steps did not suffice to tell."""
        self.path = []
        self._onwards(0, steps)
        return None if steps.left < 0 else self.path

    def _onwards(self, n: int, steps: Steps) -> bool:
        """Whether sessions from n on can be placed after those of the path; then they stand in it."""
        if n == len(self.days):
            return True
        for wall in self._starts(n):
            if not steps.take():
                return False
            self.path.append(wall)
            self.deepest = max(self.deepest, n + 1)
            place, times = self._place()
            if not self._dead(place, times):
                if self._onwards(n + 1, steps):
                    return True
                self.dead.setdefault(place, []).append(times)
            self.path.pop()
        return False

    def _starts(self, n: int) -> Iterator[int]:
        """The first start of each day that session n could have after the path, the earliest first."""
        days, walls, low = self.days[n], self.walls[n], 0
        if n:
            days &= self._after(n)
            low = self._earliest(n)
        days = days >> low // DAY_MINUTES << low // DAY_MINUTES
        while days:
            first = days & -days
            days, day = days ^ first, first.bit_length() - 1
            at = bisect_left(walls, max(low, day * DAY_MINUTES))
            if at < len(walls) and walls[at] < (day + 1) * DAY_MINUTES and self._week_allows(day):
                yield walls[at]

    def _after(self, n: int) -> int:
        """The days that its gap leaves session n."""
        anchor, band = self.path[self.follows[n]] // DAY_MINUTES, self.links.bands[n]
        assert band is not None  # noqa: S101 - every session but the first has one
        key = id(band), anchor
        if key not in self.after:
            self.after[key] = band.after(1 << anchor)
        return self.after[key]

    def _earliest(self, n: int) -> int:
        """The wall time before which session n is too near to those of the path."""
        band = self.links.bands[n]
        least = [(self.path[n - 1] // DAY_MINUTES + 1) * DAY_MINUTES]
        if band is not None and band.floor:
            least.append(self.path[self.follows[n]] + band.floor)
        for each in self.links.apart[n]:
            other = self.path[each.step]
            least += [other + each.minutes, (other // DAY_MINUTES + each.days) * DAY_MINUTES]
        return max(least)

    def _week_allows(self, day: int) -> bool:
        """Whether the week of a day takes a visit after those of the path."""
        most = self.request.often.week
        return most is None or self.spent[day] + self._visits(self.week[day]) < most

    def _visits(self, week: int) -> int:
        """How many sessions at the end of the path lie in that week."""
        visits = 0
        while visits < len(self.path) and self.week[self.path[-1 - visits] // DAY_MINUTES] == week:
            visits += 1
        return visits

    def _place(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """All of the path that later sessions can depend on: what has to be the same, and the starts of which an
        earlier one is as good."""
        n, last = len(self.path) - 1, self.path[-1]
        times = (last, *[self.path[m] for m in self.recalled[n]])
        visits = self._visits(self.week[last // DAY_MINUTES]) if self.week else 0
        return (n, visits, *[each // DAY_MINUTES for each in times]), times

    def _dead(self, place: tuple[int, ...], times: tuple[int, ...]) -> bool:
        known = self.dead.get(place, ())
        return any(all(before <= now for before, now in zip(each, times, strict=True)) for each in known)
