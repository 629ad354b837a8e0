"""Clients in processes of their own: what each does, and the journal of what it was told.

A journal line is written once the service has answered; a client that dies has lost nothing it had told.
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn
from unittest.mock import patch

from sqlalchemy import Engine, event

from clinic.content.protocols import load
from clinic.db.access.idempotency import Once
from clinic.db.connect import open_engine
from clinic.db.unit import Begin, Database, Unit
from clinic.db.visits import reads
from clinic.domain.errors import ClinicError
from clinic.domain.time import zone
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.engine.course import Course
from clinic.services.apply import Applied, apply
from clinic.services.courses.book import book as book_course
from clinic.services.courses.book import pins_of
from clinic.services.courses.days import local_days
from clinic.services.courses.place import preview
from clinic.services.courses.repair import run as run_of_repairs
from clinic.services.courses.repair.accept import accept
from clinic.services.courses.replan import Seen, replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.wanted import Wanted
from clinic.services.visits import book as booking
from clinic.services.visits.change import move, turn
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.world import ACTOR, NOW, SHOULDER, TZ, at

PATIENTS = 24
DAYS = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")
HOURS = range(8, 17)
HORIZON_DAYS, GRID_MINUTES = 60, 15
HEADACHE = next(protocol for protocol in load() if protocol.key == "tension-headache")
WINDOW_SECONDS = 0.020

for _day in DAYS:  # laid out once, in the process that all clients are forked from
    local_days(zone(TZ), date.fromisoformat(_day), HORIZON_DAYS, GRID_MINUTES)

Told = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One process: client `number` does `act`, `times` times. `given` is the act's own; `dies_at` counts its
    statements, commits and returned connections."""

    url: str
    journal: str
    act: str
    number: int
    times: int = 1
    given: tuple[Any, ...] = ()
    dies_at: int | None = None


def run(job: Job, all_there: Callable[[], object]) -> None:
    """The process: wait for the others, act, write down what was said."""
    engine = open_engine(job.url, pool_size=2)
    if job.dies_at is not None:
        die_at(engine, job.dies_at)
    client = Client(Database(engine), random.Random(job.number))
    act = getattr(client, job.act)
    with open(job.journal, "ab", buffering=0) as journal:
        all_there()
        for _ in range(job.times):
            journal.write(json.dumps(_told(act, job)).encode() + b"\n")
    engine.dispose()


def _told(act: Callable[..., Told], job: Job) -> Told:
    try:
        return act(*job.given)
    except ClinicError as error:
        return {"refused": error.code}
    except Exception as error:
        return {"fault": repr(error)}


def die_at(engine: Engine, step: int) -> None:
    """No handler, no rollback, no goodbye: killed before a statement or a commit, or between it and its answer."""
    steps = iter(range(1, step + 1))

    def count(*_: object) -> None:
        if next(steps, step) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit", "checkin"):
        event.listen(engine, moment, count)


@dataclass(frozen=True)
class Client:
    """Somebody at a desk, who chooses among few times, people and rooms."""

    database: Database
    dice: random.Random

    def anything(self) -> Told:
        """Book a visit or a course, move or cancel what somebody booked."""
        acts: tuple[Callable[[], Told], ...] = (self.single, self.move, self.cancel, self.course)
        return self.dice.choices(acts, weights=(12, 6, 4, 1))[0]()

    def _patient(self) -> str:
        return f"patient{self.dice.randint(1, PATIENTS)}"

    def _spot(self) -> Spot:
        start = at(self.dice.choice(DAYS), self.dice.choice(HOURS), self.dice.choice((0, 30)))
        return Spot(start, f"staff{self.dice.randint(1, 2)}", f"room{self.dice.randint(1, 2)}")

    def _seen(self) -> tuple[str, int]:
        """A visit of the week with the version that this client looked at."""
        with self.database.read() as unit:
            rows = reads.board(unit.connection, 1, at(DAYS[0], 0), at(DAYS[-1], 23))
        if not rows:
            return "none yet", 1
        row = self.dice.choice(rows)
        return row.public_id, row.version

    def single(self, begin: Begin | None = None) -> Told:
        wanted, spot = WantedVisit(self._patient(), "loc1", single("assessment")), self._spot()
        public_id = booking.book(begin or self.database.begin, self.database.read, wanted, spot, actor=ACTOR, now=NOW)
        return {"visit": public_id, "version": 1, "start": spot.start, "status": "booked"}

    def course(self) -> Told:
        wanted = Wanted(self._patient(), "loc1", HEADACHE, date.fromisoformat(DAYS[0]), (SHOULDER,))
        found = preview(self.database.read, wanted, now=NOW).outcome
        if not isinstance(found, Course):
            return {"refused": "no_course"}
        wanted = wanted.pinned(pins_of(found))
        booked = book_course(self.database.begin, self.database.read, wanted, actor=ACTOR, now=NOW)
        return {"plan": booked.plan, "sessions": len(found.sessions)}

    def move(self) -> Told:
        public_id, version = self._seen()
        return self.move_to(public_id, version, self._spot())

    def move_to(self, public_id: str, version: int, to: Spot, once: Once | None = None) -> Told:
        begin, read = self.database.begin, self.database.read
        move(begin, read, public_id, to, version=version, actor=ACTOR, once=once, now=NOW)
        return {"visit": public_id, "version": version + 1, "start": to.start}

    def cancel(self) -> Told:
        return self.cancel_seen(*self._seen())

    def cancel_seen(self, public_id: str, version: int, once: Once | None = None) -> Told:
        gone = Status.CANCELLED
        turn(self.database.begin, public_id, gone, version=version, actor=ACTOR, reason="ill", once=once, now=NOW)
        return {"visit": public_id, "version": version + 1, "status": "cancelled"}

    def single_once(self, spot: Spot, once: Once) -> Told:
        wanted = WantedVisit("patient1", "loc1", single("assessment"))
        begin, read = self.database.begin, self.database.read
        return {"visit": booking.book(begin, read, wanted, spot, actor=ACTOR, once=once, now=NOW)}

    def needle(self, spot: Spot) -> Told:
        wanted = WantedVisit("patient1", "loc1", single("dry-needling"), (SHOULDER,))
        return {"visit": booking.book(self.database.begin, self.database.read, wanted, spot, actor=ACTOR, now=NOW)}

    def course_once(self, once: Once) -> Told:
        wanted = Wanted("patient1", "loc1", HEADACHE, date.fromisoformat(DAYS[0]), (SHOULDER,))
        begin, read = self.database.begin, self.database.read
        return {"plan": book_course(begin, read, wanted, actor=ACTOR, once=once, now=NOW).plan}

    def replan_seen(self, asked: Asked, seen: Seen, reason: str = "") -> Told:
        begin, read = self.database.begin, self.database.read
        return {"moved": replan(begin, read, asked, seen=seen, actor=ACTOR, reason=reason, now=NOW)}

    def accept_seen(self, repair: str, version: int) -> Told:
        done = accept(self.database.begin, self.database.read, repair, version=version, actor=ACTOR, now=NOW)
        return {"moved": done.moved, "left": list(done.refused)}

    def solve_and_die(self) -> Told:
        """A worker that is killed while it looks for the best: the job is its own by then."""

        def killed(*_: object, **__: object) -> NoReturn:
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError

        with patch.object(run_of_repairs, "solve", killed):
            return {"solved": run_of_repairs.solve_due(self.database.begin, self.database.read, now=lambda: NOW)}

    def look_then_write(self) -> Told:
        """Book as code without a hold would: look in one transaction, write in another, a moment apart."""

        def looking(*, hold: object = ()) -> AbstractContextManager[Unit]:
            return self.database.read()

        def late(_: Unit, *args: Any, **kwargs: Any) -> Applied:
            time.sleep(WINDOW_SECONDS)
            with self.database.begin() as unit:
                return apply(unit, *args, **kwargs)

        with patch.object(booking, "apply", late):
            return self.single(looking)

    def look_widely_and_write(self) -> Told:
        """Book as the product does, but slowly: the moment lies between look and write, under the hold."""

        def late(unit: Unit, *args: Any, **kwargs: Any) -> Applied:
            time.sleep(WINDOW_SECONDS)
            return apply(unit, *args, **kwargs)

        with patch.object(booking, "apply", late):
            return self.single()


def told_in(path: str) -> list[Told]:
    """What a journal says."""
    with open(path, encoding="utf-8") as journal:
        return [json.loads(line) for line in journal]
