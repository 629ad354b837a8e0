"""The engine's calendars of one patient at one location: what is open, who works, what is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.db.visits.loads import Held
from clinic.domain.errors import Invalid
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.time import local_date, tick_ceil, tick_floor
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


def resources(site: Site, times: PatientTimes) -> list[int]:
    """Every resource whose time a visit there could take: these are held before anything is decided."""
    staff = [lane for each in site.staff for lane in each.lanes]
    rooms = [lane for each in site.rooms for lane in each.lanes]
    return sorted([*staff, *rooms, times.resource_id])


def within_horizon(site: Site, on: date, *, now: datetime) -> None:
    """Raise Invalid(beyond_horizon) for a day later than the practice plans ahead."""
    last = local_date(now, site.tz) + timedelta(days=site.horizon_days)
    if on > last:
        raise Invalid("beyond_horizon", field="date", last=last)


def placing(
    unit: Unit, site: Site, times: PatientTimes, first_on: date, *, now: datetime, without: Sequence[int] = ()
) -> Placing:
    """Read what is held and lay it out. `without` are segments that count as free: those of a visit that moves."""
    days = local_days(site.tz, first_on, site.horizon_days, site.grid_minutes)
    first, length = days.horizon.first_tick, days.horizon.ticks
    held = loads.held(unit.connection, resources(site, times), first, first + length, without=without)
    taken = taken_by_lane(held, first, length)
    closed = days.closed(site.closures)
    calendars = Calendars(
        days.horizon,
        tuple(_therapist(each, days, taken, now) for each in site.staff),
        tuple(
            Room(each.public_id, ALWAYS & ~days.closed(each.closures), _lanes(each.lanes, taken)) for each in site.rooms
        ),
        _patient(times, days, taken),
        open=days.weekly(site.hours) & ~closed,
        not_before=tick_ceil(now + timedelta(minutes=site.notice_minutes)),
    )
    return Placing(site, times, days, calendars)


def taken_by_lane(held: Held, first: int, length: int) -> dict[int, int]:
    """For each resource the bitmap of what is held."""
    return bitmap.by_owner(held.resources, held.starts, held.ends, first=first, length=length)


def _lanes(lanes: Sequence[int], taken: Mapping[int, int], besides: int = 0) -> tuple[int, ...]:
    """What is held in each lane, and `besides` in all of them."""
    return tuple(taken.get(lane, 0) | besides for lane in lanes)


def _therapist(each: Colleague, days: LocalDays, taken: Mapping[int, int], now: datetime) -> Therapist:
    away = days.bits([(tick_floor(one.starts_at), tick_ceil(one.ends_at)) for one in each.absences])
    return Therapist(
        each.public_id,
        days.weekly(each.hours),
        away,
        _lanes(each.lanes, taken, days.bits(list(each.busy))),
        _reserved(each, days, now),
    )


def _reserved(each: Colleague, days: LocalDays, now: datetime) -> int:
    """Starts kept for new or urgent patients, on the days on which they are not released yet."""
    kept = 0
    for one in each.reserved:
        hours = WeeklyHours(one.weekday, one.starts_minute, one.ends_minute)
        kept |= days.weekly([hours], from_on=local_date(now, days.tz) + timedelta(days=one.release_days + 1))
    return kept


def _patient(times: PatientTimes, days: LocalDays, taken: Mapping[int, int]) -> Patient:
    available = days.weekly(times.hours) if times.hours else ALWAYS
    return Patient(available, days.dates(times.away), taken.get(times.resource_id, 0))
