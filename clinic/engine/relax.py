"""What would make a course possible: the least loosening of one rule, else of two, else of all; each is solved."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import combinations

from clinic.engine import bitmap
from clinic.engine.bitmap import ALWAYS
from clinic.engine.candidates import candidates
from clinic.engine.course import Change, Relaxation
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.kind import Kind, Part
from clinic.engine.links import WEEK, links_of
from clinic.engine.passage import Steps
from clinic.engine.reach import Ground, leading, passable, reached
from clinic.engine.request import NEVER, Request, Step
from clinic.engine.spacing import search

Changes = tuple[Change, ...]
Family = list[list[Changes]]

MOST_STEPS = 30_000
"""So many steps of sessions are taken to find what helps: about a second."""
MOST_EACH = 4_000
"""So many of them at most to see whether one way does."""
PATIENCE = 400
"""So many starts are tried to make the course of a relaxation the cheapest; when it is taken, more are."""


def relaxations(request: Request, failed: int, ground: Ground) -> tuple[tuple[Relaxation, ...], bool]:
    """What helps when session `failed` (an ordinal) is the first that cannot be placed: the cheapest way for each rule
    that helps alone, else for each pair, else all together; the cheapest course first. Placing only the sessions
    before it comes last. And whether everything was tried, and as little as possible changed."""
    trial = _Trial(request, ground)
    families = list(_families(request, failed))
    found = [best for family in families for best in trial.cheapest(family)]
    widest = [family[-1][0] for family in families]
    if not found:
        found = [best for pair in combinations(widest, 2) for best in trial.cheapest([[pair[0] + pair[1]]])]
    if not found:
        found = trial.cheapest([[tuple(change for changes in widest for change in changes)]])
    fewer = trial.solved((Change("fewer_sessions", failed - 1),)) if failed > 1 else []
    return (*sorted(found, key=lambda each: each.course.objective), *fewer), trial.complete


def relaxed(request: Request, changes: Iterable[Change]) -> Request:
    """The request with the changes made."""
    steps, kinds = list(request.steps), dict[int, Kind]()
    for change in changes:
        if change.code in _OF_REQUEST:
            request = _OF_REQUEST[change.code](request, change)
        elif change.code == "fewer_sessions":
            steps = steps[: change.session]
        else:
            for n, step in enumerate(steps, 1):
                if change.session in (None, n):
                    steps[n - 1] = _OF_STEP[change.code](step, change, kinds)
    return replace(request, steps=tuple(steps))


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

    def __init__(self, request: Request, ground: Ground) -> None:
        self.request, self.steps, self.complete = request, Steps(MOST_STEPS), True
        self.grounds: dict[Changes, Ground] = {(): ground}
        self.links = links_of(request)
        self.reached = reached(request, ground.days, self.links)

    def cheapest(self, family: Family) -> list[Relaxation]:
        """The cheapest relaxation of the first level that has one; nothing where even the last has none."""
        *gentler, widest = family
        if not any(map(self.possible, widest)):
            return []
        for level in gentler:
            hopeful = (changes for changes in level if self.hopeful(changes) and self.possible(changes))
            found = [each for changes in hopeful for each in self.least(changes)]
            if found:
                return [min(found, key=lambda each: each.course.objective)]
        return [each for changes in widest for each in self.least(changes)]

    def hopeful(self, changes: Changes) -> bool:
        """Whether one gap, as wide as can be, leaves a day from which the gaps of the sessions after it lead on."""
        (change,) = changes
        if change.code != "widen_gap":
            return True
        n = (change.session or 0) - 1
        before, step = self.reached[self.request.follows(n)], self.request.steps[n]
        first = 1 if step.since else self.request.gaps[n - 1].min
        return self.onwards[n] >> (before & -before).bit_length() - 1 + first != 0

    @cached_property
    def onwards(self) -> list[int]:
        """For each session the days from which those after it can be reached, wherever those before it are."""
        ground = self.grounds[()]
        own = [bitmap.packed(each < NEVER) for each in self.links.own]
        return leading(self.request, [here & each for here, each in zip(ground.days, own, strict=True)], self.links)

    def ground(self, changes: Changes) -> Ground:
        """What the calendars leave when the changes are made."""
        to_calendars = tuple(change for change in changes if not change.days)
        if to_calendars not in self.grounds:
            self.grounds[to_calendars] = Ground(relaxed(self.request, to_calendars))
        return self.grounds[to_calendars]

    def possible(self, changes: Changes) -> bool:
        """Whether the changes are seen to make a course possible, as far as the steps go; each session is one."""
        if self.steps.left <= 0:
            self.complete = False
            return False
        most = min(MOST_EACH, self.steps.left)
        asked, own = relaxed(self.request, changes), Steps(most)
        found = passable(asked, self.ground(changes), links_of(asked), own)
        self.steps.take(len(asked.steps) + most - own.left)
        self.complete = self.complete and found is not None
        return found is True

    def least(self, changes: Changes) -> list[Relaxation]:
        """The least of the changes that still helps, and the course it gives: from the first on as many as can be are
        left out, and the next takes as few days as will do."""
        changes = self.together(changes)
        kept = 0
        while kept < len(changes):
            left = changes[:kept], changes[kept:]
            out = self.left_out(*left)
            changes = left[0] + left[1][out:]
            if kept < len(changes) and changes[kept].days:
                changes = self.narrowed(changes, kept, changes[kept].days)
            kept += 1
        return self.solved(changes)

    def left_out(self, kept: Changes, others: Changes) -> int:
        """How many of the others, from the first on, are not needed."""
        out, ahead = 0, 1
        while out + ahead <= len(others) and self.possible(kept + others[out + ahead :]):
            out, ahead = out + ahead, 2 * ahead
        more = range(out + 1, min(out + ahead, len(others) + 1))
        return out + bisect_left(more, True, key=lambda n: not self.possible(kept + others[n:]))

    def solved(self, changes: Changes) -> list[Relaxation]:
        """The course that the changes give."""
        asked = relaxed(self.request, changes)
        course = search(asked, candidates(asked, self.ground(changes).openings), PATIENCE)
        return [] if course is None else [Relaxation(changes, course)]

    def together(self, changes: Changes) -> Changes:
        """The changes with the fewest days that help when none takes more: then there is less to look at one by one."""
        most = [change.days for change in changes if change.days]
        if len(most) < 2:
            return changes

        def within(days: int) -> Changes:
            fewest = (self.fewest(change) for change in changes)
            pairs = zip(changes, fewest, strict=True)
            return tuple(replace(change, days=min(change.days, max(days, least))) for change, least in pairs)

        choices = range(1, max(most))
        return within(1 + bisect_left(choices, True, key=lambda days: self.possible(within(days))))

    def fewest(self, change: Change) -> int:
        """The fewest days that a change can take; 0 where it takes none."""
        if change.code == "widen_gap":
            return self.request.gaps[(change.session or 0) - 2].max + 1
        return min(change.days, 1)

    def narrowed(self, changes: Changes, n: int, most: int) -> Changes:
        """The changes with the fewest days for the n-th; fewer never help where more do not."""

        def using(days: int) -> Changes:
            return (*changes[:n], replace(changes[n], days=days), *changes[n + 1 :])

        choices = range(self.fewest(changes[n]), most)
        few = bisect_left(choices, True, key=lambda days: self.possible(using(days)))
        return using(self.fewest(changes[n]) + few)


def _wider(step: Step, change: Change, _: dict[int, Kind]) -> Step:
    return replace(step, gap=step.gap and replace(step.gap, max=change.days))


def _unpinned(step: Step, _: Change, __: dict[int, Kind]) -> Step:
    return replace(step, pin=None)


def _with_anyone(step: Step, _: Change, kinds: dict[int, Kind]) -> Step:
    """Each kind is made once, so that what it takes is looked up once."""
    if id(step.kind) not in kinds:
        kinds[id(step.kind)] = replace(step.kind, parts=tuple(map(_anyone, step.kind.parts)))
    return replace(step, kind=kinds[id(step.kind)])


def _anyone(part: Part) -> Part:
    return replace(part, staff=tuple(replace(each, beyond_wish=False) for each in part.staff))


def _beyond_wish(part: Part) -> bool:
    return any(each.beyond_wish for each in part.staff)


def _start_later(request: Request, change: Change) -> Request:
    return replace(request, start_within_days=request.start_within_days + change.days)


def _end_later(request: Request, change: Change) -> Request:
    return replace(request, latest=request.latest and request.latest + timedelta(days=change.days))


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


_OF_STEP: dict[str, Callable[[Step, Change, dict[int, Kind]], Step]] = {
    "widen_gap": _wider,
    "unpin": _unpinned,
    "other_therapist": _with_anyone,
}

_OF_REQUEST: dict[str, Callable[[Request, Change], Request]] = {
    "start_later": _start_later,
    "end_later": _end_later,
    "any_time": _any_time,
    "release_reserved": _release_reserved,
    "more_a_week": _more_a_week,
}
