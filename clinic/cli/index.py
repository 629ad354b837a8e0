"""`clinic index`: write anew what patients are found by."""

import argparse

from clinic import wiring
from clinic.services.patients.index import index


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `index`."""
    job = subparsers.add_parser("index", help="write anew what patients are found by; `db upgrade` does it when needed")
    job.set_defaults(func=_index)


def _index(_: argparse.Namespace) -> int:
    database = wiring.open_database(wiring.settings())
    print(f"Patients that are found now: {index(database.begin, database.read)}.")
    return 0
