"""Solves programs with HiGHS: one thread and its own fixed seed, so that the same program has the same answer."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from clinic.engine.repair.program import Numbers, Program

_COLUMNS, _MINIMISE = 1, 1
_SETTINGS = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5}

Watch = Callable[[float | None], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """`values` of the columns and what they cost; `reduced`: by how much each column would raise that at least."""

    values: Numbers
    objective: float
    reduced: Numbers


def linear(program: Program, watch: Watch | None = None) -> Solution | None:
    """The cheapest where columns may be anything from 0 to 1, at a corner; None once `watch` says to stop."""
    # Presolve costs more here than it saves: the programs are small and their answers nearly whole.
    solver = _loaded(program, np.zeros(len(program.cost), np.int32), {"presolve": "off"}, watch)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    return Solution(np.array(found.col_value), solver.getInfo().objective_function_value, np.array(found.col_dual))


def whole(program: Program, known: Numbers | None, watch: Watch | None = None) -> tuple[Numbers | None, bool]:
    """The cheapest where columns are 0 or 1, and that it is proven; or the best there was when `watch` said to stop.
    None is proven where there is none. `known` is one to begin with; `watch` is told the cost of each better one."""
    solver = _loaded(program, np.ones(len(program.cost), np.int32), {}, watch)
    if known is not None:
        solver.setSolution(len(known), np.arange(len(known), dtype=np.int32), known)
    solver.run()
    status = solver.getModelStatus()
    done = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    values = np.array(solver.getSolution().col_value)
    found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return (values.round() if found else None), done


def _loaded(program: Program, kinds: NDArray[np.int32], settings: dict[str, str], watch: Watch | None) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (_SETTINGS | settings).items():
        solver.setOptionValue(name, value)
    count = len(program.cost)
    solver.passModel(
        count,
        len(program.least),
        len(program.row),
        _COLUMNS,
        _MINIMISE,
        0.0,
        program.cost,
        np.zeros(count),
        np.ones(count),
        program.least,
        program.most,
        program.begins.astype(np.int32),
        program.row.astype(np.int32),
        program.value,
        kinds,
    )
    if watch is not None:
        _watched(solver, watch)
    return solver


def _watched(solver: highspy.Highs, watch: Watch) -> None:
    def asked(event: highspy.HighsCallbackEvent) -> None:
        if watch(None):
            event.interrupt()

    def better(event: highspy.HighsCallbackEvent) -> None:
        watch(event.data_out.objective_function_value)

    solver.cbSimplexInterrupt += asked
    solver.cbMipInterrupt += asked
    solver.cbMipImprovingSolution += better
