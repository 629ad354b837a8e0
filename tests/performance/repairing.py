"""How long repairing takes, on files of format `repair/1`, as JSON on standard output; run by hand:

    python -m tests.performance.repairing [--peers FOLDER] [--runs 7] INSTANCE…

Medians of paired runs in milliseconds, after one that warms up: options and program (`build`), the proof (`solve`), a
proposal at once (`at_once`). The peers' folder holds `repair_reference.py` with `load`, `prep2`, `evaluate2` and
`solve_ref(prepared)`, and `repair_solvers.py` with `highs(prepared, seconds)`, the plain program in whole numbers. Both
are timed between our runs; the reference's total is its own building, relaxation and small program. What we answer is
also counted by the peers, and must be as cheap.
"""

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from clinic.engine.repair.model import model
from clinic.engine.repair.options import Openings, options
from clinic.engine.repair.solve import answer, propose
from clinic.engine.repair.values import Proposal, Repair
from clinic.interchange.repair_instances import RepairInstance, read_repair
from tests.performance.placing import module, timed

PLAIN_SECONDS = 60


def ours(repair: Repair) -> tuple[Proposal, dict[str, float]]:
    """The answer, and what its parts took."""
    found, ready = timed(lambda: options(repair, Openings(repair.horizon, repair.lanes)))
    built, written = timed(lambda: model(repair, found, singly=False))
    proposal, solved = timed(answer, repair, built)
    at_once, quick = timed(propose, repair)
    assert len(at_once.moves) <= len(proposal.moves)
    return proposal, {"build": ready + written, "solve": solved, "at_once": quick}


def counted(instance: RepairInstance, proposal: Proposal, reference: ModuleType, prepared: Any, loaded: Any) -> int:
    """What our answer costs as the peers count; they refuse one that breaks a rule."""
    horizon, first = instance.repair.horizon, date.fromisoformat(loaded["first_day"])
    day_begins = {each: int(minute) for each, minute in enumerate(loaded["_base"])}
    answered = {}
    for move in proposal.moves:
        on = horizon.day_of(move.start)
        assert on is not None
        assert horizon.on(on) >= first
        slot = (move.start * 5 - day_begins[on]) // 15
        answered[move.id] = (on, slot, move.lanes[0], move.lanes[1] - instance.therapists)
    return int(reference.evaluate2(prepared, answered))


def measured(path: Path, peers: Path | None, runs: int) -> dict[str, object]:
    """The medians for one file."""
    instance, load = timed(read_repair, path)
    taken: list[dict[str, float]] = []
    theirs: list[tuple[float, float]] = []
    reference, solvers = (
        (module(peers / name) for name in ("repair_reference.py", "repair_solvers.py")) if peers else (None, None)
    )
    loaded = reference.load(str(path)) if reference else None
    prepared = reference.prep2(loaded) if reference else None
    for _ in range(runs + 1):
        proposal, parts = ours(instance.repair)
        taken.append(parts)
        if reference and solvers:
            found, plain = reference.solve_ref(prepared), solvers.highs(prepared, PLAIN_SECONDS, 1)
            theirs.append((found["total"] * 1000 if found else 0.0, plain["total"] * 1000))
    told = {part: round(median(each[part] for each in taken[1:]), 3) for part in taken[0]}
    result: dict[str, object] = {
        "objective": proposal.objective,
        "unplaced": len(proposal.unplaced),
        "load": round(load, 3),
    } | told
    if reference and not proposal.unplaced:
        if (
            counted(instance, proposal, reference, prepared, loaded) != proposal.objective
            or found["obj"] != proposal.objective
        ):
            raise SystemExit(f"{path}: {proposal.objective} is not the peers' {found['obj']}")
        for name, n in (("reference", 0), ("plain", 1)):
            pairs = zip(taken[1:], theirs[1:], strict=True)
            result[name] = round(median(each[n] for each in theirs[1:]), 3)
            result[f"to_{name}"] = round(median((our["build"] + our["solve"]) / their[n] for our, their in pairs), 3)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Time repairing on problems in files.")
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("instances", type=Path, nargs="+")
    args = parser.parse_args()
    os.environ["HI"] = "1"  # the peers' sign that HiGHS is wanted, which does not share a process with OR-Tools
    told = {path.stem: measured(path, args.peers, args.runs) for path in args.instances}
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
