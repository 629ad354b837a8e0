"""Weekly hours: opening hours, working hours, starts kept for somebody; wall time of their location."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.limits import whole
from clinic.domain.time import DAY_MINUTES

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check_minutes(starts_minute: int, ends_minute: int) -> None:
    """Raises Invalid(hours_reversed) unless the range lies within a day and ends after it starts."""
    whole("starts_minute", starts_minute, 0, DAY_MINUTES)
    whole("ends_minute", ends_minute, 0, DAY_MINUTES)
    if ends_minute <= starts_minute:
        raise Invalid("hours_reversed", field="ends_minute", starts=clock(starts_minute), ends=clock(ends_minute))


def check_dates(field: str, first: date | None, last: date | None) -> None:
    """Raises Invalid(dates_reversed) where both are given and the last lies before the first."""
    if first is not None and last is not None and last < first:
        raise Invalid("dates_reversed", field=field, first=first, last=last)


def clock(minutes: int) -> str:
    """Minutes after midnight as a person writes them, 24:00 the end of the day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """A half-open range of minutes after midnight on a weekday (Monday 0), from one date to another, both included;
    None is unbounded."""

    weekday: int
    starts_minute: int
    ends_minute: int
    from_on: date | None = None
    until_on: date | None = None

    def __post_init__(self) -> None:
        gather(
            lambda: whole("weekday", self.weekday, 0, 6),
            lambda: check_minutes(self.starts_minute, self.ends_minute),
            lambda: check_dates("until_on", self.from_on, self.until_on),
        )

    def on(self, day: date) -> bool:
        """Whether they hold on that date."""
        begun = self.from_on is None or self.from_on <= day
        return self.weekday == day.weekday() and begun and (self.until_on is None or day <= self.until_on)

    def meets(self, other: "WeeklyHours") -> bool:
        """Whether both claim a minute of some day."""
        same_dates = (self.from_on or date.min) <= (other.until_on or date.max) and (other.from_on or date.min) <= (
            self.until_on or date.max
        )
        same_minutes = self.starts_minute < other.ends_minute and other.starts_minute < self.ends_minute
        return self.weekday == other.weekday and same_dates and same_minutes


def in_order(hours: Iterable[WeeklyHours]) -> tuple[WeeklyHours, ...]:
    """The same by weekday, start, end and first date."""
    return tuple(
        sorted(hours, key=lambda each: (each.weekday, each.starts_minute, each.ends_minute, each.from_on or date.min))
    )


def check_apart(field: str, hours: Sequence[WeeklyHours]) -> None:
    """Raises Invalid(hours_overlap) for the first two that claim the same minute."""
    for at, later in enumerate(hours):
        for earlier in hours[:at]:
            if later.meets(earlier):
                raise Invalid(
                    "hours_overlap",
                    field=f"{field}.{at}",
                    weekday=WEEKDAYS[later.weekday],
                    starts=clock(later.starts_minute),
                    ends=clock(later.ends_minute),
                    other_starts=clock(earlier.starts_minute),
                    other_ends=clock(earlier.ends_minute),
                )


def covers(hours: Iterable[WeeklyHours], day: date, starts_minute: int, ends_minute: int) -> bool:
    """Whether the hours of that day, those that touch taken together, hold the whole range."""
    reached = starts_minute
    for each in in_order(each for each in hours if each.on(day)):
        if each.starts_minute <= reached:
            reached = max(reached, each.ends_minute)
    return reached >= ends_minute
