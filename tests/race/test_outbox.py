"""Several workers, a bad mail server and visits that keep changing: nothing is lost, nothing overtakes."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, Thread

import pytest
from sqlalchemy import select

from clinic.calendars import card
from clinic.db.tables.messages import obligation, seal, task
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book, Move, Turn
from clinic.domain.visits.visit import Status
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.page import read
from clinic.services.apply import apply
from clinic.worker.loop import run_once
from clinic.worker.parts import Parts
from tests.db.post import URL
from tests.world import ACTOR, NOW, World, at, build, needling, single

VISITS, CHANGES, WORKERS = 4, 25, 3


class Killed(Exception):
    """A worker's process ended here."""


@dataclass
class Stage:
    """A clock that each look moves on, and a server that keeps what it accepted, whatever it answered."""

    random: random.Random
    at: datetime = NOW
    lock: Lock = field(default_factory=Lock)
    received: list[bytes] = field(default_factory=list)
    bad: bool = True

    def now(self) -> datetime:
        with self.lock:
            self.at += timedelta(seconds=15)
            return self.at

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        with self.lock:
            chance = self.random.random() if self.bad else 1.0
            if chance < 0.1:
                return Outcome(Fate.RETRY, code=451)
            if chance < 0.15:
                return Outcome(Fate.PAUSED, code=421)
            if chance < 0.2:
                raise Killed
            self.received.append(payload)
            if chance < 0.25:
                raise Killed
            return Outcome(Fate.UNKNOWN if chance < 0.35 else Fate.SENT, reached_data=True)


def together(work: list[Callable[[], None]]) -> None:
    threads = [Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.race
def test_nothing_is_lost_and_nothing_overtakes(database: Database) -> None:
    world, stage = build(database), Stage(random.Random(7))
    parts = Parts(database.begin, database.read, stage.now, URL, stage, lambda: 0.5)
    changing = [True]

    def worker() -> None:
        while changing[0]:
            attempt(parts)

    def changer(number: int) -> None:
        change(database, world, stage, number)

    def changers() -> None:
        together([lambda number=number: changer(number) for number in range(VISITS)])  # type: ignore[misc]
        changing[0] = False

    together([changers, *[worker] * WORKERS])
    stage.bad = False
    for _ in range(40):
        attempt(parts)
        stage.at += timedelta(minutes=10)
    judge(database, stage)


def attempt(parts: Parts) -> None:
    try:
        run_once(parts)
    except Killed:
        return


def change(database: Database, world: World, stage: Stage, number: int) -> None:
    """One visit's life on a weekday of its own: booked, moved to and fro, and every second one cancelled."""
    starts = at(f"2026-11-{30 if number % 2 == 0 else 23}", 8) + 12 * number
    with database.begin() as unit:
        new = single(world, needling(world, starts, staff=number // 2, room=number // 2), patient=number // 2)
        public_id = apply(unit, (Book(new),), actor=ACTOR, now=stage.now()).visits[0]
    for step in range(CHANGES):
        with database.begin() as unit:
            visit = loads.visit(unit.connection, public_id)
            there = needling(world, starts + 3 * (step % 3), staff=number // 2, room=number // 2)
            apply(unit, (Move(visit, (there,)),), actor=ACTOR, now=stage.now())
    if number % 2:
        with database.begin() as unit:
            visit = loads.visit(unit.connection, public_id)
            apply(unit, (Turn(visit, Status.CANCELLED),), actor=ACTOR, reason="ill", now=stage.now())


def judge(database: Database, stage: Stage) -> None:
    with database.read() as unit:
        seals = unit.connection.execute(select(seal).order_by(seal.c.id)).all()
        owed = unit.connection.execute(select(obligation).where(obligation.c.state == "owed")).all()
        tasks = unit.connection.execute(select(task)).all()
        visits = [loads.of_patient(unit.connection, id_) for id_ in (1, 2)]
    assert (owed, tasks) == ([], [])
    assert {row.state for row in seals} <= {"sent", "superseded"}
    first = list(dict.fromkeys(stage.received))
    for uid in {row.uid for row in seals}:
        mine = [row for row in seals if row.uid == uid]
        written = {row.payload for row in mine}
        arrived = [payload for payload in first if payload in written]
        order = [row.payload for row in mine if row.payload in arrived]
        assert arrived == order
        assert [row.payload for row in mine if row.state == "sent"] == order
        if mine[0].method == "NONE":
            continue
        last, standing = (
            card.read(read(arrived[-1]).calendar or b""),
            [v for v in itertools.chain(*visits) if v.uid == uid],
        )
        assert last.method == ("REQUEST" if standing else "CANCEL")
        assert [last.starts] == ([instant_of(visit.starts) for visit in standing] or [last.starts])
