"""Placing a course: from what is wanted to the engine's request, and its answer."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from clinic.db.care import facts
from clinic.db.courses.alike import Alike, alike
from clinic.db.patients import calendars as patients
from clinic.db.patients.calendars import PatientTimes
from clinic.db.unit import Read, Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import enforce
from clinic.domain.care.rules import Facts, judge_patient
from clinic.domain.courses.outline import PlannedSession, booked_through
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Anchor
from clinic.domain.errors import Invalid
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Target
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date
from clinic.engine.course import Course, NoCourse
from clinic.engine.kind import Kind
from clinic.engine.placement import place
from clinic.engine.relax import relaxed
from clinic.engine.request import Often, Prefer, Request, Step, Weights
from clinic.services.courses.beside import Beside, beside, company
from clinic.services.courses.calendars import Placing, placing, within_horizon
from clinic.services.courses.distances import Others, apart, between, gap_before, kept_from, others_of, since
from clinic.services.courses.kinds import kind_of
from clinic.services.courses.needs import needs_of
from clinic.services.courses.wanted import Wanted

REGULAR: Final = MappingProxyType({"irregular_day": 6, "irregular_15min": 1})
"""What it costs a patient who wishes for the same weekday and time to lie elsewhere: configurable defaults."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says to it. Sessions up to `booked_through` are booked now, the rest pencilled; 0 without a
    course. `beside` are the visits that sessions should be right before or after; `alike` what the patient has of the
    same protocol already."""

    wanted: Wanted
    plan: NewPlan
    site: Site
    times: PatientTimes
    request: Request
    outcome: Course | NoCourse
    booked_through: int
    beside: tuple[Beside, ...] = ()
    alike: tuple[Alike, ...] = ()


def weights_of(site: Site, *, regular: bool = False) -> Weights:
    """The engine's defaults, with what the practice set; a patient who wishes for the same weekday and time has at
    least `REGULAR`."""
    known = {each.name for each in fields(Weights)}
    weights = replace(Weights(), **{name: value for name, value in site.weights.items() if name in known})
    if not regular:
        return weights
    return replace(weights, **{name: max(getattr(weights, name), least) for name, least in REGULAR.items()})


def _request_of(
    unit: Unit, wanted: Wanted, plan: NewPlan, placed: Placing, relatives: tuple[Beside, ...] = ()
) -> Request:
    """The engine's request, without what was given up. Raises Refused for a patient nothing may be planned for."""
    standing = facts.standing(unit.connection, plan.patient_id)
    enforce(judge_patient(Facts(deceased=standing.deceased, restricted=standing.restricted)))
    others = others_of(loads.of_patient(unit.connection, plan.patient_id), standing)
    wishes = wanted.wishes_of(placed.site, placed.times)
    request = Request(
        placed.calendars,
        tuple(_Steps(wanted, plan, placed, others).all()),
        plan.earliest_on,
        plan.start_within_days,
        plan.last_day,
        prefer=replace(prefer_of(wishes, placed), beside=company(relatives)),
        weights=weights_of(placed.site, regular=wishes.regular),
        often=often_of(others, placed),
    )
    return relaxed(request, wanted.given_up)


def prefer_of(wishes: Preferences, placed: Placing) -> Prefer:
    """The wishes that cost where they are not met."""
    among = None
    if wishes.gender is not None:
        among = frozenset(each.public_id for each in placed.site.staff if each.gender == wishes.gender)
    return Prefer(wishes.therapist, wishes.window, wishes.weekdays or None, among)


def often_of(others: Others, placed: Placing) -> Often:
    """How many visits the patient may have, with those that he has besides."""
    tz = placed.site.tz
    besides = tuple(local_date(instant_of(visit.starts), tz) for visit in others.visits)
    return Often(placed.site.most_visits_a_day, placed.site.most_visits_a_week, besides)


class _Steps:
    """The sessions of a plan, in the engine's terms."""

    def __init__(self, wanted: Wanted, plan: NewPlan, placed: Placing, others: Others) -> None:
        self.wanted, self.plan, self.placed, self.others = wanted, plan, placed, others
        self.wishes = wanted.wishes_of(placed.site, placed.times)
        self.kinds: dict[tuple[str, tuple[Target, ...]], Kind] = {}
        self.between = between(plan.sessions, plan.targets_by_session, plan.protocol.anchor)

    def all(self) -> Iterator[Step]:
        """In order."""
        anchor, by_session = self.plan.protocol.anchor, self.plan.targets_by_session
        for n, (session, targets, of) in enumerate(zip(self.plan.sessions, by_session, self.between, strict=True)):
            counts = session.phase.needles and anchor is Anchor.NEEDLING and n > 0
            yield Step(
                self._kind(session, targets),
                gap_before(session, of, anchor, turns=len(set(by_session))),
                self.wanted.pins.get(session.ordinal),
                of.counted_from,
                apart(of, session.phase.floor, [each.phase.floor for each in self.plan.sessions]),
                since(self.others, targets, self.plan.earliest_on, self.placed) if counts else (),
            )

    def _kind(self, session: PlannedSession, targets: tuple[Target, ...]) -> Kind:
        phase, key = session.phase, (session.phase.name, targets)
        if key not in self.kinds:
            needs = needs_of(phase.segments, self.placed.times.extra_minutes)
            blocked = kept_from(self.others, targets, phase.floor, self.placed) if phase.needles else ()
            self.kinds[key] = kind_of(needs, self.placed, targets=targets, wishes=self.wishes, blocked=blocked)
        return self.kinds[key]


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
    placed = placing(unit, site, times, wanted.earliest_on, now=now)
    relatives = beside(unit, placed)
    request = _request_of(unit, wanted, plan, placed, relatives)
    outcome = place(request)
    before = alike(unit.connection, plan.patient_id, plan.protocol.key)
    return Answer(wanted, plan, site, times, request, outcome, _booked_through(plan, outcome), relatives, before)


def _booked_through(plan: NewPlan, outcome: Course | NoCourse) -> int:
    if isinstance(outcome, NoCourse):
        return 0
    first = outcome.sessions[0].on
    return booked_through(plan.protocol, offsets=[(session.on - first).days for session in outcome.sessions])


def preview(read: Read, wanted: Wanted, *, now: datetime) -> Answer:
    """What the course would look like now; nothing is held and nothing written."""
    with read() as unit:
        return answer(unit, wanted, now=now)
