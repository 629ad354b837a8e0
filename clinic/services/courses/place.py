"""Placing a course: from what is wanted to the engine's request, and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from clinic.db.care import facts
from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Read, Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import enforce
from clinic.domain.care.rules import Facts, judge_patient
from clinic.domain.courses.outline import booked_through, effective_gap
from clinic.domain.courses.plan import NewPlan
from clinic.domain.errors import Invalid
from clinic.domain.practice.site import Site
from clinic.domain.time import local_date
from clinic.engine.course import Course, NoCourse
from clinic.engine.placement import place
from clinic.engine.relax import relaxed
from clinic.engine.request import Gap, Kind, Prefer, Request, Step, Weights
from clinic.services.courses.calendars import Placing, placing, within_horizon
from clinic.services.courses.kinds import kind_of, need_of, needled_days
from clinic.services.courses.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says to it. Sessions up to `booked_through` are booked now, the rest pencilled; 0 without a
    course."""

    wanted: Wanted
    plan: NewPlan
    site: Site
    times: PatientTimes
    request: Request
    outcome: Course | NoCourse
    booked_through: int


def weights_of(site: Site) -> Weights:
    """The engine's defaults, with what the practice set."""
    known = {each.name for each in fields(Weights)}
    return replace(Weights(), **{name: value for name, value in site.weights.items() if name in known})


def request_of(unit: Unit, wanted: Wanted, plan: NewPlan, placed: Placing) -> Request:
    """The engine's request, without what was given up. Raises Refused for a patient nothing may be planned for."""
    standing = facts.standing(unit.connection, plan.patient_id)
    enforce(judge_patient(Facts(deceased=standing.deceased, restricted=standing.restricted)))
    needled = needled_days(placed, loads.of_patient(unit.connection, plan.patient_id), standing)
    wishes = wanted.wishes_of(placed.site, placed.times)
    phases = {session.phase.name: session.phase for session in plan.sessions}
    kinds = {
        name: kind_of(
            need_of(phase, placed.times.extra_minutes), placed, targets=plan.targets, wishes=wishes, needled=needled
        )
        for name, phase in phases.items()
    }
    request = Request(
        placed.calendars,
        _steps(wanted, plan, kinds),
        plan.earliest_on,
        plan.start_within_days,
        plan.last_day,
        prefer=Prefer(wishes.therapist, wishes.window, wishes.weekdays or None),
        weights=weights_of(placed.site),
    )
    return relaxed(request, wanted.given_up)


def _steps(wanted: Wanted, plan: NewPlan, kinds: Mapping[str, Kind]) -> tuple[Step, ...]:
    steps = []
    for session in plan.sessions:
        gap = effective_gap(session.phase)
        pin = wanted.pins.get(session.ordinal)
        steps.append(Step(kinds[session.phase.name], Gap(gap.min, gap.ideal, gap.max), pin))
    return tuple(steps)


def answer(unit: Unit, wanted: Wanted, *, now: datetime) -> Answer:
    """Place the course in the state that the unit of work sees; the caller may hold the resources.

    Raises NotFound, Invalid, and Refused for a patient nothing may be planned for.
    """
    site, times = patients.at_site(unit.connection, wanted.location, wanted.patient, since=now)
    today = local_date(now, site.tz)
    if wanted.earliest_on < today:
        raise Invalid("start_in_the_past", field="start", today=today)
    within_horizon(site, wanted.earliest_on, now=now)
    plan = wanted.plan(site, times)
    if plan.authorised_visits is not None and plan.authorised_visits < len(plan.sessions):
        numbers = {"authorised": plan.authorised_visits, "sessions": len(plan.sessions)}
        raise Invalid("authorised_too_few", field="authorised_visits", **numbers)
    request = request_of(unit, wanted, plan, placing(unit, site, times, wanted.earliest_on, now=now))
    outcome = place(request)
    return Answer(wanted, plan, site, times, request, outcome, _booked_through(plan, outcome))


def _booked_through(plan: NewPlan, outcome: Course | NoCourse) -> int:
    if isinstance(outcome, NoCourse):
        return 0
    first = outcome.sessions[0].on
    return booked_through(plan.protocol, offsets=[(session.on - first).days for session in outcome.sessions])


def preview(read: Read, wanted: Wanted, *, now: datetime) -> Answer:
    """What the course would look like now; nothing is held and nothing written."""
    with read() as unit:
        return answer(unit, wanted, now=now)
