"""How a patient's courses went, as the rules ask for it: flares, reassessments, and what was trained after needling."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from clinic.content.muscles import reached
from clinic.db.care.facts import SessionFacts
from clinic.db.care.gathered import Gathered
from clinic.domain.care.measures import over_a_course
from clinic.domain.care.proposed import Flares
from clinic.domain.care.response import State, state_of, wider_gap
from clinic.domain.practice.body import Target, share_a_region
from clinic.domain.time import TICKS_PER_HOUR, instant_of, local_date


@dataclass(frozen=True, slots=True)
class Sitting:
    """A visit in the patient's history: `done` once treatment began, `loads` the muscles that its exercises train hard;
    `starts` in ticks."""

    starts: int
    targets: tuple[Target, ...]
    needles: bool
    done: bool
    visit_id: int | None = None
    course: SessionFacts | None = None
    loads: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Progress:
    """One visit among the patient's others."""

    own: Sitting
    others: Sequence[Sitting]
    known: Gathered

    def flares(self, tz: ZoneInfo) -> Flares | None:
        """Those after the latest needlings of its region; None where the latest was borne well, or nobody told. The gap
        has to grow for the next needling alone."""
        before = [one for one in self.others if one.needles and one.starts < self.own.starts and self._near(one)]
        done = [one for one in sorted(before, key=lambda one: -one.starts) if one.done]
        times = next((n for n, one in enumerate(done) if not self._flared(one)), len(done))
        if not times:
            return None
        last, course = done[0], self.own.course
        days = (local_date(instant_of(self.own.starts), tz) - local_date(instant_of(last.starts), tz)).days
        is_next = all(one.starts <= last.starts for one in before)
        planned = None if course is None else course.gap_min
        return Flares(times, days, wider_gap(planned) if planned and is_next else None, last.visit_id or 0)

    def _near(self, other: Sitting) -> bool:
        return share_a_region(self.own.targets, other.targets)

    def _flared(self, one: Sitting) -> bool:
        told = self.known.told.get(one.visit_id or 0, ())
        return state_of(self.known.before.get(one.visit_id or 0), told) is State.FLARE

    def stalled(self) -> int | None:
        """The session of the last reassessment that was done, where every measure that can be compared changed less
        than matters; None where one did, or nothing was measured twice."""
        course = self.own.course
        if course is None or not 0 < course.reviewed_through < course.ordinal:
            return None
        regions = {target.region for target in self.own.targets}
        judged = [one.matters for one in over_a_course(self.known.taken.get(course.plan_id, ()), regions)]
        found = {each for each in judged if each is not None}
        return course.reviewed_through if found == {False} else None

    def overdue(self) -> int | None:
        """The first earlier session of the course that was held and whose reassessment nobody has marked."""
        course = self.own.course
        if course is None:
            return None
        earlier = [one.course for one in self.others if one.done and one.course is not None]
        waiting = [one.ordinal for one in earlier if one.due and one.plan_id == course.plan_id]
        return min((ordinal for ordinal in waiting if ordinal < course.ordinal), default=None)

    def loaded_hours(self) -> int | None:
        """The least whole hours from a needling to the training of a needled muscle, where this visit is either."""
        return min(self._loads(), default=None)

    def _loads(self) -> Iterator[int]:
        pairs = [
            (self.own, self.own),
            *((self.own, one) for one in self.others),
            *((one, self.own) for one in self.others),
        ]
        for needling, training in pairs:
            if needling.needles and needling.starts <= training.starts and training.loads & reached(needling.targets):
                yield (training.starts - needling.starts) // TICKS_PER_HOUR
