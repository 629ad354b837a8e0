"""Why there is no course: the first session that cannot be placed, what blocks its days, and what would help."""

from collections.abc import Iterable
from datetime import date

from clinic.domain.errors import Invalid
from clinic.engine import bitmap
from clinic.engine.course import BlockedDay, NoCourse
from clinic.engine.kind import Reason
from clinic.engine.layers import Layers
from clinic.engine.links import Links, links_of
from clinic.engine.passage import Steps
from clinic.engine.reach import MOST_STEPS, Ground, after, placeable, reached
from clinic.engine.relax import relaxations
from clinic.engine.request import Request, Step


def explain(request: Request, ground: Ground | None = None, *, proven: bool = True) -> NoCourse:
    """The explanation, its relaxations verified by solving; what the calendars leave may be known, and whether it is
    proven that there is no course. Raises Invalid(course_possible) when there is a course."""
    ground = ground or Ground(request)
    before, known = placeable(request, ground, Steps(MOST_STEPS))
    if before == len(request.steps):
        raise Invalid("course_possible")
    blocks = _Blocks(request, ground, before)
    on = request.calendars.horizon.on
    found = tuple(BlockedDay(on(day), blocks.reasons(day)) for day in blocks.window())
    ways, complete = relaxations(request, before + 1, ground)
    return NoCourse(before + 1, found, ways, proven=proven, complete=complete and known)


class _Blocks:
    """What blocks the days of session n, counted from 0."""

    def __init__(self, request: Request, ground: Ground, n: int) -> None:
        self.request, self.ground, self.n, self.links = request, ground, n, links_of(request)
        self.layers = Layers(request.calendars, request.steps[n])

    def window(self) -> Iterable[int]:
        """The days that its gap, or the course's own limits, would allow it."""
        if self.n == 0:
            first, last = self.request.first_days
            return range(first, last + 1)
        found = reached(self.request, self.ground.days, self.links)[: self.n]
        days = after(self.request, self.links, found, self.n)
        if not days:  # rules that no day can keep together
            gap = self.request.gaps[self.n - 1]
            days = bitmap.spread(found[self.request.follows(self.n)], gap.min, gap.max)
        return [day for run in bitmap.runs(days) for day in range(*run)]

    def reasons(self, day: int) -> tuple[Reason, ...]:
        """Why the session cannot be on a day."""
        request, horizon = self.request, self.request.calendars.horizon
        if request.latest is not None and horizon.on(day) > request.latest:
            return (Reason("after_latest", {"on": request.latest}),)
        if not 0 <= day < horizon.days:
            return (Reason("outside_horizon"),)
        return _often(request, self.links, day) or self.layers.reasons(day) or (self._distance(day),)

    def _distance(self, day: int) -> Reason:
        """Which distance to other sessions or treatment keeps it off a day that has room for it."""
        step, links, most = self.request.steps[self.n], self.links, self.request.often.week
        if self.n == 0:
            return _from_treatment(step, self.request.calendars.horizon.on(day))
        hours = max((each.minutes for each in step.apart), default=0) // 60
        if hours and links.timed:
            return Reason("too_few_hours", {"hours": hours})
        if links.weeks or (most is not None and not links.chained):
            return Reason("week_full", {"most": most})
        days = max((each.days for each in step.apart), default=0)
        return Reason("rests", {"days": days}) if days else Reason("no_way_through")


def _often(request: Request, links: Links, day: int) -> tuple[Reason, ...]:
    """Whether the patient has as many visits on that day, or in its week, as he may have."""
    often, on = request.often, request.calendars.horizon.on(day)
    if often.day is not None and often.besides.count(on) >= often.day:
        return (Reason("day_full", {"most": often.day}),)
    if often.week is not None and links.spent[day] >= often.week:
        return (Reason("week_full", {"most": often.week}),)
    return ()


def _from_treatment(step: Step, on: date) -> Reason:
    """Why the first session cannot be on a day: the last treatment before it is too near, or too long ago."""
    before = max(each for each in step.since if each < on)
    too_near = step.gap is not None and (on - before).days < step.gap.min
    return Reason("too_near_before" if too_near else "too_long_since", {"on": before})
