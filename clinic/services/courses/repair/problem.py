"""The engine's repair of one location, and its answer as visits that lie elsewhere."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from clinic.domain.courses.protocol import DEFAULT_FLOOR_HOURS
from clinic.domain.courses.trouble import LAST_TICK, Kind, Trouble
from clinic.domain.patients.preferences import preferences_from
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date, wall
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap
from clinic.engine import kind as engine
from clinic.engine.repair.values import Chain, Kept, Moment, Move, MoveWeights, Repair, Session
from clinic.services.courses.calendars import Placing
from clinic.services.courses.distances import kept_from, others_of
from clinic.services.courses.kinds import kind_of
from clinic.services.courses.needs import Need, needs_of, needs_of_visit
from clinic.services.courses.repair.apart import nears, taking
from clinic.services.courses.repair.chains import Link, Run, window
from clinic.services.courses.repair.gather import REACH_DAYS, Person
from clinic.services.courses.repair.spans import Span, kept
from clinic.services.courses.repair.together import Runs, lanes_of, with_patient
from clinic.services.courses.repair.ways import Board, Held, ways
from clinic.services.courses.stretches import stretches_of

OTHER_THERAPIST = 8
GAP_DAY = 8
COVER_TIMES = 10
"""Cover keeps the times: to move costs so many times as much, and another therapist nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One visit as it is asked for: who it is, what it needs, all ways to hold it, some only `beyond` a wish, and what
    it `keeps` where it finds no place."""

    person: Person
    visit: Visit
    needs: tuple[Need, ...]
    kind: engine.Kind
    ways: tuple[Held, ...]
    beyond: tuple[Held, ...]
    keeps: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What the engine is asked, and how its answer reads back; visits by public id."""

    board: Board
    repair: Repair
    asked: Mapping[str, Asked]

    def moved(self, move: Move) -> Visit:
        """The visit where the engine puts it."""
        one = self.asked[move.id]
        parts = self.board.parts(one.kind, one.ways[move.way], move.start, move.lanes)
        stretches = stretches_of(self.board.site, parts, [need.modalities for need in one.needs])
        return replace(one.visit, stretches=stretches)

    def taken(self, moves: Iterable[Move]) -> Iterator[Span]:
        """What the moves take."""
        for move in moves:
            needs = self.asked[move.id].ways[move.way].way.needs
            for need, lane in zip(needs, move.lanes, strict=True):
                spent = move.start + need.begin, move.start + need.end
                yield Span(self.board.resources[lane], self.board.site.id, *spent)


def _weights_of(site: Site, trouble: Trouble) -> tuple[MoveWeights, int]:
    """What moving costs, and another therapist than the visit's own."""
    given = site.weights
    usual = MoveWeights(gap_day=GAP_DAY)
    day, quarter = given.get("moved_day", usual.move_day), given.get("moved_15min", usual.move_15min)
    if trouble.what is Kind.COVER:
        return MoveWeights(min(day * COVER_TIMES, 10_000), min(quarter * COVER_TIMES, 10_000), GAP_DAY), 0
    return replace(usual, move_day=day, move_15min=quarter), given.get("other_therapist", OTHER_THERAPIST)


def problem(site: Site, runs: Runs, trouble: Trouble, taken: Mapping[int, int]) -> Problem:
    """The repair of these runs at one location, with the bits that are `taken` of resources besides."""
    weights, other = _weights_of(site, trouble)
    calendars = runs[0][0].placed.calendars
    board = Board.laid_out(site, calendars, taken)
    asked: dict[str, Asked] = {}
    lanes = lanes_of(board, runs)
    for person, run in runs:
        own = [_asked(board, person, run, link, trouble, other) for link in run.links]
        if person.times.id in lanes:
            own = [_shared(board, one, lanes[person.times.id]) for one in own]
        asked |= {each.visit.public_id: each for each in own}
    _keep_apart(board, asked, runs)
    chains = (
        Chain(tuple(_session(asked[link.visit.public_id]) for link in run.links), run.spacings, run.before, run.after)
        for _, run in runs
    )
    return Problem(board, Repair(calendars.horizon, tuple(board.lanes), tuple(chains), weights), asked)


def _keep_apart(board: Board, asked: dict[str, Asked], runs: Runs) -> None:
    """For each two that may not come near to each other a lane: the one takes it as it begins, the other keeps it."""
    for near in nears(runs):
        one, lane = asked[near.visit], board.add_lane(near.visit, -asked[near.visit].visit.id)
        asked[near.visit] = replace(one, ways=taking(one.ways, lane), beyond=taking(one.beyond, lane))
        kept = Kept(lane, near.begin, near.end)
        asked[near.other] = replace(asked[near.other], keeps=(*asked[near.other].keeps, kept))


def _shared(board: Board, asked: Asked, lane: int) -> Asked:
    """The same, where the patient has other visits that are placed with it."""
    ways_, beyond = (with_patient(board, asked.kind, held, lane) for held in (asked.ways, asked.beyond))
    return replace(asked, ways=ways_, beyond=beyond)


def _session(asked: Asked) -> Session:
    ways_, beyond = (tuple(held.way for held in each) for each in (asked.ways, asked.beyond))
    return Session(asked.visit.public_id, _moment(asked.person.placed, asked.visit), ways_, beyond, asked.keeps)


def _moment(placed: Placing, visit: Visit) -> Moment:
    on, minutes = wall(instant_of(visit.starts), placed.site.tz)
    return Moment(placed.days.horizon.index(on), minutes)


def _asked(board: Board, person: Person, run: Run, link: Link, trouble: Trouble, other: int) -> Asked:
    needs, kind = _kind_for(person, run, link, trouble)
    calendars = person.placed.calendars
    own = _lead(board.site, kind, link.visit)
    costs = {each.therapist: other for each in kind.staff if each.therapist != own}
    costs |= {trouble.to: 0} if trouble.what is Kind.HANDOVER else {}
    allowed = _allowed(person, run, link, trouble, kind)
    rooms = [stretch.room_id for stretch in link.visit.stretches]
    stays = [one is not None and one == other for one, other in pairwise(rooms)]
    found = [
        tuple(ways(board, kind, calendars, allowed, costs, stays=stays, beyond=beyond)) for beyond in (False, True)
    ]
    first = board.calendars.horizon.first_tick
    keeps = tuple(
        Kept(board.resources.index(each.resource), each.starts - first, each.ends - first)
        for each in kept(board.site, [link.visit])
    )
    return Asked(person, link.visit, needs, kind, found[0], found[1], keeps)


def _kind_for(person: Person, run: Run, link: Link, trouble: Trouble) -> tuple[tuple[Need, ...], engine.Kind]:
    """What a visit needs, and its kind: whom the trouble excludes is no choice, who takes over the only one."""
    visit, placed = link.visit, person.placed
    asked = () if link.phase is None else needs_of(link.phase.segments)
    needs = needs_of_visit(visit, asked)
    wishes = placed.times.preferences if run.plan is None else preferences_from(run.plan.preferences)
    blocked: tuple[engine.Blocked, ...] = ()
    if visit.needles:
        others = [each for each in person.visits if each.id not in person.moving]
        floor = DEFAULT_FLOOR_HOURS if link.phase is None else link.phase.floor
        blocked = kept_from(others_of(others, person.standing), visit.targets, floor, placed)
    kind = kind_of(needs, placed, targets=visit.targets, wishes=wishes, blocked=blocked)
    return needs, _narrowed(kind, needs, visit, placed, trouble)


def _narrowed(kind: engine.Kind, needs: Sequence[Need], visit: Visit, placed: Placing, trouble: Trouble) -> engine.Kind:
    if trouble.what not in (Kind.CREDENTIAL, Kind.HANDOVER):
        return kind
    horizon = placed.days.horizon
    first = horizon.index(local_date(instant_of(trouble.starts), placed.site.tz))
    until = bitmap.between(0, min(first, horizon.days))
    taken_over = trouble.what is Kind.HANDOVER and _lead(placed.site, kind, visit) == trouble.who

    def narrowed(staff: engine.Staff, need: Need, *, leads: bool) -> engine.Staff:
        if staff.therapist == trouble.who and (trouble.what is Kind.HANDOVER or trouble.skill in need.skills):
            return replace(staff, days=staff.days & until)
        if taken_over and leads and staff.therapist != trouble.to:
            return replace(staff, beyond_wish=True)
        return replace(staff, beyond_wish=False) if taken_over and leads else staff

    parts = tuple(
        replace(part, staff=tuple(narrowed(each, need, leads=n == kind.lead) for each in part.staff))
        for n, (part, need) in enumerate(zip(kind.parts, needs, strict=True))
    )
    return replace(kind, parts=parts)


def _lead(site: Site, kind: engine.Kind, visit: Visit) -> str:
    """The public id of whoever leads the visit so far."""
    who = visit.stretches[kind.lead].staff_id
    return next((each.public_id for each in site.staff if each.id == who), "")


def _allowed(person: Person, run: Run, link: Link, trouble: Trouble, kind: engine.Kind) -> int:
    """The starts that are neither past nor too near to other needlings, on days that its course and its patient have
    left for it."""
    placed, horizon = person.placed, person.placed.days.horizon
    first, last = window(link, _reach(placed, link.visit, trouble), run.plan)
    days = bitmap.between(horizon.index(first), min(horizon.index(last) + 1, horizon.days))
    days &= ~_full(person, [each.visit.id for each in run.links]) & ~person.barred.get(link.visit.id, 0)
    allowed = placed.calendars.timely & (horizon.on_days(days) if days else 0)
    for blocked in kind.blocked:
        allowed &= ~blocked.starts
    return allowed


def _reach(placed: Placing, visit: Visit, trouble: Trouble) -> tuple[date, date]:
    """How far from where it was a visit is looked for."""
    tz, days = placed.site.tz, timedelta(days=REACH_DAYS)
    on = local_date(instant_of(visit.starts), tz)
    over = on if trouble.last == LAST_TICK else max(on, local_date(instant_of(trouble.last), tz))
    return on - days, over + days


def _full(person: Person, run: Collection[int]) -> int:
    """The days on which the patient has as many visits as are planned for him a day or a week."""
    placed, horizon = person.placed, person.placed.days.horizon
    site = placed.site
    counted = [visit for visit in person.visits if visit.id not in person.moving and visit.id not in run]
    on = [horizon.index(local_date(instant_of(visit.starts), site.tz)) for visit in counted]
    monday = -horizon.first_on.weekday()
    weeks = [(day - monday) // 7 for day in on]
    full = 0
    for day in set(on):
        full |= bitmap.between(day, day + 1) if on.count(day) >= site.most_visits_a_day else 0
    for week in set(weeks):
        begins = monday + 7 * week
        full |= bitmap.between(begins, begins + 7) if weeks.count(week) >= site.most_visits_a_week else 0
    return full
