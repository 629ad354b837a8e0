"""The local days of one location and the starts it offers on them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from clinic.domain.errors import Invalid
from clinic.domain.time import DAY_MINUTES, TICK_MINUTES, TICK_SECONDS
from clinic.engine import bitmap

MOST_DAYS = 3 * 366


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """Consecutive local days from `first_on`; tick `first_tick` is the midnight they begin with. Made by `horizon`.

    `starts` are the offered starts, ascending, in ticks after `first_tick`; `minutes` their local wall minutes; `day`
    the index of their day. `every` is the bitmap of all ticks, `offered` that of the starts; `edges` where each day's
    starts begin, and `rank` the place of the start that is at a tick."""

    first_on: date
    first_tick: int
    ticks: int
    days: int
    starts: NDArray[np.int64]
    minutes: NDArray[np.int64]
    day: NDArray[np.int64]
    every: int = field(init=False)
    offered: int = field(init=False)
    edges: NDArray[np.int64] = field(init=False)
    rank: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", (1 << self.ticks) - 1)
        flags = np.zeros(self.ticks, np.uint8)
        flags[self.starts] = 1
        object.__setattr__(self, "offered", bitmap.packed(flags))
        object.__setattr__(self, "edges", np.searchsorted(self.day, np.arange(self.days + 1)))
        rank = np.zeros(self.ticks, np.int64)
        rank[self.starts] = np.arange(len(self.starts))
        object.__setattr__(self, "rank", rank)

    def on(self, day: int) -> date:
        """The date of a day index, which may lie outside the horizon."""
        return self.first_on + timedelta(days=day)

    def index(self, on: date) -> int:
        """The day index of a date: negative before the horizon, `days` or more after it."""
        return (on - self.first_on).days

    def day_of(self, start: int) -> int | None:
        """The day index of an offered start, a tick of UTC; None where nothing is offered."""
        at = start - self.first_tick
        if not 0 <= at < self.ticks:
            return None
        rank = self.rank[at]  # 0 where nothing is offered, as for the first
        return int(self.day[rank]) if self.starts[rank] == at else None

    def on_days(self, days: int) -> int:
        """The bitmap of the offered starts on the days of a bitmap of days; `ALWAYS` is every day."""
        if days == bitmap.ALWAYS:
            return self.offered
        chosen = 0
        for first, last in bitmap.runs(days & ((1 << self.days) - 1)):
            begin, end = self.edges[first], self.edges[last]
            if begin < end:
                chosen |= (1 << int(self.starts[end - 1]) + 1) - (1 << int(self.starts[begin]))
        return chosen & self.offered

    def walled(self, low: int, high: int) -> int:
        """The bitmap of the offered starts whose wall time lies in [low, high) minutes after the first midnight, days
        counted as 24 hours."""
        begin, end = np.searchsorted(self.day * DAY_MINUTES + self.minutes, (low, high))
        if begin >= end:
            return 0
        return bitmap.between(int(self.starts[begin]), int(self.starts[end - 1]) + 1) & self.offered

    def days_of(self, chosen: int) -> int:
        """The bitmap of the days that hold any of these offered starts."""
        flags = np.zeros(self.days, np.uint8)
        flags[self.day[self.which(chosen)]] = 1
        return bitmap.packed(flags)

    def which(self, chosen: int) -> NDArray[np.int64]:
        """Which of `starts` a bitmap of offered starts holds: their places, ascending."""
        return self.rank[bitmap.unpacked(chosen, self.ticks).nonzero()]


@lru_cache(maxsize=16)  # a practice asks for the same days all day long
def horizon(tz: ZoneInfo, first_on: date, days: int, *, grid_minutes: int) -> Horizon:
    """1 to 1,098 local days with a start every `grid_minutes` after local midnight (a multiple of 5, at most a day).

    A wall time that the spring change skips is not offered, nor is one that the autumn change shows twice.
    """
    if grid_minutes % TICK_MINUTES or not 0 < grid_minutes <= DAY_MINUTES:
        raise Invalid("grid_minutes", field="grid_min", minutes=grid_minutes)
    if not 0 < days <= MOST_DAYS:
        raise Invalid("horizon_days", field="horizon_days", days=days, most=MOST_DAYS)
    midnight = [_seconds(first_on + timedelta(days=n), 0, tz) for n in range(days + 1)]
    grid = np.arange(0, DAY_MINUTES, grid_minutes)
    wall = np.tile(grid, (days, 1))
    ticks = (np.array(midnight[:-1])[:, None] + wall * 60) // TICK_SECONDS
    offered = np.ones(ticks.shape, bool)
    for n in np.flatnonzero(np.diff(midnight) != DAY_MINUTES * 60):
        on = first_on + timedelta(days=int(n))
        for at, minutes in enumerate(grid.tolist()):
            early, late = (_seconds(on, minutes, tz, fold) for fold in (0, 1))
            offered[n, at] = early == late
            ticks[n, at] = early // TICK_SECONDS
    first = midnight[0] // TICK_SECONDS
    return Horizon(
        first_on,
        first,
        midnight[-1] // TICK_SECONDS - first,
        days,
        ticks[offered] - first,
        wall[offered],
        np.nonzero(offered)[0],
    )


def _seconds(on: date, minutes: int, tz: ZoneInfo, fold: int = 0) -> int:
    wall = datetime.combine(on, datetime.min.time(), tz) + timedelta(minutes=minutes)
    return int(wall.replace(fold=fold).timestamp())
