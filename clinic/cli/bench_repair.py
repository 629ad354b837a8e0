"""`clinic bench repair`: measures the repair of many courses on problems in files, beside other solvers."""

import argparse
from collections.abc import Callable
from typing import Any, TypedDict

from clinic.cli import bench_job
from clinic.cli.bench_repair_database import from_database
from clinic.cli.timing import measured
from clinic.content.sentences import sentence
from clinic.engine.repair.model import Model, model
from clinic.engine.repair.options import Openings, options
from clinic.engine.repair.solve import answer
from clinic.engine.repair.values import Proposal, Remedy, Unplaced
from clinic.interchange.repair_instances import RepairInstance, read_repair

RUNS = 5


class Answer(TypedDict):
    """What `--json` prints: `why` is a code, and so is what `helps`; `ms` has what each part took by itself."""

    instance: str
    objective: int
    bound: int
    unplaced: list[dict[str, Any]]
    moves: list[dict[str, str]]
    ms: dict[str, float]


def repaired(load: Callable[[], RepairInstance]) -> tuple[Answer, Proposal]:
    """The proven answer to an instance. `load` ends at the free bitmaps, the building at the program for the solver."""
    instance, load_ms = measured(load, runs=RUNS, warm=1)
    repair = instance.repair

    def build() -> Model:
        return model(repair, options(repair, Openings(repair.horizon, repair.lanes)), singly=False)

    built, build_ms = measured(build, runs=RUNS, warm=1)
    found, solve_ms = measured(lambda: answer(repair, built), runs=RUNS, warm=1)
    lanes = repair.lanes
    told: Answer = {
        "instance": instance.id,
        "objective": found.objective,
        "bound": found.bound,
        "unplaced": [_unplaced(each) for each in found.unplaced],
        "moves": [
            {
                "id": move.id,
                "starts": bench_job.instant(move.start),
                "therapist": lanes[move.lanes[0]].id,
                "room": lanes[move.lanes[1]].id,
            }
            for move in found.moves
        ],
        "ms": {"load": load_ms, "build": build_ms, "solve": solve_ms},
    }
    return told, found


def _unplaced(left: Unplaced) -> dict[str, Any]:
    helps = [
        {"code": each.code, "starts": bench_job.instant(each.start)} | ({"days": each.days} if each.days else {})
        for each in left.remedies
    ]
    return {"id": left.id, "why": left.reason.code, "helps": helps}


def register(jobs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `repair FILE [--from-db] [--json]`."""
    bench_job.add(jobs, "repair", "repair/1", _run, does="place all sessions that lost their time, proven cheapest")


def _run(args: argparse.Namespace) -> int:
    """Exit status 0 if everyone is placed, 1 otherwise."""
    told, found = repaired(from_database(args.file) if args.from_db else lambda: read_repair(args.file))
    bench_job.tell(args, told, lambda: _written(told, found))
    return 1 if found.unplaced else 0


def _written(told: Answer, found: Proposal) -> str:
    ms = bench_job.parts(told["ms"])
    proven = "proven" if found.proven else f"at least {found.bound}"
    moves = [f"{each['starts']}  {each['therapist']}  {each['room']}  {each['id']}" for each in told["moves"]]
    left = [
        " ".join([f"{each.id}: {sentence(each.reason.code, each.reason.params)}", *map(_helps, each.remedies)])
        for each in found.unplaced
    ]
    return "\n".join([f"{told['instance']}: cost {told['objective']}, {proven} ({ms})", *moves, *left]) + "\n"


def _helps(remedy: Remedy) -> str:
    return f"{sentence(remedy.code, {'days': remedy.days})} ({bench_job.instant(remedy.start)})"
