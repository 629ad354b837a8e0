"""What the sessions of a course keep their distance from: one another, and the patient's other needlings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinic.db.care.facts import Standing
from clinic.domain.care.rules import Needling
from clinic.domain.courses.outline import PlannedSession
from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.sequence import REST_DAYS, Distances, Treatment, distances, loaded
from clinic.domain.practice.body import Target, share_a_region
from clinic.domain.time import DAY_MINUTES, instant_of, local_date
from clinic.domain.visits.visit import Visit
from clinic.engine.kind import Blocked, Reason
from clinic.engine.request import Apart, Gap
from clinic.services.courses.calendars import Placing


@dataclass(frozen=True, slots=True)
class Others:
    """The patient's visits besides the course, and where he was needled before or elsewhere."""

    visits: tuple[Visit, ...]
    needlings: tuple[Needling, ...]

    def meeting(self, targets: tuple[Target, ...]) -> Iterator[Needling]:
        """The needlings that share a region with the targets."""
        return (each for each in self.needlings if share_a_region(targets, each.targets))


def others_of(visits: Sequence[Visit], standing: Standing) -> Others:
    """What the patient has besides."""
    own = tuple(Needling(visit.targets, instant_of(visit.starts)) for visit in visits if visit.needles)
    return Others(tuple(visits), own + standing.outside)


def kept_from(others: Others, targets: tuple[Target, ...], floor_hours: int, placing: Placing) -> tuple[Blocked, ...]:
    """The starts at which a needling there would be too near to another, before or after it (the rule list's 26 and
    27)."""
    horizon, tz = placing.days.horizon, placing.site.tz
    floor, found = floor_hours * 60, []
    for each in others.meeting(targets):
        if isinstance(each.at, datetime):
            local = each.at.astimezone(tz)
            at = horizon.index(local.date()) * DAY_MINUTES + local.hour * 60 + local.minute
            low, high = at - floor + 1, at + floor
        else:
            at = horizon.index(each.at) * DAY_MINUTES
            low, high = at - floor + 1, at + DAY_MINUTES + floor
        starts = horizon.walled(low, high)
        if starts:
            found.append(Blocked(starts, Reason("needled_near", {"on": _day(each, placing), "hours": floor_hours})))
    return tuple(found)


def since(others: Others, targets: tuple[Target, ...], earliest: date, placing: Placing) -> tuple[date, ...]:
    """The days from the course's earliest on of other needlings that a gap counts from."""
    days = {_day(each, placing) for each in others.meeting(targets)}
    return tuple(sorted(day for day in days if day >= earliest))


def _day(each: Needling, placing: Placing) -> date:
    return local_date(each.at, placing.site.tz) if isinstance(each.at, datetime) else each.at


def between(
    sessions: Sequence[PlannedSession], targets: Sequence[tuple[Target, ...]], anchor: Anchor
) -> tuple[Distances, ...]:
    """For each session of the course what it keeps its distance from among those before it."""
    treatments = [
        Treatment(session.phase.needles, where, loaded(session.phase))
        for session, where in zip(sessions, targets, strict=True)
    ]
    return distances(treatments, anchor)


def apart(of: Distances, own: int, floor_hours: Sequence[int]) -> tuple[Apart, ...]:
    """The same in the engine's terms. `floor_hours` are those of each session, `own` those of this one: of two the
    longer holds, since each visit is judged by its own."""
    floors = tuple(Apart(step, minutes=max(own, floor_hours[step]) * 60) for step in of.floor_from)
    return floors if of.rest_from is None else (*floors, Apart(of.rest_from, days=REST_DAYS))


def gap_before(session: PlannedSession, of: Distances, anchor: Anchor, *, turns: int) -> Gap:
    """The gap before a session. Where needlings count from the last one of their region and this is the first of its
    own, it follows the session before within the longest gap, ideally so that the regions take even turns."""
    phase = session.phase
    if anchor is Anchor.NEEDLING and phase.needles and not of.floor_from and turns > 1:
        return Gap(1, max(1, phase.gap_ideal // turns), phase.gap_max)
    return Gap(phase.gap_min, phase.gap_ideal, phase.gap_max)
