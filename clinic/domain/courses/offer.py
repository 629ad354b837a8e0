"""A course that is offered: its visits are held until the next working day closes, or somebody says yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.places import Closure
from clinic.domain.time import DAY_MINUTES, at_wall, local_date

FURTHEST_DAYS: Final = 31
"""A place that is closed longer than this holds until the end of the next day."""


class Outcome(StrEnum):
    """What came of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class How(StrEnum):
    """How somebody said yes."""

    PHONE = "phone"
    HERE = "here"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Offer:
    """Visits are held until then; when it is accepted, sessions up to `booked_through` are booked, the rest
    pencilled."""

    hold_until: datetime
    booked_through: int


def held_until(now: datetime, tz: ZoneInfo, hours: Sequence[WeeklyHours], closures: Sequence[Closure]) -> datetime:
    """When the next day after today on which the place is open closes."""
    today = local_date(now, tz)
    for ahead in range(1, FURTHEST_DAYS + 1):
        day = today + timedelta(days=ahead)
        closes = max((each.ends_minute for each in hours if each.on(day)), default=None)
        if closes is not None and not _closed(day, closures):
            return at_wall(day, closes, tz)
    return at_wall(today + timedelta(days=1), DAY_MINUTES, tz)


def _closed(day: date, closures: Sequence[Closure]) -> bool:
    return any(each.first_on <= day <= each.last_on for each in closures)
