"""Free times for one visit: for a new one, or for one that moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Read, Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import Finding, Level
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Target
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Book, Move
from clinic.domain.visits.visit import NewVisit, Status, Stretch, Visit
from clinic.engine.calendars import Calendars
from clinic.engine.candidates import openings
from clinic.engine.request import Kind
from clinic.engine.slots import Slot, nearest, slots
from clinic.services.apply.gate import foresee
from clinic.services.courses.calendars import placing, within_horizon
from clinic.services.courses.kinds import Need, kind_of
from clinic.services.visits.wanted import Spot, WantedVisit, need_of_single, need_of_visit, wishes

MOST_DAYS = 7
MOST_A_DAY = 6
NEAREST = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time, with the names of who and where, and what the safety rules say to it; never one that they forbid.

    `starts` is the location's wall time.
    """

    spot: Spot
    starts: datetime
    therapist: str
    room: str
    findings: tuple[Finding, ...]

    @property
    def on(self) -> date:
        """Its local date."""
        return self.starts.date()

    @property
    def needs_reason(self) -> bool:
        """Whether it can be booked only with a reason."""
        return any(finding.level is Level.OVERRIDE for finding in self.findings)


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """One kind of visit of one patient at one location, from a day on, with all that speaks for or against a time."""

    site: Site
    times: PatientTimes
    calendars: Calendars
    kind: Kind

    def free(self) -> tuple[Slot, ...]:
        """Every free start, ascending; looked for anew each time."""
        return slots(self.calendars, self.kind)

    def on(self, start: int) -> date:
        """The local date of a free start."""
        return self.calendars.horizon.on(self.calendars.horizon.day_of(start) or 0)

    def has(self, spot: Spot) -> bool:
        """Whether that very time, therapist and room are free."""
        offered = self.calendars.horizon.day_of(spot.start) is not None
        return offered and any(openings(self.calendars, self.kind).pinned(self.calendars, spot.pin).starts)

    def offer(self, spot: Spot, findings: tuple[Finding, ...]) -> Offer:
        """The spot as an offer."""
        therapist, room = self.site.colleague(spot.therapist), self.site.room(spot.room)
        starts = instant_of(spot.start).astimezone(self.site.tz)
        return Offer(spot, starts, therapist.name if therapist else "", room.name if room else "", findings)

    def stretch(self, spot: Spot, modalities: tuple[Modality, ...]) -> Stretch:
        """The stretch it would be. Raises NotFound for a therapist or a room that is not there."""
        therapist, room = self.site.colleague(spot.therapist), self.site.room(spot.room)
        if therapist is None or room is None:
            raise NotFound("resource")
        kind, end = self.kind, spot.start + self.kind.ticks
        return Stretch(spot.start, end, therapist.id, room.id, modalities, kind.setup, kind.cleanup)


def open_for_single(unit: Unit, wanted: WantedVisit, first_on: date, *, now: datetime) -> Open:
    """Free times for a new visit. Raises NotFound."""
    site, times = patients.at_site(unit.connection, wanted.location, wanted.patient, since=now)
    need = need_of_single(wanted.single, times.extra_minutes)
    return _open(unit, site, times, need, wanted.targets, wanted.therapist, first_on, (), now=now)


def open_for_move(unit: Unit, visit: Visit, patient: str, first_on: date, *, now: datetime) -> Open:
    """Free times for a visit that moves; its own time counts as free."""
    site, times = patients.at_site(unit.connection, visit.location_id, patient, since=now)
    return _open(unit, site, times, need_of_visit(visit), visit.targets, None, first_on, (visit.id,), now=now)


def _open(
    unit: Unit,
    site: Site,
    times: PatientTimes,
    need: Need,
    targets: Sequence[Target],
    therapist: str | None,
    first_on: date,
    own: Sequence[int],
    *,
    now: datetime,
) -> Open:
    first = max(first_on, local_date(now, site.tz))
    within_horizon(site, first, now=now)
    placed = placing(unit, site, times, first, now=now, without=own)
    kind = kind_of(need, placed, targets=targets, wishes=wishes(therapist))
    return Open(site, times, placed.calendars, kind)


def listed(found: Open, free: Sequence[Slot], days: int = MOST_DAYS, *, a_day: int = MOST_A_DAY) -> tuple[Spot, ...]:
    """At most `a_day` of the free times, spread over each day, on the first `days` days that have any."""
    by_day: dict[date, list[Slot]] = {}
    for slot in free:
        by_day.setdefault(found.on(slot.start), []).append(slot)
    chosen = [slot for on in sorted(by_day)[:days] for slot in _spread(by_day[on], a_day)]
    return tuple(Spot(slot.start, slot.therapists[0], slot.room) for slot in chosen)


def _spread(day: list[Slot], most: int) -> list[Slot]:
    """So many of them, evenly from the first to the last."""
    if len(day) <= most:
        return day
    return [day[at * (len(day) - 1) // (most - 1)] for at in range(most)]


def judged(unit: Unit, found: Open, change: Book | Move, spots: Sequence[Spot]) -> tuple[Offer, ...]:
    """The spots with what the rules say; those they forbid are left out."""
    modalities = change.visit.stretches[0].modalities
    said = foresee(unit, change, [(found.stretch(spot, modalities),) for spot in spots])
    return tuple(
        found.offer(spot, findings)
        for spot, findings in zip(spots, said, strict=True)
        if all(finding.level is not Level.BLOCK for finding in findings)
    )


def new_visit(found: Open, wanted: WantedVisit, spot: Spot) -> NewVisit:
    """The visit that would be booked at that spot."""
    stretch = found.stretch(spot, wanted.single.modalities)
    targets = wanted.targets if wanted.single.needles else ()
    place = (found.times.id, found.site.id, found.site.tz_name)
    return NewVisit(*place, wanted.single.kind, Status.BOOKED, (stretch,), targets)


def offers_for_single(
    read: Read, wanted: WantedVisit, first_on: date, *, near: Spot | None = None, now: datetime
) -> tuple[Offer, ...]:
    """Where a new visit could go, from a day on; among them those nearest to a spot that is gone."""
    with read() as unit:
        found = open_for_single(unit, wanted, first_on, now=now)
        free = found.free()
        spots = listed(found, free) if near is None else _around(found, free, near.start, near.therapist)
        if not spots:
            return ()
        return judged(unit, found, Book(new_visit(found, wanted, spots[0])), spots)


def offers_for_move(read: Read, public_id: str, patient: str, first_on: date, *, now: datetime) -> tuple[Offer, ...]:
    """Where a visit could move, from a day on; its own time is left out."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        found = open_for_move(unit, visit, patient, first_on, now=now)
        free = tuple(slot for slot in found.free() if slot.start != visit.starts)
        own = next((one.public_id for one in found.site.staff if one.id == visit.stretches[0].staff_id), None)
        return judged(unit, found, Move(visit, visit.stretches), _around(found, free, visit.starts, own))


def _around(found: Open, free: Sequence[Slot], start: int, therapist: str | None) -> tuple[Spot, ...]:
    """The free times nearest to a start and those spread over a week, in order; with that therapist where he can."""
    may = {slot.start: slot.therapists for slot in free}
    near = [Spot(one.start, one.therapist, one.room) for one in nearest(free, start, therapist, most=NEAREST)]
    spots = {spot.start: spot for spot in (*near, *listed(found, free))}
    return tuple(
        replace(spot, therapist=therapist) if therapist in may[at] else spot for at, spot in sorted(spots.items())
    )
