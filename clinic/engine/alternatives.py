"""Other courses that differ from the cheapest one in a way people care about, and what each trades against it."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from clinic.engine import bitmap
from clinic.engine.bitmap import ALWAYS
from clinic.engine.candidates import Candidates, candidates, step_openings
from clinic.engine.course import Course
from clinic.engine.kind import Reason
from clinic.engine.links import WEEK, links_of
from clinic.engine.openings import Openings
from clinic.engine.passage import Steps
from clinic.engine.programme import programme
from clinic.engine.reach import MOST_STEPS, Ground, passable, reached
from clinic.engine.request import NEVER, Request
from clinic.engine.spacing import search
from clinic.engine.traits import trades, traits
from clinic.engine.wishes import start_costs

MOST_ALTERNATIVES: Final = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A course, and what it trades against the main one: gains first, then prices."""

    course: Course
    trades: tuple[Reason, ...]


def alternatives(request: Request, main: Course) -> tuple[Alternative, ...]:
    """Up to three other courses, each the cheapest that is best in one respect, and better in it than the main one:
    the earliest end; always the same weekday and time, or time alone; only wished therapists, or one throughout; only
    wished hours and weekdays. Equal ones come once; of four the dearest is left out. Pins hold."""
    others = _Others(request, main)
    found: dict[tuple[tuple[int, str], ...], Course] = {}
    for course in others.all():
        found.setdefault(tuple((each.start, each.therapist) for each in course.sessions), course)
    kept = sorted(found.values(), key=lambda course: course.objective)[:MOST_ALTERNATIVES]
    return tuple(
        Alternative(each, trades(others.main, traits(request, each))) for each in found.values() if each in kept
    )


def limited(found: Openings, leads: Iterable[bool], starts: Iterable[int]) -> Openings:
    """The openings with some of the therapists as the lead, and for each way some of the starts."""
    may = tuple(leads)
    ways = (
        replace(way, leads=tuple(each & these if one else 0 for each, one in zip(way.leads, may, strict=True)))
        for way, these in zip(found.ways, starts, strict=True)
    )
    return Openings(found.calendars, found.kind, tuple(ways))


def _for_each(openings: Sequence[Openings], made: Callable[[Openings], T]) -> list[T]:
    """What is made of the openings of each session; of the same ones once."""
    found = {key: made(each) for key, each in {id(each): each for each in openings}.items()}
    return [found[id(each)] for each in openings]


class _Others:
    """Places the same course under limits; what the calendars have room for is worked out once."""

    def __init__(self, request: Request, main: Course) -> None:
        self.request, self.openings, self.links = request, step_openings(request), links_of(request)
        self.ground = Ground(request, self.openings)
        self.horizon, self.therapists = request.calendars.horizon, request.calendars.therapists
        self.main, self.least = traits(request, main), main.objective

    def all(self) -> Iterator[Course]:
        """The best in each respect, as far as it is better than the main one."""
        yield from self._ending_first()
        yield from self._regular()
        yield from self._with_one_therapist()
        if self.main.outside:
            yield from self._cheapest([self._at_wished_times()])

    def _ending_first(self) -> Iterator[Course]:
        low, high = self._earliest_end(), self.main.ends
        if low < high:
            later = range(low + 1, high)
            day = low if self._can_end(low) else low + 1 + bisect_left(later, True, key=self._can_end)
            found = search(ending := self._ending(day), candidates(ending, self.openings)) if day < high else None
            yield from [] if found is None else [found]

    def _earliest_end(self) -> int:
        """The first day that the days between sessions, hours and weeks left out, allow the last session."""
        last = self._reached(self.openings)[-1]
        return (last & -last).bit_length() - 1

    def _reached(self, openings: tuple[Openings, ...]) -> list[int]:
        days = _for_each(openings, lambda each: self.horizon.days_of(bitmap.union(each.starts)))
        return reached(self.request, days, self.links)

    def _ending(self, day: int) -> Request:
        return replace(self.request, latest=self.horizon.on(day))

    def _can_end(self, day: int) -> bool:
        asked = self._ending(day)
        return passable(asked, self.ground, links_of(asked), Steps(MOST_STEPS)) is True

    def _regular(self) -> Iterator[Course]:
        """On one weekday at one time, else at one time."""
        if self.main.regular < 2:
            by_weekday = self._cheapest(self._patterns(WEEK)) if self._weekly() else []
            yield from by_weekday or (self._cheapest(self._patterns(1)) if not self.main.regular else [])

    def _weekly(self) -> bool:
        """Whether all sessions could be on one weekday."""
        gaps = zip(self.request.steps[1:], self.request.gaps, strict=True)
        return self.request.calendars.paused != 0 or all(
            step.since or -(-gap.min // WEEK) * WEEK <= gap.max for step, gap in gaps
        )

    def _patterns(self, weekdays: int) -> Iterator[tuple[Openings, ...]]:
        """The openings at each time of day, on one of so many weekdays."""
        every = self.horizon.which(bitmap.union(bitmap.union(each.starts) for each in self.openings))
        weekday = (self.horizon.day[every] + self.horizon.first_on.weekday()) % weekdays
        key = self.horizon.minutes[every] * WEEK + weekday
        for pattern, days in zip(*np.unique(key, return_counts=True), strict=True):
            if days >= len(self.request.steps):
                flags = np.zeros(self.horizon.ticks, np.bool_)
                flags[self.horizon.starts[every[key == pattern]]] = True
                yield self._limited([True] * len(self.therapists), bitmap.packed(flags))

    def _with_one_therapist(self) -> Iterator[Course]:
        """Who is wished for, else one throughout."""
        wished = [self.request.prefer.meets(each.id) for each in self.therapists]
        found = self._cheapest([self._limited(wished, ALWAYS)]) if self.main.strangers else []
        if not found and self.main.changes:
            found = self._cheapest(
                self._limited([each is one for each in self.therapists], ALWAYS) for one in self.therapists
            )
        yield from found

    def _limited(self, leads: list[bool], starts: int) -> tuple[Openings, ...]:
        return tuple(_for_each(self.openings, lambda each: limited(each, leads, [starts] * len(each.ways))))

    def _at_wished_times(self) -> tuple[Openings, ...]:
        every = np.arange(len(self.horizon.starts))

        def wished(ticks: int) -> int:
            flags = np.zeros(self.horizon.ticks, np.bool_)
            flags[self.horizon.starts[start_costs(self.request, every, ticks) == 0]] = True
            return bitmap.packed(flags)

        anyone = [True] * len(self.therapists)
        return tuple(
            _for_each(self.openings, lambda each: limited(each, anyone, [wished(way.ticks) for way in each.ways]))
        )

    def _cheapest(self, limits: Iterable[tuple[Openings, ...]]) -> list[Course]:
        """The cheapest course under any of the limits, if there is one; of two that cost the same that of the first."""
        best: Course | None = None
        for least, found in self._by_promise(limits):
            if best is not None and best.objective <= max(least, self.least):
                break
            course = search(self.request, found)
            best = course if course and (best is None or course.objective < best.objective) else best
        return [] if best is None else [best]

    def _by_promise(self, limits: Iterable[tuple[Openings, ...]]) -> Iterator[tuple[int, Candidates]]:
        """Those that may cost as little as the main course as they come, then the others, the most promising first."""
        later = []
        for each in self._promising(limits):
            if each[0] <= self.least:
                yield each
            else:
                later.append(each)
        yield from sorted(later, key=lambda each: each[0])

    def _promising(self, limits: Iterable[tuple[Openings, ...]]) -> Iterator[tuple[int, Candidates]]:
        """The limits under which there may be a course, with the least that it could cost."""
        for openings in limits:
            if len(self._reached(openings)) == len(openings):
                found = candidates(self.request, openings)
                least = programme(self.request, found).least
                if least < NEVER:
                    yield least, found
