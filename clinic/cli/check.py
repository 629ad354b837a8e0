"""`clinic check`: sweep the database for what its guards should have made impossible."""

import argparse
import json
from dataclasses import asdict

from clinic import wiring
from clinic.content.sentences import sentence
from clinic.db import schema, sweep


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `check`."""
    job = subparsers.add_parser("check", help="sweep the database for overlaps and lost rows; exit status 1 if any")
    job.add_argument("--json", action="store_true", help="print the faults as JSON and nothing else")
    job.set_defaults(func=_check)


def _check(args: argparse.Namespace) -> int:
    database = wiring.open_database(wiring.settings())
    schema.refuse_absent(database.engine)
    with database.read() as unit:
        faults = sweep.faults(unit.connection)
    if args.json:
        print(json.dumps({"faults": [asdict(fault) for fault in faults]}))
    else:
        for fault in faults:
            print(sentence(fault.code, {"count": fault.count, **fault.detail}))
        if not faults:
            print("The database is sound.")
    return 1 if faults else 0
