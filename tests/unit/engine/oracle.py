"""Plain brute force: tries every start, therapist and room of every session, tick by tick, and shares no code with the
engine beyond the values of the request."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from clinic.domain.time import instant_of, zone
from clinic.engine.request import Kind, Request, Step, Weights
from tests.unit.engine.problems import Setting


@dataclass(frozen=True, order=True)
class Best:
    """The course that wins all ties: cost, then starts, then therapists and rooms by their place in the calendars."""

    objective: int
    starts: tuple[int, ...] = ()
    therapists: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()


@dataclass(frozen=True)
class Option:
    start: int
    on: date
    minutes: int
    therapist: int
    room: int
    cost: int


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
        for option in kinds[id(step.kind)]:
            if _suits(request, step, option):
                options[n].setdefault(option.on, []).append(option)
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
        extra = _joined(request, n, chosen[-1].on if chosen else None, on)
        if extra is None:
            continue
        for option in of_day:
            cost = spent + option.cost + extra + (_changed(request.weights, chosen[-1], option) if chosen else 0)
            best = _deepen(request, options, to_come, (*chosen, option), cost, best)
    return best


def _changed(weights: Weights, before: Option, now: Option) -> int:
    """What another therapist, weekday and time than the session before cost."""
    cost = 0 if now.therapist == before.therapist else weights.switch
    round_the_week = abs(now.on.weekday() - before.on.weekday())
    cost += weights.irregular_day * min(round_the_week, 7 - round_the_week)
    return cost + weights.irregular_15min * len(range(0, abs(now.minutes - before.minutes), 15))


def _as_best(chosen: tuple[Option, ...], spent: int) -> Best:
    return Best(
        spent,
        tuple([each.start for each in chosen]),
        tuple([each.therapist for each in chosen]),
        tuple([each.room for each in chosen]),
    )


def _joined(request: Request, n: int, before: date | None, on: date) -> int | None:
    """What the day of session n costs after the session before it, or None where a rule forbids it."""
    weights, gap = request.weights, request.steps[n].gap
    if request.latest is not None and on > request.latest:
        return None
    cost = 0
    if before is None:
        late = (on - request.earliest).days
        rested = request.anchor is None or gap is None or (on - request.anchor).days >= gap.min
        if not (0 <= late <= request.start_within_days and rested):
            return None
        cost += late * weights.first_late_day
    elif gap is None or not gap.min <= (on - before).days <= gap.max:
        return None
    else:
        cost += abs((on - before).days - gap.ideal) * weights.gap_day
    if n == len(request.steps) - 1:
        ideal = request.earliest + timedelta(sum(step.gap.ideal for step in request.steps[1:] if step.gap))
        cost += max(0, (on - ideal).days) * weights.last_late_day
    return cost


def _suits(request: Request, step: Step, option: Option) -> bool:
    pin, calendars = step.pin, request.calendars
    return pin is None or (
        option.start == pin.start
        and pin.therapist in (None, calendars.therapists[option.therapist].id)
        and pin.room in (None, calendars.rooms[option.room].id)
    )


def options_of(setting: Setting, request: Request, kind: Kind) -> list[Option]:
    """Everything one session of a kind could be, by start, therapist and room."""
    calendars = request.calendars
    may = {staff.therapist: staff.days for staff in kind.staff if not staff.beyond_wish}
    patient = calendars.patient
    held = calendars.open & patient.available & ~patient.away & ~patient.taken
    found = []
    for start, (on, minutes) in sorted(offered(setting).items()):
        at, day = start - calendars.horizon.first_tick, (on - setting.first_on).days
        if start < calendars.not_before:
            continue
        if any(blocked.days >> day & 1 for blocked in kind.blocked) or not _all_set(held, at, kind.ticks):
            continue
        for t, therapist in enumerate(calendars.therapists):
            lanes = [_all_set(therapist.works & ~therapist.away & ~lane, at, kind.ticks) for lane in therapist.taken]
            kept = therapist.reserved >> at & 1 or not may.get(therapist.id, 0) >> day & 1
            if kept or not (any(lanes) if kind.shared else all(lanes)):
                continue
            cost = _own_cost(request, therapist.id, on, minutes, kind)
            for r, room in enumerate(calendars.rooms):
                begin, length = at - kind.setup, kind.setup + kind.ticks + kind.cleanup
                inside = begin >= 0 and begin + length <= calendars.horizon.ticks
                lanes = [_all_set(room.open & ~lane, max(begin, 0), length) for lane in room.taken]
                if room.id in kind.rooms and inside and any(lanes):
                    found.append(Option(start, on, minutes, t, r, cost))
    return found


def _own_cost(request: Request, therapist: str, on: date, minutes: int, kind: Kind) -> int:
    prefer, weights = request.prefer, request.weights
    cost = weights.other_therapist if prefer.therapist not in (None, therapist) else 0
    if prefer.weekdays is not None and on.weekday() not in prefer.weekdays:
        return cost + weights.tod_cap
    if prefer.minutes is not None:
        begin, end = prefer.minutes
        outside = max(0, begin - minutes, minutes + 5 * kind.ticks - end)
        cost += min(weights.tod_cap, (outside + 14) // 15 * weights.tod_15min)
    return cost


def _all_set(bitmap: int, begin: int, length: int) -> bool:
    return bitmap >> begin & (wanted := (1 << length) - 1) == wanted
