"""Plain brute force: tries every start, person and room of every session, tick by tick, and shares no code with the
engine beyond the values of the request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise, product

from clinic.domain.time import instant_of, zone
from clinic.engine.kind import Kind, Part
from clinic.engine.request import Request, Step, Weights
from tests.unit.engine.problems import Setting

PAUSED_AT_MOST = 21
Rooms = tuple[tuple[int, int, int], ...]  # of each part: the room's place (-1: none), ticks held before and after


@dataclass(frozen=True, order=True)
class Best:
    """The course that wins all ties: cost, then starts, then leads; then of each session the layout, the people, and
    the rooms, by their place in the calendars."""

    objective: int
    starts: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()
    rest: tuple[tuple[tuple[int, ...], tuple[int, ...], Rooms], ...] = ()


@dataclass(frozen=True)
class Option:
    start: int
    on: date
    minutes: int
    lead: int
    cost: int
    layout: tuple[int, ...]
    people: tuple[int, ...]
    rooms: Rooms


@lru_cache
def offered(setting: Setting) -> dict[int, tuple[date, int]]:
    """Ticks with their local date and minutes: on the grid, and shown by the clock only once."""
    tz, last = zone(setting.zone), setting.first_on + timedelta(setting.days)
    begin = setting.horizon().first_tick
    walls: dict[tuple[date, int], list[int]] = {}
    for tick in range(begin - 300, begin + 300 * (setting.days + 2)):
        local = instant_of(tick).astimezone(tz)
        minutes = local.hour * 60 + local.minute
        if setting.first_on <= local.date() < last and minutes % setting.grid == 0:
            walls.setdefault((local.date(), minutes), []).append(tick)
    return {ticks[0]: wall for wall, ticks in walls.items() if len(ticks) == 1}


def best_course(setting: Setting, request: Request) -> Best | None:
    """The one course that the engine must find, or None."""
    kinds = {id(step.kind): options_of(setting, request, step.kind) for step in request.steps}
    options: list[dict[date, list[Option]]] = [{} for _ in request.steps]
    for n, step in enumerate(request.steps):
        for option in (
            kinds[id(step.kind)] if step.pin is None or step.pin.room is None else _repinned(setting, request, step)
        ):
            if _suits(request, step, option):
                options[n].setdefault(option.on, []).append(_costed(request, step, option))
    least = [min((option.cost for of_day in each.values() for option in of_day), default=0) for each in options]
    to_come = [sum(least[n:]) for n in range(len(least) + 1)]
    return _deepen(request, options, to_come, (), 0, None)


def _deepen(
    request: Request,
    options: list[dict[date, list[Option]]],
    to_come: list[int],
    chosen: tuple[Option, ...],
    spent: int,
    best: Best | None,
) -> Best | None:
    """Every course that begins with those chosen, but for those that cannot be better: `to_come` is the least that the
    sessions from n on cost by themselves."""
    n = len(chosen)
    if best is not None and spent + to_come[n] >= best.objective:
        starts = tuple([each.start for each in chosen])
        if spent + to_come[n] > best.objective or starts > best.starts:
            return best
    if n == len(request.steps):
        found = _as_best(chosen, spent)
        return found if best is None else min(found, best)
    for on, of_day in options[n].items():
        extra = _joined(request, n, [each.on for each in chosen], on)
        if extra is None:
            continue
        for option in of_day:
            if all(_keeps(request.steps[n], chosen, option)):
                cost = spent + option.cost + extra + (_changed(request.weights, chosen[-1], option) if chosen else 0)
                best = _deepen(request, options, to_come, (*chosen, option), cost, best)
    return best


def _keeps(step: Step, chosen: tuple[Option, ...], option: Option) -> Iterator[bool]:
    """Whether it keeps its distance from each earlier session that it must keep one from."""
    for each in step.apart:
        other = chosen[each.step]
        yield (option.on - other.on).days >= each.days
        midnight = datetime.min.time()
        here = datetime.combine(option.on, midnight) + timedelta(minutes=option.minutes)
        there = datetime.combine(other.on, midnight) + timedelta(minutes=other.minutes)
        yield here - there >= timedelta(minutes=each.minutes)


def _changed(weights: Weights, before: Option, now: Option) -> int:
    """What another lead, weekday and time than the session before cost."""
    cost = 0 if now.lead == before.lead else weights.switch
    round_the_week = abs(now.on.weekday() - before.on.weekday())
    cost += weights.irregular_day * min(round_the_week, 7 - round_the_week)
    return cost + weights.irregular_15min * len(range(0, abs(now.minutes - before.minutes), 15))


def _as_best(chosen: tuple[Option, ...], spent: int) -> Best:
    return Best(
        spent,
        tuple([each.start for each in chosen]),
        tuple([each.lead for each in chosen]),
        tuple([(each.layout, each.people, each.rooms) for each in chosen]),
    )


def _joined(request: Request, n: int, days: list[date], on: date) -> int | None:
    """What the day of session n costs after the sessions before it, or None where a rule forbids it."""
    weights, step = request.weights, request.steps[n]
    if (request.latest is not None and on > request.latest) or not _rarely(request, [*days, on]):
        return None
    cost = 0
    if not days:
        late = (on - request.earliest).days
        if not 0 <= late <= request.start_within_days:
            return None
        cost += late * weights.first_late_day
    elif on <= days[-1]:
        return None
    counted = [other for other in step.since if other < on]
    if days:
        counted.append(days[-1] if step.follows is None else days[step.follows])
    if step.gap is not None and counted:
        days_apart = (on - max(counted)).days
        if not _fits(request, max(counted), on, step.gap.min, step.gap.max):
            return None
        cost += 0 if step.gap.ideal is None else abs(days_apart - step.gap.ideal) * weights.gap_day
    if n == len(request.steps) - 1:
        cost += max(0, (on - _ideal_end(request)).days) * weights.last_late_day
    return cost


def _fits(request: Request, early: date, late: date, least: int, most: int) -> bool:
    days = (late - early).days
    first = request.calendars.horizon.first_on
    inside = [(first + timedelta(day)) for day in range(request.calendars.horizon.days)]
    paused = sum(early < on < late and request.calendars.paused >> (on - first).days & 1 for on in inside)
    return least <= days <= most + min(paused, PAUSED_AT_MOST)


def _ideal_end(request: Request) -> date:
    ideal = [request.earliest]
    for n, step in enumerate(request.steps[1:]):
        assert step.gap is not None
        before = ideal[n if step.follows is None else step.follows]
        ideal.append(before + timedelta(step.gap.min if step.gap.ideal is None else step.gap.ideal))
    return ideal[-1]


def _rarely(request: Request, days: list[date]) -> bool:
    """Whether the patient has no more visits on a day and in a week than he may, as far as these sessions matter."""
    often, every = request.often, [*days, *request.often.besides]
    on = days[-1]
    if often.day is not None and every.count(on) > often.day:
        return False
    week = [each for each in every if each.isocalendar()[:2] == on.isocalendar()[:2]]
    return often.week is None or len(week) <= often.week


def _suits(request: Request, step: Step, option: Option) -> bool:
    pin, calendars = step.pin, request.calendars
    return pin is None or (option.start == pin.start and pin.therapist in (None, calendars.therapists[option.lead].id))


def _repinned(setting: Setting, request: Request, step: Step) -> list[Option]:
    """Everything the session could be with its lead in the pinned room."""
    return options_of(setting, request, step.kind, step.pin.room if step.pin else None)


def options_of(setting: Setting, request: Request, kind: Kind, lead_room: str | None = None) -> list[Option]:
    """Everything one session of a kind could be, by start and lead: in the first layout that is possible, with the
    first people and rooms. Costs are added for each step."""
    calendars = request.calendars
    patient = calendars.patient
    held = calendars.open & patient.available & ~patient.away & ~patient.taken
    found = []
    for start, (on, minutes) in sorted(offered(setting).items()):
        at = start - calendars.horizon.first_tick
        if start < calendars.not_before or any(blocked.starts >> at & 1 for blocked in kind.blocked):
            continue
        for lead in range(len(calendars.therapists)):
            if calendars.therapists[lead].reserved >> at & 1:
                continue
            day = (on - setting.first_on).days
            for layout in _layouts(kind):
                length = layout[-1] + kind.parts[-1].ticks
                people = _people(request, kind, layout, at, day, lead)
                rooms = _rooms(request, kind, layout, at, lead_room)
                if people is not None and rooms is not None and _all_set(held, at, length):
                    found.append(Option(start, on, minutes, lead, 0, layout, people, rooms))
                    break
    return found


def _layouts(kind: Kind) -> list[tuple[int, ...]]:
    """All ways to wait between parts, the shortest visit first."""
    found = []
    for waits in product(*(range(part.wait + 1) for part in kind.parts[1:])):
        at, begins = 0, [0]
        for part, wait in zip(kind.parts, waits, strict=False):
            at += part.ticks + wait
            begins.append(at)
        found.append((sum(waits), waits, tuple(begins)))
    return [begins for _, _, begins in sorted(found)]


def _people(
    request: Request, kind: Kind, layout: tuple[int, ...], at: int, day: int, lead: int
) -> tuple[int, ...] | None:
    """The first who can for each part, with that lead; None where there is none."""
    chosen = []
    for n, (part, begins) in enumerate(zip(kind.parts, layout, strict=True)):
        places = [lead] if n == kind.lead else range(len(request.calendars.therapists))
        may = [place for place in places if _can(request, part, place, at + begins, day)]
        if not may:
            return None
        chosen.append(may[0])
    return tuple(chosen)


def _can(request: Request, part: Part, place: int, at: int, day: int) -> bool:
    therapist = request.calendars.therapists[place]
    for staff in part.staff:
        if staff.therapist == therapist.id and not staff.beyond_wish and staff.days >> day & 1:
            works = therapist.works & ~therapist.away
            if not any(_all_set(watched, at, part.ticks) for watched in staff.watched):
                return False
            lanes = [_all_set(works & ~lane, at, part.ticks) for lane in therapist.taken]
            return any(lanes[: staff.at_once]) if staff.at_once > 1 else all(lanes)
    return False


def _rooms(request: Request, kind: Kind, layout: tuple[int, ...], at: int, lead_room: str | None) -> Rooms | None:
    """The first rooms in order, of all ways to stay in one or to go from one to the next; staying before going."""
    ways = []
    choices = [range(len(request.calendars.rooms)) if part.rooms is not None else (-1,) for part in kind.parts]
    for rooms in product(*choices):
        named = [None if room < 0 else request.calendars.rooms[room].id for room in rooms]
        if any(
            name is not None and name not in (part.rooms or ()) for name, part in zip(named, kind.parts, strict=True)
        ):
            continue
        if lead_room is not None and named[kind.lead] != lead_room:
            continue
        pairs = pairwise(rooms)
        for goes in product(*((0, 1) if a == b and a >= 0 else (1,) for a, b in pairs)):
            held = _held(kind, layout, rooms, goes)
            if all(
                _room_free(request, each, part, at + begins)
                for each, part, begins in zip(held, kind.parts, layout, strict=True)
            ):
                ways.append((rooms, goes, held))
    return min(ways)[2] if ways else None


def _held(kind: Kind, layout: tuple[int, ...], rooms: tuple[int, ...], goes: tuple[int, ...]) -> Rooms:
    found = []
    for n, part in enumerate(kind.parts):
        setup = part.setup if n == 0 or goes[n - 1] else 0
        pause = layout[n + 1] - layout[n] - part.ticks if n + 1 < len(kind.parts) else 0
        cleanup = part.cleanup if n + 1 == len(kind.parts) or goes[n] else pause
        found.append((rooms[n], setup, cleanup) if rooms[n] >= 0 else (-1, 0, 0))
    return tuple(found)


def _room_free(request: Request, held: tuple[int, int, int], part: Part, at: int) -> bool:
    place, setup, cleanup = held
    if place < 0:
        return True
    room, begin, length = request.calendars.rooms[place], at - setup, setup + part.ticks + cleanup
    inside = begin >= 0 and begin + length <= request.calendars.horizon.ticks
    return inside and any(_all_set(room.open & ~lane, max(begin, 0), length) for lane in room.taken)


def _costed(request: Request, step: Step, option: Option) -> Option:
    prefer, weights = request.prefer, request.weights
    name = request.calendars.therapists[option.lead].id
    ticks = option.layout[-1] + step.kind.parts[-1].ticks
    unlike = prefer.therapist not in (None, name) or (prefer.among is not None and name not in prefer.among)
    cost = weights.other_therapist if unlike or (step.was and step.was.therapist != name) else 0
    if step.was is not None:
        cost += abs((option.on - step.was.on).days) * weights.moved_day
        cost += len(range(0, abs(option.minutes - step.was.minutes), 15)) * weights.moved_15min
    if prefer.beside:
        ends = option.start + ticks
        near = [0 <= option.start - b <= 3 or 0 <= a - ends <= 3 for a, b in prefer.beside]
        cost += 0 if any(near) else weights.alone
    if prefer.weekdays is not None and option.on.weekday() not in prefer.weekdays:
        cost += weights.tod_cap
    elif prefer.minutes is not None:
        begin, end = prefer.minutes
        outside = max(0, begin - option.minutes, option.minutes + 5 * ticks - end)
        cost += min(weights.tod_cap, (outside + 14) // 15 * weights.tod_15min)
    return Option(
        option.start, option.on, option.minutes, option.lead, cost, option.layout, option.people, option.rooms
    )


def _all_set(bitmap: int, begin: int, length: int) -> bool:
    return bitmap >> begin & (wanted := (1 << length) - 1) == wanted
