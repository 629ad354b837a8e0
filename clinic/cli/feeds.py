"""`clinic feed`: subscribed calendars."""

import argparse
import json
import sys

from clinic import wiring
from clinic.domain.access.actors import system
from clinic.services.messages import feeds
from clinic.services.patients import find


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `feed create` and `feed revoke`."""
    jobs = subparsers.add_parser("feed", help="subscribed calendars").add_subparsers(required=True, metavar="JOB")
    create = jobs.add_parser("create", help="make a calendar to subscribe to; its address is shown once")
    whose = create.add_mutually_exclusive_group(required=True)
    whose.add_argument("--patient", metavar="P", help="a public id, an identifier or a name that only one patient has")
    whose.add_argument("--staff", metavar="CODE", help="a therapist's code or public id")
    create.add_argument("--name", default="calendar", help="what to tell it by: iPhone, office computer")
    create.add_argument("--json", action="store_true", help="print JSON and nothing else")
    create.set_defaults(func=_create)
    revoke = jobs.add_parser("revoke", help="shut a calendar for good")
    revoke.add_argument("feed", metavar="FEED", help="its public id, as `feed create` printed it")
    revoke.set_defaults(func=_revoke)


def _create(args: argparse.Namespace) -> int:
    settings = wiring.settings()
    database = wiring.ready_database(settings)
    if args.staff is None:
        kind, owner = "patient", find.resolve(database.read, args.patient).public_id
    else:
        kind, owner = "staff", args.staff
    made = feeds.create(database.begin, kind, owner, args.name, actor=system("cli"), now=wiring.now())
    address, webcal = feeds.address(settings.url, made.secret), feeds.webcal(settings.url, made.secret)
    if args.json:
        print(json.dumps({"feed": made.public_id, "address": address, "webcal": webcal}))
    else:
        print(address)
        sys.stderr.write(f"Calendar {made.public_id}. Note the address now: it is not shown again.\n")
    return 0


def _revoke(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    feeds.revoke(database.begin, args.feed, actor=system("cli"), now=wiring.now())
    print(f"Calendar {args.feed} is shut.")
    return 0
