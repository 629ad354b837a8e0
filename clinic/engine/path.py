"""The cheapest course as a path of days and starts, and the visits that follow from it: who and where, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clinic.engine.candidates import Candidates
from clinic.engine.course import Placed
from clinic.engine.request import Request


@dataclass(frozen=True, slots=True)
class Node:
    """One session of the cheapest course: day, start (a bit number), and its own cost with each therapist row that may
    have it."""

    day: int
    start: int
    costs: Mapping[int, int]


def placed(request: Request, candidates: Candidates, path: Sequence[Node]) -> Iterator[Placed]:
    """The sessions of the path, each with the first therapists and the first room that make the course cheapest."""
    calendars, weights, prefer = request.calendars, request.weights, request.prefer
    rows = _first_therapists(path, weights.switch)
    irregularity = _irregularity(request, path)
    for n, (node, row) in enumerate(zip(path, rows, strict=True)):
        therapist = calendars.therapists[candidates.therapists[row]].id
        other = weights.other_therapist if prefer.therapist not in (None, therapist) else 0
        first_late = (node.day - request.first_days[0]) * weights.first_late_day if n == 0 else 0
        last_late = max(0, node.day - request.ideal_end) * weights.last_late_day if n == len(path) - 1 else 0
        off_ideal = abs(node.day - path[n - 1].day - request.gaps[n - 1].ideal) if n else 0
        yield Placed(
            calendars.horizon.first_tick + node.start,
            calendars.horizon.on(node.day),
            therapist,
            candidates.openings[n].room_at(node.start),
            {
                "gap_day": off_ideal * weights.gap_day,
                "first_late_day": first_late,
                "last_late_day": last_late,
                "other_therapist": other,
                "switch": weights.switch if n and rows[n - 1] != row else 0,
                "time_of_day": node.costs[row] - first_late - last_late - other,
                "irregularity": irregularity[n],
            },
        )


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
