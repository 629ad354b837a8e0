"""How much of the rules and the placer is held by tests: faults are put in one at a time, nine in ten must be noticed.

`python -m tests.mutants` takes all of them, `python -m tests.mutants 'clinic.engine.links.*'` those of one module,
`python -m tests.mutants --sample 800 --seed 1` so many at random, the same for the same code. The copies are in
var/mutation, where `mutmut show NAME` says what a fault was.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "var" / "mutation"
COPIED = ("clinic", "tests", "setup.cfg", "pyproject.toml")
MUTMUT = str(Path(sys.executable).parent / "mutmut")
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
LEAST_PERCENT = 90
FEW = "clinic.domain.ids.*"
"""Tried before a sample is taken: only a run says which faults there are."""


def main() -> int:
    asked = _arguments()
    _copy()
    children = ("--max-children", str(asked.children)) if asked.children else ()
    names = asked.names
    if asked.sample is not None:
        subprocess.run([MUTMUT, "run", *children, FEW], cwd=PLACE, check=True)
        names = chosen(outcomes(_results(), names), asked.sample, asked.seed)
    subprocess.run([MUTMUT, "run", *children, *names], cwd=PLACE, check=True)
    found = outcomes(_results(), names)
    told = summary(found)
    if asked.report is not None:
        _add(asked.report, told)
    for module, percent in told["modules"].items():
        print(f"{percent:6.1f} %  {module}")
    for package, (noticed, of) in told["packages"].items():
        print(f"{100 * noticed / of:6.1f} %  of all in {package}: {noticed} of {of}")
    print(f"{told['percent']:6.1f} %  of {len(found)} faults were noticed; {LEAST_PERCENT} % have to be")
    return 0 if told["percent"] >= LEAST_PERCENT else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, help="add the rates to this JSON file")
    parser.add_argument("--children", type=int, help="how many at once; as many as there are processors when not said")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of them, chosen at random")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which; 1 when not said")
    parser.add_argument("names", nargs="*", help="faults by name or pattern; all when none is named")
    return parser.parse_args()


def _copy() -> None:
    """What is changed meanwhile makes no difference, and nothing of an earlier run is taken for a result."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    for each in COPIED:
        if (ROOT / each).is_dir():
            shutil.copytree(ROOT / each, PLACE / each, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / each, PLACE / each)


def _results() -> str:
    command = [MUTMUT, "results", "--all", "true"]
    return subprocess.run(command, cwd=PLACE, check=True, capture_output=True, text=True).stdout


def outcomes(results: str, names: Sequence[str]) -> dict[str, str]:
    """What became of every fault that was asked for, by its name."""
    lines = (line.strip().partition(": ") for line in results.splitlines())
    return {
        name: outcome
        for name, told, outcome in lines
        if told and (not names or any(fnmatch(name, each) for each in names))
    }


def chosen(names: Iterable[str], count: int, seed: int) -> list[str]:
    """So many of the names at random, in order; all where there are no more."""
    every = sorted(names)
    return sorted(Random(seed).sample(every, min(count, len(every))))


def summary(found: Mapping[str, str]) -> dict[str, Any]:
    """Percent noticed, of all and by module, how many by package, noticed and in all, and the names of the others; one
    that was not tried counts as missed."""
    modules = [name.rpartition(".")[0] for name in found]
    noticed = Counter(name.rpartition(".")[0] for name, outcome in found.items() if outcome in NOTICED)
    rates = {module: 100 * noticed[module] / of for module, of in sorted(Counter(modules).items())}
    packages = {
        package: (sum(noticed[each] for each in set(own)), len(own))
        for package in sorted({_package(each) for each in modules})
        if (own := [each for each in modules if _package(each) == package])
    }
    missed = {name: outcome for name, outcome in found.items() if outcome not in NOTICED}
    percent = 100 * noticed.total() / len(found) if found else 0.0
    return {"percent": percent, "packages": packages, "modules": rates, "missed": missed}


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _add(report: Path, told: Mapping[str, Any]) -> None:
    held = json.loads(report.read_text("utf-8")) if report.exists() else {}
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps({**held, "mutants": told}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
