"""What the visits that move keep their distance from: chains of a course between visits that stay.

A course whose gaps count from the session before is one chain for each run of visits that move. Where they count from
an earlier one, as regions take turns, each visit is a chain of its own, and they are placed one after the other.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from clinic.db.courses.outlines import Outline
from clinic.domain.courses.protocol import Phase
from clinic.domain.courses.sequence import REST_DAYS, Distances, Treatment, distances, loaded
from clinic.domain.practice.body import share_a_region
from clinic.domain.time import instant_of, local_date, wall
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.repair.values import Moment, Spacing
from clinic.services.courses.repair.gather import Person

ANYWHERE = Spacing(1, 1, MOST_DAYS)


@dataclass(frozen=True, slots=True)
class Link:
    """A visit that moves, with the phase of its session and the days it must lie between, both left out; None where
    nothing bounds it."""

    visit: Visit
    phase: Phase | None = None
    after: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Visits that move and follow each other, as an engine's chain: `spacings` has one more."""

    links: tuple[Link, ...]
    spacings: tuple[Spacing, ...] = (ANYWHERE, ANYWHERE)
    before: Moment | None = None
    after: Moment | None = None
    plan: Outline | None = None


def first_runs(person: Person) -> list[Run]:
    """The patient's runs that can be placed at once: of a course, and of all else that needles nothing near it. What
    else must move waits for where these go."""
    found: list[Run] = []
    for runs in runs_apart(person):
        found += [] if _meet(found, runs) else runs
    return found


def one_course(person: Person) -> list[Run]:
    """Those of one course alone, or one visit that stands alone."""
    return next(runs_apart(person))


def runs_apart(person: Person, *, waiting: bool = False) -> Iterator[list[Run]]:
    """The runs of each course, `waiting` for an earlier visit of it or not, then each visit that stands alone."""
    left = set(person.moving)
    for plan in person.plans.values():
        course = Course(person, plan)
        left -= {course.visits[n].id for n in course.moving}
        if course.moving:
            yield course.runs(waiting=waiting)
    yield from ([Run((Link(visit),))] for visit in person.visits if visit.id in left)


def _meet(some: Sequence[Run], others: Sequence[Run]) -> bool:
    """Whether both needle in one region: where the one goes says where the other may."""
    ours, theirs = ([link.visit for run in runs for link in run.links] for runs in (some, others))
    return any(
        one.needles and other.needles and share_a_region(one.targets, other.targets) for one in ours for other in theirs
    )


def later(person: Person, moved: Mapping[int, Visit], tried: Collection[int]) -> Person:
    """The patient once those visits lie elsewhere; what was tried moves no more, and its time is taken again."""
    visits = sorted((moved.get(visit.id, visit) for visit in person.visits), key=lambda each: (each.starts, each.id))
    horizon, calendars = person.placed.days.horizon, person.placed.calendars
    settled = [visit for visit in visits if visit.id in moved or visit.id in tried]
    spans = ((visit.starts - horizon.first_tick, visit.ends - horizon.first_tick) for visit in settled)
    bits = bitmap.union(bitmap.between(begin, min(end, horizon.ticks)) for begin, end in spans)
    patient = replace(calendars.patient, taken=calendars.patient.taken | bits)
    placed = replace(person.placed, calendars=replace(calendars, patient=patient))
    return replace(person, placed=placed, visits=tuple(visits), moving=person.moving.difference(tried))


class Course:
    """A plan's visits in order, and what each counts from."""

    def __init__(self, person: Person, plan: Outline) -> None:
        self.person, self.plan, self.placed = person, plan, person.placed
        self.visits = [
            visit for visit in person.visits if visit.plan_id == plan.id and visit.session_id in plan.sessions
        ]
        phases = {phase.name: phase for phase in plan.protocol.phases}
        self.phases = [phases[plan.sessions[visit.session_id or 0][1]] for visit in self.visits]
        self.ordinals = [plan.sessions[visit.session_id or 0][0] for visit in self.visits]

    @cached_property
    def distances(self) -> tuple[Distances, ...]:
        treatments = [
            Treatment(visit.needles, visit.targets, loaded(phase))
            for visit, phase in zip(self.visits, self.phases, strict=True)
        ]
        return distances(treatments, self.plan.protocol.anchor)

    @cached_property
    def moving(self) -> list[int]:
        """The places of those that must move."""
        return [n for n, visit in enumerate(self.visits) if visit.id in self.person.moving]

    def runs(self, *, waiting: bool) -> list[Run]:
        """All runs at once; where regions take turns each visit is one, and only the first does not wait."""
        if all(self._plain(n) for n in range(1, len(self.visits))):
            return [self._run(run) for run in _runs(self.moving)]
        return [self._turn(n) for n in (self.moving if waiting else self.moving[:1])]

    def _plain(self, n: int) -> bool:
        """Whether what a visit keeps its distance from is the visit before it."""
        of = self.distances[n]
        return of.counted_from == n - 1 and of.rest_from in (None, n - 1) and set(of.floor_from) <= {n - 1}

    def _run(self, run: Sequence[int]) -> Run:
        first, last = run[0], run[-1]
        spacings = [self._spacing(n, n - 1) for n in (*run, last + 1)]
        links = tuple(Link(self.visits[n], self.phases[n]) for n in run)
        return Run(links, tuple(spacings), self._moment(first - 1), self._moment(last + 1), self.plan)

    def _turn(self, n: int) -> Run:
        """One visit by itself: its gap counts from where it counts from, if that stays, and its place in the order is
        kept."""
        staying = [m for m in range(len(self.visits)) if m not in self.moving]
        counted = next((m for m in staying if m == self.distances[n].counted_from), None)
        follower = next((m for m in staying if self.distances[m].counted_from == n), None)
        spacings = (
            ANYWHERE if counted is None else self._spacing(n, counted),
            ANYWHERE if follower is None else self._spacing(follower, n),
        )
        earlier = next((m for m in reversed(staying) if m < n), None)
        later = next((m for m in staying if m > n), None)
        after = None if earlier is None else self._on(earlier) + timedelta(days=self._asked(earlier, n) - 1)
        before = None if later is None else self._on(later) - timedelta(days=self._asked(n, later) - 1)
        link = Link(self.visits[n], self.phases[n], after, before)
        fixed = [None if m is None else self._moment(m) for m in (counted, follower)]
        return Run((link,), spacings, fixed[0], fixed[1], self.plan)

    def _asked(self, earlier: int, later: int) -> int:
        """The days that lie at least between two visits, whatever else their gaps count from."""
        own = (self.visits[m].session_id or 0 for m in range(earlier + 1, later + 1))
        return sum(self.plan.asked.get(session, 1) for session in own)

    def _on(self, n: int) -> date:
        return local_date(instant_of(self.visits[n].starts), self.placed.site.tz)

    def _moment(self, n: int) -> Moment | None:
        """When a visit that stays begins; None where there is none."""
        if not 0 <= n < len(self.visits):
            return None
        on, minutes = wall(instant_of(self.visits[n].starts), self.placed.site.tz)
        return Moment(self.placed.days.horizon.index(on), minutes)

    def _spacing(self, n: int, earlier: int) -> Spacing:
        """The gap before visit n, as its phase has it. The longest is paused as it always is, and never shorter than
        what was agreed."""
        if earlier < 0 or n >= len(self.visits):
            return ANYWHERE
        phase, before = self.phases[n], self.phases[earlier]
        missing = max(0, self.ordinals[n] - self.ordinals[earlier] - 1) if n - earlier == 1 else 0
        first_of_region = self.visits[n].needles and not self.distances[n].floor_from and not self._plain(n)
        least = 1 if first_of_region else phase.gap_min
        if loaded(phase) & loaded(before):
            least = max(least, REST_DAYS)
        apart, longest = (self._on(n) - self._on(earlier)).days, phase.gap_max * (missing + 1)
        asked = self._asked(earlier, n)
        if n - earlier == 1 and asked > least:
            least, longest = asked, longest + asked - least
        most = max(self._paused(earlier, longest), apart, least)
        floor = 0
        if self.visits[n].needles and self.visits[earlier].needles:
            meet = share_a_region(self.visits[n].targets, self.visits[earlier].targets)
            floor = max(phase.floor, before.floor) * 60 if meet else 0
        ideal = min(phase.gap_ideal * (missing + 1), MOST_DAYS)
        return Spacing(least, ideal, min(most, MOST_DAYS), floor)

    def _paused(self, earlier: int, days: int) -> int:
        """So many days that count, from the day of a visit on."""
        horizon, paused = self.placed.days.horizon, self.placed.calendars.paused
        at, left = horizon.index(self._on(earlier)), days
        day = at
        while left and day - at < MOST_DAYS:
            day += 1
            left -= not (day >= 0 and paused >> day & 1)
        return day - at


def _runs(moving: Sequence[int]) -> Iterator[list[int]]:
    """Consecutive ones together."""
    run: list[int] = []
    for n in moving:
        if run and n != run[-1] + 1:
            yield run
            run = []
        run.append(n)
    if run:
        yield run


def window(link: Link, reach: tuple[date, date], plan: Outline | None) -> tuple[date, date]:
    """The first and the last day that a visit may have."""
    first, last = reach
    if plan is not None:
        first = max(first, plan.earliest_on)
        last = min(last, plan.latest_on or last)
    if link.after is not None:
        first = max(first, link.after + timedelta(days=1))
    if link.before is not None:
        last = min(last, link.before - timedelta(days=1))
    return first, last
