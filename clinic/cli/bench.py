"""`clinic bench`: measures the engine on problems in files, beside other solvers on the same work."""

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict, TypeVar

from clinic.cli import bench_job, bench_repair
from clinic.cli.bench_database import from_database
from clinic.cli.timing import measured
from clinic.engine.candidates import candidates
from clinic.engine.spacing import search
from clinic.interchange.instances import PlaceInstance, read_place

RUNS = 9

Result = TypeVar("Result")


class Answer(TypedDict):
    """What `--json` prints; without a course the objective is None and there are no sessions."""

    instance: str
    objective: int | None
    proven: bool
    sessions: list[dict[str, str]]
    ms: dict[str, float]


def place(load: Callable[[], PlaceInstance], names: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """The proven answer to an instance. Each part is measured by itself; `load` ends at the free bitmaps. `names` are
    what to call therapists and rooms where their ids will not do."""
    instance, load_ms = _timed(load)
    possible, candidates_ms = _timed(partial(candidates, instance.request))
    course, search_ms = _timed(partial(search, instance.request, possible))
    return {
        "instance": instance.id,
        "objective": course.objective if course else None,
        "proven": course is None or course.proven,
        "sessions": [
            {
                "starts": bench_job.instant(each.start),
                "therapist": names.get(each.therapist, each.therapist),
                "room": names.get(each.room or "", each.room or ""),
            }
            for each in (course.sessions if course else ())
        ],
        "ms": {"load": load_ms, "candidates": candidates_ms, "search": search_ms},
    }


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    return measured(work, runs=RUNS, warm=RUNS)


def place_from_file(path: Path) -> Answer:
    """`place` on a file of format `course-place/1`. Raises Invalid."""
    return place(lambda: read_place(path))


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `bench place FILE [--from-db] [--json]` and `bench repair`, which is asked the same way."""
    bench = subparsers.add_parser("bench", help="measure the engine on a problem in a file")
    jobs = bench.add_subparsers(required=True, metavar="JOB")
    bench_job.add(jobs, "place", "course-place/1", _run_place, does="place a course of visits, proven cheapest")
    bench_repair.register(jobs)


def _run_place(args: argparse.Namespace) -> int:
    """Exit status 0 with a course, 1 without."""
    answer = place(*from_database(args.file)) if args.from_db else place_from_file(args.file)
    bench_job.tell(args, answer, lambda: _written(answer))
    return 0 if answer["sessions"] else 1


def _written(answer: Answer) -> str:
    lines = [f"{visit['starts']}  {visit['therapist']}  {visit['room']}" for visit in answer["sessions"]]
    proof = "proven" if answer["proven"] else "not proven"
    cost = "no course" if answer["objective"] is None else f"cost {answer['objective']}, {proof}"
    return "\n".join([f"{answer['instance']}: {cost} ({bench_job.parts(answer['ms'])})", *lines]) + "\n"
