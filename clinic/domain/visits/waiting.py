"""The wait list: who would rather come sooner, what suits him, and how a time that became free is offered.

The hours below are configurable defaults without evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.limits import LINE, line, whole
from clinic.domain.practice.hours import WeeklyHours, check_dates
from clinic.domain.time import instant_of

LETTER_AHEAD: Final = timedelta(hours=24)
"""A time that is nearer is offered on the phone: mails are not read that fast."""
LEFT_TO_CALL: Final = timedelta(hours=12)
"""An offer by mail ends so long before its time at the latest: somebody else can still be called."""
MOST_NOTICE: Final = 336
MOST_WINDOWS: Final = 14
MOST_STAFF: Final = 50
LEAST_TICKS: Final = 3
"""A shorter stretch that became free is offered to nobody."""


class Urgency(StrEnum):
    """How much it matters that he comes sooner."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


_URGENCIES: Final = tuple(Urgency)


class State(StrEnum):
    """Of an entry: it waits, got a time, or was taken off the list."""

    OPEN = "open"
    PLACED = "placed"
    CLOSED = "closed"


class Way(StrEnum):
    """How a time is offered."""

    MAIL = "mail"
    CALL = "call"


class Outcome(StrEnum):
    """What came of an offer; `TRIED`: nobody picked up; `TAKEN`: somebody else said yes first."""

    OPEN = "open"
    TRIED = "tried"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Suits:
    """What would suit. `staff`: public ids of who would do, empty for anybody; `windows`: wall time at the location,
    empty for any time; days include both ends; `notice_hours`: so long before he must hear of it."""

    urgency: Urgency
    notice_hours: int
    first_on: date
    last_on: date | None = None
    staff: tuple[str, ...] = ()
    windows: tuple[WeeklyHours, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        gather(
            lambda: whole("notice_hours", self.notice_hours, 0, MOST_NOTICE),
            lambda: check_dates("last_on", self.first_on, self.last_on),
            lambda: whole("staff", len(self.staff), 0, MOST_STAFF),
            lambda: whole("windows", len(self.windows), 0, MOST_WINDOWS),
            lambda: line("note", self.note, LINE),
        )

    def could(self, on: date, therapist: str) -> bool:
        """Whether any time of that day with that therapist would do, as far as days and people go."""
        in_days = self.first_on <= on and (self.last_on is None or on <= self.last_on)
        return in_days and (not self.staff or therapist in self.staff)

    def takes(self, starts: datetime, ends: datetime, therapist: str, *, now: datetime) -> bool:
        """Whether a visit then would do; `starts` and `ends` are the location's wall time."""
        day, begins = starts.date(), starts.hour * 60 + starts.minute
        until = ends.hour * 60 + ends.minute
        timely = starts - now >= timedelta(hours=self.notice_hours)
        when = not self.windows or any(
            each.on(day) and each.starts_minute <= begins and until <= each.ends_minute for each in self.windows
        )
        return timely and when and self.could(day, therapist)


class Ranked(Protocol):
    """What an entry's rank is made of."""

    @property
    def id(self) -> int: ...

    @property
    def suits(self) -> Suits: ...

    @property
    def since(self) -> datetime: ...


def rank(entry: Ranked, off_days: int, *, now: datetime) -> tuple[int, int, int, int]:
    """The first in this order is asked first: the urgent before others, then who has waited more days, then whose
    course's planned gap it misses by fewer days, then who was listed first."""
    waited = (now - entry.since).days
    return -_URGENCIES.index(entry.suits.urgency), -waited, off_days, entry.id


def by_letter(starts: int, *, now: datetime) -> bool:
    """Whether a time, a tick, is far enough ahead to be offered by mail."""
    return instant_of(starts) - now > LETTER_AHEAD


def offer_until(starts: int, closes: datetime, *, now: datetime) -> datetime:
    """Until when an offer by mail stands: the next working day's close, and never into the hours before its time."""
    return max(now, min(closes, instant_of(starts) - LEFT_TO_CALL))


def free_of(spans: Iterable[tuple[int, int]], tick: int) -> tuple[tuple[int, int], ...]:
    """What is left from a tick on of stretches that were given back, in order; those that touch are one."""
    found: list[tuple[int, int]] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    left = ((max(starts, tick), ends) for starts, ends in found)
    return tuple((starts, ends) for starts, ends in left if ends - starts >= LEAST_TICKS)


def settled(outcome: Outcome) -> bool:
    """Whether an offer can no longer be answered."""
    return outcome not in (Outcome.OPEN, Outcome.TRIED)


def check_open(outcome: Outcome, expires_at: datetime | None, *, now: datetime) -> None:
    """Raises Invalid(offer_taken) or Invalid(offer_over) for an offer that can no longer be answered."""
    if outcome is Outcome.TAKEN:
        raise Invalid("offer_taken")
    if settled(outcome) or (expires_at is not None and expires_at <= now):
        raise Invalid("offer_over")
