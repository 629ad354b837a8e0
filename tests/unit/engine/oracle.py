"""Plain brute force: tries every start, person and room of every session, tick by tick, and shares no code with the
engine beyond the values of the request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinic.engine.request import Request, Step, Weights
from tests.unit.engine.oracle_options import Option, Rooms, of_step
from tests.unit.engine.problems import Setting

PAUSED_AT_MOST = 21


@dataclass(frozen=True, order=True)
class Best:
    """The course that wins all ties: cost, then starts, then leads; then of each session the layout, the people, and
    the rooms, by their place in the calendars."""

    objective: int
    starts: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()
    rest: tuple[tuple[tuple[int, ...], tuple[int, ...], Rooms], ...] = ()


def best_course(setting: Setting, request: Request) -> Best | None:
    """The one course that the engine must find, or None."""
    options: list[dict[date, list[Option]]] = [{} for _ in request.steps]
    for each, step in zip(options, request.steps, strict=True):
        for option in of_step(setting, request, step):
            each.setdefault(option.on, []).append(option)
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
