"""Routine messages: what to expect before a course begins, aftercare, reminders. At most one a day, combined.

Urgent help is the exception: aftercare goes on the day of the visit, whatever went before on that day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from clinic.domain.time import instant_of, zone

AFTERCARE_LIVES: Final = timedelta(hours=24)
"""Notes that are later than this after a visit's end are not sent: they would speak of a day that is over."""
LONGEST_LEAD: Final = timedelta(hours=168)
_FIRST_LEAD: Final = timedelta(hours=24)
_MORNING, _EVENING = time(8), time(20)
"""Routine messages arrive between these; what would fall into the night goes the evening before."""
_WAITS_FOR_A_VISIT: Final = timedelta(hours=3)
"""A reminder waits for the aftercare of the same day while this much is left between them and the next visit."""


class Why(StrEnum):
    """What a notice is about."""

    REMINDER = "reminder"
    FIRST = "first"
    AFTER = "after"
    CHECK_24 = "checkin-24"
    CHECK_48 = "checkin-48"
    CHECK_72 = "checkin-72"

    @property
    def hours(self) -> int:
        """After how many hours a check-in asks how the patient is; 0 for what is none."""
        return _HOURS.get(self, 0)


_HOURS: Final = {Why.CHECK_24: 24, Why.CHECK_48: 48, Why.CHECK_72: 72}
CHECKS: Final = {hours: why for why, hours in _HOURS.items()}
"""The check-ins by the hour at which they ask."""


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One reason to write, about one visit at one start (tick): a visit that moved is reminded of anew."""

    why: Why
    visit: int
    starts: int

    def document(self) -> dict[str, Any]:
        """As plain data; `item_from` reads it back."""
        return {"why": self.why.value, "visit": self.visit, "starts": self.starts}


def item_from(document: Mapping[str, Any]) -> Item:
    """The item that was kept."""
    return Item(Why(document["why"]), document["visit"], document["starts"])


@dataclass(frozen=True, slots=True)
class Watched:
    """A visit as notices see it, [starts, ends) in ticks. `stands`: it is to come or under way; `done`: it took place.
    `first` of its course; `told_at` is its last change; `lead_hours` 0 is no reminder; `aftercare`: the patient wants
    notes. After so many hours each, `checks` ask how he is."""

    visit: int
    patient_id: int
    starts: int
    ends: int
    tz: str
    stands: bool
    done: bool
    first: bool
    told_at: datetime
    lead_hours: int
    aftercare: bool
    checks: tuple[int, ...] = ()

    @property
    def starts_at(self) -> datetime:
        return instant_of(self.starts)

    @property
    def ends_at(self) -> datetime:
        return instant_of(self.ends)


def due(visits: Sequence[Watched], owed: Collection[Item], *, last_on: date | None, now: datetime) -> tuple[Item, ...]:
    """What to write to one patient now, all in one message; empty while it is not time.

    `owed` was planned before; `last_on` is the local day on which he was last written to. A reminder is left out for a
    visit that was booked or moved within its lead: that letter has just told of it. One that is late is sent until the
    visit starts, aftercare until a day after its end, a check-in on its own day alone.
    """
    if not visits:
        return ()
    local = now.astimezone(zone(visits[0].tz))
    fresh = {(each.why, each.visit) for each in owed if each.why is not Why.REMINDER}
    after = [Item(Why.AFTER, each.visit, each.starts) for each in visits if _wants_notes(each, now)]
    after = [each for each in after if (each.why, each.visit) not in fresh]
    coming = [
        (at, item, each)
        for each in visits
        for at, item in _coming(each)
        if each.stands and each.starts_at > now and item not in owed and (item.why, item.visit) not in fresh
    ]
    today = [item for at, item, _ in coming if at.astimezone(local.tzinfo).date() <= local.date()]
    checks = [(at, item) for at, item in _checks(visits, local) if (item.why, item.visit) not in fresh]
    asking = [item for at, item in checks if at <= now]
    ripe = [each for at, _, each in coming if at <= now]
    if after or (_by_day(last_on, local) and (asking or (ripe and not _waits(ripe, visits, checks, local)))):
        return tuple(sorted([*after, *asking, *today]))
    return ()


def _wants_notes(visit: Watched, now: datetime) -> bool:
    return visit.done and visit.aftercare and visit.ends_at <= now <= visit.ends_at + AFTERCARE_LIVES


def _coming(visit: Watched) -> Iterable[tuple[datetime, Item]]:
    """What there is to say before a visit, and from when on."""
    lead = timedelta(hours=visit.lead_hours)
    reminder_at = _decent(visit.starts_at - lead, visit.tz)
    if lead and visit.told_at <= reminder_at:
        yield reminder_at, Item(Why.REMINDER, visit.visit, visit.starts)
    if visit.first:
        yield _decent(visit.starts_at - (lead or _FIRST_LEAD), visit.tz), Item(Why.FIRST, visit.visit, visit.starts)


def _decent(instant: datetime, tz: str) -> datetime:
    """The instant, or the evening before it where it falls into the night."""
    local = instant.astimezone(zone(tz))
    if _MORNING <= local.timetz().replace(tzinfo=None) < _EVENING:
        return instant
    evening = local if local.hour >= _EVENING.hour else local - timedelta(days=1)
    return datetime.combine(evening.date(), _EVENING, zone(tz))


def _by_day(last_on: date | None, local: datetime) -> bool:
    """Whether it is day, on a day without another message."""
    return last_on != local.date() and _MORNING.hour <= local.hour <= _EVENING.hour


def _waits(
    ripe: Sequence[Watched], visits: Sequence[Watched], checks: Collection[tuple[datetime, Item]], local: datetime
) -> bool:
    """Whether what is due waits for aftercare or a check-in later today, which can carry it."""
    next_at = min(visit.starts_at for visit in ripe)
    if any(next_at - at >= _WAITS_FOR_A_VISIT for at, _ in checks):
        return True
    return any(_comes_along(each, next_at, local) for each in visits)


def _checks(visits: Sequence[Watched], local: datetime) -> list[tuple[datetime, Item]]:
    """The check-ins of this day and when each is due. Where another visit comes first, its therapist asks."""
    found = []
    for visit in (each for each in visits if each.done and each.aftercare):
        for hours in visit.checks:
            at = _waking(visit.ends_at + timedelta(hours=hours), visit.tz)
            if at.astimezone(local.tzinfo).date() == local.date() and not _asked_there(visit, visits, at):
                found.append((at, Item(CHECKS[hours], visit.visit, visit.starts)))
    return found


def _asked_there(visit: Watched, visits: Sequence[Watched], at: datetime) -> bool:
    """Whether another visit begins after this one and by the end of the check-in's day."""
    day = at.astimezone(zone(visit.tz)).date()
    later = (each for each in visits if each.starts > visit.starts and (each.stands or each.done))
    return any(each.starts_at.astimezone(zone(visit.tz)).date() <= day for each in later)


def _waking(instant: datetime, tz: str) -> datetime:
    """The instant, or the morning after it where it falls into the night: nobody is asked too early."""
    local = instant.astimezone(zone(tz))
    if _MORNING <= local.timetz().replace(tzinfo=None) < _EVENING:
        return instant
    morning = local if local.hour < _MORNING.hour else local + timedelta(days=1)
    return datetime.combine(morning.date(), _MORNING, zone(tz))


def _comes_along(visit: Watched, next_at: datetime, local: datetime) -> bool:
    """Whether the aftercare of this visit, later today, can carry what else is to be said."""
    later_today = visit.ends_at.astimezone(local.tzinfo).date() == local.date() and visit.starts_at < next_at
    under_way = visit.stands and local <= visit.ends_at + timedelta(minutes=30)
    return visit.aftercare and later_today and under_way and next_at - visit.ends_at >= _WAITS_FOR_A_VISIT
