"""`clinic repair`: what becomes of the visits of somebody who is away, or of a room or a place that is closed."""

import argparse
import json
from typing import Any, Final

from clinic import wiring
from clinic.content.sentences import sentence
from clinic.db.courses import repairs
from clinic.db.courses.repairs import Shown
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.domain.courses.repair import Moving, Proposal, Status, Unplaced
from clinic.domain.courses.trouble import Kind
from clinic.domain.practice.people import ABSENCES
from clinic.domain.time import instant_of, zone
from clinic.engine.repair.solve import solve
from clinic.services.courses.repair.accept import Accepted, accept
from clinic.services.courses.repair.answer import Draft, answered
from clinic.services.courses.repair.kept import proposal_of
from clinic.services.courses.repair.propose import begin_repair
from clinic.services.courses.repair.say import Said, trouble_of
from clinic.web.courses.repair_toll import Facts, proven, spared, toll

ACTOR: Final = system("cli")
Names = dict[str, str]
Visits = dict[str, Shown]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `repair`."""
    job = subparsers.add_parser("repair", help="move what an absence or a closure hits; exit status 1 if not all can")
    whose = job.add_mutually_exclusive_group(required=True)
    whose.add_argument("--therapist", help="who is away: a code, public id or name")
    whose.add_argument("--room", help="which room is closed")
    whose.add_argument("--location", help="which location is closed")
    job.add_argument(
        "--from", required=True, dest="first", metavar="DATE", help="its first day, or a time 2026-11-23T10:00"
    )
    job.add_argument("--until", metavar="DATE", help="its last day, or the time it ends; else one day")
    job.add_argument("--to", metavar="THERAPIST", help="who takes the courses over for good, from that day on")
    job.add_argument("--plan", metavar="ID", help="with --to: the only course that is handed over")
    job.add_argument("--kind", choices=ABSENCES, default="other", help="as what an absence is entered with --apply")
    job.add_argument("--apply", action="store_true", help="enter it and move the visits; nothing is written without")
    job.add_argument("--json", action="store_true", help="print the moves as JSON and nothing else")
    job.set_defaults(func=_repair)


def _said(args: argparse.Namespace) -> Said:
    if args.therapist:
        what = Kind.HANDOVER if args.to else Kind.ABSENCE
        return Said(what, args.therapist, args.first, args.until or "", args.to or "", args.plan or "")
    what = Kind.ROOM if args.room else Kind.LOCATION
    return Said(what, args.room or args.location, args.first, args.until or "")


def _repair(args: argparse.Namespace) -> int:
    database, now = wiring.ready_database(wiring.settings()), wiring.now()
    trouble = trouble_of(database.read, _said(args))
    if not args.apply:
        draft, done = answered(database.read, trouble, solve, now=now), None
        found = proposal_of(draft)
        return _told(args, database, found, _values(draft), done)
    given = {"enter": args.kind, "solver": solve, "actor": ACTOR, "now": now}
    public_id = begin_repair(database.begin, database.read, trouble, **given)
    with database.read() as unit:
        row = repairs.row(unit.connection, public_id)
    values = {"objective": row.objective, "bound": row.bound, "proven": row.status is Status.OPTIMAL}
    done = Accepted(0)
    if row.proposal.open:
        done = accept(database.begin, database.read, public_id, version=row.version, actor=ACTOR, now=now)
    return _told(args, database, row.proposal, values, done)


def _values(draft: Draft) -> dict[str, Any]:
    return {"objective": draft.objective, "bound": draft.bound, "proven": draft.proven}


def _told(
    args: argparse.Namespace, database: Database, found: Proposal, values: dict[str, Any], done: Accepted | None
) -> int:
    with database.read() as unit:
        moving, left = ([each.visit for each in found.moves], [each.visit for each in found.unplaced])
        shown = repairs.shown(unit.connection, moving + left)
        facts = toll(found.moves, shown, repairs.courses(unit.connection, moving))
        names = repairs.names(unit.connection)
    if args.json:
        print(json.dumps(values | _document(found, names)))
    else:
        print("\n".join([*_lines(found, shown, names), *_end(found, shown, facts, values, done)]))
    return 1 if found.unplaced or (done is not None and done.refused) else 0


def _document(found: Proposal, names: Names) -> dict[str, Any]:
    return {
        "unplaced": [{"id": each.visit, "patient": each.patient, "why": each.code} for each in found.unplaced],
        "moves": [
            {
                "id": each.visit,
                "patient": each.patient,
                "from": _instant(each.was.starts),
                "starts": _instant(each.to.starts),
                "therapist": names.get(each.to.therapist),
                "room": names.get(each.to.room),
            }
            for each in found.moves
        ],
    }


def _instant(tick: int) -> str:
    return f"{instant_of(tick):%Y-%m-%dT%H:%MZ}"


def _local(tick: int, visit: Shown) -> str:
    """As the clock of its place shows it."""
    return f"{instant_of(tick).astimezone(zone(visit.tz)):%a %Y-%m-%d %H:%M}"


def _lines(found: Proposal, shown: Visits, names: Names) -> list[str]:
    return [_move(each, shown[each.visit], names) for each in found.moves] + [
        _left(each, shown[each.visit]) for each in found.unplaced
    ]


def _move(each: Moving, visit: Shown, names: Names) -> str:
    who, where = (names.get(one, "") for one in (each.to.therapist, each.to.room))
    times = f"{_local(each.was.starts, visit)} → {_local(each.to.starts, visit)}"
    return f"{times}  {who}  {where}  {visit.name} (born {visit.born_on})"


def _left(each: Unplaced, visit: Shown) -> str:
    helps = [f"{sentence(one.code, {'days': one.days})} ({_local(one.starts, visit)})" for one in each.helps]
    why = sentence(each.code, {**each.params, "session": ""})
    whose = f"{visit.name} (born {visit.born_on})"
    return " ".join([f"{_local(each.was.starts, visit)} has no place: {whose}. {why}", *helps])


def _end(found: Proposal, shown: Visits, facts: Facts, values: dict[str, Any], done: Accepted | None) -> list[str]:
    if not found.moves and not found.unplaced:
        return [sentence("nothing_affected")]
    better = proven(found) if values["proven"] else spared(values["objective"], values["bound"])
    lines = [
        "",
        f"Visits that move: {len(found.moves)}, that have no place: {len(found.unplaced)}.",
        *(f"  {name}: {how}" for name, how in facts),
        *filter(None, [better]),
    ]
    if done is None:
        return [*lines, "Nothing was written: add --apply to enter it and move the visits."]
    was = {
        each.visit: f"{_local(each.was.starts, shown[each.visit])}, {shown[each.visit].name}" for each in found.moves
    }
    refused = [f"{was[visit]}, did not move: {sentence(code)}" for visit, code in done.refused]
    return [*lines, *refused, f"Visits moved: {done.moved}."]
