"""Everything that one session could be: every start, person and room, tick by tick; shares no code with the engine
beyond the values of the request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise, product

from clinic.domain.time import instant_of, zone
from clinic.engine.calendars import Calendars
from clinic.engine.kind import Kind, Part
from clinic.engine.request import Request, Step
from tests.unit.engine.problems import Setting

Rooms = tuple[tuple[int, int, int], ...]  # of each part: the room's place (-1: none), ticks held before and after


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


def _suits(request: Request, step: Step, option: Option) -> bool:
    pin, calendars = step.pin, request.calendars
    return pin is None or (option.start == pin.start and pin.therapist in (None, calendars.therapists[option.lead].id))


def of_step(setting: Setting, request: Request, step: Step) -> Iterator[Option]:
    """Everything a session could be by itself, its pin kept, with what that costs."""
    lead_room = None if step.pin is None else step.pin.room
    for option in options_of(setting, request.calendars, step.kind, lead_room):
        if _suits(request, step, option):
            yield _costed(request, step, option)


_KNOWN: dict[tuple[int, int, str | None], tuple[Calendars, Kind, list[Option]]] = {}
_MOST_KNOWN = 50


def options_of(setting: Setting, calendars: Calendars, kind: Kind, lead_room: str | None = None) -> list[Option]:
    """Everything one session of a kind could be, by start and lead: in the first layout that is possible, with the
    first people and rooms. Costs are added for each step. What was asked last is known."""
    key = id(calendars), id(kind), lead_room
    if key not in _KNOWN:
        if len(_KNOWN) == _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = calendars, kind, list(_options(setting, calendars, kind, lead_room))
    return _KNOWN[key][2]


def _options(setting: Setting, calendars: Calendars, kind: Kind, lead_room: str | None) -> Iterator[Option]:
    patient = calendars.patient
    held = calendars.open & patient.available & ~patient.away & ~patient.taken
    layouts = [(layout, _ways(calendars, kind, layout, lead_room)) for layout in _layouts(kind)]
    for start, (on, minutes) in sorted(offered(setting).items()):
        at, day = start - calendars.horizon.first_tick, (on - setting.first_on).days
        if start < calendars.not_before or any(blocked.starts >> at & 1 for blocked in kind.blocked):
            continue
        in_time = [each for each in layouts if _all_set(held, at, each[0][-1] + kind.parts[-1].ticks)]
        for lead in range(len(calendars.therapists)):
            if calendars.therapists[lead].reserved >> at & 1:
                continue
            for layout, ways in in_time:
                people = _people(calendars, kind, layout, at, day, lead)
                rooms = None if people is None else _rooms(calendars, kind, layout, at, ways)
                if people is not None and rooms is not None:
                    yield Option(start, on, minutes, lead, 0, layout, people, rooms)
                    break


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
    calendars: Calendars, kind: Kind, layout: tuple[int, ...], at: int, day: int, lead: int
) -> tuple[int, ...] | None:
    """The first who can for each part, with that lead; None where there is none."""
    chosen = []
    for n, (part, begins) in enumerate(zip(kind.parts, layout, strict=True)):
        places = [lead] if n == kind.lead else range(len(calendars.therapists))
        may = [place for place in places if _can(calendars, part, place, at + begins, day)]
        if not may:
            return None
        chosen.append(may[0])
    return tuple(chosen)


def _can(calendars: Calendars, part: Part, place: int, at: int, day: int) -> bool:
    therapist = calendars.therapists[place]
    for staff in part.staff:
        if staff.therapist == therapist.id and not staff.beyond_wish and staff.days >> day & 1:
            works = therapist.works & ~therapist.away
            if not any(_all_set(watched, at, part.ticks) for watched in staff.watched):
                return False
            lanes = [_all_set(works & ~lane, at, part.ticks) for lane in therapist.taken]
            return any(lanes[: staff.at_once]) if staff.at_once > 1 else all(lanes)
    return False


def _ways(calendars: Calendars, kind: Kind, layout: tuple[int, ...], lead_room: str | None) -> list[Rooms]:
    """All ways to stay in one room or to go from one to the next, the first rooms first; staying before going."""
    ways = []
    choices = [range(len(calendars.rooms)) if part.rooms is not None else (-1,) for part in kind.parts]
    for rooms in product(*choices):
        named = [None if room < 0 else calendars.rooms[room].id for room in rooms]
        if any(
            name is not None and name not in (part.rooms or ()) for name, part in zip(named, kind.parts, strict=True)
        ):
            continue
        if lead_room is not None and named[kind.lead] != lead_room:
            continue
        for goes in product(*((0, 1) if a == b and a >= 0 else (1,) for a, b in pairwise(rooms))):
            ways.append((rooms, goes, _held(kind, layout, rooms, goes)))
    return [held for _, _, held in sorted(ways)]


def _rooms(calendars: Calendars, kind: Kind, layout: tuple[int, ...], at: int, ways: list[Rooms]) -> Rooms | None:
    """The first of the ways in which every room is free."""
    for held in ways:
        if all(
            _room_free(calendars, each, part, at + begins)
            for each, part, begins in zip(held, kind.parts, layout, strict=True)
        ):
            return held
    return None


def _held(kind: Kind, layout: tuple[int, ...], rooms: tuple[int, ...], goes: tuple[int, ...]) -> Rooms:
    found = []
    for n, part in enumerate(kind.parts):
        setup = part.setup if n == 0 or goes[n - 1] else 0
        pause = layout[n + 1] - layout[n] - part.ticks if n + 1 < len(kind.parts) else 0
        cleanup = part.cleanup if n + 1 == len(kind.parts) or goes[n] else pause
        found.append((rooms[n], setup, cleanup) if rooms[n] >= 0 else (-1, 0, 0))
    return tuple(found)


def _room_free(calendars: Calendars, held: tuple[int, int, int], part: Part, at: int) -> bool:
    place, setup, cleanup = held
    if place < 0:
        return True
    room, begin, length = calendars.rooms[place], at - setup, setup + part.ticks + cleanup
    inside = begin >= 0 and begin + length <= calendars.horizon.ticks
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
