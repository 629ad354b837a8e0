"""The forward half of the exact programme where every rule speaks of days, and of the session before alone: what is
still to come is known for each day and therapist, so the first day that costs no more than the least is the one."""

from collections.abc import Iterable, Sequence

from clinic.engine.candidates import Candidates
from clinic.engine.path import Node
from clinic.engine.programme import Programme
from clinic.engine.request import NEVER, Request
from clinic.engine.walk import Walked

Costs = Sequence[int]  # by therapist row
Days = Iterable[tuple[int, int, Costs]]
"""Days in order, what the gap before each costs, and what the session and all after it do."""


def daily(request: Request, candidates: Candidates, programme: Programme) -> Walked | None:
    """The cheapest course, of those that cost as little the one that starts first; None where there is none."""
    least, nodes = programme.least, list[Node]()
    if least >= NEVER:
        return None
    arrived: Costs = [0] * len(candidates.rows)
    for n in range(len(request.steps)):
        days = _after(candidates, programme, n, nodes[-1].day) if nodes else _first(candidates, programme, least)
        day, gap, rows = _cheapest(days, arrived, least)
        node = _node(candidates, programme, n, day, rows)
        spent = {row: cost + arrived[row] + gap for row, cost in node.costs.items()}
        changed = min(spent.values()) + request.weights.switch
        arrived = [min(spent.get(row, changed), changed) for row in range(len(arrived))]
        nodes.append(node)
    return Walked(least, nodes)


def _first(candidates: Candidates, programme: Programme, least: int) -> Days:
    """The day on which the course begins."""
    whole = programme.whole[0][0, 0]
    place = int((whole <= least).any(0).argmax())
    return [(candidates.links.windows[0].start + place, 0, whole[:, place].tolist())]


def _after(candidates: Candidates, programme: Programme, n: int, before: int) -> Days:
    """The days that session n could have after one."""
    window, band = candidates.links.windows[n], candidates.links.bands[n]
    assert band is not None  # noqa: S101 - every session but the first has one
    begin = before + band.least
    low = max(window.start, begin)
    gaps = band.costs[low - begin :, before if band.costs.shape[1] > 1 else 0].tolist()
    whole = programme.whole[n][0, 0, :, low - window.start : low - window.start + len(gaps)]
    return zip(range(low, window.stop), gaps, whole.T.tolist(), strict=False)


def _cheapest(days: Days, arrived: Costs, least: int) -> tuple[int, int, list[int]]:
    """The first day on which the course stays as cheap, its gap's cost, and the therapist rows with which it does."""
    fitting = (
        (day, gap, [row for row, cost in enumerate(whole) if cost + arrived[row] + gap <= least])
        for day, gap, whole in days
    )
    return next(each for each in fitting if each[2])


def _node(candidates: Candidates, programme: Programme, n: int, day: int, rows: Sequence[int]) -> Node:
    """The session on that day: the earliest start that any of the rows has."""
    starts = candidates.tables[n].start[0, :, day].tolist()
    own = programme.own[n][0, 0, :, day - candidates.links.windows[n].start].tolist()
    start = min(starts[row] for row in rows)
    return Node(day, start, {row: own[row] for row in rows if starts[row] == start})
