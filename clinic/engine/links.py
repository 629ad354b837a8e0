"""How the sessions of a course hang together: which days each can have after another, and what that costs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np

from clinic.domain.time import DAY_MINUTES
from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.request import NEVER, Apart, Gap, Request, Step

WEEK = 7
MOST_PAUSED = 21
"""By how many days closures and days away can stretch the longest gap: beyond that a re-check comes first."""


@dataclass(frozen=True, eq=False)
class Band:
    """What each length of a gap, a row from `least` days on, costs from each day of the horizon (one column: from any);
    `NEVER` where it may not be. `floor`: the least minutes of wall time from start to start, 0 for none."""

    least: int
    costs: Integers
    floor: int

    @property
    def bound(self) -> int:
        """How many of the lengths, from the first on, are short enough for the floor to forbid some hours."""
        return min(len(self.costs), max(0, -(-self.floor // DAY_MINUTES) - self.least + 1)) if self.floor else 0

    def after(self, days: int) -> int:
        """The days that lie such a gap after one of a bitmap of days; may lie beyond the horizon."""
        if self.costs.shape[1] > 1:
            return bitmap.union((days & allowed) << length for length, allowed in enumerate(self._allowed, self.least))
        return bitmap.spread(days, self.least, self.least + len(self.costs) - 1) if len(self.costs) else 0

    def before(self, days: int) -> int:
        """The days of the horizon from which one of a bitmap of days lies such a gap ahead."""
        if self.costs.shape[1] > 1:
            return bitmap.union(days >> length & allowed for length, allowed in enumerate(self._allowed, self.least))
        widest = self.least + len(self.costs) - 1
        return bitmap.spread(days, 0, widest - self.least) >> widest if len(self.costs) else 0

    @cached_property
    def _allowed(self) -> tuple[int, ...]:
        """For each length the days of the horizon from which it is allowed."""
        return tuple(map(bitmap.packed, self.costs < NEVER))


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """For each session the days that it could have by the gaps alone, what it costs by its day, the band of the gap
    before it (None for the first), and the distances to earlier sessions that the bands do not keep.

    `chained`: whether every session depends on the one before it alone. `weeks`: how many visits the patient may have a
    week, where that can matter in such a chain, else 0; `spent` are his other visits in the `week` of each day."""

    windows: tuple[range, ...]
    own: tuple[Integers, ...]
    bands: tuple[Band | None, ...]
    apart: tuple[tuple[Apart, ...], ...]
    chained: bool
    weeks: int
    spent: Integers
    week: Integers

    @property
    def allowed(self) -> list[int]:
        """For each session the bitmap of the days of its window."""
        return [bitmap.between(days.start, days.stop) for days in self.windows]

    @property
    def reachable(self) -> int:
        """The bitmap of the days from the first to the last that any session could have."""
        return bitmap.between(min(days.start for days in self.windows), max(days.stop for days in self.windows))

    @property
    def timed(self) -> bool:
        """Whether the time of day of a session can matter to another."""
        return any(band is not None and band.bound for band in self.bands) or any(
            each.minutes for apart in self.apart for each in apart
        )

    @property
    def of_days(self) -> bool:
        """Whether every rule speaks of days, and of the session before alone."""
        return self.chained and not (self.timed or self.weeks)


def links_of(request: Request) -> Links:
    """Worked out without a look at the calendars but for their days."""
    pauses = _Pauses(request)
    bands: dict[object, Band] = {}
    per_step: list[Band | None] = [None]
    windows = [_first_window(request)]
    for n, step in enumerate(request.steps[1:], 1):
        keeps = _kept(request, n)
        key = step.gap, step.since, keeps, request.follows(n) == n - 1
        if key not in bands:
            bands[key] = _band(request, pauses, step, keeps, in_turn=key[3])
        per_step.append(bands[key])
        windows.append(_window(request, pauses, n, windows))
    apart = tuple(tuple(_beyond(request, n)) for n in range(len(request.steps)))
    chained = not any(apart) and all(step.follows in (None, n - 1) for n, step in enumerate(request.steps))
    week, spent = _weeks(request)
    own = _own(request, pauses, spent)
    weeks = _counted(request, spent) if chained else 0
    return Links(tuple(windows), own, tuple(per_step), apart, chained, weeks, spent, week)


class _Pauses:
    """Days that do not count towards the longest gap."""

    def __init__(self, request: Request) -> None:
        self.days = request.calendars.horizon.days
        paused = request.calendars.paused & (1 << self.days) - 1
        self.any = paused != 0
        self.before = np.zeros(self.days + 1, np.int64)  # of each day, those before
        if self.any:
            np.cumsum(bitmap.unpacked(paused, self.days), out=self.before[1:])

    def between(self, early: Integers, late: Integers) -> Integers:
        """How many lie between two days, none of the two counted; before the horizon there are none."""
        return self.before[np.clip(late, 0, self.days)] - self.before[np.clip(early + 1, 0, self.days)]

    def reach(self, day: int, most: int) -> int:
        """The last day that lies no more than so many counted days after one; may lie beyond the horizon."""
        if not self.any:
            return day + most
        late = np.arange(self.days)
        fits = (
            (late > day) & (late - day - self.between(np.array(day), late) <= most) & (late - day <= most + MOST_PAUSED)
        )
        return int(fits.nonzero()[0].max(initial=day))


def _first_window(request: Request) -> range:
    first, last = request.first_days
    return range(max(first, 0), max(first, 0, min(last, request.last_day) + 1))


def _window(request: Request, pauses: _Pauses, n: int, windows: Sequence[range]) -> range:
    before, gap, step = windows[request.follows(n)], request.gaps[n - 1], request.steps[n]
    low = max(windows[n - 1].start + 1, 0 if step.since else before.start + gap.min)
    last = request.last_day if step.since else min(pauses.reach(before.stop - 1, gap.max), request.last_day)
    return range(low, max(low, last + 1))


def _kept(request: Request, n: int) -> tuple[int, int]:
    """The days and minutes that session n must keep from the one that its gap counts from."""
    if not request.steps[n].apart:
        return 0, 0
    own = [each for each in request.steps[n].apart if each.step == request.follows(n)]
    return max((each.days for each in own), default=0), max((each.minutes for each in own), default=0)


def _band(request: Request, pauses: _Pauses, step: Step, keeps: tuple[int, int], *, in_turn: bool) -> Band:
    gap, horizon = step.gap, request.calendars.horizon
    assert gap is not None  # noqa: S101 - the request has looked
    days, floor = keeps
    uneven = bool(step.since) or pauses.any
    least = max(1 if step.since else gap.min, days)
    length = np.arange(least, max(least, min(gap.max, horizon.days) + 1 if not uneven else horizon.days + 1))[:, None]
    if uneven:
        early = np.arange(horizon.days)
        costs = _uneven(request, pauses, step, gap, early, early + length)
    else:
        costs = gap_costs(request, gap, length)
    if in_turn and request.weights.irregular_day:
        costs = (
            costs + np.array([request.weights.irregularity(each) for each in length[: len(costs), 0].tolist()])[:, None]
        )
    return Band(least, costs, floor)


def _uneven(request: Request, pauses: _Pauses, step: Step, gap: Gap, early: Integers, late: Integers) -> Integers:
    """What the gaps from one day to another cost where days do not count, or others are counted from; without the
    lengths at the end that no day allows."""
    counted = _counted_from(request, step, early, late)
    costs = _counted_costs(request, pauses, gap, counted, late)
    used = np.flatnonzero((costs < NEVER).any(1))
    return costs[: used.max(initial=-1) + 1]


def _counted_costs(request: Request, pauses: _Pauses, gap: Gap, counted: Integers, late: Integers) -> Integers:
    """What gaps cost that count from one day to another: days that are paused stretch the longest by MOST_PAUSED."""
    days = late - counted
    over = (days - pauses.between(counted, late) > gap.max) | (days > gap.max + MOST_PAUSED)
    return np.where((days < gap.min) | over, NEVER, gap_costs(request, gap, days))


def gap_costs(request: Request, gap: Gap, days: Integers) -> Integers:
    """What gaps of so many days cost for not being ideal."""
    return np.zeros_like(days) if gap.ideal is None else np.abs(days - gap.ideal) * request.weights.gap_day


def _counted_from(request: Request, step: Step, early: Integers, late: Integers) -> Integers:
    """The days that gaps count from: those of the sessions before, or of the last other treatment before the later."""
    counted = np.broadcast_to(early, late.shape)
    for on in step.since:
        index = request.calendars.horizon.index(on)
        counted = np.where((index < late) & (index > counted), index, counted)
    return counted


def _beyond(request: Request, n: int) -> Iterator[Apart]:
    """The distances that session n must keep and that no chain of gaps keeps anyhow."""
    for each in request.steps[n].apart:
        if each.step != request.follows(n):
            days = _least_days(request, each.step, n)
            if days < each.days or each.minutes > (days - 1) * DAY_MINUTES:
                yield each


def _least_days(request: Request, early: int, late: int) -> int:
    """How many days two sessions at least lie apart by the gaps between them."""
    least = {early: 0}
    for n in range(early + 1, late + 1):
        follows = request.follows(n)
        by_gap = least[follows] + request.gaps[n - 1].min if follows in least else 0
        least[n] = max(least[n - 1] + 1, by_gap)
    return least[late]


def _own(request: Request, pauses: _Pauses, spent: Integers) -> tuple[Integers, ...]:
    """What each day costs each session by itself: lateness, and the days that it may not have."""
    weights, horizon = request.weights, request.calendars.horizon
    days = np.arange(horizon.days)
    own = [_full_days(request, spent)] * len(request.steps)
    first, last = request.first_days
    begins = slice(max(first, 0), max(last + 1, 0))
    late = np.full(horizon.days, NEVER)
    late[begins] = (days[begins] - first) * weights.first_late_day
    own[0] = own[0] + late + _after_others(request, pauses, days)
    own[-1] = own[-1] + np.maximum(0, days - request.ideal_end) * weights.last_late_day
    return tuple(own)


def _full_days(request: Request, spent: Integers) -> Integers:
    """`NEVER` on the days on which, or in whose week, the patient has as many other visits as he may have."""
    often, horizon = request.often, request.calendars.horizon
    costs = np.zeros(horizon.days, np.int64)
    if often.day is not None:
        days = [horizon.index(on) for on, visits in Counter(often.besides).items() if visits >= often.day]
        costs[[day for day in days if 0 <= day < horizon.days]] = NEVER
    if often.week is not None:
        costs[spent >= often.week] = NEVER
    return costs


def _after_others(request: Request, pauses: _Pauses, days: Integers) -> Integers:
    """What the first session costs for its distance from treatment before the course."""
    gap, step = request.steps[0].gap, request.steps[0]
    if gap is None or not step.since:
        return np.zeros_like(days)
    never = np.full_like(days, -NEVER)
    counted = _counted_from(request, step, never, days)
    return np.where(counted == never, 0, _counted_costs(request, pauses, gap, counted, days))


def _followers(request: Request) -> Iterator[tuple[Step, Gap]]:
    """The sessions after the first, with their gaps."""
    return zip(request.steps[1:], request.gaps, strict=True)


def _weeks(request: Request) -> tuple[Integers, Integers]:
    """The calendar week of each day, from Monday, and how many other visits the patient has in it; where nobody asks,
    nothing."""
    horizon = request.calendars.horizon
    spent = np.zeros(horizon.days, np.int64)
    if request.often.week is None:
        return spent, spent
    week = (np.arange(horizon.days) + horizon.first_on.weekday()) // WEEK
    monday = horizon.first_on - timedelta(days=horizon.first_on.weekday())
    for on in request.often.besides:
        spent += week == (on - monday).days // WEEK
    return week, spent


def _counted(request: Request, spent: Integers) -> int:
    """How many visits of the course a week may have, where so many are possible; else 0."""
    if request.often.week is None or not request.gaps:
        return 0
    possible = 1 + (WEEK - 1) // min(1 if step.since else gap.min for step, gap in _followers(request))
    return request.often.week if possible > request.often.week - int(spent.max()) else 0
