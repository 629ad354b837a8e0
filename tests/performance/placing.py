"""How long placing takes, on files of format `course-place/1`, as JSON on standard output; run by hand:

    python -m tests.performance.placing [--peer FILE.py] INSTANCE…

Medians of paired runs in milliseconds. A peer is another solver's module with `load(path)`, `prep(loaded)` and
`solve(prepared, plan=True)`, which gives (objective, plan) or None; it is timed between our runs, and must agree.
"""

import argparse
import json
import sys
from collections.abc import Callable
from importlib import util
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType
from typing import Any

from clinic.engine.candidates import candidates
from clinic.engine.spacing import search
from clinic.interchange.instances import read_place

RUNS = 51


def timed(work: Callable[..., Any], *args: Any) -> tuple[Any, float]:
    begun = perf_counter()
    found = work(*args)
    return found, (perf_counter() - begun) * 1000


def measured(path: Path, peer: ModuleType | None) -> dict[str, object]:
    """The medians for one file, after one run that warms up."""
    ours: list[tuple[float, float, float]] = []
    theirs: list[float] = []
    loaded = peer.load(str(path)) if peer else None
    objective: int | None = None
    for _ in range(RUNS + 1):
        instance, load = timed(read_place, path)
        possible, ready = timed(candidates, instance.request)
        course, found = timed(search, instance.request, possible)
        objective = course.objective if course else None
        ours.append((load, ready, found))
        if peer:
            prepared, prep = timed(peer.prep, loaded)
            answer, solve = timed(peer.solve, prepared, True)
            theirs.append(prep + solve)
            if objective != (answer[0] if answer else None):
                raise SystemExit(f"{path}: {objective} is not the peer's {answer and answer[0]}")
    load, ready, found = (round(median(each), 4) for each in zip(*ours[1:], strict=True))
    result: dict[str, object] = {"objective": objective, "load": load, "candidates": ready, "search": found}
    if theirs:
        ratio = median((mine[1] + mine[2]) / other for mine, other in zip(ours[1:], theirs[1:], strict=True))
        result |= {"peer": round(median(theirs[1:]), 4), "ratio": round(ratio, 3)}
    return result


def module(path: Path) -> ModuleType:
    sys.path.insert(0, str(path.parent))
    spec = util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python module")
    found = util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Time placing on problems in files.")
    parser.add_argument("--peer", type=Path)
    parser.add_argument("instances", type=Path, nargs="+")
    args = parser.parse_args()
    peer = module(args.peer) if args.peer else None
    sys.stdout.write(json.dumps({path.stem: measured(path, peer) for path in args.instances}, indent=1) + "\n")


if __name__ == "__main__":
    main()
