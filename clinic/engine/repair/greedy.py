"""A repair at once: course by course, the hardest first, each the cheapest on what the others left."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.repair.chain_path import cheapest
from clinic.engine.repair.courses import Entries, dearest, entries
from clinic.engine.repair.options import Options
from clinic.engine.repair.outcome import Choice, Chosen, cost_of, kept, needs_of, spans_of
from clinic.engine.repair.values import Kept, Need, Repair

_ROUNDS = 3


def greedily(repair: Repair, options: Options) -> Chosen:
    """What each session takes when courses choose in turn: those with a session of the fewest options first, of equals
    in the order asked. Where that leaves some out they choose first the next time, and what they keep is not to be had;
    the best of a few rounds. Lanes are taken in the order that their need names them."""
    among = entries(repair, options, leaving_out=dearest(repair, options))
    counts = np.diff(options.first).tolist()
    begins = np.cumsum([0, *(len(chain.sessions) for chain in repair.chains)]).tolist()
    spans = [range(begin, end) for begin, end in pairwise(begins)]
    order = sorted(range(len(spans)), key=lambda n: (min(counts[each] for each in spans[n]), n))
    best: tuple[tuple[int, int], Chosen] | None = None
    held: tuple[Kept, ...] = ()
    for _ in range(_ROUNDS):
        found = _round(repair, options, among, [(n, spans[n]) for n in order], held)
        held, chosen = tuple(kept(repair, found)), _let(repair, options, found)
        rank = (-len(chosen), cost_of(repair, options, chosen))
        if best is None or rank < best[0]:
            best = rank, chosen
        if len(chosen) == len(repair.sessions):
            break
        order.sort(key=lambda n: all(each in chosen for each in spans[n]))
    return best[1] if best else {}


def _round(
    repair: Repair, options: Options, among: Entries, order: Iterable[tuple[int, range]], held: Iterable[Kept]
) -> Chosen:
    """What courses take that choose in this order, without what is held."""
    board = _Board(repair, options)
    board.take(held)
    left_out = np.arange(len(options.session), len(among.session))
    owner = among.session[left_out]
    chosen: dict[int, Choice] = {}
    for n, span in order:
        days_out = left_out[(span.start <= owner) & (owner < span.stop)]
        chosen |= _one(repair, n, span, options, among, board, days_out)
    return chosen


def _let(repair: Repair, options: Options, chosen: Chosen) -> Chosen:
    """Those that take nothing of what others keep who are left out."""
    while True:
        held: dict[int, int] = {}
        for lane, begin, end in kept(repair, chosen):
            held[lane] = held.get(lane, 0) | bitmap.between(begin, end)
        left = {
            n: choice
            for n, choice in chosen.items()
            if not any(held.get(lane, 0) & bitmap.between(*span) for lane, *span in spans_of(options, choice))
        }
        if len(left) == len(chosen):
            return chosen
        chosen = left


def _one(
    repair: Repair, n: int, span: range, options: Options, among: Entries, board: "_Board", days_out: Integers
) -> dict[int, Choice]:
    """The cheapest choices for one course; the board is told of them."""
    open_ = [board.open(board.ranked[slice(*options.first[each : each + 2])]) for each in span]
    while True:
        offered = [
            np.concatenate((its, days_out[among.session[days_out] == each]))
            for each, its in zip(span, open_, strict=True)
        ]
        path = cheapest(repair.chains[n], among, offered, repair.weights)
        if path is None:
            return {}
        found: dict[int, Choice] = {}
        for at, entry in enumerate(path):
            if entry < len(options.session):
                lanes = board.serve(entry, [span_ for each in found.values() for span_ in spans_of(options, each)])
                if lanes is None:
                    open_[at] = open_[at][open_[at] != entry]
                    break
                found[span[at]] = Choice(entry, lanes)
        else:
            board.take(span_ for each in found.values() for span_ in spans_of(options, each))
            return found


class _Board:
    """For each need, who could serve it from each tick on; it shrinks as time is taken. `ranked` are the options of
    each session in turn, by day and of each day the cheapest first."""

    def __init__(self, repair: Repair, options: Options) -> None:
        self.options = options
        self.ranked = np.lexsort((options.start, options.cost, options.day, options.session))
        needs = dict.fromkeys(need for kind in options.kinds for need in kind)
        self.ready = {need: _ready(repair, need) for need in needs}

    def open(self, offered: Integers) -> Integers:
        """Those of the options whose every need somebody can serve."""
        kept = np.ones(len(offered), bool)
        kind, start = self.options.kind[offered], self.options.start[offered]
        for n in set(kind.tolist()):
            its = np.flatnonzero(kind == n)
            for need in self.options.kinds[n]:
                kept[its] &= self.ready[need][:, start[its]].any(axis=0)
        return offered[kept]

    def serve(self, option: int, taken: list[tuple[int, int, int]]) -> tuple[int, ...] | None:
        """A lane for each need of an option beside what is taken: the first that all can have; None if they cannot."""
        needs, start = needs_of(self.options, option), int(self.options.start[option])

        def rest(n: int, held: list[tuple[int, int, int]]) -> tuple[int, ...] | None:
            if n == len(needs):
                return ()
            begin, end = start + needs[n].begin, start + needs[n].end
            for lane, ready in zip(needs[n].of, self.ready[needs[n]][:, start].tolist(), strict=True):
                if ready and not any(lane == other and begin < e and b < end for other, b, e in held):
                    others = rest(n + 1, [*held, (lane, begin, end)])
                    if others is not None:
                        return (lane, *others)
            return None

        return rest(0, taken)

    def take(self, spans: Iterable[tuple[int, int, int]]) -> None:
        """Takes of each lane from one bit to another."""
        for lane, begin, end in spans:
            for need, ready in self.ready.items():
                if lane in need.of:
                    ready[need.of.index(lane), max(0, begin - need.end + 1) : max(0, end - need.begin)] = False


def _ready(repair: Repair, need: Need) -> NDArray[np.bool_]:
    """A row for each lane of a need and a column for each tick: whether it could serve from there."""
    size = repair.horizon.ticks
    rows = []
    for lane in need.of:
        bits = bitmap.starts(repair.lanes[lane].free, need.end - need.begin)
        bits = bits << -need.begin if need.begin < 0 else bits >> need.begin
        rows.append(bitmap.unpacked(bits & repair.horizon.every, size))
    return np.array(rows, bool).reshape(len(rows), size)
