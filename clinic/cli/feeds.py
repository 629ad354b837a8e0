"""`clinic feed`: subscribed calendars."""

import argparse
import json
import sys

from clinic import wiring
from clinic.db.messages import subscriptions
from clinic.domain.access.actors import system
from clinic.domain.messages.subscriptions import KINDS, Subscription, client, standing
from clinic.services.messages import feeds
from clinic.services.patients import find


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `feed create`, `feed list` and `feed revoke`."""
    jobs = subparsers.add_parser("feed", help="subscribed calendars").add_subparsers(required=True, metavar="JOB")
    create = jobs.add_parser("create", help="make a calendar to subscribe to; its address is shown once")
    whose = create.add_mutually_exclusive_group(required=True)
    whose.add_argument("--patient", metavar="P", help="a public id, an identifier or a name that only one patient has")
    for kind, what in (("staff", "a therapist's"), ("room", "a room's"), ("location", "a location's")):
        whose.add_argument(f"--{kind}", metavar="CODE", help=f"{what} code or public id")
    create.add_argument("--name", default="calendar", help="what to tell it by: iPhone, office computer")
    create.add_argument("--shared", action="store_true", help="do not mark the entries as private")
    create.add_argument("--json", action="store_true", help="print JSON and nothing else")
    create.set_defaults(func=_create)
    listed = jobs.add_parser("list", help="the open calendars, who fetches them, and which are forgotten")
    listed.add_argument(
        "--patient", metavar="P", help="a patient's and his relatives'; otherwise those of the practice"
    )
    listed.set_defaults(func=_list)
    revoke = jobs.add_parser("revoke", help="shut a calendar for good")
    revoke.add_argument("feed", metavar="FEED", help="its public id, as `feed create` printed it")
    revoke.set_defaults(func=_revoke)


def _create(args: argparse.Namespace) -> int:
    settings = wiring.settings()
    database = wiring.ready_database(settings)
    kind = next(each for each in KINDS if getattr(args, each) is not None)
    owner = getattr(args, kind)
    if kind == "patient":
        owner = find.resolve(database.read, owner).public_id
    asked = Subscription(args.name, private=not args.shared)
    made = feeds.create(database.begin, kind, owner, asked, actor=system("cli"), now=wiring.now())
    address, webcal = feeds.address(settings.url, made.secret), feeds.webcal(settings.url, made.secret)
    if args.json:
        print(json.dumps({"feed": made.public_id, "address": address, "webcal": webcal}))
    else:
        print(address)
        sys.stderr.write(f"Calendar {made.public_id}. Note the address now: it is not shown again.\n")
    return 0


def _list(args: argparse.Namespace) -> int:
    """Kind, whose, name, standing, program and public id of each, one a line, separated by tabs."""
    database = wiring.ready_database(wiring.settings())
    patient = find.resolve(database.read, args.patient) if args.patient else None
    with database.read() as unit:
        stale_days = subscriptions.policy(unit.connection).stale_days
        of_patient = None if patient is None else subscriptions.of_patient(unit.connection, patient.id)
        lines = subscriptions.of_the_house(unit.connection) if of_patient is None else of_patient
    for line in lines:
        stands = standing(line.fetched_at, stale_days=stale_days, now=wiring.now())
        whose = line.relative or line.whose
        print("\t".join((line.kind, whose, line.name, stands.value, client(line.fetched_by), line.public_id)))
    return 0


def _revoke(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    feeds.revoke(database.begin, args.feed, actor=system("cli"), now=wiring.now())
    print(f"Calendar {args.feed} is shut.")
    return 0
