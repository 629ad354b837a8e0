"""The world as it will be, for the rules to judge a visit in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinic.db.care import facts
from clinic.db.care.facts import SessionFacts
from clinic.db.care.gathered import gathered
from clinic.db.practice import calendars
from clinic.db.practice.credentials import credentials
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.care.consents import Consent
from clinic.domain.care.findings import Finding
from clinic.domain.care.rules import Facts, Needling, ProposedVisit, judge, judge_start
from clinic.domain.care.screening import DayAnswers
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import DEFAULT_FLOOR_HOURS
from clinic.domain.courses.sequence import loaded
from clinic.domain.practice.body import Target
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.site import Site
from clinic.domain.practice.supervision import supervised
from clinic.domain.time import Span, instant_of, local_date, zone
from clinic.domain.visits.changes import Book, Change, Move, Open, Turn
from clinic.domain.visits.visit import GONE, Status, Stretch, Visit, needles
from clinic.services.apply.cared import Cared
from clinic.services.apply.progress import Progress, Sitting

NEW_PLAN = 0
"""Stands for the plan that the same changes open."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A visit as it will be. `change` is the index of the change that makes it so, None where it stays as it is."""

    change: int | None
    patient_id: int
    location_id: int
    tz: str
    status: Status
    stretches: tuple[Stretch, ...]
    targets: tuple[Target, ...]
    session_id: int | None
    ordinal: int | None = None
    visit_id: int | None = None


def as_it_is(visit: Visit, change: int | None = None) -> Subject:
    """The visit as it stands, or as the change leaves it otherwise."""
    return Subject(
        change,
        visit.patient_id,
        visit.location_id,
        visit.tz,
        visit.status,
        visit.stretches,
        visit.targets,
        visit.session_id,
        visit_id=visit.id,
    )


def changed_by(changes: Sequence[Change]) -> Iterator[Subject]:
    """The visits that the changes book, move or turn, as they will be; those that give their time back are left out."""
    for index, change in enumerate(changes):
        if isinstance(change, Book):
            new = change.visit
            yield Subject(
                index,
                new.patient_id,
                new.location_id,
                new.tz,
                new.status,
                new.stretches,
                new.targets,
                new.session_id,
                new.ordinal,
            )
        elif isinstance(change, Move):
            yield replace(as_it_is(change.visit, index), stretches=change.stretches)
        elif isinstance(change, Turn) and change.status not in GONE and not change.stays:
            yield replace(as_it_is(change.visit, index), status=change.status)


def _stays(change: Move | Turn) -> bool:
    """Whether the visit stays where it was agreed."""
    return isinstance(change, Turn) and change.stays


@dataclass(frozen=True, slots=True)
class World:
    """What the rules ask, loaded once for all changes of one patient."""

    subjects: tuple[Subject, ...]
    credentials: Mapping[int, tuple[Credential, ...]]
    sessions: Mapping[int, SessionFacts]
    opened: Mapping[int, SessionFacts]
    contained: frozenset[Modality]
    sites: Mapping[int, Site]
    cared: Cared

    def course(self, subject: Subject) -> SessionFacts | None:
        if subject.session_id is not None:
            return self.sessions.get(subject.session_id)
        return self.opened.get(subject.ordinal or 0)

    def plan(self, subject: Subject) -> int | None:
        """The plan it belongs to; None for one that stands alone or whose plan the same changes open."""
        course = self.course(subject)
        return None if course is None or course.plan_id == NEW_PLAN else course.plan_id

    def sitting(self, subject: Subject) -> Sitting:
        """The visit as a part of the patient's history."""
        course = self.course(subject)
        trains = any(Modality.EXERCISE in stretch.modalities for stretch in subject.stretches)
        return Sitting(
            subject.stretches[0].starts,
            subject.targets,
            needles(subject.stretches),
            subject.status in (Status.IN_SESSION, Status.DONE),
            subject.visit_id,
            course,
            frozenset(name.lower() for name in course.muscles) if course is not None and trains else frozenset(),
        )

    def needled(self, subject: Subject, course: SessionFacts) -> int:
        """The course's other needling sessions since its last review, pencilled ones left out."""
        others = [
            (one, self.course(one))
            for one in self.subjects
            if one is not subject and needles(one.stretches) and one.status not in (Status.PENCILLED, Status.HELD)
        ]
        return sum(
            found is not None and found.plan_id == course.plan_id and found.ordinal > course.reviewed_through
            for _, found in others
        )

    def gap_days(self, subject: Subject, course: SessionFacts) -> int | None:
        """Calendar days since the course's visit before; None for its first."""
        tz, starts = zone(subject.tz), subject.stretches[0].starts
        found = [(one.stretches[0].starts, self.course(one)) for one in self.subjects if one is not subject]
        before = [at for at, other in found if at < starts and other and other.plan_id == course.plan_id]
        if not before:
            return None
        return (local_date(instant_of(starts), tz) - local_date(instant_of(max(before)), tz)).days

    def rest_days(self, subject: Subject, course: SessionFacts) -> int | None:
        """Calendar days to the course's nearest visit that loads the same muscles; None where there is none."""
        tz = zone(subject.tz)
        on = local_date(instant_of(subject.stretches[0].starts), tz)
        found = [
            abs((local_date(instant_of(one.stretches[0].starts), tz) - on).days)
            for one in self.subjects
            if one is not subject and self._loads_with(course, self.course(one))
        ]
        return min(found, default=None)

    @staticmethod
    def _loads_with(course: SessionFacts, other: SessionFacts | None) -> bool:
        return other is not None and other.plan_id == course.plan_id and bool(other.muscles & course.muscles)

    def supervised(self, subject: Subject, stretch: Stretch) -> bool:
        """Whether somebody watches over the stretch's therapist, where that is asked."""
        site = self.sites.get(subject.location_id)
        if site is None or stretch.staff_id is None:
            return False
        skills = [modality.skill for modality in stretch.modalities if modality.needles]
        span = Span(instant_of(stretch.starts), instant_of(stretch.ends))
        return supervised(site, stretch.staff_id, skills, {target.region for target in subject.targets}, span)

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """What the rules say to booking it; each thing once."""
        return self._heard(subject, self._facts(subject), judge)

    def starting(self, subject: Subject, today: DayAnswers | None, consents: tuple[Consent, ...]) -> Iterator[Finding]:
        """What the rules say to its needling now; each thing once."""
        usual = replace(self._facts(subject), today=today, consents=consents, born_on=self.cared.known.born_on)
        return self._heard(subject, replace(usual, needlings=self._behind(subject)), judge_start)

    def _behind(self, subject: Subject) -> tuple[Needling, ...]:
        """What has been needled: what lies ahead can still be moved."""
        on = local_date(instant_of(subject.stretches[0].starts), zone(subject.tz))
        sat = [self.sitting(one) for one in self.subjects if one is not subject]
        done = [Needling(one.targets, instant_of(one.starts)) for one in sat if one.needles and one.done]
        return tuple(done + [one for one in self.cared.known.outside if one.at <= on])

    def _heard(
        self, subject: Subject, usual: Facts, rules: Callable[[ProposedVisit, Facts], Iterable[Finding]]
    ) -> Iterator[Finding]:
        """A stretch with its own therapist at a time."""
        course = self.course(subject)
        said: list[Finding] = []
        for stretch in subject.stretches:
            proposed = ProposedVisit(
                starts=instant_of(subject.stretches[0].starts),
                tz=zone(subject.tz),
                modalities=stretch.modalities,
                targets=subject.targets,
                therapist=str(stretch.staff_id),
                jurisdiction=self.cared.known.laws[subject.location_id],
                floor_hours=DEFAULT_FLOOR_HOURS if course is None else course.floor_hours,
                pencilled=subject.status in (Status.PENCILLED, Status.HELD),
            )
            own = replace(
                usual,
                credentials=self.credentials.get(stretch.staff_id or 0, ()),
                supervised=self.supervised(subject, stretch),
                assistant=stretch.staff_id in self.cared.known.assistants,
            )
            heard = self.cared.heard(rules(proposed, own), self.plan(subject), subject.visit_id)
            said += [finding for finding in heard if finding not in said]
        yield from said

    def _facts(self, subject: Subject) -> Facts:
        """What is the same for all of its stretches."""
        known, course, tz = self.cared.known, self.course(subject), zone(subject.tz)
        near = [one for one in self.subjects if one is not subject]
        told = Progress(self.sitting(subject), [self.sitting(one) for one in near], known)
        usual = Facts(
            needlings=tuple(
                Needling(one.targets, instant_of(one.stretches[0].starts)) for one in near if needles(one.stretches)
            )
            + tuple(known.outside),
            deceased=known.deceased,
            restricted=known.restricted,
            screening=known.screening,
            red_flag=known.red_flag,
            delegated=self.cared.delegated(subject.location_id, local_date(instant_of(told.own.starts), tz)),
            flares=told.flares(tz),
            stalled=told.stalled(),
            overdue=told.overdue(),
            loaded_hours=told.loaded_hours(),
        )
        return usual if course is None else replace(usual, **self._of_course(subject, course))

    def _of_course(self, subject: Subject, course: SessionFacts) -> dict[str, Any]:
        return {
            "needled": self.needled(subject, course),
            "cap": course.cap,
            "gap_days": self.gap_days(subject, course),
            "gap_max": course.gap_max,
            "rest_days": self.rest_days(subject, course),
            "contained": self.contained if course.plan_id == NEW_PLAN else self.cared.contained(course.plan_id),
        }


def _opened(plans: Sequence[NewPlan]) -> dict[int, SessionFacts]:
    return {
        session.ordinal: SessionFacts(
            NEW_PLAN,
            session.ordinal,
            session.phase.floor,
            plan.protocol.cap,
            0,
            session.phase.gap_max,
            session.phase.gap_min,
            muscles=loaded(session.phase),
        )
        for plan in plans
        for session in plan.sessions
    }


def world_of(unit: Unit, patient_id: int, changes: Sequence[Change], changed: tuple[Subject, ...]) -> World:
    """The world as it will be for one patient, once all of the changes are made."""
    touched = {change.visit.id for change in changes if isinstance(change, Move | Turn) and not _stays(change)}
    touched |= {one.visit_id for one in changed if one.visit_id is not None}
    kept = [visit for visit in loads.of_patient(unit.connection, patient_id) if visit.id not in touched]
    subjects = changed + tuple(as_it_is(visit) for visit in kept)
    staff = {part.staff_id for one in changed for part in one.stretches if part.staff_id is not None}
    plans = [change.plan for change in changes if isinstance(change, Open)]
    held = credentials(unit.connection, staff)
    return World(
        subjects,
        held,
        facts.sessions(unit.connection, {one.session_id for one in subjects if one.session_id is not None}),
        _opened(plans),
        frozenset(part.modality for plan in plans for phase in plan.protocol.phases for part in phase.components),
        _sites(unit, changed, held),
        Cared(gathered(unit.connection, patient_id, {one.location_id for one in changed}, staff)),
    )


def _sites(unit: Unit, changed: Sequence[Subject], held: Mapping[int, tuple[Credential, ...]]) -> Mapping[int, Site]:
    """The locations where somebody needles on a provisional credential: who watches over him there is asked."""
    provisional = {staff_id for staff_id, own in held.items() if any(each.provisional for each in own)}
    first: dict[int, int] = {}
    for subject in changed:
        if needles(subject.stretches) and any(part.staff_id in provisional for part in subject.stretches):
            starts = subject.stretches[0].starts
            first[subject.location_id] = min(starts, first.get(subject.location_id, starts))
    return {
        location_id: calendars.load(unit.connection, location_id, since=instant_of(starts))
        for location_id, starts in first.items()
    }
