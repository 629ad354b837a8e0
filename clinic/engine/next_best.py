"""Where else one session of a placed course could be, its neighbours left where they are, and what that would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Costs, by_way
from clinic.engine.course import Course, Placed
from clinic.engine.links import links_of
from clinic.engine.openings import Openings, openings
from clinic.engine.request import NEVER, Request
from clinic.engine.slots import Slot
from clinic.engine.wishes import alone_costs, lead_costs, moved_costs, quarters_each, start_costs


@dataclass(frozen=True, slots=True)
class NextBest:
    """Another start (a tick of UTC) and lead therapist of a session, and by how much each name of the weights would
    cost the course more or less; what stays the same is left out. `that_day`: whether another time of the day that it
    has costs no more, with the same therapist."""

    start: int
    therapist: str
    differences: Mapping[str, int]
    that_day: bool = False

    @property
    def dearer(self) -> int:
        """By how much the course would cost more; less than nothing where a pin keeps the session from it."""
        return sum(self.differences.values())


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Everywhere one session could be: `starts`, bit numbers, ascending, and by name what the course costs there, in
    terms that depend on the session; a row for each therapist of the calendars where it matters who leads. `total` is
    their sum, `NEVER` where it cannot be."""

    request: Request
    opening: Openings
    starts: Integers
    costs: Mapping[str, Costs]
    total: Costs

    def next_best(self, now: Placed) -> NextBest | None:
        """The cheapest on another day or with another therapist, else of the other times of the day: the earliest
        start, then the first therapist in order; None without any."""
        horizon, therapists = self.request.calendars.horizon, self.request.calendars.therapists
        row = next(n for n, each in enumerate(therapists) if each.id == now.therapist)
        here = row, int(np.searchsorted(self.starts, now.start - horizon.first_tick))
        others = self.total.copy()
        others[here] = NEVER
        of_day = horizon.day[horizon.rank[self.starts]] == horizon.index(now.on)
        that_day = bool((others[row, of_day] <= self.total[here]).any())
        elsewhere = others.copy()
        elsewhere[row, of_day] = NEVER
        if elsewhere.min() < NEVER:
            others = elsewhere
        place, lead = divmod(int(others.T.argmin()), len(therapists))
        if others[lead, place] >= NEVER:
            return None
        each = {name: np.broadcast_to(cost, self.total.shape) for name, cost in self.costs.items()}
        more = {name: int(cost[lead, place] - cost[here]) for name, cost in each.items()}
        start = int(self.starts[place]) + horizon.first_tick
        return NextBest(start, therapists[lead].id, {name: cost for name, cost in more.items() if cost}, that_day)

    def slots(self) -> tuple[Slot, ...]:
        """The starts, with the therapists who could lead."""
        names = [each.id for each in self.request.calendars.therapists]
        first, possible = self.request.calendars.horizon.first_tick, (self.total < NEVER).T
        return tuple(
            Slot(start + first, tuple(name for name, one in zip(names, who, strict=True) if one))
            for start, who in zip(self.starts.tolist(), possible.tolist(), strict=True)
            if any(who)
        )


class Neighbourhood:
    """A placed course, in which one session after the other may be looked for elsewhere; pins do not keep it."""

    def __init__(self, request: Request, course: Course) -> None:
        self.request, self.course, self.links = request, course, links_of(request)
        horizon = request.calendars.horizon
        places = [horizon.rank[each.start - horizon.first_tick] for each in course.sessions]
        self.days: list[int] = horizon.day[places].tolist()
        self.minutes: list[int] = horizon.minutes[places].tolist()
        self.found: dict[int, Openings] = {}

    def places(self, n: int) -> Places:
        """Everywhere session n, counted from 0, could be by every rule of the request."""
        kind = self.request.steps[n].kind
        if id(kind) not in self.found:
            self.found[id(kind)] = openings(self.request.calendars, kind)
        return _Session(self, n, self.found[id(kind)]).places()


class _Session:
    """One session: days first, then the starts on those that it could have."""

    def __init__(self, around: Neighbourhood, n: int, opening: Openings) -> None:
        self.around, self.n, self.opening = around, n, opening
        self.request, self.links = around.request, around.links
        self.step, self.weights = self.request.steps[n], self.request.weights
        self.horizon = self.request.calendars.horizon
        self.last = n + 1 == len(self.request.steps)
        window = self.links.windows[n]
        first = around.days[n - 1] + 1 if n else window.start
        stop = window.stop if self.last else min(window.stop, around.days[n + 1])
        self.window = range(first, stop)
        self.days = np.arange(first, stop)

    def places(self) -> Places:
        """By name what each start costs; the irregularity counts in days and minutes to both neighbours."""
        starts, request = self.opening.starts, self.request
        used = self.horizon.which(bitmap.union(starts) & self.horizon.on_days(self._possible_days()))
        position, minutes = self.horizon.starts[used], self.horizon.minutes[used]
        at = self.horizon.day[used] - self.window.start
        rows = range(len(starts))
        costs = {name: cost[at] for name, cost in self.by_day.items()}
        costs["irregularity"] = costs["irregularity"] + self._turned(minutes)
        costs["time_of_day"] = by_way(self.opening, rows, position, lambda ticks: start_costs(request, used, ticks))
        if request.prefer.beside:
            costs["alone"] = by_way(self.opening, rows, position, lambda ticks: alone_costs(request, used, ticks))
        if self.step.was is not None:
            costs["moved"] = moved_costs(self.weights, self.horizon, used, self.step.was)
        costs["other_therapist"] = lead_costs(request, self.step, rows)
        costs["switch"] = self._switches()
        free = bitmap.rows_at(starts, self.horizon.ticks, position) & self._far_enough(at + self.window.start, minutes)
        total = np.where(free, np.add.reduce([np.broadcast_to(each, free.shape) for each in costs.values()]), NEVER)
        return Places(request, self.opening, position, costs, total)

    @cached_property
    def by_day(self) -> dict[str, Costs]:
        """What the days of the window cost by name."""
        first, ideal_end = self.request.first_days[0], self.request.ideal_end
        nothing = np.zeros_like(self.days)
        costs = {
            "first_late_day": nothing if self.n else (self.days - first) * self.weights.first_late_day,
            "last_late_day": np.maximum(0, self.days - ideal_end) * self.weights.last_late_day
            if self.last
            else nothing,
            "irregularity": nothing,
        }
        for other in self._neighbours():
            costs["irregularity"] = costs["irregularity"] + self._irregularity(other)
        return {"gap_day": self._by_gaps - self._within_gaps(costs), **costs}

    @cached_property
    def _by_gaps(self) -> Integers:
        """What the days cost by lateness and by the gaps before and after, what is irregular in them included."""
        cost = self.links.own[self.n][self.window.start : self.window.stop].copy()
        if self.n:
            anchor = self.around.days[self.request.follows(self.n)]
            cost += self._gap(self.n, np.full_like(self.days, anchor), self.days)
        for m in range(self.n + 1, len(self.request.steps)):
            if self.request.follows(m) == self.n:
                cost += self._gap(m, self.days, np.full_like(self.days, self.around.days[m]))
        return np.minimum(cost, NEVER)

    def _gap(self, m: int, early: Integers, late: Integers) -> Integers:
        """What the gap before session m costs from each day to another."""
        band = self.links.bands[m]
        assert band is not None  # noqa: S101 - every session but the first has one
        length = late - early - band.least
        inside = (length >= 0) & (length < len(band.costs))
        columns = early if band.costs.shape[1] > 1 else np.zeros_like(early)
        cost = np.full_like(early, NEVER)
        cost[inside] = band.costs[length[inside], columns[inside]]
        return cost

    def _within_gaps(self, costs: Mapping[str, Costs]) -> Integers:
        """The part of `_by_gaps` that has another name: lateness, and what is irregular between neighbours in turn."""
        within = costs["first_late_day"] + costs["last_late_day"]
        for other in self._neighbours():
            later = max(self.n, other)
            if self.request.follows(later) == later - 1:
                within = within + self._irregularity(other)
        return within

    def _neighbours(self) -> list[int]:
        return [m for m in (self.n - 1, self.n + 1) if 0 <= m < len(self.request.steps)]

    def _irregularity(self, other: int) -> Integers:
        """What the days cost for their weekday's distance from that of another session."""
        if not self.weights.irregular_day:
            return np.zeros_like(self.days)
        apart = (abs(day - self.around.days[other]) for day in self.window)
        return np.array([self.weights.irregularity(days) for days in apart], np.int64)

    def _turned(self, minutes: Integers) -> Integers:
        """What times of day cost for their distance from those of the neighbours."""
        weight = self.weights.irregular_15min
        apart = [np.abs(minutes - self.around.minutes[m]) for m in self._neighbours()] if weight else []
        return np.zeros_like(minutes) + sum(quarters_each(each) * weight for each in apart)

    def _switches(self) -> Integers:
        """What each therapist costs for not being the neighbours'; a column."""
        beside = [self.around.course.sessions[m].therapist for m in self._neighbours()]
        changes = [sum(each.id != other for other in beside) for each in self.request.calendars.therapists]
        return np.array(changes, np.int64)[:, np.newaxis] * self.weights.switch

    def _possible_days(self) -> int:
        """The days of the window that the gaps, and the patient's weeks, allow."""
        allowed = self._by_gaps < NEVER
        week, most = self.links.week, self.request.often.week
        if most is not None:
            others = [week[day] for m, day in enumerate(self.around.days) if m != self.n]
            visits = np.bincount(others, minlength=int(week[-1]) + 1)[week] + self.links.spent
            allowed &= visits[self.window.start : self.window.stop] < most
        return bitmap.packed(allowed) << self.window.start

    def _far_enough(self, days: Integers, minutes: Integers) -> NDArray[np.bool_]:
        """Which starts keep their distance to the sessions before, and to those after that must keep one to this."""
        fits = np.ones(len(days), np.bool_)
        for m, step in enumerate(self.request.steps):
            for each in step.apart:
                if self.n in (m, each.step):
                    other = each.step if m == self.n else m
                    between = np.abs(days - self.around.days[other])
                    signed = (days - self.around.days[other]) * DAY_MINUTES + minutes - self.around.minutes[other]
                    fits &= (between >= each.days) & (np.abs(signed) >= each.minutes)
        return fits
