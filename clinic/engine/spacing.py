"""The exact programme: a cheapest path over (session, day, therapist), and its ties.

Every rule speaks of days, so a day needs only the cheapest start of each therapist, and what is still to come costs
the same however one got to a day and a therapist. Ties: the earliest starts in order, then therapists, then rooms, in
the order given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from clinic.engine.candidates import NEVER, Candidates
from clinic.engine.course import Course, Placed
from clinic.engine.request import Gap, Request

Costs = NDArray[np.int64]  # a row a therapist, a column a day

_GAPS_AT_ONCE = 32  # bounds the memory that a very wide gap takes


@dataclass(frozen=True, slots=True)
class _Node:
    """One session of the cheapest course: day, start, and its own cost with each therapist row that may have it."""

    day: int
    start: int
    costs: Mapping[int, int]


def search(request: Request, candidates: Candidates) -> Course | None:
    """The proven cheapest course, or None. Time grows with sessions x therapists x days x the width of the gaps."""
    if not candidates.therapists:
        return None
    own = _own_costs(request, candidates)
    onwards = _onwards(request, own)
    best = int(onwards[0].min())
    if best >= NEVER:
        return None
    path = _earliest(request, candidates, own, onwards)
    return Course(best, tuple(_placed(request, candidates, path)))


def _own_costs(request: Request, candidates: Candidates) -> list[Costs]:
    """What each session costs by itself: the tables, the first with its lateness, the last with the course's."""
    weights, days = request.weights, np.arange(request.calendars.horizon.days)
    own = [table.cost for table in candidates.tables]
    first, last = request.first_days
    may_begin = (days >= max(first, request.rested_from)) & (days <= last)
    own[0] = np.where(may_begin, own[0] + (days - first) * weights.first_late_day, NEVER)
    own[-1] = own[-1] + np.maximum(0, days - request.ideal_end) * weights.last_late_day
    return own


def _onwards(request: Request, own: Sequence[Costs]) -> list[Costs]:
    """For each session the least cost of it and all after it."""
    weights = request.weights
    cost = np.minimum(own[-1], NEVER)
    onwards = [cost]
    ahead = _Ahead(cost.shape, request.gaps, weights.gap_day)
    for gap, each in zip(reversed(request.gaps), reversed(own[:-1]), strict=True):
        cost = each + ahead.cheapest(np.minimum(cost, np.minimum.reduce(cost) + weights.switch), gap)
        np.minimum(cost, NEVER, out=cost)
        onwards.append(cost)
    return onwards[::-1]


class _Ahead:
    """Looks a gap ahead in a table of therapists and days; beyond the horizon nothing can be."""

    def __init__(self, shape: tuple[int, ...], gaps: Sequence[Gap], weight: int) -> None:
        rows, self.days = shape
        reach = min(max((gap.max for gap in gaps), default=0), self.days)
        self.table = np.full((rows, self.days + reach), NEVER, np.int64)
        self.never = np.array(NEVER)
        self.views = {gap: list(self._views(gap, reach, weight)) for gap in set(gaps)}

    def _views(self, gap: Gap, reach: int, weight: int) -> Iterator[tuple[Costs, Costs]]:
        """The table shifted by each of the gap's lengths, and what each costs."""
        rows, _ = self.table.shape
        row, day = self.table.strides
        for low in range(gap.min, min(gap.max, reach) + 1, _GAPS_AT_ONCE):
            lengths = np.arange(low, min(low + _GAPS_AT_ONCE - 1, gap.max, reach) + 1)
            shifted = as_strided(self.table[:, low:], (len(lengths), rows, self.days), (day, row, day))
            yield shifted, (np.abs(lengths - gap.ideal) * weight)[:, None, None]

    def cheapest(self, cost: Costs, gap: Gap) -> Costs:
        """For each therapist and day the least cost after the gap, the gap's own cost included."""
        self.table[:, : self.days] = cost
        least = self.never
        for shifted, off_ideal in self.views[gap]:
            least = np.minimum(least, np.minimum.reduce(shifted + off_ideal))
        return least


def _earliest(request: Request, candidates: Candidates, own: Sequence[Costs], onwards: Sequence[Costs]) -> list[_Node]:
    """Of the cheapest courses those with the earliest starts in order; therapists stay open where they tie."""
    path: list[_Node] = []
    left: dict[int, int] = {}
    for n, (table, costs, cost) in enumerate(zip(candidates.tables, own, onwards, strict=True)):
        day, rows = _next(request, path[-1].day, n, left, cost) if path else _first(cost)
        starts, now, onward = (each[:, day].tolist() for each in (table.start, costs, cost))
        start = min(starts[row] for row in rows)
        rows = [row for row in rows if starts[row] == start]
        path.append(_Node(day, start, {row: now[row] for row in rows}))
        left = {row: onward[row] - now[row] for row in rows}
    return path


def _first(cost: Costs) -> tuple[int, list[int]]:
    """The first day on which a cheapest course begins, and the therapist rows with which it does."""
    cheapest = cost == cost.min()
    day = int(cheapest.any(0).argmax())
    return day, cheapest[:, day].nonzero()[0].tolist()


def _next(request: Request, before: int, n: int, left: Mapping[int, int], cost: Costs) -> tuple[int, list[int]]:
    """The first day of session n that keeps the course cheapest, and its therapist rows, when the session before is on
    day `before` and `left` is what may still be spent after each of its therapists."""
    gap, weights = request.gaps[n - 1], request.weights
    changed = max(left.values()) - weights.switch

    def rows_on(day: int) -> list[int]:
        # No therapist's rest costs more than another's with a change before it, so keeping him never hides a change.
        off_ideal = abs(day - before - gap.ideal) * weights.gap_day
        return [row for row, rest in enumerate(cost[:, day].tolist()) if rest + off_ideal == left.get(row, changed)]

    return next((day, rows) for day in range(before + gap.min, before + gap.max + 1) if (rows := rows_on(day)))


def _first_therapists(path: Sequence[_Node], switch: int) -> list[int]:
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


def _placed(request: Request, candidates: Candidates, path: Sequence[_Node]) -> Iterator[Placed]:
    calendars, weights, prefer = request.calendars, request.weights, request.prefer
    rows = _first_therapists(path, weights.switch)
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
            },
        )
