"""The POSIX time zone rule at the end of a TZif file, as the two yearly onsets that a VTIMEZONE can state.

Source: RFC 9636 §3.3 (footer) and POSIX.1-2017 §8.3 (its grammar); only the `Mm.w.d` form, the one IANA writes.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_NAME = r"([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME = r"([+-]?\d+(?::\d\d){0,2})"
_DAY = rf"M(\d+)\.(\d)\.(\d)(?:/{_TIME})?"
_RULE = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?,{_DAY},{_DAY})?")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Onset:
    """The moment a year's observance begins: the one `weekday` (Monday is 0) within the seven days from `first_day` of
    `month`, at `clock` after midnight, in the local time that ends there."""

    month: int
    first_day: int
    weekday: int
    clock: timedelta

    def local(self, year: int) -> datetime:
        """The wall time of the onset, naive."""
        first = date(year, self.month, self.first_day)
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        return datetime.combine(day, time.min) + self.clock


@dataclass(frozen=True, slots=True)
class Observance:
    """A stretch of the year with one offset from UTC; without an onset it holds all year."""

    name: str
    before: timedelta
    offset: timedelta
    onset: Onset | None = None


def parsed(rule: str) -> tuple[Observance, ...] | None:
    """One observance of a zone with a constant offset, two of a zone that changes its clocks, None of anything else."""
    match = _RULE.fullmatch(rule)
    if match is None:
        return None
    name, west, other, other_west, *days = match.groups()
    offset = -_duration(west)
    if other is None:
        return (Observance(name.strip("<>"), offset, offset),)
    other_offset = timedelta(hours=1) + offset if other_west is None else -_duration(other_west)
    onset, end = _onset(*days[:4]), _onset(*days[4:])
    if onset is None or end is None:
        return None
    return (
        Observance(name.strip("<>"), other_offset, offset, end),
        Observance(other.strip("<>"), offset, other_offset, onset),
    )


def _duration(text: str) -> timedelta:
    hours, minutes, seconds = [*map(int, text.lstrip("+-").split(":")), 0, 0][:3]
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length


def _onset(month: str, week: str, weekday: str, hour: str | None) -> Onset | None:
    """POSIX counts weeks 1–4 and 5 for the last, Sunday as 0, and lets the hour run past the day: whole days move to
    the weekday. None where the seven days would leave the month."""
    days, clock = divmod(_duration(hour or "2"), _ONE_DAY)
    length = calendar.monthrange(2001, int(month))[1]
    first = (length - 6 if week == "5" else 7 * int(week) - 6) + days
    if not 1 <= first <= length - 6:
        return None
    return Onset(int(month), first, (int(weekday) - 1 + days) % 7, clock)
