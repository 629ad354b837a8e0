"""The answer to a trouble: where each visit goes, or why it has no place and what would help.

Locations are answered one after the other, and so are courses of a patient that needle in one region: the answer is
proven to be the cheapest only where one solution covers everything. What the safety rules would ask a reason for is
never proposed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from clinic.db.unit import Read, Unit
from clinic.domain.care.findings import Finding, Level
from clinic.domain.courses.trouble import Trouble
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date, ticks_for
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap
from clinic.engine.kind import Reason
from clinic.engine.repair.values import Proposal, Remedy, Repair
from clinic.services.apply.gate import foretell
from clinic.services.courses.repair.chains import Run, first_runs, later, one_course
from clinic.services.courses.repair.gather import Person, Place, gather
from clinic.services.courses.repair.problem import Problem, problem
from clinic.services.courses.repair.tidy import tidied
from clinic.services.courses.repair.together import crowded

Solver = Callable[[Repair], Proposal]


class Left(NamedTuple):
    """A visit without a place: why, and what would help."""

    visit: Visit
    reason: Reason
    remedies: tuple[Remedy, ...] = ()


class Span(NamedTuple):
    """Time of a resource at a location that a move takes; ticks."""

    resource: int
    location: int
    starts: int
    ends: int


@dataclass(slots=True)
class Draft:
    """What is known so far. `moved` are old and new of each visit, by its key; `names` the public ids of people, rooms
    and patients, by (kind, key). `whole`: one solution covers everything; of steps none bounds what all of it costs."""

    moved: dict[int, tuple[Visit, Visit]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    objective: int = 0
    least: int = 0
    whole: bool = True
    best: bool = True

    @property
    def proven(self) -> bool:
        """Whether nothing costs less."""
        return self.whole and self.best

    @property
    def bound(self) -> int:
        """What every answer costs at least; 0 where nobody knows."""
        return self.least if self.whole else 0

    def drop(self, visit_id: int, reason: Reason) -> None:
        """A move that cannot be, after all."""
        self.left.append(Left(self.moved.pop(visit_id)[0], reason))
        self.whole = False


def answered(read: Read, trouble: Trouble, solver: Solver, *, now: datetime) -> Draft:
    """Read, solve, and ask the safety rules; nothing is held meanwhile. Raises NotFound."""
    with read() as unit:
        places = gather(unit, trouble, now=now)
    draft = solved(places, trouble, solver)
    with read() as unit:
        _judge(unit, draft)
    return draft


def solved(places: Sequence[Place], trouble: Trouble, solver: Solver) -> Draft:
    """What the engine makes of it, a location at a time."""
    draft = Draft(whole=len(places) < 2)
    for place in places:
        draft.names |= dict(_names(place))
        people = [_refused(draft, _told(person, draft)) for person in place.people]
        for at in range(sum(len(person.moving) for person in people)):
            runs = [(person, run) for person in people if person.moving for run in first_runs(person)]
            if not runs:
                break
            _pass(draft, place.site, runs, trouble, solver)
            draft.whole &= at == 0
            people = [_told(person, draft) for person in people]
    _keep_weeks(draft, places)
    return draft


def _names(place: Place) -> Iterator[tuple[tuple[str, int], str]]:
    yield from ((("staff", each.id), each.public_id) for each in place.site.staff)
    yield from ((("room", each.id), each.public_id) for each in place.site.rooms)
    yield from ((("patient", each.times.id), each.times.public_id) for each in place.people)


def _told(person: Person, draft: Draft) -> Person:
    """The patient with what is decided about his visits."""
    moved = {visit.id: draft.moved[visit.id][1] for visit in person.visits if visit.id in draft.moved}
    tried = {each.visit.id for each in draft.left} | moved.keys()
    return later(person, moved, tried & {visit.id for visit in person.visits})


def _refused(draft: Draft, person: Person) -> Person:
    """Nobody is planned for who has died, or whose record is restricted."""
    standing = person.standing
    if not (standing.deceased or standing.restricted):
        return person
    code = "patient_deceased" if standing.deceased else "patient_restricted"
    moving = [visit for visit in person.visits if visit.id in person.moving]
    draft.left += [Left(visit, Reason(code)) for visit in moving]
    return replace(person, moving=frozenset())


def _pass(draft: Draft, site: Site, runs: Sequence[tuple[Person, Run]], trouble: Trouble, solver: Solver) -> None:
    """All runs that can be placed at once; what stays unplaced keeps its rooms and people, so nobody may need them."""
    first = runs[0][0].placed.days.horizon.first_tick
    posed = problem(site, runs, trouble, _taken(draft.spans, site, first))
    found = solver(posed.repair)
    if many := crowded(site, runs, {moved.id: moved for moved in map(posed.moved, found.moves)}):
        runs = [(person, run) for person, run in runs if person.times.id not in many or run in one_course(person)]
        posed = problem(site, runs, trouble, _taken(draft.spans, site, first))
        found = solver(posed.repair)
    stuck = [posed.asked[each.id].visit for each in found.unplaced]
    kept = list(_kept(site, stuck))
    if _overlap(kept, _spans(posed, found)):
        posed = problem(site, runs, trouble, _taken([*draft.spans, *kept], site, first))
        found = solver(posed.repair)
        draft.whole = False
    found = replace(found, moves=tidied(posed, found.moves))
    for move in found.moves:
        moved = posed.moved(move)
        draft.moved[moved.id] = posed.asked[move.id].visit, moved
    draft.spans += _spans(posed, found)
    draft.left += [Left(posed.asked[each.id].visit, each.reason, each.remedies) for each in found.unplaced]
    draft.objective += found.objective
    draft.least += found.bound
    draft.best &= found.proven


def _spans(posed: Problem, found: Proposal) -> list[Span]:
    place = posed.board.site.id
    return [Span(each[0], place, *each[1:]) for move in found.moves for each in posed.taken(move)]


def _taken(spans: Iterable[Span], site: Site, first: int) -> dict[int, int]:
    """By resource the bits that are taken, with the way from another location."""
    found: dict[int, int] = {}
    for span in spans:
        way = ticks_for(site.travel.get(span.location, 0))
        bits = bitmap.between(span.starts - way - first, span.ends + way - first)
        found[span.resource] = found.get(span.resource, 0) | bits
    return found


def _kept(site: Site, stuck: Iterable[Visit]) -> Iterator[Span]:
    """What visits that stay where they are hold of people and rooms that have one lane."""
    owners = {("staff", each.id): each.lanes for each in site.staff} | {
        ("room", each.id): each.lanes for each in site.rooms
    }
    for visit in stuck:
        for each in visit.stretches:
            lanes = owners.get(("room", each.room_id or 0), ())
            if len(lanes) == 1:
                yield Span(lanes[0], site.id, each.starts - each.setup, each.ends + each.cleanup)
            lanes = owners.get(("staff", each.staff_id or 0), ())
            if len(lanes) == 1:
                yield Span(lanes[0], site.id, each.starts, each.ends)


def _overlap(kept: Sequence[Span], taken: Sequence[Span]) -> bool:
    return any(
        one.resource == other.resource and one.starts < other.ends and other.starts < one.ends
        for one in kept
        for other in taken
    )


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


def _judge(unit: Unit, draft: Draft) -> None:
    """Leaves out what the safety rules forbid or want a reason for."""
    by_patient: dict[int, list[int]] = {}
    for old, _ in draft.moved.values():
        by_patient.setdefault(old.patient_id, []).append(old.id)
    for ids in by_patient.values():
        while ids and (against := _against(unit, draft.moved, ids)):
            visit_id, finding = against
            draft.drop(visit_id, Reason(finding.code, finding.params))
            ids.remove(visit_id)


def _against(unit: Unit, moved: Mapping[int, tuple[Visit, Visit]], ids: Sequence[int]) -> tuple[int, Finding] | None:
    """The first of a patient's moves that a rule speaks against."""
    changes = [Move(moved[id_][0], moved[id_][1].stretches) for id_ in ids]
    for at, findings in foretell(unit, changes).items():
        for finding in findings:
            if finding.level is not Level.WARN:
                return ids[at], finding
    return None
