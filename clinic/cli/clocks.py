"""`clinic time`: what new time zone data does to visits ahead."""

import argparse
import json
from datetime import datetime

from clinic import wiring
from clinic.calendars.zones import edition
from clinic.domain.access.actors import system
from clinic.services.visits import promises
from clinic.services.visits.promises import Affected, Keep


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `time check` and `time accept`."""
    topic = subparsers.add_parser("time", help="what new time zone data does to visits ahead")
    jobs = topic.add_subparsers(required=True, metavar="JOB")
    check = jobs.add_parser("check", help="list the visits whose clock shows another time than was promised")
    check.add_argument("--json", action="store_true", help="print JSON and nothing else")
    check.set_defaults(func=_check)
    accept = jobs.add_parser("accept", help="settle them; letters go out as after any move")
    accept.add_argument("visits", metavar="VISIT", nargs="*", help="public ids, as `time check` prints them")
    accept.add_argument("--all", action="store_true", help="every visit that `time check` lists")
    accept.add_argument(
        "--keep",
        required=True,
        choices=[keep.value for keep in Keep],
        help="`wall`: the promised time of day, so that the visit moves; `instant`: the visit stays and shows another",
    )
    accept.add_argument("--reason", default="", help="where a rule asks for one")
    accept.set_defaults(func=_accept)


def _check(args: argparse.Namespace) -> int:
    """Exit status 1 when there are any."""
    database = wiring.ready_database(wiring.settings())
    found = promises.affected(database.read, now=wiring.now())
    if args.json:
        print(json.dumps({"edition": edition(), "visits": [_row(each) for each in found]}))
    elif not found:
        print(f"Every visit ahead takes place when its patient was told ({edition()}).")
    else:
        for each in found:
            print(_line(each))
    return 1 if found else 0


def _row(each: Affected) -> dict[str, object]:
    visit, how = each.visit, each.parted
    return {
        "visit": visit.public_id,
        "patient": visit.patient,
        "zone": visit.tz,
        "promised": how.promised,
        "shows": how.shows,
        "exists": how.kept is not None,
        "booked_with": visit.tzdata,
    }


def _line(each: Affected) -> str:
    visit, how = each.visit, each.parted
    skipped = "" if how.kept is not None else "; the promised time does not exist"
    told = f"promised {_said(how.promised)}, now {_said(how.shows)}"
    return f"{visit.public_id}  {visit.patient}, {visit.tz}: {told}{skipped}"


def _said(wall: str) -> str:
    return f"{datetime.fromisoformat(wall):%Y-%m-%d %H:%M}"


def _accept(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    wanted = list(args.visits)
    if args.all:
        wanted += [each.visit.public_id for each in promises.affected(database.read, now=wiring.now())]
    done = promises.accept(
        database.begin, wanted, Keep(args.keep), actor=system("cli"), reason=args.reason, now=wiring.now()
    )
    print(f"{len(done)} visits settled.")
    return 0
