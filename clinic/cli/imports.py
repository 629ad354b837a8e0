"""`clinic import`: take over a practice or patients from a file. A dry run, until told to write."""

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from clinic import wiring
from clinic.content.sentences import sentence
from clinic.db.unit import Begin
from clinic.domain.access.actors import system
from clinic.domain.practice.importing import Refusal, Report
from clinic.interchange.fhir_patients import read_patients
from clinic.interchange.practice_file import read_practice
from clinic.services.patients.import_patients import import_patients
from clinic.services.practice.import_practice import import_practice

ACTOR = system("cli")
Import = Callable[[Begin, Path, bool, datetime], Report]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `import practice` and `import patients`."""
    kinds = subparsers.add_parser("import", help="take over a practice or patients from a file; a dry run by default")
    jobs = kinds.add_subparsers(required=True, metavar="WHAT")
    for name, run, what in (
        ("practice", _practice, "locations, rooms, people and their hours from TOML (docs/examples/practice.toml)"),
        ("patients", _patients, "patients from FHIR R4, as NDJSON or a Bundle"),
    ):
        job = jobs.add_parser(name, help=what)
        job.add_argument("file", type=Path, metavar="FILE")
        job.add_argument("--apply", action="store_true", help="write what the report says")
        job.add_argument("--json", action="store_true", help="print the report as JSON and nothing else")
        job.set_defaults(func=_import, run=run)


def _import(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    report: Report = args.run(database.begin, args.file, args.apply, wiring.now())
    print(json.dumps(_document(report)) if args.json else _text(report, applied=args.apply))
    return 0


def _practice(begin: Begin, file: Path, write: bool, now: datetime) -> Report:
    told = read_practice(file, years=(now.year, now.year + 1))
    return import_practice(begin, told, write=write, actor=ACTOR, now=now)


def _patients(begin: Begin, file: Path, write: bool, now: datetime) -> Report:
    people = read_patients(file)
    return import_patients(begin, people.arrivals, people.refused, write=write, actor=ACTOR, now=now)


def _document(report: Report) -> dict[str, Any]:
    """`stranded` is there only when a visit is."""
    refused = [{"line": each.line, "why": _why(each)} for each in report.refused]
    counts = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged, "refused": refused}
    return counts | ({"stranded": list(report.stranded)} if report.stranded else {})


def _text(report: Report, *, applied: bool) -> str:
    counts = f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged, {len(report.refused)} refused."
    lines = [counts, *(f"  line {each.line}: {_why(each)}" for each in report.refused)]
    if report.stranded:
        lines.append("These visits no longer fit the hours, absences or credentials: move or cancel them.")
        lines += [f"  visit {public_id}" for public_id in report.stranded]
    if not applied:
        lines.append("Nothing was written: this was a dry run. Add --apply to write it.")
    return "\n".join(lines)


def _why(refusal: Refusal) -> str:
    return " ".join(sentence(fault) for fault in refusal.faults)
