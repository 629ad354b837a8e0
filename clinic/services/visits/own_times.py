"""The times that a patient may move a visit to by himself, or take anew for one that he gave up: of those that the desk
would be offered, only what keeps his course as it is planned and what no rule says a word about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from clinic.db.unit import Unit
from clinic.db.visits import loads, reads
from clinic.domain.care.findings import Level
from clinic.domain.errors import NotFound, SlotTaken
from clinic.domain.patients.preferences import Preferences, preferences_from
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.changes import Book, Move
from clinic.domain.visits.visit import GONE, NewVisit, Status, Stretch, Visit
from clinic.engine import bitmap
from clinic.engine.slots import Choice, Slot, chosen, slots
from clinic.services.apply.gate import foresee
from clinic.services.courses.gaps import broken, full
from clinic.services.courses.under_way import UnderWay, under_way
from clinic.services.visits.offers import Open, open_for_move
from clinic.services.visits.wanted import Spot

MOST: Final = 6
"""More is nobody's choice on a phone."""

LOOKED_AT: Final = 24
NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Time:
    """A time to choose: its spot, its wall time at the location, and whether the therapist stays the same."""

    spot: Spot
    starts: datetime
    ends: datetime
    same_therapist: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Choosing:
    """A visit that moves, or is booked anew. `course` is None for one that stands alone, `others` are the patient's
    other visits."""

    visit: Visit
    found: Open
    others: tuple[Visit, ...]
    course: UnderWay | None
    today: date

    @property
    def lead(self) -> str | None:
        """Who leads the visit so far, where he still works there."""
        leads = self.visit.stretches[self.found.openings.kind.lead].staff_id
        return next((one.public_id for one in self.found.site.staff if one.id == leads), None)

    @property
    def held(self) -> int | None:
        """Where it is; None where it gave its time back."""
        return None if self.visit.status in GONE else self.visit.starts

    def days(self) -> int:
        """The bitmap of the days that would do."""
        horizon = self.found.openings.calendars.horizon
        return bitmap.union(1 << day for day in range(horizon.days) if self.suits(horizon.on(day)))

    def suits(self, on: date) -> bool:
        """Whether the visit may lie on that day: there is room for it, and its course keeps order, limits and gaps."""
        if full(self.found.site, self.others, on):
            return False
        if self.course is None:
            return True
        in_order = self._in_order(self.course, on) and not self._breaks(self.course, on)
        return in_order and (self.visit.status not in GONE or self._open(self.course, on))

    def _open(self, course: UnderWay, on: date) -> bool:
        """Whether nothing has to be decided before the session is held on that day."""
        session = next(one for one in course.sessions if one.id == self.visit.session_id)
        return course.status(session, on) is Status.BOOKED

    def _in_order(self, course: UnderWay, on: date) -> bool:
        limits, ordinal = course.limits, self._ordinal(course)
        dated = [(one.ordinal, course.on(one.visit)) for one in course.sessions if one.visit is not None]
        before = [day for other, day in dated if other < ordinal]
        after = [day for other, day in dated if other > ordinal]
        if on < limits.earliest_on or (limits.last_day is not None and on > limits.last_day):
            return False
        if not before and on > limits.start_by:
            return False
        return all(day < on for day in before) and all(on < day for day in after)

    def _breaks(self, course: UnderWay, on: date) -> bool:
        found = self.found
        return bool(broken(course, found.site, found.times, self._ordinal(course), on, today=self.today))

    def _ordinal(self, course: UnderWay) -> int:
        return next(one.ordinal for one in course.sessions if one.id == self.visit.session_id)

    def may_lead(self, therapist: str) -> bool:
        """Whether another therapist may lead it."""
        return may_lead(self._wishes(), self.found.site, therapist)

    def off_days(self, on: date) -> int:
        """How far a day lies from the one that the planned gap after the visit before asks for; 0 without one."""
        if self.course is None:
            return 0
        own = next(one for one in self.course.sessions if one.id == self.visit.session_id)
        dated = [(one.ordinal, self.course.on(one.visit)) for one in self.course.sessions if one.visit is not None]
        before = [day for ordinal, day in dated if ordinal < own.ordinal]
        return abs((on - max(before)).days - own.planned.phase.gap_ideal) if before else 0

    def _wishes(self) -> Preferences:
        return self.found.times.preferences if self.course is None else preferences_from(self.course.row.preferences)

    def unprompted(self, unit: Unit, choices: Sequence[Choice]) -> tuple[Choice, ...]:
        """Those to which no rule says anything but what it says already to the visit where it is, as a mere remark."""
        if not choices:
            return ()
        here, where = self.visit.stretches, [self.found.stretches(choice) for choice in choices]
        standing, *said = foresee(unit, taking(self.visit, here), [here, *where])
        known = {(one.rule, one.code) for one in standing if one.level is Level.WARN}
        return tuple(
            choice
            for choice, findings in zip(choices, said, strict=True)
            if all(one.level is Level.WARN and (one.rule, one.code) in known for one in findings)
        )


def may_lead(wishes: Preferences, site: Site, therapist: str) -> bool:
    """Whether a patient with these wishes takes that therapist: not where he must have another, or one of a gender, and
    nobody who does not work there any more."""
    lead = site.colleague(therapist)
    if lead is None or (wishes.therapist_required and wishes.therapist != therapist):
        return False
    return not wishes.gender_required or wishes.gender == lead.gender


def _choosing(
    unit: Unit, visit: Visit, patient: str, *, given_up: Sequence[int] = (), now: datetime
) -> _Choosing | None:
    """None where somebody has to look at the course."""
    found = open_for_move(unit, visit, patient, local_date(now, zone(visit.tz)), given_up=given_up, now=now)
    gone = {visit.id, *given_up}
    others = tuple(one for one in loads.of_patient(unit.connection, visit.patient_id) if one.id not in gone)
    course = None
    if visit.session_id is not None:
        plan = reads.panel(unit.connection, visit.public_id)[0].plan_public_id or ""
        course = _standing(under_way(unit, plan), visit)
        if course is None:
            return None
    return _Choosing(visit, found, others, course, local_date(now, found.site.tz))


def _standing(course: UnderWay, visit: Visit) -> UnderWay | None:
    """The course, one that is gone put back into its session; None where somebody has to look at it: it is over, the
    visit is none of its treatments, or its session has another by now."""
    session = next((one for one in course.sessions if one.id == visit.session_id), None)
    if course.row.status != "active" or session is None:
        return None
    if visit.status not in GONE:
        return course
    if session.visit is not None:
        return None
    stands = replace(session, visit=replace(visit, status=Status.BOOKED), lost=None)
    return replace(course, sessions=tuple(stands if one is session else one for one in course.sessions))


def taking(visit: Visit, stretches: tuple[Stretch, ...]) -> Book | Move:
    """The change that brings the visit there; one that is gone is booked anew."""
    if visit.status not in GONE:
        return Move(visit, stretches)
    place = (visit.patient_id, visit.location_id, visit.tz, visit.kind)
    return Book(NewVisit(*place, Status.BOOKED, stretches, visit.targets, session_id=visit.session_id))


def own_times(unit: Unit, visit: Visit, patient: str, *, now: datetime) -> tuple[Time, ...]:
    """At most six, in order; those with the same therapist come first, then those of another whom the patient accepts.
    Near to the visit's own time, and spread over mornings and afternoons."""
    asked = _choosing(unit, visit, patient, now=now)
    if asked is None:
        return ()
    lead, openings = asked.lead, asked.found.openings
    free = [slot for slot in slots(openings, asked.days()) if slot.start != asked.held]
    same = [(slot, lead) for slot in free if lead is not None and lead in slot.therapists]
    other = [(slot, who) for slot in free if (who := _other(asked, slot, lead)) is not None]
    ranked = [*_varied(asked, same), *_varied(asked, other)]
    picked: dict[int, Choice] = {}
    for choice in asked.unprompted(unit, [chosen(openings, slot.start, who) for slot, who in ranked]):
        if len(picked) < MOST:
            picked.setdefault(choice.start, choice)
    return tuple(_time(asked, picked[start]) for start in sorted(picked))


def _other(asked: _Choosing, slot: Slot, lead: str | None) -> str | None:
    return next((who for who in slot.therapists if who != lead and asked.may_lead(who)), None)


def _varied(asked: _Choosing, free: Iterable[tuple[Slot, str]]) -> list[tuple[Slot, str]]:
    """The nearest of each morning and afternoon before the second nearest of any."""
    near = sorted(free, key=lambda each: (abs(each[0].start - asked.visit.starts), each[0].start))
    seen: dict[tuple[date, bool], int] = {}
    ranked: list[tuple[int, int, tuple[Slot, str]]] = []
    for distance, each in enumerate(near):
        local = instant_of(each[0].start).astimezone(asked.found.site.tz)
        half = local.date(), local.hour < NOON
        seen[half] = seen.get(half, 0) + 1
        ranked.append((seen[half], distance, each))
    return [each for _, _, each in sorted(ranked, key=lambda one: one[:2])[:LOOKED_AT]]


def _time(asked: _Choosing, choice: Choice) -> Time:
    tz, stretches = asked.found.site.tz, asked.found.stretches(choice)
    starts, ends = (instant_of(tick).astimezone(tz) for tick in (choice.start, stretches[-1].ends))
    return Time(Spot(choice.start, choice.therapist, choice.room), starts, ends, choice.therapist == asked.lead)


def own_time(unit: Unit, visit: Visit, patient: str, to: Spot, *, now: datetime) -> tuple[Stretch, ...]:
    """What the visit would take at that spot. Raises SlotTaken where it is none that the patient may choose now."""
    asked = _choosing(unit, visit, patient, now=now)
    if asked is None or to.start == asked.held:
        raise SlotTaken
    try:
        choice = asked.found.at(to)
    except NotFound as error:
        raise SlotTaken from error
    suits = asked.suits(asked.found.on(to.start)) and (to.therapist == asked.lead or asked.may_lead(to.therapist))
    if not suits or not asked.unprompted(unit, [choice]):
        raise SlotTaken
    return asked.found.stretches(choice)


@dataclass(frozen=True, slots=True)
class Sooner:
    """What a visit would take at a sooner time, and how many days that is off its course's planned gap."""

    stretches: tuple[Stretch, ...]
    off_days: int


def sooner(
    unit: Unit,
    visit: Visit,
    patient: str,
    therapist: str,
    starts: Sequence[int],
    *,
    given_up: Sequence[int],
    now: datetime,
) -> Sooner | None:
    """The first of these starts, all of one day, that the patient may choose with that therapist; None where there is
    none. The time of the visits `given_up` counts as free."""
    asked = _choosing(unit, visit, patient, given_up=given_up, now=now)
    if asked is None or (therapist != asked.lead and not asked.may_lead(therapist)):
        return None
    openings = asked.found.openings
    on = local_date(instant_of(starts[0]), asked.found.site.tz)
    if not asked.suits(on):
        return None
    days = 1 << openings.calendars.horizon.index(on)
    free = [each.start for each in slots(openings, days) if therapist in each.therapists]
    picked = asked.unprompted(unit, [chosen(openings, start, therapist) for start in free if start in starts])
    if not picked:
        return None
    return Sooner(asked.found.stretches(picked[0]), asked.off_days(on))
