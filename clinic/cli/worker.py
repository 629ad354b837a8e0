"""`clinic worker`: sends what is due and does what has to be done at a time."""

import argparse
import json
import signal
import sys
from dataclasses import asdict, replace
from threading import Event

from clinic import logs, wiring
from clinic.db import state
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.services.messages import outbox
from clinic.services.messages.jobs import plan_looks
from clinic.worker.calendars import read_once, reading
from clinic.worker.loop import Counts, run, run_once
from clinic.worker.polling import poll_once, polling
from clinic.worker.solving import solve_once, solving


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `worker [--once] [--resume] [--json]`."""
    job = subparsers.add_parser("worker", help="send letters and do jobs as they become due, until Ctrl-C")
    job.add_argument("--once", action="store_true", help="do what is due now, until nothing is, and end")
    job.add_argument("--resume", action="store_true", help="let letters go again after a restore, and end")
    job.add_argument(
        "--json", action="store_true", help="with --once or --resume: print what was done as JSON and nothing else"
    )
    job.set_defaults(func=_work)


def _work(args: argparse.Namespace) -> int:
    settings = wiring.settings()
    database = wiring.ready_database(settings)
    if args.resume:
        resumed = outbox.resume(database.begin, actor=system("cli"), now=wiring.now())
        said = "Letters go out again." if resumed else "The outbox was not paused."
        print(json.dumps({"resumed": resumed}) if args.json else said)
        return 0
    parts = wiring.worker_parts(settings, database)
    plan_looks(database.begin, now=wiring.now())
    if parts.transport is None:
        sys.stderr.write(f"clinic: CLINIC_SMTP_URL is not set: letters stay in the database ({_waiting(database)}).\n")
    if args.once:
        counts = Counts()
        solved = solve_once(parts) + poll_once(parts) + read_once(parts)
        while not (found := run_once(parts)).idle:
            counts = Counts(**{name: value + getattr(found, name) for name, value in asdict(counts).items()})
        counts = replace(counts, jobs=counts.jobs + solved)
        print(json.dumps(asdict(counts)) if args.json else _said(counts))
        return 0
    logs.configure(settings.log_level)
    stop = Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    with solving(parts, stop), polling(parts, stop), reading(parts, stop):
        run(parts, stop)
    return 0


def _waiting(database: Database) -> int:
    with database.read() as unit:
        return state.outbox(unit.connection, wiring.now()).due


def _said(counts: Counts) -> str:
    return (
        f"Letters: {counts.sealed} sealed, {counts.dropped} found unnecessary, {counts.faulty} cannot be written yet, "
        f"{counts.sent} sent, {counts.failed} not sent. Jobs done: {counts.jobs}."
    )
