"""What every job of `clinic bench` is asked: a problem in a file, read there or out of the database; how to tell."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from clinic.domain.time import instant_of

Run = Callable[[argparse.Namespace], int]


def add(
    jobs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, form: str, run: Run, *, does: str
) -> None:
    """Adds `NAME FILE [--from-db] [--json]` for problems of the format `form`."""
    job = jobs.add_parser(name, help=does)
    job.add_argument("file", type=Path, metavar="FILE", help=f"a problem of format {form}")
    job.add_argument(
        "--from-db",
        action="store_true",
        help="lay the problem into the database that is set, as a location of its own, and measure from there",
    )
    job.add_argument("--json", action="store_true", help="print the answer as JSON and nothing else")
    job.set_defaults(func=run)


def tell(args: argparse.Namespace, answer: Mapping[str, object], written: Callable[[], str]) -> None:
    """The answer, as it was asked for."""
    print(json.dumps(answer) + "\n" if args.json else written(), end="")


def parts(ms: Mapping[str, float]) -> str:
    """How long each part took."""
    return ", ".join(f"{part} {value} ms" for part, value in ms.items())


def instant(tick: int) -> str:
    """2026-11-23T09:00Z."""
    return f"{instant_of(tick):%Y-%m-%dT%H:%MZ}"
