"""`clinic busy`: therapists' own calendars."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from random import random
from typing import Any

from clinic import wiring
from clinic.calendars.lean import MOST_BYTES
from clinic.content.sentences import sentence
from clinic.db.practice import busy as stored
from clinic.domain.access.actors import system
from clinic.domain.errors import Invalid
from clinic.services.practice import busy
from clinic.services.practice.busy_reading import read_due


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `busy list`, `busy add`, `busy remove` and `busy read`."""
    jobs = subparsers.add_parser("busy", help="therapists' own calendars").add_subparsers(required=True, metavar="JOB")
    listing = jobs.add_parser("list", help="every calendar, and how the last try to read it went")
    listing.add_argument("--json", action="store_true", help="print JSON and nothing else")
    listing.set_defaults(func=_list)
    add = jobs.add_parser(
        "add", help="read a calendar from now on; its secret address is asked for, or read from stdin"
    )
    add.add_argument("--staff", required=True, metavar="CODE", help="a therapist's code or public id")
    add.add_argument("--name", required=True, help="what to tell it by: family, hospital")
    add.add_argument("--file", type=Path, help="read this .ics file, once, instead of an address")
    add.set_defaults(func=_add)
    remove = jobs.add_parser("remove", help="forget a calendar: its times are free at once")
    remove.add_argument("--staff", required=True, metavar="CODE")
    remove.add_argument("calendar", metavar="CALENDAR", help="its public id, as `busy list` prints it")
    remove.set_defaults(func=_remove)
    read = jobs.add_parser("read", help="read the calendars that are due, and end")
    read.set_defaults(func=_read)


def _list(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    with database.read() as unit:
        found = stored.lines(unit.connection)
    if args.json:
        print(json.dumps([_shown(line) for line in found]))
        return 0
    for line in found:
        read = f"{line.good_at:%Y-%m-%d %H:%M}Z" if line.good_at else "never"
        print(f"{line.public_id}  {line.staff}  {line.name}  {line.kind}  read {read}  {line.fault}".rstrip())
    return 0


def _shown(line: stored.Line) -> dict[str, Any]:
    return {**line._asdict(), "good_at": line.good_at and line.good_at.isoformat()}


def _add(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    actor, now = system("cli"), wiring.now()
    if args.file is None:
        where = getpass.getpass("Address: ") if sys.stdin.isatty() else sys.stdin.readline()
        made = busy.add_address(database.begin, args.staff, args.name, where.strip(), actor=actor, now=now)
    else:
        data = _bytes(args.file)
        made = busy.add_file(database.begin, database.read, args.staff, args.name, data, actor=actor, now=now)
    print(f"Calendar {made} is read{' by the worker from now on' if args.file is None else ''}.")
    return 0


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Invalid("busy_too_large", most_mb=MOST_BYTES >> 20)
    return data


def _remove(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    busy.remove(database.begin, args.staff, args.calendar, actor=system("cli"), now=wiring.now())
    print(f"Calendar {args.calendar} is removed.")
    return 0


def _read(_: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    done = read_due(database.begin, database.read, now=wiring.now, jitter=random)
    with database.read() as unit:
        bad = [line for line in stored.lines(unit.connection) if line.fault]
    for line in bad:
        sys.stderr.write(f"{line.public_id}: {sentence(line.fault, {'field': 'Address', **line.fault_params})}\n")
    print(f"{done} calendars read, {len(bad)} of all have a fault.")
    return 0
