"""Free times for one visit: for a new one, or for one that moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from clinic.db.courses.outlines import outlines
from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Read, Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import Finding, Level
from clinic.domain.courses.component import segmented
from clinic.domain.errors import NotFound, SlotTaken
from clinic.domain.practice.body import Target
from clinic.domain.practice.site import Site
from clinic.domain.time import TICK_MINUTES, instant_of, local_date
from clinic.domain.visits.changes import Book, Move
from clinic.domain.visits.visit import NewVisit, Status, Stretch, Visit
from clinic.engine.openings import Openings, openings, pinned
from clinic.engine.slots import Choice, Slot, chosen, nearest, slots
from clinic.services.apply.gate import foresee
from clinic.services.courses.beside import Beside, beside
from clinic.services.courses.calendars import placing, within_horizon
from clinic.services.courses.kinds import kind_of
from clinic.services.courses.needs import Need, needs_of, needs_of_visit
from clinic.services.courses.stretches import stretches_of
from clinic.services.visits.wanted import Spot, WantedVisit, wishes

MOST_DAYS = 7
MOST_A_DAY = 6
NEAREST = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time, with the names of who and where, and what the safety rules say to it; never one that they forbid.

    `starts` is the location's wall time, `beside` the relative whom the patient wishes to come along with and whose
    visit is right before or after it, "" for nobody.
    """

    spot: Spot
    starts: datetime
    therapist: str
    room: str
    findings: tuple[Finding, ...]
    beside: str = ""

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
    needs: tuple[Need, ...]
    openings: Openings
    together: tuple[Beside, ...] = ()

    def beside(self, start: int) -> str:
        """Whose visit of those who come along is right before or after one from that start on; "" for nobody's."""
        ends = start + self.openings.kind.ticks
        return next((each.name for each in self.together if each.meets(start, ends)), "")

    def free(self) -> tuple[Slot, ...]:
        """Every free start, ascending; looked for anew each time."""
        return slots(self.openings)

    def on(self, start: int) -> date:
        """The local date of a free start."""
        horizon = self.openings.calendars.horizon
        return horizon.on(horizon.day_of(start) or 0)

    def at(self, spot: Spot) -> Choice:
        """The visit at that very time, with that therapist and room. Raises SlotTaken where they are not free, NotFound
        where they are not there."""
        if self.site.colleague(spot.therapist) is None or (spot.room and self.site.room(spot.room) is None):
            raise NotFound("resource")
        if self.openings.calendars.horizon.day_of(spot.start) is None:
            raise SlotTaken
        kept = pinned(self.openings, spot.pin)
        if not any(kept.starts):
            raise SlotTaken
        return chosen(kept, spot.start, spot.therapist)

    def offer(self, choice: Choice, findings: tuple[Finding, ...]) -> Offer:
        """The choice as an offer."""
        therapist, room = self.site.colleague(choice.therapist), self.site.room(choice.room or "")
        starts = instant_of(choice.start).astimezone(self.site.tz)
        spot = Spot(choice.start, choice.therapist, choice.room)
        names = therapist.name if therapist else "", room.name if room else ""
        return Offer(spot, starts, *names, findings, self.beside(choice.start))

    def stretches(self, choice: Choice) -> tuple[Stretch, ...]:
        """What it would take."""
        return stretches_of(self.site, choice.parts, [need.modalities for need in self.needs])


def open_for_single(
    unit: Unit, wanted: WantedVisit, first_on: date, *, given_up: Sequence[int] = (), now: datetime
) -> Open:
    """Free times for a new visit; the time of the visits `given_up` counts as free. Raises NotFound."""
    site, times = patients.at_site(unit.connection, wanted.location, wanted.patient, since=now)
    needs = needs_of(segmented(wanted.single.components), times.extra_minutes + wanted.extra_minutes)
    return _open(unit, site, times, needs, wanted.targets, wanted.therapist, first_on, given_up, now=now)


def open_for_move(
    unit: Unit, visit: Visit, patient: str, first_on: date, *, given_up: Sequence[int] = (), now: datetime
) -> Open:
    """Free times for a visit that moves; its own time counts as free, and that of the visits `given_up`."""
    site, times = patients.at_site(unit.connection, visit.location_id, patient, since=now)
    needs = needs_of_visit(visit, _asked(unit, visit, times))
    return _open(unit, site, times, needs, visit.targets, None, first_on, (visit.id, *given_up), now=now)


def _asked(unit: Unit, visit: Visit, times: PatientTimes) -> tuple[Need, ...]:
    """What the visit's course asks of it; nothing for one that stands alone."""
    if visit.plan_id is None:
        return ()
    course = outlines(unit.connection, [visit.plan_id])[visit.plan_id]
    _, name = course.sessions.get(visit.session_id or 0, (0, ""))
    phase = next((phase for phase in course.protocol.phases if phase.name == name), None)
    return () if phase is None else needs_of(phase.segments, times.extra_minutes)


def _open(
    unit: Unit,
    site: Site,
    times: PatientTimes,
    needs: tuple[Need, ...],
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
    kind = kind_of(needs, placed, targets=targets, wishes=wishes(therapist))
    return Open(site, times, needs, openings(placed.calendars, kind), beside(unit, placed))


def open_at_will(unit: Unit, visit: Visit, patient: str, first_on: date, *, now: datetime) -> Open:
    """Where a visit could go at all: to any start from now on, not to those alone that are offered."""
    site, times = patients.at_site(unit.connection, visit.location_id, patient, since=now)
    needs = needs_of_visit(visit, _asked(unit, visit, times))
    return _open(unit, _any_start(site), times, needs, visit.targets, None, first_on, (visit.id,), now=now)


@lru_cache(maxsize=8)
def _any_start(site: Site) -> Site:
    """The same one while nothing of it changes: what is known of its hours is kept with it."""
    return replace(site, grid_minutes=TICK_MINUTES, notice_minutes=0)


def _listed(found: Open, free: Sequence[Slot], days: int = MOST_DAYS, *, a_day: int = MOST_A_DAY) -> tuple[Slot, ...]:
    """At most `a_day` of the free times, spread over each day, on the first `days` days that have any; first those
    beside a relative's visit."""
    by_day: dict[date, list[Slot]] = {}
    for slot in free:
        by_day.setdefault(found.on(slot.start), []).append(slot)
    return tuple(slot for on in sorted(by_day)[:days] for slot in _of_day(found, by_day[on], a_day))


def _of_day(found: Open, day: list[Slot], most: int) -> list[Slot]:
    company = [slot for slot in day if found.together and found.beside(slot.start)][: most - 1]
    others = _spread([slot for slot in day if slot not in company], most - len(company))
    return sorted([*company, *others], key=lambda slot: slot.start)


def _spread(day: list[Slot], most: int) -> list[Slot]:
    """So many of them, evenly from the first to the last."""
    if len(day) <= most or most == 1:
        return day[:most]
    return [day[at * (len(day) - 1) // (most - 1)] for at in range(most)]


def judged(unit: Unit, found: Open, change: Book | Move, choices: Sequence[Choice]) -> tuple[Offer, ...]:
    """The choices with what the rules say; those they forbid are left out."""
    said = foresee(unit, change, [found.stretches(choice) for choice in choices])
    return tuple(
        found.offer(choice, findings)
        for choice, findings in zip(choices, said, strict=True)
        if all(finding.level is not Level.BLOCK for finding in findings)
    )


def new_visit(
    found: Open, wanted: WantedVisit, choice: Choice, *, status: Status = Status.BOOKED, until: datetime | None = None
) -> NewVisit:
    """The visit that would be booked there, or that holds the time until then."""
    targets = wanted.targets if wanted.single.needles else ()
    place = (found.times.id, found.site.id, found.site.tz_name)
    return NewVisit(*place, wanted.single.kind, status, found.stretches(choice), targets, hold_until=until)


def offers_for_single(
    read: Read, wanted: WantedVisit, first_on: date, *, near: Spot | None = None, kept: str = "", now: datetime
) -> tuple[Offer, ...]:
    """Where a new visit could go, from a day on; among them those nearest to a spot that is gone. What is `kept` for
    the form that asks counts as free."""
    with read() as unit:
        own = _kept(unit, kept)
        given_up = () if own is None else (own.id,)
        found = open_for_single(unit, wanted, first_on, given_up=given_up, now=now)
        free = found.free()
        if near is None:
            choices = tuple(chosen(found.openings, slot.start, slot.therapists[0]) for slot in _listed(found, free))
        else:
            choices = _around(found, free, near.start, near.therapist)
        if not choices:
            return ()
        visit = new_visit(found, wanted, choices[0])
        moves = own is not None and len(own.stretches) == len(visit.stretches)
        change = Move(replace(own, status=visit.status), visit.stretches) if own and moves else Book(visit)
        return judged(unit, found, change, choices)


def _kept(unit: Unit, public_id: str) -> Visit | None:
    if not public_id:
        return None
    try:
        visit = loads.visit(unit.connection, public_id)
    except NotFound:
        return None
    return visit if visit.status is Status.HELD else None


def offers_for_move(read: Read, public_id: str, patient: str, first_on: date, *, now: datetime) -> tuple[Offer, ...]:
    """Where a visit could move, from a day on; at its own time only to another therapist."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        found = open_for_move(unit, visit, patient, first_on, now=now)
        leads = visit.stretches[found.openings.kind.lead].staff_id
        own = next((one.public_id for one in found.site.staff if one.id == leads), None)
        free = tuple(_changing(found.free(), visit.starts, own))
        return judged(unit, found, Move(visit, visit.stretches), _around(found, free, visit.starts, own))


def _changing(free: Sequence[Slot], start: int, own: str | None) -> Iterator[Slot]:
    """Those that would change anything: at its own start who leads it now does not."""
    for slot in free:
        others = tuple(each for each in slot.therapists if each != own)
        if slot.start != start:
            yield slot
        elif others:
            yield replace(slot, therapists=others)


def _around(found: Open, free: Sequence[Slot], start: int, therapist: str | None) -> tuple[Choice, ...]:
    """The free times nearest to a start, itself among them, and those spread over a week, in order; with that therapist
    where he can."""
    near = {one.start: one for one in nearest(found.openings, free, start, therapist, most=NEAREST)}
    for slot in (*_listed(found, free), *(one for one in free if one.start == start)):
        if slot.start not in near:
            who = therapist if therapist and therapist in slot.therapists else slot.therapists[0]
            near[slot.start] = chosen(found.openings, slot.start, who)
    return tuple(near[at] for at in sorted(near))
