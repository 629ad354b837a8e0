"""The exact programme: a cheapest path over (session, day, therapist), and its ties.

Every rule speaks of days, so a day needs only the cheapest start of each therapist, and what is still to come costs
the same however one got to a day and a therapist; where the time of day counts from session to session, `regularity`
takes over. Ties: the earliest starts in order, then therapists, then rooms, in the order given.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from clinic.engine.candidates import NEVER, Candidates
from clinic.engine.course import Course
from clinic.engine.path import Node, placed
from clinic.engine.regularity import search_regular
from clinic.engine.request import Gap, Request

Costs = NDArray[np.int64]  # a row a therapist, a column a day
GapCosts = Mapping[Gap, Sequence[int]]  # what each length of a gap costs, its minimum first

_GAPS_AT_ONCE = 32  # bounds the memory that a very wide gap takes


def search(request: Request, candidates: Candidates) -> Course | None:
    """The proven cheapest course, or None. Time grows with sessions x therapists x days x the width of the gaps."""
    if request.weights.irregular_15min:
        return search_regular(request, candidates)
    if not candidates.therapists:
        return None
    own = _own_costs(request, candidates)
    gap_costs = {gap: request.weights.gap(gap) for gap in set(request.gaps)}
    onwards = _onwards(request, own, gap_costs)
    best = int(onwards[0].min())
    if best >= NEVER:
        return None
    path = _earliest(request, candidates, own, onwards, gap_costs)
    return Course(best, tuple(placed(request, candidates, path)))


def _own_costs(request: Request, candidates: Candidates) -> list[Costs]:
    """What each session costs by itself: the tables, the first with its lateness, the last with the course's."""
    weights, days = request.weights, np.arange(request.calendars.horizon.days)
    own = [table.cost for table in candidates.tables]
    first, last = request.first_days
    may_begin = (days >= max(first, request.rested_from)) & (days <= last)
    own[0] = np.where(may_begin, own[0] + (days - first) * weights.first_late_day, NEVER)
    own[-1] = own[-1] + np.maximum(0, days - request.ideal_end) * weights.last_late_day
    return own


def _onwards(request: Request, own: Sequence[Costs], gap_costs: GapCosts) -> list[Costs]:
    """For each session the least cost of it and all after it."""
    weights = request.weights
    cost = np.minimum(own[-1], NEVER)
    onwards = [cost]
    ahead = _Ahead(cost.shape, gap_costs)
    for gap, each in zip(reversed(request.gaps), reversed(own[:-1]), strict=True):
        cost = each + ahead.cheapest(np.minimum(cost, np.minimum.reduce(cost) + weights.switch), gap)
        np.minimum(cost, NEVER, out=cost)
        onwards.append(cost)
    return onwards[::-1]


class _Ahead:
    """Looks a gap ahead in a table of therapists and days; beyond the horizon nothing can be."""

    def __init__(self, shape: tuple[int, ...], gap_costs: GapCosts) -> None:
        rows, self.days = shape
        reach = min(max((gap.max for gap in gap_costs), default=0), self.days)
        self.table = np.full((rows, self.days + reach), NEVER, np.int64)
        self.never = np.array(NEVER)
        self.views = {gap: list(self._views(gap, reach, costs)) for gap, costs in gap_costs.items()}

    def _views(self, gap: Gap, reach: int, costs: Sequence[int]) -> Iterator[tuple[Costs, Costs]]:
        """The table shifted by each of the gap's lengths, and what each costs."""
        rows, _ = self.table.shape
        row, day = self.table.strides
        every = np.array(costs[: max(0, reach - gap.min + 1)])[:, None, None]
        for at in range(0, len(every), _GAPS_AT_ONCE):
            spent = every[at : at + _GAPS_AT_ONCE]
            yield as_strided(self.table[:, gap.min + at :], (len(spent), rows, self.days), (day, row, day)), spent

    def cheapest(self, cost: Costs, gap: Gap) -> Costs:
        """For each therapist and day the least cost after the gap, the gap's own cost included."""
        self.table[:, : self.days] = cost
        least = self.never
        for shifted, spent in self.views[gap]:
            least = np.minimum(least, np.minimum.reduce(shifted + spent))
        return least


def _earliest(
    request: Request, candidates: Candidates, own: Sequence[Costs], onwards: Sequence[Costs], gap_costs: GapCosts
) -> list[Node]:
    """Of the cheapest courses those with the earliest starts in order; therapists stay open where they tie."""
    path: list[Node] = []
    left: dict[int, int] = {}
    for n, (table, costs, cost) in enumerate(zip(candidates.tables, own, onwards, strict=True)):
        if path:
            gap = request.gaps[n - 1]
            day, rows = _next(path[-1].day + gap.min, gap_costs[gap], request.weights.switch, left, cost)
        else:
            day, rows = _first(cost)
        starts, now, onward = (each[:, day].tolist() for each in (table.start, costs, cost))
        start = min(starts[row] for row in rows)
        rows = [row for row in rows if starts[row] == start]
        path.append(Node(day, start, {row: now[row] for row in rows}))
        left = {row: onward[row] - now[row] for row in rows}
    return path


def _first(cost: Costs) -> tuple[int, list[int]]:
    """The first day on which a cheapest course begins, and the therapist rows with which it does."""
    cheapest = cost == cost.min()
    day = int(cheapest.any(0).argmax())
    return day, cheapest[:, day].nonzero()[0].tolist()


def _next(
    low: int, gap_costs: Sequence[int], switch: int, left: Mapping[int, int], cost: Costs
) -> tuple[int, list[int]]:
    """The first day of a session that keeps the course cheapest, and its therapist rows: the days from `low` on cost
    `gap_costs`, and `left` is what may still be spent after each of the therapists of the session before."""
    changed = max(left.values()) - switch

    def rows_on(day: int, spent: int) -> list[int]:
        # No therapist's rest costs more than another's with a change before it, so keeping him never hides a change.
        return [row for row, rest in enumerate(cost[:, day].tolist()) if rest + spent == left.get(row, changed)]

    return next((day, rows) for day, spent in enumerate(gap_costs, low) if (rows := rows_on(day, spent)))
