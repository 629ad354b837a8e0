"""The answer to a trouble: where each visit goes, or why it has no place and what would help.

Locations are answered one after the other, and so are courses of a patient that needle in one region. What the safety
rules would ask a reason for is never proposed: another day is looked for. What each location costs at least is found
without what waits for what, what moves elsewhere, and those other days: an answer that costs no more is proven, in
however many steps it was found.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from clinic.db.unit import Read
from clinic.domain.courses.trouble import Trouble
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.visit import Visit
from clinic.engine.kind import Reason
from clinic.engine.repair.values import Proposal, Remedy, Repair
from clinic.services.courses.repair import spans
from clinic.services.courses.repair.chains import first_runs, later, one_course
from clinic.services.courses.repair.gather import Person, Place, gather
from clinic.services.courses.repair.judged import against, barring
from clinic.services.courses.repair.loose import loose_runs
from clinic.services.courses.repair.problem import problem
from clinic.services.courses.repair.spans import Span
from clinic.services.courses.repair.tidy import tidied
from clinic.services.courses.repair.together import Runs, crowded

Solver = Callable[[Repair], Proposal]

_ROUNDS = 4
"""So often at most a repair is solved without what the safety rules said of it; once where no search proves it."""


class Left(NamedTuple):
    """A visit without a place: why, and what would help."""

    visit: Visit
    reason: Reason
    remedies: tuple[Remedy, ...] = ()


@dataclass(slots=True)
class Draft:
    """What is known so far. `moved` are old and new of each visit, by its key; `names` the public ids of people, rooms
    and patients, by (kind, key). However it is done, `fewest` visits stay without a place at least, and an answer that
    leaves no more costs `least`; where nothing of the kind is known, it is not `bounded`. `free` finds it of each
    location. `best`: no search was cut short."""

    moved: dict[int, tuple[Visit, Visit]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    objective: int = 0
    unplaced: int = 0
    free: list[Callable[[], Proposal]] = field(default_factory=list)
    least: int = 0
    fewest: int = 0
    bounded: bool = True
    best: bool = True

    @property
    def proven(self) -> bool:
        """Whether nothing places more, and nothing that places as many costs less."""
        return self.best and self.bounded and (self.unplaced, self.objective) == (self.fewest, self.least)

    @property
    def bound(self) -> int:
        """What every answer that places as many costs at least; 0 where nobody knows."""
        return self.least if self.bounded and self.unplaced == self.fewest else 0

    def drop(self, visit_id: int, reason: Reason) -> None:
        """A move that cannot be, after all."""
        self.left.append(Left(self.moved.pop(visit_id)[0], reason))
        self.bounded = False


def answered(read: Read, trouble: Trouble, solver: Solver, *, now: datetime) -> Draft:
    """Read, solve, and ask the safety rules; nothing is held meanwhile. Raises NotFound."""
    with read() as unit:
        places = gather(unit, trouble, now=now)
    for _ in range(_ROUNDS):
        draft = _solved(places, trouble, solver)
        with read() as unit:
            speaking = against(unit, draft.moved)
            if not speaking or not draft.best:
                break
            places = barring(unit, places, draft.moved, speaking)
    for visit_id, finding in speaking.items():
        draft.drop(visit_id, Reason(finding.code, finding.params))
    if draft.best and draft.bounded:
        _bound(draft)
    return draft


def _bound(draft: Draft) -> None:
    """What all locations cost at least."""
    for free in draft.free:
        found = free()
        draft.least += found.bound
        draft.fewest += len(found.unplaced)
        draft.best &= found.proven


def _solved(places: Sequence[Place], trouble: Trouble, solver: Solver) -> Draft:
    """What the engine makes of it, a location at a time."""
    draft = Draft()
    moving = {person: person.moving for place in places for person in place.people}
    every = frozenset[int]().union(*moving.values())
    for place in places:
        draft.names |= dict(_names(place))
        here = frozenset[int]().union(*(moving[person] for person in place.people))
        _solve(draft, place, every - here, trouble, solver)
    _keep_weeks(draft, places)
    return draft


def _solve(draft: Draft, place: Place, elsewhere: Collection[int], trouble: Trouble, solver: Solver) -> None:
    """One location: all runs at once, then what waited for where they go. `elsewhere`: what moves at others."""
    people = [_refused(draft, place.site, _told(person, draft)) for person in place.people]
    began, stays, found = people, _here(draft, place.site), list[Proposal]()
    for _ in range(sum(len(person.moving) for person in people)):
        runs = [(person, run) for person in people if person.moving for run in first_runs(person)]
        if not runs:
            break
        found += _pass(draft, place.site, people, runs, trouble, solver)
        people = [_told(person, draft) for person in people]
    draft.best &= all(each.proven for each in found)
    if found:
        bound = len(found) == 1 and not any(_open(person, elsewhere) for person in began)
        free = partial(_free, place.site, began, elsewhere, trouble, stays, solver)
        draft.free.append(partial(next, iter(found)) if bound else free)


def _open(person: Person, elsewhere: Collection[int]) -> bool:
    """Whether something held the patient's visits that need not hold them: where others went, or days left out."""
    return not person.moving.isdisjoint(person.barred) or any(visit.id in elsewhere for visit in person.visits)


def _free(
    site: Site,
    people: Sequence[Person],
    elsewhere: Collection[int],
    trouble: Trouble,
    stays: Sequence[Span],
    solver: Solver,
) -> Proposal:
    """Everything at once that waits for nothing, and finds all time free that is not taken by who stays."""
    runs = [found for person in people if person.moving for found in loose_runs(person, elsewhere)]
    first = runs[0][0].placed.days.horizon.first_tick
    return solver(problem(site, runs, trouble, spans.taken(stays, site, first)).repair)


def _names(place: Place) -> Iterator[tuple[tuple[str, int], str]]:
    yield from ((("staff", each.id), each.public_id) for each in place.site.staff)
    yield from ((("room", each.id), each.public_id) for each in place.site.rooms)
    yield from ((("patient", each.times.id), each.times.public_id) for each in place.people)


def _told(person: Person, draft: Draft) -> Person:
    """The patient with what is decided about his visits."""
    moved = {visit.id: draft.moved[visit.id][1] for visit in person.visits if visit.id in draft.moved}
    tried = {each.visit.id for each in draft.left} | moved.keys()
    return later(person, moved, tried & {visit.id for visit in person.visits})


def _refused(draft: Draft, site: Site, person: Person) -> Person:
    """Nobody is planned for who has died, or whose record is restricted; and no visit that a rule speaks against on any
    day."""
    standing, refused = person.standing, dict(person.refused)
    if standing.deceased or standing.restricted:
        code = "patient_deceased" if standing.deceased else "patient_restricted"
        refused = dict.fromkeys(person.moving, Reason(code))
    stays = [visit for visit in person.visits if visit.id in person.moving & refused.keys()]
    draft.left += [Left(visit, refused[visit.id]) for visit in stays]
    draft.spans += spans.kept(site, stays)
    return replace(person, moving=person.moving.difference(refused))


def _pass(
    draft: Draft, site: Site, people: Sequence[Person], runs: Runs, trouble: Trouble, solver: Solver
) -> Iterator[Proposal]:
    """All runs that can be placed at once, asked again where what was taken at another location is in their way. What
    waits for them keeps its rooms and people meanwhile, so that it may stay. Yields each answer."""
    first = runs[0][0].placed.days.horizon.first_tick
    held = _here(draft, site)
    while True:
        waits = spans.kept(site, _waiting(people, runs))
        posed = problem(site, runs, trouble, spans.taken([*held, *waits], site, first))
        found = solver(posed.repair)
        yield found
        many = crowded(site, runs, {moved.id: moved for moved in map(posed.moved, found.moves)})
        runs = [(person, run) for person, run in runs if person.times.id not in many or run in one_course(person)]
        if not many and not spans.collide(posed.taken(found.moves), spans.taken(draft.spans, site, first), first):
            break
        held = draft.spans
    found = replace(found, moves=tidied(posed, found.moves))
    for move in found.moves:
        moved = posed.moved(move)
        draft.moved[moved.id] = posed.asked[move.id].visit, moved
    stuck = (posed.asked[each.id].visit for each in found.unplaced)
    draft.spans += [*posed.taken(found.moves), *spans.kept(site, stuck)]
    draft.left += [Left(posed.asked[each.id].visit, each.reason, each.remedies) for each in found.unplaced]
    draft.objective += found.objective
    draft.unplaced += len(found.unplaced)


def _here(draft: Draft, site: Site) -> list[Span]:
    """What is taken so far at the location itself."""
    return [each for each in draft.spans if each.location == site.id]


def _waiting(people: Sequence[Person], runs: Runs) -> Iterator[Visit]:
    """The visits that have to move and are not asked for yet."""
    asked = {link.visit.id for _, run in runs for link in run.links}
    for person in people:
        yield from (visit for visit in person.visits if visit.id in person.moving - asked)


def _keep_weeks(draft: Draft, places: Sequence[Place]) -> None:
    """Leaves out what would give a patient more visits in a calendar week than are planned, the latest first."""
    for place in places:
        for person in place.people:
            most, tz = place.site.most_visits_a_week, place.site.tz
            weeks: dict[tuple[int, int], list[Visit]] = {}
            for visit in _told(person, draft).visits:
                year, week, _ = local_date(instant_of(visit.starts), tz).isocalendar()
                weeks.setdefault((year, week), []).append(visit)
            for visits in weeks.values():
                mine = [visit for visit in visits if visit.id in draft.moved]
                for visit in mine[::-1][: max(0, len(visits) - most)]:
                    draft.drop(visit.id, Reason("week_full", {"most": most}))
