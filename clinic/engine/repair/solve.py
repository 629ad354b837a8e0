"""The proven cheapest repair: the linear relaxation, and where that is not whole, a small program in whole numbers.

The relaxation says of every column by how much it would raise the cost at least. Columns for which that is more than
some gap are no part of any repair within the gap of the bound; so a repair within it, found among the others, is the
cheapest of all. The gap grows until there is one.
"""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, inf
from time import perf_counter

import numpy as np

from clinic.engine.repair import highs
from clinic.engine.repair.courses import dearest
from clinic.engine.repair.greedy import greedily
from clinic.engine.repair.model import Model, chosen, model
from clinic.engine.repair.options import Openings, Options, options
from clinic.engine.repair.outcome import Chosen, cost_of, moves_of
from clinic.engine.repair.program import Numbers, Program
from clinic.engine.repair.unplaced import unplaced
from clinic.engine.repair.values import Proposal, Repair

Progress = Callable[[int, int, float], None]
Stop = Callable[[], bool]

_WHOLE = 1e-6
_SLACK = 1e-4  # of the bound: costs are whole numbers, so it is rounded up once more than this is missing
_FIRST_GAP = 0.5
_WIDER = 16
_TOLD_SECONDS = 0.2


def propose(repair: Repair) -> Proposal:
    """A repair at once, course by course; nothing is proven, the bound is 0."""
    found = options(repair, Openings(repair.horizon, repair.lanes))
    taken = greedily(repair, found)
    return _proposal(repair, found, taken, bound=0, proven=False)


def solve(repair: Repair, progress: Progress | None = None, stop: Stop | None = None) -> Proposal:
    """The cheapest repair that places the most sessions, proven; or the best so far once `stop` answers yes. `progress`
    is told a bound, the cost of the best so far (of those that are placed) and the seconds; both are called every
    fraction of a second. Of repairs that cost the same, the solver's choice, which is always the same for the same
    repair and release of the solver."""
    found = options(repair, Openings(repair.horizon, repair.lanes))
    return answer(repair, model(repair, found, singly=False), progress, stop)


def answer(repair: Repair, built: Model, progress: Progress | None = None, stop: Stop | None = None) -> Proposal:
    """The same from the model, in which chains are left out whole."""
    found = built.options
    search = _Search(repair, found, progress, stop)
    search.run(built)
    if len(search.best) < len(repair.sessions) and search.several and not search.stopped:
        search.run(model(repair, found, singly=True))
    left = len(repair.sessions) - len(search.best)
    bound = search.bound(left) if search.stopped else search.cost
    return _proposal(repair, found, search.best, bound=bound, proven=not search.stopped)


def _proposal(repair: Repair, found: Options, taken: Chosen, *, bound: int, proven: bool) -> Proposal:
    """What is chosen as moves, with what is known of it."""
    left = unplaced(repair, found, taken)
    return Proposal(moves_of(repair, found, taken), left, cost_of(repair, found, taken), bound, proven)


def _is_whole(values: Numbers | np.float64) -> bool:
    return bool(np.abs(values - np.round(values)).max(initial=0) < _WHOLE)


class _Search:
    """The best so far and what is proven of it."""

    def __init__(self, repair: Repair, found: Options, progress: Progress | None, stop: Stop | None) -> None:
        self.repair, self.found = repair, found
        self.progress, self.stop = progress, stop
        self.begun = self.told = perf_counter()
        self.stopped = False
        self.least = 0.0
        self.several = any(len(chain.sessions) > 1 for chain in repair.chains)
        watched = progress is not None or stop is not None
        self.watch = self._watch if watched else None
        self.best: Chosen = greedily(repair, found) if watched else {}
        self.cost = cost_of(repair, found, self.best)
        self.leaving_out = dearest(repair, found)
        self.shown = len(repair.sessions) - len(self.best), self.cost

    def run(self, built: Model) -> None:
        """Solves a model, or leaves the best so far when it is stopped."""
        program = built.program
        relaxed = highs.linear(program, self.watch)
        if relaxed is not None and relaxed.objective > built.leaving_out:
            if self.several and not built.singly:
                return
            program, relaxed = self._counted(built, relaxed)
        if relaxed is None:
            self.stopped = True
            return
        self.least = relaxed.objective
        self._take(built, relaxed.values if _is_whole(relaxed.values) else self._narrowed(program, relaxed))

    def _counted(self, built: Model, relaxed: highs.Solution) -> tuple[Program, highs.Solution | None]:
        """The program where it is known how many are left out at least: part of one left out would hide what moves
        cost."""
        program = built.program
        out = np.floor(program.cost / built.leaving_out)
        if _is_whole(out @ relaxed.values):
            return program, relaxed
        fewest = highs.linear(replace(program, cost=out), self.watch)
        if fewest is None:
            return program, None
        program = program.at_least(out, ceil(fewest.objective - _SLACK))
        return program, highs.linear(program, self.watch)

    def _narrowed(self, program: Program, relaxed: highs.Solution) -> Numbers:
        """The best in whole numbers among the columns that can be part of it; zeros where there is none so far."""
        gap, every = _FIRST_GAP, np.zeros(len(program.cost))
        while not self.stopped:
            kept = np.flatnonzero((relaxed.reduced <= gap + _SLACK) | (relaxed.values > _WHOLE))
            values, done = highs.whole(program.only(kept), every[kept] if every.any() else None, self.watch)
            self.stopped = not done
            missing: float = inf
            if values is not None:
                every[:] = 0
                every[kept] = values
                missing = float(program.cost @ every) - 1 - relaxed.objective
            if missing <= gap:
                break
            gap = min(missing, _WIDER * gap)
        return every

    def _take(self, built: Model, values: Numbers) -> None:
        taken = chosen(built, values)
        cost = cost_of(self.repair, self.found, taken)
        if (-len(taken), cost) <= (-len(self.best), self.cost) or not self.stopped:
            self.best, self.cost = taken, cost

    def bound(self, left: int) -> int:
        """What a repair costs at least that leaves out so many."""
        return max(0, ceil(self.least - _SLACK) - left * self.leaving_out)

    def _watch(self, better: float | None) -> bool:
        if better is not None:
            self.shown = min(self.shown, divmod(round(better), self.leaving_out))
        now = perf_counter()
        if now - self.told >= _TOLD_SECONDS:
            self.told = now
            if self.progress is not None:
                self.progress(self.bound(self.shown[0]), self.shown[1], now - self.begun)
            self.stopped = self.stop is not None and self.stop()
        return self.stopped
