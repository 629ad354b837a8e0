"""Reading whom a trouble meets: the visits that lose their time, and all that their courses and patients hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from clinic.db.care import facts
from clinic.db.care.facts import Standing
from clinic.db.courses.outlines import Outline, outlines
from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Unit
from clinic.db.visits import affected as db
from clinic.db.visits import loads
from clinic.domain.courses.trouble import LAST_TICK, Kind, Trouble
from clinic.domain.errors import NotFound
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date, tick_floor
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap
from clinic.engine.kind import Reason
from clinic.services.courses.calendars import Placing, placings

REACH_DAYS = 42
"""So many days before it was, or after the trouble is over, a visit is looked for at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A patient, with all visits that hold his time, by start; the ids of those that must move are in `moving`. By id
    the days, a bitmap, on which a visit is not looked for, and why one stays where it is after all. `apart`: needlings
    keep their distance even from those that find no place, and so stay where they are."""

    placed: Placing
    visits: tuple[Visit, ...]
    moving: frozenset[int]
    standing: Standing
    plans: Mapping[int, Outline]
    barred: Mapping[int, int] = field(default_factory=dict)
    refused: Mapping[int, Reason] = field(default_factory=dict)
    apart: bool = False

    @property
    def times(self) -> PatientTimes:
        return self.placed.times


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A location with everybody whom the trouble meets there, in the order of their first visit."""

    site: Site
    people: tuple[Person, ...]


def gather(unit: Unit, trouble: Trouble, *, now: datetime) -> tuple[Place, ...]:
    """Everything of each location that it meets, in their order. Raises NotFound for whom it happened to."""
    if db.named(unit.connection, trouble) is None:
        raise NotFound("resource")
    return _places(unit, trouble, db.affected(unit.connection, trouble, tick_floor(now)), now=now)


def _places(unit: Unit, trouble: Trouble, visits: Sequence[Visit], *, now: datetime) -> tuple[Place, ...]:
    """The same of visits that are known."""
    by_location: dict[int, list[Visit]] = {}
    for visit in visits:
        by_location.setdefault(visit.location_id, []).append(visit)
    every = [visit.id for visit in visits]
    return tuple(_place(unit, trouble, found, every, now=now) for _, found in sorted(by_location.items()))


def _place(unit: Unit, trouble: Trouble, visits: Sequence[Visit], every: Sequence[int], *, now: datetime) -> Place:
    connection, location = unit.connection, visits[0].location_id
    public = db.patients(connection, {visit.patient_id for visit in visits})
    known = [patients.at_site(connection, location, id_, since=now) for id_ in public.values()]
    site = known[0][0]
    everything = loads.of_patients(connection, list(public))
    plans = outlines(connection, {each.plan_id for own in everything.values() for each in own if each.plan_id})
    today = local_date(now, site.tz)
    days = _days(site, trouble, visits, today)
    times = [each for _, each in known]
    laid = [_troubled(each, trouble) for each in placings(unit, site, times, today, days, now=now, without=every)]
    mine = {id_: frozenset(visit.id for visit in visits if visit.patient_id == id_) for id_ in public}
    people = {
        placed.times.id: Person(
            placed,
            everything[placed.times.id],
            mine[placed.times.id],
            facts.standing(connection, placed.times.id),
            {id_: plan for id_, plan in plans.items() if any(v.plan_id == id_ for v in everything[placed.times.id])},
        )
        for placed in laid
    }
    order = dict.fromkeys(visit.patient_id for visit in visits)
    return Place(site, tuple(people[id_] for id_ in order))


def _days(site: Site, trouble: Trouble, visits: Sequence[Visit], today: date) -> int:
    """How many days are searched: as far as the practice plans, and no further than one could want."""
    last = max(local_date(instant_of(visit.starts), site.tz) for visit in visits)
    if trouble.last < LAST_TICK:
        last = max(last, local_date(instant_of(trouble.last), site.tz))
    return max(1, min(site.horizon_days, (last - today + timedelta(days=REACH_DAYS + 1)).days))


def _troubled(placed: Placing, trouble: Trouble) -> Placing:
    """The calendars without whom or what is lost; a place that is closed pauses every course."""
    calendars, horizon = placed.calendars, placed.days.horizon
    first = horizon.first_tick
    lost = bitmap.between(trouble.starts - first, min(trouble.last - first, horizon.ticks))
    if trouble.what in (Kind.ABSENCE, Kind.COVER):
        people = tuple(
            replace(each, away=each.away | lost) if each.id == trouble.who else each for each in calendars.therapists
        )
        calendars = replace(calendars, therapists=people)
    elif trouble.what is Kind.ROOM:
        rooms = tuple(
            replace(each, open=each.open & ~lost) if each.id == trouble.who else each for each in calendars.rooms
        )
        calendars = replace(calendars, rooms=rooms)
    elif trouble.what is Kind.LOCATION:
        begins = horizon.index(local_date(instant_of(trouble.starts), placed.site.tz))
        ends = horizon.index(local_date(instant_of(trouble.last - 1), placed.site.tz)) + 1
        paused = calendars.paused | bitmap.between(begins, min(ends, horizon.days))
        calendars = replace(calendars, open=calendars.open & ~lost, paused=paused)
    return replace(placed, calendars=calendars)
