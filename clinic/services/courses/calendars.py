"""The engine's calendars of one patient at one location: what is open, who works, what is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Read, Unit
from clinic.db.visits import loads
from clinic.db.visits.loads import Held, Roaming
from clinic.domain.errors import Invalid
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.time import local_date, tick_ceil, tick_floor, ticks_for
from clinic.engine import bitmap
from clinic.engine.bitmap import ALWAYS
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.services.courses.days import LocalDays, local_days


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """Everything that placing a visit of one patient at one location rests on."""

    site: Site
    times: PatientTimes
    days: LocalDays
    calendars: Calendars


def _resources(site: Site, times: PatientTimes) -> list[int]:
    """Every resource whose time a visit there could take: these are held before anything is decided."""
    staff = [lane for each in site.staff for lane in each.lanes]
    rooms = [lane for each in site.rooms for lane in each.lanes]
    return sorted([*staff, *rooms, times.resource_id])


def to_hold(read: Read, location: int | str, patient: str, *, now: datetime) -> tuple[Site, list[int]]:
    """The location, by its key or public id, and every resource whose time a visit of that patient there could take.

    Raises NotFound.
    """
    with read() as unit:
        site, times = patients.at_site(unit.connection, location, patient, since=now)
    return site, _resources(site, times)


def within_horizon(site: Site, on: date, *, now: datetime) -> None:
    """Raise Invalid(beyond_horizon) for a day later than the practice plans ahead."""
    last = local_date(now, site.tz) + timedelta(days=site.horizon_days)
    if on > last:
        raise Invalid("beyond_horizon", field="date", last=last)


def placing(
    unit: Unit, site: Site, times: PatientTimes, first_on: date, *, now: datetime, without: Sequence[int] = ()
) -> Placing:
    """Read what is held and lay it out. The time of the visits `without` counts as free, of those that move; and so
    does what was kept for a form too long."""
    return placings(unit, site, [times], first_on, site.horizon_days, now=now, without=without)[0]


def placings(
    unit: Unit,
    site: Site,
    people: Sequence[PatientTimes],
    first_on: date,
    horizon_days: int,
    *,
    now: datetime,
    without: Sequence[int] = (),
) -> list[Placing]:
    """The same for each of several patients, over so many days; what is held is read once."""
    days = local_days(site.tz, first_on, horizon_days, site.grid_minutes)
    first, length = days.horizon.first_tick, days.horizon.ticks
    roaming = Roaming(site.roaming, {key: ticks_for(minutes) for key, minutes in site.travel.items()})
    whose = sorted({lane for times in people for lane in _resources(site, times)})
    held = loads.held(unit.connection, whose, first, first + length, without=without, roaming=roaming, now=now)
    taken = taken_by_lane(held, first, length)
    hours = _hours(site, days, local_date(now, site.tz))
    therapists = tuple(
        Therapist(each.public_id, own.works, own.away, _lanes(each.lanes, taken, own.busy), own.reserved)
        for each, own in zip(site.staff, hours.staff, strict=True)
    )
    rooms = tuple(
        Room(each.public_id, own, _lanes(each.lanes, taken)) for each, own in zip(site.rooms, hours.rooms, strict=True)
    )
    not_before = tick_ceil(now + timedelta(minutes=site.notice_minutes))

    def laid_out(times: PatientTimes) -> Calendars:
        patient, paused = _patient(times, days, taken), _paused(site, times, days)
        return Calendars(days.horizon, therapists, rooms, patient, hours.open, not_before, paused)

    return [Placing(site, times, days, laid_out(times)) for times in people]


def _paused(site: Site, times: PatientTimes, days: LocalDays) -> int:
    """The days on which the location is closed or the patient away: they do not count towards the longest gap."""
    index = days.horizon.index
    spans = [(closure.first_on, closure.last_on) for closure in site.closures] + list(times.away)
    return bitmap.union(bitmap.between(index(first), index(last) + 1) for first, last in spans)


def taken_by_lane(held: Held, first: int, length: int) -> dict[int, int]:
    """For each resource the bitmap of what is held."""
    return bitmap.by_owner(held.resources, held.starts, held.ends, first=first, length=length)


def _lanes(lanes: Sequence[int], taken: Mapping[int, int], besides: int = 0) -> tuple[int, ...]:
    """What is held in each lane, and `besides` in all of them."""
    return tuple(taken.get(lane, 0) | besides for lane in lanes)


class _Own(NamedTuple):
    """Of one member of staff: at work here, on leave, busy elsewhere, and starts that are kept for somebody."""

    works: int
    away: int
    busy: int
    reserved: int


class _Hours(NamedTuple):
    """What holds whoever comes: the location's hours, those of its staff, and when its rooms may be used."""

    open: int
    staff: tuple[_Own, ...]
    rooms: tuple[int, ...]


@lru_cache(maxsize=32)
def _hours(site: Site, days: LocalDays, today: date) -> _Hours:
    """Kept, because every plan of a day at a site that nobody changes asks for the same."""
    staff = tuple(
        _Own(
            days.weekly(each.hours),
            days.bits([(tick_floor(one.starts_at), tick_ceil(one.ends_at)) for one in each.absences]),
            days.bits(list(each.busy)),
            _reserved(each, days, today),
        )
        for each in site.staff
    )
    rooms = tuple(ALWAYS & ~days.closed(each.closures) for each in site.rooms)
    return _Hours(days.weekly(site.hours) & ~days.closed(site.closures), staff, rooms)


def _reserved(each: Colleague, days: LocalDays, today: date) -> int:
    """Starts kept for new or urgent patients, on the days on which they are not released yet."""
    kept = 0
    for one in each.reserved:
        hours = WeeklyHours(one.weekday, one.starts_minute, one.ends_minute)
        kept |= days.weekly([hours], from_on=today + timedelta(days=one.release_days + 1))
    return kept


def _patient(times: PatientTimes, days: LocalDays, taken: Mapping[int, int]) -> Patient:
    available = days.weekly(times.hours) if times.hours else ALWAYS
    away = days.dates(times.away) if times.away else 0
    return Patient(available, away, taken.get(times.resource_id, 0))
