"""Workers that are killed, a mail server that misbehaves and then is gone for an hour: nothing is lost, nobody who can
be reached is given up, nothing overtakes, and no more copies arrive than were cut off (TRUST §2b, R5)."""

import itertools
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, literal, select, union_all

from clinic.calendars import card
from clinic.db.tables.messages import obligation, seal
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.messages.delivery import PAUSE
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book, Move, Turn
from clinic.domain.visits.visit import Status
from clinic.mail.page import read
from clinic.services.apply import apply
from tests.race.crowd import SPAWN
from tests.race.postmen import ANSWER_SECONDS, ANSWERED, IN_DATA, Clock, Postman, holder, work
from tests.race.weather import NOBODY, Weather, open_for_mail
from tests.world import ACTOR, World, at, build, needling, patient, single

SPAWN.set_forkserver_preload(["tests.race.clients", "tests.race.postmen"])

MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)
STUCK_SECONDS = 3 * ANSWER_SECONDS
"""Who has not settled a lease for so long, though alive, has given it up: the database refused him."""


@dataclass(frozen=True)
class Size:
    """How much is thrown at the outbox. Each visit is booked and changed so many times, each change a message."""

    visits: int
    changes: int
    patients: int
    workers: int
    kills: int
    waiting: int


SLICE = Size(visits=30, changes=4, patients=30, workers=3, kills=8, waiting=30)
WHOLE = Size(visits=800, changes=7, patients=200, workers=4, kills=160, waiting=200)


class Crew:
    """Workers that are killed now and then, and followed by others."""

    def __init__(self, url: str, clock: Path, port: int, size: Size, dice: random.Random) -> None:
        self.given, self.dice, self.kills, self.size = (url, str(clock), port), dice, 0, size
        self.at_work: dict[int, BaseProcess] = {}
        self._numbers = itertools.count(1)
        for _ in range(size.workers):
            self._hire()

    def _hire(self, *, fatal: bool = True) -> None:
        dies: tuple[str | int | None, ...] = (None, None, IN_DATA, ANSWERED, self.dice.randint(1, 400))
        postman = Postman(next(self._numbers), *self.given, self.dice.choice(dies) if fatal else None)
        process = SPAWN.Process(target=work, args=(postman,), daemon=True)
        process.start()
        self.at_work[postman.number] = process

    def look(self, *, kill: bool) -> None:
        """Replace who has died; kill somebody first, perhaps."""
        if kill and self.kills < self.size.kills:
            self.dice.choice(list(self.at_work.values())).kill()
        for number, process in list(self.at_work.items()):
            if not process.is_alive():
                self.kills += 1
                del self.at_work[number]
                self._hire(fatal=self.kills < self.size.kills)

    def works(self, numbers: Iterable[int]) -> bool:
        """Whether any of them is alive."""
        return any(number in self.at_work and self.at_work[number].is_alive() for number in numbers)

    def go_home(self) -> None:
        for process in self.at_work.values():
            process.kill()
            process.join()


@dataclass
class Trial:
    """One run: visits change, letters leave, workers die, time passes as fast as nothing is to be done."""

    database: Database
    size: Size
    clock: Clock
    crew: Crew
    dice: random.Random
    world: World
    visits: list[str] = field(default_factory=list)
    leases: dict[str, datetime] = field(default_factory=dict)
    since: float = 0.0

    def change(self, number: int, turn: int) -> None:
        """The visit's next change: booked, moved to and fro, at last cancelled if it is one of every third."""
        day, slot = divmod(number, 40)
        starts = at((date(2026, 12, 7) + timedelta(days=day)).isoformat(), 8 + slot // 4, 30 * (slot // 2 % 2))
        there = needling(self.world, starts + 3 * (turn % 2), ticks=2, staff=slot % 2, room=slot % 2)
        with self.database.begin() as unit:
            if turn == 0:
                new = single(self.world, there, patient=number % self.size.patients)
                self.visits += apply(unit, (Book(new),), actor=ACTOR, now=self.clock.now()).visits
                return
            visit = loads.visit(unit.connection, self.visits[number])
            gone = turn == self.size.changes and number % 3 == 0
            what = Turn(visit, Status.CANCELLED) if gone else Move(visit, (there,))
            apply(unit, (what,), actor=ACTOR, reason="ill", now=self.clock.now())

    def pass_time(self) -> int:
        """Let time pass: none while somebody has a letter in hand, little while something can be done, as much as it
        takes where all wait. How much waits."""
        now = self.clock.now()
        waits = seal.c.state.in_(["sealed", "unknown"])
        with self.database.read() as unit:
            run = unit.connection.execute
            owed, due_at = run(
                select(func.count(), func.min(obligation.c.due_at)).where(obligation.c.state == "owed")
            ).one()
            # In one statement: what is taken between two of them would be in neither.
            least = func.min(seal.c.next_at).label("next_at")
            waiting = select(literal("").label("by"), func.count().label("n"), least)
            taken = select(seal.c.lease_by, literal(1), seal.c.lease_until).where(seal.c.state == "leased")
            rows = run(union_all(waiting.where(waits), taken)).all()
        leases = {row.by: row.next_at for row in rows if row.by}
        sealed, next_at = next((row.n, row.next_at) for row in rows if not row.by)
        next_at = min((each for each in (due_at, next_at) if each is not None), default=None)
        if leases:
            self.outlive(leases, now)
        elif next_at is not None:  # what is due may wait behind another letter, whose time must come as well
            self.clock.wait(max((next_at - now).total_seconds(), 5))
        return int(owed) + int(sealed) + len(leases)

    def outlive(self, leases: dict[str, datetime], now: datetime) -> None:
        """Let leases run out that nobody will settle."""
        if leases != self.leases:
            self.leases, self.since = leases, time.monotonic()
        given_up = time.monotonic() - self.since > STUCK_SECONDS
        if given_up or not self.crew.works(map(holder, leases)):
            self.clock.wait(max((max(leases.values()) - now).total_seconds(), 0))

    def go(self, turns: range) -> None:
        for turn in turns:
            order = list(range(self.size.visits))
            if turn:
                self.dice.shuffle(order)
            every = max(1, self.size.visits * (self.size.changes + 1) // (2 * self.size.kills))
            for count, number in enumerate(order):
                self.change(number, turn)
                self.crew.look(kill=count % every == 0)
                while self.pass_time() > self.size.waiting:
                    self.crew.look(kill=False)
                    time.sleep(0.01)

    def end(self) -> None:
        while self.pass_time():
            self.crew.look(kill=False)
            time.sleep(0.01)

    def outage(self) -> None:
        """An hour in which nobody answers."""
        for _ in range(60):
            self.clock.wait(60)
            self.crew.look(kill=False)
            time.sleep(0.03)


def busy(database: Database, size: Size) -> World:
    """The small practice, with many patients, one in twenty of whom is not where he said."""
    world = build(database)
    with database.begin() as unit:
        more = [
            patient(
                unit.connection,
                number,
                birth_on=date(1980, 3, 1),
                email=f"{NOBODY if number % 20 == 0 else 'ada'}{number}@example.org",
            )
            for number in range(3, size.patients + 1)
        ]
    return replace(world, patients=(*world.patients, *more))


def hammer(database: Database, url: str, folder: Path, size: Size) -> dict[str, int]:
    """The whole trial; what was counted."""
    dice, weather = random.Random(5), Weather(random.Random(11))
    world, clock = busy(database, size), Clock(folder / "clock")
    eager = Database(database.engine, host=database.host, hold_for=timedelta(0))
    with open_for_mail(weather) as port:
        crew = Crew(url, folder / "clock", port, size, dice)
        trial = Trial(eager, size, clock, crew, dice, world)
        half = size.changes // 2
        try:
            trial.go(range(half + 1))
        except BaseException:
            crew.go_home()
            raise
    try:
        trial.outage()
        with open_for_mail(weather, port):
            trial.go(range(half + 1, size.changes + 1))
            weather.fair = True
            clock.wait(PAUSE.total_seconds())
            trial.end()
    finally:
        crew.go_home()
    return judge(database, weather, crew.kills)


def judge(database: Database, weather: Weather, kills: int) -> dict[str, int]:
    """Everything that must hold; what was counted."""
    with database.read() as unit:
        seals = unit.connection.execute(select(seal).order_by(seal.c.id)).all()
    assert {row.state for row in seals} <= {"sent", "superseded", "dead"}
    assert [row.recipient for row in seals if row.state == "dead" and not row.recipient.startswith(NOBODY)] == []
    marks = [found[1] for _, payload in weather.taken if (found := MESSAGE_ID.search(payload))]
    first = {mark: place for place, mark in reversed(list(enumerate(marks)))}
    copies = {(mark, payload) for mark, (_, payload) in zip(marks, weather.taken, strict=True)}
    assert len(copies) == len(first), "two messages under one Message-ID"
    sent = [row for row in seals if row.state == "sent"]
    lost = [row.message_id for row in sent if row.message_id.encode() not in first]
    assert lost == []
    for uid in {row.uid for row in seals}:
        order = [first[row.message_id.encode()] for row in seals if row.uid == uid and row.message_id.encode() in first]
        assert order == sorted(order), "a letter overtook another about the same visit"
        about = [row for row in seals if row.uid == uid and row.method != "NONE"]
        assert not about or _told_last(database, weather, about, first)
    extra = len(marks) - len(first)
    cut_off = kills + weather.faults["lost"] + weather.faults["late"]
    assert extra <= cut_off
    injected = sum(weather.faults.values())
    return {
        "messages": len(first),
        "offered": weather.offered,
        "faults": injected,
        "kills": kills,
        "extra copies": extra,
        "cut off": cut_off,
        "dead": sum(row.state == "dead" for row in seals),
        "superseded": sum(row.state == "superseded" for row in seals),
    }


def _told_last(database: Database, weather: Weather, own: list[Any], first: dict[bytes, int]) -> bool:
    """Whether the last letter about a visit that arrived says what holds; nobody reads what is sent to nobody, and who
    was never told of a visit need not be told that it is off."""
    with database.read() as unit:
        status, starts = unit.connection.execute(
            select(appointment.c.status, appointment.c.starts_tick).where(appointment.c.uid == own[0].uid)
        ).one()
    arrived = [first[row.message_id.encode()] for row in own if row.message_id.encode() in first]
    if not arrived:
        return status == Status.CANCELLED or own[0].recipient.startswith(NOBODY)
    told = card.read(read(weather.taken[arrived[-1]][1]).calendar or b"")
    if status == Status.CANCELLED:  # it names the time that was told last
        return told.method == "CANCEL"
    return told.method == "REQUEST" and told.starts == instant_of(starts)


@pytest.mark.race
def test_killed_workers_and_a_bad_server_lose_nothing(
    database: Database, database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    counted = hammer(database, database_url, tmp_path, SLICE)
    record_property("outbox", counted)
    assert counted["kills"] >= SLICE.kills
    assert counted["messages"] >= SLICE.visits


@pytest.mark.prove
def test_five_thousand_messages_an_hour_of_silence_and_a_hundred_kills(
    database: Database, database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    counted = hammer(database, database_url, tmp_path, WHOLE)
    record_property("outbox", counted)
    assert counted["messages"] >= 5_000
    assert counted["kills"] >= 100
    assert counted["faults"] + counted["dead"] >= counted["offered"] // 5
