"""The cheapest course as a path of days and starts, and the visits that follow from it: who and where, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clinic.engine.candidates import Candidates
from clinic.engine.course import Placed
from clinic.engine.openings import PlacedPart
from clinic.engine.request import Request, quarters
from clinic.engine.wishes import BESIDE_TICKS, therapist_cost


@dataclass(frozen=True, slots=True)
class Node:
    """One session of the cheapest course: day, start (a bit number), and its own cost with each therapist row that may
    have it."""

    day: int
    start: int
    costs: Mapping[int, int]


def placed(request: Request, candidates: Candidates, path: Sequence[Node]) -> Iterator[Placed]:
    """The sessions of the path, each with the first therapists and the first rooms that make the course cheapest."""
    weights, days = request.weights, [node.day for node in path]
    rows = _first_therapists(path, weights.switch)
    irregularity = _irregularity(request, path)
    for n, (node, row) in enumerate(zip(path, rows, strict=True)):
        opening, lead = candidates.openings[n], candidates.rows[row]
        parts, gap = opening.at(node.start, lead), _gap(request, n, days)
        own = {
            "other_therapist": therapist_cost(request, request.steps[n], request.calendars.therapists[lead].id),
            "moved": _moved(request, n, node),
            "alone": _alone(request, parts),
            "first_late_day": 0 if n else (node.day - request.first_days[0]) * weights.first_late_day,
            "last_late_day": _last_late(request, node.day) if n + 1 == len(path) else 0,
        }
        off_ideal = _off_ideal(request, n, gap)
        own["time_of_day"] = node.costs[row] - sum(own.values()) - (0 if n else off_ideal)
        own["gap_day"] = off_ideal
        own["switch"] = weights.switch if n and rows[n - 1] != row else 0
        own["irregularity"] = irregularity[n]
        yield Placed(parts[0].start, request.calendars.horizon.on(node.day), parts, opening.kind.lead, gap, own)


def _last_late(request: Request, day: int) -> int:
    """What it costs that the course ends on that day."""
    return max(0, day - request.ideal_end) * request.weights.last_late_day


def _gap(request: Request, n: int, days: Sequence[int]) -> int | None:
    """The days before session n, counted from the session it follows or from other treatment since."""
    step = request.steps[n]
    if n and not step.since:
        return days[n] - days[request.follows(n)]
    counted = [days[request.follows(n)]] if n else []
    others = (request.calendars.horizon.index(on) for on in step.since)
    counted += [day for day in others if day < days[n]]
    return days[n] - max(counted) if counted else None


def _off_ideal(request: Request, n: int, days: int | None) -> int:
    """What a gap of so many days before session n costs."""
    gap = request.steps[n].gap
    if days is None or gap is None or gap.ideal is None:
        return 0
    return abs(days - gap.ideal) * request.weights.gap_day


def _moved(request: Request, n: int, node: Node) -> int:
    """What it costs to lie elsewhere than so far."""
    was, horizon, weights = request.steps[n].was, request.calendars.horizon, request.weights
    if was is None:
        return 0
    minutes = int(horizon.minutes[horizon.rank[node.start]])
    days = abs(node.day - horizon.index(was.on))
    return days * weights.moved_day + quarters(minutes - was.minutes) * weights.moved_15min


def _alone(request: Request, parts: Sequence[PlacedPart]) -> int:
    """What it costs not to be beside a visit that it should be beside."""
    if not request.prefer.beside:
        return 0
    begins, ends = parts[0].start, parts[-1].start + parts[-1].ticks
    beside = (
        0 <= begins - other_ends <= BESIDE_TICKS or 0 <= other_begins - ends <= BESIDE_TICKS
        for other_begins, other_ends in request.prefer.beside
    )
    return 0 if any(beside) else request.weights.alone


def _irregularity(request: Request, path: Sequence[Node]) -> list[int]:
    """What each session costs for its distance from the one before it."""
    weights, horizon = request.weights, request.calendars.horizon
    if not (weights.irregular_day or weights.irregular_15min):
        return [0] * len(path)
    minutes = horizon.minutes[horizon.rank[[node.start for node in path]]].tolist()
    walls = [(node.day, at) for node, at in zip(path, minutes, strict=True)]
    return [0, *(weights.irregularity(day - before, at - was) for (before, was), (day, at) in pairwise(walls))]


def _first_therapists(path: Sequence[Node], switch: int) -> list[int]:
    """For each session a therapist row: the first in order of those that make the course cheapest."""
    onwards: list[dict[int, int]] = []
    for node in reversed(path):
        after = onwards[-1] if onwards else {}
        changed = min(after.values(), default=-switch) + switch
        onwards.append({row: cost + min(after.get(row, changed), changed) for row, cost in node.costs.items()})
    chosen: list[int] = []
    for costs in reversed(onwards):
        total = {row: cost + (switch if chosen and row != chosen[-1] else 0) for row, cost in costs.items()}
        chosen.append(min(total, key=lambda row: (total[row], row)))
    return chosen
