"""Instants, spans, ticks and local wall time.

A tick is five minutes of UTC, counted from 1970-01-01T00:00Z; held time is a half-open range of ticks. Wall time is
minutes after local midnight (0..1440) on a calendar date in an IANA zone. Nothing here reads a clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinic.domain.errors import Invalid

TICK_MINUTES = 5
TICK_SECONDS = TICK_MINUTES * 60
TICKS_PER_HOUR = 60 // TICK_MINUTES
DAY_MINUTES = 24 * 60
DAY_TICKS = 24 * TICKS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time between two aware instants, start < end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise Invalid("naive_instant")
        # Aware datetimes of one zone subtract as wall time, wrong across a clock change: compare in UTC.
        if not self.start.astimezone(UTC) < self.end.astimezone(UTC):
            raise Invalid("span_reversed")

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant; touching ends do not overlap."""
        return self.start.astimezone(UTC) < other.end.astimezone(UTC) and other.start.astimezone(
            UTC
        ) < self.end.astimezone(UTC)


def _seconds(instant: datetime) -> float:
    if instant.tzinfo is None:
        raise Invalid("naive_instant")
    return instant.timestamp()


def tick_floor(instant: datetime) -> int:
    """The tick that holds the instant."""
    return int(_seconds(instant) // TICK_SECONDS)


def tick_ceil(instant: datetime) -> int:
    """The first tick that starts at or after the instant."""
    return -int(-_seconds(instant) // TICK_SECONDS)


def ticks_for(minutes: int) -> int:
    """How many ticks cover so many minutes: minutes off the tick round up."""
    return -(-minutes // TICK_MINUTES)


def instant_of(tick: int) -> datetime:
    """The UTC instant at which a tick starts."""
    return datetime.fromtimestamp(tick * TICK_SECONDS, UTC)


_NO_PLACES = ("localtime", "posixrules", "Factory", "posix/", "right/")
"""Files that lie among the zones of a machine and mean nothing on another, or count leap seconds."""


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises Invalid(unknown_zone)."""
    if name.startswith(_NO_PLACES):
        raise Invalid("unknown_zone", name=name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("unknown_zone", name=name) from error


def wall(instant: datetime, tz: ZoneInfo) -> tuple[date, int]:
    """The local date and the minutes after local midnight."""
    local = instant.astimezone(tz)
    return local.date(), local.hour * 60 + local.minute


def local_date(instant: datetime, tz: ZoneInfo) -> date:
    """The calendar date in that zone."""
    return instant.astimezone(tz).date()


def at_wall(day: date, minutes: int, tz: ZoneInfo) -> datetime:
    """The instant at a wall time, for hours and closures: 1440 is the next midnight; in the spring gap it is the
    instant after the gap as long as the wall time lies inside it, in the repeated hour the first."""
    base = datetime.combine(day, datetime.min.time(), tz) + timedelta(minutes=minutes)
    return base.astimezone(UTC)


def instants_at(day: date, minutes: int, tz: ZoneInfo) -> tuple[datetime, ...]:
    """The instants at which the clock shows that wall time: none in the spring gap, the first and the second of the
    repeated hour, else one."""
    shown = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    instants = [shown.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return tuple(dict.fromkeys(each for each in instants if each.astimezone(tz).replace(tzinfo=None) == shown))


def instant_at(day: date, minutes: int, tz: ZoneInfo, fold: int | None = None) -> datetime:
    """The instant that somebody means by a wall time; `fold` says which of the repeated hour, 0 the first.

    Raises Invalid(time_skipped) with the wall times around the gap, and Invalid(time_repeated), with both instants,
    where nobody said which.
    """
    found = instants_at(day, minutes, tz)
    shown = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    if not found:
        before, after = _around_gap(shown, tz)
        raise Invalid("time_skipped", time=f"{shown:%H:%M}", before=before, after=after)
    if len(found) == 2 and fold is None:
        first, second = (each.astimezone(tz).isoformat(timespec="minutes") for each in found)
        raise Invalid("time_repeated", time=f"{shown:%H:%M}", first=first, second=second)
    return found[-1 if fold else 0]


def _around_gap(skipped: datetime, tz: ZoneInfo) -> tuple[str, str]:
    """What the clock would have shown when it jumped, and what it shows from then on: 02:00 and 03:00."""
    late, early = (int(skipped.replace(tzinfo=tz, fold=fold).timestamp()) for fold in (0, 1))
    before, after = (datetime.fromtimestamp(each, tz).utcoffset() or timedelta() for each in (early, late))
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, tz).utcoffset() == before:
            early = middle
        else:
            late = middle
    jump = datetime.fromtimestamp(late, UTC)
    return f"{jump + before:%H:%M}", f"{jump + after:%H:%M}"
