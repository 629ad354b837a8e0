"""`clinic plan`: place a course for a patient, say why, and book it when told to."""

import argparse
import json
from datetime import date, datetime

from clinic import wiring
from clinic.cli.courses import document, written
from clinic.cli.meanwhile import looked_before
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.domain.courses.variants import exercised_apart
from clinic.domain.dates import plain_day
from clinic.domain.errors import Invalid
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Side, Target, region_named, side_named
from clinic.domain.practice.people import GENDERS
from clinic.engine.course import NoCourse
from clinic.services.courses.book import book, pins_of, speaking
from clinic.services.courses.place import answer
from clinic.services.courses.protocols import among, usable
from clinic.services.courses.wanted import Wanted
from clinic.services.patients.find import resolve
from clinic.services.practice.find import whereabouts

ACTOR = system("cli")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `plan`."""
    job = subparsers.add_parser("plan", help="place a course of visits; exit status 1 when there is none")
    job.add_argument("--patient", required=True, help="a public id, an identifier or a name that only one has")
    job.add_argument("--protocol", required=True, help="the key of a protocol, as in tension-headache")
    job.add_argument("--from", required=True, dest="earliest", metavar="DATE", help="the first day it may begin on")
    job.add_argument("--location", help="a code or name; else the first where the therapist works, or the first of all")
    job.add_argument(
        "--therapist", help="whom the patient wishes for: a code, public id or name; else as his record says"
    )
    job.add_argument(
        "--region",
        action="append",
        metavar="REGION[:SIDE]",
        help="what is treated, as in shoulder:right, once for each; else the protocol's usual regions on both sides",
    )
    _add_wishes(job)
    job.add_argument("--book", action="store_true", help="book it to its next reassessment, pencil the rest")
    job.add_argument("--reason", default="", help="with --book: why, where a rule asks for a reason")
    job.add_argument("--again", action="store_true", help="with --book: beside a course of this protocol that he has")
    job.add_argument("--json", action="store_true", help="print the course as JSON and nothing else")
    job.set_defaults(func=_plan)


def _add_wishes(job: argparse.ArgumentParser) -> None:
    job.add_argument("--alternate", action="store_true", help="let the two sides of what is needled take turns")
    job.add_argument("--exercise-apart", action="store_true", help="exercise in a gym room, with whoever is free")
    job.add_argument("--regular", action="store_true", help="wish for the same weekday and time from visit to visit")
    job.add_argument(
        "--gender", choices=GENDERS[:-1], help="wish for a therapist of this gender; else as the record says"
    )
    job.add_argument("--only-gender", action="store_true", help="with --gender: nobody else")


def _plan(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    now = wiring.now()
    wanted = _wanted(database, args)
    with database.read() as unit:
        found = answer(unit, wanted, now=now)
        spoken = speaking(unit, found)
    plan = None
    if args.book and not isinstance(found.outcome, NoCourse):
        pinned = wanted.pinned(pins_of(found.outcome))
        with looked_before():
            plan = _book(database, pinned, args, now)
    print(json.dumps(document(found, plan, spoken)) if args.json else written(found, plan, spoken))
    return 1 if isinstance(found.outcome, NoCourse) else 0


def _book(database: Database, wanted: Wanted, args: argparse.Namespace, now: datetime) -> str:
    how = {"reason": args.reason, "alone": not args.again}
    return book(database.begin, database.read, wanted, **how, actor=ACTOR, now=now).plan


def _wanted(database: Database, args: argparse.Namespace) -> Wanted:
    with database.read() as unit:
        chosen = among(usable(unit), args.protocol)
    patient = resolve(database.read, args.patient)
    location, therapist = whereabouts(database.read, args.location, args.therapist)
    only = therapist is not None and patient.choices.preferences.therapist_required
    wishes = Preferences(frozenset(), None, therapist, only, args.gender, args.only_gender, args.regular)
    return Wanted(
        patient.public_id,
        location,
        exercised_apart(chosen) if args.exercise_apart else chosen,
        _day(args.earliest),
        tuple(map(_target, args.region or ())),
        wishes,
        alternate=args.alternate,
    )


def _day(said: str) -> date:
    try:
        return plain_day(said)
    except ValueError as error:
        raise Invalid("text_malformed", field="--from", like="2026-09-07") from error


def _target(said: str) -> Target:
    region, _, side = said.partition(":")
    return Target(region_named(region), side_named(side) if side else Side.BOTH)
