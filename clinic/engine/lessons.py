"""What the walk to the cheapest course has learned from its dead ends."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clinic.engine.bitmap import Integers
from clinic.engine.links import Links
from clinic.engine.request import NEVER, Request


class Option(NamedTuple):
    """A start that a session could have, and for each therapist row what it costs by itself and what the course has
    cost with it; `NEVER` for rows that it cannot have."""

    day: int
    time: int
    start: int
    own: Integers
    spent: Integers


class Lessons:
    """The least that is still to come from places where the walk has been; `week` is that of each day. A place is all
    of a path that later sessions can depend on, but for therapists."""

    def __init__(self, request: Request, links: Links) -> None:
        self.week, self.weeks = links.week.tolist(), request.often.week is not None
        self.regular = bool(request.weights.irregular_15min)
        self.recalled = recalled(request, links)
        self.known: dict[tuple[int, ...], dict[tuple[int, ...], Integers]] = {}

    def at(self, path: Sequence[Option]) -> Integers | None:
        """The least that the sessions after a path cost, as learned where no time was later: an earlier one leaves all
        that a later one does."""
        place, times = self._place(path)
        found = [
            lesson
            for earlier, lesson in self.known.get(place, {}).items()
            if all(before <= now for before, now in zip(earlier, times, strict=True))
        ]
        return np.maximum.reduce(found) if found else None

    def keep(self, path: Sequence[Option], bound: int) -> None:
        """Keep that every course through the place of a path costs more than the bound."""
        spent, (place, times) = path[-1].spent, self._place(path)
        lesson = self.known.setdefault(place, {}).setdefault(times, np.zeros_like(spent))
        known = spent < NEVER
        lesson[known] = np.maximum(lesson, bound + 1 - spent)[known]

    def _place(self, path: Sequence[Option]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What has to be the same, and the times of day of which an earlier one is as good."""
        last, n = path[-1], len(path) - 1
        here = [last, *(path[m] for m in self.recalled[n])]
        visits = visits_in_week(path, self.week) if self.weeks else 0
        regular = last.time if self.regular else 0
        return (n, visits, regular, *[each.day for each in here]), tuple([each.time for each in here])


def visits_in_week(path: Sequence[Option], week: Sequence[int]) -> int:
    """How many sessions of a path lie in the week of its last."""
    last = week[path[-1].day]
    return sum(week[each.day] == last for each in path)


def recalled(request: Request, links: Links) -> list[tuple[int, ...]]:
    """For each session those before it that a session after it must keep a gap or a distance to."""
    until: dict[int, int] = {}  # for each session the last that looks back to it
    for n in range(1, len(request.steps)):
        until |= dict.fromkeys((request.follows(n), *(each.step for each in links.apart[n])), n)
    kept: list[tuple[int, ...]] = [()]
    for n in range(1, len(request.steps)):
        kept.append(tuple(m for m in (*kept[-1], n - 1) if until.get(m, 0) > n))
    return kept
