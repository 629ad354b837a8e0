"""What would make a course possible: the least loosening of one rule, else of two, else of all; each is solved."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from clinic.engine.bitmap import ALWAYS
from clinic.engine.candidates import candidates
from clinic.engine.course import Change, Relaxation
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.kind import Part
from clinic.engine.links import WEEK, links_of
from clinic.engine.reach import open_days, possible, reached
from clinic.engine.request import Request, Step
from clinic.engine.spacing import search

Changes = tuple[Change, ...]
Family = list[list[Changes]]


def relaxations(request: Request, failed: int) -> tuple[Relaxation, ...]:
    """What helps when session `failed` (an ordinal) is the first that cannot be placed: the cheapest way for each rule
    that helps alone, else for each pair, else all together; the cheapest course first. Placing only the sessions
    before it comes last."""
    trial = _Trial(request)
    families = list(_families(request, failed))
    found = [best for family in families for best in trial.cheapest(family)]
    widest = [family[-1][0] for family in families]
    if not found:
        found = [best for pair in combinations(widest, 2) for best in trial.cheapest([[pair[0] + pair[1]]])]
    if not found:
        found = trial.cheapest([[tuple(change for changes in widest for change in changes)]])
    fewer: list[Changes] = [(Change("fewer_sessions", failed - 1),)] if failed > 1 else []
    return (*sorted(found, key=lambda each: each.course.objective), *trial.cheapest([fewer]))


def relaxed(request: Request, changes: Iterable[Change]) -> Request:
    """The request with the changes made."""
    for change in changes:
        request = _CHANGES[change.code](request, change)
    return request


def _families(request: Request, failed: int) -> Iterator[Family]:
    """For each rule that can give way its levels, the gentler first: the alternatives of each at their widest."""
    calendars, days = request.calendars, request.calendars.horizon.days
    gaps = {n: Change("widen_gap", n, days) for n, gap in enumerate(request.gaps, 2) if gap.max < days}
    if gaps:
        yield [[(gap,) for n, gap in gaps.items() if n <= failed], [tuple(gaps.values())]]
    later = min(days, MOST_DAYS - request.start_within_days)
    if later:
        yield [[(Change("start_later", days=later),)]]
    if request.latest is not None:
        yield [[(Change("end_later", days=days),)]]
    pinned = [n for n, step in enumerate(request.steps, 1) if step.pin is not None]
    if pinned:
        yield [[(Change("unpin", n),) for n in pinned if n <= failed], [(Change("unpin"),)]]
    unwished = [n for n, step in enumerate(request.steps, 1) if any(map(_beyond_wish, step.kind.parts))]
    if unwished:
        yield [[(Change("other_therapist", n),) for n in unwished if n == failed], [(Change("other_therapist"),)]]
    if calendars.horizon.every & ~calendars.patient.available:
        yield [[(Change("any_time"),)]]
    if any(calendars.horizon.offered & therapist.reserved for therapist in calendars.therapists):
        yield [[(Change("release_reserved"),)]]
    if request.often.week is not None:
        yield [[(Change("more_a_week", days=WEEK),)]]


class _Trial:
    """Tries changes on one request; what they make of the calendars is worked out once."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.open: dict[Changes, tuple[int, ...]] = {}

    def cheapest(self, family: Family) -> list[Relaxation]:
        """The cheapest relaxation of the first level that has one."""
        for level in family:
            found = [each for changes in level if self.possible(changes) for each in self.solved(changes)]
            if found:
                return [min(found, key=lambda each: each.course.objective)]
        return []

    def possible(self, changes: Changes) -> bool:
        """Whether the changes make a course possible."""
        to_calendars = tuple(change for change in changes if not change.days)
        if to_calendars not in self.open:
            self.open[to_calendars] = open_days(relaxed(self.request, to_calendars))
        asked = relaxed(self.request, changes)
        links = links_of(asked)
        if len(reached(asked, self.open[to_calendars], links)) < len(asked.steps):
            return False
        return links.of_days or possible(asked)

    def solved(self, changes: Changes) -> list[Relaxation]:
        """The least of the changes that still helps, and the course it gives."""
        changes = self.together(changes)
        for change in changes:
            n = changes.index(change)
            if self.possible(changes[:n] + changes[n + 1 :]):
                changes = changes[:n] + changes[n + 1 :]
            elif change.days:
                changes = self.narrowed(changes, n, change.days)
        asked = relaxed(self.request, changes)
        return [Relaxation(changes, course) for course in (search(asked, candidates(asked)),) if course is not None]

    def together(self, changes: Changes) -> Changes:
        """The changes with the fewest days that help when none takes more: then there is less to look at one by one."""
        most = [change.days for change in changes if change.days]
        if len(most) < 2:
            return changes

        def within(days: int) -> Changes:
            least = (self.least(change) for change in changes)
            pairs = zip(changes, least, strict=True)
            return tuple(replace(change, days=min(change.days, max(days, least))) for change, least in pairs)

        choices = range(1, max(most))
        return within(1 + bisect_left(choices, True, key=lambda days: self.possible(within(days))))

    def least(self, change: Change) -> int:
        """The fewest days that a change can take; 0 where it takes none."""
        if change.code == "widen_gap":
            return self.request.gaps[(change.session or 0) - 2].max + 1
        return min(change.days, 1)

    def narrowed(self, changes: Changes, n: int, most: int) -> Changes:
        """The changes with the fewest days for the n-th; fewer never help where more do not."""

        def using(days: int) -> Changes:
            return (*changes[:n], replace(changes[n], days=days), *changes[n + 1 :])

        choices = range(self.least(changes[n]), most + 1)
        return using(choices[bisect_left(choices, True, key=lambda days: self.possible(using(days)))])


def _widen_gap(request: Request, change: Change) -> Request:
    def wider(step: Step) -> Step:
        return replace(step, gap=step.gap and replace(step.gap, max=change.days))

    return _with_steps(request, change, wider)


def _start_later(request: Request, change: Change) -> Request:
    return replace(request, start_within_days=request.start_within_days + change.days)


def _end_later(request: Request, change: Change) -> Request:
    return replace(request, latest=request.latest and request.latest + timedelta(days=change.days))


def _unpin(request: Request, change: Change) -> Request:
    return _with_steps(request, change, lambda step: replace(step, pin=None))


def _beyond_wish(part: Part) -> bool:
    return any(each.beyond_wish for each in part.staff)


def _other_therapist(request: Request, change: Change) -> Request:
    kinds = {id(kind): replace(kind, parts=tuple(map(_anyone, kind.parts))) for kind in request.kinds}
    return _with_steps(request, change, lambda step: replace(step, kind=kinds[id(step.kind)]))


def _anyone(part: Part) -> Part:
    return replace(part, staff=tuple(replace(each, beyond_wish=False) for each in part.staff))


def _any_time(request: Request, _: Change) -> Request:
    calendars = request.calendars
    patient = replace(calendars.patient, available=ALWAYS)
    return replace(request, calendars=replace(calendars, patient=patient))


def _release_reserved(request: Request, _: Change) -> Request:
    therapists = tuple(replace(each, reserved=0) for each in request.calendars.therapists)
    return replace(request, calendars=replace(request.calendars, therapists=therapists))


def _more_a_week(request: Request, change: Change) -> Request:
    often = request.often
    return replace(request, often=replace(often, week=often.week and often.week + change.days))


def _fewer_sessions(request: Request, change: Change) -> Request:
    return replace(request, steps=request.steps[: change.session])


def _with_steps(request: Request, change: Change, changed: Callable[[Step], Step]) -> Request:
    """The request with the change made to its session, or to all sessions."""
    steps = tuple(changed(step) if change.session in (None, n) else step for n, step in enumerate(request.steps, 1))
    return replace(request, steps=steps)


_CHANGES: dict[str, Callable[[Request, Change], Request]] = {
    "widen_gap": _widen_gap,
    "start_later": _start_later,
    "end_later": _end_later,
    "unpin": _unpin,
    "other_therapist": _other_therapist,
    "any_time": _any_time,
    "release_reserved": _release_reserved,
    "more_a_week": _more_a_week,
    "fewer_sessions": _fewer_sessions,
}
