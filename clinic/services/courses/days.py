"""Weekly hours, absences and closures as ranges of ticks over the days of a horizon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.places import Closure
from clinic.domain.time import DAY_TICKS, TICK_MINUTES, at_wall, tick_ceil, tick_floor, ticks_for
from clinic.engine import bitmap
from clinic.engine.horizon import Horizon, horizon

Ranges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class LocalDays:
    """Consecutive local days, with the tick at which each begins; one more than there are days."""

    horizon: Horizon
    tz: ZoneInfo
    midnights: tuple[int, ...]

    def tick(self, day: int, minutes: int) -> int:
        """The tick of a wall time on the day with that index."""
        if self.midnights[day + 1] - self.midnights[day] == DAY_TICKS:
            return self.midnights[day] + minutes // TICK_MINUTES
        return tick_floor(at_wall(self.horizon.on(day), minutes, self.tz))

    def bits(self, ranges: Ranges) -> int:
        """The union of ranges of ticks, as a bitmap over the horizon."""
        begins, ends = [begin for begin, _ in ranges], [end for _, end in ranges]
        return bitmap.of_ranges(begins, ends, first=self.horizon.first_tick, length=self.horizon.ticks)

    def weekly(self, hours: Iterable[WeeklyHours], *, from_on: date = date.min) -> int:
        """When weekly hours hold, on the days from `from_on` on: the ticks that lie wholly inside them."""
        return _weekly(self, tuple(hours), from_on)

    def dates(self, spans: Iterable[tuple[date, date]]) -> int:
        """Whole days, both ends of a span included."""
        ranges: Ranges = []
        for first_on, last_on in spans:
            first, last = self.horizon.index(first_on), self.horizon.index(last_on) + 1
            if first < self.horizon.days and last > 0:
                ranges.append((self.midnights[max(first, 0)], self.midnights[min(last, self.horizon.days)]))
        return self.bits(ranges)

    def ticks(self, days: int) -> int:
        """The ticks of a bitmap of day indexes."""
        if days == bitmap.ALWAYS:
            return days
        within = days & (1 << self.horizon.days) - 1
        return self.bits([(self.midnights[first], self.midnights[end]) for first, end in bitmap.runs(within)])

    def closed(self, closures: Iterable[Closure]) -> int:
        """The days of closures."""
        return self.dates((closure.first_on, closure.last_on) for closure in closures)


@lru_cache(maxsize=32)
def local_days(tz: ZoneInfo, first_on: date, days: int, grid_minutes: int) -> LocalDays:
    """So many days from `first_on`; kept, because every preview of a day asks for the same."""
    dates = [first_on + timedelta(days=n) for n in range(days + 1)]
    midnights = tuple(tick_ceil(at_wall(day, 0, tz)) for day in dates)
    return LocalDays(horizon(tz, first_on, days, grid_minutes=grid_minutes), tz, midnights)


@lru_cache(maxsize=256)
def _weekly(days: LocalDays, hours: tuple[WeeklyHours, ...], from_on: date) -> int:
    """Kept, because a patient's hours are asked for with every preview of his course."""
    ranges: Ranges = []
    for each in hours:
        first = (each.weekday - days.horizon.first_on.weekday()) % 7
        begins = ticks_for(each.starts_minute) * TICK_MINUTES
        for day in range(first, days.horizon.days, 7):
            on = days.horizon.on(day)
            if on >= from_on and each.on(on):
                ranges.append((days.tick(day, begins), days.tick(day, each.ends_minute)))
    return days.bits(ranges)
