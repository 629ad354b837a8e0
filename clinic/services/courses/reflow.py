"""Reflow: the rest of a course placed so that its spacing holds and as little as possible moves."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinic.db.care import facts
from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import enforce
from clinic.domain.care.rules import Facts, judge_patient
from clinic.domain.errors import Invalid
from clinic.domain.patients.preferences import preferences_from
from clinic.domain.practice.site import Site
from clinic.domain.time import local_date, tick_ceil
from clinic.domain.visits.changes import Book, Move, Turn, Widen
from clinic.domain.visits.changes import Change as Written
from clinic.domain.visits.visit import Kind, NewVisit, Stretch, Visit
from clinic.engine.bitmap import ALWAYS
from clinic.engine.calendars import Calendars
from clinic.engine.course import Change, Course, NoCourse, Placed, Relaxation
from clinic.engine.placement import place
from clinic.engine.relax import relaxed
from clinic.engine.request import Gap, Request, Step, Weights
from clinic.services.courses.beside import beside, company
from clinic.services.courses.calendars import Placing, placing
from clinic.services.courses.distances import others_of
from clinic.services.courses.following import Asking, Following
from clinic.services.courses.losing import losing
from clinic.services.courses.place import often_of, prefer_of, weights_of
from clinic.services.courses.stretches import stretches_of
from clinic.services.courses.tail import Asked, Tail, as_kept, first_day, longer_gap, tail_of
from clinic.services.courses.under_way import Session, UnderWay, under_way


@dataclass(frozen=True, slots=True)
class Line:
    """A session of the tail with its place to be, and what it would take. `stays` where nothing changes."""

    session: Session
    placed: Placed
    stretches: tuple[Stretch, ...]
    stays: bool


@dataclass(frozen=True, slots=True)
class Reflow:
    """The answer: `outcome` speaks of the sessions of the tail by their place in it, counted from 1; `ordinal` says
    which these are in the course. `turns` are the visits that are given up with it, `longer` the days that its first
    session keeps from now on from the visit before."""

    plan: UnderWay
    tail: Tail
    site: Site
    times: PatientTimes
    request: Request | None
    outcome: Course | NoCourse
    lines: tuple[Line, ...]
    turns: tuple[Turn, ...] = ()
    longer: int | None = None

    @property
    def versions(self) -> dict[str, int]:
        """Of every visit that it rests on and that can still change, by public id."""
        return self.plan.versions() | {one.visit.public_id: one.visit.version for one in self.turns}

    @property
    def changed(self) -> tuple[Line, ...]:
        """The lines that something changes in."""
        return tuple(line for line in self.lines if not line.stays)

    def ordinal(self, place: int) -> int:
        """The number in the course of the session at that place of the tail."""
        return self.tail.sessions[place - 1].ordinal

    @property
    def ways(self) -> tuple[tuple[tuple[Change, ...], date], ...]:
        """What would make it possible, with the sessions' numbers in the course, and the day on which it would end. A
        shorter course is another plan."""
        if isinstance(self.outcome, Course):
            return ()
        found = (way for way in self.outcome.relaxations if all(one.code != "fewer_sessions" for one in way.changes))
        return tuple((self.told(way.changes), way.course.sessions[-1].on) for way in found)

    def told(self, found: Sequence[Change]) -> tuple[Change, ...]:
        """Changes with the sessions' numbers in the course."""
        return tuple(replace(one, session=one.session and self.ordinal(one.session)) for one in found)

    def places(self) -> tuple[str, ...]:
        """Where every session would lie, to be compared with what somebody saw."""
        return tuple(f"{one.session.ordinal}|{one.placed.start}|{one.placed.therapist}" for one in self.lines)

    def changes(self, reason: str = "") -> tuple[Written, ...]:
        """What is to be written; `reason` is kept with a longer gap. Raises Invalid(gap_reason)."""
        widened = () if self.longer is None else (self._widen(self.longer, reason),)
        return (*widened, *self.turns, *(self._change(line) for line in self.changed))

    def _widen(self, days: int, reason: str) -> Widen:
        return Widen(self.plan.row.id, self.plan.row.version, self.tail.sessions[0].id, days, reason)

    def _change(self, line: Line) -> Written:
        session = line.session
        if session.visit is not None:
            return Move(session.visit, line.stretches)
        targets = session.targets if session.planned.phase.needles else ()
        status = self.plan.status(session, line.placed.on)
        where = (self.times.id, self.site.id, self.site.tz_name)
        return Book(NewVisit(*where, Kind.SESSION, status, line.stretches, targets, session_id=session.id))


def reflow(unit: Unit, asked: Asked, *, now: datetime) -> Reflow:
    """Place the rest of the course in the state that the unit of work sees; the caller may hold the resources.

    Raises NotFound, Invalid, and Refused for a patient nothing may be planned for.
    """
    plan, turns = losing(unit, under_way(unit, asked.plan), asked.lost, now=now)
    if plan.row.status != "active":
        raise Invalid("plan_settled", status=plan.row.status)
    site, times = patients.at_site(unit.connection, plan.row.location_id, plan.row.patient_public_id, since=now)
    today = local_date(now, site.tz)
    tail = tail_of(plan, asked, tick_ceil(now + timedelta(minutes=site.notice_minutes)))
    _check_authorised(plan, tail)
    if not tail.sessions:
        return Reflow(plan, tail, site, times, None, Course(0, ()), (), turns)
    longer = longer_gap(asked, tail)
    own = _agreed(tail)
    moving = {visit.id for visit in own} | {one.visit.id for one in turns}
    placed = placing(unit, site, times, today, now=now, without=sorted(moving))
    placed = replace(placed, calendars=_as_agreed(placed, own))
    asked = as_kept(asked, tail)
    asking = Asking(plan, tail, asked, first_day(plan, tail, asked, today))
    following, request = _request(unit, asking, placed, moving)
    outcome = _outcome(request)
    lines = () if isinstance(outcome, NoCourse) else tuple(_lines(following, outcome))
    return Reflow(plan, tail, site, times, request, outcome, lines, turns, longer)


def _check_authorised(plan: UnderWay, tail: Tail) -> None:
    number, sessions = plan.limits.authorised_visits, len(tail.head) + len(tail.sessions)
    if number is not None and number < sessions and any(one.visit is None for one in tail.sessions):
        raise Invalid("authorised_too_few", field="authorised_visits", authorised=number, sessions=sessions)


def _as_agreed(placed: Placing, own: Sequence[Visit]) -> Calendars:
    """The calendars in which visits may stay where they were agreed: at hours that the patient could come in then, on
    starts that were free then."""
    calendars = placed.calendars
    spans = placed.days.bits([(visit.starts, visit.ends) for visit in own])
    starts = placed.days.bits([(visit.starts, visit.starts + 1) for visit in own])
    patient = calendars.patient
    if patient.available != ALWAYS:
        patient = replace(patient, available=patient.available | spans)
    therapists = tuple(replace(one, reserved=one.reserved & ~starts) for one in calendars.therapists)
    return replace(calendars, patient=patient, therapists=therapists)


def _request(unit: Unit, asking: Asking, placed: Placing, moving: Collection[int]) -> tuple[Following, Request]:
    plan = asking.plan
    standing = facts.standing(unit.connection, plan.row.patient_id)
    enforce(judge_patient(Facts(deceased=standing.deceased, restricted=standing.restricted)))
    visits = loads.of_patient(unit.connection, plan.row.patient_id)
    others = others_of([visit for visit in visits if visit.id not in moving], standing)
    following = Following(asking, placed, others)
    wishes = preferences_from(plan.row.preferences)
    steps = following.steps()
    request = Request(
        placed.calendars,
        steps,
        asking.earliest,
        _start_within(asking, placed),
        plan.limits.last_day,
        prefer=replace(prefer_of(wishes, placed), beside=company(beside(unit, placed), _agreed(asking.tail))),
        weights=_weights(weights_of(placed.site, regular=wishes.regular), steps, asking.tail),
        often=often_of(others, placed),
    )
    return following, relaxed(request, tuple(_placed_in(asking.tail, change) for change in asking.asked.given_up))


def _agreed(tail: Tail) -> list[Visit]:
    return [one.visit for one in tail.sessions if one.visit is not None]


def _placed_in(tail: Tail, change: Change) -> Change:
    """A change about a session of the course as one about its place in the tail. Raises Invalid(unknown_relaxation)."""
    if change.session is None:
        return change
    ordinals = [one.ordinal for one in tail.sessions]
    if change.session not in ordinals:
        raise Invalid("unknown_relaxation", field="relax")
    return replace(change, session=ordinals.index(change.session) + 1)


def _start_within(asking: Asking, placed: Placing) -> int:
    """A course that has not begun begins when it was agreed to, unless that has passed; the gaps say the rest."""
    last = placed.days.horizon.days - 1
    first = asking.tail.sessions[0].visit
    days = (asking.plan.limits.start_by - asking.earliest).days
    if asking.tail.head or days < 0 or asking.asked.gap_after is not None:
        return last
    return days if first is None else max(days, (asking.plan.on(first) - asking.earliest).days)


def _weights(weights: Weights, steps: Sequence[Step], tail: Tail) -> Weights:
    """Where visits are agreed it counts how little they move, and the ideal gap for those that never had a place."""
    if not any(step.was or step.pin for step in steps):
        return weights
    late = weights.first_late_day if steps[0].was is None and not tail.head else 0
    even = {"last_late_day": 0, "switch": 0, "tod_15min": 0, "irregular_day": 0, "irregular_15min": 0}
    return replace(weights, first_late_day=late, **even)


def _outcome(request: Request) -> Course | NoCourse:
    """The engine's answer. Whoever puts a visit somewhere may go beyond the longest gap before it, where nothing else
    would do. Where the first session fails and stands in a gap to a visit that stays, widening that gap is tried too.
    """
    found, gap = place(request), request.steps[0].gap
    if isinstance(found, NoCourse) and any(map(_is_put, request.steps)):
        days = request.calendars.horizon.days
        steps = tuple(replace(one, gap=_beyond(one.gap, days)) if _is_put(one) else one for one in request.steps)
        return place(replace(request, steps=steps))
    if isinstance(found, Course) or found.session != 1 or gap is None or not request.steps[0].since:
        return found
    days = request.calendars.horizon.days
    wider = relaxed(request, (Change("widen_gap", 1, gap.max + days),))
    course = place(wider)
    if isinstance(course, NoCourse):
        return found
    before = max(on for on in request.steps[0].since if on < course.sessions[0].on)
    way = Relaxation((Change("widen_gap", 1, (course.sessions[0].on - before).days),), course)
    return replace(found, relaxations=(way, *found.relaxations))


def _is_put(step: Step) -> bool:
    """Whether somebody chose its place just now."""
    return step.pin is not None and step.was is None


def _beyond(gap: Gap | None, days: int) -> Gap | None:
    return None if gap is None else replace(gap, max=gap.max + days)


def _lines(following: Following, course: Course) -> Iterator[Line]:
    site = following.placed.site
    for n, (session, placed) in enumerate(zip(following.tail.sessions, course.sessions, strict=True)):
        visit = session.visit
        stays = visit is not None and visit.starts == placed.start and following.lead(n) == placed.therapist
        pin = following.asked.pins.get(session.ordinal)
        stays = stays and (pin is None or pin.room is None)
        stretches = stretches_of(site, placed.parts, [need.modalities for need in following.needs[n]])
        yield Line(session, placed, stretches, stays)
