"""`clinic replan`: the rest of a course placed anew, as a difference; written when told to."""

import argparse
import json
from datetime import date
from typing import Any, Final

from clinic import wiring
from clinic.cli.meanwhile import looked_before
from clinic.content.sentences import sentence
from clinic.domain.access.actors import system
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Visit
from clinic.engine.course import NoCourse
from clinic.engine.kind import Reason
from clinic.services.courses.reflow import Line, Reflow
from clinic.services.courses.replan import Seen, look, replan
from clinic.services.courses.tail import Asked

ACTOR: Final = system("cli")
STAYS, MOVES, NEW = "stays", "moves", "new"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `replan`."""
    job = subparsers.add_parser(
        "replan", help="place the rest of a course anew, moving as little as can be; exit status 1 when there is no way"
    )
    job.add_argument("--plan", required=True, help="the public id of the course")
    job.add_argument("--gap-after", type=int, metavar="DAYS", help="so many days at least to the next visit")
    job.add_argument("--reason", default="", help="why the next gap is longer; kept with the visit")
    job.add_argument(
        "--keep", type=int, action="append", metavar="NUMBER", help="a visit that stays where it is, once for each"
    )
    job.add_argument("--apply", action="store_true", help="move and book what is shown")
    job.add_argument("--json", action="store_true", help="print the difference as JSON and nothing else")
    job.set_defaults(func=_replan)


def _replan(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    now = wiring.now()
    asked = Asked(args.plan, keep=frozenset(args.keep or ()), gap_after=args.gap_after)
    found = look(database.read, asked, now=now)
    impossible = isinstance(found.outcome, NoCourse)
    applied = args.apply and not impossible
    if applied:
        seen = Seen(found.versions, found.places())
        with looked_before():
            replan(database.begin, database.read, asked, seen=seen, actor=ACTOR, reason=args.reason, now=now)
    print(json.dumps(document(found, applied=applied)) if args.json else written(found, applied=applied))
    return 1 if impossible else 0


def document(found: Reflow, *, applied: bool) -> dict[str, Any]:
    """What `--json` prints: a line for each visit ahead, where it was and where it would be."""
    outcome = found.outcome
    return {
        "plan": found.plan.row.public_id,
        "applied": applied,
        "visits": [_visit(found, line) for line in found.lines],
        "failure": _failure(found, outcome) if isinstance(outcome, NoCourse) else None,
    }


def written(found: Reflow, *, applied: bool) -> str:
    """The same for people."""
    shown, row = document(found, applied=applied), found.plan.row
    head = [f"{row.title}, {row.patient} (born {row.born_on}), {row.location}", ""]
    if shown["failure"] is not None:
        return "\n".join([*head, *_failure_lines(shown["failure"])])
    lines = [_line(each) for each in shown["visits"]] or ["Nothing of the course is left to place."]
    if not found.changed:
        return "\n".join([*head, *lines, "", "Nothing has to change."])
    last = "Written." if applied else "Nothing was written: add --apply to write it."
    return "\n".join([*head, *lines, "", last])


def _visit(found: Reflow, line: Line) -> dict[str, Any]:
    visit = line.session.visit or line.session.lost
    return {
        "number": line.session.ordinal,
        "change": STAYS if line.stays else NEW if line.session.visit is None else MOVES,
        "was": None if visit is None else _place(found, visit.starts, _lead(found, visit)),
        "to": _place(found, line.placed.start, line.placed.therapist),
    }


def _lead(found: Reflow, visit: Visit) -> str:
    """Who begins it."""
    staff = visit.stretches[0].staff_id
    return next((each.public_id for each in found.site.staff if each.id == staff), "")


def _place(found: Reflow, start: int, therapist: str) -> dict[str, Any]:
    who = found.site.colleague(therapist)
    starts = instant_of(start).astimezone(found.site.tz)
    return {"starts": starts.isoformat(timespec="minutes"), "therapist": who and who.name}


def _failure(found: Reflow, outcome: NoCourse) -> dict[str, Any]:
    number = found.ordinal(outcome.session)
    return {
        "code": outcome.reason.code,
        "session": number,
        "says": sentence(outcome.reason.code, {"session": number}),
        "proven": outcome.proven,
        "complete": outcome.complete,
        "days": [
            {"on": day.on.isoformat(), "why": [_said(found, reason) for reason in day.reasons]}
            for day in outcome.window
        ],
        "relaxations": [" ".join(sentence(one.code, one.params) for one in way) for way, _ in found.ways],
    }


def _said(found: Reflow, reason: Reason) -> str:
    who = found.site.colleague(str(reason.params.get("therapist", "")))
    return sentence(reason.code, reason.params if who is None else {**reason.params, "therapist": who.name})


def _line(visit: dict[str, Any]) -> str:
    was, to = (None if each is None else _told(each) for each in (visit["was"], visit["to"]))
    if visit["change"] == STAYS:
        return f"  {visit['number']:>3}  {was}"
    return f"* {visit['number']:>3}  {was or 'no date'}  →  {to}"


def _told(place: dict[str, Any]) -> str:
    on = date.fromisoformat(place["starts"][:10])
    return f"{on:%a} {on} {place['starts'][11:16]}  {place['therapist'] or '-'}"


def _failure_lines(failure: dict[str, Any]) -> list[str]:
    days = [(date.fromisoformat(day["on"]), " ".join(day["why"])) for day in failure["days"]]
    lines = [failure["says"], "", *(f"  {on:%a} {on}  {why}" for on, why in days)]
    if failure["relaxations"]:
        lines += ["", "What would help:", *(f"  {way}" for way in failure["relaxations"])]
    return lines
