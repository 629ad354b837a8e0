"""A whole repair as one program, and its solutions read back.

People and rooms that serve alike are no part of an option, which makes far fewer of them: what starts at a tick with
the same needs is served by as many lanes.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from clinic.engine.bitmap import Integers
from clinic.engine.repair import courses, serving
from clinic.engine.repair.options import Options
from clinic.engine.repair.outcome import Choice, Chosen, needs_of
from clinic.engine.repair.program import Draft, Numbers, Program
from clinic.engine.repair.values import Need, Repair


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """`leaving_out` is what each session that is left out costs; `singly`: that one of several in a chain may be, else
    only the whole chain."""

    options: Options
    program: Program
    leaving_out: int
    singly: bool
    needs: tuple[Need, ...]
    served: serving.Served


def model(repair: Repair, options: Options, *, singly: bool) -> Model:
    """The program, its first columns those of the options."""
    draft = Draft()
    leaving_out = courses.dearest(repair, options)
    among = courses.entries(repair, options, leaving_out=leaving_out if singly else None)
    columns = courses.write(draft, repair, among, leaving_out=leaving_out)
    needs, served = serving.write(draft, repair, options, columns[: len(options.session)])
    return Model(options, draft.program(), leaving_out, singly, needs, served)


def chosen(solved: Model, values: Numbers) -> Chosen:
    """What a solution in whole numbers says. Lanes that serve the same need from the same start go, in their order, to
    the sessions in theirs."""
    options, served = solved.options, solved.served
    used = np.flatnonzero(values[served.column] > 0.5)
    lanes: dict[tuple[Need, int], list[int]] = defaultdict(list)
    for need, start, lane in sorted(
        zip(*(each[used].tolist() for each in (served.need, served.start, served.lane)), strict=True), reverse=True
    ):
        lanes[solved.needs[need], start].append(lane)
    taken: Integers = np.flatnonzero(values[: len(options.session)] > 0.5)
    return {
        int(options.session[n]): Choice(
            n, tuple(lanes[need, int(options.start[n])].pop() for need in needs_of(options, n))
        )
        for n in taken.tolist()
    }
