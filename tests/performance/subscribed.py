"""An hour of ten thousand calendars: `python -m tests.performance.subscribed`, by hand, on a quiet machine.

Ten thousand patients with a course each are subscribed, and everybody's program asks once an hour, with the ETag it got
last. Meanwhile five hundred visits a minute are booked, moved or cancelled. A slice of that hour is run as fast as it
goes, changes and fetches mixed in their real proportion, in one process with the application's own routes. Prints as
JSON how often a fetch was a 304 and how often a 200 that had to be drawn, the medians and 95th percentiles of both and
of a change in milliseconds, and how much of one core the whole hour would keep busy.
"""

import json
import logging
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, select

from clinic import resources
from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.tables.messages import feed
from clinic.db.tables.visits import appointment, segment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.ids import new_public_id, new_uid
from clinic.domain.visits.changes import Move
from clinic.services.access.passwords import Passwords
from clinic.services.access.sessions import hashed
from clinic.services.apply import apply
from clinic.web.app import create_app
from clinic.web.parts import Parts
from tests.world import ACTOR, NOW, at, build, patient

FEEDS, VISITS, CHANGES_AN_HOUR = 10_000, 6, 30_000
WEEK = 7 * 288


def filled(folder: Path) -> tuple[Database, list[str]]:
    """Ten thousand patients with six visits each and a calendar; the secrets of the calendars."""
    engine = open_engine(f"sqlite:///{folder}/subscribed.db")
    schema.upgrade(engine)
    database = Database(engine)
    world = build(database)
    secrets = [f"secret-{number}" for number in range(FEEDS)]
    with database.begin() as unit:
        for number, secret in enumerate(secrets):
            key = patient(unit.connection, 1, public_id=f"subscriber{number}", family_name=f"Adler{number}")
            _subscribed(unit.connection, key, secret)
            _booked(unit.connection, key, world.location, number)
    return database, secrets


def _subscribed(connection: Connection, key: int, secret: str) -> None:
    row = {"public_id": new_public_id(), "kind": "patient", "patient_id": key, "name": "phone", "created_at": NOW}
    connection.execute(insert(feed).values(**row, token_hash=hashed(secret)))


def _booked(connection: Connection, key: int, location: int, number: int) -> None:
    first = at("2026-11-23", 8) + number % 96
    row = {"patient_id": key, "location_id": location, "kind": "single", "status": "booked", "tz": "Europe/Berlin"}
    row |= {"wall": "2026-11-23T10:00", "tzdata": "x", "needles": False, "targets": []}
    row |= {"created_at": NOW, "revised_at": NOW}
    starts = [first + week * WEEK for week in range(VISITS)]
    rows = [
        {**row, "public_id": new_public_id(), "uid": new_uid("x.example"), "starts_tick": at_, "ends_tick": at_ + 9}
        for at_ in starts
    ]
    made = connection.execute(insert(appointment).returning(appointment.c.id, appointment.c.starts_tick), rows)
    parts = [
        {"appointment_id": id_, "ordinal": 0, "starts_tick": at_, "ends_tick": at_ + 9, "modalities": ["exercise"]}
        for id_, at_ in made
    ]
    connection.execute(insert(segment), parts)


class Hour:
    """A slice of the hour: so many of the calendars, and their share of the changes."""

    def __init__(self, database: Database, client: FlaskClient, secrets: list[str], share: int) -> None:
        self.database, self.client, self.chance = database, client, random.Random(1)
        self.paths = [f"/feeds/{secret}.ics" for secret in secrets[: FEEDS // share]]
        self.etags: dict[str, str] = {}
        self.took: dict[str, list[tuple[float, float]]] = {"first": [], "same_304": [], "drawn_200": [], "change": []}
        with database.read() as unit:
            query = select(appointment.c.public_id).order_by(appointment.c.id).limit(len(self.paths) * VISITS)
            self.visits = list(unit.connection.execute(query).scalars())

    def fetch(self, path: str) -> None:
        known = self.etags.get(path)
        begun = perf_counter(), process_time()
        answer = self.client.get(path, headers={"If-None-Match": known} if known else {})
        spent = perf_counter() - begun[0], process_time() - begun[1]
        self.etags[path] = answer.headers["ETag"]
        kind = "first" if known is None else {200: "drawn_200", 304: "same_304"}[answer.status_code]
        self.took[kind].append(spent)

    def change(self) -> None:
        """Move a visit by a quarter of an hour, there or back."""
        public_id = self.chance.choice(self.visits)
        begun = perf_counter(), process_time()
        with self.database.begin() as unit:
            visit = loads.visit(unit.connection, public_id)
            by = 3 if visit.sequence % 2 == 0 else -3
            moved = tuple(replace(one, starts=one.starts + by, ends=one.ends + by) for one in visit.stretches)
            apply(unit, (Move(visit, moved),), actor=ACTOR, reason="measured", now=NOW)
        self.took["change"].append((perf_counter() - begun[0], process_time() - begun[1]))

    def run(self) -> None:
        for path in self.paths:
            self.fetch(path)
        steps = self.paths + [""] * (CHANGES_AN_HOUR * len(self.paths) // FEEDS)
        self.chance.shuffle(steps)
        for step in steps:
            if step:
                self.fetch(step)
            else:
                self.change()


def measured(folder: Path, share: int) -> dict[str, Any]:
    """The figures of an hour, out of one `share`th of it."""
    database, secrets = filled(folder)
    given = Parts(
        begin=database.begin,
        read=database.read,
        now=lambda: NOW,
        passwords=Passwords(),
        url="http://localhost",
        secret_key="k" * 32,
        templates=resources.templates(),
        dist=folder,
    )
    hour = Hour(database, create_app(given).test_client(), secrets, share)
    hour.run()
    found: dict[str, Any] = {"feeds": FEEDS, "share_run": f"1/{share}"}
    for name, times in hour.took.items():
        walls = [wall * 1000 for wall, _ in times]
        found[name] = {
            "count": len(times),
            "median_ms": round(median(walls), 2),
            "p95_ms": round(quantiles(walls, n=20)[-1], 2),
            "cpu_ms": round(median(cpu for _, cpu in times) * 1000, 2),
        }
    busy = {
        what: round(sum(cpu for name in names for _, cpu in hour.took[name]) * share, 1)
        for what, names in {"fetches": ("same_304", "drawn_200"), "changes": ("change",)}.items()
    }
    found |= {"cpu_seconds_an_hour": busy, "of_one_core": round(sum(busy.values()) / 3600, 4)}
    database.engine.dispose()
    return found


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as path:
        print(json.dumps(measured(Path(path), int(sys.argv[1]) if len(sys.argv) > 1 else 10), indent=1))
